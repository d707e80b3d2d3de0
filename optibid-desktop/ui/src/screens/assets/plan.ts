// What a battery is to do in a day: as it was awarded, or the best schedule at known or forecast prices.
import { api, read } from "$lib/api/client";
import type { Award, BidView, BudgetUse, DayView, Schedule } from "$lib/api/types";
import { over, plus, rounded, times } from "$lib/exact";
import { sum } from "$lib/format";
import { resolutionMs, stamp } from "$lib/time";
import { walked, type Held } from "./day";
import type { Desk } from "./desk";
import { usable, type Battery } from "./kinds";

export type PlanKind = "awards" | "prices" | "forecast";
export interface Plan {
  kind: PlanKind;
  /** What it rests on, in words. */
  basis: string;
  power: Held[];
  stored: { at: number; value: number }[];
  /** The prices that were planned on, where they are not those that came. */
  expected?: Held[];
  /** What one more stored MWh would be worth. */
  worth: Held[];
  discharged: string;
  charged: string;
  cycles: string;
  revenue: string;
  wear: string;
  fees: string;
  value: string;
  budgets: BudgetUse[];
  /** What is missing of a target, and what that costs. */
  shortfall?: { energy: string; cost: string };
  /** How far from the best it may be at most. */
  gap?: string;
}

const period = (one: { start: string; resolution: string }): [number, number] => {
  const start = Date.parse(one.start);
  return [start, start + resolutionMs(one.resolution)];
};

/** The awards of the day that belong to bids for the asset. */
export async function awardsOf(desk: Desk, day: DayView, asset: string, signal: AbortSignal): Promise<Award[]> {
  const [bids, awards] = await Promise.all([
    read(api.GET("/api/bids", { params: { query: { market: desk.market, day: desk.day, limit: 200 } }, signal })),
    read(api.GET("/api/awards", { params: { query: { market: desk.market, from: day.start, to: day.end, limit: 10_000 } }, signal })),
  ]);
  const mine = new Set(bids.items.filter((bid: BidView) => (bid.content as { asset?: string | null }).asset === asset).map((bid) => bid.id));
  return awards.items.filter((award) => mine.has(award.bid));
}

/** What the awards come to: energy at their prices, wear and fees by the asset's own costs; how deep cycles go is not reckoned. */
export function planOfAwards(awards: readonly Award[], day: Pick<DayView, "start" | "end">, battery: Battery, stored: number): Plan {
  const power = awards.map((award): Held => {
    const [start, end] = period(award.period);
    return { start, end, value: Number(award.quantity) };
  });
  // Where nothing was awarded the battery stands still.
  power.push({ start: Date.parse(day.start), end: Date.parse(day.end), value: 0 });
  const minutes = (award: Award) => String(resolutionMs(award.period.resolution) / 60_000);
  const energy = (wanted: (quantity: string) => boolean) => over(sum(awards.filter((a) => wanted(a.quantity)).map((a) => times(a.quantity, minutes(a)))), 60, 9);
  const discharged = energy((quantity) => !quantity.startsWith("-"));
  const charged = energy((quantity) => quantity.startsWith("-")).replace("-", "");
  const revenue = over(sum(awards.map((a) => times(times(a.price, a.quantity), minutes(a)))), 60, 2);
  const wear = rounded(times(discharged, battery.degradation_cost ?? "0"), 2);
  const fees = rounded(plus(times(discharged, battery.discharge_fee ?? "0"), times(charged, battery.charge_fee ?? "0")), 2);
  const products = [...new Set(awards.map((award) => award.product))].join(" and ");
  return {
    kind: "awards", basis: `${awards.length} awards in ${products}`, power, stored: walkOf(power, battery, stored), worth: [],
    discharged, charged, cycles: ratio(discharged, usable(battery)), revenue, wear, fees, value: sum([revenue, `-${wear}`, fees.startsWith("-") ? fees.slice(1) : `-${fees}`]), budgets: [],
  };
}

const ratio = (part: string, whole: string): string => (Number(whole) > 0 ? (Number(part) / Number(whole)).toFixed(6) : "0");

/** The stored energy that net powers lead to, from the first to the last. */
function walkOf(power: readonly Held[], battery: Battery, stored: number): { at: number; value: number }[] {
  const edges = [...new Set(power.flatMap((one) => [one.start, one.end]))].sort((a, b) => a - b);
  const net = edges.slice(0, -1).map((at, i) => ({
    at, until: edges[i + 1]!, power: power.filter((one) => one.start <= at && at < one.end).reduce((total, one) => total + one.value, 0),
  }));
  const limits = { charge: Number(battery.charge_efficiency), discharge: Number(battery.discharge_efficiency), lossPerHour: Number(battery.standing_loss ?? 0) };
  return walked(net, limits, stored);
}

export function planOfSchedule(schedule: Schedule, kind: PlanKind, basis: string, stored: number): Plan {
  const spans = schedule.points.map((point) => ({ point, span: period(point.period) }));
  const held = (of: (point: Schedule["points"][number]) => string): Held[] => spans.map(({ point, span: [start, end] }) => ({ start, end, value: Number(of(point)) }));
  const first = spans[0]?.span[0] ?? 0;
  const energies = schedule.points.map((point) => point.energy);
  return {
    kind, basis,
    // What runs is the energy of a period; its mean power is rounded to a kilowatt.
    power: spans.map(({ point, span: [start, end] }) => ({ start, end, value: Number(point.energy) / ((end - start) / 3_600_000) })),
    stored: [{ at: first, value: stored }, ...spans.map(({ point, span }) => ({ at: span[1], value: Number(point.state_of_charge) }))],
    worth: held((point) => point.stored_value),
    discharged: sum(energies.filter((energy) => !energy.startsWith("-"))),
    charged: sum(energies.filter((energy) => energy.startsWith("-"))).replace("-", ""),
    cycles: schedule.cycles, revenue: schedule.revenue.amount, wear: schedule.wear.amount, fees: schedule.fees?.amount ?? "0", value: schedule.value.amount,
    budgets: schedule.budgets ?? [],
    ...(schedule.shortfall ? { shortfall: { energy: schedule.shortfall.energy, cost: schedule.shortfall.cost.amount } } : {}),
    ...(schedule.gap ? { gap: schedule.gap.amount } : {}),
  };
}

/** The best schedule of the day at the stored prices, all of which must be known. */
export async function scheduleAtPrices(desk: Desk, asset: string, stored: string, signal: AbortSignal): Promise<Plan> {
  const schedule = await read(api.POST("/api/optimisations/schedule", { body: { asset, day: desk.day, product: desk.product, initial_soc: stored }, signal }));
  return planOfSchedule(schedule, "prices", `the best at the ${desk.product} prices that came`, Number(stored));
}

/** The best schedule at the medians of the forecast that could be made when the gate closed. */
export async function scheduleAtForecast(desk: Desk, day: DayView, asset: string, stored: string, now: number, signal: AbortSignal): Promise<Plan> {
  const { market, product, location } = desk;
  const gate = Date.parse(day.periods[0]?.gate_closes_at ?? day.start);
  const made_at = new Date(Math.min(gate, now - 60_000)).toISOString();
  const forecast = await read(api.GET("/api/forecasts", { params: { query: { market, product, location, day: desk.day, made_at } }, signal }));
  const prices = forecast.points.map((point) => ({ period: point.period, price: point.median }));
  const schedule = await read(api.POST("/api/optimisations/schedule", { body: { asset, day: desk.day, product, initial_soc: stored, prices }, signal }));
  const expected = prices.map((one): Held => ({ start: period(one.period)[0], end: period(one.period)[1], value: Number(one.price) }));
  const plan = planOfSchedule(schedule, "forecast", `the best at the medians forecast ${stamp(forecast.made_at, desk.zone)}`, Number(stored));
  return { ...plan, expected };
}
