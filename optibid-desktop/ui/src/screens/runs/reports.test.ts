import type { BacktestReport, Job } from "$lib/api/types";
import { holds } from "$lib/chart/waterfall";
import { describe, expect, it } from "vitest";
import { compareCsv, cumulated, daysCsv, fallOf, gapOf, netOf, over, productForesight, runsOf, sorted, together } from "./reports";
import { strategyFrom, strategyKey, strategyName } from "./strategies";

const usd = (amount: string) => ({ amount, currency: "USD" as const });
const day = (date: string, revenue: string, foresight: string, extra: object = {}) => ({
  day: date, revenue: usd(revenue), revenues: [{ product: "DAM", amount: usd(revenue) }], wear: usd("92.00"), perfect_foresight: usd(foresight),
  charged: "21.5", discharged: "18.4", cycles: "0.92", undelivered: "0", state_of_charge: "0", capture: "0.5", ...extra,
});
const report = (days: ReturnType<typeof day>[], extra: object = {}): BacktestReport =>
  ({
    request: { settings: { strategy: { kind: "rolling" } } }, strategy: "", days, skipped: [], revenue: usd("0.00"), wear: usd("0.00"),
    perfect_foresight: usd("0.00"), cycles: "0", revenues: [{ product: "DAM", amount: usd("0.00") }], ...extra,
  }) as unknown as BacktestReport;

describe("reports", () => {
  it("takes wear, fees and shortfalls off, to the cent", () => {
    expect(netOf({ revenue: usd("583.59"), wear: usd("92.00") })).toBe("491.59");
    expect(netOf({ revenue: usd("0.30"), wear: usd("0.10"), fees: usd("0.20"), shortfall: { cost: usd("1.05") } })).toBe("-1.05");
    expect(netOf({ revenue: usd("10.50"), wear: usd("0.50"), shortfall: usd("1.00") })).toBe("9.00");
    expect(gapOf(day("2024-06-10", "1859.04", "10723.88"))).toBe("-8956.84");
  });
  it("sums the bound of the product alone only where every day states it", () => {
    const with_ = day("2024-06-10", "1", "1", { baselines: { product_foresight: usd("1.10"), top_bottom: [] } });
    expect(productForesight(report([with_, with_]))).toBe("2.20");
    expect(productForesight(report([with_, day("2024-06-11", "1", "1")]))).toBeUndefined();
    expect(productForesight(report([]))).toBeUndefined();
  });
  it("falls from the bound to the net", () => {
    const rows = fallOf({ perfect_foresight: usd("100.00"), steps: [{ cause: "forecast_error", amount: usd("-60.00") }, { cause: "delivery", amount: usd("5.00") }], net: usd("45.00") });
    expect(rows.map((r) => r.label)).toEqual(["Perfect foresight", "Forecast error", "Delivery", "Net"]);
    expect(holds(rows)).toBe(true);
  });
  it("names the reports of a job", () => {
    const one = report([]);
    expect(runsOf({ id: "a", result: { kind: "backtest", value: one } } as unknown as Job).map((r) => r.ref)).toEqual(["a"]);
    expect(runsOf({ id: "a", result: { kind: "backtests", value: [one, one] } } as unknown as Job).map((r) => r.ref)).toEqual(["a.0", "a.1"]);
    expect(runsOf({ id: "a" } as unknown as Job)).toEqual([]);
  });
  it("puts runs on one axis and compares the days that all have", () => {
    const a = report([day("2024-06-10", "100.00", "200.00"), day("2024-06-11", "192.00", "200.00")]);
    const b = report([day("2024-06-11", "292.00", "400.00"), day("2024-06-12", "92.00", "100.00")]);
    const all = together([a, b]);
    expect(all.days).toEqual(["2024-06-10", "2024-06-11", "2024-06-12"]);
    expect(all.nets).toEqual([["8.00", "100.00", undefined], [undefined, "200.00", "0.00"]]);
    expect(all.common).toEqual(["2024-06-11"]);
    expect(over(b, new Set(all.common))).toMatchObject({ net: "200.00", foresight: "400.00", capture: "0.500000", days: 1 });
    expect(compareCsv([{ ref: "aaaaaa", job: {} as Job, report: a }, { ref: "bbbbbb", job: {} as Job, report: b }], all)[2]).toEqual(["2024-06-11", "100.00", "200.00", "100"]);
  });
  it("cumulates exactly and lets gaps be", () => {
    expect(cumulated(["0.10", undefined, "0.20"])).toEqual(["0.10", undefined, "0.30"]);
  });
  it("sorts by gap", () => {
    const days = [day("2024-06-10", "100.00", "100.00"), day("2024-06-11", "100.00", "900.00")];
    expect(sorted(days, "gap", false).map((d) => d.day)).toEqual(["2024-06-11", "2024-06-10"]);
  });
  it("writes skipped days into the file with why", () => {
    const rows = daysCsv(report([day("2024-06-10", "100.00", "100.00")], { skipped: [{ day: "2024-06-09", reason: "a price is missing" }] }));
    expect(rows[1]![0]).toBe("2024-06-09");
    expect(rows[1]!.at(-1)).toBe("a price is missing");
    expect(rows.every((row) => row.length === rows[0]!.length)).toBe(true);
  });
});

describe("strategies in an address", () => {
  it("go there and back", () => {
    expect(strategyKey({ kind: "top_bottom", hours: 4 })).toBe("top_bottom.4");
    expect(strategyFrom("top_bottom.4")).toEqual({ kind: "top_bottom", hours: 4 });
    expect(strategyFrom("rolling")).toEqual({ kind: "rolling" });
    expect(strategyFrom("nonsense")).toBeUndefined();
    expect(strategyName({ kind: "top_bottom", hours: 2 })).toBe("Top–bottom, 2 h");
  });
});
