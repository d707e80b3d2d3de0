import { expect, test } from "vitest";
import { course, difference, faultsOf, missingHours, newWindow, overlapping, sameWindows, shareAt, shareThrough } from "./windows";

const HOUR = 3_600_000;

test("where windows overlap the lowest share counts", () => {
  const [a, b] = [newWindow(0, 4 * HOUR, "0.5", "a"), newWindow(2 * HOUR, 3 * HOUR, "0.2", "b")];
  expect(shareAt([a, b], 2.5 * HOUR)).toBe(0.2);
  expect(shareAt([a, b], 3 * HOUR)).toBe(0.5);
  expect(shareAt([a, b], 4 * HOUR)).toBe(1);
  expect(overlapping(a, [a, b])).toEqual([b]);
  expect(course([a, b], 0, 5 * HOUR).map((s) => s.share)).toEqual([0.5, 0.2, 0.5, 1]);
  expect(missingHours([a, b], 0, 5 * HOUR)).toBeCloseTo(0.5 * 3 + 0.8);
});

test("a window in part of a period counts in full", () => {
  expect(shareThrough([newWindow(0.5 * HOUR, 0.75 * HOUR, "0")], 0, HOUR)).toBe(0);
});

test("the difference says what saving does", () => {
  const [a, b] = [newWindow(0, HOUR, "0", "a"), newWindow(HOUR, 2 * HOUR, "0", "b")];
  const c = newWindow(5 * HOUR, 6 * HOUR, "0", "c");
  const found = difference([a, b], [{ ...a, limit: "0.5" }, c]);
  expect(found.changed.map((w) => w.reason)).toEqual(["a"]);
  expect(found.removed).toEqual([b]);
  expect(found.added).toEqual([c]);
  expect(difference([a], [{ ...a, limit: "0.0" }]).changed).toEqual([]);
  expect(sameWindows([a, b], [newWindow(HOUR, 2 * HOUR, "0", "b"), newWindow(0, HOUR, "0.00", "a")])).toBe(true);
});

test("faults stand at their fields", () => {
  expect(Object.keys(faultsOf({ from: 5, until: 5, limit: "1.2", reason: " " }))).toEqual(["until", "limit", "reason"]);
  expect(faultsOf({ from: 5, until: 6, limit: "0.35", reason: "trip" })).toEqual({});
});
