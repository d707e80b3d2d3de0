// Outages and deratings: spans in which only a share of an asset is there. Where several overlap the lowest share counts.
import type { Availability, WindowRequest } from "$lib/api/types";
import { compare } from "$lib/exact";

/** A window while it is edited. */
export interface Window {
  /** Tells rows apart; the server knows no names of windows. */
  key: string;
  from: number;
  until: number;
  /** Share that is there, as the server writes it. */
  limit: string;
  reason: string;
}

let next = 1;
export const newWindow = (from: number, until: number, limit = "0", reason = ""): Window => ({ key: `w${next++}`, from, until, limit, reason });

export const windowsOf = (known: readonly Availability[]): Window[] =>
  known.map((one) => newWindow(Date.parse(one.from), Date.parse(one.until), one.limit, one.reason));

export const ordered = (windows: readonly Window[]): Window[] => windows.toSorted((a, b) => a.from - b.from || a.until - b.until);

export const requestsOf = (windows: readonly Window[]): WindowRequest[] =>
  ordered(windows).map((one) => ({
    from: new Date(one.from).toISOString(), until: new Date(one.until).toISOString(), limit: one.limit, reason: one.reason.trim(),
  }));

/** The windows that share an instant with one. */
export const overlapping = (one: Window, windows: readonly Window[]): Window[] =>
  windows.filter((other) => other.key !== one.key && other.from < one.until && one.from < other.until);

/** What is there at an instant, 0 to 1. */
export const shareAt = (windows: readonly Pick<Window, "from" | "until" | "limit">[], at: number): number =>
  Math.min(1, ...windows.filter((one) => one.from <= at && at < one.until).map((one) => Number(one.limit)));

/** What can be counted on through a whole span: as the server plans, a window that covers a part of it counts in full. */
export const shareThrough = (windows: readonly Pick<Window, "from" | "until" | "limit">[], from: number, until: number): number =>
  Math.min(1, ...windows.filter((one) => one.from < until && from < one.until).map((one) => Number(one.limit)));

/** Steps of what is there over a span: each from where it begins, with the windows behind it. */
export function course(windows: readonly Window[], from: number, until: number): { start: number; end: number; share: number }[] {
  const edges = new Set([from, until]);
  for (const one of windows) for (const at of [one.from, one.until]) if (at > from && at < until) edges.add(at);
  const sorted = [...edges].sort((a, b) => a - b);
  const steps: { start: number; end: number; share: number }[] = [];
  sorted.slice(0, -1).forEach((start, i) => {
    const share = shareAt(windows, start);
    const last = steps.at(-1);
    if (last?.share === share) last.end = sorted[i + 1]!;
    else steps.push({ start, end: sorted[i + 1]!, share });
  });
  return steps;
}

/** Hours that are missing over a span, each hour weighed by the share that is not there. */
export const missingHours = (windows: readonly Window[], from: number, until: number): number =>
  course(windows, from, until).reduce((total, step) => total + ((1 - step.share) * (step.end - step.start)) / 3_600_000, 0);

const alike = (a: Window, b: Window): boolean =>
  a.from === b.from && a.until === b.until && compare(a.limit, b.limit) === 0 && a.reason.trim() === b.reason.trim();

export interface Difference {
  added: Window[];
  removed: Window[];
  changed: Window[];
}

/** What saving would do. */
export function difference(before: readonly Window[], after: readonly Window[]): Difference {
  const old = new Map(before.map((one) => [one.key, one]));
  const kept = new Set(after.map((one) => one.key));
  return {
    added: after.filter((one) => !old.has(one.key)),
    removed: before.filter((one) => !kept.has(one.key)),
    changed: after.filter((one) => old.has(one.key) && !alike(one, old.get(one.key)!)),
  };
}

/** Whether two lists say the same, whatever their rows are called. */
export function sameWindows(a: readonly Window[], b: readonly Window[]): boolean {
  const [x, y] = [ordered(a), ordered(b)];
  return x.length === y.length && x.every((one, i) => alike(one, y[i]!));
}

/** What is wrong with a window, by its field. */
export function faultsOf(one: Pick<Window, "limit" | "reason"> & { from: number | undefined; until: number | undefined }): Record<string, string> {
  const found: Record<string, string> = {};
  if (one.from === undefined) found["from"] = "a time that the clock shows";
  if (one.until === undefined) found["until"] = "a time that the clock shows";
  else if (one.from !== undefined && one.until <= one.from) found["until"] = "after the beginning";
  if (one.limit === "" || compare(one.limit, "0") < 0 || compare(one.limit, "1") > 0) found["limit"] = "between 0 and 100 %";
  if (!one.reason.trim()) found["reason"] = "a few words";
  else if ([...one.reason].length > 500) found["reason"] = "at most 500 characters";
  return found;
}
