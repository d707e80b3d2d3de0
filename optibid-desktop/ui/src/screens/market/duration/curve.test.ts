import { expect, test } from "vitest";
import type { PricePoint } from "$lib/prices";
import { at, curve, curveFigures } from "./curve";

const H = 3_600_000;
const points: PricePoint[] = Array.from({ length: 100 }, (_, i) => ({ start: i * H, end: (i + 1) * H, price: String(i - 9), value: i - 9, known_at: "", components: undefined }));

test("sorted from the dearest, by time", () => {
  const of = curve(points);
  expect(at(of, 0)!.value).toBe(90);
  expect(at(of, 1)!.value).toBe(-9);
  expect(at(of, 0.5)!.value).toBe(40);
  const long = curve([{ ...points[0]!, price: "1", value: 1 }, { ...points[1]!, end: 4 * H, price: "2", value: 2 }]);
  expect(at(long, 0.7)!.value).toBe(2);
  expect(at(long, 0.8)!.value).toBe(1);
});

test("quantiles, mean and the time below zero", () => {
  const found = curveFigures(curve(points))!;
  // Half of the hours, those from -9 to 40, are below 41.
  expect(found.quantiles[3]).toBe("41");
  expect(found.quantiles[1]).toBe("-4");
  expect(Number(found.quantiles[1])).toBeLessThan(Number(found.quantiles[5]));
  expect(found.negative).toBeCloseTo(0.09);
  expect(found.mean).toBe("40.50");
  expect(curveFigures(curve([]))).toBeUndefined();
});
