// Figures of series beside each other: how they move together and what lies between them.
import { divided } from "$lib/means";
import type { Grid, PricePoint } from "$lib/prices";

/** How alike two courses are, from −1 to 1, over the steps where both have a value; undefined where one does not move. */
export function correlation(a: readonly (number | null)[], b: readonly (number | null)[], first = 0, last = Math.min(a.length, b.length)): number | undefined {
  let [n, sumA, sumB] = [0, 0, 0];
  for (let i = first; i < last; i++) {
    if (a[i] == null || b[i] == null) continue;
    n += 1;
    sumA += a[i]!;
    sumB += b[i]!;
  }
  if (n < 2) return undefined;
  const [meanA, meanB] = [sumA / n, sumB / n];
  let [both, squareA, squareB] = [0, 0, 0];
  for (let i = first; i < last; i++) {
    if (a[i] == null || b[i] == null) continue;
    const [x, y] = [a[i]! - meanA, b[i]! - meanB];
    both += x * y;
    squareA += x * x;
    squareB += y * y;
  }
  const size = Math.sqrt(squareA * squareB);
  return size < 1e-12 ? undefined : both / size;
}

/** A price in millionths: prices have at most six decimals, and their sums over years stay exact. */
const micro = (price: string): number => Math.round(Number(price) * 1e6);

export interface Between {
  /** On how many steps both have a price. */
  common: number;
  /** Mean of the difference, exact and rounded half to even to 0.01. */
  mean: string;
  /** On how many of them the first is above the second. */
  above: number;
}

/** `a − b` over the steps `[first, last)` of the grid; undefined where they have none in common. */
export function between(axis: Grid, a: number, b: number, lists: readonly (readonly PricePoint[])[], first = 0, last = axis.x.length): Between | undefined {
  const [ofA, ofB] = [lists[a]!.map((p) => micro(p.price)), lists[b]!.map((p) => micro(p.price))];
  let [common, total, above] = [0, 0n, 0];
  for (let i = first; i < last; i++) {
    const [pa, pb] = [axis.index[a]![i]!, axis.index[b]![i]!];
    if (pa < 0 || pb < 0) continue;
    const more = ofA[pa]! - ofB[pb]!;
    common += 1;
    total += BigInt(more);
    if (more > 0) above += 1;
  }
  return common === 0 ? undefined : { common, mean: divided(total, BigInt(common), 6, 2), above };
}
