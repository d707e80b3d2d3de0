import { expect, test, vi } from "vitest";
import type { PricePoint } from "$lib/prices";

vi.mock("../../../lib/api/client", () => ({ api: {}, read: vi.fn() }));
vi.mock("../../../lib/live/line.svelte", () => ({ line: { generation: 1, on: () => () => undefined } }));
vi.mock("../../../lib/market.svelte", () => ({ seriesKey: () => "" }));
vi.mock("../../../lib/session.svelte", () => ({ session: {} }));
const { grid } = await import("../../../lib/prices");
const { between, correlation } = await import("./stats");

const H = 3_600_000;
const list = (...prices: string[]): PricePoint[] => prices.map((price, i) => ({ start: i * H, end: (i + 1) * H, price, value: Number(price), known_at: "", components: undefined }));

test("courses that move together, against each other, or not at all", () => {
  expect(correlation([1, 2, 3, null], [2, 4, 6, 9])).toBeCloseTo(1);
  expect(correlation([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1);
  expect(correlation([1, 1, 1], [3, 2, 1])).toBeUndefined();
  expect(correlation([1, null], [null, 1])).toBeUndefined();
});

test("what lies between two series is exact and of common steps alone", () => {
  const lists = [list("0.3", "10.1", "-5"), list("0.1", "10.2")];
  const axis = grid(lists);
  expect(between(axis, 0, 1, lists)).toEqual({ common: 2, mean: "0.05", above: 1 });
  expect(between(axis, 0, 1, lists, 2, 3)).toBeUndefined();
});
