import { describe, expect, it } from "vitest";
import { curve, dayRows, docOf } from "./fixtures";
import { copyText, plan, table } from "./paste";

const rows = dayRows("2026-11-23", "America/Chicago");
const options = { convention: "auto", usual: "point", maxPoints: 10 } as const;
const at = (row: number, col: number) => ({ top: row, bottom: row, left: col, right: col });
const doc = docOf(rows, { 0: curve("sell", [["5", "24.57"]]) });

describe("a table", () => {
  it("is read from tabs, semicolons, commas and quotes", () => {
    expect(table("a\tb\r\n1\t2\r\n")).toEqual([["a", "b"], ["1", "2"]]);
    expect(table("1,5;2,5\n3;4")).toEqual([["1,5", "2,5"], ["3", "4"]]);
    expect(table("1,2\n3,4")).toEqual([["1,2"], ["3,4"]]);
    expect(table("5,24.57\n6,30.00")).toEqual([["5", "24.57"], ["6", "30.00"]]);
    expect(table('"a ""b"""\t"1\n2"')).toEqual([['a "b"', "1\n2"]]);
    expect(table("\n")).toEqual([]);
  });
});

describe("pasting", () => {
  it("begins at the corner and says what changes", () => {
    const found = plan(doc, rows, at(0, 1), table("5\t25\n6\t26"), options);
    expect(found.changes).toEqual([
      { row: 0, col: 2, text: "25.00", before: "24.57", fault: undefined },
      { row: 1, col: 1, text: "6", before: "", fault: undefined },
      { row: 1, col: 2, text: "26.00", before: "", fault: undefined },
    ]);
    expect(found.range).toEqual({ top: 0, bottom: 1, left: 1, right: 2 });
  });

  it("one cell fills the whole selection", () => {
    const found = plan(doc, rows, { top: 2, bottom: 4, left: 1, right: 1 }, table("7,5"), options);
    expect(found.changes.map((c) => c.text)).toEqual(["7.5", "7.5", "7.5"]);
  });

  it("knows decimal commas, and says when it cannot know", () => {
    const german = plan(doc, rows, at(0, 1), table("10\t1.234,50\n10\t45,10"), options);
    expect([german.convention, german.sure, german.changes.map((c) => c.text)]).toEqual(["comma", true, ["10", "1234.50", "10", "45.10"]]);
    const open = plan(doc, rows, at(0, 2), table("1,234\n2,345"), options);
    expect([open.convention, open.sure, open.changes[0]!.text]).toEqual(["point", false, "1234.00"]);
    expect(plan(doc, rows, at(0, 2), table("1,234\n2,345"), { ...options, convention: "comma" }).changes[0]!.text).toBe("1.234");
  });

  it("leaves out headers, places rows by their times, and finds sides", () => {
    const text = "Period\tSide\tMW\tPrice\n02:00\tsell\t5\t30\n04:00\tb\t6\t20";
    const found = plan(doc, rows, at(0, 0), table(text), options);
    expect([found.header, found.timed]).toEqual([true, true]);
    expect(found.changes.map((c) => [c.row, c.col, c.text])).toEqual([[2, 0, "sell"], [2, 1, "5"], [2, 2, "30.00"], [4, 0, "buy"], [4, 1, "6"], [4, 2, "20.00"]]);
  });

  it("puts the second of two equal times into the second hour of a long night", () => {
    const long = dayRows("2026-11-01", "America/Chicago");
    const found = plan(docOf(long, {}), long, at(0, 1), table("01:00\t1\n01:00\t2\n02:00\t3"), options);
    expect(found.changes.map((c) => [c.row, c.text])).toEqual([[1, "1"], [2, "2"], [3, "3"]]);
    const missing = plan(doc, rows, at(0, 1), table("00:30\t1\n01:00\t2"), options);
    expect(missing.outside).toBe(1);
  });

  it("tells every cell that is no value, and what falls beside the grid", () => {
    const found = plan(doc, rows, at(22, 1), table("1\tabc\n2\t7.1234567\n3\t4"), options);
    expect(found.faults.map((c) => [c.row, c.col, c.fault])).toEqual([
      [22, 2, "“abc” must be a finite decimal number"],
      [23, 2, "“7.1234567” must have at most 6 decimals"],
    ]);
    expect(found.outside).toBe(2);
  });
});

describe("copying", () => {
  it("gives back what a spreadsheet takes", () => {
    const range = { top: 0, bottom: 1, left: 0, right: 2 };
    expect(copyText(doc, range, "point")).toBe("sell\t5\t24.57\n\t\t");
    expect(copyText(doc, range, "comma")).toBe("sell\t5\t24,57\n\t\t");
    expect(plan(docOf(rows, {}), rows, at(0, 0), table(copyText(doc, { ...range, bottom: 0 }, "comma")), options).changes.map((c) => c.text)).toEqual(["sell", "5", "24.57"]);
  });
});
