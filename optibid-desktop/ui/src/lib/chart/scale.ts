// Colours of values: even to the eye, around zero where there are prices below it.

export interface Scale {
  (value: number): string;
  low: number;
  high: number;
  gradient: string;
}

/** Stops of a sequential map from dark to bright (viridis), and of the side below zero. */
const ABOVE: [number, number, number][] = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]];
const BELOW: [number, number, number][] = [[68, 1, 84], [140, 41, 129], [222, 73, 104], [254, 159, 109], [252, 253, 191]];

function between(stops: [number, number, number][], at: number): string {
  const place = Math.min(1, Math.max(0, at)) * (stops.length - 1);
  const index = Math.min(stops.length - 2, Math.floor(place));
  const [a, b] = [stops[index]!, stops[index + 1]!];
  const part = place - index;
  return `rgb(${a.map((v, i) => Math.round(v + (b[i]! - v) * part)).join(" ")})`;
}

/** The value below which so much of the sorted values lies. */
export const quantile = (sorted: number[], q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;

/** A scale in which one spike does not make all else look the same: its ends are the 1st and 99th hundredth, beyond which colours no longer change. */
export function diverging(values: number[]): Scale {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const [low, high] = [Math.min(0, quantile(sorted, 0.01)), Math.max(1, quantile(sorted, 0.99))];
  const of = (value: number) => (value >= 0 ? between(ABOVE, value / high) : between(BELOW, value / low));
  const stops = Array.from({ length: 13 }, (_, i) => of(low + ((high - low) * i) / 12));
  return Object.assign(of, { low, high, gradient: `linear-gradient(90deg, ${stops.join(", ")})` });
}
