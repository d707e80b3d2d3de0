// Starting runs: what data there are for one, and the calls.
import { api, read } from "$lib/api/client";
import type { Asset, BacktestRequest, Job, JobSpec, Role } from "$lib/api/types";
import { markets } from "$lib/market.svelte";
import { addDays, dateOf, dayStart, resolutionMs } from "$lib/time";
import { batteryOf } from "./jobs";

/** Who may start and stop runs and settle days, as the server's roles say. */
export const mayRun = (role: Role | undefined): boolean => role === "super_admin" || role === "org_admin" || role === "analyst";

/** What prices of a product there are at a place. */
export interface Coverage {
  product: string;
  /** First and last delivery day that is whole; absent without prices. */
  from?: string;
  to?: string;
  count: number;
  /** Periods without a price between the first and the last. */
  missing: number;
  resolution?: string;
}

/** No market's prices are older. */
const EARLIEST = "2000-01-01";

export async function coverage(market: string, product: string, location: string, signal?: AbortSignal): Promise<Coverage> {
  const zone = markets.product(market, product)?.time_zone ?? "UTC";
  const to = addDays(dateOf(Date.now(), zone), 7);
  const { summary } = await read(
    api.GET("/api/market-data/summary", { params: { query: { market, product, location, from: EARLIEST, to } }, ...(signal ? { signal } : {}) }),
  );
  if (!summary) return { product, count: 0, missing: 0 };
  const step = resolutionMs(summary.first.resolution);
  const [first, last] = [Date.parse(summary.first.start), Date.parse(summary.last.start)];
  const [firstDay, lastDay] = [dateOf(first, zone), dateOf(last, zone)];
  return {
    product, count: summary.count, missing: Math.max(0, Math.round((last - first) / step) + 1 - summary.count), resolution: summary.first.resolution,
    from: first === dayStart(firstDay, zone) ? firstDay : addDays(firstDay, 1),
    to: last + step === dayStart(addDays(lastDay, 1), zone) ? lastDay : addDays(lastDay, -1),
  };
}

/** The days that all products have. */
export function common(all: readonly Coverage[]): { from: string; to: string } | undefined {
  let [from, to] = ["0000-01-01", "9999-12-31"];
  for (const one of all) {
    if (!one.from || !one.to) return undefined;
    if (one.from > from) from = one.from;
    if (one.to < to) to = one.to;
  }
  return all.length > 0 && from <= to ? { from, to } : undefined;
}

/** How many days of prices a forecast wants before the first day; the server names the days that it leaves out. */
export const HISTORY_DAYS = 7;

export const startBacktest = (request: BacktestRequest, key: string): Promise<Job> =>
  read(api.POST("/api/backtests", { body: request, params: { header: { "Idempotency-Key": key } } }));

export const startJob = (spec: JobSpec, key: string): Promise<Job> =>
  read(api.POST("/api/jobs", { body: spec, params: { header: { "Idempotency-Key": key } } }));

/** A backtest of a battery over the newest 30 days with prices, day-ahead, with all that can be looked into. */
export async function firstBacktest(asset: Asset, key: string): Promise<Job> {
  const battery = batteryOf(asset);
  if (!battery) throw new Error(`${asset.name} is no battery`);
  const products = markets.market(asset.market)?.products ?? [];
  const product = (products.find((one) => one.kind === "day_ahead") ?? products[0])?.product;
  if (!product) throw new Error(`the market ${asset.market} has no product`);
  const data = common([await coverage(asset.market, product, asset.location)]);
  if (!data) throw new Error(`there are no prices of ${product} at ${asset.location}`);
  const month = addDays(data.to, -29);
  const warm = addDays(data.from, HISTORY_DAYS);
  const from = month > warm ? month : warm <= data.to ? warm : data.from;
  return startBacktest({
    market: asset.market, product, location: asset.location, from, to: data.to, battery: plain(battery),
    settings: { strategy: { kind: "opportunity_cost" }, balancing: null, detail: true, fill: "1", seed: 0 },
  }, key);
}

/** The battery without the word for its kind, as a request takes it. */
export function plain<T extends object>(battery: T): T {
  const { type: _, ...rest } = battery as T & { type?: string };
  return rest as T;
}
