// The market that an asset trades in, with the day and product of the header: what its page is about.
import { markets, view } from "$lib/market.svelte";
import { settings } from "$lib/settings.svelte";
import type { Asset } from "$lib/api/types";

export interface Desk {
  market: string;
  product: string;
  location: string;
  day: string;
  currency: string;
  /** The zone of the market's days. */
  marketZone: string;
  /** The zone that times are shown in. */
  zone: string;
}

/** The product is that of the header where the asset trades there, else the day-ahead product of its market. */
export function deskOf(asset: Asset): Desk {
  const products = markets.market(asset.market)?.products ?? [];
  const wanted = asset.market === view.market ? products.find((one) => one.product === view.product) : undefined;
  const product = wanted ?? products.find((one) => one.kind === "day_ahead") ?? products[0];
  const marketZone = product?.time_zone ?? "UTC";
  return {
    market: asset.market, product: product?.product ?? "", location: asset.location, day: view.day,
    currency: product?.currency ?? "", marketZone, zone: settings.zoneFor(marketZone),
  };
}
