// The lifecycle of a bid: what may be done with it where it stands.
import type { BidState, BidView } from "$lib/api/types";
import { may } from "$lib/permission";
import { session } from "$lib/session.svelte";

/** In the order of the lifecycle. */
export const STATES: readonly BidState[] = [
  "draft", "validated", "submitted", "unknown", "acknowledged", "rejected", "cleared", "partly_cleared", "not_cleared", "settled", "withdrawn", "expired",
];

export const orderOf = (state: BidState): number => STATES.indexOf(state);

/** What each state means, for tooltips. */
export const MEANING: Record<BidState, string> = {
  draft: "Written down; the venue does not know of it",
  validated: "Meets the venue's rules; not handed in yet",
  submitted: "Handed in; the venue's answer is on its way",
  unknown: "Handed in, but the venue's answer did not come: ask the venue before you do anything else",
  acknowledged: "The venue has it and gave it a reference",
  rejected: "The venue refused it",
  cleared: "Awarded in full",
  partly_cleared: "Awarded in part",
  not_cleared: "Awarded nothing",
  settled: "Settled in money",
  withdrawn: "Taken back",
  expired: "The gate closed before it was handed in",
};

export type Act = "validate" | "submit" | "withdraw" | "refresh" | "edit";

const FROM: Record<Act, readonly BidState[]> = {
  validate: ["draft"],
  submit: ["draft", "validated"],
  withdraw: ["draft", "validated", "rejected", "acknowledged"],
  refresh: ["submitted", "unknown", "acknowledged"],
  edit: ["draft", "validated", "rejected"],
};

/** Whether whoever is signed in may write and submit bids. */
export const mayTrade = (): boolean => may(session.role, "write bids");

/** Whether the lifecycle has the act where the bid stands. */
export const can = (act: Act, bid: Pick<BidView, "state">): boolean => FROM[act].includes(bid.state);

/** Before the gate matters no more: the bid may still be changed, or the venue still has to answer. */
const OPEN: readonly BidState[] = ["draft", "validated", "submitted", "unknown", "acknowledged", "rejected"];
export const isOpen = (bid: Pick<BidView, "state">): boolean => OPEN.includes(bid.state);
/** With the venue, or possibly so. */
export const atVenue = (bid: Pick<BidView, "state">): boolean => ["submitted", "unknown", "acknowledged"].includes(bid.state);
