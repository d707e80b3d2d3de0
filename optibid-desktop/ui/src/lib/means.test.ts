import { expect, test } from "vitest";
import { mean, weightedMean } from "./means";

test("a mean is exact and rounded half to even", () => {
  expect(mean(["0.1", "0.2"])).toBe("0.15");
  expect(mean(["0.01", "0.02"])).toBe("0.02");
  expect(mean(["0.02", "0.03"])).toBe("0.02");
  expect(mean(["-3.37", "4857.82", "10"])).toBe("1621.48");
  expect(mean(["-0.001"])).toBe("0.00");
  expect(mean(["5"], 0)).toBe("5");
  expect(mean([])).toBeUndefined();
});

test("weights count", () => {
  expect(weightedMean(["10", "40"], [3, 1])).toBe("17.50");
  expect(weightedMean(["-10", "40.5"], [900_000, 900_000], 4)).toBe("15.2500");
});
