import { describe, expect, it } from "vitest";
import { flatOf, freeName, profileOf, related, relationOf, type Block } from "./blocks";
import { dayRows } from "./fixtures";

const rows = dayRows("2026-11-25", "Europe/Oslo", 15);
const block = (profile: Block["profile"]): Block => ({ name: "evening", price: "65.00", profile });

describe("block orders", () => {
  it("are one volume from row to row, there and back", () => {
    const flat = { top: 68, bottom: 71, side: "buy" as const, quantity: "9.5" };
    const profile = profileOf(flat, rows, "PT15M");
    expect(profile.map((one) => one.quantity)).toEqual(["-9.5", "-9.5", "-9.5", "-9.5"]);
    expect(flatOf(block(profile), rows)).toEqual(flat);
  });

  it("stay as they are where the profile is another", () => {
    const profile = profileOf({ top: 4, bottom: 6, side: "sell", quantity: "5" }, rows, "PT15M");
    expect(flatOf(block([profile[0]!, { ...profile[1]!, quantity: "6" }]), rows)).toBeUndefined();
    expect(flatOf(block([profile[0]!, profile[2]!]), rows)).toBeUndefined();
    expect(flatOf(block([]), rows)).toBeUndefined();
    expect(flatOf(block([{ ...profile[0]!, quantity: "5.0" }, profile[1]!]), rows)?.quantity).toBe("5");
  });

  it("have one relation at most, and names of their own", () => {
    const one = { ...block([]), linked_to: "base" };
    expect(relationOf(one)).toBe("linked_to");
    expect(related(one, "loop_with", "battery")).toEqual({ ...block([]), loop_with: "battery" });
    expect(related(one, "none", "")).toEqual(block([]));
    expect(freeName([block([]), { ...block([]), name: "block3" }])).toBe("block4");
  });
});
