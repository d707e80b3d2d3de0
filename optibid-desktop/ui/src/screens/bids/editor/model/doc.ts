// A bid as it is edited: one curve a period at most, every number the text of its cell. Nothing here is changed in place.
import type { BidDraft } from "$lib/api/types";
import { clock, millis, offset, zoneName } from "$lib/time";
import { canonical, micros } from "./decimal";

export type Side = "sell" | "buy" | "storage";
export type Shape = "step" | "linear";
export interface Point {
  readonly q: string;
  readonly p: string;
}
export interface Curve {
  readonly side: Side;
  readonly shape: Shape;
  readonly points: readonly Point[];
}
type PeriodDraft = NonNullable<BidDraft["periods"]>[number];

/** A period of the delivery day. */
export interface Row {
  readonly index: number;
  readonly start: number;
  readonly end: number;
  /** The start as it is sent. */
  readonly wire: string;
  /** `01:00` in the market's zone: what periods of different days have in common. */
  readonly label: string;
  /** 1 where the clock shows the label for the second time that day. */
  readonly again: number;
  readonly gate: number;
}

export interface Doc {
  readonly market: string;
  readonly product: string;
  readonly location: string;
  readonly day: string;
  readonly currency: string;
  readonly kind: NonNullable<BidDraft["kind"]>;
  readonly asset: string | undefined;
  readonly service: string | undefined;
  readonly note: string;
  /** One place a row. */
  readonly curves: readonly (Curve | undefined)[];
  /** Periods that are not on the day's grid; they are kept until somebody takes them out. */
  readonly stray: readonly PeriodDraft[];
  /** Parts that are shown and sent as they are. */
  readonly rest: Pick<BidDraft, "commitment" | "sink" | "spreads" | "blocks">;
}

interface Grid {
  time_zone: string;
  periods: readonly { index: number; start: string; end: string; gate_closes_at: string }[];
}

/** The rows of a delivery day as the server lays it out. */
export function rowsOf(day: Grid): Row[] {
  const seen = new Map<string, number>();
  return day.periods.map((period) => {
    const label = clock(period.start, day.time_zone);
    const again = seen.get(label) ?? 0;
    seen.set(label, again + 1);
    return {
      index: period.index, start: millis(period.start), end: millis(period.end), wire: period.start, label, again,
      gate: millis(period.gate_closes_at),
    };
  });
}

/** Whether the clock shows an hour twice that day, so that labels need their zone. */
export const hasRepeats = (rows: readonly Row[]): boolean => rows.some((row) => row.again > 0);

/** `01:00–02:00`, with the zone's name where it tells two hours apart. */
export function rowText(row: Row, rows: readonly Row[], zone: string): string {
  // The end by the clock that the period began with: an hour is an hour, also where the clocks change.
  const text = `${clock(row.start, zone)}–${clock(row.end + offset(row.start, zone), "UTC")}`;
  const twice = hasRepeats(rows) && rows.some((other) => other !== row && clock(other.start, zone) === clock(row.start, zone));
  return twice ? `${text} ${zoneName(row.start, zone)}` : text;
}

/** Whether the clock jumps between a row and the one before it. */
export const jumpsBefore = (rows: readonly Row[], index: number, zone: string): boolean => {
  const [before, row] = [rows[index - 1], rows[index]];
  return before !== undefined && row !== undefined && zoneName(before.start, zone) !== zoneName(row.start, zone);
};

export const isBlank = (point: Point): boolean => point.q === "" && point.p === "";
/** The points that say anything. */
export const pointsOf = (curve: Curve | undefined): readonly Point[] => curve?.points.filter((point) => !isBlank(point)) ?? [];
export const isOffered = (curve: Curve | undefined): curve is Curve => pointsOf(curve).length > 0;

/** Curves are never changed in place: what was made of one holds for good. */
export function once<T extends object, R>(make: (of: T) => R): (of: T) => R {
  const made = new WeakMap<T, R>();
  return (of) => {
    let found = made.get(of);
    if (found === undefined) made.set(of, (found = make(of)));
    return found;
  };
}

/** Where a field of what is sent is on the grid: the row of every sent period, and the column of every sent point. */
export interface Sent {
  readonly draft: BidDraft;
  readonly rows: readonly number[];
  readonly points: readonly (readonly number[])[];
}

const wireOf = once((curve: Curve): { kept: number[]; wire: PeriodDraft["curve"] } => {
  const kept = curve.points.flatMap((point, j) => (isBlank(point) ? [] : [j]));
  return { kept, wire: { side: curve.side, shape: curve.shape, points: kept.map((j) => ({ quantity: curve.points[j]!.q, price: curve.points[j]!.p })) } };
});

const HAS_CURVES = ["curve", "virtual", "three_part", "ancillary_service"];
/** Whether offers of a kind are curves, which the grid holds. */
export const hasCurves = (kind: Doc["kind"]): boolean => HAS_CURVES.includes(kind);

/** The parts beside curves that belong to a kind; what an earlier choice of kind left behind is not sent. */
function restOf(kind: Doc["kind"], { commitment, sink, spreads, blocks }: Doc["rest"]): Doc["rest"] {
  if (kind === "block") return { blocks: blocks ?? [] };
  if (kind === "spread") return { sink, spreads: spreads ?? [] };
  return kind === "three_part" && commitment ? { commitment } : {};
}

/** The bid as it is sent. */
export function toSent(doc: Doc, rows: readonly Row[], resolution: string): Sent {
  const { market, product, location, day, currency, kind, asset, service, note, rest } = doc;
  const periods: PeriodDraft[] = [];
  const places: number[] = [];
  const columns: number[][] = [];
  doc.curves.forEach((curve, index) => {
    const row = rows[index];
    if (!row || !isOffered(curve)) return;
    const { kept, wire } = wireOf(curve);
    periods.push({ period: { start: row.wire, resolution: resolution as PeriodDraft["period"]["resolution"] }, curve: wire });
    places.push(index);
    columns.push(kept);
  });
  const draft: BidDraft = {
    market, product, location, delivery_day: day, currency: currency as BidDraft["currency"],
    ...(kind === "curve" ? {} : { kind }),
    ...(asset ? { asset } : {}),
    ...(service ? { service } : {}),
    ...(note.trim() ? { note } : {}),
    ...restOf(kind, rest),
    ...(hasCurves(kind) ? { periods: [...periods, ...doc.stray] } : {}),
  };
  return { draft, rows: places, points: columns };
}

/** A bid of the server on the rows of its day. */
export function fromDraft(draft: BidDraft, rows: readonly Row[]): Doc {
  const at = new Map(rows.map((row) => [row.start, row.index]));
  const curves: (Curve | undefined)[] = rows.map(() => undefined);
  const stray: PeriodDraft[] = [];
  const length = rows[0] ? rows[0].end - rows[0].start : 0;
  for (const period of draft.periods ?? []) {
    const index = at.get(millis(period.period.start));
    const same = { PT5M: 5, PT15M: 15, PT30M: 30, PT60M: 60 }[period.period.resolution] * 60_000 === length;
    if (index === undefined || !same || curves[index]) {
      stray.push(period);
      continue;
    }
    const { side, shape, points } = period.curve;
    curves[index] = { side, shape, points: points.map((point) => ({ q: canonical(point.quantity, "power"), p: canonical(point.price, "price") })) };
  }
  const { commitment, sink, spreads, blocks } = draft;
  return {
    market: draft.market, product: draft.product, location: draft.location, day: draft.delivery_day, currency: draft.currency,
    kind: draft.kind ?? "curve", asset: draft.asset ?? undefined, service: draft.service ?? undefined, note: draft.note ?? "",
    curves, stray,
    rest: {
      ...(commitment ? { commitment } : {}), ...(sink ? { sink } : {}), ...(spreads ? { spreads } : {}), ...(blocks ? { blocks } : {}),
    },
  };
}

/** A new bid without any offer. */
export const emptyDoc = (of: Pick<Doc, "market" | "product" | "location" | "day" | "currency">, rows: readonly Row[]): Doc => ({
  ...of, kind: "curve", asset: undefined, service: undefined, note: "", curves: rows.map(() => undefined), stray: [], rest: {},
});

const value = (text: string, unit: "power" | "price"): string => micros(text, unit)?.toString() ?? `?${text}`;
const keyOf = once((curve: Curve): string =>
  isOffered(curve) ? `${curve.side} ${curve.shape} ${pointsOf(curve).map((p) => `${value(p.q, "power")}@${value(p.p, "price")}`).join(" ")}` : "");
/** What a curve says, so that `5` and `5.0` are the same; empty for none. */
export const curveKey = (curve: Curve | undefined): string => (curve ? keyOf(curve) : "");

/** What a bid says, apart from how it is written. */
export const docKey = (doc: Doc): string =>
  JSON.stringify([doc.market, doc.product, doc.location, doc.day, doc.currency, doc.kind, doc.asset ?? null, doc.service ?? null, doc.note.trim(), hasCurves(doc.kind) ? doc.curves.map(curveKey) : [], hasCurves(doc.kind) ? doc.stray : [], restOf(doc.kind, doc.rest)]);

export const isEmpty = (doc: Doc): boolean =>
  !doc.curves.some(isOffered) && doc.stray.length === 0 && doc.note.trim() === "" && !doc.rest.blocks?.length && !doc.rest.spreads?.length;
