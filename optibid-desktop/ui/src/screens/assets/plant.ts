// What measured power comes to, in the words of a plant or a load.
import type { AssetKind } from "$lib/api/types";
import { count, percent, power, price } from "$lib/format";
import type { Shown } from "$lib/ui/Figures.svelte";
import { energies, held, interval, startsOf, type Held, type Sample } from "./day";

const HOUR = 3_600_000;

/** The price from which it pays to run, or up to which it pays to buy. */
export function worthRunning(kind: AssetKind): { at: number; label: string } | undefined {
  switch (kind.type) {
    case "solar":
    case "wind":
      return { at: -Number(kind.curtailment_cost ?? 0), label: "worth running from" };
    case "thermal":
      return { at: Number(kind.marginal_cost), label: "marginal cost" };
    case "load":
      return { at: Number(kind.value_of_lost_load), label: "worth buying up to" };
    default:
      return undefined;
  }
}

export interface Span {
  kind: AssetKind;
  /** The largest power, as a magnitude. */
  most: number;
  currency: string;
  product: string;
  samples: readonly Sample[];
  prices: readonly Held[];
  from: number;
  until: number;
}

/** Energy at the price that held when it was measured; the rest of the energy had no price. */
export function valued({ samples, prices, from, until }: Pick<Span, "samples" | "prices" | "from" | "until">): { energy: number; amount: number } {
  const inside = samples.filter((one) => one.at >= from && one.at < until);
  const usual = interval(inside) ?? 15 * 60_000;
  const cost = held(prices, inside.map((one) => one.at));
  let [energy, amount] = [0, 0];
  inside.forEach((one, i) => {
    const at = cost[i];
    if (at === null || at === undefined) return;
    const next = inside[i + 1]?.at;
    const hours = Math.min(next !== undefined && next - one.at <= 3 * usual ? next - one.at : usual, until - one.at) / HOUR;
    energy += one.power * hours;
    amount += one.power * hours * at;
  });
  return { energy, amount };
}

/** Hours of the span in which the price was such. */
const hoursWhere = ({ prices, from, until }: Span, wanted: (value: number) => boolean): number =>
  prices.filter((one) => one.start >= from && one.start < until && wanted(one.value)).reduce((total, one) => total + (one.end - one.start) / HOUR, 0);

export function plantFigures(span: Span): Shown[] {
  const { kind, most, currency, samples, prices, from, until } = span;
  const inside = samples.filter((one) => one.at >= from && one.at < until);
  const run = energies(inside, from, until);
  const known = prices.filter((one) => one.start >= from && one.start < until);
  const takes = kind.type === "load";
  const energy = takes ? run.charged : run.discharged;
  const seen = run.hours > 0;
  const worth = valued(span);
  const mean = known.length ? known.reduce((total, one) => total + one.value, 0) / known.length : undefined;
  const captured = Math.abs(worth.energy) > 1e-6 ? worth.amount / worth.energy : undefined;
  const peak = inside.length ? Math.max(...inside.map((one) => (takes ? -one.power : one.power))) : undefined;
  const at = worthRunning(kind);
  const mwh = (value: number) => power(value.toFixed(value >= 1000 ? 0 : 1));
  const perMwh = `${currency}/MWh`;
  const figures: Shown[] = [
    { label: "Hours measured", value: seen ? power(run.hours.toFixed(1)) : "–", tip: "Hours with a reading; a silence counts as nothing measured" },
    { label: takes ? "Energy taken" : "Energy fed in", value: seen ? mwh(energy) : "–", unit: "MWh" },
    { label: takes ? "Load factor" : "Capacity factor", value: seen ? percent(energy / (most * run.hours)) : "–", tip: "Energy over what the largest power would give in the hours measured" },
    { label: "Peak", value: peak === undefined ? "–" : power(peak.toFixed(2)), unit: "MW" },
    { label: takes ? "Cost" : "Worth", value: captured === undefined ? "–" : price(Math.abs(worth.amount).toFixed(2)), unit: currency, tip: "Measured energy at the price of its period; what was settled is on the settlement page" },
    { label: takes ? "Price paid" : "Captured", value: captured === undefined ? "–" : price(captured.toFixed(2)), unit: perMwh, tip: `Weighed by energy. The mean of all periods is ${mean === undefined ? "not known" : price(mean.toFixed(2))}` },
    { label: takes ? "Against the mean" : "Capture rate", value: captured === undefined || !mean ? "–" : percent(captured / mean), tip: "That price over the mean of all periods" },
  ];
  if (kind.type === "thermal") {
    const running = energies(inside.map((one) => ({ ...one, power: one.power > 1e-9 ? 1 : 0 })), from, until).discharged;
    const margin = captured === undefined ? undefined : worth.amount - worth.energy * Number(kind.marginal_cost);
    const starts = startsOf(inside);
    figures.push(
      { label: "Hours on", value: seen ? power(running.toFixed(1)) : "–", unit: "h" },
      { label: "Starts", value: seen ? count(starts) : "–" },
      { label: "Start-up cost", value: seen ? price((starts * Number(kind.start_up_cost.amount)).toFixed(2)) : "–", unit: currency },
      { label: "Margin", value: margin === undefined ? "–" : price(margin.toFixed(2)), unit: currency, tone: margin !== undefined && margin < 0 ? "warn" : undefined, tip: "Worth less energy times the marginal cost; no-load and start-up costs are not taken off" },
      { label: "No-load cost", value: seen ? price((running * Number(kind.no_load_cost.amount)).toFixed(2)) : "–", unit: currency, tip: "Hours on times the no-load cost" },
      { label: "Hours in merit", value: known.length ? power(hoursWhere(span, (value) => value > at!.at).toFixed(1)) : "–", unit: "h", tip: "Hours in which the price was above the marginal cost" },
    );
  } else if (takes) {
    figures.push({ label: "Too dear to buy", value: known.length ? power(hoursWhere(span, (value) => value > at!.at).toFixed(1)) : "–", unit: "h", tip: "Hours in which the price was above the value of lost load" });
  } else {
    figures.push({ label: "Better curtailed", value: known.length ? power(hoursWhere(span, (value) => value < at!.at).toFixed(1)) : "–", unit: "h", tip: `Hours in which the price was below ${price(at!.at)}, from which it is worth running` });
  }
  return figures;
}
