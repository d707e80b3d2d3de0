// What is read out of reports of backtests: exact figures, tables for files, and reports side by side.
import { ratio } from "$lib/amount";
import type { BacktestDay, BacktestReport, Job, Money, RegretCause, Waterfall } from "$lib/api/types";
import type { WaterfallRow } from "$lib/chart/waterfall";
import type { Cell } from "$lib/csv";
import { less } from "$lib/exact";
import { sum } from "$lib/format";
import { strategyName } from "./strategies";

type Costs = { revenue: Money; wear: Money; fees?: Money | null; shortfall?: Money | { cost: Money } | null };

const costOf = (shortfall: Costs["shortfall"]): string => (!shortfall ? "0" : "cost" in shortfall ? shortfall.cost.amount : shortfall.amount);

/** Revenue less wear, fees and shortfall, exact. */
export const netOf = (of: Costs): string =>
  [of.wear.amount, of.fees?.amount ?? "0", costOf(of.shortfall)].reduce((rest, cost) => twoDigits(less(rest, cost)), of.revenue.amount);

const twoDigits = (amount: string): string => {
  const [whole = "0", part = ""] = amount.split(".");
  return `${whole}.${part.padEnd(2, "0")}`;
};

export const shortfallOf = costOf;

/** What the best schedule in hindsight would have had more. */
export const gapOf = (of: Costs & { perfect_foresight: Money }): string => twoDigits(less(netOf(of), of.perfect_foresight.amount));

/** The same bound without trades in the balancing product; undefined where a day does not state it. */
export function productForesight(report: BacktestReport): string | undefined {
  const values = report.days.map((day) => day.baselines?.product_foresight.amount);
  return values.length > 0 && values.every((v) => v !== undefined) ? sum(values as string[]) : undefined;
}

export const amountOf = (of: { revenues?: { product: string; amount: Money }[] }, product: string): string | undefined =>
  of.revenues?.find((one) => one.product === product)?.amount.amount;

export const productsOf = (report: BacktestReport): string[] => (report.revenues ?? []).map((one) => one.product);

export const CAUSES: Record<RegretCause, { label: string; note: string }> = {
  forecast_error: { label: "Forecast error", note: "The best schedule at the strategy's own forecast instead of that at the prices that came." },
  risk_and_limits: { label: "Risk and limits", note: "What the strategy meant to do instead of that schedule: prices it wanted, power it held back." },
  bid_form: { label: "Bid form", note: "What its curves or blocks were awarded on the venue's ticks, segments and sides." },
  partial_fill: { label: "Partial fill", note: "What was filled of the awards." },
  delivery: { label: "Delivery", note: "What the battery could deliver of it; what is missing is valued at the price it was sold at." },
  settlement: { label: "Settlement", note: "What is missing at the balancing price instead, and rounding to the cent." },
};

export const fallOf = (waterfall: Waterfall): WaterfallRow[] => [
  { label: "Perfect foresight", amount: waterfall.perfect_foresight.amount, total: true, note: "The best schedule in hindsight: all prices known, the same battery and limits." },
  ...waterfall.steps.map((step) => ({ label: CAUSES[step.cause].label, note: CAUSES[step.cause].note, amount: step.amount.amount })),
  { label: "Net", amount: waterfall.net.amount, total: true, note: "Revenue less wear, fees and shortfall." },
];

/** A report with where it came from. */
export interface Run {
  /** The job's id, with the report's place where the job has several: `id.2`. */
  ref: string;
  job: Job;
  report: BacktestReport;
}

/** The reports of a job. */
export function runsOf(job: Job): Run[] {
  if (job.result?.kind === "backtest") return [{ ref: job.id, job, report: job.result.value }];
  if (job.result?.kind === "backtests") return job.result.value.map((report, i) => ({ ref: `${job.id}.${i}`, job, report }));
  return [];
}

export const idOf = (ref: string): string => ref.split(".")[0] ?? ref;

export interface Figures {
  net: string;
  foresight: string;
  capture: string | undefined;
  currency: string;
}

export const figuresOf = (report: BacktestReport): Figures => ({
  net: netOf(report),
  foresight: report.perfect_foresight.amount,
  capture: report.capture ?? undefined,
  currency: report.revenue.currency,
});

/** Running sums, exact; a day that is missing is a gap and adds nothing. */
export function cumulated(values: readonly (string | undefined)[]): (string | undefined)[] {
  let total = "0.00";
  return values.map((value) => (value === undefined ? undefined : (total = sum([total, value]))));
}

export interface Together {
  days: string[];
  /** A row a run, with its net of each of the days. */
  nets: (string | undefined)[][];
  /** Days that all runs have. */
  common: string[];
}

/** Reports on one axis of days. */
export function together(reports: readonly BacktestReport[]): Together {
  const nets = reports.map((report) => new Map(report.days.map((day) => [day.day, netOf(day)])));
  const days = [...new Set(nets.flatMap((map) => [...map.keys()]))].sort();
  return { days, nets: nets.map((map) => days.map((day) => map.get(day))), common: days.filter((day) => nets.every((map) => map.has(day))) };
}

/** Sums over some days alone, so that runs of unlike spans can be compared. */
export function over(report: BacktestReport, days: ReadonlySet<string>): Figures & { days: number; cycles: string } {
  const kept = report.days.filter((day) => days.has(day.day));
  const net = sum(kept.map(netOf));
  const foresight = sum(kept.map((day) => day.perfect_foresight.amount));
  return {
    net: twoDigits(net), foresight: twoDigits(foresight), capture: ratio(net, foresight), currency: report.revenue.currency,
    days: kept.length, cycles: sum(kept.map((day) => day.cycles)),
  };
}

export type DaySort = "day" | "net" | "foresight" | "gap" | "capture";

/** Days in another order, for looking at the worst first. */
export function sorted(days: readonly BacktestDay[], by: DaySort, down: boolean): BacktestDay[] {
  const key = (day: BacktestDay): number =>
    ({ day: Date.parse(day.day), net: Number(netOf(day)), foresight: Number(day.perfect_foresight.amount), gap: Number(gapOf(day)), capture: Number(day.capture ?? -Infinity) })[by];
  return days.toSorted((a, b) => (key(a) - key(b)) * (down ? -1 : 1) || a.day.localeCompare(b.day));
}

export function daysCsv(report: BacktestReport): Cell[][] {
  const products = productsOf(report);
  const causes = Object.keys(CAUSES) as RegretCause[];
  const head = ["day", "net", "perfect_foresight", "capture", "revenue", ...products.map((p) => `revenue_${p}`), "wear", "fees", "shortfall", ...causes, "charged_mwh", "discharged_mwh", "cycles", "undelivered_mwh", "state_of_charge_mwh", "gates", "currency", "skipped"];
  const rows: Cell[][] = report.days.map((day) => [
    day.day, netOf(day), day.perfect_foresight.amount, day.capture, day.revenue.amount, ...products.map((p) => amountOf(day, p)), day.wear.amount,
    day.fees?.amount, costOf(day.shortfall), ...causes.map((cause) => day.waterfall?.steps.find((s) => s.cause === cause)?.amount.amount),
    day.charged, day.discharged, day.cycles, day.undelivered, day.state_of_charge, day.gate_count, day.revenue.currency, "",
  ]);
  const skipped = report.skipped.map((one): Cell[] => [one.day, ...Array.from({ length: head.length - 2 }, () => ""), one.reason]);
  return [head, ...[...rows, ...skipped].sort((a, b) => String(a[0]).localeCompare(String(b[0])))];
}

export function periodsCsv(report: BacktestReport): Cell[][] {
  const head = ["day", "start", "resolution", "price", "balancing_price", "award_mwh", "dispatch_mwh", "delivered_mwh", "state_of_charge_mwh"];
  return [head, ...report.days.flatMap((day) => (day.periods ?? []).map((p): Cell[] => [day.day, p.period.start, p.period.resolution, p.price, p.balancing_price, p.award, p.dispatch, p.delivered, p.state_of_charge]))];
}

export function compareCsv(runs: readonly Run[], all: Together): Cell[][] {
  const names = runs.map((run) => `${strategyName(run.report.request.settings?.strategy)} ${run.ref.slice(-6)}`);
  const differences = names.slice(1).map((name) => `${name} less ${names[0]}`);
  return [
    ["day", ...names.map((name) => `net ${name}`), ...differences],
    ...all.days.map((day, d): Cell[] => {
      const nets = all.nets.map((row) => row[d]);
      return [day, ...nets, ...nets.slice(1).map((net) => (net !== undefined && nets[0] !== undefined ? less(net, nets[0]) : ""))];
    }),
  ];
}
