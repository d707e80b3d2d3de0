import { describe, expect, it } from "vitest";
import type { ProductView } from "$lib/api/types";
import { toSent, type Curve } from "./doc";
import { curve, dayRows, docOf } from "./fixtures";
import { check, limitsOf, place } from "./rules";

const rows = dayRows("2026-11-23", "America/Chicago");
const product = (more: Record<string, string> = {}): ProductView => ({
  product: "DAM", name: "Day-ahead market", kind: "day_ahead", time_zone: "America/Chicago", currency: "USD", resolution: "PT60M",
  rules: Object.entries({ admits_curve: "true", cap: "5000.00", floor: "-250.00", max_points: "3", price_tick: "0.01", quantity_tick: "0.1", shape: "linear", storage_curve: "true", ...more }).map(
    ([parameter, value]) => ({ market: "ERCOT", product: "DAM", parameter, value, valid_from: "2000-01-01", source: "a document", confidence: "verified" as const }),
  ),
});
const RANGE = { low: -10_000_000n, high: 10_000_000n };

function found(of: Curve, more: Record<string, string> = {}): string[] {
  const doc = docOf(rows, { 5: of });
  const list = check(doc, rows, toSent(doc, rows, "PT60M"), limitsOf(product(more), "ERCOT"), RANGE);
  return list.map((one) => `${one.code} ${one.field.replace("periods[0].curve.", "")} r${one.row} c${one.col}: ${one.rule}`);
}

describe("rules", () => {
  it("find nothing on a good curve", () => {
    expect(found(curve("sell", [["0", "20.00"], ["5", "24.57"], ["10", "31.00"]]))).toEqual([]);
    expect(found(curve("buy", [["5", "30.00"], ["10", "20.00"]]))).toEqual([]);
    expect(found(curve("storage", [["-10", "10.00"], ["10", "40.00"]]))).toEqual([]);
  });

  it("stand at their cell, in the server's words", () => {
    expect(found(curve("sell", [["5", "24.571"], ["4", "20.00"]]))).toEqual([
      "price_off_tick points[0].price r5 c2: must be a multiple of 0.01 USD/MWh",
      "quantity_order points[1].quantity r5 c3: must be above the quantity before it (5)",
      "price_not_monotone points[1].price r5 c4: must not be below the price before it (24.571)",
    ]);
    expect(found(curve("buy", [["5", "20.00"], ["8", "21.00"]]))).toEqual(["price_not_monotone points[1].price r5 c4: must not be above the price before it (20.00)"]);
    expect(found(curve("sell", [["12", "6000.00"]]))).toEqual([
      "outside_asset_limits points[0].quantity r5 c1: the asset can inject from -10 to 10 MW",
      "price_above_cap points[0].price r5 c2: must not be above 5000.00 USD/MWh",
    ]);
    expect(found(curve("sell", [["x", ""]]))[0]).toBe("decimal points[0].quantity r5 c1: must be a finite decimal number");
    expect(found(curve("sell", [["0", "1.00"]]))).toEqual(["nothing_offered points r5 c0: offers nothing: the largest quantity is zero"]);
  });

  it("count points over blanks", () => {
    const four: [string, string][] = [["1", "1.00"], ["", ""], ["2", "2.00"], ["3", "3.00"], ["4", "0.50"]];
    expect(found(curve("sell", four))).toEqual([
      "too_many_points points r5 c0: a curve has at most 3 points",
      "price_not_monotone points[3].price r5 c10: must not be below the price before it (3.00)",
    ]);
  });

  it("are those of the venue", () => {
    expect(found(curve("sell", [["1", "5.00"], ["2", "5.00"]], "step"), { shape: "step", price_order: "increasing" })).toEqual(["equal_prices points[1].price r5 c4: must be above the price before it (5.00)"]);
    expect(found(curve("storage", [["-1", "5.00"]], "step"), { shape: "step", storage_curve: "false" })[0]).toContain("takes no curve from charging to discharging");
    expect(found(curve("sell", [["1", "5.00"]], "step"))[0]).toContain("ERCOT takes linear curves only");
    expect(found(curve("sell", [["1", "1200.00"]]), { soft_cap: "1000.00" })).toEqual(["price_above_soft_cap points[0].price r5 c2: the venue verifies the cost of an offer above 1000.00 USD/MWh"]);
    expect(limitsOf(product({ virtual_min_quantity: "1", min_quantity: "0.1" }), "ERCOT", "virtual").minQuantity).toBe(1_000_000n);
    expect(limitsOf(product({ service_max_points: "5", services: "REGUP up, REGDN down" }), "ERCOT", "ancillary_service")).toMatchObject({ maxPoints: 5, services: ["REGUP", "REGDN"] });
  });

  it("find the cell that the server speaks of", () => {
    const sent = toSent(docOf(rows, { 2: curve("sell", [["1", "1.00"]]), 5: curve("sell", [["1", "1.00"], ["", ""], ["2", "2.00"]]) }), rows, "PT60M");
    expect(place("periods[1].curve.points[1].price", sent)).toEqual({ row: 5, col: 6 });
    expect(place("periods[1].curve.points", sent)).toEqual({ row: 5, col: 0 });
    expect(place("periods[0].period.start", sent)).toEqual({ row: 2, col: 0 });
    expect(place("delivery_day", sent)).toEqual({});
  });
});
