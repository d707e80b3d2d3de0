// What the server tells in words, with its instants in the zone that is shown and its ids as short as ids are shown elsewhere.
import { shortId } from "./format";
import { clock, dateOf, dayShort, duration, zoneName } from "./time";

const INSTANT = /\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z/g;
const ID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g;
/** More minutes than anybody counts. */
const MINUTES = /\b(\d{3,}) min ago\b/g;

export function told(text: string, zone: string): string {
  return text
    .replace(INSTANT, (at) => {
      const day = dateOf(at, zone);
      return `${dayShort(day)} ${day.slice(0, 4)} ${clock(at, zone)} ${zoneName(at, zone)}`;
    })
    .replace(ID, (id) => `…${shortId(id)}`)
    .replace(MINUTES, (_, minutes: string) => `${duration(Number(minutes) * 60_000)} ago`);
}
