import { describe, expect, it } from "vitest";
import { curveKey, docKey, fromDraft, isEmpty, jumpsBefore, pointsOf, rowText, toSent } from "./doc";
import { curve, dayRows, docOf } from "./fixtures";

const CHICAGO = "America/Chicago";

describe("the rows of a day", () => {
  it("are as many as the day has periods", () => {
    expect(dayRows("2026-11-23", CHICAGO)).toHaveLength(24);
    expect(dayRows("2026-03-08", CHICAGO)).toHaveLength(23);
    expect(dayRows("2026-11-01", CHICAGO)).toHaveLength(25);
    expect(dayRows("2026-03-29", "Europe/Oslo", 15)).toHaveLength(92);
    expect(dayRows("2026-10-25", "Europe/Oslo", 15)).toHaveLength(100);
  });

  it("tell the hour that comes twice apart, and show where the clock jumps", () => {
    const long = dayRows("2026-11-01", CHICAGO);
    expect(rowText(long[1]!, long, CHICAGO)).toBe("01:00–02:00 CDT");
    expect(rowText(long[2]!, long, CHICAGO)).toBe("01:00–02:00 CST");
    expect(rowText(long[3]!, long, CHICAGO)).toBe("02:00–03:00");
    expect([long[1]!.again, long[2]!.again]).toEqual([0, 1]);
    expect(long.filter((row) => jumpsBefore(long, row.index, CHICAGO)).map((row) => row.index)).toEqual([2]);
    const short = dayRows("2026-03-08", CHICAGO);
    expect(short.filter((row) => jumpsBefore(short, row.index, CHICAGO)).map((row) => row.label)).toEqual(["03:00"]);
  });
});

describe("a bid", () => {
  const rows = dayRows("2026-11-23", CHICAGO);
  const doc = docOf(rows, { 3: curve("sell", [["5", "24.57"], ["", ""], ["10", "31.00"]]), 7: curve("buy", []) });

  it("is sent without blanks, with the way back to every cell", () => {
    const sent = toSent(doc, rows, "PT60M");
    expect(sent.draft.periods).toEqual([
      { period: { start: rows[3]!.wire, resolution: "PT60M" }, curve: { side: "sell", shape: "linear", points: [{ quantity: "5", price: "24.57" }, { quantity: "10", price: "31.00" }] } },
    ]);
    expect(sent.rows).toEqual([3]);
    expect(sent.points).toEqual([[0, 2]]);
    expect(sent.draft).not.toHaveProperty("kind");
    expect(sent.draft).not.toHaveProperty("note");
  });

  it("comes back as it went", () => {
    const back = fromDraft(toSent(doc, rows, "PT60M").draft, rows);
    expect(docKey(back)).toBe(docKey(doc));
    expect(pointsOf(back.curves[3])).toHaveLength(2);
  });

  it("keeps periods that are not on the grid", () => {
    const draft = toSent(doc, rows, "PT60M").draft;
    const odd = { ...draft.periods![0]!, period: { start: "2026-11-25T06:00:00Z", resolution: "PT60M" as const } };
    const back = fromDraft({ ...draft, periods: [...draft.periods!, odd] }, rows);
    expect(back.stray).toEqual([odd]);
    expect(toSent(back, rows, "PT60M").draft.periods).toHaveLength(2);
  });

  it("leaves behind what belongs to another kind", () => {
    const block = { ...doc, kind: "block" as const, rest: { blocks: [] } };
    expect(toSent(block, rows, "PT60M").draft).toMatchObject({ kind: "block", blocks: [] });
    expect(toSent(block, rows, "PT60M").draft).not.toHaveProperty("periods");
    expect(toSent({ ...block, kind: "curve" }, rows, "PT60M").draft).not.toHaveProperty("blocks");
    expect(docKey(fromDraft(toSent(block, rows, "PT60M").draft, rows))).toBe(docKey(block));
  });

  it("is the same however its numbers are written", () => {
    expect(curveKey(curve("sell", [["5.0", "24.570"]]))).toBe(curveKey(curve("sell", [["5", "24.57"]])));
    expect(curveKey(curve("sell", [["5", "24.57"]]))).not.toBe(curveKey(curve("buy", [["5", "24.57"]])));
    expect(curveKey(curve("sell", [["", ""]]))).toBe("");
    expect(isEmpty(docOf(rows, { 1: curve("sell", []) }))).toBe(true);
    expect(isEmpty(doc)).toBe(false);
  });
});
