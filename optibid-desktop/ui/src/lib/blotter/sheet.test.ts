import { describe, expect, it } from "vitest";
import { moved, nextSort, sortOf, sortText, tsv, type Column, type Grouping } from "./columns";
import { parse } from "./filter";
import { Rows } from "./rows";
import { Row, Sheet, type Arranging } from "./sheet";

interface Bid {
  id: string;
  state: string;
  mwh?: string | undefined;
  day: string;
}
const columns: Column<Bid>[] = [
  { id: "id", label: "Bid", width: 80, value: (bid) => bid.id },
  { id: "state", label: "State", width: 80, value: (bid) => bid.state, text: (bid) => bid.state.replaceAll("_", " "), flash: true },
  { id: "sell", label: "Sell", unit: "MWh", width: 80, value: (bid) => (bid.mwh === undefined ? undefined : Number(bid.mwh)), text: (bid) => bid.mwh ?? "", copy: (bid) => bid.mwh ?? "", total: { of: (bid) => (bid.mwh === undefined ? undefined : BigInt(Math.round(Number(bid.mwh) * 10))), show: (total) => `${total}` } },
  { id: "day", label: "Delivery day", width: 80, value: (bid) => bid.day },
];
const byState: Grouping<Bid> = { id: "state", label: "state", key: (bid) => bid.state };
const bid = (id: string, state: string, mwh: string | undefined, day = "2026-11-23"): Bid => ({ id, state, mwh, day });

function made(bids: Bid[], how: Partial<Arranging<Bid>> = {}) {
  let run: (() => void) | undefined;
  const rows = new Rows<Bid>((one) => one.id, (next) => (run = next));
  const sheet = new Sheet<Bid>();
  rows.put(bids);
  run?.();
  sheet.arrange({ rows, columns, filter: "", sort: [], folded: new Set(), ...how });
  rows.listen((changed) => sheet.update(changed, 0));
  return { rows, sheet, frame: () => run?.(), ids: () => sheet.lines.map((line) => line.id) };
}

describe("rows", () => {
  it("tell of all changes of a frame at once, and put lists in each other's place", () => {
    const { rows, frame, ids } = made([bid("a", "draft", "1"), bid("b", "draft", "2")]);
    const before = rows.version;
    rows.put([bid("c", "draft", "3")]);
    rows.remove(["a"]);
    expect(rows.version).toBe(before);
    frame();
    expect(rows.version).toBe(before + 1);
    expect(ids()).toEqual(["c", "b"]);
    rows.replace([bid("b", "draft", "2"), bid("d", "draft", "2")]);
    frame();
    expect(ids()).toEqual(["d", "b"]);
  });
});

describe("a sheet", () => {
  it("sorts by several columns, and what has no value stands last both ways", () => {
    const bids = [bid("a", "draft", "2"), bid("b", "settled", undefined), bid("c", "draft", "10"), bid("d", "settled", "5")];
    const up = made(bids, { sort: sortOf("sell") });
    expect(up.ids()).toEqual(["a", "d", "c", "b"]);
    const down = made(bids, { sort: sortOf("-sell") });
    expect(down.ids()).toEqual(["c", "d", "a", "b"]);
    const two = made(bids, { sort: sortOf("state,-sell") });
    expect(two.ids()).toEqual(["c", "a", "d", "b"]);
  });

  it("merges changes in where they belong, and leaves other rows the same objects", () => {
    const { rows, sheet, frame, ids } = made([bid("a", "draft", "1"), bid("b", "draft", "2"), bid("c", "draft", "3")], { sort: sortOf("sell") });
    const kept = sheet.lines[1];
    rows.put([bid("a", "draft", "9"), bid("d", "draft", "2.5")]);
    frame();
    expect(ids()).toEqual(["b", "d", "c", "a"]);
    expect(sheet.lines[0]).toBe(kept);
    expect(sheet.totals[2]).toBe(165n);
    // The same as arranging all anew.
    const again = made([...rows.values()], { sort: sortOf("sell") });
    expect(again.ids()).toEqual(ids());
    expect(again.sheet.totals).toEqual(sheet.totals);
  });

  it("takes rows in and out as the filter says", () => {
    const { rows, sheet, frame, ids } = made([bid("a", "draft", "1"), bid("b", "partly_cleared", "2")], { filter: "state:partly_cleared" });
    expect(ids()).toEqual(["b"]);
    rows.put([bid("a", "partly_cleared", "1"), bid("b", "settled", "2")]);
    frame();
    expect(ids()).toEqual(["a"]);
    expect(sheet.row("b")).toBeUndefined();
    expect(sheet.totals[2]).toBe(10n);
  });

  it("groups with exact sums, folds, and keeps headings that were not touched", () => {
    const { rows, sheet, frame, ids } = made([bid("a", "draft", "0.1"), bid("b", "draft", "0.2"), bid("c", "settled", "5")], { group: byState, folded: new Set(["settled"]) });
    expect(ids()).toEqual(["group draft", "b", "a", "group settled"]);
    const [head, , , other] = sheet.lines;
    expect(head?.kind === "group" && head.total(2)).toBe(3n);
    rows.put([bid("a", "draft", "0.5")]);
    frame();
    const now = sheet.lines[0];
    expect(now?.kind === "group" && now.total(2)).toBe(7n);
    expect(sheet.lines[3]).toBe(other);
    rows.put([bid("a", "settled", "0.5")]);
    frame();
    expect(ids()).toEqual(["group draft", "b", "group settled"]);
  });

  it("lights up a text that changed, and goes on doing so when something else changes", () => {
    const { rows, sheet } = made([bid("a", "draft", "1")]);
    rows.put([bid("a", "validated", "1")]);
    sheet.update(new Set(["a"]), 1000);
    expect(sheet.row("a")?.flashed).toEqual(["state"]);
    rows.put([bid("a", "validated", "2")]);
    sheet.update(new Set(["a"]), 1200);
    expect(sheet.row("a")).toMatchObject({ flashed: ["state"], flashedAt: 1000 });
    rows.put([bid("a", "validated", "3")]);
    sheet.update(new Set(["a"]), 1500);
    expect(sheet.row("a")?.flashed).toBeUndefined();
  });
});

describe("a filter", () => {
  const row = new Row("a", bid("a1", "partly_cleared", "12.5", "2024-08-25"), columns);
  const passes = (text: string) => parse(text, columns)?.(row) ?? true;
  it.each([
    ["", true], ["  ", true], ["-", true], ["partly", true], ["PARTLY 2024", true], ["\"partly cleared\"", true], ["\"cleared partly\"", false],
    ["-settled", true], ["-partly", false], ["state:settled,partly_cleared", true], ["state:settled", false], ["-state:settled", true], ["state:", true],
    ["sell>12", true], ["sell>=12.5", true], ["sell<12.5", false], ["mwh>12", false], ["day>=2024-08-01", true], ["day<2024-08-01", false],
    ["deliveryday=2024-08-25", true], ["a1 sell=12.5", true],
  ])("%s: %s", (text, expected) => expect(passes(text)).toBe(expected));
});

describe("columns", () => {
  it("are sorted by up, down, not at all; with others beside", () => {
    expect(sortText(nextSort([], "day", false))).toBe("day");
    expect(sortText(nextSort(sortOf("day"), "day", false))).toBe("-day");
    expect(sortText(nextSort(sortOf("-day"), "day", false))).toBe("");
    expect(sortText(nextSort(sortOf("-day"), "state", true))).toBe("-day,state");
    expect(sortText(nextSort(sortOf("-day,state"), "state", true))).toBe("-day,-state");
    expect(sortText(nextSort(sortOf("-day,-state"), "state", true))).toBe("-day");
  });
  it("are moved before others or to the end", () => {
    expect(moved(["a", "b", "c"], "c", "a")).toEqual(["c", "a", "b"]);
    expect(moved(["a", "b", "c"], "a", undefined)).toEqual(["b", "c", "a"]);
    expect(moved(["a", "b", "c"], "b", "b")).toEqual(["a", "b", "c"]);
  });
  it("are copied as a spreadsheet takes them", () => {
    expect(tsv(columns.slice(1, 3), [bid("a", "partly_cleared", "12.50"), bid("b", "a\tb", undefined)])).toBe("State\tSell (MWh)\r\npartly cleared\t12.50\r\na b\t");
  });
});
