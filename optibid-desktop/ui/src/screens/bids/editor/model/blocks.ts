// Block orders as a form writes them: one volume over periods that follow each other. Other profiles stay as they are.
import type { BidDraft } from "$lib/api/types";
import { millis } from "$lib/time";
import { micros, write } from "./decimal";
import type { Row } from "./doc";

export type Block = NonNullable<BidDraft["blocks"]>[number];
export interface Flat {
  top: number;
  bottom: number;
  side: "sell" | "buy";
  /** MW, without a sign. */
  quantity: string;
}

/** A profile as one volume from row to row; undefined where it is none. */
export function flatOf(block: Block, rows: readonly Row[]): Flat | undefined {
  const at = new Map(rows.map((row) => [row.start, row.index]));
  const indices = block.profile.map((one) => at.get(millis(one.period.start)));
  const first = block.profile[0];
  if (!first || indices.some((index, i) => index === undefined || index !== indices[0]! + i)) return undefined;
  const value = micros(first.quantity, "power");
  if (block.profile.some((one) => (value === undefined ? one.quantity !== first.quantity : micros(one.quantity, "power") !== value))) return undefined;
  const sells = !first.quantity.startsWith("-");
  return { top: indices[0]!, bottom: indices.at(-1)!, side: sells ? "sell" : "buy", quantity: value === undefined ? first.quantity.replace("-", "") : write(value < 0n ? -value : value, "power") };
}

/** The profile of one volume from row to row. */
export function profileOf({ top, bottom, side, quantity }: Flat, rows: readonly Row[], resolution: string): Block["profile"] {
  const signed = side === "buy" ? `-${quantity}` : quantity;
  return rows.slice(Math.min(top, bottom), Math.max(top, bottom) + 1).map((row) => ({ period: { start: row.wire, resolution: resolution as Block["profile"][number]["period"]["resolution"] }, quantity: signed }));
}

export type Relation = "none" | "linked_to" | "exclusive_group" | "loop_with";
export const relationOf = (block: Block): Relation => (block.linked_to ? "linked_to" : block.exclusive_group ? "exclusive_group" : block.loop_with ? "loop_with" : "none");
/** A block has one relation at most: another one takes its place. */
export function related(block: Block, relation: Relation, to: string): Block {
  const { linked_to: _, exclusive_group: __, loop_with: ___, ...rest } = block;
  return relation === "none" || to === "" ? rest : { ...rest, [relation]: to };
}

/** A name that no other block has. */
export function freeName(blocks: readonly Block[]): string {
  const taken = new Set(blocks.map((block) => block.name));
  for (let n = blocks.length + 1; ; n += 1) if (!taken.has(`block${n}`)) return `block${n}`;
}
