import { expect, test } from "vitest";
import type { AccuracyReport, ModelAccuracy } from "$lib/api/types";
import { chance, firstOf, inSlot, lastDays, least, leftOut, moved, sheet, slotsOf } from "./accuracy";

const model: ModelAccuracy = {
  model: "similar_days", method: "a method", mae: "4.5", rmse: "6.25", bias: "-1.5", rmae: "0.8", pinball: "2.1",
  by_hour: [
    { hour: 0, repeated: false, periods: 2, mae: "4", bias: "1" },
    { hour: 1, repeated: false, periods: 2, mae: "5", bias: "-1" },
    { hour: 1, repeated: true, periods: 1, mae: "7", bias: "-7" },
  ],
  by_horizon: [{ days_ahead: 1, days: 2, mae: "4.5", bias: "-1.5", rmae: "0.8" }],
  calibration: [{ nominal: "0.1", observed: "0.2", pinball: "1.1" }],
};
const report = { from: "2024-11-02", to: "2024-11-03", periods: 49, days: 2, models: [model] } as AccuracyReport;

test("a span is bounded: the other end follows", () => {
  expect(lastDays("2024-08-20", 14)).toEqual({ from: "2024-08-07", to: "2024-08-20" });
  const span = { from: "2024-08-01", to: "2024-08-20" };
  expect(moved(span, { from: "2024-08-10" })).toEqual({ from: "2024-08-10", to: "2024-08-20" });
  expect(moved(span, { from: "2024-01-01" })).toEqual({ from: "2024-01-01", to: "2024-04-01" });
  expect(moved(span, { from: "2024-09-01" })).toEqual({ from: "2024-09-01", to: "2024-09-01" });
  expect(moved(span, { to: "2024-12-31" })).toEqual({ from: "2024-10-01", to: "2024-12-31" });
  expect(moved(span, { to: "2024-07-01" })).toEqual({ from: "2024-07-01", to: "2024-07-01" });
});

test("the second pass of an hour stands after its first", () => {
  const slots = slotsOf([model]);
  expect(slots).toHaveLength(25);
  expect(slots.slice(1, 4)).toEqual([{ hour: 1, repeated: false }, { hour: 1, repeated: true }, { hour: 2, repeated: false }]);
  expect(inSlot(model, slots[1]!)?.mae).toBe("5");
  expect(inSlot(model, slots[2]!)?.mae).toBe("7");
  expect(inSlot(model, slots[3]!)).toBeUndefined();
  expect(slotsOf([{ ...model, by_hour: [] }])).toHaveLength(24);
});

test("the best is told where there is something to compare", () => {
  expect(least(["2.5", "10", undefined])).toBe(2.5);
  expect(least(["2.5", null])).toBeUndefined();
});

test("chance takes shares of many prices less far", () => {
  expect(chance(0.5, 100)).toBeCloseTo(0.098);
  expect(chance(0.5, 0)).toBe(1);
});

test("days left out stand together by reason", () => {
  const none = (day: string) => ({ day, reason: `no price for the period of ${day}T00:00:00-05:00[America/Chicago]` });
  const part = { day: "2024-06-01", reason: "no price for the period of 2024-06-01T07:00:00-05:00[America/Chicago]" };
  expect(leftOut([none("2024-05-30"), none("2024-05-31"), part, none("2024-06-03")])).toEqual([
    { from: "2024-05-30", to: "2024-05-31", count: 2, reason: "no price from the start of the day on" },
    { from: "2024-06-01", to: "2024-06-01", count: 1, reason: part.reason },
    { from: "2024-06-03", to: "2024-06-03", count: 1, reason: "no price from the start of the day on" },
  ]);
});

test("where no day can be compared, the first is told", () => {
  expect(firstOf("a day that can be compared; 2023-01-01: no price for the period of 2023-01-01T00:00:00-06:00[America/Chicago]")).toEqual({ day: "2023-01-01", reason: "no price from the start of the day on" });
  expect(firstOf("a day that can be compared; 2024-06-03: not enough history: 2 days of prices, 7 are needed")).toEqual({ day: "2024-06-03", reason: "not enough history: 2 days of prices, 7 are needed" });
  expect(firstOf("a day that can be compared")).toBeUndefined();
});

test("the sheet holds every figure as it came", () => {
  const rows = sheet(report);
  expect(rows).toHaveLength(1 + 1 + 3 + 1 + 1);
  expect(rows.every((row) => row.length === rows[0]!.length)).toBe(true);
  expect(rows[1]).toEqual(["similar_days", "all", "2024-11-02/2024-11-03", 49, "4.5", "6.25", "-1.5", "0.8", "2.1", undefined]);
  expect(rows[4]![2]).toBe("01:00 second pass");
});
