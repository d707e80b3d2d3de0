import { expect, test } from "vitest";
import type { PricePoint } from "$lib/prices";
import { figures, rows, topBottom } from "./figures";

const Q = 900_000;
const point = (at: number, length: number, price: string): PricePoint => ({ start: at, end: at + length, price, value: Number(price), known_at: `k${String(at).padStart(9, "0")}`, components: undefined });
const hours = (...prices: string[]) => prices.map((price, i) => point(i * 4 * Q, 4 * Q, price));

test("the figures of a day", () => {
  const found = figures(hours("10", "-2.5", "30.25", "40", "5"))!;
  expect(found.min.price).toBe("-2.5");
  expect(found.max.price).toBe("40");
  expect(found.mean).toBe("16.55");
  expect(found.weighted).toBe("16.55");
  expect(found.negative).toBe(1);
  // (40 + 30.25) / 2 = 35.125, to 35.12; (-2.5 + 5) / 2 = 1.25
  expect(found.tb2).toBe("33.87");
  expect(figures([])).toBeUndefined();
});

test("quarters and hours weigh by their time", () => {
  const found = figures([point(0, 4 * Q, "10"), point(4 * Q, Q, "30")])!;
  expect(found.mean).toBe("20.00");
  expect(found.weighted).toBe("14.00");
});

test("the dearest and the cheapest hours must not overlap", () => {
  expect(topBottom(hours("1", "2", "3"), 2)).toBeUndefined();
  expect(topBottom(hours("1", "2", "3", "4"), 2)).toBe("2");
});

test("quarters beside an hour, and their mean in an hour", () => {
  const rt = [point(0, Q, "10"), point(Q, Q, "20"), point(2 * Q, Q, "30"), point(3 * Q, Q, "-40")];
  const da = hours("12.5");
  const quarters = rows(0, 8 * Q, Q, rt, da);
  expect(quarters).toHaveLength(8);
  expect(quarters.map((r) => r.spread).slice(0, 5)).toEqual(["-2.5", "7.5", "17.5", "-52.5", undefined]);
  expect(quarters.map((r) => r.da?.first).slice(0, 3)).toEqual([true, false, false]);
  const [hour] = rows(0, 8 * Q, 4 * Q, rt, da);
  expect(hour!.rt).toMatchObject({ price: "5.00", mean: true, known_at: "k002700000" });
  expect(hour!.spread).toBe("-7.5");
});
