// A curve and a finding in a line of text.
import { locale, power, price, words } from "$lib/format";
import { micros } from "./decimal";
import { pointsOf, type Curve } from "./doc";

/** A figure of an axis: no digits that it does not need. */
export const axisText = (value: number): string => value.toLocaleString(locale, { maximumFractionDigits: 3 }).replace("-", "−");

const SIGNS = { sell: "▲", buy: "▼", storage: "◆" };
const shown = (text: string, unit: "power" | "price"): string => (micros(text, unit) === undefined ? text || "?" : unit === "power" ? power(text) : price(text));

/** `▲ 5.0 @ 24.57, 10.0 @ 31.00`; a dash where nothing is offered. */
export function curveText(curve: Curve | undefined, most = 4): string {
  const points = pointsOf(curve);
  if (!curve || points.length === 0) return "–";
  const list = points.slice(0, most).map((point) => `${shown(point.q, "power")} @ ${shown(point.p, "price")}`);
  return `${SIGNS[curve.side]} ${list.join(", ")}${points.length > most ? ` and ${points.length - most} more` : ""}`;
}

/** `points[2].price` of a path, in words. */
export function fieldText(field: string): string {
  const point = /\.points\[(\d+)\]\.(\w+)$/.exec(field);
  if (point) return `point ${Number(point[1]) + 1}, ${point[2] === "quantity" ? "MW" : point[2]}`;
  const last = field.split(".").at(-1)!.replace(/\[\d+\]$/, "");
  return { points: "curve", side: "side", shape: "shape", start: "period", resolution: "period", period: "period" }[last] ?? words(last);
}
