// Steps that hold for their whole period, the last one before a gap and before the end of the data too.
import uPlot from "uplot";

const steps = uPlot.paths.stepped!({ align: 1, alignGaps: 1 });

export const held: uPlot.Series.PathBuilder = (u, index, from, until) => {
  const paths = steps(u, index, from, until);
  const [xs, ys, scale] = [u.data[0], u.data[index]!, u.series[index]!.scale!];
  let last = until;
  while (last > from && (ys[last] === null || ys[last] === undefined)) last -= 1;
  const [value, next] = [ys[last], xs[last + 1]];
  if (!paths || value === null || value === undefined || next === undefined) return paths;
  const [left, right, y] = [u.valToPos(xs[last]!, "x", true), u.valToPos(next, "x", true), u.valToPos(value, scale, true)];
  if (paths.stroke instanceof Path2D) paths.stroke.lineTo(right, Math.round(y));
  if (paths.fill instanceof Path2D) {
    const zero = u.valToPos(0, scale, true);
    paths.fill.rect(left, Math.min(y, zero), right - left, Math.abs(zero - y));
  }
  return paths;
};

/** After a gap no line goes up to where the next step begins. */
export const gaps = (_: uPlot, __: number, ___: number, ____: number, found: [number, number][]): [number, number][] =>
  found.map(([from, to]) => [from, to + devicePixelRatio]);
