// The curve of one period as a line: power across, price up, purchases left of zero.
import type { Lot } from "../shared/offer";

export interface Spot {
  kw: number;
  price: number;
}

/** The corners of one side, from zero outwards: the dearest purchase, the cheapest sale first. */
export function outline(lots: readonly Lot[], sells: boolean): Spot[] {
  const of = lots.filter((lot) => lot.kw !== 0 && lot.kw > 0 === sells).toSorted((a, b) => (sells ? a.from - b.from || a.price - b.price : b.from - a.from || b.price - a.price));
  const spots: Spot[] = [];
  let kw = 0;
  for (const lot of of) {
    spots.push({ kw, price: lot.from });
    kw += lot.kw;
    spots.push({ kw, price: lot.price });
  }
  return spots.filter((spot, i) => i === 0 || spot.kw !== spots[i - 1]!.kw || spot.price !== spots[i - 1]!.price);
}

/** Round values for an axis, `count` or fewer, from below `low` to above `high`. */
export function ticks(low: number, high: number, count: number): number[] {
  const rough = (high - low || Math.abs(high) || 1) / Math.max(1, count);
  const ten = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((n) => n * ten).find((n) => n >= rough - ten * 1e-9)!;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)) + 0);
}
