// What a column of a blotter is, and how a person arranged the columns.
import type { Snippet } from "svelte";

export interface Column<T> {
  id: string;
  label: string;
  /** The unit, beside the label: `MWh`. */
  unit?: string;
  /** What it says, for the tooltip of its heading. */
  about?: string;
  /** In pixels, until somebody changes it. */
  width: number;
  align?: "end";
  /** Only seen once it is chosen. */
  optional?: boolean;
  /** What it is sorted and compared by; undefined stands last. */
  value: (of: T) => string | number | undefined;
  /** What is shown and found; without it the value. */
  text?: (of: T) => string;
  /** What is copied; without it what is shown. Decimals are copied digit by digit. */
  copy?: (of: T) => string;
  /** A class for its colour. */
  tone?: (of: T) => string | undefined;
  /** Draws it, where text is not enough. */
  cell?: Snippet<[T]>;
  /** The address it leads to. */
  href?: (of: T) => string;
  /** Adds up exactly: amounts in whole units, and how their sum is shown. */
  total?: Total<T>;
  /** Lights up for a moment when its text changes. */
  flash?: boolean;
}

export interface Total<T> {
  of: (of: T) => bigint | undefined;
  show: (total: bigint) => string;
  /** What stands before it at the foot: `buy`. */
  word?: string;
}

export interface Sort {
  id: string;
  down: boolean;
}

export interface Grouping<T> {
  id: string;
  label: string;
  /** What rows of one group share. */
  key: (of: T) => string;
  /** What groups are sorted by; without it their key. */
  order?: (of: T) => string | number;
  /** The heading; without it the key. */
  text?: (of: T) => string;
  /** The latest or largest group first. */
  down?: boolean;
}

/** `-day,state`: as it stands in an address. */
export const sortText = (sorts: readonly Sort[]): string => sorts.map((sort) => `${sort.down ? "-" : ""}${sort.id}`).join(",");
export const sortOf = (text: string): Sort[] =>
  text.split(",").filter(Boolean).map((part) => ({ id: part.replace(/^-/, ""), down: part.startsWith("-") }));

/** A click on a heading: up, down, not at all; with Shift beside the others. */
export function nextSort(sorts: readonly Sort[], id: string, beside: boolean): Sort[] {
  const now = sorts.find((sort) => sort.id === id);
  const next = now === undefined ? { id, down: false } : now.down ? undefined : { id, down: true };
  if (!beside) return next ? [next] : [];
  return now ? sorts.flatMap((sort) => (sort.id !== id ? [sort] : next ? [next] : [])) : [...sorts, next!];
}

/** How a person arranged the columns of one blotter. */
export interface Arrangement {
  /** Ids of the columns that are seen, in order. */
  shown: string[];
  widths: Record<string, number>;
}

export interface NamedSet extends Arrangement {
  sort: string;
  group: string;
}

export interface Kept {
  now: Arrangement | undefined;
  sets: Record<string, NamedSet>;
}

const keyOf = (name: string): string => `optibid.blotter.${name}`;

export function load(name: string): Kept {
  try {
    return { now: undefined, sets: {}, ...(JSON.parse(localStorage.getItem(keyOf(name)) ?? "{}") as Partial<Kept>) };
  } catch {
    return { now: undefined, sets: {} };
  }
}
export function keep(name: string, kept: Kept): void {
  try {
    localStorage.setItem(keyOf(name), JSON.stringify(kept));
  } catch {
    // No room or not allowed: it holds until the page is closed.
  }
}

export const usual = <T>(columns: readonly Column<T>[]): Arrangement => ({ shown: columns.filter((c) => !c.optional).map((c) => c.id), widths: {} });

/** The columns that are seen, in their order; what no longer exists is left out. */
export function arranged<T>(columns: readonly Column<T>[], arrangement: Arrangement): Column<T>[] {
  const known = new Map(columns.map((column) => [column.id, column]));
  const shown = arrangement.shown.flatMap((id) => known.get(id) ?? []);
  return shown.length ? shown : columns.filter((column) => !column.optional);
}

/** A column that is seen, with its place among all columns. */
export interface Shown<T> {
  column: Column<T>;
  at: number;
}

export const NARROWEST = 44;
export const widthOf = <T>(column: Column<T>, arrangement: Arrangement): number => Math.max(NARROWEST, arrangement.widths[column.id] ?? column.width);

/** The order with one column moved before another, or to the end. */
export function moved(shown: readonly string[], id: string, before: string | undefined): string[] {
  if (id === before) return [...shown];
  const rest = shown.filter((other) => other !== id);
  const at = before === undefined ? rest.length : rest.indexOf(before);
  return [...rest.slice(0, at), id, ...rest.slice(at)];
}

export const textOf = <T>(column: Column<T>, of: T): string => (column.text ? column.text(of) : String(column.value(of) ?? ""));

/** Rows as a spreadsheet takes them from the clipboard. */
export function tsv<T>(columns: readonly Column<T>[], rows: readonly T[]): string {
  const clean = (text: string) => text.replace(/[\t\r\n]+/g, " ");
  const head = columns.map((column) => clean(column.unit ? `${column.label} (${column.unit})` : column.label)).join("\t");
  return [head, ...rows.map((row) => columns.map((column) => clean(column.copy ? column.copy(row) : textOf(column, row))).join("\t"))].join("\r\n");
}
