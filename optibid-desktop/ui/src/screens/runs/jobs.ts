// What a job is about, in words and in figures that its specification holds.
import type { Asset, Battery, Job, JobSpec, JobState } from "$lib/api/types";
import { power } from "$lib/format";
import { dayShort, duration } from "$lib/time";
import { strategyName } from "./strategies";

export const ENDED: readonly JobState[] = ["done", "failed", "cancelled"];
export const hasEnded = (job: Job): boolean => ENDED.includes(job.state);

export type Group = "backtest" | "optimise" | "offer";
export const groupOf = (spec: JobSpec): Group =>
  spec.kind === "offer" ? "offer" : spec.kind === "backtest" || spec.kind === "backtests" ? "backtest" : "optimise";

export const KINDS: Record<JobSpec["kind"], string> = {
  backtest: "Backtest", backtests: "Backtests", optimisation: "Optimisation", explanation: "Optimisation", offer: "Offer",
};

/** First and last delivery day. */
export function spanOf(spec: JobSpec): { from: string; to: string } {
  switch (spec.kind) {
    case "backtest":
      return spec.request;
    case "backtests":
      return {
        from: spec.requests.map((r) => r.from).reduce((a, b) => (a < b ? a : b), "9999-12-31"),
        to: spec.requests.map((r) => r.to).reduce((a, b) => (a > b ? a : b), "0000-01-01"),
      };
    case "offer":
      return { from: spec.day, to: spec.day };
    default:
      return spec;
  }
}

export const daysBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1;

/** `10 Jun – 31 Aug 2024`. */
export function spanText(from: string, to: string): string {
  const end = `${dayShort(to)} ${to.slice(0, 4)}`;
  if (from === to) return end;
  return `${dayShort(from)}${from.slice(0, 4) === to.slice(0, 4) ? "" : ` ${from.slice(0, 4)}`} – ${end}`;
}

export const batteryOf = (asset: Asset): Battery | undefined => (asset.kind.type === "battery" ? asset.kind : undefined);

const sizeText = (battery: Battery): string => `${power(battery.discharge_limit)} MW / ${power(battery.energy_capacity)} MWh`;

/** The asset's name where one has this battery; else its size and place. A backtest holds the battery itself, so that it stays what it was. */
export function batteryName(assets: readonly Asset[], of: { market: string; location: string; battery: Battery }): string {
  const found = assets.find((asset) => {
    const battery = batteryOf(asset);
    return battery && asset.market === of.market && asset.location === of.location && battery.energy_capacity === of.battery.energy_capacity && battery.discharge_limit === of.battery.discharge_limit && battery.charge_limit === of.battery.charge_limit;
  });
  return found?.name ?? `${of.location}, ${sizeText(of.battery)}`;
}

/** What it runs: `HB_SOUTH battery`. */
export function subjectOf(spec: JobSpec, assets: readonly Asset[]): string {
  switch (spec.kind) {
    case "backtest":
      return batteryName(assets, spec.request);
    case "backtests":
      return [...new Set(spec.requests.map((request) => batteryName(assets, request)))].join(", ");
    default:
      return assets.find((asset) => asset.id === spec.asset)?.name ?? `asset ${spec.asset.slice(-6)}`;
  }
}

/** `ERCOT DAM`, `ERCOT DAM + RTM`. */
export function tradeOf(spec: JobSpec, assets: readonly Asset[]): string {
  const request = spec.kind === "backtest" ? spec.request : spec.kind === "backtests" ? spec.requests[0] : undefined;
  if (request) return `${request.market} ${request.product}${request.settings?.balancing ? ` + ${request.settings.balancing}` : ""}`;
  const single = spec as Exclude<JobSpec, { kind: "backtest" | "backtests" }>;
  return `${assets.find((asset) => asset.id === single.asset)?.market ?? ""} ${single.product}`.trim();
}

export function methodOf(spec: JobSpec): string {
  switch (spec.kind) {
    case "backtest":
      return strategyName(spec.request.settings?.strategy);
    case "backtests": {
      const names = [...new Set(spec.requests.map((request) => strategyName(request.settings?.strategy)))];
      return names.length > 2 ? `${names.length} strategies` : names.join(", ");
    }
    case "optimisation":
      return "Best schedule";
    case "explanation":
      return "Best schedule, with reasons";
    case "offer":
      return "Offer curves";
  }
}

/** How long it took, its waiting included. */
export function took(job: Job): string {
  const ms = Date.parse(job.updated_at) - Date.parse(job.created_at);
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : duration(ms);
}
