// Forecasts of past days made anew as they could be made then, beside the prices that came.
import { api, read } from "$lib/api/client";
import type { DayView } from "$lib/api/types";
import { addDays, clock, dateOf } from "$lib/time";
import type { Sample } from "./accuracy";
import { rowsOf, type Known } from "./fan";
import { forecasts, type Series } from "./made";

/** So many days before the gate; 0 is at the gate. */
export const AHEAD = [0, 1, 2, 3, 7] as const;

export interface Replay {
  samples: Sample[];
  coverage: number;
  /** Days that had a forecast and prices, and those that had not. */
  days: number;
  missing: number;
}

/** Calls at a time: the rest of the page needs some. */
const AT_ONCE = 3;

export async function replay(series: Series, last: string, days: number, zone: string, signal: AbortSignal, progress: (done: number, of: number) => void): Promise<Replay> {
  const list = Array.from({ length: days }, (_, i) => addDays(last, i - days + 1));
  const prices = await known(series, addDays(list[0]!, -9), last, signal);
  const naive = new Map(prices.map((one) => [`${dateOf(one.start, zone)} ${clock(one.start, zone)}`, Number(one.price)]));
  const waiting = list.flatMap((day) => AHEAD.map((ahead) => ({ day, ahead })));
  const samples: Sample[] = [];
  const met = new Set<string>();
  let [done, coverage] = [0, 0.8];
  const views = new Map<string, Promise<DayView>>();
  const dayOf = (day: string) => {
    const found = views.get(day) ?? read(api.GET("/api/markets/{market}/products/{product}/days/{day}", { params: { path: { market: series.market, product: series.product, day } }, signal }));
    views.set(day, found);
    return found;
  };
  const total = waiting.length;
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { day, ahead } = next;
      const view = await dayOf(day);
      const gate = Date.parse(view.periods[0]?.gate_closes_at ?? view.start);
      if (gate < Date.now()) {
        const [answer] = await forecasts(series, day, 1, gate - ahead * 86_400_000, undefined, signal);
        if (answer?.forecast) {
          coverage = Number(answer.forecast.coverage);
          const inside = prices.filter((one) => one.start >= Date.parse(view.start) && one.start < Date.parse(view.end));
          for (const row of rowsOf(answer.forecast, inside)) {
            if (row.actual === undefined) continue;
            met.add(day);
            const at = clock(row.start, zone);
            samples.push({
              ahead, hour: Number(at.slice(0, 2)), lower: Number(row.lower), median: Number(row.median), upper: Number(row.upper), actual: Number(row.actual),
              naive: naive.get(`${addDays(dateOf(row.start, zone), -1 - ahead)} ${at}`),
            });
          }
        }
      }
      progress(++done, total);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { samples, coverage, days: met.size, missing: days - met.size };
}

async function known(series: Series, from: string, to: string, signal: AbortSignal): Promise<Known[]> {
  const found: Known[] = [];
  let start: string | undefined = from;
  while (start) {
    const query: Series & { from: string; to: string; limit: number } = { ...series, from: start, to, limit: 10_000 };
    const part = await read(api.GET("/api/market-data/history", { params: { query }, signal }));
    found.push(...part.items.map((one) => ({ start: Date.parse(one.start), end: Date.parse(one.end), price: one.price })));
    start = part.next_from ?? undefined;
  }
  return found;
}
