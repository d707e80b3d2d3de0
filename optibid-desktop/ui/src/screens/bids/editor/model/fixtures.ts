// Days and bids that tests share.
import { dayStart, addDays } from "$lib/time";
import { emptyDoc, rowsOf, type Curve, type Doc, type Point, type Row, type Shape, type Side } from "./doc";

/** The rows of a delivery day, as the server would lay it out. */
export function dayRows(day: string, zone: string, minutes = 60): Row[] {
  const [start, end] = [dayStart(day, zone), dayStart(addDays(day, 1), zone)];
  const step = minutes * 60_000;
  const periods = Array.from({ length: (end - start) / step }, (_, index) => ({
    index, start: new Date(start + index * step).toISOString(), end: new Date(start + (index + 1) * step).toISOString(),
    gate_closes_at: new Date(start - 14 * 3_600_000).toISOString(),
  }));
  return rowsOf({ time_zone: zone, periods });
}

export const curve = (side: Side, points: [string, string][], shape: Shape = "linear"): Curve => ({ side, shape, points: points.map(([q, p]): Point => ({ q, p })) });

export function docOf(rows: readonly Row[], curves: Record<number, Curve>, day = "2026-11-23"): Doc {
  const doc = emptyDoc({ market: "ERCOT", product: "DAM", location: "HB_SOUTH", day, currency: "USD" }, rows);
  return { ...doc, curves: rows.map((row) => curves[row.index]) };
}
