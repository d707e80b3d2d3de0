// The columns of the blotter of bids, and what bids are grouped by.
import type { Snippet } from "svelte";
import type { BidView } from "$lib/api/types";
import type { Column, Grouping } from "$lib/blotter/columns";
import { count, money, power, price, shortId, words } from "$lib/format";
import { router } from "$lib/router.svelte";
import { session } from "$lib/session.svelte";
import { dayText, millis } from "$lib/time";
import { gates } from "../shared/gates.svelte";
import { figures, kindOf, megawatts, megawattHours, moneyOf, priceOf, type Figures, type Side } from "../shared/offer";
import { isOpen, orderOf } from "../shared/states";
import { aligned, KINDS, moment, mwh, weekday } from "../shared/words";

export interface Drawn {
  state: Snippet<[BidView]>;
  gate: Snippet<[BidView]>;
}
export interface Known {
  zone: string;
  /** Now, for what is closed already. */
  now: number;
  assets: ReadonlyMap<string, string>;
}

/** When a bid closes, where that still matters; null once its day is over. */
export function gateOf(bid: BidView, now: number): number | null | undefined {
  if (!isOpen(bid) || gates.isOver(bid.content, now)) return null;
  return gates.closes(bid.content);
}

type PickSide = (of: Figures) => Side | undefined;
const buy: PickSide = (of) => of.buy;
const sell: PickSide = (of) => of.sell;
const of = (bid: BidView): Figures => figures(bid.content);

/** Energy of one side; of reserve there is none. */
function energy(id: string, label: string, pick: PickSide, about: string): Column<BidView> {
  const amount = (bid: BidView) => (of(bid).capacity ? undefined : pick(of(bid))?.energy);
  return {
    id, label, unit: "MWh", about, width: 88, align: "end",
    value: (bid) => (amount(bid) === undefined ? undefined : Number(amount(bid)) / 60_000),
    text: (bid) => (amount(bid) === undefined ? "" : aligned(mwh(amount(bid)!), 2)),
    copy: (bid) => (amount(bid) === undefined ? "" : megawattHours(amount(bid)!)),
    tone: () => id,
    total: { of: amount, show: (total) => aligned(mwh(total), 2) },
  };
}
const priced = (id: string, label: string, about: string, micro: (bid: BidView) => number | undefined): Column<BidView> => ({
  id, label, about, width: 92, align: "end",
  value: (bid) => micro(bid),
  text: (bid) => (micro(bid) === undefined ? "" : price(priceOf(micro(bid)!))),
  copy: (bid) => (micro(bid) === undefined ? "" : priceOf(micro(bid)!)),
});
const powered = (id: string, label: string, pick: PickSide, about: string): Column<BidView> => ({
  id, label, unit: "MW", about, width: 84, align: "end", optional: true,
  value: (bid) => pick(of(bid))?.kw,
  text: (bid) => (pick(of(bid)) ? power(megawatts(pick(of(bid))!.kw)) : ""),
  copy: (bid) => (pick(of(bid)) ? megawatts(pick(of(bid))!.kw) : ""),
});
const worth = (id: string, label: string, pick: PickSide, about: string): Column<BidView> => {
  const text = (bid: BidView) => {
    const side = pick(of(bid));
    return side ? moneyOf(side.worth) : "";
  };
  return { id, label, about, width: 112, align: "end", optional: true, value: (bid) => (text(bid) === "" ? undefined : Number(text(bid))), text: (bid) => (text(bid) === "" ? "" : money(text(bid))), copy: text };
};

export const bidColumns = (drawn: Drawn, { zone, now, assets }: Known): Column<BidView>[] => [
  { id: "id", label: "Bid", about: "The last letters of the bid's id", width: 70, value: (bid) => bid.id, text: (bid) => shortId(bid.id), copy: (bid) => bid.id, href: (bid) => router.link(`/bids/${bid.id}`) },
  { id: "state", label: "State", about: "Where it stands in its lifecycle", width: 124, value: (bid) => orderOf(bid.state), text: (bid) => words(bid.state), cell: drawn.state, flash: true },
  { id: "day", label: "Delivery day", about: "The day of delivery, in the market's zone", width: 134, value: (bid) => bid.content.delivery_day, text: (bid) => weekday(bid.content.delivery_day), copy: (bid) => bid.content.delivery_day },
  { id: "gate", label: "Gate in", about: "How long until the first offered period closes; empty once it no longer matters", width: 84, align: "end",
    value: (bid) => gateOf(bid, now) ?? undefined,
    text: (bid) => gateText(bid, zone, now), cell: drawn.gate },
  { id: "market", label: "Market", about: "Market and product", width: 128, value: (bid) => `${bid.content.market} ${bid.content.product}` },
  { id: "location", label: "Location", about: "Where it settles; of a spread from source to sink", width: 112, value: (bid) => bid.content.location, text: (bid) => (bid.content.sink ? `${bid.content.location} → ${bid.content.sink}` : bid.content.location) },
  { id: "kind", label: "Kind", about: "What is offered", width: 122, value: (bid) => KINDS[kindOf(bid.content)], text: (bid) => (bid.content.service ? `${bid.content.service} reserve` : KINDS[kindOf(bid.content)]), tone: () => "soft" },
  energy("buy", "Buy", buy, "Energy it buys if all of it is awarded"),
  priced("pays", "At most", "The highest price it pays per MWh", (bid) => of(bid).buy?.high),
  energy("sell", "Sell", sell, "Energy it sells if all of it is awarded"),
  priced("takes", "At least", "The lowest price it takes per MWh", (bid) => of(bid).sell?.low),
  { id: "currency", label: "Unit", about: "Unit of its prices", width: 92, value: (bid) => bid.content.currency, text: (bid) => `${bid.content.currency}/${of(bid).capacity ? "MW·h" : "MWh"}`, tone: () => "dim" },
  { id: "periods", label: "Periods", about: "How many delivery periods it offers in", width: 74, align: "end", value: (bid) => of(bid).starts.length, text: (bid) => count(of(bid).starts.length) },
  { id: "asset", label: "Asset", about: "The battery, plant or load behind it", width: 190, value: (bid) => nameOf(bid, assets), tone: () => "soft" },
  { id: "reserve", label: "Reserve", unit: "MW·h", about: "Capacity of ancillary services over the hours offered", width: 104, align: "end", optional: true,
    value: (bid) => (of(bid).capacity ? Number(of(bid).sell?.energy ?? of(bid).buy?.energy ?? 0n) / 60_000 : undefined),
    text: (bid) => (of(bid).capacity ? mwh(of(bid).sell?.energy ?? of(bid).buy?.energy ?? 0n) : ""),
    total: { of: (bid) => (of(bid).capacity ? (of(bid).sell?.energy ?? of(bid).buy?.energy) : undefined), show: mwh } },
  powered("buypower", "Buy", buy, "The most it buys in a period"),
  powered("sellpower", "Sell", sell, "The most it sells in a period"),
  worth("brings", "Brings at least", sell, "What the sale brings at least if all of it is awarded: at its own prices"),
  worth("costs", "Costs at most", (figure) => figure.buy, "What the purchase costs at most, as a negative amount"),
  { id: "reference", label: "Venue reference", about: "Under what name the venue has it", width: 150, value: (bid) => bid.venue_reference ?? undefined, tone: () => "dim" },
  { id: "moved", label: "Moved", about: "When its state changed last", width: 160, value: (bid) => millis(bid.updated_at), text: (bid) => moment(bid.updated_at, zone), copy: (bid) => bid.updated_at, tone: () => "dim" },
  { id: "created", label: "Drafted", about: "When it was drafted", width: 160, optional: true, value: (bid) => millis(bid.created_at), text: (bid) => moment(bid.created_at, zone), copy: (bid) => bid.created_at, tone: () => "dim" },
  { id: "author", label: "By", about: "Who drafted it", width: 90, optional: true, value: (bid) => (bid.author === session.me?.user.id ? "you" : `user ${shortId(bid.author)}`) },
  { id: "note", label: "Note", about: "The trader's note", width: 220, optional: true, value: (bid) => bid.content.note ?? undefined },
  { id: "version", label: "Version", about: "How many moves it has made", width: 72, align: "end", optional: true, value: (bid) => bid.version },
];

const nameOf = (bid: BidView, assets: ReadonlyMap<string, string>): string | undefined =>
  bid.content.asset ? (assets.get(bid.content.asset) ?? `asset ${shortId(bid.content.asset)}`) : undefined;

function gateText(bid: BidView, zone: string, now: number): string {
  const at = gateOf(bid, now);
  if (at === null || at === undefined) return "";
  return at <= now ? "closed" : moment(at, zone);
}

export const bidGroups = (assets: ReadonlyMap<string, string>): Grouping<BidView>[] => [
  { id: "state", label: "state", key: (bid) => bid.state, order: (bid) => orderOf(bid.state), text: (bid) => words(bid.state) },
  { id: "day", label: "delivery day", key: (bid) => bid.content.delivery_day, text: (bid) => dayText(bid.content.delivery_day), down: true },
  { id: "market", label: "market", key: (bid) => `${bid.content.market} ${bid.content.product}` },
  { id: "asset", label: "asset", key: (bid) => nameOf(bid, assets) ?? "", text: (bid) => nameOf(bid, assets) ?? "no asset" },
];
