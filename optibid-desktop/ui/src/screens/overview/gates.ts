// Gate closures: what closes next, and whether a bid of ours is at the venue for it.
import type { Asset, BidState, BidView, MarketView, ProductView } from "$lib/api/types";

export interface Gate {
  market: string;
  product: ProductView;
  day: string;
  closes: number;
  /** Whether the product is bid for, or there are assets in a market where nothing was bid for yet. */
  own: boolean;
}

/** How near a gate is: from here on it is soon, and here one must act. */
export const SOON = 30 * 60_000;
export const NOW = 10 * 60_000;

/** Bids that still count for a gate. */
const GONE: readonly BidState[] = ["withdrawn", "expired"];
/** States in which the venue has the bid. */
const AT_VENUE: readonly BidState[] = ["submitted", "acknowledged", "cleared", "partly_cleared", "not_cleared", "settled"];

/** Who trades there: products that are bid for, and markets with assets. */
export interface Trading {
  bids: readonly Pick<BidView, "content">[];
  assets: readonly Pick<Asset, "market">[];
}

/** The next gates of all products; those of one's own products first, then the one that closes first. */
export function nextGates(markets: readonly MarketView[], { bids, assets }: Trading): Gate[] {
  const products = new Set(bids.map((bid) => `${bid.content.market} ${bid.content.product}`));
  const bidFor = new Set(bids.map((bid) => bid.content.market));
  const owned = new Set(assets.map((asset) => asset.market));
  // Who bids day-ahead alone is not told of every real-time gate.
  const own = (market: string, product: string) =>
    products.has(`${market} ${product}`) || (!bidFor.has(market) && owned.has(market));
  const gates = markets.flatMap(({ market, products: list }) =>
    list.flatMap((product): Gate[] =>
      product.next_gate
        ? [{ market, product, day: product.next_gate.delivery_day, closes: Date.parse(product.next_gate.closes_at), own: own(market, product.product) }]
        : [],
    ),
  );
  return gates.sort((a, b) => Number(b.own) - Number(a.own) || a.closes - b.closes || a.market.localeCompare(b.market));
}

/** Our bids for a gate that still count. */
export const bidsFor = (gate: Gate, bids: readonly BidView[]): BidView[] =>
  bids.filter(({ content, state }) =>
    content.market === gate.market && content.product === gate.product.product && content.delivery_day === gate.day && !GONE.includes(state));

export interface Standing {
  word: string;
  tone: "ok" | "warn" | "danger" | "neutral";
  title: string;
}

/** Where our bids for a gate stand, in a word: the best of them counts, one whose fate is unknown before all. */
export function standing(bids: readonly BidView[]): Standing {
  const of = (test: (state: BidState) => boolean) => bids.filter((bid) => test(bid.state)).length;
  const unknown = of((state) => state === "unknown");
  if (unknown) return { word: "unknown", tone: "danger", title: "The venue's answer to a bid never came: ask it again" };
  const there = of((state) => AT_VENUE.includes(state));
  if (there) return { word: "at venue", tone: "ok", title: there > 1 ? `${there} bids are at the venue` : "A bid is at the venue" };
  const rejected = of((state) => state === "rejected");
  if (rejected) return { word: "rejected", tone: "danger", title: "The venue rejected the bid for this gate" };
  if (bids.length) {
    const [first] = bids;
    return { word: first!.state, tone: "warn", title: "Not submitted yet: the venue knows nothing of it" };
  }
  return { word: "none", tone: "neutral", title: "No bid for this gate" };
}
