// Bids in words, the same in tables, questions and notices.
import type { BidDraft, BidView, OfferKind } from "$lib/api/types";
import { count, money, power, price, words } from "$lib/format";
import { clock, dateOf, dayText, duration, zoneName, type Instant } from "$lib/time";
import { megawattHours, moneyOf, priceOf, type Side, type Sum } from "./offer";

export const KINDS: Record<OfferKind, string> = {
  curve: "curve", three_part: "three-part offer", virtual: "virtual", spread: "spread", ancillary_service: "ancillary service", block: "blocks",
};

export const bidsWord = (n: number): string => (n === 1 ? "1 bid" : `${count(n)} bids`);

/** `Sun 2024-08-25`. */
export const weekday = (day: string): string => `${dayText(day).slice(0, 3)} ${day}`;

/** `2024-08-26 01:00 CDT`. */
export const moment = (at: Instant, zone: string): string => `${dateOf(at, zone)} ${clock(at, zone)} ${zoneName(at, zone)}`;

/** Room for digits that others of its column have, so that decimal points stand below each other. */
export function aligned(text: string, digits: number): string {
  const mark = Math.max(text.lastIndexOf("."), text.lastIndexOf(","));
  const has = mark >= 0 && text.length - mark <= 7 ? text.length - mark - 1 : 0;
  return text === "" ? text : text + "\u2007".repeat(Math.max(0, digits - has));
}

export const mwh = (energy: bigint): string => power(megawattHours(energy));

/** `60.0 MWh sell, 25.0 MWh buy`. */
export function energyWords(sum: Pick<Sum, "buy" | "sell" | "capacity">): string {
  const parts = [
    ...(sum.sell ? [`${mwh(sum.sell)} MWh sell`] : []),
    ...(sum.buy ? [`${mwh(sum.buy)} MWh buy`] : []),
    ...(sum.capacity ? [`${mwh(sum.capacity)} MW·h of reserve`] : []),
  ];
  return parts.length ? parts.join(", ") : "nothing offered";
}

/** `24.57` or `24.57 to 31.00`. */
export const pricesWord = (side: Pick<Side, "low" | "high">): string =>
  side.low === side.high ? price(priceOf(side.low)) : `${price(priceOf(side.low))} to ${price(priceOf(side.high))}`;

/** `brings at least 1,234.00 USD`, `costs at most 512.40 USD`: in the worst case, which is at the own prices. */
export function worthWords(side: Side, sells: boolean, currency: string): string {
  const amount = moneyOf(side.worth);
  if (sells) return amount.startsWith("-") ? `costs at most ${money(amount.slice(1))} ${currency}` : `brings at least ${money(amount)} ${currency}`;
  return `costs at most ${money(amount.replace("-", ""))} ${currency}`;
}

/** `gate closes in 3h 10m`, `gates close in 3h 10m to 1d 02h, 1 has closed`. */
export function gateWords(closes: readonly (number | undefined)[], now: number): string {
  const known = closes.filter((at) => at !== undefined).sort((a, b) => a - b);
  const coming = known.filter((at) => at > now);
  const gone = known.length - coming.length;
  const parts = [];
  if (coming.length) {
    const [first, last] = [duration(coming[0]! - now), duration(coming.at(-1)! - now)];
    parts.push(`${coming.length === 1 ? "gate closes" : "gates close"} in ${first === last ? first : `${first} to ${last}`}`);
  }
  if (gone) parts.push(closes.length === 1 ? "gate has closed" : `${gone === known.length ? "all gates have" : gone === 1 ? "1 gate has" : `${gone} gates have`} closed`);
  return parts.join(", ");
}

/** `2 acknowledged, 1 rejected`: by what each has become. */
export function statesWord(bids: readonly Pick<BidView, "state">[]): string {
  const counts = new Map<string, number>();
  for (const { state } of bids) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, n]) => `${n} ${words(state)}`).join(", ");
}

/** `ERCOT DAM HB_SOUTH`. */
export const placeOf = (content: Pick<BidDraft, "market" | "product" | "location" | "sink">): string =>
  `${content.market} ${content.product} ${content.location}${content.sink ? ` → ${content.sink}` : ""}`;
