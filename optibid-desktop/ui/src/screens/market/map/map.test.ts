import { expect, test } from "vitest";
import { apart, bounds, fit, graticule, project, rings, unproject } from "./geometry";
import { segments, shown, sorted } from "./places";

const place = (location: string, price?: string, parts: Partial<Record<"energy" | "congestion" | "loss", string>> = {}) => ({
  location, name: "", kind: "hub", at: undefined, start: undefined, end: undefined, price, energy: undefined, congestion: undefined, loss: undefined, greenhouse_gas: undefined, ...parts,
});

test("a place there and back", () => {
  const [lon, lat] = unproject(project([-98.5, 29.4]));
  expect(lon).toBeCloseTo(-98.5, 9);
  expect(lat).toBeCloseTo(29.4, 9);
  expect(project([0, 0])).toEqual([0.5, 0.5]);
});

test("bounds have a least size and fill the frame", () => {
  const box = bounds([[-98, 30]]);
  expect(box.east - box.west).toBeCloseTo(2);
  const { size, center } = fit(bounds([[-100, 28], [-95, 33]]), 800, 600);
  const [left] = project([-100, 33]);
  expect((left - center[0]) * size + 400).toBeGreaterThanOrEqual(48 - 1e-6);
});

test("land is coded in steps", () => {
  expect(rings([[100, 200, 50, -50]])).toEqual([[[1, 2], [1.5, 1.5]]]);
  expect(graticule(90).length).toBe(5 + 2);
});

test("labels stand apart", () => {
  expect(apart([{ of: "a", x: 0, y: 0, width: 50 }, { of: "b", x: 40, y: 5, width: 50 }, { of: "c", x: 40, y: 60, width: 50 }])).toEqual(["a", "c"]);
});

test("sorted, with those without a price last either way", () => {
  const list = [place("B", "5"), place("A"), place("C", "-3")];
  expect(sorted(list, "price", true).map((p) => p.location)).toEqual(["B", "C", "A"]);
  expect(sorted(list, "price", false).map((p) => p.location)).toEqual(["C", "B", "A"]);
  expect(sorted(list, "location", false).map((p) => p.location)).toEqual(["A", "B", "C"]);
});

test("filtered by words and by range", () => {
  const list = [place("HB_SOUTH", "5"), place("LZ_WEST", "9"), place("HB_WEST")];
  expect(shown(list, { words: "hb", low: undefined, high: undefined, part: "price" })).toHaveLength(2);
  expect(shown(list, { words: "", low: 6, high: undefined, part: "price" }).map((p) => p.location)).toEqual(["LZ_WEST"]);
});

test("parts end to end on both sides of zero", () => {
  expect(segments(place("A", "8", { energy: "10", congestion: "-3", loss: "1" }))).toEqual([
    { part: "energy", from: 0, to: 10 }, { part: "congestion", to: 0, from: -3 }, { part: "loss", from: 10, to: 11 },
  ]);
});
