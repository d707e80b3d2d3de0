// What part of power and price the picture of a curve shows.
import { nice, type XY } from "../model/shape";

export interface Frame {
  x: ReturnType<typeof nice>;
  y: ReturnType<typeof nice>;
}
export interface Wanted {
  points: readonly XY[];
  /** Prices worth seeing beside the curve. */
  prices: readonly number[];
  /** What the asset can do, in MW. */
  range: { low: number; high: number } | undefined;
  floor: number | undefined;
  cap: number | undefined;
  /** From floor to cap, instead of what the curve needs. */
  whole: boolean;
}

/** Ends of both axes with air around what is shown; a lone price at the cap does not flatten all the rest unless it is part of the curve. */
export function frameOf({ points, prices, range, floor, cap, whole }: Wanted, width: number, height: number): Frame {
  const xs = [0, ...points.map((point) => point.x), ...(range ? [range.low, range.high] : [])];
  let [left, right] = [Math.min(...xs), Math.max(...xs)];
  if (left === 0 && right === 0) right = 10;
  const air = (right - left) * 0.08;
  [left, right] = [left < 0 ? left - air : 0, right > 0 ? right + air : 0];
  const ys = [...points.map((point) => point.y), ...prices];
  let [low, high] = ys.length ? [Math.min(...ys), Math.max(...ys)] : [0, 100];
  if (whole) [low, high] = [floor ?? low, cap ?? high];
  const room = Math.max((high - low) * 0.18, Math.abs(high) * 0.06, 2);
  low = low >= 0 && low - room < 0 ? 0 : low - room;
  high += room;
  const count = (size: number, each: number) => Math.max(2, Math.floor(size / each));
  return { x: spanning(left, right, count(width, 70)), y: spanning(low, high, count(height, 44)) };
}

/** Ends as they are, ticks on round figures between them. */
function spanning(low: number, high: number, count: number): ReturnType<typeof nice> {
  const axis = nice(low, high, count);
  return { ...axis, low, high, ticks: axis.ticks.filter((tick) => tick >= low && tick <= high) };
}
