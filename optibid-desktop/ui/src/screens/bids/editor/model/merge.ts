// Two people changed a bid: what each did to it since both had the same, and one bid of both.
import { curveKey, docKey, type Curve, type Doc } from "./doc";

export type Pick = "mine" | "theirs";
export interface PeriodDiff {
  row: number;
  base: Curve | undefined;
  mine: Curve | undefined;
  theirs: Curve | undefined;
  /** Both changed it, and not to the same. */
  conflict: boolean;
  /** Whose is taken unless somebody chooses: of a conflict, mine. */
  pick: Pick;
}
export interface FieldDiff {
  field: "asset" | "kind" | "service" | "note" | "location" | "stray" | "rest";
  base: string;
  mine: string;
  theirs: string;
  conflict: boolean;
  pick: Pick;
}
export interface Diff {
  periods: PeriodDiff[];
  fields: FieldDiff[];
  conflicts: number;
}

const FIELDS = ["asset", "kind", "service", "note", "location", "stray", "rest"] as const;
const say = (value: unknown): string => (value === undefined ? "" : typeof value === "string" ? value.trim() : JSON.stringify(value));

/** What mine and theirs changed of the base. Bids for different days, markets or products have nothing to merge. */
export function diff(base: Doc, mine: Doc, theirs: Doc): Diff {
  const periods: PeriodDiff[] = [];
  for (let row = 0; row < Math.max(mine.curves.length, theirs.curves.length); row += 1) {
    const [b, m, t] = [base.curves[row], mine.curves[row], theirs.curves[row]];
    const keys = [curveKey(b), curveKey(m), curveKey(t)];
    if (keys[0] === keys[1] && keys[0] === keys[2]) continue;
    const conflict = keys[0] !== keys[1] && keys[0] !== keys[2] && keys[1] !== keys[2];
    periods.push({ row, base: b, mine: m, theirs: t, conflict, pick: keys[0] === keys[1] ? "theirs" : "mine" });
  }
  const fields: FieldDiff[] = [];
  for (const field of FIELDS) {
    const [b, m, t] = [say(base[field]), say(mine[field]), say(theirs[field])];
    if (b === m && b === t) continue;
    fields.push({ field, base: b, mine: m, theirs: t, conflict: b !== m && b !== t && m !== t, pick: b === m ? "theirs" : "mine" });
  }
  return { periods, fields, conflicts: [...periods, ...fields].filter((one) => one.conflict).length };
}

/** One bid of both, as it was picked. */
export function merged(mine: Doc, theirs: Doc, found: Diff): Doc {
  const curves = [...theirs.curves];
  for (const one of found.periods) curves[one.row] = one.pick === "mine" ? one.mine : one.theirs;
  const taken = Object.fromEntries(found.fields.map(({ field, pick }) => [field, (pick === "mine" ? mine : theirs)[field]]));
  return { ...theirs, ...taken, curves };
}

/** Whether two bids are for the same thing, so that their periods can be held against each other. */
export const comparable = (a: Doc, b: Doc): boolean =>
  a.market === b.market && a.product === b.product && a.day === b.day && a.curves.length === b.curves.length;

export const same = (a: Doc, b: Doc): boolean => docKey(a) === docKey(b);
