// When a forecast is made: what was known then decides what it says.
import { api, read } from "$lib/api/client";
import { faultOf, type Fault } from "$lib/api/fault";
import type { DayView, Forecast, Resolution } from "$lib/api/types";
import { addDays } from "$lib/time";

/** At the gate, so many days before it, or now with all that is known since. */
export type Made = "gate" | "1" | "2" | "3" | "7" | "now";
export const MADE: readonly { value: Made; label: string; about: string }[] = [
  { value: "gate", label: "At the gate", about: "With what was known when bids for the day closed" },
  { value: "1", label: "1 day before", about: "With what was known 24 hours before the gate" },
  { value: "2", label: "2 days", about: "With what was known 48 hours before the gate" },
  { value: "3", label: "3 days", about: "With what was known 72 hours before the gate" },
  { value: "7", label: "7 days", about: "With what was known a week before the gate" },
  { value: "now", label: "Now", about: "With all that is known now; prices of the day itself never enter" },
];

/** The instant, and undefined for now: a gate still to come can wait for nothing but now. */
export function madeAt(made: Made, day: DayView, now: number): number | undefined {
  if (made === "now") return undefined;
  const gate = Date.parse(day.periods[0]?.gate_closes_at ?? day.start);
  const at = gate - (made === "gate" ? 0 : Number(made) * 86_400_000);
  return at < now ? at : undefined;
}

export interface Series {
  market: string;
  product: string;
  location: string;
}

export interface Answer {
  day: string;
  forecast?: Forecast;
  fault?: Fault;
}

/** Forecasts of days that follow each other, all made at the same instant; a day that cannot be forecast brings its fault. */
export async function forecasts(series: Series, first: string, days: number, made: number | undefined, resolution: Resolution | undefined, signal: AbortSignal): Promise<Answer[]> {
  const made_at = made === undefined ? undefined : new Date(made).toISOString();
  const one = async (day: string): Promise<Answer> => {
    try {
      const query = { ...series, day, ...(made_at ? { made_at } : {}), ...(resolution ? { resolution } : {}) };
      return { day, forecast: await read(api.GET("/api/forecasts", { params: { query }, signal })) };
    } catch (error) {
      if (signal.aborted) throw error;
      return { day, fault: faultOf(error) };
    }
  };
  return Promise.all(Array.from({ length: days }, (_, i) => one(addDays(first, i))));
}
