// What the views of the market share: the day-ahead and the real-time series of what is looked at, its unit and its names.
import { api, read } from "$lib/api/client";
import type { ProductView } from "$lib/api/types";
import { markets, seriesKey, view } from "$lib/market.svelte";
import type { SeriesId } from "$lib/prices";

export type Kind = "rt" | "da";
export interface Named {
  kind: Kind;
  id: SeriesId;
  /** `Real-time`. */
  name: string;
  product: ProductView;
}

/** The real-time and the day-ahead series at the location, those that the market has. */
export function pair(): Named[] {
  const { market, location } = view;
  if (!market || !location) return [];
  const products = markets.market(market)?.products ?? [];
  const ahead = products.find((p) => p.product === view.product && p.kind === "day_ahead") ?? products.find((p) => p.kind === "day_ahead");
  const real = products.find((p) => p.product === view.product && p.kind === "real_time") ?? products.find((p) => p.kind === "real_time");
  const found: Named[] = [];
  if (real) found.push({ kind: "rt", id: { market, product: real.product, location }, name: "Real-time", product: real });
  if (ahead) found.push({ kind: "da", id: { market, product: ahead.product, location }, name: "Day-ahead", product: ahead });
  return found;
}

/** `ERCOT RTM HB_SOUTH` apart again; a location may have spaces in its name. */
export function parseKey(key: string): SeriesId | undefined {
  const [market, product, ...rest] = key.split(" ");
  const location = rest.join(" ");
  return market && product && location ? { market, product, location } : undefined;
}

/** Series of the address: `ERCOT RTM HB_SOUTH|ERCOT DAM HB_SOUTH`. */
export const parseKeys = (text: string | undefined): SeriesId[] | undefined =>
  text === undefined ? undefined : text.split("|").map(parseKey).filter((one) => one !== undefined).slice(0, 4);
export const writeKeys = (series: readonly SeriesId[]): string => series.map(seriesKey).join("|");

export const currencyOf = (id: SeriesId): string => markets.product(id.market, id.product)?.currency ?? "";
export const zoneOf = (id: SeriesId): string => markets.product(id.market, id.product)?.time_zone ?? "UTC";
export const unitOf = (id: SeriesId): string => `${currencyOf(id)}/MWh`;

const rules = new Map<string, Promise<ProductView>>();
/** The rules of a product on a delivery day. */
export function rulesOf(market: string, product: string, day: string): Promise<ProductView> {
  const key = `${market} ${product} ${day}`;
  let found = rules.get(key);
  if (!found) {
    found = read(api.GET("/api/markets/{market}/rules", { params: { path: { market }, query: { product, day } } }));
    found.catch(() => rules.delete(key));
    rules.set(key, found);
  }
  return found;
}

/** `ERCOT-RTM-HB_SOUTH`: what a file can be named. */
export const fileName = (...parts: string[]): string => parts.join("-").replace(/[^\w.-]+/g, "_");

/** The address of a series as CSV, from one instant to another. */
export function exportPath(id: SeriesId, from: number, until: number): string {
  const query = new URLSearchParams({ market: id.market, product: id.product, location: id.location, from: new Date(from).toISOString(), to: new Date(until).toISOString() });
  return `/api/market-data/export?${query}`;
}
