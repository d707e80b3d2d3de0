import { describe, expect, it } from "vitest";
import { colAt, leftOf, move, seen, tab, widthOf } from "./layout";

const size = { rows: 24, cols: 7, page: 10 };
const full = new Set(["2:1", "3:1", "4:1", "8:1"]);
const holds = ({ row, col }: { row: number; col: number }) => full.has(`${row}:${col}`);

describe("the grid", () => {
  it("knows columns by their place", () => {
    for (let col = 0; col < 12; col += 1) {
      expect(colAt(leftOf(col))).toBe(col);
      expect(colAt(leftOf(col) + widthOf(col) - 1)).toBe(col);
    }
    expect(seen(0, 280, (y) => Math.floor(y / 24), 24, 2)).toEqual({ from: 0, until: 13 });
    expect(seen(400, 280, (y) => Math.floor(y / 24), 24, 2)).toEqual({ from: 14, until: 23 });
  });

  it("is walked with arrows, pages and ends", () => {
    expect(move("ArrowUp", false, { row: 0, col: 1 }, size, holds)).toEqual({ row: 0, col: 1 });
    expect(move("PageDown", false, { row: 20, col: 1 }, size, holds)).toEqual({ row: 23, col: 1 });
    expect(move("End", true, { row: 2, col: 1 }, size, holds)).toEqual({ row: 23, col: 6 });
    expect(move("x", false, { row: 2, col: 1 }, size, holds)).toBeUndefined();
  });

  it("is jumped over by blocks", () => {
    const down = (row: number) => move("ArrowDown", true, { row, col: 1 }, size, holds)!.row;
    expect([down(0), down(2), down(4), down(8)]).toEqual([2, 4, 8, 23]);
    expect(move("ArrowUp", true, { row: 4, col: 1 }, size, holds)!.row).toBe(2);
  });

  it("is left by Tab at its ends alone", () => {
    expect(tab({ row: 0, col: 6 }, false, size)).toEqual({ row: 1, col: 0 });
    expect(tab({ row: 1, col: 0 }, true, size)).toEqual({ row: 0, col: 6 });
    expect(tab({ row: 23, col: 6 }, false, size)).toBeUndefined();
    expect(tab({ row: 0, col: 0 }, true, size)).toBeUndefined();
  });
});
