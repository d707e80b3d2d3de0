// Periods of a day as a chart draws them. Numbers are for drawing; figures beside it are the server's own.
import type { BacktestDay, Schedule } from "$lib/api/types";
import { less, plus, times } from "$lib/exact";
import { resolutionMs } from "$lib/time";

export interface Points {
  x: number[];
  step: number;
  /** Price of the product, per MWh. */
  price: (number | null)[];
  /** Price that deviations settle at, where it is another. */
  balancing?: (number | null)[];
  /** Mean power at the grid connection, MW: positive discharges. */
  power: (number | null)[];
  /** Power that was awarded. */
  awarded?: (number | null)[];
  /** Stored energy at the end of each period, MWh. */
  stored: (number | null)[];
  /** Money from the first period on. */
  earned: (number | null)[];
}

const hours = (resolution: string): number => resolutionMs(resolution) / 3_600_000;

export function dayPoints(day: BacktestDay): Points | undefined {
  const periods = day.periods ?? [];
  const [first] = periods;
  if (!first) return undefined;
  const h = hours(first.period.resolution);
  const settles = periods.some((p) => p.balancing_price !== p.price);
  let earned = "0";
  return {
    x: periods.map((p) => Date.parse(p.period.start)),
    step: resolutionMs(first.period.resolution),
    price: periods.map((p) => Number(p.price)),
    ...(settles ? { balancing: periods.map((p) => Number(p.balancing_price)) } : {}),
    power: periods.map((p) => Number(p.delivered) / h),
    awarded: periods.map((p) => Number(p.award) / h),
    stored: periods.map((p) => Number(p.state_of_charge)),
    earned: periods.map((p) => Number((earned = plus(earned, plus(times(p.award, p.price), times(less(p.delivered, p.award), p.balancing_price)))))),
  };
}

/** A schedule with the prices it was made for, by the start of their period. */
export function schedulePoints(schedule: Schedule, prices: ReadonlyMap<number, string>): Points | undefined {
  const [first] = schedule.points;
  if (!first) return undefined;
  let earned = "0";
  const x = schedule.points.map((p) => Date.parse(p.period.start));
  const known = x.every((at) => prices.has(at));
  return {
    x,
    step: resolutionMs(first.period.resolution),
    price: x.map((at) => (prices.has(at) ? Number(prices.get(at)) : null)),
    power: schedule.points.map((p) => Number(p.power)),
    stored: schedule.points.map((p) => Number(p.state_of_charge)),
    earned: schedule.points.map((p, i) => (known ? Number((earned = plus(earned, times(p.energy, prices.get(x[i]!)!)))) : null)),
  };
}
