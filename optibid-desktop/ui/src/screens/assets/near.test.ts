import { expect, test } from "vitest";
import { nearOf, writtenPlace } from "./near";

test("a place goes into the address and comes back", () => {
  expect(nearOf(writtenPlace(29.42412, -98.4936), "100")).toEqual({ latitude: "29.4241", longitude: "-98.4936", radius: 100 });
  expect(nearOf(writtenPlace("29.4241234", "-98.5"), undefined)).toEqual({ latitude: "29.4241234", longitude: "-98.5", radius: 250 });
});

test("what is no place on the earth is none", () => {
  expect(nearOf(undefined, "5")).toBeUndefined();
  expect(nearOf("91,0", "5")).toBeUndefined();
  expect(nearOf("x,0", "5")).toBeUndefined();
  expect(nearOf("1,2", "0")?.radius).toBe(250);
});
