// The figures of a part of a series, exact; and the quantiles of its prices.
import { weightedMean } from "$lib/means";
import type { PricePoint } from "$lib/prices";
import { addDays, dateOf, dayStart } from "$lib/time";
import { topBottom } from "../day/figures";

export interface WindowFigures {
  count: number;
  min: PricePoint;
  max: PricePoint;
  weighted: string;
  negative: number;
  /** The price below which 5 %, 50 % and 95 % of the periods lie. */
  p5: string;
  p50: string;
  p95: string;
  /** The mean of the days' top-bottom spreads, and of how many whole days. */
  tb2: string | undefined;
  days: number;
}

/** The points with a start in `[from, until)`, found by halving. */
export function between(points: readonly PricePoint[], from: number, until: number): readonly PricePoint[] {
  const first = (at: number) => {
    let [low, high] = [0, points.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (points[middle]!.start < at) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const [a, b] = [first(from), first(until)];
  return a === 0 && b === points.length ? points : points.slice(a, b);
}

export function windowFigures(points: readonly PricePoint[], zone: string): WindowFigures | undefined {
  const [first] = points;
  if (!first) return undefined;
  const sorted = [...points].sort((a, b) => a.value - b.value);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!.price;
  const spreads: string[] = [];
  const end = points.at(-1)!.end;
  for (let day = dateOf(first.start, zone), start = dayStart(day, zone); start < end; ) {
    day = addDays(day, 1);
    const next = dayStart(day, zone);
    const inside = between(points, start, next);
    const whole = inside.reduce((time, p) => time + p.end - p.start, 0) === next - start;
    const spread = whole ? topBottom(inside, 2) : undefined;
    if (spread !== undefined) spreads.push(spread);
    start = next;
  }
  return {
    count: points.length, min: sorted[0]!, max: sorted.at(-1)!,
    weighted: weightedMean(points.map((p) => p.price), points.map((p) => p.end - p.start))!,
    negative: points.reduce((n, p) => n + (p.value < 0 ? 1 : 0), 0),
    p5: at(0.05), p50: at(0.5), p95: at(0.95), tb2: weightedMean(spreads, undefined), days: spreads.length,
  };
}
