// Unsaved work, kept in this browser through reloads and crashes: one draft a person and bid, written as it changes.
import type { BidDraft } from "$lib/api/types";
import type { Doc } from "../model/doc";

/** A creation that was sent and perhaps not answered: sent again with the same key it makes no second bid. */
export interface Pending {
  key: string;
  body: BidDraft;
}
export interface Kept {
  at: number;
  doc: Doc;
  /** What the server had when editing began, and its version. */
  base: BidDraft | undefined;
  version: string | undefined;
  pending: Pending | undefined;
}

const PREFIX = "optibid.bid-draft.";
const MONTH = 31 * 86_400_000;

/** The name of what is edited: a bid, or a new one for a day. */
export const nameOfNew = (of: Pick<Doc, "market" | "product" | "location" | "day">): string => `new ${of.market} ${of.product} ${of.location} ${of.day}`;

const keyOf = (user: string, name: string): string => `${PREFIX}${user}.${name}`;

/** Keeps it; false where the browser has no room or allows nothing to be kept. */
export function keep(user: string, name: string, kept: Kept): boolean {
  const text = JSON.stringify(kept, (_, value: unknown) => (value === undefined ? null : value));
  for (let tries = 0; tries < 3; tries += 1) {
    try {
      localStorage.setItem(keyOf(user, name), text);
      return true;
    } catch {
      if (!dropOldest(keyOf(user, name))) return false;
    }
  }
  return false;
}

export function kept(user: string, name: string): Kept | undefined {
  try {
    const text = localStorage.getItem(keyOf(user, name));
    if (!text) return undefined;
    const found = JSON.parse(text) as Kept;
    const doc = { ...found.doc, curves: found.doc.curves.map((curve) => curve ?? undefined), asset: found.doc.asset ?? undefined, service: found.doc.service ?? undefined };
    return { at: found.at, doc, base: found.base ?? undefined, version: found.version ?? undefined, pending: found.pending ?? undefined };
  } catch {
    return undefined;
  }
}

export function forget(user: string, name: string): void {
  try {
    localStorage.removeItem(keyOf(user, name));
  } catch {
    // A browser that keeps nothing has nothing to forget.
  }
}

/** The new bids that this person has begun here, the latest first. */
export function begun(user: string): { name: string; at: number; doc: Doc }[] {
  const found: { name: string; at: number; doc: Doc }[] = [];
  for (const key of keysOf(`${PREFIX}${user}.new `)) {
    const name = key.slice(`${PREFIX}${user}.`.length);
    const one = kept(user, name);
    if (one && Date.now() - one.at < MONTH) found.push({ name, at: one.at, doc: one.doc });
  }
  return found.sort((a, b) => b.at - a.at);
}

function keysOf(prefix: string): string[] {
  try {
    return Array.from({ length: localStorage.length }, (_, i) => localStorage.key(i)).filter((key): key is string => key?.startsWith(prefix) ?? false);
  } catch {
    return [];
  }
}

/** Makes room: the oldest draft of all goes, though never the one that is written. */
function dropOldest(but: string): boolean {
  let oldest: { key: string; at: number } | undefined;
  for (const key of keysOf(PREFIX)) {
    if (key === but) continue;
    const at = (JSON.parse(localStorage.getItem(key) ?? "{}") as Partial<Kept>).at ?? 0;
    if (!oldest || at < oldest.at) oldest = { key, at };
  }
  if (!oldest) return false;
  localStorage.removeItem(oldest.key);
  return true;
}
