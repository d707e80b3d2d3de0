import { describe, expect, it } from "vitest";
import { cellText, cellValue, clear, fill, setCells, setShape, widest } from "./cells";
import { curve, dayRows, docOf } from "./fixtures";

const rows = dayRows("2026-11-23", "America/Chicago");
const defaults = { side: "sell", shape: "linear", storage: true } as const;

describe("cells", () => {
  it("begin a curve where there was none, and end it with its last point", () => {
    let doc = setCells(docOf(rows, {}), [{ row: 2, col: 1, text: "5" }], defaults);
    expect(doc.curves[2]).toEqual(curve("sell", [["5", ""]]));
    doc = setCells(doc, [{ row: 2, col: 2, text: "24.57" }], defaults);
    expect(cellText(doc, { row: 2, col: 2 })).toBe("24.57");
    doc = setCells(doc, [{ row: 2, col: 1, text: "" }, { row: 2, col: 2, text: "" }], defaults);
    expect(doc.curves[2]).toBeUndefined();
  });

  it("take a quantity below zero for a storage curve where the venue takes one", () => {
    expect(setCells(docOf(rows, {}), [{ row: 0, col: 1, text: "-5" }], defaults).curves[0]!.side).toBe("storage");
    expect(setCells(docOf(rows, {}), [{ row: 0, col: 1, text: "-5" }], { ...defaults, storage: false }).curves[0]!.side).toBe("sell");
  });

  it("leave other rows untouched, and the old bid as it was", () => {
    const before = docOf(rows, { 1: curve("buy", [["5", "20.00"]]) });
    const after = setCells(before, [{ row: 2, col: 1, text: "1" }], defaults);
    expect(after.curves[1]).toBe(before.curves[1]);
    expect(before.curves[2]).toBeUndefined();
  });

  it("are cleared in ranges, whole curves with their sides", () => {
    const doc = docOf(rows, { 1: curve("buy", [["5", "20.00"], ["8", "15.00"]]), 2: curve("sell", [["5", "30.00"]]) });
    expect(clear(doc, { top: 1, bottom: 2, left: 0, right: 4 }, defaults).curves.every((c) => !c)).toBe(true);
    expect(clear(doc, { top: 1, bottom: 1, left: 3, right: 4 }, defaults).curves[1]).toEqual(curve("buy", [["5", "20.00"]]));
    expect(clear(doc, { top: 1, bottom: 1, left: 0, right: 0 }, defaults).curves[1]).toBeUndefined();
  });

  it("keep what is written where it is no number", () => {
    expect(cellValue("12,5", 1, "typed")).toBe("12.5");
    expect(cellValue("24.5", 2, "typed")).toBe("24.50");
    expect(cellValue("abc", 2, "typed")).toBe("abc");
    expect(cellValue("  ", 2, "typed")).toBe("");
  });

  it("know the widest curve, and change shapes", () => {
    const doc = docOf(rows, { 1: curve("buy", [["5", "20.00"], ["8", "15.00"]]) });
    expect(widest(doc)).toBe(2);
    expect(setShape(doc, [1, 2], "step").curves[1]!.shape).toBe("step");
    expect(setShape(doc, [1, 2], "step").curves[2]).toBeUndefined();
  });
});

describe("filling", () => {
  const doc = docOf(rows, { 0: curve("sell", [["1", "10.00"]]), 1: curve("sell", [["1.1", "10.10"]]) });

  it("repeats what is filled from", () => {
    const changes = fill(doc, { top: 0, bottom: 1, left: 0, right: 2 }, { top: 0, bottom: 4, left: 0, right: 2 });
    expect(changes.filter((c) => c.col === 1).map((c) => c.text)).toEqual(["1", "1.1", "1"]);
    expect(changes.filter((c) => c.col === 0).map((c) => c.text)).toEqual(["sell", "sell", "sell"]);
  });

  it("goes on as a series, exactly", () => {
    const changes = fill(doc, { top: 0, bottom: 1, left: 1, right: 2 }, { top: 0, bottom: 4, left: 1, right: 2 }, true);
    expect(changes.filter((c) => c.col === 1).map((c) => c.text)).toEqual(["1.2", "1.3", "1.4"]);
    expect(changes.filter((c) => c.col === 2).map((c) => c.text)).toEqual(["10.20", "10.30", "10.40"]);
  });

  it("never puts a quantity into a price", () => {
    expect(fill(doc, { top: 0, bottom: 0, left: 1, right: 1 }, { top: 0, bottom: 0, left: 1, right: 3 }).map((c) => c.col)).toEqual([3]);
  });
});
