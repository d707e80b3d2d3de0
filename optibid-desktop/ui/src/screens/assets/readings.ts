// What the pages of an asset read from the server.
import { api, read } from "$lib/api/client";
import type { DayView, PriceView, Telemetry } from "$lib/api/types";
import { addDays, dayStart } from "$lib/time";
import type { Desk } from "./desk";
import type { Held } from "./day";

/** Most samples that one view reads: a month of minutes. */
const MOST_SAMPLES = 50_000;

export async function telemetryOf(id: string, from: number, until: number, signal: AbortSignal): Promise<{ samples: Telemetry[]; cut: boolean }> {
  const samples: Telemetry[] = [];
  let start: string | undefined = new Date(from).toISOString();
  const to = new Date(until).toISOString();
  while (start && samples.length < MOST_SAMPLES) {
    const query: { from: string; to: string; limit: number } = { from: start, to, limit: 10_000 };
    const part = await read(api.GET("/api/assets/{id}/telemetry", { params: { path: { id }, query }, signal }));
    samples.push(...part.items);
    start = part.next_from ?? undefined;
  }
  return { samples, cut: start !== undefined };
}

export const dayOf = ({ market, product, day }: Pick<Desk, "market" | "product" | "day">, signal: AbortSignal): Promise<DayView> =>
  read(api.GET("/api/markets/{market}/products/{product}/days/{day}", { params: { path: { market, product, day } }, signal }));

/** The first instant of the month that a delivery day is in; days begin where that day does. */
export function monthStart(day: DayView): number {
  const start = Date.parse(day.start);
  const late = start - dayStart(day.day, day.time_zone);
  return dayStart(`${day.day.slice(0, 7)}-01`, day.time_zone) + late;
}

/** Prices in `[from, until)`; of periods published in several lengths the shortest ones. */
export async function pricesOf({ market, product, location }: Desk, from: number, until: number, signal: AbortSignal): Promise<PriceView[]> {
  const prices: PriceView[] = [];
  let start: string | undefined = new Date(from).toISOString();
  const to = new Date(until).toISOString();
  while (start && prices.length < 50_000) {
    const query: { market: string; product: string; location: string; from: string; to: string; limit: number } = { market, product, location, from: start, to, limit: 10_000 };
    const part = await read(api.GET("/api/market-data/history", { params: { query }, signal }));
    prices.push(...part.items);
    start = part.next_from ?? undefined;
  }
  return prices;
}

export const spansOf = (prices: readonly PriceView[]): Held[] =>
  prices.map((one) => ({ start: Date.parse(one.start), end: Date.parse(one.end), value: Number(one.price) }));

/** The delivery day that an instant is in, for the header. */
export function deliveryDay(at: number, day: DayView): string {
  const away = Math.floor((at - Date.parse(day.start)) / 86_400_000);
  let found = addDays(day.day, away);
  const late = Date.parse(day.start) - dayStart(day.day, day.time_zone);
  while (dayStart(addDays(found, 1), day.time_zone) + late <= at) found = addDays(found, 1);
  while (dayStart(found, day.time_zone) + late > at) found = addDays(found, -1);
  return found;
}
