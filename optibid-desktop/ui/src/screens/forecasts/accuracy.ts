// How good forecasts were over many days: by days ahead, by hour of the day, and whether their quantiles held what they say.
import { pinball } from "./fan";

/** A period that was forecast so many days ahead, with what came. */
export interface Sample {
  ahead: number;
  /** Hour of the day on the market's clock. */
  hour: number;
  lower: number;
  median: number;
  upper: number;
  actual: number;
  /** The price at that time of the newest day that was known: what a forecast must beat. */
  naive: number | undefined;
}

const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

export interface Summary {
  count: number;
  mae: number;
  rmse: number;
  bias: number;
  pinball: number;
  /** Share inside the band. */
  held: number;
  /** MAE of the naive forecast over the periods that have one, and of this one over the same. */
  naive: { mae: number; ours: number } | undefined;
}

export function summary(samples: readonly Sample[], coverage: number): Summary | undefined {
  if (samples.length === 0) return undefined;
  const tail = (1 - coverage) / 2;
  const errors = samples.map((one) => one.actual - one.median);
  const compared = samples.flatMap((one) => (one.naive === undefined ? [] : [{ naive: Math.abs(one.actual - one.naive), ours: Math.abs(one.actual - one.median) }]));
  return {
    count: samples.length,
    mae: meanOf(errors.map(Math.abs)),
    rmse: Math.sqrt(meanOf(errors.map((one) => one * one))),
    bias: meanOf(errors),
    pinball: meanOf(samples.map((one) => (pinball(tail, one.lower, one.actual) + pinball(0.5, one.median, one.actual) + pinball(1 - tail, one.upper, one.actual)) / 3)),
    held: samples.filter((one) => one.lower <= one.actual && one.actual <= one.upper).length / samples.length,
    naive: compared.length ? { mae: meanOf(compared.map((one) => one.naive)), ours: meanOf(compared.map((one) => one.ours)) } : undefined,
  };
}

export interface Hour {
  hour: number;
  count: number;
  mae: number;
  bias: number;
}

/** Errors by hour of the day; hours without a sample are left out. */
export function byHour(samples: readonly Sample[]): Hour[] {
  return Array.from({ length: 24 }, (_, hour) => ({ hour, list: samples.filter((one) => one.hour === hour) }))
    .filter(({ list }) => list.length > 0)
    .map(({ hour, list }) => ({ hour, count: list.length, mae: meanOf(list.map((one) => Math.abs(one.actual - one.median))), bias: meanOf(list.map((one) => one.actual - one.median)) }));
}

export interface Calibrated {
  nominal: number;
  /** Share of prices at or below the quantile. */
  observed: number;
  count: number;
}

export function calibration(samples: readonly Sample[], coverage: number): Calibrated[] {
  if (samples.length === 0) return [];
  const tail = (1 - coverage) / 2;
  const quantiles: [number, (one: Sample) => number][] = [[tail, (one) => one.lower], [0.5, (one) => one.median], [1 - tail, (one) => one.upper]];
  return quantiles.map(([nominal, of]) => ({ nominal, observed: samples.filter((one) => one.actual <= of(one)).length / samples.length, count: samples.length }));
}
