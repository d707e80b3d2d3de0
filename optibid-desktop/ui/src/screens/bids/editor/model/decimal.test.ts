import { describe, expect, it } from "vitest";
import { canonical, conventionOf, isOnTick, micros, read, tidy, toTick, write } from "./decimal";

describe("decimals", () => {
  it("are read exactly and written as the server does", () => {
    expect(micros("24.57", "price")).toBe(24_570_000n);
    expect(micros("-0.000001", "price")).toBe(-1n);
    expect(write(24_570_000n, "price")).toBe("24.57");
    expect(write(24_000_000n, "price")).toBe("24.00");
    expect(write(-10_500_000n, "power")).toBe("-10.5");
    expect(canonical("007.10", "power")).toBe("7.1");
    expect(canonical("0.1", "price")).toBe("0.10");
    // 0.1 + 0.2 as floats would not do.
    expect(write(micros("0.1", "price")! + micros("0.2", "price")!, "price")).toBe("0.30");
    expect(write(micros("9007199254740993.000001", "price") ?? 0n, "price")).toBe("0.00");
    expect(write(micros("9007199254.740993", "price")!, "price")).toBe("9007199254.740993");
  });

  it("tell in the server's words why a text is none", () => {
    expect(read("", "price").rule).toBe("must be a decimal number such as 24.57");
    expect(read("x", "price").rule).toBe("must be a finite decimal number");
    expect(read("1,5", "price").rule).toContain("no comma");
    expect(read("7.0001", "power").rule).toBe("must have at most 3 decimals");
    expect(read("7.0000", "power").micros).toBe(7_000_000n);
    expect(read(".", "power").rule).toBe("must be a finite decimal number");
  });

  it("snap to ticks, halves away from zero", () => {
    const tick = micros("0.05", "price")!;
    expect(write(toTick(micros("24.57", "price")!, tick, "price"), "price")).toBe("24.55");
    expect(write(toTick(micros("24.575", "price")!, tick, "price"), "price")).toBe("24.60");
    expect(write(toTick(micros("-24.575", "price")!, tick, "price"), "price")).toBe("-24.60");
    expect(isOnTick(micros("24.571", "price")!, micros("0.01", "price"))).toBe(false);
    expect(isOnTick(micros("24.571", "price")!, undefined)).toBe(true);
  });
});

describe("what people write", () => {
  it("is seen through", () => {
    expect(tidy(" 1 234,5 ", "typed")).toBe("1234.5");
    expect(tidy("−12,5", "typed")).toBe("-12.5");
    expect(tidy("(12.50)", "typed")).toBe("-12.50");
    expect(tidy("1.234,56", "point")).toBe("1234.56");
    expect(tidy("1,234.56", "comma")).toBe("1234.56");
    expect(tidy("€ 45,10", "comma")).toBe("45.10");
    expect(tidy("10 MW", "point")).toBe("10");
    expect(tidy("1,234,567", "typed")).toBe("1234567");
  });

  it("is taken by the table's convention where it may be either", () => {
    expect(tidy("1,234", "point")).toBe("1234");
    expect(tidy("1,234", "comma")).toBe("1.234");
    expect(tidy("1,234", "typed")).toBe("1.234");
    expect(tidy("0,234", "point")).toBe("0.234");
    expect(tidy("1.234", "comma")).toBe("1234");
    expect(conventionOf(["12,5", "1,234"], "point")).toEqual({ convention: "comma", sure: true });
    expect(conventionOf(["12.5", "1,234"], "comma")).toEqual({ convention: "point", sure: true });
    expect(conventionOf(["1,234"], "comma")).toEqual({ convention: "comma", sure: false });
    expect(conventionOf(["1.234.567"], "point")).toEqual({ convention: "comma", sure: true });
    expect(conventionOf(["10", "20"], "point")).toEqual({ convention: "point", sure: true });
  });
});
