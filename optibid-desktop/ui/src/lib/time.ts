// Market time: an instant is UTC, a delivery day belongs to a market's zone and has 23, 24 or 25 hours. The zone of the computer plays no part.

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string, options: Intl.DateTimeFormatOptions, locale?: string): Intl.DateTimeFormat {
  const key = JSON.stringify([zone, options, locale]);
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(locale ?? "en-GB", { timeZone: zone, hourCycle: "h23", ...options });
    formats.set(key, found);
  }
  return found;
}

export type Instant = string | number | Date;
export const millis = (at: Instant): number => (typeof at === "number" ? at : new Date(at).getTime());

/** `14:05` in the zone. */
export const clock = (at: Instant, zone: string): string =>
  format(zone, { hour: "2-digit", minute: "2-digit" }).format(millis(at));

/** `14:05:09` in the zone. */
export const clockSeconds = (at: Instant, zone: string): string =>
  format(zone, { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(millis(at));

/** `2026-11-01`: the civil date in the zone. */
export function dateOf(at: Instant, zone: string): string {
  const parts = format(zone, { year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts(millis(at));
  const part = (type: string) => parts.find((p) => p.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}`;
}

/** `CST`, `GMT+1`: the zone's name at that instant, which tells the two hours of a long night apart. */
export const zoneName = (at: Instant, zone: string): string =>
  format(zone, { timeZoneName: "short" }, "en-US").formatToParts(millis(at)).find((p) => p.type === "timeZoneName")?.value ??
  zone;

/** `Sun 1 Nov 2026` of a civil date. */
export const dayText = (day: string, locale?: string): string =>
  format("UTC", { weekday: "short", day: "numeric", month: "short", year: "numeric" }, locale).format(Date.parse(day));

/** `1 Nov` of a civil date. */
export const dayShort = (day: string, locale?: string): string =>
  format("UTC", { day: "numeric", month: "short" }, locale).format(Date.parse(day));

/** `1 Nov 14:05` in the zone. */
export const stamp = (at: Instant, zone: string): string => `${dayShort(dateOf(at, zone))} ${clock(at, zone)}`;

/** `2026-11-01 14:05:09 CST`: for tables and tooltips. */
export const stampFull = (at: Instant, zone: string): string =>
  `${dateOf(at, zone)} ${clockSeconds(at, zone)} ${zoneName(at, zone)}`;

/** `01:00–02:00 CDT`: a period with its zone. */
export const span = (start: Instant, end: Instant, zone: string): string =>
  `${clock(start, zone)}–${clock(end, zone)} ${zoneName(start, zone)}`;

/** The civil date so many days on. */
export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);

/** How far the zone is from UTC at that instant, in milliseconds. */
export function offset(at: Instant, zone: string): number {
  const ms = millis(at);
  const parts = format(zone, {
    year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
  }).formatToParts(ms);
  const part = (type: string) => Number(parts.find((p) => p.type === type)?.value);
  const local = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return local - Math.floor(ms / 1000) * 1000;
}

/** The instant at which a civil date begins in the zone: at midnight, or later where the clocks skip midnight. */
export function dayStart(day: string, zone: string): number {
  const midnight = Date.parse(day);
  // By the offset of about then and by the one of the first guess: a change may lie between. The earlier one that is on the day.
  const guess = midnight - offset(midnight, zone);
  const again = midnight - offset(guess, zone);
  const [first, second] = guess < again ? [guess, again] : [again, guess];
  return dateOf(first, zone) === day ? first : second;
}

const MINUTES: Record<string, number> = { PT5M: 5, PT15M: 15, PT30M: 30, PT60M: 60, PT1H: 60 };
/** The length of a resolution such as `PT15M` in milliseconds. */
export const resolutionMs = (resolution: string): number => (MINUTES[resolution] ?? 60) * 60_000;

/** The periods of a delivery day as instants: 23, 24 or 25 hours. */
export function periodsOf(day: string, zone: string, resolution: string): number[] {
  const [start, end] = [dayStart(day, zone), dayStart(addDays(day, 1), zone)];
  const step = resolutionMs(resolution);
  return Array.from({ length: Math.round((end - start) / step) }, (_, i) => start + i * step);
}

/** `2d 4h`, `3h 15m`, `4m 09s`: how long, in its two largest units. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [d, h, m, s] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n: number) => String(n).padStart(2, "0");
  if (d >= 60) return `${d}d`;
  if (d > 0) return `${d}d ${two(h)}h`;
  if (h > 0) return `${h}h ${two(m)}m`;
  return `${m}m ${two(s)}s`;
}
