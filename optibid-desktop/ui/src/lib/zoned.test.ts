import { expect, test } from "vitest";
import { instantsOf, localOf } from "./zoned";

const ZONE = "America/Chicago";

test("an ordinary time is one instant and comes back", () => {
  expect(instantsOf("2024-08-20T13:15", ZONE)).toEqual([Date.parse("2024-08-20T18:15:00Z")]);
  expect(localOf("2024-08-20T18:15:00Z", ZONE)).toBe("2024-08-20T13:15");
  expect(localOf("2024-08-20T18:15:09Z", ZONE)).toBe("2024-08-20T13:15:09");
});

test("the hour that comes twice is two instants", () => {
  expect(instantsOf("2024-11-03T01:30", ZONE)).toEqual([Date.parse("2024-11-03T06:30:00Z"), Date.parse("2024-11-03T07:30:00Z")]);
});

test("the hour that is skipped is none, and so is what is no time", () => {
  expect(instantsOf("2024-03-10T02:30", ZONE)).toEqual([]);
  expect(instantsOf("", ZONE)).toEqual([]);
});
