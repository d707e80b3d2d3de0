// The address of a form filled in as a run was.
import type { Asset, JobSpec } from "$lib/api/types";
import { shift } from "$lib/exact";
import { batteryOf } from "./jobs";
import { strategyKey } from "./strategies";

/** Parts of the address of `/runs/new`. */
export function formOf(spec: JobSpec, assets: readonly Asset[]): Record<string, string | undefined> {
  if (spec.kind === "offer") return { kind: "optimise", assets: spec.asset, trade: spec.product, from: spec.day, to: spec.day };
  if (spec.kind === "optimisation" || spec.kind === "explanation")
    return { kind: "optimise", assets: spec.asset, trade: spec.product, from: spec.from, to: spec.to, reasons: spec.kind === "optimisation" ? "no" : undefined };
  const requests = spec.kind === "backtest" ? [spec.request] : spec.requests;
  const [first] = requests;
  if (!first) return {};
  const same = assets.filter((asset) =>
    requests.some((one) => {
      const battery = batteryOf(asset);
      return battery && asset.market === one.market && asset.location === one.location && battery.energy_capacity === one.battery.energy_capacity && battery.discharge_limit === one.battery.discharge_limit;
    }),
  );
  const own = same[0] && batteryOf(same[0])?.degradation_cost;
  const wear = first.battery.degradation_cost;
  return {
    assets: same.map((asset) => asset.id).join(",") || undefined,
    trade: first.product,
    balancing: first.settings?.balancing ?? undefined,
    strategy: [...new Set(requests.map((one) => strategyKey(one.settings?.strategy ?? { kind: "opportunity_cost" })))].join(","),
    from: first.from,
    to: first.to,
    wear: wear !== undefined && own !== undefined && Number(wear) !== Number(own) ? wear : undefined,
    fill: first.settings?.fill && Number(first.settings.fill) !== 1 ? shift(first.settings.fill, 2) : undefined,
    seed: first.settings?.seed ? String(first.settings.seed) : undefined,
    detail: first.settings?.detail ? "yes" : "no",
  };
}
