// What settling asks of a market's prices.
import { api, read } from "$lib/api/client";
import type { ProductView, Resolution } from "$lib/api/types";
import { markets } from "$lib/market.svelte";
import type { TheirProduct } from "./statement";

/** The length of the periods that a product's prices settle by: what its prices of the day have, else what is bid for. */
export async function resolutionOf(market: string, product: string, location: string, day: string, signal?: AbortSignal): Promise<Resolution> {
  const view = await read(api.GET("/api/market-data/summary", { params: { query: { market, product, location, from: day, to: day } }, ...(signal ? { signal } : {}) }));
  return view.summary?.first.resolution ?? markets.product(market, product)?.resolution ?? "PT60M";
}

/** The products of a market as a venue's statement names them. */
export const theirProducts = (products: readonly ProductView[], settled: ReadonlyMap<string, string>): TheirProduct[] =>
  products.map((one) => ({ product: one.product, kind: one.kind, resolution: settled.get(one.product) ?? one.resolution }));
