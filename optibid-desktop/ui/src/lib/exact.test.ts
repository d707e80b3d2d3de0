import { expect, test } from "vitest";
import { compare, less, over, plus, rounded, shift, times, typed } from "./exact";

test("sums, differences and products are exact", () => {
  expect(plus("0.1", "0.2")).toBe("0.3");
  expect(less("1", "1.000001")).toBe("-0.000001");
  expect(times("-1.574973056", "16.92")).toBe("-26.64854410752");
  expect(times("9.90", "100")).toBe("990");
});

test("quotients are rounded once", () => {
  expect(over("1", 3, 4)).toBe("0.3333");
  expect(over("-100.05", 12, 2)).toBe("-8.34");
  expect(over("5", 2, 0)).toBe("3");
  expect(over("0", 7, 2)).toBe("0");
});

test("comparing looks at the value, not the writing", () => {
  expect(compare("1.10", "1.1")).toBe(0);
  expect(compare("-2", "1")).toBe(-1);
  expect(compare("10", "9.99")).toBe(1);
});

test("the decimal point moves without loss", () => {
  expect(shift("0.927", 2)).toBe("92.7");
  expect(shift("92.7", -2)).toBe("0.927");
  expect(shift("-5", -2)).toBe("-0.05");
  expect(shift("0.3", 6)).toBe("300000");
});

test("rounding goes half away from zero", () => {
  expect(rounded("2.345", 2)).toBe("2.35");
  expect(rounded("-2.345", 2)).toBe("-2.35");
  expect(rounded("2.3", 2)).toBe("2.3");
});

test("typed decimals: signs, commas and what is none", () => {
  expect(typed(" −12.50 ", false)).toBe("-12.5");
  expect(typed("1 234.5", false)).toBe("1234.5");
  expect(typed("12,5", true)).toBe("12.5");
  expect(typed("1,234", false)).toBeUndefined();
  expect(typed("1,234.5", true)).toBeUndefined();
  expect(typed(".5", false)).toBe("0.5");
  expect(typed("", false)).toBeUndefined();
  expect(typed("1e3", false)).toBeUndefined();
});
