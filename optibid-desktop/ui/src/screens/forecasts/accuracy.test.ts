import { expect, test } from "vitest";
import { byHour, calibration, summary, type Sample } from "./accuracy";

const sample = (hour: number, actual: number, naive?: number): Sample => ({ ahead: 0, hour, lower: 10, median: 20, upper: 30, actual, naive });
const samples = [sample(0, 5, 10), sample(0, 15, 10), sample(1, 25), sample(1, 40, 20)];

test("errors of all periods, and against the naive forecast where there is one", () => {
  const found = summary(samples, 0.8)!;
  expect(found).toMatchObject({ count: 4, mae: (15 + 5 + 5 + 20) / 4, bias: (-15 - 5 + 5 + 20) / 4, held: 0.5 });
  expect(found.naive).toEqual({ mae: (5 + 5 + 20) / 3, ours: (15 + 5 + 20) / 3 });
  expect(summary([], 0.8)).toBeUndefined();
});

test("errors by hour leave out hours without a price", () => {
  expect(byHour(samples)).toEqual([{ hour: 0, count: 2, mae: 10, bias: -10 }, { hour: 1, count: 2, mae: 12.5, bias: 12.5 }]);
});

test("each quantile says how many prices lay at or below it", () => {
  expect(calibration(samples, 0.8).map((one) => [Number(one.nominal.toFixed(6)), one.observed])).toEqual([[0.1, 0.25], [0.5, 0.5], [0.9, 0.75]]);
});
