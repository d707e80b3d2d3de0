// What needs a person, in the order of urgency: alarms that wait for an answer, bids and jobs that went wrong, the service itself.
import type { AlertView, BidView, Health, Job, Severity } from "$lib/api/types";
import { words } from "$lib/format";
import { dayText, duration } from "$lib/time";
import { bidsFor, NOW, type Gate } from "./gates";

export type Grade = "now" | "soon" | "info" | "over";

export interface Item {
  key: string;
  grade: Grade;
  /** What kind of thing it is about. */
  about: string;
  text: string;
  /** Since when. */
  since?: string | undefined;
  path: string;
  query?: Record<string, string | undefined>;
  /** Whether it can be put away: what has happened and needs no answer. */
  passing?: boolean;
}

/** A draft this shortly before its gate needs somebody. */
const GATE_AHEAD = 2 * 3_600_000;
/** Jobs that failed longer ago are history. */
const FAILED_AGO = 24 * 3_600_000;
/** So are rejections of days that are over. */
const REJECTED_AGO = 7 * 24 * 3_600_000;

const ORDER: Record<Grade, number> = { now: 0, soon: 1, info: 2, over: 3 };
const GRADES: Record<Severity, Grade> = { critical: "now", warning: "soon", info: "info" };

export function alarmItems(alarms: readonly AlertView[], silent: (alarm: AlertView) => boolean): Item[] {
  const waiting = alarms.filter((alarm) => ["unacknowledged", "returned"].includes(alarm.status) && !silent(alarm));
  return waiting.map((alarm) => ({
    key: `alert/${alarm.id}`,
    grade: alarm.status === "returned" ? "over" : GRADES[alarm.severity],
    about: alarm.severity,
    text: alarm.status === "returned" ? `${alarm.name}, ended unanswered: ${alarm.message}` : `${alarm.name}: ${alarm.message}`,
    since: alarm.raised_at,
    path: "/alerts",
    query: { alert: alarm.id },
  }));
}

const named = ({ content }: BidView): string => `${content.market} ${content.product} ${content.location} for ${dayText(content.delivery_day)}`;

export function bidItems(bids: readonly BidView[], gates: readonly Gate[], now: number): Item[] {
  return bids.flatMap((bid): Item[] => {
    const item = (grade: Grade, text: string, more: Partial<Item> = {}): Item[] => [
      { key: `bid/${bid.id}/${bid.version}`, grade, about: "bid", text: `${named(bid)}: ${text}`, since: bid.updated_at, path: `/bids/${bid.id}`, ...more },
    ];
    switch (bid.state) {
      case "unknown":
        return item("now", "the venue's answer never came; ask it again");
      case "rejected": {
        // Before its day is over there is something to be done about it; after that it is news for a week.
        const recent = now - Date.parse(bid.updated_at) < REJECTED_AGO || Date.parse(bid.content.delivery_day) > now;
        return recent ? item("soon", "rejected by the venue", { passing: true }) : [];
      }
      case "draft":
      case "validated": {
        const gate = gates.find((gate) => bidsFor(gate, [bid]).length > 0);
        const left = gate ? gate.closes - now : 0;
        if (left <= 0 || left >= GATE_AHEAD) return [];
        return item(left <= NOW ? "now" : "soon", `${words(bid.state)}, and the gate closes in ${duration(left)}`, { about: "gate" });
      }
      default:
        return [];
    }
  });
}

export function jobItems(jobs: readonly Job[], now: number): Item[] {
  const failed = jobs.filter((job) => job.state === "failed" && now - Date.parse(job.updated_at) < FAILED_AGO);
  return failed.map((job) => ({
    key: `job/${job.id}`,
    grade: "soon",
    about: "job",
    text: `${words(job.spec.kind)} failed: ${job.error ?? "no reason was given"}`,
    since: job.updated_at,
    path: `/runs/${job.id}`,
    passing: true,
  }));
}

export function healthItems(health: Health | undefined): Item[] {
  if (!health || health.status === "healthy") return [];
  const grade = health.status === "unhealthy" ? "now" : "soon";
  const text = grade === "now" ? "the service is unhealthy: something it needs does not answer" : "the service is degraded: something optional does not answer";
  return [{ key: "health", grade, about: "service", text, path: "/", query: {} }];
}

/** The most urgent first; within a grade, what began first. */
export const byUrgency = (items: readonly Item[]): Item[] =>
  items.toSorted((a, b) => ORDER[a.grade] - ORDER[b.grade] || (a.since ?? "").localeCompare(b.since ?? ""));

/** `2 now, 1 soon`. */
export function countsInWords(items: readonly Item[]): string {
  const of = (grade: Grade, word: string) => {
    const count = items.filter((item) => item.grade === grade).length;
    return count ? [`${count} ${word}`] : [];
  };
  return [...of("now", "now"), ...of("soon", "soon"), ...of("info", "to know"), ...of("over", "ended")].join(", ");
}
