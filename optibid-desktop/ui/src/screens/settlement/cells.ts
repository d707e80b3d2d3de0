// What cells of an uploaded file mean: times of a market's clock, and which period a row is about. Faults name the line and the column.
import type { Row } from "$lib/csv";
import { addDays, dayStart, periodsOf, resolutionMs } from "$lib/time";
import { instantsOf } from "$lib/zoned";

export interface RowFault {
  line: number;
  column: string;
  value: string;
  rule: string;
}

export const WHEN = {
  start: ["start", "periodstart", "starttime", "intervalstart", "deliverystart", "datetime", "timestamp", "period", "time", "from"],
  interval: ["interval", "intervalnumber", "position", "hourending", "he", "periodnumber"],
  day: ["day", "date", "deliveryday", "deliverydate", "operatingday", "tradedate"],
} as const;

const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?)?/;
const OFFSET = /(Z|[+-]\d{2}:?\d{2})\s*(\[.*\])?$/i;
const OTHER = /^(\d{1,2})[./](\d{1,2})[./](\d{4})(?:[ T]+(\d{1,2}):(\d{2}))?/;
const CLOCK = /^(\d{1,2}):(\d{2})/;

/** Whether `3/4/2024` begins with the month: what the file's own days say, else what is usual where the market is. */
export function monthFirst(cells: readonly string[], zone: string): boolean {
  for (const cell of cells) {
    const found = OTHER.exec(cell);
    if (!found || cell.includes(".")) continue;
    if (Number(found[1]) > 12) return false;
    if (Number(found[2]) > 12) return true;
  }
  return zone.startsWith("America/") || zone.startsWith("US/");
}

interface Local {
  day?: string;
  time?: string;
}

/** A civil date and a time of the clock, as far as the cell has them; an hour of 24 is the end of the day. */
export function localOf(cell: string, first: boolean): Local | undefined {
  const iso = ISO.exec(cell);
  if (iso) return { day: `${iso[1]}-${iso[2]}-${iso[3]}`, ...(iso[4] ? { time: `${iso[4].padStart(2, "0")}:${iso[5]}` } : {}) };
  const other = OTHER.exec(cell);
  if (other) {
    const [month, date] = first && !cell.includes(".") ? [other[1]!, other[2]!] : [other[2]!, other[1]!];
    return { day: `${other[3]}-${month.padStart(2, "0")}-${date.padStart(2, "0")}`, ...(other[4] ? { time: `${other[4].padStart(2, "0")}:${other[5]}` } : {}) };
  }
  const clock = CLOCK.exec(cell);
  return clock ? { time: `${clock[1]!.padStart(2, "0")}:${clock[2]}` } : undefined;
}

export interface When {
  zone: string;
  /** The day that rows without one are about. */
  day?: string | undefined;
}

/** Finds the start of the period of every row. Of an hour that the clock shows twice, the first row of a series is the first. */
export class Starts {
  readonly #seen = new Map<string, number>();
  readonly #first: boolean;

  constructor(
    rows: readonly Row[],
    readonly columns: Partial<Record<keyof typeof WHEN, number>>,
    readonly header: readonly string[],
    readonly when: When,
  ) {
    const cells = rows.flatMap((row) => [columns.start, columns.day].flatMap((at) => (at === undefined ? [] : (row.cells[at] ?? []))));
    this.#first = monthFirst(cells, when.zone);
  }

  /** The instant, or what is wrong; `series` tells rows of one product from those of another, `resolution` counts intervals. */
  of(row: Row, series: string, resolution: string): number | RowFault {
    const { start, interval, day } = this.columns;
    const cell = (at: number | undefined) => (at === undefined ? "" : (row.cells[at] ?? ""));
    const fault = (at: number | undefined, rule: string): RowFault => ({ line: row.line, column: at === undefined ? "start" : (this.header[at] ?? ""), value: cell(at), rule });
    const dayText = cell(day);
    const date = dayText ? localOf(dayText, this.#first)?.day : undefined;
    if (dayText && (!date || !isDay(date))) return fault(day, "is no date, such as 2024-08-25");
    const text = cell(start);
    if (text) {
      if (ISO.test(text) && OFFSET.test(text)) {
        const at = Date.parse(text.replace(/\[.*\]$/, "").replace(" ", "T"));
        return Number.isNaN(at) ? fault(start, "is no instant") : at;
      }
      const local = localOf(text, this.#first);
      const on = local?.day ?? date ?? this.when.day;
      if (!local?.time || !on || !isDay(on)) return fault(start, local && !local.time ? "has no time of day" : "is no time, such as 2024-08-25 07:00");
      if (local.time === "24:00") return dayStart(addDays(on, 1), this.when.zone);
      const found = instantsOf(`${on}T${local.time}`, this.when.zone);
      if (found.length === 0) return fault(start, `the clock in ${this.when.zone} does not show this time on that day`);
      if (found.length === 1) return found[0]!;
      const key = `${series} ${on} ${local.time}`;
      const times = this.#seen.get(key) ?? 0;
      this.#seen.set(key, times + 1);
      return found[Math.min(times, found.length - 1)]!;
    }
    const number = cell(interval);
    if (!number) return fault(start ?? interval, "names no period: a start or a number of the interval is needed");
    const on = date ?? this.when.day;
    if (!on) return fault(day ?? interval, "an interval needs its delivery day");
    const periods = periodsOf(on, this.when.zone, resolution);
    const index = Number(number);
    if (!/^\d{1,3}$/.test(number) || index < 1 || index > periods.length) return fault(interval, `is from 1 to ${periods.length} on this day`);
    return periods[index - 1]!;
  }
}

const isDay = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(Date.parse(text)).toISOString().startsWith(text);

/** Whether an instant begins a period of that length in that day. */
export function periodFault(at: number, day: string, zone: string, resolution: string): string | undefined {
  if (at < dayStart(day, zone) || at >= dayStart(addDays(day, 1), zone)) return `lies outside the delivery day ${day}`;
  return at % resolutionMs(resolution) === 0 ? undefined : `begins no period of ${resolutionMs(resolution) / 60_000} minutes`;
}
