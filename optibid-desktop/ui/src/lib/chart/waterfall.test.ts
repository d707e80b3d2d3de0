import { describe, expect, it } from "vitest";
import { fall, holds } from "./waterfall";

describe("waterfall", () => {
  it("places steps between levels", () => {
    const { rows, zero, cut } = fall([{ label: "bound", amount: "100", total: true }, { label: "loss", amount: "-60" }, { label: "gain", amount: "10" }, { label: "net", amount: "50", total: true }]);
    expect(rows.map((r) => [r.from, r.until, r.level])).toEqual([[0, 1, 1], [0.4, 1, 0.4], [0.4, 0.5, 0.5], [0, 0.5, 0.5]]);
    expect([zero, cut]).toEqual([0, undefined]);
  });
  it("goes below zero", () => {
    const { rows, zero } = fall([{ label: "a", amount: "50" }, { label: "b", amount: "-100" }, { label: "net", amount: "-50", total: true }]);
    expect(zero).toBe(0.5);
    expect(rows[2]).toMatchObject({ from: 0, until: 0.5 });
  });
  it("cuts the axis where levels lie far from zero", () => {
    const { cut, rows } = fall([{ label: "bound", amount: "1000", total: true }, { label: "loss", amount: "-20" }, { label: "net", amount: "980", total: true }]);
    expect(cut).toBeCloseTo(976);
    expect(rows[1]!.until - rows[1]!.from).toBeGreaterThan(0.5);
  });
  it("stands nothing but zeros", () => {
    expect(fall([{ label: "net", amount: "0.00", total: true }]).rows[0]).toMatchObject({ from: 0, until: 0 });
  });
  it("checks its sums to the last digit", () => {
    expect(holds([{ label: "a", amount: "0.10" }, { label: "b", amount: "0.20" }, { label: "c", amount: "0.3", total: true }])).toBe(true);
    expect(holds([{ label: "a", amount: "10", total: true }, { label: "b", amount: "-1" }, { label: "c", amount: "9.01", total: true }])).toBe(false);
  });
});
