// Cells of the grid: column 0 is the side, then quantity and price of every point in turn.
import { canonical, micros, tidy, write, type Convention, type Unit } from "./decimal";
import { isBlank, type Curve, type Doc, type Point, type Shape, type Side } from "./doc";

export interface Cell {
  readonly row: number;
  readonly col: number;
}
/** Rows and columns from and to, both included. */
export interface Range {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}
export interface Change extends Cell {
  readonly text: string;
}
/** What a curve that begins with a cell is like. */
export interface Defaults {
  readonly side: Side;
  readonly shape: Shape;
  /** Whether the venue takes curves from charging to discharging: a quantity below zero then begins one. */
  readonly storage: boolean;
}

export const SIDE = 0;
export const quantityCol = (point: number): number => 1 + 2 * point;
export const priceCol = (point: number): number => 2 + 2 * point;
export const pointOf = (col: number): number => Math.floor((col - 1) / 2);
export const unitOf = (col: number): Unit => (col % 2 === 1 ? "power" : "price");
export const columnsFor = (points: number): number => 1 + 2 * points;

export const rangeOf = (a: Cell, b: Cell): Range => ({
  top: Math.min(a.row, b.row), bottom: Math.max(a.row, b.row), left: Math.min(a.col, b.col), right: Math.max(a.col, b.col),
});
export const inside = (range: Range, cell: Cell): boolean =>
  cell.row >= range.top && cell.row <= range.bottom && cell.col >= range.left && cell.col <= range.right;

/** What a cell holds; empty where nothing is offered. */
export function cellText(doc: Doc, { row, col }: Cell): string {
  const curve = doc.curves[row];
  if (!curve) return "";
  if (col === SIDE) return curve.side;
  const point = curve.points[pointOf(col)];
  return point ? (unitOf(col) === "power" ? point.q : point.p) : "";
}

const SIDES: Record<string, Side> = {
  s: "sell", sell: "sell", offer: "sell", discharge: "sell", b: "buy", buy: "buy", bid: "buy", charge: "buy", t: "storage", st: "storage", storage: "storage",
};
/** The side that a word stands for. */
export const sideOf = (text: string): Side | undefined => SIDES[text.trim().toLowerCase()];

/** A number of a cell as it is kept: canonical where it is one, as written where it is none. */
export const cellValue = (text: string, col: number, convention: Convention): string =>
  text.trim() === "" ? "" : canonical(tidy(text, convention), unitOf(col));

/** Writes cells; the texts are as `cellValue` gives them, or sides. Rows without any point left hold no offer. */
export function setCells(doc: Doc, changes: readonly Change[], defaults: Defaults): Doc {
  const byRow = new Map<number, Change[]>();
  for (const change of changes) byRow.set(change.row, [...(byRow.get(change.row) ?? []), change]);
  const curves = [...doc.curves];
  for (const [row, list] of byRow) if (row >= 0 && row < curves.length) curves[row] = setRow(curves[row], list, defaults);
  return { ...doc, curves };
}

function setRow(curve: Curve | undefined, changes: readonly Change[], defaults: Defaults): Curve | undefined {
  let side = curve?.side;
  const points: Point[] = [...(curve?.points ?? [])];
  for (const { col, text } of changes) {
    if (col === SIDE) {
      const wanted = sideOf(text);
      if (wanted) side = wanted;
      else if (text === "") points.length = 0;
      continue;
    }
    const at = pointOf(col);
    while (points.length <= at) points.push({ q: "", p: "" });
    points[at] = unitOf(col) === "power" ? { q: text, p: points[at]!.p } : { q: points[at]!.q, p: text };
  }
  while (points.length > 0 && isBlank(points.at(-1)!)) points.pop();
  if (points.length === 0) return undefined;
  const negative = points.some((point) => (micros(point.q, "power") ?? 0n) < 0n);
  return { side: side ?? (negative && defaults.storage ? "storage" : defaults.side), shape: curve?.shape ?? defaults.shape, points };
}

/** Empties a range. A whole row, side included, offers nothing then. */
export function clear(doc: Doc, range: Range, defaults: Defaults): Doc {
  const changes: Change[] = [];
  for (let row = range.top; row <= range.bottom; row += 1)
    for (let col = range.left; col <= range.right; col += 1)
      // A side alone is no offer: it goes with the points, not before them.
      if (col !== SIDE || range.left === range.right) changes.push({ row, col, text: "" });
  return setCells(doc, changes, defaults);
}

/** Changes the shape of curves. */
export function setShape(doc: Doc, rows: readonly number[], shape: Shape): Doc {
  const curves = [...doc.curves];
  for (const row of rows) if (curves[row]) curves[row] = { ...curves[row], shape };
  return { ...doc, curves };
}

export function setCurve(doc: Doc, row: number, curve: Curve | undefined): Doc {
  const curves = [...doc.curves];
  curves[row] = curve && curve.points.some((point) => !isBlank(point)) ? curve : undefined;
  return { ...doc, curves };
}

/** What filling writes: the cells of the source range over and over, down or across; as a series the step of the last two goes on. */
export function fill(doc: Doc, source: Range, target: Range, series = false): Change[] {
  const changes: Change[] = [];
  const down = target.bottom > source.bottom || target.top < source.top;
  for (let row = target.top; row <= target.bottom; row += 1)
    for (let col = target.left; col <= target.right; col += 1) {
      if (inside(source, { row, col })) continue;
      const from = { row: wrap(row, source.top, source.bottom), col: wrap(col, source.left, source.right) };
      // A quantity is never filled into a price.
      if (unitOf(from.col) !== unitOf(col) || (from.col === SIDE) !== (col === SIDE)) continue;
      const next = series && down ? continued(doc, source, row, col) : undefined;
      changes.push({ row, col, text: next ?? cellText(doc, from) });
    }
  return changes;
}

const wrap = (at: number, low: number, high: number): number => {
  const size = high - low + 1;
  return low + ((((at - low) % size) + size) % size);
};

/** The value that goes on from the ends of the source, exactly; undefined where they are no numbers. */
function continued(doc: Doc, source: Range, row: number, col: number): string | undefined {
  if (col === SIDE || source.top === source.bottom) return undefined;
  const unit = unitOf(col);
  const at = (r: number) => micros(cellText(doc, { row: r, col }), unit);
  const below = row > source.bottom;
  const [last, before] = below ? [source.bottom, source.bottom - 1] : [source.top, source.top + 1];
  const [a, b] = [at(before), at(last)];
  if (a === undefined || b === undefined) return undefined;
  return write(b + (b - a) * BigInt(Math.abs(row - last)), unit);
}

/** The most points that a curve has. */
export const widest = (doc: Doc): number => Math.max(0, ...doc.curves.map((curve) => curve?.points.length ?? 0));
