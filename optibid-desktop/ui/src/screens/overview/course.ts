// The course of a price series, and what a row of the market table says of it.
import type { PriceView, ProductView } from "$lib/api/types";
import { less } from "$lib/exact";

export interface Point {
  at: number;
  price: string;
  knownAt: string;
}

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** How much of a course is kept: a day and the hour before it. */
export const KEPT = DAY + 2 * HOUR;

/** Puts a price in its place: a newer period at the end, a correction where it belongs. */
export function placed(course: readonly Point[], point: Point): Point[] {
  const before = course.findLastIndex((other) => other.at <= point.at);
  const same = before >= 0 && course[before]!.at === point.at;
  const next = [...course.slice(0, same ? before : before + 1), point, ...course.slice(before + 1)];
  const oldest = next.at(-1)!.at - 2 * KEPT;
  return next[0]!.at < oldest ? next.filter((other) => other.at >= oldest) : next;
}

/** The point of the period that holds at an instant. */
export function holding(course: readonly Point[], at: number, step: number): Point | undefined {
  const found = course.findLast((point) => point.at <= at);
  return found && at < found.at + step ? found : undefined;
}

export interface Row {
  key: string;
  of: PriceView;
  product: ProductView | undefined;
  step: number;
  /** The price that holds: real-time the newest, day-ahead that of the period at hand. */
  price: string;
  at: number;
  knownAt: string;
  /** Against the period before. */
  change: string | undefined;
  /** Against an hour before. */
  hourly: string | undefined;
  /** Day-ahead less this real-time price, in the same period. */
  spread: string | undefined;
  /** What the sparkline shows. */
  points: { at: number; value: number }[];
  from: number;
}

export interface Source {
  of: PriceView;
  product: ProductView | undefined;
  step: number;
  course: readonly Point[];
}

const keyOf = ({ of }: Source): string => `${of.market} ${of.product} ${of.location}`;
const isDayAhead = (source: Source): boolean => source.product?.kind === "day_ahead";

/** A row of the table. `now` says which period of a day-ahead series is at hand where there is no real-time one. */
export function rowOf(source: Source, all: readonly Source[], now: number): Row {
  const twins = all.filter((other) => other !== source && other.of.market === source.of.market && other.of.location === source.of.location);
  const realTime = isDayAhead(source) ? twins.find((other) => !isDayAhead(other)) : undefined;
  const dayAhead = isDayAhead(source) ? undefined : twins.find(isDayAhead);
  const { of, step, course } = source;
  const newest: Point = { at: Date.parse(of.start), price: of.price, knownAt: of.known_at };
  const reference = realTime ? Date.parse(realTime.of.start) : isDayAhead(source) ? now : newest.at;
  const here = (isDayAhead(source) ? holding(course, reference, step) : undefined) ?? newest;
  const at = (instant: number) => holding(course, instant, step)?.price;
  const against = (price: string | undefined) => (price === undefined ? undefined : less(here.price, price));
  const ahead = dayAhead && holding(dayAhead.course, here.at, dayAhead.step)?.price;
  const from = here.at + step - DAY;
  return {
    key: keyOf(source), of, product: source.product, step,
    price: here.price, at: here.at, knownAt: here.knownAt,
    change: against(at(here.at - 1)),
    hourly: against(at(here.at - HOUR)),
    spread: ahead === undefined ? undefined : less(ahead, here.price),
    points: course.filter((point) => point.at >= from && point.at <= here.at).map((point) => ({ at: point.at, value: Number(point.price) })),
    from,
  };
}
