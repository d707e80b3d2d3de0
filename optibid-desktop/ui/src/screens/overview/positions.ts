// Net positions of a day, by product and location.
import type { Position } from "$lib/api/types";
import { less } from "$lib/exact";
import { sum } from "$lib/format";
import { resolutionMs } from "$lib/time";

export interface Net {
  key: string;
  market: string;
  product: string;
  location: string;
  step: number;
  /** Energy in MWh, as text and without a sign. */
  bought: string;
  sold: string;
  /** Sold less bought. */
  net: string;
  periods: { at: number; quantity: string }[];
}

export function netPositions(positions: readonly Position[]): Net[] {
  const groups = new Map<string, Position[]>();
  for (const p of positions) {
    const key = `${p.market} ${p.product} ${p.location} ${p.period.resolution}`;
    groups.set(key, [...(groups.get(key) ?? []), p]);
  }
  return [...groups].map(([key, list]) => {
    const { market, product, location, period } = list[0]!;
    const bought = sum(list.filter((p) => p.energy.startsWith("-")).map((p) => p.energy.slice(1)));
    const sold = sum(list.filter((p) => !p.energy.startsWith("-")).map((p) => p.energy));
    return {
      key, market, product, location, step: resolutionMs(period.resolution),
      bought, sold, net: less(sold, bought),
      periods: list.map((p) => ({ at: Date.parse(p.period.start), quantity: p.quantity })).sort((a, b) => a.at - b.at),
    };
  });
}
