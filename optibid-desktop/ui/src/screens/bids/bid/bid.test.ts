import { describe, expect, it } from "vitest";
import type { Award, BidDraft, BidEvent, BidState } from "$lib/api/types";
import { periodsOf } from "$lib/time";
import { moneyOf } from "../shared/offer";
import { outline, ticks } from "./curve";
import { steps } from "./lifecycle";
import { fieldWords } from "../shared/fields";
import { awarded, periodRows, piecesOf } from "./periods";

const told = (...states: BidState[]): BidEvent[] => states.map((to, i) => ({ bid: "b", org: "o", version: i + 1, from: states[i - 1] ?? null, to, actor: { kind: "system" }, at: `2026-11-22T0${i}:00:00Z`, reason: "" }));
const words = (state: BidState, ...history: BidState[]) => steps(state, told(...history)).map((step) => `${step.state}${step.now ? "!" : step.at ? "" : "?"}`).join(" ");

describe("the lifecycle", () => {
  it("shows what was and what can still come", () => {
    expect(words("draft", "draft")).toBe("draft! validated? submitted? acknowledged? cleared? settled?");
    expect(words("settled", "draft", "validated", "submitted", "acknowledged", "partly_cleared", "settled")).toBe("draft validated submitted acknowledged partly_cleared settled!");
    expect(words("partly_cleared", "draft", "validated", "submitted", "acknowledged", "partly_cleared")).toBe("draft validated submitted acknowledged partly_cleared! settled?");
  });
  it("leaves what was undone", () => {
    expect(words("draft", "draft", "validated", "draft")).toBe("draft! validated? submitted? acknowledged? cleared? settled?");
    expect(words("validated", "draft", "validated", "submitted", "validated")).toBe("draft validated! submitted? acknowledged? cleared? settled?");
  });
  it("ends where it ends", () => {
    expect(words("withdrawn", "draft", "validated", "withdrawn")).toBe("draft validated withdrawn!");
    expect(words("unknown", "draft", "validated", "submitted", "unknown")).toBe("draft validated submitted unknown! acknowledged? cleared? settled?");
    expect(words("rejected")).toBe("rejected!");
  });
});

const content = (periods: BidDraft["periods"]): BidDraft => ({ market: "ERCOT", product: "DAM", location: "HB_SOUTH", delivery_day: "2026-11-01", currency: "USD", periods });
const at = (start: string) => ({ start, resolution: "PT60M" as const });

describe("the day of a bid", () => {
  const starts = periodsOf("2026-11-01", "America/Chicago", "PT60M");
  const bid = content([{ period: at("2026-11-01T06:00:00Z"), curve: { side: "sell", shape: "linear", points: [{ quantity: "0", price: "45" }, { quantity: "5", price: "48.25" }, { quantity: "10", price: "60" }] } }]);
  const award = (quantity: string, price: string): Award => ({ id: "x", org: "o", bid: "b", market: "ERCOT", product: "DAM", location: "HB_SOUTH", period: at("2026-11-01T06:00:00Z"), quantity, price, currency: "USD", awarded_at: "2026-10-31T20:00:00Z" });

  it("has a row for each of the 25 hours, with holes, awards and prices", () => {
    const rows = periodRows(bid, starts, 60, [award("5", "50.5")], new Map([[starts[0]!, "21.5"]]));
    expect(rows).toHaveLength(25);
    expect([rows[0]!.sell, rows[0]!.cleared]).toEqual([undefined, 21_500_000]);
    const row = rows[1]!;
    expect(row.start).toBe(Date.parse("2026-11-01T06:00:00Z"));
    expect(row.sell).toEqual({ kw: 10_000, best: 45e6, last: 60e6 });
    expect([row.award, row.cleared]).toEqual([{ kw: 5_000, price: 50_500_000 }, 50_500_000]);
    expect(piecesOf(row)).toEqual(["+5.0 at 45.00 to 48.25", "+5.0 at 48.25 to 60.00"]);
    expect(outline(row.lots, true)).toEqual([{ kw: 0, price: 45e6 }, { kw: 5_000, price: 48_250_000 }, { kw: 10_000, price: 60e6 }]);
  });
  it("sums awards exactly", () => {
    const sum = awarded([award("5", "50.5"), { ...award("-1.5", "14.90"), period: at("2026-11-01T07:00:00Z") }]);
    expect([sum.sold, sum.bought, moneyOf(sum.worth), sum.periods]).toEqual([300_000n, 90_000n, "230.15", 2]);
  });
  it("says where a rule is broken", () => {
    const clock = () => "01:00";
    expect(fieldWords("periods[0].curve.points[1].price", bid, clock)).toBe("01:00, point 2, price");
    expect(fieldWords("delivery_day", bid, clock)).toBe("delivery day");
    expect(fieldWords("blocks[0].profile[2].quantity", { ...bid, blocks: [{ name: "evening", price: "1", profile: [] }] }, clock)).toBe("block evening, period 3, quantity");
  });
});

describe("axes", () => {
  it("have round values that hold all of it", () => {
    expect(ticks(18, 22.5, 5)).toEqual([18, 19, 20, 21, 22, 23]);
    expect(ticks(-10, 0, 4)).toEqual([-10, -7.5, -5, -2.5, 0]);
    expect(ticks(0, 0, 4).length).toBeGreaterThan(1);
  });
});
