import { expect, test } from "vitest";
import { parse, told, TEMPLATE } from "./samples";

const ZONE = "America/Chicago";

test("the template reads without a fault", () => {
  const rows = parse(TEMPLATE, ZONE, "hand", true);
  expect(rows.map((row) => row.sample)).toEqual([
    { at: "2024-08-20T18:00:00.000Z", power: "-10", state_of_charge: "4.5", available: true, source: "meter" },
    { at: "2024-08-20T18:15:00.000Z", power: "-10", state_of_charge: "6.8", available: true, source: "meter" },
  ]);
});

test("columns without a heading, semicolons with decimal commas", () => {
  const rows = parse("2024-08-20T18:00:00Z;-9,5;4,25\n2024-08-20T18:15:00Z;0", ZONE, "hand", true);
  expect(rows[0]!.sample).toEqual({ at: "2024-08-20T18:00:00.000Z", power: "-9.5", state_of_charge: "4.25", source: "hand" });
  expect(rows[1]!.sample).toEqual({ at: "2024-08-20T18:15:00.000Z", power: "0", source: "hand" });
});

test("every fault of a row is told", () => {
  const rows = parse("time,mw,soc\n2024-11-03 01:30,1,1\n2024-03-10 02:30,x,1\n2024-08-20 13:00,1,1\n2024-08-20 13:00,2,1", ZONE, "hand", false);
  expect(rows.map((row) => row.faults.length)).toEqual([2, 3, 1, 2]);
  expect(rows[0]!.faults[0]).toContain("comes twice");
  expect(rows[3]!.faults).toContain("the same time as line 4");
});

test("what the server says stands at its row", () => {
  const rows = parse("time,mw\n2024-08-20 13:00,1\nnonsense,2\n2024-08-20 13:15,99", ZONE, "hand", false);
  expect(told(rows, [{ field: "samples[1].power", rule: "between -11 and 11 MW" }])).toEqual(new Map([[4, ["power: between -11 and 11 MW"]]]));
});
