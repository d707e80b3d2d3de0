import { expect, test } from "vitest";
import { daysBetween, instantsOf, spanOf } from "./spans";

test("a span ends with the delivery day", () => {
  expect(spanOf({}, "2024-08-31")).toMatchObject({ name: "30d", from: "2024-08-02", to: "2024-08-31" });
  const year = spanOf({ span: "1y" }, "2024-08-31");
  expect(daysBetween(year.from, year.to)).toBe(365);
  expect(spanOf({ span: "nonsense" }, "2024-08-31").name).toBe("30d");
});

test("days in the wrong order are put right, and too many cut", () => {
  expect(spanOf({ span: "custom", from: "2024-08-31", to: "2024-08-01" }, "2024-01-01")).toMatchObject({ from: "2024-08-01", to: "2024-08-31" });
  const cut = spanOf({ span: "custom", from: "2000-01-01", to: "2024-01-01" }, "2024-01-01");
  expect(daysBetween(cut.from, cut.to)).toBe(1_096);
  expect(cut.cut).toBeDefined();
  expect(spanOf({ span: "custom", from: "2024-13-01", to: "x" }, "2024-01-01").name).toBe("30d");
});

test("a span of a long night has an hour more", () => {
  const [from, until] = instantsOf({ name: "custom", from: "2024-11-03", to: "2024-11-03" }, "America/Chicago");
  expect(until - from).toBe(25 * 3_600_000);
});
