// What a forecast of a day came to, beside the prices that came.
import type { Forecast } from "$lib/api/types";
import { less } from "$lib/exact";
import { mean } from "$lib/means";
import { resolutionMs } from "$lib/time";

export interface Known {
  start: number;
  end: number;
  price: string;
}

/** A period of a forecast with what came. */
export interface Row {
  start: number;
  end: number;
  lower: string;
  median: string;
  upper: string;
  /** The mean of the prices that make up the period; absent unless all of it is known. */
  actual: string | undefined;
  /** What came less the median. */
  error: string | undefined;
  /** Where what came lies. */
  place: "below" | "inside" | "above" | undefined;
}

export function rowsOf(forecast: Forecast, prices: readonly Known[]): Row[] {
  let i = 0;
  const sorted = prices.toSorted((a, b) => a.start - b.start);
  return forecast.points.map(({ period, lower, median, upper }) => {
    const start = Date.parse(period.start);
    const end = start + resolutionMs(period.resolution);
    while (i < sorted.length && sorted[i]!.end <= start) i++;
    const inside: Known[] = [];
    for (let j = i; j < sorted.length && sorted[j]!.start < end; j++) if (sorted[j]!.start >= start && sorted[j]!.end <= end) inside.push(sorted[j]!);
    const covered = inside.reduce((total, one) => total + one.end - one.start, 0) === end - start;
    // A period longer than the forecast's, such as an hour over quarters, holds for each of its parts.
    const over = sorted[i] && sorted[i]!.start <= start && sorted[i]!.end >= end ? sorted[i]!.price : undefined;
    const actual = over ?? (covered ? mean(inside.map((one) => one.price), 4) : undefined);
    const place = actual === undefined ? undefined : Number(actual) < Number(lower) ? "below" : Number(actual) > Number(upper) ? "above" : "inside";
    return { start, end, lower, median, upper, actual, error: actual === undefined ? undefined : less(actual, median), place };
  });
}

export interface Scores {
  /** Periods for which the price is known. */
  known: number;
  mae: number;
  rmse: number;
  /** Mean of the median less what came: above zero, forecasts were too high. */
  bias: number;
  /** Share of prices inside the band. */
  inside: number;
  /** Mean pinball loss of the two ends and the median. */
  pinball: number;
}

/** The loss of a quantile at a price: small where the price lies on the likely side. */
export const pinball = (quantile: number, forecast: number, actual: number): number =>
  actual >= forecast ? quantile * (actual - forecast) : (1 - quantile) * (forecast - actual);

export function scoresOf(rows: readonly Row[], coverage: number): Scores | undefined {
  const seen = rows.filter((row) => row.actual !== undefined);
  if (seen.length === 0) return undefined;
  const errors = seen.map((row) => Number(row.error));
  const of = (sum: number) => sum / seen.length;
  const tail = (1 - coverage) / 2;
  const losses = seen.map((row) => {
    const actual = Number(row.actual);
    return (pinball(tail, Number(row.lower), actual) + pinball(0.5, Number(row.median), actual) + pinball(1 - tail, Number(row.upper), actual)) / 3;
  });
  return {
    known: seen.length,
    mae: of(errors.reduce((total, one) => total + Math.abs(one), 0)),
    rmse: Math.sqrt(of(errors.reduce((total, one) => total + one * one, 0))),
    bias: of(errors.reduce((total, one) => total - one, 0)),
    inside: of(seen.filter((row) => row.place === "inside").length),
    pinball: of(losses.reduce((total, one) => total + one, 0)),
  };
}

/** The mean of the dearest hours less that of the cheapest, which a store of so many hours lives on. */
export function spread(rows: readonly { start: number; end: number; value: number }[], hours: number): number | undefined {
  const length = rows[0] ? (rows[0].end - rows[0].start) / 3_600_000 : 1;
  const count = Math.round(hours / length);
  if (rows.length < 2 * count || count === 0) return undefined;
  const sorted = rows.map((row) => row.value).sort((a, b) => a - b);
  const meanOf = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  return meanOf(sorted.slice(-count)) - meanOf(sorted.slice(0, count));
}

/** The period with the highest value. */
export const peak = <T extends { value: number }>(rows: readonly T[]): T | undefined =>
  rows.reduce<T | undefined>((best, row) => (best === undefined || row.value > best.value ? row : best), undefined);
