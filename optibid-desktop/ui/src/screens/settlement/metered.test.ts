import { csv } from "$lib/csv";
import { describe, expect, it } from "vitest";
import { monthFirst } from "./cells";
import { meteredTemplate, parseMetered } from "./metered";

const ZONE = "America/Chicago";

describe("metered energy from a file", () => {
  it("reads its own template back, on days of 23, 24 and 25 hours", () => {
    for (const [day, count] of [["2024-08-25", 96], ["2024-03-10", 92], ["2024-11-03", 100]] as const) {
      const found = parseMetered(csv(meteredTemplate(day, ZONE, "PT15M", new Map())), day, ZONE, "PT15M");
      expect(found.faults).toEqual([]);
      expect(found.rows).toHaveLength(count);
      expect(found.missing).toEqual([]);
    }
  });
  it("names periods that are missing, double, outside or off the grid", () => {
    const found = parseMetered("start;MWh\n2024-08-25 00:00;1,5\n2024-08-25 00:00;2\n2024-08-26 00:00;2\n2024-08-25 00:20;2\n2024-08-25 01:00;x\n", "2024-08-25", ZONE, "PT60M");
    expect(found.rows).toEqual([{ period: { start: "2024-08-25T05:00:00.000Z", resolution: "PT60M" }, energy: "1.5" }]);
    expect(found.faults.map((one) => [one.line, one.rule])).toEqual([
      [3, "names a period that a row before it names"],
      [4, "lies outside the delivery day 2024-08-25"],
      [5, "begins no period of 60 minutes"],
      [6, "is no figure with a decimal comma"],
    ]);
    expect(found.missing).toHaveLength(23);
  });
  it("takes times alone as those of the day", () => {
    expect(parseMetered("time,energy\n07:00,1\n", "2024-08-25", ZONE, "PT60M").rows[0]!.period.start).toBe("2024-08-25T12:00:00.000Z");
  });
  it("says which column is missing", () => {
    expect(parseMetered("a\n1\n", "2024-08-25", ZONE, "PT60M").faults).toHaveLength(2);
  });
});

describe("dates with slashes", () => {
  it("follow the file, else the market's country", () => {
    expect(monthFirst(["25/08/2024"], ZONE)).toBe(false);
    expect(monthFirst(["3/4/2024", "8/25/2024"], "Europe/Paris")).toBe(true);
    expect(monthFirst(["3/4/2024"], ZONE)).toBe(true);
    expect(monthFirst(["3/4/2024"], "Europe/Paris")).toBe(false);
  });
});
