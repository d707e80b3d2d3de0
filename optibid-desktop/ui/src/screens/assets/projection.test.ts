import { expect, test } from "vitest";
import { degrees, fitted, lines, scaleBar, toPixel, toPlace } from "./projection";

const size = { width: 400, height: 300 };
const texas = [{ latitude: 29.42, longitude: -98.49 }, { latitude: 33.1, longitude: -101.9 }];

test("places come back from their pixels", () => {
  const view = fitted(texas, size);
  for (const place of texas) {
    const [x, y] = toPixel(place, view, size);
    expect(x).toBeGreaterThan(0);
    expect(x).toBeLessThan(size.width);
    expect(y).toBeGreaterThan(0);
    expect(y).toBeLessThan(size.height);
    const back = toPlace([x, y], view, size);
    expect(back.latitude).toBeCloseTo(place.latitude);
    expect(back.longitude).toBeCloseTo(place.longitude);
  }
});

test("one place alone has a region around it", () => {
  expect(fitted(texas.slice(0, 1), size).scale).toBeLessThan(size.height / 0.5);
});

test("lines are few and at even degrees", () => {
  const view = fitted(texas, size);
  const { latitudes, every } = lines(view, size);
  expect(latitudes.length).toBeLessThanOrEqual(6);
  expect(latitudes.every((at) => Math.abs(at / every - Math.round(at / every)) < 1e-6)).toBe(true);
  expect(scaleBar(view, 100).pixels).toBeLessThanOrEqual(100);
});

test("degrees have a side of the world", () => {
  expect(degrees(-98.4936, "E", "W")).toBe("98.49° W");
  expect(degrees(30, "N", "S", 5)).toBe("30° N");
});
