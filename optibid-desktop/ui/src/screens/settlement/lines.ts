// Statements and profit and loss as tables and waterfalls: sums are exact, and what adds up on paper adds up here.
import { fixed, isZero, negate, ratio } from "$lib/amount";
import type { LineKind, ProfitAndLoss, SettlementLine, SettlementStatement } from "$lib/api/types";
import type { WaterfallRow } from "$lib/chart/waterfall";
import type { Cell } from "$lib/csv";
import { less, plus, times } from "$lib/exact";
import { sum } from "$lib/format";
import { resolutionMs } from "$lib/time";

export const KINDS: Record<LineKind, { label: string; note: string }> = {
  day_ahead_energy: { label: "Day-ahead energy", note: "Awarded energy at the price of its award." },
  real_time_imbalance: { label: "Real-time imbalance", note: "Metered less awarded energy, at the real-time price." },
  fees: { label: "Fees", note: "Fees per MWh; negative is paid." },
  degradation: { label: "Wear", note: "What wear of the battery costs: nobody is paid, and it is no part of the statement's total." },
};
export const KIND_ORDER = Object.keys(KINDS) as LineKind[];

export const total = (amounts: readonly string[]): string => fixed(sum(amounts), 2);

const digitsOf = (text: string): number => text.split(".")[1]?.replace(/0+$/, "").length ?? 0;
/** How many digits a column of energies shows: as many as any has, from one to three. */
export const decimals = (texts: readonly string[]): number => Math.min(3, Math.max(1, ...texts.map(digitsOf)));
/** The whole of a figure that is shown with fewer digits than it has. */
export const whole = (text: string, digits: number): string | undefined => (digitsOf(text) > digits ? `exactly ${text}` : undefined);

export interface Group {
  kind: LineKind;
  product: string | undefined;
  name: string | undefined;
  count: number;
  energy: string;
  amount: string;
}

/** Lines by what they are for, product and name. */
export function groups(lines: readonly SettlementLine[]): Group[] {
  const found = new Map<string, SettlementLine[]>();
  for (const line of lines) {
    const key = JSON.stringify([KIND_ORDER.indexOf(line.kind), line.product ?? "", line.name ?? ""]);
    const list = found.get(key);
    if (list) list.push(line);
    else found.set(key, [line]);
  }
  return [...found]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([, list]) => ({ kind: list[0]!.kind, product: list[0]!.product ?? undefined, name: list[0]!.name ?? undefined, count: list.length, energy: sum(list.map((l) => l.energy)), amount: total(list.map((l) => l.amount.amount)) }));
}

export const amountOf = (lines: readonly SettlementLine[], kind: LineKind): string => total(lines.filter((line) => line.kind === kind).map((line) => line.amount.amount));

/** A day or several: what each kind of line brought, the net, and what perfect foresight would have had more. */
export function dayFall(lines: readonly SettlementLine[], foresight: string | undefined): WaterfallRow[] {
  const parts = KIND_ORDER.map((kind) => ({ label: KINDS[kind].label, note: KINDS[kind].note, amount: amountOf(lines, kind) }));
  return closed(parts, foresight);
}

/** The same of profit and loss, by product: a month has no lines. */
export function monthFall(days: readonly ProfitAndLoss[]): WaterfallRow[] {
  const products = productsOf(days);
  const parts = [
    ...products.map((product) => ({ label: `${product} revenue`, note: `Energy sold less energy bought at prices of ${product}.`, amount: total(days.flatMap((day) => revenueOf(day, product) ?? [])) })),
    { label: KINDS.fees.label, note: KINDS.fees.note, amount: total(days.map((day) => day.fees.amount)) },
    { label: KINDS.degradation.label, note: KINDS.degradation.note, amount: total(days.map((day) => negate(day.wear.amount))) },
  ];
  // Days without a bound count on neither side of the gap.
  const bounded = days.filter((day) => day.perfect_foresight);
  const gap = bounded.length ? total(bounded.map((day) => less(day.perfect_foresight!.amount, day.net.amount))) : undefined;
  const net = total(parts.map((part) => part.amount));
  return closed(parts, gap === undefined ? undefined : fixed(plus(net, gap), 2));
}

function closed(parts: WaterfallRow[], foresight: string | undefined): WaterfallRow[] {
  const net = total(parts.map((part) => part.amount));
  const rows: WaterfallRow[] = [...parts, { label: "Net", amount: net, total: true, note: "All of the above." }];
  if (foresight === undefined) return rows;
  return [
    ...rows,
    { label: "Missed", amount: fixed(less(foresight, net), 2), note: "What the best schedule in hindsight would have had more." },
    { label: "Perfect foresight", amount: foresight, total: true, note: "The net of the best schedule in hindsight, for the same battery." },
  ];
}

export const productsOf = (days: readonly ProfitAndLoss[]): string[] => [...new Set(days.flatMap((day) => day.revenue.map((one) => one.product)))].sort();
export const revenueOf = (day: ProfitAndLoss, product: string): string | undefined => day.revenue.find((one) => one.product === product)?.amount.amount;

export interface Sums {
  net: string;
  foresight: string | undefined;
  /** Over the days that have a bound, as a ratio of sums. */
  capture: string | undefined;
  revenue: { product: string; amount: string }[];
  fees: string;
  wear: string;
  days: number;
  bounded: number;
}

export function sums(days: readonly ProfitAndLoss[]): Sums {
  const bounded = days.filter((day) => day.perfect_foresight);
  const foresight = bounded.length ? total(bounded.map((day) => day.perfect_foresight!.amount)) : undefined;
  return {
    net: total(days.map((day) => day.net.amount)),
    foresight,
    capture: foresight === undefined ? undefined : ratio(total(bounded.map((day) => day.net.amount)), foresight),
    revenue: productsOf(days).map((product) => ({ product, amount: total(days.flatMap((day) => revenueOf(day, product) ?? [])) })),
    fees: total(days.map((day) => day.fees.amount)),
    wear: total(days.map((day) => day.wear.amount)),
    days: days.length,
    bounded: bounded.length,
  };
}

export interface PeriodRow {
  start: number;
  end: number;
  lines: SettlementLine[];
  /** Energy sold ahead (positive) or bought. */
  awarded: string;
  /** Energy at the meter; undefined where no imbalance was settled, so that delivery counts as awarded. */
  metered: string | undefined;
  /** The price of the award, where one line alone has it or all have the same. */
  price: string | undefined;
  amounts: Record<LineKind, string>;
  /** All of it, wear taken off. */
  net: string;
}

/** A day by periods of one length: finer lines, such as quarter-hour imbalance, stand in the period they lie in. */
export function periodRows(lines: readonly SettlementLine[], starts: readonly number[], resolution: string): PeriodRow[] {
  const step = resolutionMs(resolution);
  const settled = lines.some((line) => line.kind === "real_time_imbalance");
  const within = new Map<number, SettlementLine[]>(starts.map((start) => [start, []]));
  for (const line of lines) {
    const at = Date.parse(line.period.start);
    within.get(Math.floor(at / step) * step)?.push(line);
  }
  return starts.map((start) => {
    const own = within.get(start) ?? [];
    const ahead = own.filter((line) => line.kind === "day_ahead_energy");
    const awarded = sum(ahead.map((line) => line.energy));
    const imbalance = own.filter((line) => line.kind === "real_time_imbalance");
    const amounts = Object.fromEntries(KIND_ORDER.map((kind) => [kind, amountOf(own, kind)])) as Record<LineKind, string>;
    return {
      start, end: start + step, lines: own, awarded,
      metered: settled ? plus(awarded, sum(imbalance.map((line) => line.energy))) : undefined,
      price: ahead.length > 0 && ahead.every((line) => line.price === ahead[0]!.price) ? ahead[0]!.price : undefined,
      amounts, net: total(Object.values(amounts)),
    };
  });
}

/** Price times energy without rounding, and whether the amount is that, rounded. */
export function arithmetic(line: SettlementLine): { exact: string; rounded: boolean } {
  const exact = times(line.energy, line.price);
  return { exact, rounded: isZero(less(fixed(exact, 2), line.amount.amount)) };
}

export const monthCsv = (days: readonly ProfitAndLoss[]): Cell[][] => {
  const products = productsOf(days);
  return [
    ["day", ...products.map((product) => `revenue_${product}`), "fees", "wear", "net", "perfect_foresight", "capture", "currency"],
    ...days.map((day): Cell[] => [day.day, ...products.map((product) => revenueOf(day, product)), day.fees.amount, negate(day.wear.amount), day.net.amount, day.perfect_foresight?.amount, day.capture, day.currency]),
  ];
};

export const dayCsv = (statements: readonly SettlementStatement[]): Cell[][] => [
  ["day", "market", "location", "kind", "product", "name", "start", "resolution", "energy_mwh", "price", "amount", "currency", "award", "statement"],
  ...statements.flatMap((one) =>
    one.lines.map((line): Cell[] => [one.day, one.market, one.location, line.kind, line.product, line.name, line.period.start, line.period.resolution, line.energy, line.price, line.amount.amount, line.amount.currency, line.award, one.id]),
  ),
];

/** The days of a month: `2024-08` has 31. */
export function daysOf(month: string): string[] {
  const [year, m] = month.split("-").map(Number) as [number, number];
  const count = new Date(Date.UTC(year, m, 0)).getUTCDate();
  return Array.from({ length: count }, (_, i) => `${month}-${String(i + 1).padStart(2, "0")}`);
}

export function shiftMonth(month: string, by: number): string {
  const [year, m] = month.split("-").map(Number) as [number, number];
  return new Date(Date.UTC(year, m - 1 + by, 1)).toISOString().slice(0, 7);
}
