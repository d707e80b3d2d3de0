// The way of a bid through its lifecycle: where it has been, where it stands, what can still come.
import type { BidEvent, BidState } from "$lib/api/types";

export interface Step {
  state: BidState;
  /** When it came there; undefined for what is still to come. */
  at: string | undefined;
  /** Whether it stands there now. */
  now: boolean;
}

/** The way that all goes well. */
const WAY: readonly BidState[] = ["draft", "validated", "submitted", "acknowledged", "cleared", "settled"];
const AFTER: Partial<Record<BidState, BidState>> = { unknown: "acknowledged", partly_cleared: "settled", not_cleared: "settled" };

/** What comes next when all goes well. */
function coming(state: BidState): readonly BidState[] {
  const next = AFTER[state];
  if (next) return WAY.slice(WAY.indexOf(next));
  const at = WAY.indexOf(state);
  return at < 0 ? [] : WAY.slice(at + 1);
}

/** The steps of the way. A bid that went back has left what came after; where nothing is known of it, its state alone is shown. */
export function steps(state: BidState, history: readonly BidEvent[]): Step[] {
  const reached: { state: BidState; at: string | undefined }[] = [];
  for (const { to, at } of history) {
    const before = reached.findIndex((step) => step.state === to);
    if (before >= 0) reached.length = before;
    reached.push({ state: to, at });
  }
  if (reached.at(-1)?.state !== state) reached.push({ state, at: undefined });
  return [
    ...reached.map((step, i) => ({ ...step, now: i === reached.length - 1 })),
    ...coming(state).map((next) => ({ state: next, at: undefined, now: false })),
  ];
}
