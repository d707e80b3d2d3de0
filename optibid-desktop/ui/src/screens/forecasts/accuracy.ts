// How a report of past forecasts is asked for and shown: its span, its models, its hours, and all of it as a table.
import type { AccuracyReport, ForecastModel, ModelAccuracy } from "$lib/api/types";
import type { Cell } from "$lib/csv";
import { addDays } from "$lib/time";

/** The last day is at most so many days after the first: what the server answers in one call. */
export const MOST_LATER = 91;
/** Days ahead at most. */
export const MOST_AHEAD = 7;

export interface Span {
  from: string;
  to: string;
}

/** The last so many days to a day. */
export const lastDays = (to: string, days: number): Span => ({ from: addDays(to, 1 - days), to });

/** The other end follows when one is moved past what can be asked for. */
export function moved(span: Span, change: Partial<Span>): Span {
  const { from, to } = { ...span, ...change };
  if (change.from !== undefined) return { from, to: to < from ? from : to > addDays(from, MOST_LATER) ? addDays(from, MOST_LATER) : to };
  return { to, from: from > to ? to : from < addDays(to, -MOST_LATER) ? addDays(to, -MOST_LATER) : from };
}

/** What each model is called, and the colour and shape of its marks on every picture. */
export const MODELS: Record<ForecastModel, { name: string; colour: string; shape: "circle" | "square" | "diamond" | "triangle" }> = {
  similar_days: { name: "Similar days", colour: "var(--accent)", shape: "circle" },
  blended: { name: "Blended", colour: "var(--series-2)", shape: "square" },
  naive_week: { name: "Last week's price", colour: "var(--series-3)", shape: "diamond" },
  naive_day: { name: "Last day's price", colour: "var(--series-4)", shape: "triangle" },
};

/** A mark's outline around a point. */
export function mark(shape: (typeof MODELS)[ForecastModel]["shape"], x: number, y: number, r = 4.5): string {
  if (shape === "circle") return `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
  if (shape === "square") return `M${x - r * 0.88} ${y - r * 0.88}h${r * 1.76}v${r * 1.76}h${-r * 1.76}Z`;
  if (shape === "diamond") return `M${x} ${y - r * 1.2}l${r * 1.2} ${r * 1.2}l${-r * 1.2} ${r * 1.2}l${-r * 1.2} ${-r * 1.2}Z`;
  return `M${x} ${y - r * 1.1}l${r * 1.1} ${r * 2}h${-r * 2.2}Z`;
}

export interface HourSlot {
  hour: number;
  /** The second pass of an hour that the clock goes through twice. */
  repeated: boolean;
}

/** The 24 hours of a day, and after its first pass each hour that came twice. */
export function slotsOf(models: readonly ModelAccuracy[]): HourSlot[] {
  const twice = new Set(models.flatMap((model) => model.by_hour.filter((one) => one.repeated).map((one) => one.hour)));
  return Array.from({ length: 24 }, (_, hour) => hour).flatMap((hour) => [{ hour, repeated: false }, ...(twice.has(hour) ? [{ hour, repeated: true }] : [])]);
}

export const inSlot = (model: ModelAccuracy, slot: HourSlot) => model.by_hour.find((one) => one.hour === slot.hour && one.repeated === slot.repeated);

/** The smallest of decimals; only where there is something to compare. */
export function least(values: readonly (string | null | undefined)[]): number | undefined {
  const known = values.flatMap((value) => (value === null || value === undefined ? [] : [Number(value)]));
  return known.length > 1 ? Math.min(...known) : undefined;
}

/** How far chance alone takes a share of so many prices, were they independent. */
export const chance = (nominal: number, count: number): number => (count > 0 ? 1.96 * Math.sqrt((nominal * (1 - nominal)) / count) : 1);

/** Why a day is left out. Where the reason names the day's first period, it says no more than the day. */
const plainly = (day: string, reason: string): string =>
  reason.replace(` for the period of ${day}T00:00:00`, " from the start of the day on, ").replace(/, [-+]\d{2}:\d{2}\[.*\]$/, "");

/** The first day that could not be compared where none could, as the rule that was broken names it. */
export function firstOf(rule: string): { day: string; reason: string } | undefined {
  const [, day, reason] = /(\d{4}-\d{2}-\d{2}): (.*)$/.exec(rule) ?? [];
  return day && reason ? { day, reason: plainly(day, reason) } : undefined;
}

/** Days left out for the same reason stand together, in order of time. */
export function leftOut(skipped: AccuracyReport["skipped"]): { from: string; to: string; count: number; reason: string }[] {
  const found: { from: string; to: string; count: number; reason: string }[] = [];
  for (const { day, reason } of skipped) {
    const plain = plainly(day, reason);
    const last = found.at(-1);
    if (last && last.reason === plain && addDays(last.to, 1) === day) [last.to, last.count] = [day, last.count + 1];
    else found.push({ from: day, to: day, count: 1, reason: plain });
  }
  return found;
}

/** All figures of a report, exact, one line each. */
export function sheet(report: AccuracyReport): Cell[][] {
  const head = ["model", "part", "of", "periods", "mae", "rmse", "bias", "rmae", "pinball", "observed"];
  const two = (hour: number) => String(hour).padStart(2, "0");
  return [head, ...report.models.flatMap((one): Cell[][] => [
    [one.model, "all", `${report.from}/${report.to}`, report.periods, one.mae, one.rmse, one.bias, one.rmae, one.pinball, undefined],
    ...one.by_hour.map((hour): Cell[] => [one.model, "hour", `${two(hour.hour)}:00${hour.repeated ? " second pass" : ""}`, hour.periods, hour.mae, undefined, hour.bias, undefined, undefined, undefined]),
    ...one.by_horizon.map((far): Cell[] => [one.model, "days_ahead", far.days_ahead, undefined, far.mae, undefined, far.bias, far.rmae, undefined, undefined]),
    ...one.calibration.map((at): Cell[] => [one.model, "quantile", at.nominal, report.periods, undefined, undefined, undefined, undefined, at.pinball, at.observed]),
  ])];
}
