import { expect, test } from "vitest";
import { dateOf } from "../time";
import { timeLabels, timeSplits } from "./timeAxis";

const Z = "America/Chicago";

test("a long night has its repeated hour twice", () => {
  const from = Date.parse("2024-11-03T05:00:00Z");
  const splits = timeSplits(from, from + 25 * 3_600_000, Z, 2_000);
  const labels = timeLabels(splits, Z).map((label) => label.split("\n")[0]);
  expect(labels.filter((label) => label === "01:00")).toHaveLength(2);
  expect(labels).toHaveLength(26);
});

test("a year has its months, at midnight of the zone", () => {
  const splits = timeSplits(Date.parse("2023-09-01T05:00:00Z"), Date.parse("2024-09-01T05:00:00Z"), Z, 1_000);
  expect(splits.map((at) => dateOf(at, Z).slice(8))).toEqual(Array(13).fill("01"));
  expect(timeLabels(splits, Z)[0]).toBe("1 Sept\n2023");
  expect(timeLabels(splits, Z)[4]).toBe("1 Jan\n2024");
});

test("a month has days", () => {
  const splits = timeSplits(Date.parse("2024-03-01T06:00:00Z"), Date.parse("2024-03-31T05:00:00Z"), Z, 1_000);
  expect(splits.length).toBeGreaterThan(8);
  expect(new Set(timeLabels(splits, Z).map((label) => label.includes(":")))).toEqual(new Set([false]));
});
