// Awards of a span, to know what there is to settle.
import { api, read } from "$lib/api/client";
import type { Award } from "$lib/api/types";
import { addDays, dateOf, dayStart } from "$lib/time";

/** All awards of a market's days. */
export async function awardsOf(market: string, from: string, to: string, zone: string, signal?: AbortSignal): Promise<Award[]> {
  const until = new Date(dayStart(addDays(to, 1), zone)).toISOString();
  let start: string | undefined = new Date(dayStart(from, zone)).toISOString();
  const items: Award[] = [];
  while (start && items.length < 50_000) {
    const query = { market, from: start, to: until, limit: 10_000 };
    const part: { items: Award[]; next_from?: string | null } = await read(api.GET("/api/awards", { params: { query }, ...(signal ? { signal } : {}) }));
    items.push(...part.items);
    start = part.next_from ?? undefined;
  }
  return items;
}

/** Which places have awards on which day. */
export async function awardedDays(market: string, from: string, to: string, zone: string, signal?: AbortSignal): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (const award of await awardsOf(market, from, to, zone, signal)) {
    const day = dateOf(award.period.start, zone);
    const places = found.get(day) ?? [];
    if (!places.includes(award.location)) found.set(day, [...places, award.location]);
  }
  return found;
}
