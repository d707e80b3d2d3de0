import { expect, test } from "vitest";
import { between, energies, grid, gridStep, held, means, measuredEfficiency, startsOf, storedAt, summed, walked, type Sample } from "./day";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const sample = (minute: number, power: number, stored?: number): Sample => ({ at: minute * MINUTE, power, stored, available: undefined });

test("the axis is as fine as the samples and no coarser than the periods", () => {
  const quarters = [0, 15, 30, 45].map((m) => sample(m, 1));
  expect(gridStep(quarters, HOUR)).toBe(15 * MINUTE);
  expect(gridStep([], HOUR)).toBe(HOUR);
  expect(gridStep([sample(0, 1), sample(1, 1), sample(2, 1)], HOUR)).toBe(5 * MINUTE);
  expect(gridStep([sample(0, 1), sample(60, 1)], 15 * MINUTE)).toBe(15 * MINUTE);
});

test("means leave gaps where nothing was measured", () => {
  const x = grid(0, HOUR, 15 * MINUTE);
  expect(means([sample(0, 2), sample(5, 4), sample(30, -1)], x, 15 * MINUTE)).toEqual([3, null, -1, null]);
});

test("stored energy is read where it was measured", () => {
  const x = grid(0, HOUR, 15 * MINUTE);
  expect(storedAt([sample(1, 0, 5), sample(31, 0, 6)], x, 15 * MINUTE)).toEqual([5, null, 6, null]);
});

test("spans hold, and those of several products add up", () => {
  const x = grid(0, 2 * HOUR, HOUR / 2);
  const spans = [{ start: 0, end: HOUR, value: 10 }, { start: HOUR / 2, end: HOUR, value: -4 }];
  expect(held([spans[0]!], x)).toEqual([10, 10, null, null]);
  expect(summed(spans, x)).toEqual([10, 6, null, null]);
});

test("values between known ones lie on the line", () => {
  expect(between([{ at: 0, value: 0 }, { at: 10, value: 5 }], [0, 4, 10, 12])).toEqual([0, 2, 5, null]);
});

test("a sample holds until the next, but not over a long silence", () => {
  const run = [sample(0, 10), sample(15, 10), sample(30, -4), sample(45, 0)];
  expect(energies(run, 0, HOUR)).toEqual({ discharged: 5, charged: 1, hours: 1 });
  const silent = [sample(0, 10), sample(15, 10), sample(30, 10), sample(600, 10)];
  expect(energies(silent, 0, 24 * HOUR).discharged).toBeCloseTo(10);
});

test("a battery's stored energy follows its power and its losses", () => {
  const course = walked([{ at: 0, until: HOUR, power: -10 }, { at: HOUR, until: 2 * HOUR, power: 9 }], { charge: 0.9, discharge: 0.9, lossPerHour: 0 }, 2);
  expect(course.map((one) => one.value)).toEqual([2, 11, 1]);
});

test("starts are counted from still to running", () => {
  expect(startsOf([sample(0, 0), sample(15, 50), sample(30, 50), sample(45, 0), sample(60, 20)])).toBe(2);
});

test("efficiency reckons in what is still stored, and says nothing of little", () => {
  const battery = { charge: 0.9, discharge: 0.9, usable: 20 };
  expect(measuredEfficiency({ discharged: 16.2, charged: 20, hours: 24 }, { first: 0, last: 0 }, battery)).toBeCloseTo(0.81);
  expect(measuredEfficiency({ discharged: 0, charged: 20, hours: 24 }, { first: 0, last: 18 }, battery)).toBeCloseTo(0.81);
  expect(measuredEfficiency({ discharged: 1, charged: 2, hours: 24 }, { first: 0, last: 0 }, battery)).toBeUndefined();
});
