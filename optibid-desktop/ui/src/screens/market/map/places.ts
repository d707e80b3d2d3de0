// Locations with their prices at one period: sorted, filtered, and taken apart.
import type { LocationFeature } from "$lib/api/types";
import { toNumber } from "$lib/format";

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
  greenhouse_gas: string | undefined;
}

export const placeOf = ({ geometry, properties: p }: LocationFeature): Place => ({
  location: p.location, name: p.name, kind: p.kind, at: geometry ? [Number(geometry.coordinates[0]), Number(geometry.coordinates[1])] : undefined,
  start: p.start ?? undefined, end: p.end ?? undefined, price: p.price ?? undefined,
  energy: p.energy ?? undefined, congestion: p.congestion ?? undefined, loss: p.loss ?? undefined, greenhouse_gas: p.greenhouse_gas ?? undefined,
});

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
  part: "energy" | "congestion" | "loss" | "greenhouse_gas";
  from: number;
  to: number;
}
/** The parts of a price end to end: those above zero to the right of it, those below to the left. */
export function segments(place: Place): Segment[] {
  let [right, left] = [0, 0];
  return (["energy", "congestion", "loss", "greenhouse_gas"] as const).flatMap((part) => {
    const value = toNumber(place[part]);
    if (!Number.isFinite(value) || value === 0) return [];
    if (value > 0) return [{ part, from: right, to: (right += value) }];
    return [{ part, to: left, from: (left += value) }];
  });
}
