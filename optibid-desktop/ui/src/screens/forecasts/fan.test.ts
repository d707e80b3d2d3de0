import { expect, test } from "vitest";
import type { Forecast } from "$lib/api/types";
import { peak, pinball, rowsOf, scoresOf, spread } from "./fan";

const HOUR = 3_600_000;
const at = (hour: number) => new Date(hour * HOUR).toISOString();
const forecast = {
  points: [
    { period: { start: at(0), resolution: "PT60M" }, lower: "10", median: "20", upper: "30" },
    { period: { start: at(1), resolution: "PT60M" }, lower: "10", median: "20", upper: "30" },
    { period: { start: at(2), resolution: "PT60M" }, lower: "10", median: "20", upper: "30" },
  ],
} as Forecast;
const quarter = (start: number, price: string) => ({ start: start * HOUR, end: (start + 0.25) * HOUR, price });

test("finer prices make up a period only when all of them are there", () => {
  const rows = rowsOf(forecast, [quarter(0, "10.01"), quarter(0.25, "20"), quarter(0.5, "30"), quarter(0.75, "41"), quarter(1, "5")]);
  expect(rows.map((row) => row.actual)).toEqual(["25.2525", undefined, undefined]);
  expect(rows[0]).toMatchObject({ error: "5.2525", place: "inside" });
});

test("prices of the period's length are taken as they are, and their place in the band is told", () => {
  const rows = rowsOf(forecast, [{ start: 0, end: HOUR, price: "9.99" }, { start: HOUR, end: 2 * HOUR, price: "30" }, { start: 2 * HOUR, end: 3 * HOUR, price: "31" }]);
  expect(rows.map((row) => row.place)).toEqual(["below", "inside", "above"]);
  const scores = scoresOf(rows, 0.8)!;
  expect(scores.known).toBe(3);
  expect(scores.inside).toBeCloseTo(1 / 3);
  expect(scores.bias).toBeCloseTo((10.01 - 10 - 11) / 3);
  expect(scoresOf(rowsOf(forecast, []), 0.8)).toBeUndefined();
});

test("the pinball loss weighs the unlikely side more", () => {
  expect(pinball(0.9, 30, 40)).toBeCloseTo(9);
  expect(pinball(0.9, 30, 20)).toBeCloseTo(1);
});

test("spread and peak of a day", () => {
  const rows = [5, 1, 9, 3, 8, 2].map((value, i) => ({ start: i * HOUR, end: (i + 1) * HOUR, value }));
  expect(spread(rows, 2)).toBeCloseTo(8.5 - 1.5);
  expect(spread(rows.slice(0, 3), 2)).toBeUndefined();
  expect(peak(rows)?.start).toBe(2 * HOUR);
});
