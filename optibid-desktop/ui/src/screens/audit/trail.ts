// What is looked for in loaded entries, where they lead, and how they are written to a file.
import type { Actor, AuditView } from "$lib/api/types";

/** Actions that the server records, for a filter before any is loaded. */
export const ACTIONS = [
  "alert.acknowledge", "alert.end", "alert.no_data", "alert.raise",
  "alert_rule.create", "alert_rule.edit", "alert_rule.remove", "alert_rule.shelve", "alert_rule.unshelve",
  "asset.availability", "asset.create", "asset.edit", "asset.telemetry",
  "bid.acknowledged", "bid.cleared", "bid.draft", "bid.edit", "bid.expired", "bid.not_cleared", "bid.partly_cleared", "bid.rejected", "bid.submit", "bid.unknown", "bid.validate", "bid.withdraw",
  "job.cancel", "job.end", "job.start", "maintenance.set", "org.found", "session.end", "session.open", "session.refresh_token_reused",
  "settlement.create", "user.add", "user.login", "user.logout",
] as const;

export interface Filter {
  /** `system`, `venue`, or the id of a user. */
  who: string | undefined;
  text: string | undefined;
  from: number | undefined;
  until: number | undefined;
}

export const actorKey = (actor: Actor): string => (actor.kind === "user" ? actor.id : actor.kind);

export function fits(entry: AuditView, { who, text, from, until }: Filter): boolean {
  const at = Date.parse(entry.at);
  return (
    (!who || actorKey(entry.actor) === who) &&
    (from === undefined || at >= from) &&
    (until === undefined || at < until) &&
    (!text || `${entry.action} ${entry.subject} ${entry.detail} ${entry.request_id ?? ""} ${entry.sequence}`.toLowerCase().includes(text.toLowerCase()))
  );
}

/** Where what an entry is about is shown. */
export function placeOf(subject: string): { path: string; query?: Record<string, string> } | undefined {
  const [kind, id] = subject.split("/");
  if (!id) return undefined;
  switch (kind) {
    case "bid":
      return { path: `/bids/${id}` };
    case "asset":
      return { path: `/assets/${id}` };
    case "job":
      return { path: `/runs/${id}` };
    case "alert":
      return { path: "/alerts", query: { tab: "history", alert: id } };
    case "alert_rule":
      return { path: "/alerts", query: { tab: "rules", rule: id } };
    default:
      return undefined;
  }
}

/** A cell that a spreadsheet does not take for a formula. */
const plain = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);

export function csvRows(entries: readonly AuditView[], name: (actor: Actor) => string): string[][] {
  const head = ["sequence", "at", "actor", "actor_id", "action", "subject", "request_id", "detail", "previous", "hash"];
  const rows = entries.map((entry) => [
    String(entry.sequence), entry.at, plain(name(entry.actor)), entry.actor.kind === "user" ? entry.actor.id : "", entry.action, plain(entry.subject),
    plain(entry.request_id ?? ""), plain(entry.detail), entry.previous, entry.hash,
  ]);
  return [head, ...rows];
}
