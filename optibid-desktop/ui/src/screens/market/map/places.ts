// Locations with their prices at one period: from the map of the market, and for those it does not hold from their own series.
import { api, read } from "$lib/api/client";
import { Fault } from "$lib/api/fault";
import { priceMap, type PriceFeature } from "$lib/api/geo";
import type { Location } from "$lib/api/types";
import { toNumber } from "$lib/format";
import { pointOf, type PricePoint, type SeriesId } from "$lib/prices";

export const PARTS = ["price", "energy", "congestion", "loss"] as const;
export type Part = (typeof PARTS)[number];

export interface Place {
  location: string;
  name: string;
  kind: string;
  /** Longitude and latitude, where they are known. */
  at: [number, number] | undefined;
  start: string | undefined;
  end: string | undefined;
  price: string | undefined;
  energy: string | undefined;
  congestion: string | undefined;
  loss: string | undefined;
}

export const placeOf = ({ geometry, properties: p }: PriceFeature): Place => ({
  location: p.location, name: p.name, kind: p.kind, at: geometry?.coordinates,
  start: p.start ?? undefined, end: p.end ?? undefined, price: p.price ?? undefined, energy: p.energy ?? undefined, congestion: p.congestion ?? undefined, loss: p.loss ?? undefined,
});

/** The market's map at an instant. A market without one has no features. */
export async function features(market: string, product: string, at: string, signal: AbortSignal): Promise<Place[]> {
  try {
    return (await priceMap(market, product, at, signal)).features.map(placeOf);
  } catch (error) {
    if (error instanceof Fault && error.code === "not_found") return [];
    throw error;
  }
}

/** Most series that are read one by one. */
const MOST = 40;
const days = new Map<string, Promise<PricePoint[]>>();

function dayOf(id: SeriesId, from: number, until: number): Promise<PricePoint[]> {
  const key = JSON.stringify([id, from, until]);
  let found = days.get(key);
  if (!found) {
    const query = { ...id, from: new Date(from).toISOString(), to: new Date(until).toISOString(), limit: 1_000 };
    found = read(api.GET("/api/market-data/history", { params: { query } })).then((part) => part.items.map(pointOf));
    found.catch(() => days.delete(key));
    // A day that goes on gets more prices.
    if (until > Date.now() - 86_400_000) setTimeout(() => days.delete(key), 60_000);
    days.set(key, found);
    if (days.size > 400) days.delete(days.keys().next().value!);
  }
  return found;
}

/** Priced locations that the map does not hold, with what held at an instant of the day. */
export async function missing(ids: readonly SeriesId[], known: readonly Place[], listed: readonly Location[], at: number, from: number, until: number): Promise<Place[]> {
  const there = new Set(known.map((place) => place.location));
  const wanted = ids.filter((id) => !there.has(id.location)).slice(0, MOST);
  return Promise.all(wanted.map(async (id) => {
    const point = (await dayOf(id, from, until)).find((p) => p.start <= at && at < p.end);
    const about = listed.find((one) => one.code === id.location);
    const place = about?.longitude != null && about.latitude != null ? ([Number(about.longitude), Number(about.latitude)] as [number, number]) : undefined;
    return {
      location: id.location, name: about?.name ?? "", kind: about?.kind ?? "", at: place,
      start: point && new Date(point.start).toISOString(), end: point && new Date(point.end).toISOString(), price: point?.price,
      energy: point?.components?.energy, congestion: point?.components?.congestion, loss: point?.components?.loss,
    };
  }));
}

export const valueOf = (place: Place, part: Part): number => toNumber(place[part]);

export type SortKey = "location" | "kind" | Part;
export function sorted(places: readonly Place[], by: SortKey, down: boolean): Place[] {
  const text = by === "location" || by === "kind";
  return [...places].sort((a, b) => {
    if (text) return (down ? -1 : 1) * a[by].localeCompare(b[by]) || a.location.localeCompare(b.location);
    const [x, y] = [valueOf(a, by), valueOf(b, by)];
    // Those without a price come last either way.
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y)) || a.location.localeCompare(b.location);
    return (down ? y - x : x - y) || a.location.localeCompare(b.location);
  });
}

export interface Filter {
  words: string;
  low: number | undefined;
  high: number | undefined;
  part: Part;
}
export function shown(places: readonly Place[], { words, low, high, part }: Filter): Place[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return places.filter((place) => {
    const text = `${place.location} ${place.name} ${place.kind}`.toLowerCase();
    if (!wanted.every((word) => text.includes(word))) return false;
    if (low === undefined && high === undefined) return true;
    const value = valueOf(place, part);
    return value >= (low ?? -Infinity) && value <= (high ?? Infinity);
  });
}

export interface Segment {
  part: "energy" | "congestion" | "loss";
  from: number;
  to: number;
}
/** The parts of a price end to end: those above zero to the right of it, those below to the left. */
export function segments(place: Place): Segment[] {
  let [right, left] = [0, 0];
  return (["energy", "congestion", "loss"] as const).flatMap((part) => {
    const value = valueOf(place, part);
    if (!Number.isFinite(value) || value === 0) return [];
    if (value > 0) return [{ part, from: right, to: (right += value) }];
    return [{ part, to: left, from: (left += value) }];
  });
}
