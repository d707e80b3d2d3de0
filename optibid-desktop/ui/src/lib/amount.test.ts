import { describe, expect, it } from "vitest";
import { fixed, isNegative, isZero, magnitude, negate, ratio } from "./amount";

describe("amounts", () => {
  it("writes all digits, a half away from zero", () => {
    expect(fixed("12.5", 2)).toBe("12.50");
    expect(fixed("-12.375", 2)).toBe("-12.38");
    expect(fixed("7", 2)).toBe("7.00");
    expect(fixed("2.5", 0)).toBe("3");
  });
  it("is a share of another", () => {
    expect(ratio("491.59", "532.55")).toBe("0.923087");
    expect(ratio("-1", "3", 3)).toBe("-0.333");
    expect(ratio("-1", "-4", 2)).toBe("0.25");
    expect(ratio("1", "0.00")).toBeUndefined();
    expect(ratio("-0.0001", "100", 2)).toBe("0.00");
  });
  it("knows signs", () => {
    expect([isZero("-0.00"), isZero("0.01")]).toEqual([true, false]);
    expect([isNegative("-0.00"), isNegative("-0.01")]).toEqual([false, true]);
    expect([negate("1.50"), negate("-1.5"), negate("0.00"), magnitude("-1.5")]).toEqual(["-1.50", "1.5", "0.00", "1.5"]);
  });
});
