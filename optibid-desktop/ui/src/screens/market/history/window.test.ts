import { expect, test } from "vitest";
import type { PricePoint } from "$lib/prices";
import { between, windowFigures } from "./window";

const H = 3_600_000;
const start = Date.parse("2024-11-02T05:00:00Z");
// Two days in Chicago: one of 24 hours, one of 25.
const points: PricePoint[] = Array.from({ length: 49 }, (_, i) => ({ start: start + i * H, end: start + (i + 1) * H, price: String(i), value: i, known_at: "", components: undefined }));

test("a window is found by its ends", () => {
  expect(between(points, start + 2 * H, start + 5 * H).map((p) => p.value)).toEqual([2, 3, 4]);
  expect(between(points, 0, 1)).toHaveLength(0);
  expect(between(points, 0, Infinity)).toHaveLength(49);
});

test("days are those of the market, the long one with its hour more", () => {
  const found = windowFigures(points, "America/Chicago")!;
  expect(found.days).toBe(2);
  // 22.5 − 0.5 and 47.5 − 24.5
  expect(found.tb2).toBe("22.50");
  expect(found.weighted).toBe("24.00");
  expect(found).toMatchObject({ count: 49, negative: 0, p50: "24" });
  expect(windowFigures(points.slice(3, 20), "America/Chicago")!.tb2).toBeUndefined();
});
