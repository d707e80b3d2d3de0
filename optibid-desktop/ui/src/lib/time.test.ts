import { describe, expect, test } from "vitest";
import { addDays, clock, dateOf, dayStart, duration, offset, periodsOf, span, zoneName } from "./time";

const HOUR = 3_600_000;
const utc = (text: string) => Date.parse(text);

describe("delivery days of a market", () => {
  // From the rules of each zone: when the clocks changed, and what a day then is.
  test.each([
    ["America/Chicago", "2026-03-08", "2026-03-08T06:00:00Z", 23],
    ["America/Chicago", "2026-11-01", "2026-11-01T05:00:00Z", 25],
    ["America/Chicago", "2026-06-01", "2026-06-01T05:00:00Z", 24],
    ["Europe/Paris", "2026-03-29", "2026-03-28T23:00:00Z", 23],
    ["Europe/Paris", "2026-10-25", "2026-10-24T22:00:00Z", 25],
    ["America/Los_Angeles", "2026-11-01", "2026-11-01T07:00:00Z", 25],
    ["Australia/Brisbane", "2026-10-04", "2026-10-03T14:00:00Z", 24],
    ["Asia/Kolkata", "2026-01-01", "2025-12-31T18:30:00Z", 24],
    ["Pacific/Auckland", "2026-04-05", "2026-04-04T11:00:00Z", 25],
    // Clocks change at midnight itself: the day begins at one o'clock, and the long one has midnight twice.
    ["America/Santiago", "2026-09-06", "2026-09-06T04:00:00Z", 23],
    ["America/Havana", "2026-11-01", "2026-11-01T04:00:00Z", 25],
  ])("%s %s begins at %s and has %i hours", (zone, day, start, hours) => {
    expect(new Date(dayStart(day, zone)).toISOString()).toBe(new Date(start).toISOString());
    expect(periodsOf(day, zone, "PT60M")).toHaveLength(hours);
    expect(periodsOf(day, zone, "PT15M")).toHaveLength(hours * 4);
    expect(dateOf(dayStart(day, zone), zone)).toBe(day);
    expect(dateOf(dayStart(day, zone) - 1, zone)).toBe(addDays(day, -1));
  });

  test("the hour that comes twice is told apart by its zone's name", () => {
    const periods = periodsOf("2026-11-01", "America/Chicago", "PT60M");
    const shown = periods.map((at) => span(at, at + HOUR, "America/Chicago"));
    expect(shown.slice(0, 4)).toEqual(["00:00–01:00 CDT", "01:00–01:00 CDT", "01:00–02:00 CST", "02:00–03:00 CST"]);
  });

  test("the hour that is skipped is in no label", () => {
    const periods = periodsOf("2026-03-08", "America/Chicago", "PT60M");
    expect(periods.map((at) => clock(at, "America/Chicago"))).not.toContain("02:00");
  });
});

test("an offset is that of the instant, not of today", () => {
  expect(offset(utc("2026-01-15T12:00:00Z"), "America/Chicago")).toBe(-6 * HOUR);
  expect(offset(utc("2026-07-15T12:00:00Z"), "America/Chicago")).toBe(-5 * HOUR);
  expect(offset(utc("2026-07-15T12:00:00Z"), "Asia/Kathmandu")).toBe(5.75 * HOUR);
  expect(zoneName(utc("2026-07-15T12:00:00Z"), "America/New_York")).toBe("EDT");
});

test.each([
  [0, "0m 00s"], [-5_000, "0m 00s"], [61_000, "1m 01s"], [HOUR + 5 * 60_000, "1h 05m"], [52 * HOUR, "2d 04h"], [90 * 24 * HOUR, "90d"],
])("%i ms is %s", (ms, text) => expect(duration(ms)).toBe(text));
