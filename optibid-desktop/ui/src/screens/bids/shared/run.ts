// Acts that need no question before.
import type { BidView } from "$lib/api/types";
import { shortId } from "$lib/format";
import { notices } from "$lib/notices.svelte";
import { each, refresh } from "./acts";
import { book } from "./book.svelte";
import { can } from "./states";
import { bidsWord, statesWord } from "./words";

/** Asks the venue about bids whose answer it owes, and says what it has. */
export async function askVenue(bids: readonly BidView[]): Promise<BidView[]> {
  const able = bids.filter((bid) => can("refresh", bid));
  if (able.length === 0) {
    notices.tell("The venue is asked only about bids that are submitted, unknown or acknowledged", { tone: "warn" });
    return [];
  }
  const outcomes = await each(able, refresh);
  const after = outcomes.flatMap((outcome) => outcome.after ?? []);
  book.take(after);
  if (after.length) notices.tell(`The venue answered about ${bidsWord(after.length)}`, { detail: statesWord(after) });
  const failed = outcomes.filter((outcome) => outcome.fault);
  if (failed.length)
    notices.tell(`The venue could not be asked about ${bidsWord(failed.length)}`, { tone: "danger", detail: failed.slice(0, 5).map(({ bid, fault }) => `${shortId(bid.id)}: ${fault!.message}`).join("; ") });
  return after;
}
