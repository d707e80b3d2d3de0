import { describe, expect, it } from "vitest";
import { curve } from "./fixtures";
import type { Limits } from "./rules";
import { clearedAt, handles, insertPoint, movePoint, nice, nudge, outline, removePoint } from "./shape";

const limits: Limits = {
  market: "ERCOT", unit: "USD/MWh", cap: 5_000_000_000n, floor: -250_000_000n, softCap: undefined, priceTick: 10_000n, quantityTick: 100_000n,
  minQuantity: undefined, maxPoints: 4, minPoints: 0, increasing: false, shape: "linear", storage: true, kinds: [], services: [], sources: new Map(),
};
const xy = (list: { x: number; y: number }[]) => list.map(({ x, y }) => [x, y]);

describe("the line of a curve", () => {
  it("is that of the server", () => {
    const storage = curve("storage", [["-10", "15"], ["10", "40"]], "step");
    expect(xy(outline(storage))).toEqual([[-10, 15], [0, 15], [0, 40], [10, 40]]);
    expect([10, 20, 40].map((price) => clearedAt(storage, price))).toEqual([-10, 0, 10]);
    const sell = curve("sell", [["5", "20"], ["8", "30"]], "step");
    expect([19, 20, 25, 30, 99].map((price) => clearedAt(sell, price))).toEqual([0, 5, 5, 8, 8]);
    const buy = curve("buy", [["5", "30"], ["10", "20"]], "step");
    expect(xy(outline(buy))).toEqual([[-10, 20], [-5, 20], [-5, 30], [0, 30]]);
    expect([35, 30, 25, 20, 10].map((price) => clearedAt(buy, price))).toEqual([0, -5, -5, -10, -10]);
    const slope = curve("storage", [["-10", "10"], ["10", "30"]]);
    expect([5, 15, 20, 25, 50].map((price) => clearedAt(slope, price))).toEqual([-10, -5, 0, 5, 10]);
    expect(xy(outline(curve("sell", [["10", "30"]])))).toEqual([[0, 30], [10, 30]]);
    expect(outline(undefined)).toEqual([]);
  });

  it("has handles where its points are, whatever their order on the wire", () => {
    expect(handles(curve("buy", [["5", "30"], ["10", "20"]])).map((h) => [h.index, h.x, h.y])).toEqual([[1, -10, 20], [0, -5, 30]]);
    expect(handles(curve("sell", [["5", "x"], ["10", "20"]])).map((h) => h.index)).toEqual([1]);
  });
});

describe("moving a point", () => {
  const sell = curve("sell", [["0", "20.00"], ["5", "24.57"], ["10", "31.00"]]);

  it("snaps to ticks and stays between its neighbours", () => {
    expect(movePoint(sell, 1, { q: 6_040_000n, p: 26_123_456n }, limits).points[1]).toEqual({ q: "6", p: "26.12" });
    expect(movePoint(sell, 1, { q: 99_000_000n, p: 99_000_000n }, limits).points[1]).toEqual({ q: "10", p: "31.00" });
    expect(movePoint(sell, 0, { q: -5_000_000n, p: -900_000_000n }, limits).points[0]).toEqual({ q: "0", p: "-250.00" });
    const steps = curve("sell", [["5", "20.00"], ["10", "30.00"]], "step");
    expect(movePoint(steps, 0, { q: 10_000_000n }, limits).points[0]!.q).toBe("9.9");
    expect(movePoint(steps, 0, { q: 0n }, limits).points[0]!.q).toBe("0.1");
  });

  it("runs to the left on the buying side", () => {
    const buy = curve("buy", [["5", "30.00"], ["10", "20.00"]]);
    expect(movePoint(buy, 1, { q: -12_000_000n, p: 25_000_000n }, limits).points[1]).toEqual({ q: "12", p: "25.00" });
    expect(nudge(buy, 1, { dx: -1 }, limits).points[1]!.q).toBe("10.1");
    expect(nudge(buy, 0, { dy: 10 }, limits).points[0]!.p).toBe("30.10");
  });

  it("keeps prices apart where they must differ", () => {
    expect(movePoint(sell, 1, { p: 99_000_000n }, { ...limits, increasing: true }).points[1]!.p).toBe("30.99");
  });

  it("adds and takes away points", () => {
    expect(insertPoint(sell, 1, limits)).toMatchObject({ index: 2, curve: { points: [{}, {}, { q: "7.5", p: "27.79" }, {}] } });
    expect(insertPoint(sell, 2, limits, { low: -12_000_000n, high: 12_000_000n })!.curve.points[3]).toEqual({ q: "12", p: "31.01" });
    expect(insertPoint(curve("sell", [["1", "1"], ["1.1", "2"]]), 0, limits)).toBeUndefined();
    expect(insertPoint(curve("sell", [["1", "1"], ["2", "2"], ["3", "3"], ["4", "4"]]), 3, limits)).toBeUndefined();
    expect(removePoint(sell, 1)!.points).toHaveLength(2);
    expect(removePoint(curve("sell", [["1", "1"]]), 0)).toBeUndefined();
  });
});

describe("an axis", () => {
  it("ends on round figures", () => {
    expect(nice(-10, 10, 5)).toMatchObject({ low: -10, high: 10, step: 5, ticks: [-10, -5, 0, 5, 10] });
    expect(nice(17.3, 61.2, 5)).toMatchObject({ low: 10, high: 70 });
    expect(nice(0, 0, 3)).toMatchObject({ low: 0, high: 0.5 });
    expect(nice(5, 5, 4).high).toBeGreaterThan(5);
  });
});
