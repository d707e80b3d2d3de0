// What charts on uPlot share: paths that stay quick over a year of quarter hours, axes, and marks.
import uPlot from "uplot";
import { faded, palette } from "./theme";
import type { Mark } from "./types";

const FONT = "12px Inter Variable, sans-serif";
const steps = uPlot.paths.stepped!({ align: 1 });
const lines = uPlot.paths.linear!();

/** Columns that stand for their period. */
export const bars = uPlot.paths.bars!({ size: [0.8, 60], align: 1 });

/** Steps where each can be seen; else a line, which is drawn as one stroke from lowest to highest a pixel and looks the same. */
export const stepped: uPlot.Series.PathBuilder = (u, series, from, until) =>
  (until - from > u.bbox.width * 1.5 ? lines : steps)(u, series, from, until);

const figures = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 });
export const axisFigure = (value: number): string => figures.format(value).replace("-", "−");

/** Round figures for a scale that is compressed: a few between zero and each power of ten. */
export function compressedSplits(min: number, max: number): number[] {
  const found = new Set([0]);
  for (const sign of [-1, 1])
    for (let size = 10; size <= 100_000; size *= 10) for (const by of [1, 2, 5]) found.add(sign * size * by);
  return [...found].filter((v) => v >= min && v <= max).sort((a, b) => a - b);
}

export function yAxis(unit: string, side = 3, scale = "y", compressed = false): uPlot.Axis {
  const colours = palette();
  return {
    scale, side, stroke: colours.dim, font: FONT, size: 58, gap: 6, label: unit, labelSize: 18, labelFont: FONT, labelGap: 2,
    grid: { show: scale === "y", stroke: faded(colours.line, 0.7), width: 1 },
    ticks: { show: false },
    ...(compressed ? { splits: (u, _, min, max) => thinned(u, compressedSplits(min, max), scale), filter: (_: uPlot, at: number[]) => at } : {}),
    values: (_, at) => at.map((v) => (v === null ? "" : axisFigure(v))),
  };
}

/** Figures that stand too close are left out, from zero outwards. */
function thinned(u: uPlot, at: number[], scale: string): number[] {
  const kept: number[] = [];
  for (const value of [...at].sort((a, b) => Math.abs(a) - Math.abs(b))) {
    const y = u.valToPos(value, scale);
    if (kept.every((other) => Math.abs(u.valToPos(other, scale) - y) >= 22)) kept.push(value);
  }
  return kept.sort((a, b) => a - b);
}

export function xAxis(splits: uPlot.Axis.Splits, values: (u: uPlot, at: number[]) => string[], label?: string): uPlot.Axis {
  const colours = palette();
  return {
    stroke: colours.dim, font: FONT, splits, values, size: label ? 30 : 40, gap: 4, grid: { stroke: faded(colours.line, 0.5), width: 1 }, ticks: { show: false },
    ...(label ? { label, labelSize: 18, labelFont: FONT, labelGap: 0 } : {}),
  };
}

/** Below this a compressed axis is nearly even. */
const EVEN = 20;

/** Room above and below; a floor of zero where all is above it. */
export function padded(_: uPlot, min: number | null, max: number | null): [number, number] {
  const [low, high] = [min ?? 0, max ?? 1];
  const pad = (high - low || Math.abs(high) || 1) * 0.06;
  return [low >= 0 && low - pad < 0 ? 0 : low - pad, high + pad];
}

/** The same where figures far from zero stand closer together. */
function paddedCompressed(u: uPlot, min: number | null, max: number | null): [number, number] {
  const [low, high] = padded(u, Math.asinh((min ?? 0) / EVEN), Math.asinh((max ?? 1) / EVEN));
  return [Math.sinh(low) * EVEN, Math.sinh(high) * EVEN];
}

/** The scale of prices. */
export const priceScale = (compressed: boolean): uPlot.Scale => (compressed ? { range: paddedCompressed, distr: 4, asinh: EVEN } : { range: padded });

/** Zero, and marks where they are in view. `x` of a mark is in the units of the scale. */
export function drawMarks(u: uPlot, marks: readonly Mark[], now?: number): void {
  const colours = palette();
  const { ctx } = u;
  const ratio = devicePixelRatio;
  const { left, top, width, height } = u.bbox;
  const rule = (points: [number, number, number, number], colour: string, dash: number[]) => {
    ctx.save();
    ctx.strokeStyle = colour;
    ctx.lineWidth = ratio;
    ctx.setLineDash(dash.map((d) => d * ratio));
    ctx.beginPath();
    ctx.moveTo(points[0], points[1]);
    ctx.lineTo(points[2], points[3]);
    ctx.stroke();
    ctx.restore();
  };
  const text = (what: string, x: number, y: number, colour: string, align: CanvasTextAlign) => {
    ctx.save();
    ctx.fillStyle = colour;
    ctx.font = `${11 * ratio}px Inter Variable, sans-serif`;
    ctx.textAlign = align;
    ctx.textBaseline = "alphabetic";
    ctx.fillText(what, x, y);
    ctx.restore();
  };
  const across = (value: number, colour: string, dash: number[], label = "") => {
    const y = u.valToPos(value, "y", true);
    if (!(y > top && y < top + height)) return;
    rule([left, y, left + width, y], colour, dash);
    // At the upper edge there is no room above the line.
    if (label) text(label, left + width - 4 * ratio, y + (y - top < 16 * ratio ? 13 : -4) * ratio, colour, "right");
  };
  const down = (value: number, colour: string, dash: number[], label: string, line = 0) => {
    const x = u.valToPos(value, "x", true);
    if (!(x >= left && x <= left + width)) return;
    rule([x, top, x, top + height], colour, dash);
    const right = x > left + width * 0.85;
    text(label, x + (right ? -4 : 4) * ratio, top + (11 + line * 13) * ratio, colour, right ? "right" : "left");
  };
  across(0, faded(colours.text, 0.45), []);
  // A label goes a line lower where it would stand on the one before.
  const ends: number[] = [];
  // Where a level has its label at the upper edge, instants have theirs below it.
  const above = marks.some((m) => m.y !== undefined && u.valToPos(m.y, "y", true) > top && u.valToPos(m.y, "y", true) < top + 26 * ratio) ? 2 : 0;
  const rowOf = (label: string, at: number): number => {
    const row = ends.findIndex((end) => end <= at);
    const place = row < 0 ? Math.min(ends.length, 3) : row;
    ends[place] = at + label.length * 6.5 * ratio + 12 * ratio;
    return above + place;
  };
  for (const mark of [...marks].sort((a, b) => (a.x ?? 0) - (b.x ?? 0))) {
    const colour = { dim: colours.dim, warn: colours.warn, danger: colours.danger, accent: colours.accent }[mark.tone ?? "dim"];
    if (mark.y !== undefined) across(mark.y, colour, [4, 3], mark.label);
    else if (mark.x !== undefined) down(mark.x, colour, [4, 3], mark.label, rowOf(mark.label, u.valToPos(mark.x, "x", true)));
  }
  if (now !== undefined) down(now, colours.accent, [], "now", rowOf("now", u.valToPos(now, "x", true)));
}
