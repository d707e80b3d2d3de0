import type { ProfitAndLoss, SettlementLine } from "$lib/api/types";
import { holds } from "$lib/chart/waterfall";
import { describe, expect, it } from "vitest";
import { arithmetic, dayFall, daysOf, groups, monthCsv, monthFall, periodRows, shiftMonth, sums } from "./lines";

const usd = (amount: string) => ({ amount, currency: "USD" as const });
const line = (kind: SettlementLine["kind"], start: string, energy: string, price: string, amount: string): SettlementLine =>
  ({
    kind, ...(kind === "day_ahead_energy" ? { product: "DAM" } : kind === "real_time_imbalance" ? { product: "RTM" } : {}),
    period: { start: `2024-08-19T${start}:00Z`, resolution: kind === "day_ahead_energy" ? "PT60M" : "PT15M" }, energy, price, amount: usd(amount),
  }) as SettlementLine;

const LINES = [
  line("day_ahead_energy", "12:00", "-1.5", "16.06", "-24.09"),
  line("day_ahead_energy", "13:00", "9.9", "51.46", "509.45"),
  line("real_time_imbalance", "13:00", "-0.1", "17.10", "-1.71"),
  line("real_time_imbalance", "13:15", "0.025", "20.00", "0.50"),
  line("degradation", "13:00", "2.475", "-5.00", "-12.38"),
  line("degradation", "13:15", "2.475", "-5.00", "-12.37"),
];
const day = (date: string, dam: string, wear: string, net: string, foresight?: string): ProfitAndLoss =>
  ({ day: date, currency: "USD", revenue: [{ product: "DAM", amount: usd(dam) }, { product: "RTM", amount: usd("0.00") }], fees: usd("0.00"), wear: usd(wear), net: usd(net), ...(foresight ? { perfect_foresight: usd(foresight), capture: "0.9" } : {}) });

describe("lines of a day", () => {
  it("are grouped by kind in the order of the statement", () => {
    expect(groups(LINES).map((g) => [g.kind, g.product, g.count, g.energy, g.amount])).toEqual([
      ["day_ahead_energy", "DAM", 2, "8.4", "485.36"],
      ["real_time_imbalance", "RTM", 2, "-0.075", "-1.21"],
      ["degradation", undefined, 2, "4.950", "-24.75"],
    ]);
  });
  it("fall to the net and on to perfect foresight", () => {
    const rows = dayFall(LINES, "500.00");
    expect(rows.map((row) => [row.label, row.amount])).toEqual([["Day-ahead energy", "485.36"], ["Real-time imbalance", "-1.21"], ["Fees", "0.00"], ["Wear", "-24.75"], ["Net", "459.40"], ["Missed", "40.60"], ["Perfect foresight", "500.00"]]);
    expect(holds(rows)).toBe(true);
    expect(dayFall(LINES, undefined).at(-1)!.label).toBe("Net");
  });
  it("stand in their periods, quarter hours in their hour", () => {
    const hours = ["12:00", "13:00", "14:00"].map((h) => Date.parse(`2024-08-19T${h}:00Z`));
    const [first, second, third] = periodRows(LINES, hours, "PT60M");
    expect(first).toMatchObject({ awarded: "-1.5", metered: "-1.5", price: "16.06", net: "-24.09" });
    expect(second).toMatchObject({ awarded: "9.9", metered: "9.825", amounts: { day_ahead_energy: "509.45", real_time_imbalance: "-1.21", degradation: "-24.75" }, net: "483.49" });
    expect(third).toMatchObject({ awarded: "0", metered: "0", lines: [], net: "0.00" });
    expect(periodRows(LINES.slice(0, 2), hours, "PT60M")[0]!.metered).toBeUndefined();
  });
  it("shows the arithmetic of a line and where a running sum moved its cent", () => {
    expect(arithmetic(LINES[0]!)).toEqual({ exact: "-24.09", rounded: true });
    expect(arithmetic(LINES[4]!)).toEqual({ exact: "-12.375", rounded: true });
    expect(arithmetic(LINES[5]!)).toEqual({ exact: "-12.375", rounded: false });
  });
});

describe("a month", () => {
  const days = [day("2024-08-12", "583.59", "92.00", "491.59", "532.55"), day("2024-08-13", "567.35", "92.00", "475.35")];
  it("sums exactly, and captures over the days that have a bound", () => {
    expect(sums(days)).toMatchObject({ net: "966.94", foresight: "532.55", capture: "0.923087", fees: "0.00", wear: "184.00", days: 2, bounded: 1, revenue: [{ product: "DAM", amount: "1150.94" }, { product: "RTM", amount: "0.00" }] });
    expect(sums([]).capture).toBeUndefined();
  });
  it("falls so that totals hold", () => {
    const rows = monthFall(days);
    expect(holds(rows)).toBe(true);
    expect(rows.find((row) => row.label === "Missed")!.amount).toBe("40.96");
    expect(monthFall([days[1]!]).at(-1)!.label).toBe("Net");
  });
  it("becomes a table", () => {
    expect(monthCsv(days)[2]).toEqual(["2024-08-13", "567.35", "0.00", "0.00", "-92.00", "475.35", undefined, undefined, "USD"]);
  });
  it("knows its days", () => {
    expect(daysOf("2024-02")).toHaveLength(29);
    expect([shiftMonth("2024-01", -1), shiftMonth("2024-12", 1)]).toEqual(["2023-12", "2025-01"]);
  });
});
