// What is typed above a blotter: words that stand anywhere in a row, and conditions on a column.
//   battery hb_south        both words, in any column
//   "two words" -draft      exactly this; not that
//   state:cleared,settled   a column contains one of these
//   sell>50  day>=2024-08-01  a column compared, as number or text
import type { Column } from "./columns";

interface Term {
  not: boolean;
  /** Undefined for a word anywhere. */
  column: number | undefined;
  op: ":" | ">" | "<" | ">=" | "<=" | "=";
  any: string[];
}

/** What a filter asks of a row. */
export interface Asked {
  text: (column: number) => string;
  value: (column: number) => string | number | undefined;
  /** All texts of the row, small letters. */
  words: () => string;
}

const TERM = /(-)?(?:([\p{L}_][\p{L}\p{N}_]*)(>=|<=|[:><=])("[^"]*"?|\S*)|("[^"]*"?|\S+))/gu;

const plain = (text: string): string => text.toLowerCase().replace(/[\s_]+/g, "");

/** Reads a filter; undefined where it asks for nothing. A condition on what is no column is a word. */
export function parse<T>(text: string, columns: readonly Column<T>[]): ((row: Asked) => boolean) | undefined {
  const names = new Map<string, number>();
  columns.forEach((column, i) => names.set(plain(column.label), i));
  columns.forEach((column, i) => names.set(plain(column.id), i));
  const terms: Term[] = [];
  for (const [whole, not, name, op, rest = ""] of text.matchAll(TERM)) {
    const column = name === undefined ? undefined : names.get(plain(name));
    // A column with nothing behind it is somebody still typing.
    const said = column === undefined ? whole.replace(/^-/, "") : rest;
    const quoted = said.startsWith('"');
    const bare = said.replaceAll('"', "").toLowerCase();
    const any = quoted || column === undefined ? [bare] : bare.split(",");
    const wanted = any.map((one) => one.replaceAll("−", "-")).filter((one) => one !== "" && one !== "-");
    if (wanted.length) terms.push({ not: not !== undefined, column, op: (op as Term["op"]) ?? ":", any: wanted });
  }
  return terms.length === 0 ? undefined : (row) => terms.every((term) => term.any.some((one) => holds(term, one, row)) !== term.not);
}

function holds({ column, op }: Term, wanted: string, row: Asked): boolean {
  if (column === undefined) return row.words().includes(wanted);
  const text = row.text(column).toLowerCase();
  // States are shown with spaces and known with underscores.
  if (op === ":") return text.includes(wanted) || text.replaceAll(" ", "_").includes(wanted);
  const value = row.value(column);
  const number = Number(wanted.replaceAll(" ", ""));
  if (typeof value === "number" && !Number.isNaN(number)) return compared(op, value - number);
  const against = typeof value === "string" ? value.toLowerCase() : text;
  return against !== "" && compared(op, against < wanted ? -1 : against > wanted ? 1 : 0);
}

function compared(op: Term["op"], by: number): boolean {
  switch (op) {
    case ">": return by > 0;
    case "<": return by < 0;
    case ">=": return by >= 0;
    case "<=": return by <= 0;
    default: return by === 0;
  }
}
