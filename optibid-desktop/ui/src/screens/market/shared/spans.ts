// Spans of delivery days: the last so many up to the delivery day, or from one day to another.
import { addDays, dayStart } from "$lib/time";

export type SpanName = "7d" | "30d" | "90d" | "1y" | "custom";
export const SPANS: readonly { value: SpanName; label: string }[] = [
  { value: "7d", label: "7 d" }, { value: "30d", label: "30 d" }, { value: "90d", label: "90 d" }, { value: "1y", label: "1 year" }, { value: "custom", label: "Custom" },
];
const DAYS = { "7d": 7, "30d": 30, "90d": 90, "1y": 365 };
/** Most days of a span: three years with a leap day. */
export const MOST_DAYS = 1_096;

export interface Span {
  name: SpanName;
  /** The first and the last delivery day. */
  from: string;
  to: string;
  /** Why it is not what was asked for. */
  cut?: string;
}

const isDay = (text: string | undefined): text is string => text !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
export const daysBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1;

/** The span that an address asks for, ending with the delivery day unless it names days. */
export function spanOf(asked: { span?: string | undefined; from?: string | undefined; to?: string | undefined }, day: string, usual: Exclude<SpanName, "custom"> = "30d"): Span {
  if (asked.span === "custom" && isDay(asked.from) && isDay(asked.to)) {
    const [from, to] = asked.from <= asked.to ? [asked.from, asked.to] : [asked.to, asked.from];
    if (daysBetween(from, to) <= MOST_DAYS) return { name: "custom", from, to };
    return { name: "custom", from: addDays(to, 1 - MOST_DAYS), to, cut: "At most three years are shown at once: these are the last three." };
  }
  const name = asked.span !== undefined && asked.span in DAYS ? (asked.span as keyof typeof DAYS) : usual;
  return { name, from: addDays(day, 1 - DAYS[name]), to: day };
}

/** The first instant of the span, and the first after it. */
export const instantsOf = (span: Span, zone: string): [number, number] => [dayStart(span.from, zone), dayStart(addDays(span.to, 1), zone)];
