// The figures of a delivery day, exact: extremes, means, and what lies between its dearest and its cheapest hours.
import { less } from "$lib/exact";
import { weightedMean } from "$lib/means";
import type { PricePoint } from "$lib/prices";

const HOUR = 3_600_000;
const long = (point: PricePoint): number => point.end - point.start;

export interface DayFigures {
  count: number;
  newest: PricePoint;
  min: PricePoint;
  max: PricePoint;
  /** Every price counts the same. */
  mean: string;
  /** Every price counts for as long as it holds. */
  weighted: string;
  negative: number;
  /** Mean of the two dearest hours less mean of the two cheapest. */
  tb2: string | undefined;
}

/** Undefined of a day without prices. */
export function figures(points: readonly PricePoint[]): DayFigures | undefined {
  const [first] = points;
  if (!first) return undefined;
  const prices = points.map((p) => p.price);
  return {
    count: points.length,
    newest: points.at(-1)!,
    min: points.reduce((low, p) => (p.value < low.value ? p : low), first),
    max: points.reduce((high, p) => (p.value > high.value ? p : high), first),
    mean: weightedMean(prices, undefined)!,
    weighted: weightedMean(prices, points.map(long))!,
    negative: points.filter((p) => p.value < 0).length,
    tb2: topBottom(points, 2),
  };
}

/** The mean of so many of the dearest hours less that of as many of the cheapest, in any order; undefined where the two would overlap. */
export function topBottom(points: readonly PricePoint[], hours: number): string | undefined {
  if (points.reduce((total, p) => total + long(p), 0) < 2 * hours * HOUR) return undefined;
  const sorted = [...points].sort((a, b) => a.value - b.value);
  const cheap = meanOf(sorted, hours * HOUR);
  return less(meanOf(sorted.reverse(), hours * HOUR), cheap);
}

/** The mean of the first so many milliseconds. */
function meanOf(points: readonly PricePoint[], time: number): string {
  const [values, weights]: [string[], number[]] = [[], []];
  let left = time;
  for (const point of points) {
    if (left <= 0) break;
    values.push(point.price);
    weights.push(Math.min(left, long(point)));
    left -= long(point);
  }
  return weightedMean(values, weights)!;
}

export interface Cell {
  price: string;
  /** When it became known; the last of them where it is the mean of several. */
  known_at: string;
  /** Whether it is the mean of several periods. */
  mean: boolean;
  /** Whether it begins here: an hour's price stands once beside its quarters. */
  first: boolean;
}
export interface Row {
  start: number;
  end: number;
  rt: Cell | undefined;
  da: Cell | undefined;
  /** Real-time less day-ahead. */
  spread: string | undefined;
}

/** What holds in `[start, end)`: the price itself, or the mean of those within by their time. */
function cell(points: readonly PricePoint[], start: number, end: number): Cell | undefined {
  const inside = points.filter((p) => p.start < end && p.end > start);
  const [only] = inside;
  if (!only) return undefined;
  if (inside.length === 1) return { price: only.price, known_at: only.known_at, mean: false, first: only.start >= start };
  const price = weightedMean(inside.map((p) => p.price), inside.map((p) => Math.min(p.end, end) - Math.max(p.start, start)))!;
  return { price, known_at: inside.reduce((last, p) => (p.known_at > last ? p.known_at : last), only.known_at), mean: true, first: true };
}

/** The periods of a day with what both markets priced them at. */
export function rows(from: number, until: number, step: number, rt: readonly PricePoint[], da: readonly PricePoint[]): Row[] {
  const found: Row[] = [];
  for (let start = from; start < until; start += step) {
    const end = Math.min(start + step, until);
    const [real, ahead] = [cell(rt, start, end), cell(da, start, end)];
    found.push({ start, end, rt: real, da: ahead, spread: real && ahead ? less(real.price, ahead.price) : undefined });
  }
  return found;
}
