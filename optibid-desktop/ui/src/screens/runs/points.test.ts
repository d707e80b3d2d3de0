import type { BacktestDay, Schedule } from "$lib/api/types";
import { describe, expect, it } from "vitest";
import { dayPoints, schedulePoints } from "./points";

const period = (start: string) => ({ start, resolution: "PT15M" as const });

describe("points of a day", () => {
  it("turns energy into power and settles deviations at the other price", () => {
    const day = {
      periods: [
        { period: period("2024-08-20T05:00:00Z"), price: "40.00", balancing_price: "50.00", award: "2.5", dispatch: "2.5", delivered: "2", state_of_charge: "10" },
        { period: period("2024-08-20T05:15:00Z"), price: "40.00", balancing_price: "10.00", award: "0", dispatch: "0", delivered: "-1", state_of_charge: "10.9" },
      ],
    } as unknown as BacktestDay;
    expect(dayPoints(day)).toMatchObject({ step: 900_000, power: [8, -4], awarded: [10, 0], balancing: [50, 10], earned: [75, 65] });
    expect(dayPoints({} as BacktestDay)).toBeUndefined();
  });
  it("adds up a schedule only where every price is known", () => {
    const schedule = {
      points: [
        { period: { start: "2024-08-20T05:00:00Z", resolution: "PT60M" }, power: "-10", energy: "-10", state_of_charge: "9.27" },
        { period: { start: "2024-08-20T06:00:00Z", resolution: "PT60M" }, power: "5", energy: "5", state_of_charge: "4" },
      ],
    } as unknown as Schedule;
    const at = (text: string) => Date.parse(text);
    const all = new Map([[at("2024-08-20T05:00:00Z"), "10.00"], [at("2024-08-20T06:00:00Z"), "30.10"]]);
    expect(schedulePoints(schedule, all)?.earned).toEqual([-100, 50.5]);
    expect(schedulePoints(schedule, new Map([...all].slice(1)))).toMatchObject({ earned: [null, null], price: [null, 30.1] });
  });
});
