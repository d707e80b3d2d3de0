// Times as a clock on the wall of a zone shows them: what people type into a field.
import { clockSeconds, dateOf, offset, type Instant } from "./time";

/** The instants at which a clock in the zone shows `2026-11-01T01:30`: none where the clock skips it, two where it is shown twice. */
export function instantsOf(local: string, zone: string): number[] {
  const wall = Date.parse(`${local}Z`);
  if (Number.isNaN(wall)) return [];
  const offsets = new Set([offset(wall - 86_400_000, zone), offset(wall + 86_400_000, zone)]);
  return [...offsets].map((by) => wall - by).filter((at) => wall - at === offset(at, zone)).sort((a, b) => a - b);
}

/** What a clock in the zone shows, as a field for date and time takes it: `2026-11-01T01:30`, with seconds where there are any. */
export function localOf(at: Instant, zone: string): string {
  const time = clockSeconds(at, zone);
  return `${dateOf(at, zone)}T${time.endsWith(":00") ? time.slice(0, 5) : time}`;
}
