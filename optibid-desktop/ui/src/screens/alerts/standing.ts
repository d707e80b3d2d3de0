// Alarms in the order in which they need somebody.
import type { AlertView, Severity } from "$lib/api/types";

export const SEVERITY_RANK: Record<Severity, number> = { critical: 0, warning: 1, info: 2 };
export const SEVERITY_TONE = { critical: "danger", warning: "warn", info: "neutral" } as const;

/** What an alarm waits for. */
export type Wait = "answer" | "ended" | "answered" | "shelved";

export function waitOf(alarm: AlertView, silent: boolean): Wait {
  if (alarm.status === "unacknowledged") return silent ? "shelved" : "answer";
  if (alarm.status === "returned" || alarm.status === "expired") return "ended";
  return silent ? "shelved" : "answered";
}

export const WAIT_WORDS: Record<Wait, string> = {
  answer: "Wait for an answer",
  ended: "Ended without an answer",
  answered: "Answered, and going on",
  shelved: "Shelved",
};

const ORDER: Wait[] = ["answer", "ended", "answered", "shelved"];

export interface Group {
  wait: Wait;
  alarms: AlertView[];
}

/** What waits for an answer first; within a group by severity, then what has gone on longest. */
export function groups(alarms: readonly AlertView[], silent: (alarm: AlertView) => boolean): Group[] {
  const sorted = alarms.toSorted((a, b) => SEVERITY_RANK[a.severity] - SEVERITY_RANK[b.severity] || a.raised_at.localeCompare(b.raised_at));
  return ORDER.map((wait) => ({ wait, alarms: sorted.filter((alarm) => waitOf(alarm, silent(alarm)) === wait) })).filter((group) => group.alarms.length);
}

/** Whether an answer can be given: whether it goes on or has ended, once. */
export const unanswered = (alarm: AlertView): boolean => !alarm.acknowledged;

export interface HistoryFilter {
  status: string | undefined;
  text: string | undefined;
  from: number | undefined;
  until: number | undefined;
}

/** Past alarms that fit what the server does not look for itself. */
export function fits(alarm: AlertView, filter: HistoryFilter): boolean {
  const at = Date.parse(alarm.raised_at);
  const text = filter.text?.toLowerCase();
  return (
    (filter.status !== "answered" || !unanswered(alarm)) &&
    (filter.status !== "unanswered" || unanswered(alarm)) &&
    (!text || `${alarm.name} ${alarm.message} ${alarm.ended_by ?? ""} ${alarm.acknowledged?.note ?? ""}`.toLowerCase().includes(text)) &&
    (filter.from === undefined || at >= filter.from) &&
    (filter.until === undefined || at < filter.until)
  );
}
