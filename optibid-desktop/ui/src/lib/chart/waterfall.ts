// How a waterfall lies on its axis: levels from exact amounts, numbers for drawing alone.
import { isZero } from "../amount";
import { less, plus } from "../exact";

export interface WaterfallRow {
  label: string;
  /** What it adds; of a total, the level itself. */
  amount: string;
  total?: boolean;
  /** What it means, in a sentence. */
  note?: string;
}

export interface Placed extends WaterfallRow {
  /** Where its bar begins and ends, as shares of the axis. */
  from: number;
  until: number;
  /** The level after it. */
  level: number;
}

export interface Fall {
  rows: Placed[];
  zero: number | undefined;
  /** Where the axis begins, where that is not zero. */
  cut: number | undefined;
}

/** Where all levels lie close together far from zero, the axis is cut: steps would be slivers otherwise. */
const CUT_BELOW = 0.35;

export function fall(rows: readonly WaterfallRow[]): Fall {
  let level = "0";
  const spans = rows.map((row) => {
    const before = row.total ? "0" : level;
    level = row.total ? row.amount : plus(level, row.amount);
    return { row, before: Number(before), after: Number(level) };
  });
  const levels = spans.flatMap((span) => (span.row.total ? [span.after] : [span.before, span.after]));
  const [low, high] = [Math.min(...levels), Math.max(...levels)];
  const far = low > 0 && high - low < CUT_BELOW * high;
  const start = far ? low - (high - low || high) * 0.2 : Math.min(0, low);
  const length = Math.max(0, high) - start || 1;
  const at = (value: number) => Math.min(1, Math.max(0, (value - start) / length));
  return {
    rows: spans.map(({ row, before, after }) => ({ ...row, from: at(Math.min(before, after)), until: at(Math.max(before, after)), level: at(after) })),
    zero: far ? undefined : at(0),
    cut: far ? start : undefined,
  };
}

/** Whether steps and totals agree: every total is the sum of the steps since the one before it. */
export function holds(rows: readonly WaterfallRow[]): boolean {
  let level: string | undefined;
  for (const row of rows) {
    if (row.total && level !== undefined && !isZero(less(level, row.amount))) return false;
    level = row.total ? row.amount : plus(level ?? "0", row.amount);
  }
  return true;
}
