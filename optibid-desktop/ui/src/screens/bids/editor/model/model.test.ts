import { describe, expect, it } from "vitest";
import { mapCurves, onDay, spread, targets } from "./days";
import { isOffered } from "./doc";
import { curve, dayRows, docOf } from "./fixtures";
import { History } from "./history";
import { comparable, diff, merged, same } from "./merge";
import { totals } from "./totals";

const CHICAGO = "America/Chicago";
const rows = dayRows("2026-11-23", CHICAGO);

describe("history", () => {
  it("undoes and redoes, at least fifty steps", () => {
    const history = new History<number>();
    for (let i = 0; i < 60; i += 1) history.push(i, `step ${i}`);
    let now = 60;
    for (let i = 0; i < 60; i += 1) now = history.undo(now)!;
    expect(now).toBe(0);
    expect(history.undo(now)).toBeUndefined();
    for (let i = 0; i < 60; i += 1) now = history.redo(now)!;
    expect(now).toBe(60);
    expect(history.redo(now)).toBeUndefined();
  });

  it("takes nudges and a drag together, and forgets what was undone", () => {
    const history = new History<number>();
    history.push(0, "nudge", "nudge 3", 0);
    history.push(1, "nudge", "nudge 3", 300);
    history.push(2, "nudge", "nudge 3", 5_000);
    expect(history.size).toBe(2);
    history.push(3, "drag", "drag 1", 6_000);
    history.push(4, "drag", "drag 1", 60_000);
    expect(history.size).toBe(3);
    expect(history.undo(5)).toBe(3);
    history.push(3, "other");
    expect(history.redo(9)).toBeUndefined();
    expect(history.undoLabel).toBe("other");
  });
});

describe("from day to day", () => {
  const each = (list: typeof rows) => list.map((row) => curve("sell", [[String(row.index + 1), "30.00"]]));

  it("an hour that does not exist is left out, and told", () => {
    const short = dayRows("2027-03-14", CHICAGO);
    const { curves, notes } = mapCurves(each(rows), rows, short);
    expect(curves).toHaveLength(23);
    expect(curves[2]!.points[0]!.q).toBe("4");
    expect(notes).toEqual([{ kind: "missing", labels: ["02:00"], text: "02:00 does not exist that day: what is offered then is left out" }]);
  });

  it("an hour that comes twice stands in both, and told", () => {
    const long = dayRows("2026-11-01", CHICAGO);
    const { curves, notes } = mapCurves(each(rows), rows, long);
    expect(curves.map((c) => c!.points[0]!.q).slice(0, 4)).toEqual(["1", "2", "2", "3"]);
    expect(notes[0]!.kind).toBe("doubled");
    const back = mapCurves(each(long), long, rows);
    expect(back.curves.map((c) => c!.points[0]!.q).slice(0, 4)).toEqual(["1", "2", "4", "5"]);
    expect(back.notes[0]).toMatchObject({ kind: "second", labels: ["01:00"] });
  });

  it("quarters too; what is offered in none of them is not told", () => {
    const [normal, short] = [dayRows("2026-03-28", "Europe/Oslo", 15), dayRows("2026-03-29", "Europe/Oslo", 15)];
    expect(mapCurves(each(normal), normal, short).notes[0]!.text).toContain("02:00 to 02:45");
    const { doc, notes } = onDay(docOf(normal, { 0: curve("buy", [["1", "5.00"]]) }), normal, "2026-03-29", short);
    expect(notes).toEqual([]);
    expect([doc.day, doc.curves.length, isOffered(doc.curves[0])]).toEqual(["2026-03-29", 92, true]);
  });

  it("blocks too, without the volumes of an hour that does not exist", () => {
    const short = dayRows("2027-03-14", CHICAGO);
    const at = (index: number) => ({ period: { start: rows[index]!.wire, resolution: "PT60M" as const }, quantity: "5" });
    const doc = { ...docOf(rows, {}), kind: "block" as const, rest: { blocks: [{ name: "night", price: "60.00", profile: [at(1), at(2), at(3)] }, { name: "lost", price: "60.00", profile: [at(2)] }] } };
    const moved = onDay(doc, rows, "2027-03-14", short);
    expect(moved.doc.rest.blocks!.map((block) => block.profile.map((one) => one.period.start))).toEqual([[short[1]!.wire, short[2]!.wire]]);
    expect(moved.notes.map((note) => note.labels)).toEqual([["02:00"]]);
  });

  it("a period goes to others", () => {
    const doc = docOf(rows, { 3: curve("sell", [["5", "30.00"], ["8", "40.00"]]), 7: curve("sell", [["2", "10.00"]]) });
    expect(targets("offered", 3, rows, doc, [])).toEqual([7]);
    expect(targets("after", 21, rows, doc, [])).toEqual([22, 23]);
    expect(targets("selected", 3, rows, doc, [2, 3, 4])).toEqual([2, 4]);
    const quarters = dayRows("2026-03-28", "Europe/Oslo", 15);
    expect(targets("same_hour", 5, quarters, docOf(quarters, {}), [])).toEqual([4, 6, 7]);
    expect(spread(doc, 3, [7, 8], "all").curves[8]).toBe(doc.curves[3]);
    expect(spread(doc, 3, [7, 8], "prices").curves[7]).toEqual(curve("sell", [["2", "30.00"]]));
    expect(spread(doc, 3, [7, 8], "prices").curves[8]).toBeUndefined();
  });
});

describe("two who changed a bid", () => {
  const [a, b, c] = [curve("sell", [["1", "10.00"]]), curve("sell", [["2", "20.00"]]), curve("sell", [["3", "30.00"]])];
  const base = docOf(rows, { 0: a, 1: a, 2: a, 3: a });
  const mine = { ...docOf(rows, { 0: a, 1: b, 2: b, 3: b, 5: c }), note: "mine" };
  const theirs = docOf(rows, { 0: b, 1: a, 2: c, 3: b });

  it("are told apart period by period", () => {
    const found = diff(base, mine, theirs);
    expect(found.periods.map((one) => [one.row, one.conflict, one.pick])).toEqual([[0, false, "theirs"], [1, false, "mine"], [2, true, "mine"], [3, false, "mine"], [5, false, "mine"]]);
    expect(found.fields.map((one) => [one.field, one.pick])).toEqual([["note", "mine"]]);
    expect(found.conflicts).toBe(1);
  });

  it("become one bid as it is picked", () => {
    const found = diff(base, mine, theirs);
    found.periods.find((one) => one.row === 2)!.pick = "theirs";
    const one = merged(mine, theirs, found);
    expect([one.curves[0], one.curves[1], one.curves[2], one.curves[3], one.curves[5]]).toEqual([b, b, c, b, c]);
    expect(one.note).toBe("mine");
  });

  it("have nothing to choose where one did nothing", () => {
    expect(diff(base, base, theirs).conflicts).toBe(0);
    expect(same(merged(base, theirs, diff(base, base, theirs)), theirs)).toBe(true);
    expect(same(merged(mine, base, diff(base, mine, base)), mine)).toBe(true);
    expect(comparable(base, { ...base, day: "2026-11-24" })).toBe(false);
  });
});

describe("totals", () => {
  it("are exact a side, by the length of the periods", () => {
    const doc = docOf(rows, { 0: curve("storage", [["-10", "12.00"], ["0", "15.00"], ["4.5", "60.00"]]), 1: curve("sell", [["0.1", "70.00"]]), 2: curve("buy", [["0.2", "5.00"]]) });
    const sum = totals(doc, rows);
    expect(sum.periods).toBe(3);
    expect(sum.sell).toEqual({ periods: 2, energy: "4.6", power: "4.5", low: "15.00", high: "70.00" });
    expect(sum.buy).toEqual({ periods: 2, energy: "10.2", power: "10", low: "5.00", high: "12.00" });
    const quarters = dayRows("2026-03-28", "Europe/Oslo", 15);
    expect(totals(docOf(quarters, { 0: curve("sell", [["0.1", "1.00"]]) }), quarters).sell.energy).toBe("0.025");
  });
});
