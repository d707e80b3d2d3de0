// What can be done with bids: each act names the version it means, so that nobody acts on what has changed meanwhile.
import { api, newKey, read } from "$lib/api/client";
import { faultOf, type Fault } from "$lib/api/fault";
import type { BidDraft, BidView, Validation } from "$lib/api/types";

/** A finding as the server sends it; its description names the severities of alarms instead. */
export interface Finding {
  severity: "error" | "needs_verification" | "warning";
  confidence?: "verified" | "observed" | "unverified" | null;
  code: string;
  field: string;
  value: string;
  rule: string;
  source?: string | null;
}
export const findingsOf = (validation: Validation | null | undefined): Finding[] => (validation?.findings ?? []) as unknown as Finding[];

/** The version of a bid as `If-Match` takes it. */
export const etag = (bid: Pick<BidView, "version">): string => `"${bid.version}"`;

const keys = new Map<string, string>();
/** One key for handing in one version of a bid: a second try is no second submission. */
function keyOf(bid: BidView): string {
  const name = `${bid.id} ${bid.version}`;
  const key = keys.get(name) ?? newKey();
  keys.set(name, key);
  return key;
}

export const getBid = (id: string, signal?: AbortSignal): Promise<BidView> =>
  read(api.GET("/api/bids/{id}", { params: { path: { id } }, signal: signal ?? null }));

export const submit = (bid: BidView): Promise<BidView> =>
  read(api.POST("/api/bids/{id}/submit", { params: { path: { id: bid.id }, header: { "If-Match": etag(bid), "Idempotency-Key": keyOf(bid) } } }));

export const withdraw = (bid: BidView, reason = ""): Promise<BidView> =>
  read(api.POST("/api/bids/{id}/withdraw", {
    params: { path: { id: bid.id }, header: { "If-Match": etag(bid) } },
    body: reason.trim() ? { reason: reason.trim() } : {},
  }));

/** Asks the venue what it has. */
export const refresh = (bid: Pick<BidView, "id">): Promise<BidView> => read(api.POST("/api/bids/{id}/refresh", { params: { path: { id: bid.id } } }));

/** Marks a draft as validated where it meets the rules. */
export const validate = (bid: Pick<BidView, "id">): Promise<BidView> => read(api.POST("/api/bids/{id}/validate", { params: { path: { id: bid.id } } }));

/** All findings on content, without storing it. */
export const check = (content: BidDraft, signal?: AbortSignal): Promise<Validation> =>
  read(api.POST("/api/bids/validate", { body: content, signal: signal ?? null }));

export interface Outcome {
  bid: BidView;
  after?: BidView;
  fault?: Fault;
}

/** Does the same with every bid, a few at a time; one that fails does not stop the others. */
export async function each(bids: readonly BidView[], act: (bid: BidView) => Promise<BidView>, told?: (outcome: Outcome) => void): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const waiting = [...bids];
  const work = async () => {
    for (let bid = waiting.shift(); bid; bid = waiting.shift()) {
      const outcome: Outcome = await act(bid).then((after) => ({ bid: bid!, after }), (error: unknown) => ({ bid: bid!, fault: faultOf(error) }));
      outcomes.push(outcome);
      told?.(outcome);
    }
  };
  await Promise.all(Array.from({ length: 4 }, work));
  return outcomes;
}
