// Offers from one day to another: by what the clock shows, which differs where a day has 23 or 25 hours.
import { millis } from "$lib/time";
import { isOffered, pointsOf, type Curve, type Doc, type Row } from "./doc";

export interface DayNote {
  kind: "missing" | "doubled" | "second";
  /** The labels that it is about. */
  labels: string[];
  text: string;
}

/** The curves of a day on the rows of another, and what the change of clocks did to them. */
export function mapCurves(
  curves: readonly (Curve | undefined)[],
  from: readonly Row[],
  to: readonly Row[],
): { curves: (Curve | undefined)[]; notes: DayNote[] } {
  const key = (row: Row, again = row.again) => `${row.label}#${again}`;
  const source = new Map(from.map((row) => [key(row), row.index]));
  const taken = new Set<number>();
  const doubled: string[] = [];
  const mapped = to.map((row) => {
    let index = source.get(key(row));
    if (index === undefined && row.again > 0) {
      index = source.get(key(row, 0));
      if (index !== undefined && isOffered(curves[index])) doubled.push(row.label);
    }
    if (index === undefined) return undefined;
    taken.add(index);
    return curves[index];
  });
  const lost = from.filter((row) => !taken.has(row.index) && isOffered(curves[row.index]));
  const notes: DayNote[] = [];
  const second = lost.filter((row) => row.again > 0).map((row) => row.label);
  const missing = lost.filter((row) => row.again === 0).map((row) => row.label);
  if (missing.length) notes.push({ kind: "missing", labels: missing, text: `${list(missing)} does not exist that day: what is offered then is left out` });
  if (second.length) notes.push({ kind: "second", labels: second, text: `${list(second)} comes once that day: the first of the two offers is taken` });
  if (doubled.length) notes.push({ kind: "doubled", labels: doubled, text: `${list(doubled)} comes twice that day: the offer stands in both` });
  return { curves: mapped, notes };
}

/** `01:00`, or `01:00 to 01:45` for quarters that follow each other. */
const list = (labels: readonly string[]): string => (labels.length > 1 ? `${labels[0]} to ${labels.at(-1)}` : (labels[0] ?? ""));

/** Blocks and spreads on another day, by what the clock shows; volumes in an hour that it lacks are left out, and told. */
export function mapRest(rest: Doc["rest"], from: readonly Row[], to: readonly Row[]): { rest: Doc["rest"]; notes: DayNote[] } {
  const source = new Map(from.map((row) => [row.start, row]));
  const target = new Map(to.map((row) => [`${row.label}#${row.again}`, row.wire]));
  const lost: string[] = [];
  const moved = <T extends { period: { start: string } }>(list: readonly T[]): T[] =>
    list.flatMap((one) => {
      const row = source.get(millis(one.period.start));
      const start = row && target.get(`${row.label}#${row.again}`);
      if (!start) lost.push(row?.label ?? one.period.start);
      return start ? [{ ...one, period: { ...one.period, start } }] : [];
    });
  const blocks = rest.blocks?.map((block) => ({ ...block, profile: moved(block.profile) })).filter((block) => block.profile.length > 0);
  const spreads = rest.spreads && moved(rest.spreads);
  const labels = [...new Set(lost)];
  return {
    rest: { ...rest, ...(blocks ? { blocks } : {}), ...(spreads ? { spreads } : {}) },
    notes: labels.length ? [{ kind: "missing", labels, text: `${list(labels)} does not exist that day: what is offered then is left out` }] : [],
  };
}

/** A bid on another day. Its asset, kind and note go with it; what is not on the grid stays behind. */
export function onDay(doc: Doc, from: readonly Row[], day: string, to: readonly Row[]): { doc: Doc; notes: DayNote[] } {
  const mapped = mapCurves(doc.curves, from, to);
  const { rest, notes } = mapRest(doc.rest, from, to);
  return { doc: { ...doc, day, curves: mapped.curves, stray: [], rest }, notes: [...mapped.notes, ...notes] };
}

export type Spread = "all" | "after" | "offered" | "same_hour" | "selected";
/** The rows that a period's curve is copied to. */
export function targets(how: Spread, row: number, rows: readonly Row[], doc: Doc, selected: readonly number[]): number[] {
  const own = rows[row];
  const others = rows.filter((other) => other.index !== row);
  switch (how) {
    case "all":
      return others.map((r) => r.index);
    case "after":
      return others.filter((r) => r.index > row).map((r) => r.index);
    case "offered":
      return others.filter((r) => isOffered(doc.curves[r.index])).map((r) => r.index);
    case "same_hour":
      return others.filter((r) => own && r.label.slice(0, 2) === own.label.slice(0, 2)).map((r) => r.index);
    case "selected":
      return selected.filter((index) => index !== row);
  }
}

/** Puts the curve of a row on others; without prices only its quantities, where they have as many points. */
export function spread(doc: Doc, row: number, to: readonly number[], what: "all" | "quantities" | "prices"): Doc {
  const source = doc.curves[row];
  const curves = [...doc.curves];
  for (const index of to) {
    const own = curves[index];
    if (what === "all" || !source || !isOffered(own)) {
      if (what === "all") curves[index] = source;
      continue;
    }
    const given = pointsOf(source);
    const points = pointsOf(own).map((point, j) => {
      const from = given[Math.min(j, given.length - 1)]!;
      return what === "prices" ? { q: point.q, p: from.p } : { q: from.q, p: point.p };
    });
    curves[index] = { ...own, points };
  }
  return { ...doc, curves };
}
