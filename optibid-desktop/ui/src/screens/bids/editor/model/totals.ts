// What a bid comes to: energy and prices a side, exact.
import { millis } from "$lib/time";
import { micros, write } from "./decimal";
import { isOffered, once, pointsOf, type Curve, type Doc, type Row } from "./doc";

export interface SideTotal {
  periods: number;
  /** The largest energy that can be awarded, in MWh. */
  energy: string;
  /** The largest power of a period, in MW. */
  power: string;
  low: string | undefined;
  high: string | undefined;
}
export interface Totals {
  periods: number;
  sell: SideTotal;
  buy: SideTotal;
}

/** The largest withdrawal and injection that a curve offers, both as magnitudes in millionths of a MW. */
export const extent = (curve: Curve | undefined): { buy: bigint; sell: bigint } => (curve ? extentOf(curve) : { buy: 0n, sell: 0n });
const extentOf = once((curve: Curve): { buy: bigint; sell: bigint } => {
  let [buy, sell] = [0n, 0n];
  for (const point of pointsOf(curve)) {
    const q = micros(point.q, "power");
    if (q === undefined) continue;
    const signed = curve.side === "buy" ? -q : q;
    if (signed > sell) sell = signed;
    if (-signed > buy) buy = -signed;
  }
  return { buy, sell };
});

/** What blocks offer in a period: volumes of a side add up. */
export function blockExtents(doc: Doc, rows: readonly Row[]): { buy: bigint; sell: bigint }[] {
  const at = new Map(rows.map((row) => [row.start, row.index]));
  const sums = rows.map(() => ({ buy: 0n, sell: 0n }));
  for (const block of doc.rest.blocks ?? [])
    for (const one of block.profile) {
      const sum = sums[at.get(millis(one.period.start)) ?? -1];
      const q = micros(one.quantity, "power");
      if (sum && q !== undefined) sum[q < 0n ? "buy" : "sell"] += q < 0n ? -q : q;
    }
  return sums;
}

export interface PriceRange {
  low: bigint;
  high: bigint;
  /** Every price that is offered at, in millionths. */
  all: readonly bigint[];
}
/** The prices of a curve on each side. */
export const pricesOf = once((curve: Curve): { sell?: PriceRange; buy?: PriceRange } => {
  const list: Record<"buy" | "sell", bigint[]> = { buy: [], sell: [] };
  curve.points.forEach((point, j) => {
    const price = micros(point.p, "price");
    if (price !== undefined) list[sideOfPoint(curve, j)].push(price);
  });
  const range = (all: bigint[]): PriceRange | undefined => (all.length ? { low: all.reduce((a, b) => (b < a ? b : a)), high: all.reduce((a, b) => (b > a ? b : a)), all } : undefined);
  return { sell: range(list.sell), buy: range(list.buy) };
});

/** On which side a point of a curve offers. Zero belongs to the side that the curve goes on to. */
export function sideOfPoint(curve: Curve, index: number): "buy" | "sell" {
  if (curve.side !== "storage") return curve.side;
  return (micros(curve.points[index]?.q ?? "", "power") ?? 0n) < 0n ? "buy" : "sell";
}

export function totals(doc: Doc, rows: readonly Row[]): Totals {
  const sums = { sell: empty(), buy: empty() };
  let periods = 0;
  doc.curves.forEach((curve, index) => {
    const row = rows[index];
    if (!row || !isOffered(curve)) return;
    periods += 1;
    const minutes = BigInt(Math.round((row.end - row.start) / 60_000));
    const size = extent(curve);
    for (const side of ["sell", "buy"] as const) {
      const sum = sums[side];
      if (size[side] === 0n) continue;
      sum.periods += 1;
      sum.minutes += size[side] * minutes;
      if (size[side] > sum.power) sum.power = size[side];
      const prices = pricesOf(curve)[side];
      if (prices && (sum.low === undefined || prices.low < sum.low)) sum.low = prices.low;
      if (prices && (sum.high === undefined || prices.high > sum.high)) sum.high = prices.high;
    }
  });
  return { periods, sell: shown(sums.sell), buy: shown(sums.buy) };
}

interface Sum {
  periods: number;
  minutes: bigint;
  power: bigint;
  low: bigint | undefined;
  high: bigint | undefined;
}
const empty = (): Sum => ({ periods: 0, minutes: 0n, power: 0n, low: undefined, high: undefined });
const shown = (sum: Sum): SideTotal => ({
  periods: sum.periods,
  // Five-minute periods have thirds of a kWh: the nearest kWh is shown.
  energy: write(((sum.minutes + 30_000n) / 60_000n) * 1_000n, "power"),
  power: write(sum.power, "power"),
  low: sum.low === undefined ? undefined : write(sum.low, "price"),
  high: sum.high === undefined ? undefined : write(sum.high, "price"),
});
