import { describe, expect, it } from "vitest";
import type { BidDraft, BidView } from "$lib/api/types";
import { decimal, figures, lots, megawattHours, moneyOf, priceOf, scaled, side, summed } from "./offer";
import { energyWords, gateWords, pricesWord, worthWords } from "./words";

const head = { market: "ERCOT", product: "DAM", location: "HB_SOUTH", delivery_day: "2026-11-23", currency: "USD" } as const;
const hour = (h: number, resolution: "PT60M" | "PT15M" | "PT5M" = "PT60M") => ({ start: `2026-11-23T${String(h).padStart(2, "0")}:00:00Z`, resolution });
const curve = (side: "sell" | "buy" | "storage", shape: "step" | "linear", points: [number, number][], h = 6, resolution: "PT60M" | "PT15M" | "PT5M" = "PT60M") =>
  ({ period: hour(h, resolution), curve: { side, shape, points: points.map(([quantity, price]) => ({ quantity: String(quantity), price: String(price) })) } });
const bid = (content: Partial<BidDraft>): BidDraft => ({ ...head, ...content });

describe("decimals", () => {
  it("become whole units and text again, exactly", () => {
    expect(scaled("-24.573", 6)).toBe(-24_573_000);
    expect(scaled("0.1", 3)).toBe(100);
    expect(priceOf(-24_573_000)).toBe("-24.573");
    expect(decimal(-5, 3)).toBe("-0.005");
    expect(decimal(5000, 3)).toBe("5");
    expect(megawattHours(60_000n)).toBe("1");
    // A quarter of an hour of 1 kW is a quarter of a kWh; five minutes of it have no end.
    expect(megawattHours(15n)).toBe("0.00025");
    expect(megawattHours(5n)).toBe("0.00008");
  });
});

describe("an offer", () => {
  it("of a line is told with both its ends", () => {
    const { buy, sell } = figures(bid({ periods: [curve("storage", "linear", [[-10, 20], [0, 500], [10, 900]])] }));
    expect([megawattHours(buy!.energy), pricesWord(buy!), worthWords(buy!, false, "USD")]).toEqual(["10", "20.00 to 500.00", "costs at most 2,600.00 USD"]);
    expect([megawattHours(sell!.energy), pricesWord(sell!), worthWords(sell!, true, "USD")]).toEqual(["10", "500.00 to 900.00", "brings at least 9,000.00 USD"]);
  });
  it("of a line through zero has its price there", () => {
    expect(lots(bid({ periods: [curve("storage", "linear", [[-10, 20], [10, 60]])] })).map((lot) => [lot.kw, lot.from, lot.price])).toEqual([[-10_000, 40e6, 20e6], [10_000, 40e6, 60e6]]);
  });
  it("of steps offers each step at its price, the first from zero on", () => {
    expect(lots(bid({ periods: [curve("sell", "step", [[5, 8], [10, 12]])] })).map((lot) => [lot.kw, lot.from, lot.price])).toEqual([[5_000, 8e6, 8e6], [5_000, 12e6, 12e6]]);
    expect(lots(bid({ periods: [curve("buy", "step", [[5, 12], [10, 8]])] })).map((lot) => [lot.kw, lot.price])).toEqual([[-5_000, 8e6], [-5_000, 12e6]]);
  });
  it("below zero takes nothing off the worst cost", () => {
    const found = side(lots(bid({ periods: [curve("storage", "step", [[-20, -50], [-10, 100]])] })), false)!;
    expect(moneyOf(found.worth)).toBe("-1000.00");
  });
  it("sums periods of any length exactly", () => {
    const { sell } = figures(bid({ periods: [curve("sell", "step", [[1, 10]], 6, "PT15M"), curve("sell", "step", [[0.1, 10]], 7, "PT5M")] }));
    expect(sell!.energy).toBe(15_000n + 500n);
    expect(moneyOf(sell!.worth)).toBe("2.58");
  });
  it("of blocks, spreads and reserve is told too", () => {
    const blocks = figures(bid({ kind: "block", blocks: [{ name: "out", price: "65", profile: [{ period: hour(16), quantity: "10" }] }, { name: "in", price: "20", profile: [{ period: hour(2), quantity: "-9" }] }] }));
    expect([blocks.starts.length, blocks.buy!.kw, blocks.sell!.kw]).toEqual([2, 9_000, 10_000]);
    const spread = figures(bid({ kind: "spread", sink: "HB_NORTH", spreads: [{ period: hour(6), quantity: "5", max_price: "12.5" }] }));
    expect([spread.sell, pricesWord(spread.buy!)]).toEqual([undefined, "12.50"]);
    const view = (content: BidDraft) => ({ content }) as BidView;
    const reserve = bid({ kind: "ancillary_service", service: "ECRS", periods: [curve("sell", "step", [[5, 8]])] });
    expect(figures(reserve).capacity).toBe(true);
    const sum = summed([view(reserve), view(bid({ periods: [curve("sell", "step", [[60, 8]])] })), view(bid({ periods: [curve("buy", "step", [[25, 8]])] }))]);
    expect(energyWords(sum)).toBe("60.0 MWh sell, 25.0 MWh buy, 5.0 MW·h of reserve");
    expect(figures(bid({})).minutes).toBe(0);
  });
});

describe("gates in words", () => {
  const minute = 60_000;
  it("say how long is left, and what has closed", () => {
    expect(gateWords([90 * minute], 0)).toBe("gate closes in 1h 30m");
    expect(gateWords([90 * minute, 90 * minute], 0)).toBe("gates close in 1h 30m");
    expect(gateWords([90 * minute, 180 * minute, -1], 0)).toBe("gates close in 1h 30m to 3h 00m, 1 gate has closed");
    expect(gateWords([-1], 0)).toBe("gate has closed");
    expect(gateWords([-1, -2], 0)).toBe("all gates have closed");
    expect(gateWords([undefined], 0)).toBe("");
  });
});
