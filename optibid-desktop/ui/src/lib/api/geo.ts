// Prices of all locations of a market with their places, as GeoJSON.
import { api } from "./client";

export interface PriceFeature {
  type: "Feature";
  /** Longitude and latitude; null where the market publishes none. */
  geometry: { type: "Point"; coordinates: [number, number] } | null;
  properties: {
    location: string;
    name: string;
    kind: string;
    product: string;
    /** The period the price holds for; null where there is no price then. */
    start: string | null;
    end: string | null;
    price: string | null;
    /** The parts of the price, where they are published. */
    energy: string | null;
    congestion: string | null;
    loss: string | null;
  };
}
export interface PriceMap {
  type: "FeatureCollection";
  features: PriceFeature[];
}

type Get = (path: string, init: { params: { path: object; query: object }; signal?: AbortSignal }) => Promise<{ data?: PriceMap }>;

/** The prices of a product at all locations: those that held at an instant, or the newest. */
export async function priceMap(market: string, product: string, at?: string, signal?: AbortSignal): Promise<PriceMap> {
  const query = at === undefined ? { product } : { product, at };
  const { data } = await (api.GET as unknown as Get)("/api/markets/{market}/geojson", { params: { path: { market }, query }, ...(signal ? { signal } : {}) });
  return data!;
}
