// A bid period by period: what is offered, what was awarded, at what price the market cleared. Every period of the day has a row, so that holes are seen.
import type { Award, BidDraft } from "$lib/api/types";
import { price, power } from "$lib/format";
import { kilowatts, lots, megawatts, micros, priceOf, type Lot } from "../shared/offer";

export interface Offered {
  kw: number;
  /** The highest price it buys at, the lowest it sells at. */
  best: number;
  /** The price at the end of its last piece. */
  last: number;
}

export interface PeriodRow {
  start: number;
  end: number;
  buy: Offered | undefined;
  sell: Offered | undefined;
  lots: Lot[];
  /** Signed: positive is sold. */
  award: { kw: number; price: number } | undefined;
  /** What the market cleared at, where it is known. */
  cleared: number | undefined;
}

export function periodRows(content: BidDraft, starts: readonly number[], minutes: number, awards: readonly Award[], prices: ReadonlyMap<number, string>): PeriodRow[] {
  const all = grouped(lots(content), (lot) => lot.start);
  const given = grouped(awards, (award) => Date.parse(award.period.start));
  return starts.map((start) => {
    const here = all.get(start) ?? [];
    const won = given.get(start);
    const known = prices.get(start);
    return {
      start,
      end: start + minutes * 60_000,
      buy: offered(here, false),
      sell: offered(here, true),
      lots: here,
      award: won?.length ? { kw: won.reduce((sum, award) => sum + kilowatts(award.quantity), 0), price: micros(won[0]!.price) } : undefined,
      cleared: won?.length ? micros(won[0]!.price) : known === undefined ? undefined : micros(known),
    };
  });
}

function grouped<T>(all: readonly T[], by: (of: T) => number): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const one of all) groups.set(by(one), [...(groups.get(by(one)) ?? []), one]);
  return groups;
}

function offered(all: readonly Lot[], sells: boolean): Offered | undefined {
  const of = all.filter((lot) => lot.kw !== 0 && lot.kw > 0 === sells);
  if (of.length === 0) return undefined;
  const prices = of.flatMap((lot) => [lot.from, lot.price]);
  const [low, high] = [Math.min(...prices), Math.max(...prices)];
  return { kw: of.reduce((sum, lot) => sum + Math.abs(lot.kw), 0), best: sells ? low : high, last: sells ? high : low };
}

const signed = (kw: number): string => `${kw < 0 ? "−" : "+"}${power(megawatts(Math.abs(kw)))}`;

/** `+5.0 at 45.00 to 48.25`: the pieces of an offer, the dearest purchase first. */
export const piecesOf = (row: PeriodRow): string[] =>
  row.lots.map((lot) => `${signed(lot.kw)} at ${lot.from === lot.price ? price(priceOf(lot.price)) : `${price(priceOf(lot.from))} to ${price(priceOf(lot.price))}`}`);

export interface Awarded {
  /** In kW times minutes, both positive. */
  bought: bigint;
  sold: bigint;
  /** What it is worth at the clearing prices, sales less purchases, in the units of `moneyOf`. */
  worth: bigint;
  periods: number;
}

/** All awards of a bid together. */
export function awarded(awards: readonly Award[]): Awarded {
  const sum: Awarded = { bought: 0n, sold: 0n, worth: 0n, periods: new Set(awards.map((award) => award.period.start)).size };
  for (const { quantity, price: at, period } of awards) {
    const minutes = { PT5M: 5n, PT15M: 15n, PT30M: 30n, PT60M: 60n }[period.resolution];
    const energy = BigInt(kilowatts(quantity)) * minutes;
    if (energy > 0n) sum.sold += energy;
    else sum.bought -= energy;
    sum.worth += 2n * energy * BigInt(micros(at));
  }
  return sum;
}
