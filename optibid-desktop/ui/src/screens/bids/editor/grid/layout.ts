// Where cells are on the grid, and where keys lead.
import { SIDE, type Cell } from "../model/cells";

/** Times, and times with a zone beside them. */
export const LABEL_WIDTHS = { plain: 104, zoned: 140 };
export const HEAD_HEIGHT = 42;
const SIDE_WIDTH = 78;
const QUANTITY_WIDTH = 70;
const PRICE_WIDTH = 84;
const PAIR = QUANTITY_WIDTH + PRICE_WIDTH;

/** How far a column begins right of the labels. */
export const leftOf = (col: number): number => (col === SIDE ? 0 : SIDE_WIDTH + Math.floor((col - 1) / 2) * PAIR + (col % 2 === 1 ? 0 : QUANTITY_WIDTH));
export const widthOf = (col: number): number => (col === SIDE ? SIDE_WIDTH : col % 2 === 1 ? QUANTITY_WIDTH : PRICE_WIDTH);

/** The column at a distance right of the labels. */
export function colAt(x: number): number {
  if (x < SIDE_WIDTH) return SIDE;
  const pair = Math.floor((x - SIDE_WIDTH) / PAIR);
  return 1 + 2 * pair + ((x - SIDE_WIDTH) % PAIR < QUANTITY_WIDTH ? 0 : 1);
}

/** First and last of what is seen, with a few more on either side. */
export function seen(scroll: number, size: number, at: (x: number) => number, count: number, more: number): { from: number; until: number } {
  return { from: Math.max(0, at(Math.max(0, scroll)) - more), until: Math.min(count - 1, at(scroll + size) + more) };
}

/** The cell that a key leads to; undefined where the key leads nowhere. `full` tells whether a cell holds anything, for jumps to the edges of blocks. */
export function move(key: string, far: boolean, from: Cell, size: { rows: number; cols: number; page: number }, full: (cell: Cell) => boolean): Cell | undefined {
  const last = { row: size.rows - 1, col: size.cols - 1 };
  const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key];
  if (step) {
    const [dr, dc] = step as [number, number];
    return far ? jump(from, dr, dc, last, full) : { row: clamp(from.row + dr, last.row), col: clamp(from.col + dc, last.col) };
  }
  switch (key) {
    case "Home":
      return { row: far ? 0 : from.row, col: 0 };
    case "End":
      return { row: far ? last.row : from.row, col: last.col };
    case "PageUp":
      return { row: clamp(from.row - size.page, last.row), col: from.col };
    case "PageDown":
      return { row: clamp(from.row + size.page, last.row), col: from.col };
    default:
      return undefined;
  }
}

const clamp = (at: number, last: number): number => Math.min(last, Math.max(0, at));

/** To the end of the block of filled cells, or over the gap to the next one, as spreadsheets do. */
function jump(from: Cell, dr: number, dc: number, last: Cell, full: (cell: Cell) => boolean): Cell {
  const next = (cell: Cell): Cell | undefined => {
    const to = { row: cell.row + dr, col: cell.col + dc };
    return to.row < 0 || to.col < 0 || to.row > last.row || to.col > last.col ? undefined : to;
  };
  let at = from;
  const first = next(at);
  if (!first) return at;
  const within = full(at) && full(first);
  at = first;
  for (let to = next(at); to; to = next(at)) {
    if (within ? !full(to) : full(at)) break;
    at = to;
  }
  return at;
}

/** Where Tab goes: along the row, then to the next one; undefined past the ends, where it leaves the grid. */
export function tab(from: Cell, back: boolean, size: { rows: number; cols: number }): Cell | undefined {
  const col = from.col + (back ? -1 : 1);
  if (col >= 0 && col < size.cols) return { row: from.row, col };
  const row = from.row + (back ? -1 : 1);
  return row < 0 || row >= size.rows ? undefined : { row, col: back ? size.cols - 1 : 0 };
}
