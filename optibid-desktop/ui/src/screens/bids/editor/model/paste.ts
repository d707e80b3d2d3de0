// Tables from a spreadsheet: what they say, where it lands, what it would change, and what is no number.
import { cellText, cellValue, columnsFor, rangeOf, SIDE, sideOf, unitOf, type Cell, type Change, type Range } from "./cells";
import { conventionOf, read } from "./decimal";
import type { Doc, Row } from "./doc";

/** Cells of a text: tabs, semicolons or commas between them, quotes around those that hold one. */
export function table(text: string): string[][] {
  const clean = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "");
  if (clean === "") return [];
  const separator = separatorOf(clean);
  const rows: string[][] = [[]];
  let cell = "";
  let quoted = false;
  const end = () => {
    rows.at(-1)!.push(cell.trim());
    cell = "";
  };
  for (let i = 0; i < clean.length; i += 1) {
    const sign = clean[i]!;
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (clean[i + 1] === '"') cell += clean[(i += 1)];
      else quoted = false;
    } else if (sign === '"' && cell.trim() === "") {
      cell = "";
      quoted = true;
    } else if (sign === separator) end();
    else if (sign === "\n") {
      end();
      rows.push([]);
    } else cell += sign;
  }
  end();
  return rows;
}

/** A comma separates only where every line has as many, and it is no decimal sign of a single column. */
function separatorOf(text: string): string {
  if (text.includes("\t")) return "\t";
  if (text.includes(";")) return ";";
  const lines = text.split("\n");
  const counts = lines.map((line) => line.split(",").length - 1);
  const decimal = lines.every((line) => /^\s*[-+−]?\d+,\d+\s*$/.test(line));
  return counts[0]! > 0 && counts.every((n) => n === counts[0]) && !decimal ? "," : "\t";
}

const TIME = /^(?:\d{4}-\d{2}-\d{2}[T ])?(\d{1,2}):(\d{2})(?::\d{2})?(?:\s*[-–]\s*\d{1,2}:\d{2})?\s*([A-Z]{2,5}|GMT[+-]\d+)?$/;

export interface PasteOptions {
  convention: "auto" | "point" | "comma";
  usual: "point" | "comma";
  /** The most points of a curve. */
  maxPoints: number;
}
export interface PasteCell extends Change {
  /** What the cell holds now. */
  before: string;
  /** Why it is no value of the column. */
  fault: string | undefined;
}
export interface PastePlan {
  cells: PasteCell[];
  /** Those that differ from what is there, faults left out. */
  changes: PasteCell[];
  faults: PasteCell[];
  /** Cells that fall beside the grid. */
  outside: number;
  header: boolean;
  /** Whether rows found their place by the time in the first column. */
  timed: boolean;
  convention: "point" | "comma";
  sure: boolean;
  range: Range;
}

/** What pasting a table at a selection would do. One cell fills the whole selection; more begin at its corner. */
export function plan(doc: Doc, rows: readonly Row[], selection: Range, cells: string[][], options: PasteOptions): PastePlan {
  let matrix = cells;
  const isValue = (text: string) => text !== "" && (/^[-+−(]?[\s]*[$€£₹¥]?[\d.,'\s\u00a0\u202f]+\)?\s*(MW|MWh)?$/i.test(text) || sideOf(text) !== undefined);
  const header = matrix.length > 1 && matrix[0]!.some((text) => text !== "") && !matrix[0]!.some((text) => isValue(text) || TIME.test(text));
  if (header) matrix = matrix.slice(1);
  const timed = matrix.length > 0 && matrix.every((line) => TIME.test(line[0] ?? "")) && matrix[0]!.length > 1;
  const body = timed ? matrix.map((line) => line.slice(1)) : matrix;
  const flat = body.flat();
  const told = conventionOf(flat.filter((text) => !sideOf(text)), options.usual);
  const convention = options.convention === "auto" ? told.convention : options.convention;
  const width = Math.max(0, ...body.map((line) => line.length));
  const single = body.length === 1 && width === 1 && !timed;
  const height = single ? selection.bottom - selection.top + 1 : body.length;
  const across = single ? selection.right - selection.left + 1 : width;
  const place = timed ? byTime(matrix.map((line) => line[0]!), rows) : undefined;

  // Sides in the first column belong into the column of sides, wherever the selection begins.
  const sided = !single && body.length > 0 && body.every((line) => !line[0] || sideOf(line[0]) !== undefined) && body.some((line) => line[0]);
  const left = sided ? SIDE : timed && selection.left === SIDE ? 1 : selection.left;
  const out: PasteCell[] = [];
  let outside = 0;
  for (let i = 0; i < height; i += 1)
    for (let j = 0; j < across; j += 1) {
      const text = single ? flat[0]! : body[i]?.[j];
      if (text === undefined) continue;
      const row = place ? place[i]! : selection.top + i;
      const col = left + j;
      if (row < 0 || row >= rows.length || col >= columnsFor(options.maxPoints)) {
        if (text !== "") outside += 1;
        continue;
      }
      out.push(cellOf(doc, { row, col }, text, convention));
    }
  const changes = out.filter((cell) => cell.fault === undefined && cell.text !== cell.before);
  const [first, last] = [out[0] ?? { row: selection.top, col: selection.left }, out.at(-1) ?? { row: selection.top, col: selection.left }];
  return {
    cells: out, changes, faults: out.filter((cell) => cell.fault !== undefined), outside, header, timed, convention,
    sure: told.sure || options.convention !== "auto", range: rangeOf(first, last),
  };
}

function cellOf(doc: Doc, at: Cell, text: string, convention: "point" | "comma"): PasteCell {
  const before = cellText(doc, at);
  if (at.col === SIDE) {
    const side = sideOf(text);
    return { ...at, text: side ?? "", before, fault: side || text === "" ? undefined : `“${text}” is no side: sell, buy or storage` };
  }
  const value = cellValue(text, at.col, convention);
  const fault = value === "" ? undefined : read(value, unitOf(at.col)).rule;
  return { ...at, text: value, before, fault: fault && `“${text}” ${fault}` };
}

/** Rows by the times of a first column; the second of two equal times is the second hour of a long night. */
function byTime(times: readonly string[], rows: readonly Row[]): number[] {
  const seen = new Map<string, number>();
  const at = new Map(rows.map((row) => [`${row.label}#${row.again}`, row.index]));
  return times.map((text) => {
    const [, hour = "", minute = ""] = TIME.exec(text) ?? [];
    const label = `${hour.padStart(2, "0")}:${minute}`;
    const again = seen.get(label) ?? 0;
    seen.set(label, again + 1);
    return at.get(`${label}#${again}`) ?? -1;
  });
}

/** A range as a spreadsheet takes it: tabs between cells, decimals with the sign that the reader uses. */
export function copyText(doc: Doc, range: Range, decimal: "point" | "comma"): string {
  const lines: string[] = [];
  for (let row = range.top; row <= range.bottom; row += 1) {
    const line: string[] = [];
    for (let col = range.left; col <= range.right; col += 1) {
      const text = cellText(doc, { row, col });
      line.push(decimal === "comma" && col !== SIDE ? text.replace(".", ",") : text);
    }
    lines.push(line.join("\t"));
  }
  return lines.join("\n");
}
