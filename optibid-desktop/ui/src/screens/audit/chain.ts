// The chain of hashes, checked here: that what is loaded says what was hashed, and that neighbours fit each other.
import type { Actor, AuditView } from "$lib/api/types";

const encoder = new TextEncoder();

function actorText(actor: Actor): string {
  return actor.kind === "user" ? `user:${actor.id}` : actor.kind;
}

/** SHA-256 over sequence, the hash before and all fields, each preceded by its length: as the server hashes it. */
export async function digest(entry: AuditView): Promise<string> {
  const parts = [
    String(entry.sequence), entry.previous, entry.org ?? "", actorText(entry.actor), entry.action, entry.subject, entry.at,
    entry.request_id === null || entry.request_id === undefined ? "" : `id:${entry.request_id}`, entry.detail,
  ].map((part) => encoder.encode(part));
  const bytes = new Uint8Array(parts.reduce((length, part) => length + 8 + part.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const part of parts) {
    view.setBigUint64(at, BigInt(part.length));
    bytes.set(part, at + 8);
    at += 8 + part.length;
  }
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export interface Checked {
  entries: number;
  /** Pairs of neighbours of which both are loaded. */
  links: number;
  /** The oldest entry that does not fit. */
  broken?: { sequence: number; reason: string };
}

/** Checks entries in any order. */
export async function check(entries: readonly AuditView[]): Promise<Checked> {
  const ordered = entries.toSorted((a, b) => a.sequence - b.sequence);
  let links = 0;
  for (const [i, entry] of ordered.entries()) {
    if ((await digest(entry)) !== entry.hash) return { entries: i, links, broken: { sequence: entry.sequence, reason: "its content was altered" } };
    const before = ordered[i - 1];
    if (before?.sequence !== entry.sequence - 1) continue;
    if (entry.previous !== before.hash) return { entries: i, links, broken: { sequence: entry.sequence, reason: "it does not follow the entry before it" } };
    links += 1;
  }
  return { entries: ordered.length, links };
}
