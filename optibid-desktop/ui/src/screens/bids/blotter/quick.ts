// The quick filters of the blotter: a state or a family of states, a market, a delivery day.
import type { BidState, BidView } from "$lib/api/types";
import { words } from "$lib/format";
import { STATES } from "../shared/states";

export const FAMILIES: Record<string, { label: string; states: readonly BidState[] }> = {
  open: { label: "open", states: ["draft", "validated", "rejected"] },
  venue: { label: "at the venue", states: ["submitted", "unknown", "acknowledged"] },
  awarded: { label: "with awards", states: ["cleared", "partly_cleared"] },
  over: { label: "over", states: ["not_cleared", "settled", "withdrawn", "expired"] },
};

export interface Quick {
  /** A family, or states with commas between. */
  state: string | undefined;
  market: string | undefined;
  day: string | undefined;
}

export const statesOf = (text: string | undefined): readonly string[] | undefined =>
  text === undefined ? undefined : (FAMILIES[text]?.states ?? text.split(","));

/** The condition of the quick filters; undefined where none is set. */
export function passes({ state, market, day }: Quick): ((bid: BidView) => boolean) | undefined {
  const states = statesOf(state);
  if (!states && !market && !day) return undefined;
  return (bid) =>
    (!states || states.includes(bid.state)) && (!market || bid.content.market === market) && (!day || bid.content.delivery_day === day);
}

export interface Counts {
  states: Map<BidState, number>;
  markets: Map<string, number>;
  days: Map<string, number>;
}

export function counted(bids: Iterable<BidView>): Counts {
  const counts: Counts = { states: new Map(), markets: new Map(), days: new Map() };
  const add = <K>(map: Map<K, number>, key: K) => map.set(key, (map.get(key) ?? 0) + 1);
  for (const bid of bids) {
    add(counts.states, bid.state);
    add(counts.markets, bid.content.market);
    add(counts.days, bid.content.delivery_day);
  }
  return counts;
}

/** The choices of states with how many there are. */
export function stateChoices(counts: Counts): { value: string; label: string }[] {
  const of = (states: readonly BidState[]) => states.reduce((sum, state) => sum + (counts.states.get(state) ?? 0), 0);
  return [
    ...Object.entries(FAMILIES).map(([value, { label, states }]) => ({ value, label: `${label} (${of(states)})` })),
    ...STATES.filter((state) => counts.states.has(state)).map((state) => ({ value: state as string, label: `${words(state)} (${of([state])})` })),
  ];
}
