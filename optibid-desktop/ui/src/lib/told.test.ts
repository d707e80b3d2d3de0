import { expect, test } from "vitest";
import { told } from "./told";

test("instants are told in the zone that is shown", () => {
  const text = "the newest price of ERCOT RTM HB_SOUTH is of 2024-08-27T12:00:00Z, 1175700 min ago; older than 60 minutes";
  expect(told(text, "America/Chicago")).toBe("the newest price of ERCOT RTM HB_SOUTH is of 27 Aug 2024 07:00 CDT, 816d ago; older than 60 minutes");
});

test("ids are as short as elsewhere", () => {
  expect(told("backtest job 01a20060-88a4-74e3-88f8-64abb68e83de failed", "UTC")).toBe("backtest job …8e83de failed");
});

test("what is told in market time stays", () => {
  const text = "the gate of ERCOT DAM closes 2026-11-22 10:00 CST; within 60 minutes, 12 min ago";
  expect(told(text, "UTC")).toBe(text);
});
