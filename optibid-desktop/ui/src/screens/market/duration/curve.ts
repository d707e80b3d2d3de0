// Price-duration curves: prices sorted from the highest, against the share of time at or above them.
import { weightedMean } from "$lib/means";
import type { PricePoint } from "$lib/prices";

export const QUANTILES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99] as const;

export interface Curve {
  /** From the dearest to the cheapest, with the share of time that has passed at the end of each. */
  sorted: PricePoint[];
  share: Float64Array;
  time: number;
}

export function curve(points: readonly PricePoint[]): Curve {
  const sorted = [...points].sort((a, b) => b.value - a.value);
  const share = new Float64Array(sorted.length);
  let time = 0;
  sorted.forEach((point, i) => (share[i] = time += point.end - point.start));
  for (let i = 0; i < share.length; i++) share[i]! /= time;
  return { sorted, share, time };
}

/** The point that holds at a share of time: at 0 the dearest, at 1 the cheapest. */
export function at(of: Curve, share: number): PricePoint | undefined {
  let [low, high] = [0, of.sorted.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (of.share[middle]! <= share) low = middle + 1;
    else high = middle;
  }
  return of.sorted[low];
}

/** The price below which so much of the time lies. */
export function quantile(of: Curve, q: number): PricePoint | undefined {
  let [low, high] = [0, of.sorted.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (of.share[middle - 1]! < 1 - q - 1e-12) low = middle;
    else high = middle - 1;
  }
  return of.sorted[low];
}

export interface CurveFigures {
  /** The prices below which so much of the time lies, in the order of `QUANTILES`. */
  quantiles: string[];
  mean: string;
  /** The share of time, and the time, with a price below zero. */
  negative: number;
  negativeTime: number;
  max: PricePoint;
  min: PricePoint;
}

export function curveFigures(of: Curve): CurveFigures | undefined {
  const [max] = of.sorted;
  if (!max) return undefined;
  const negativeTime = of.sorted.reduce((time, p) => time + (p.value < 0 ? p.end - p.start : 0), 0);
  return {
    quantiles: QUANTILES.map((q) => quantile(of, q)!.price),
    mean: weightedMean(of.sorted.map((p) => p.price), of.sorted.map((p) => p.end - p.start))!,
    negative: negativeTime / of.time, negativeTime, max, min: of.sorted.at(-1)!,
  };
}
