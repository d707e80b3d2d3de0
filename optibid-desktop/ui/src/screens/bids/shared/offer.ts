// What a bid offers, in exact numbers: lots by period, and the sum of each side. Power is whole kW, a price whole millionths, energy kW times minutes.
import type { BidDraft, BidView, OfferKind } from "$lib/api/types";

/** A quantity at a price in a period. */
export interface Lot {
  /** The start of its period in milliseconds. */
  start: number;
  minutes: number;
  /** Positive is sold, negative bought. */
  kw: number;
  /** At the beginning of the piece, next to zero: the highest price that is paid, the lowest that is taken. */
  from: number;
  /** At its end; of a step the same. */
  price: number;
}

/** One side of an offer. */
export interface Side {
  /** Energy in all, in kW times minutes; of an ancillary service the capacity over time. */
  energy: bigint;
  /** The largest power of a period in kW. */
  kw: number;
  /** Lowest and highest price in millionths. */
  low: number;
  high: number;
  /** What all of a sale brings at least, or a purchase costs at most (then negative), in 1 / 120,000,000,000 of the currency. */
  worth: bigint;
}

export interface Figures {
  kind: OfferKind;
  /** The starts of the periods that are offered, in order. */
  starts: number[];
  /** How long a period is; 0 where nothing is offered. */
  minutes: number;
  buy: Side | undefined;
  sell: Side | undefined;
  /** Whether capacity is offered and no energy. */
  capacity: boolean;
}

const MINUTES: Record<string, number> = { PT5M: 5, PT15M: 15, PT30M: 30, PT60M: 60 };
const WORTH = 120_000_000_000n;

/** A decimal as a whole number of its smallest unit; exact, for the server keeps no more digits. */
export function scaled(text: string, digits: number): number {
  const [whole = "0", part = ""] = text.replace(/^[-+]/, "").split(".");
  const value = Number(whole + part.slice(0, digits).padEnd(digits, "0"));
  return text.startsWith("-") ? -value : value;
}
export const kilowatts = (text: string): number => scaled(text, 3);
export const micros = (text: string): number => scaled(text, 6);

/** A whole number of smallest units as a decimal, without zeros at its end beyond `least` digits. */
export function decimal(value: bigint | number, digits: number, least = 0): string {
  const big = BigInt(value);
  const text = (big < 0n ? -big : big).toString().padStart(digits + 1, "0");
  const [whole, part] = [text.slice(0, text.length - digits), text.slice(text.length - digits)];
  const kept = part.replace(/0+$/, "").padEnd(least, "0");
  return `${big < 0n ? "-" : ""}${whole}${kept ? `.${kept}` : ""}`;
}
/** A quotient, rounded half away from zero. */
function divided(value: bigint, by: bigint): bigint {
  const half = value < 0n ? -by / 2n : by / 2n;
  return (value + half) / by;
}

export const megawatts = (kw: number): string => decimal(kw, 3);
/** Exact where periods are quarters of an hour or longer. */
export const megawattHours = (energy: bigint): string => decimal(divided(energy * 5n, 3n), 5);
export const priceOf = (micro: number): string => decimal(micro, 6);
export const moneyOf = (worth: bigint): string => decimal(divided(worth * 100n, WORTH), 2, 2);

export const kindOf = (content: BidDraft): OfferKind => content.kind ?? "curve";

/** The lots of an offer. */
export function lots(content: BidDraft): Lot[] {
  const of = (period: { start: string; resolution: string }) => ({ start: Date.parse(period.start), minutes: MINUTES[period.resolution] ?? 60 });
  if (content.blocks)
    return content.blocks.flatMap((block) =>
      block.profile.map((volume) => ({ ...of(volume.period), kw: kilowatts(volume.quantity), from: micros(block.price), price: micros(block.price) })));
  if (content.spreads)
    // What is paid for is the way from source to sink: a purchase.
    return content.spreads.map((spread) => ({ ...of(spread.period), kw: -kilowatts(spread.quantity), from: micros(spread.max_price), price: micros(spread.max_price) }));
  return (content.periods ?? []).flatMap(({ period, curve }) => curveLots(curve).map((lot) => ({ ...of(period), ...lot })));
}

type Curve = NonNullable<BidDraft["periods"]>[number]["curve"];
interface Point { kw: number; price: number }

/** The points of a curve as signed injection, from the largest purchase to the largest sale. */
export function injection(curve: Curve): Point[] {
  const points = curve.points.map((point) => ({ kw: kilowatts(point.quantity), price: micros(point.price) }));
  return curve.side === "buy" ? points.map((point) => ({ ...point, kw: -point.kw })).reverse() : points;
}

/** One lot a step, one a piece of a line. */
function curveLots(curve: Curve): Pick<Lot, "kw" | "from" | "price">[] {
  const points = injection(curve);
  const found = [];
  for (const [i, point] of points.entries()) {
    const beside = point.kw < 0 ? points[i + 1] : points[i - 1];
    let from = curve.shape === "linear" && beside ? beside.price : point.price;
    let near = beside?.kw ?? 0;
    // A piece ends at zero where its neighbour lies on the other side.
    if (near < 0 !== point.kw < 0) {
      if (beside && from !== point.price && near !== point.kw)
        from = beside.price + Number((BigInt(point.price - beside.price) * BigInt(-near)) / BigInt(point.kw - near));
      near = 0;
    }
    if (point.kw !== near) found.push({ kw: point.kw - near, from, price: point.price });
  }
  return found;
}

/** What an offer sells or buys in all; nothing where it does neither. */
export function side(all: readonly Lot[], sells: boolean): Side | undefined {
  let found: Side | undefined;
  let [start, power] = [NaN, 0];
  for (const lot of all) {
    if (lot.kw > 0 !== sells || lot.kw === 0) continue;
    found ??= { energy: 0n, kw: 0, low: lot.price, high: lot.price, worth: 0n };
    if (lot.start !== start) [start, power] = [lot.start, 0];
    power += Math.abs(lot.kw);
    found.kw = Math.max(found.kw, power);
    found.low = Math.min(found.low, lot.price, lot.from);
    found.high = Math.max(found.high, lot.price, lot.from);
    const energy = BigInt(lot.kw) * BigInt(lot.minutes);
    found.energy += sells ? energy : -energy;
    // All of a sale clears at its last price or above. A purchase pays one price for what it gets: never more than the area below its curve.
    const twice = sells ? 2 * lot.price : lot.price >= 0 ? lot.from + lot.price : Math.max(0, lot.from);
    found.worth += energy * BigInt(twice);
  }
  return found;
}

const kept = new WeakMap<BidDraft, Figures>();

/** The figures of an offer; worked out once. */
export function figures(content: BidDraft): Figures {
  let found = kept.get(content);
  if (!found) {
    const all = lots(content);
    if (content.blocks) all.sort((a, b) => a.start - b.start);
    const kind = kindOf(content);
    found = {
      kind,
      starts: [...new Set(all.map((lot) => lot.start))].sort((a, b) => a - b),
      minutes: all[0]?.minutes ?? 0,
      buy: side(all, false),
      sell: side(all, true),
      capacity: kind === "ancillary_service",
    };
    kept.set(content, found);
  }
  return found;
}

export interface Sum {
  bids: number;
  buy: bigint;
  sell: bigint;
  /** Capacity of ancillary services. */
  capacity: bigint;
  /** Worst worth by currency: sales bring at least, purchases cost at most. */
  worth: Map<string, { buy: bigint; sell: bigint }>;
}

/** The figures of several bids together. */
export function summed(bids: readonly BidView[]): Sum {
  const sum: Sum = { bids: bids.length, buy: 0n, sell: 0n, capacity: 0n, worth: new Map() };
  for (const { content } of bids) {
    const { buy, sell, capacity } = figures(content);
    if (capacity) sum.capacity += (buy?.energy ?? 0n) + (sell?.energy ?? 0n);
    else {
      sum.buy += buy?.energy ?? 0n;
      sum.sell += sell?.energy ?? 0n;
    }
    const worth = sum.worth.get(content.currency) ?? { buy: 0n, sell: 0n };
    worth.buy += buy?.worth ?? 0n;
    worth.sell += sell?.worth ?? 0n;
    sum.worth.set(content.currency, worth);
  }
  return sum;
}
