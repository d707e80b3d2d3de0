// The time axis of a chart in a zone: where its lines stand and what is written at them, whatever the zone of the computer.
import { addDays, clock, dateOf, dayShort, dayStart } from "../time";

const HOUR = 3_600_000;

/** Full hours, days or months of the zone between two instants, for so many pixels. */
export function timeSplits(from: number, until: number, zone: string, width: number): number[] {
  const hours = (until - from) / HOUR;
  const found: number[] = [];
  const minutes = [5, 15, 30].find((m) => (hours * 60) / m <= width / 60);
  if (minutes && hours < 12) {
    for (let at = Math.ceil(from / (minutes * 60_000)) * minutes * 60_000; at <= until; at += minutes * 60_000) found.push(at);
    return found;
  }
  const every = [1, 2, 3, 4, 6, 12].find((h) => hours / h <= width / 64);
  let day = dateOf(from, zone);
  if (every) {
    for (let start = dayStart(day, zone); start <= until; day = addDays(day, 1), start = dayStart(day, zone)) {
      const end = dayStart(addDays(day, 1), zone);
      // By the hour on the clock, so that a day with 25 hours has its labels where they belong.
      for (let at = start; at < end; at += HOUR) if (Number(clock(at, zone).slice(0, 2)) % every === 0 && at >= from && at <= until) found.push(at);
    }
    return found;
  }
  const days = [1, 2, 7, 14].find((d) => hours / 24 / d <= width / 64);
  if (days) {
    for (let start = dayStart(day, zone); start <= until; day = addDays(day, days), start = dayStart(day, zone)) if (start >= from) found.push(start);
    return found;
  }
  const months = [1, 2, 3, 6, 12].find((m) => hours / 24 / 30 / m <= width / 64) ?? 12;
  let [year, month] = [Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1];
  month -= month % months;
  while (true) {
    const first = new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10);
    const start = dayStart(first, zone);
    if (start > until) return found;
    if (start >= from) found.push(start);
    month += months;
    year += Math.floor(month / 12);
    month %= 12;
  }
}

/** What is written at the lines: times within days, days within years; the day or the year where it begins, below. */
export function timeLabels(at: readonly number[], zone: string): string[] {
  const daily = at.length > 1 && at[1]! - at[0]! >= 22 * HOUR;
  let [lastDay, lastYear] = ["", ""];
  return at.map((instant) => {
    const day = dateOf(instant, zone);
    const year = day.slice(0, 4);
    const first = daily ? dayShort(day) : clock(instant, zone);
    const second = daily ? (year === lastYear ? "" : year) : day === lastDay ? "" : dayShort(day);
    [lastDay, lastYear] = [day, year];
    return second ? `${first}\n${second}` : first;
  });
}
