// A curve as a line through power and price, and what moving its points makes of it.
import { micros, toNumber, toTick, usualTick, write } from "./decimal";
import { isBlank, type Curve, type Point } from "./doc";
import type { Limits } from "./rules";

export interface XY {
  x: number;
  y: number;
}
/** A point of the curve on the picture: injection to the right, withdrawal to the left. */
export interface Handle extends XY {
  /** Its place among the curve's points. */
  index: number;
}

interface Signed {
  index: number;
  q: bigint;
  p: bigint;
}

/** The points that are numbers, from the largest withdrawal to the largest injection. */
function signed(curve: Curve): Signed[] {
  const points = curve.points.flatMap((point, index) => {
    const [q, p] = [micros(point.q, "power"), micros(point.p, "price")];
    return q === undefined || p === undefined ? [] : [{ index, q: curve.side === "buy" ? -q : q, p }];
  });
  return curve.side === "buy" ? points.reverse() : points;
}

export const handles = (curve: Curve | undefined): Handle[] =>
  curve ? signed(curve).map(({ index, q, p }) => ({ index, x: toNumber(q), y: toNumber(p) })) : [];

/** The line that is drawn: blocks away from zero for steps; straight lines, and a block from zero to the nearest point, else. */
export function outline(curve: Curve | undefined): XY[] {
  if (!curve) return [];
  const points = signed(curve).map(({ q, p }) => ({ x: toNumber(q), y: toNumber(p) }));
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last) return [];
  if (curve.shape === "linear") return [...(first.x > 0 ? [{ x: 0, y: first.y }] : []), ...points, ...(last.x < 0 ? [{ x: 0, y: last.y }] : [])];
  return points.flatMap((far, i) => {
    const charging = far.x < 0;
    const neighbour = points[charging ? i + 1 : i - 1]?.x ?? 0;
    const near = { x: charging ? Math.min(neighbour, 0) : Math.max(neighbour, 0), y: far.y };
    return charging ? [far, near] : [near, far];
  });
}

/** The power that clears at a price when all volume at it is taken, for the reading of the picture. */
export function clearedAt(curve: Curve | undefined, price: number): number {
  const line = outline(curve);
  const [first, last] = [line[0], line.at(-1)];
  if (!first || !last) return 0;
  const level = line.filter((point) => point.y === price).map((point) => point.x);
  if (level.length) return Math.max(...level) > 0 ? Math.max(...level) : Math.min(...level);
  if (price < first.y) return Math.min(0, first.x);
  if (price > last.y) return Math.max(0, last.x);
  const i = line.findIndex((point, j) => point.y < price && price < (line[j + 1]?.y ?? -Infinity));
  const [a, b] = [line[i], line[i + 1]];
  if (!a || !b) return 0;
  return a.x + ((b.x - a.x) * (price - a.y)) / (b.y - a.y);
}

const ordered = (curve: Curve): boolean => {
  const points = signed(curve);
  return points.every((point, i) => i === 0 || (point.q >= points[i - 1]!.q && point.p >= points[i - 1]!.p));
};

const clamp = (value: bigint, low: bigint | undefined, high: bigint | undefined): bigint =>
  low !== undefined && value < low ? low : high !== undefined && value > high ? high : value;

/** Moves a point to a power (injection positive) and a price, snapped to the venue's steps and held between its neighbours, floor and cap. */
export function movePoint(curve: Curve, index: number, to: { q?: bigint; p?: bigint }, limits: Limits): Curve {
  const list = signed(curve);
  const at = list.findIndex((point) => point.index === index);
  const own = list[at];
  if (!own) return curve;
  let q = to.q === undefined ? own.q : toTick(to.q, limits.quantityTick, "power");
  let p = to.p === undefined ? own.p : toTick(to.p, limits.priceTick, "price");
  if (ordered(curve)) {
    const [before, after] = [list[at - 1], list[at + 1]];
    const step = limits.quantityTick ?? usualTick("power");
    const gap = limits.increasing ? (limits.priceTick ?? usualTick("price")) : 0n;
    // Upright pieces are allowed on lines; steps need a width, and none of them is zero.
    const width = curve.shape === "step" ? step : 0n;
    q = clamp(q, before && before.q + width, after && after.q - width);
    if (curve.shape === "step" && q === 0n) q = own.q > 0n ? step : -step;
    p = clamp(p, before && before.p + gap, after && after.p - gap);
  }
  if (curve.side === "sell") q = clamp(q, 0n, undefined);
  if (curve.side === "buy") q = clamp(q, undefined, 0n);
  p = clamp(p, limits.floor, limits.cap);
  return put(curve, index, { q: write(curve.side === "buy" ? -q : q, "power"), p: write(p, "price") });
}

const put = (curve: Curve, index: number, point: Point): Curve => ({ ...curve, points: curve.points.map((old, j) => (j === index ? point : old)) });

/** One or ten ticks up, down, left or right on the picture. */
export function nudge(curve: Curve, index: number, by: { dx?: number; dy?: number }, limits: Limits): Curve {
  const own = signed(curve).find((point) => point.index === index);
  if (!own) return curve;
  const [dq, dp] = [limits.quantityTick ?? usualTick("power"), limits.priceTick ?? usualTick("price")];
  const to = { ...(by.dx ? { q: own.q + BigInt(by.dx) * dq } : {}), ...(by.dy ? { p: own.p + BigInt(by.dy) * dp } : {}) };
  return movePoint(curve, index, to, limits);
}

/** Adds a point after another: halfway to the next one, or as far again behind the last. Answers its place, or nothing where there is no room. */
export function insertPoint(curve: Curve, after: number, limits: Limits, range?: { low: bigint; high: bigint }): { curve: Curve; index: number } | undefined {
  const points = curve.points.filter((point) => !isBlank(point));
  if (points.length >= limits.maxPoints) return undefined;
  const at = Math.min(after, points.length - 1);
  const [a, b] = [points[at], points[at + 1]];
  const [dq, dp] = [limits.quantityTick ?? usualTick("power"), limits.priceTick ?? usualTick("price")];
  const number = (point: Point) => ({ q: micros(point.q, "power") ?? 0n, p: micros(point.p, "price") ?? 0n });
  const most = curve.side === "buy" ? range && -range.low : range?.high;
  let next: { q: bigint; p: bigint };
  if (!a) next = { q: most && most > 0n ? most : 1_000_000n, p: 0n };
  else if (b) {
    const [x, y] = [number(a), number(b)];
    next = { q: toTick((x.q + y.q) / 2n, limits.quantityTick, "power"), p: toTick((x.p + y.p) / 2n, limits.priceTick, "price") };
    if (next.q <= x.q || next.q >= y.q) return undefined;
  } else {
    const x = number(a);
    const before = points[at - 1] ? number(points[at - 1]!).q : 0n;
    let width = x.q - before > 0n ? x.q - before : 1_000_000n;
    // The new last point stays within what the asset can do, where there is room.
    if (most !== undefined && x.q < most && x.q + width > most) width = most - x.q;
    next = { q: x.q + (width < dq ? dq : width), p: curve.side === "buy" ? x.p - dp : x.p + dp };
  }
  const fresh = { q: write(next.q, "power"), p: write(clamp(next.p, limits.floor, limits.cap), "price") };
  return { curve: { ...curve, points: [...points.slice(0, at + 1), fresh, ...points.slice(at + 1)] }, index: at + 1 };
}

/** Takes a point away; without its last point there is no offer. */
export function removePoint(curve: Curve, index: number): Curve | undefined {
  const points = curve.points.filter((_, j) => j !== index);
  return points.some((point) => !isBlank(point)) ? { ...curve, points } : undefined;
}

/** Ends of an axis that hold the values with some air, on round figures. */
export function nice(low: number, high: number, count: number): { low: number; high: number; step: number; ticks: number[] } {
  const span = high - low || Math.abs(high) || 1;
  const rough = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((f) => f * power).find((s) => s >= rough) ?? rough;
  const from = Math.floor(low / step + 1e-9) * step;
  const to = Math.max(Math.ceil(high / step - 1e-9) * step, from + step);
  const ticks = Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => Number((from + i * step).toPrecision(12)));
  return { low: from, high: to, step, ticks };
}

