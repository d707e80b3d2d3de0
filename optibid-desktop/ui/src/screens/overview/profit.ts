// Sums of profit and loss over days, beside what perfect foresight would have earned.
import type { ProfitAndLoss } from "$lib/api/types";
import { less } from "$lib/exact";
import { sum, toNumber } from "$lib/format";
import { addDays } from "$lib/time";

export interface Total {
  net: string;
  /** What perfect foresight would have earned in the days for which it is known. */
  foresight: string | undefined;
  /** What was left behind in those days. */
  left: string | undefined;
  capture: number | undefined;
  settled: number;
  /** In how many of them perfect foresight is known. */
  compared: number;
}

export function total(days: readonly ProfitAndLoss[]): Total {
  const compared = days.filter((day) => day.perfect_foresight);
  const foresight = compared.length ? sum(compared.map((day) => day.perfect_foresight!.amount)) : undefined;
  const earned = sum(compared.map((day) => day.net.amount));
  return {
    net: sum(days.map((day) => day.net.amount)),
    foresight,
    left: foresight === undefined ? undefined : less(foresight, earned),
    // A share of nothing, or of a loss, says nothing.
    capture: foresight !== undefined && toNumber(foresight) > 0 ? toNumber(earned) / toNumber(foresight) : undefined,
    settled: days.length,
    compared: compared.length,
  };
}

/** So many civil days up to one, each with its result where it is settled. */
export function calendar(days: readonly ProfitAndLoss[], last: string, count: number): { day: string; result: ProfitAndLoss | undefined }[] {
  const of = new Map(days.map((day) => [day.day, day]));
  return Array.from({ length: count }, (_, i) => addDays(last, i - count + 1)).map((day) => ({ day, result: of.get(day) }));
}

/** The currencies, the one with most days first. */
export function currencies(days: readonly ProfitAndLoss[]): string[] {
  const counts = new Map<string, number>();
  for (const day of days) counts.set(day.currency, (counts.get(day.currency) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).map(([currency]) => currency);
}
