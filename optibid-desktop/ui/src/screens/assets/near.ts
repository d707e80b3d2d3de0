// A place and how far around it: in the address as `near=29.42,-98.49&radius=250`.
import { typed } from "$lib/exact";

export interface Near {
  latitude: string;
  longitude: string;
  /** Kilometres. */
  radius: number;
}

export const writtenPlace = (latitude: string | number, longitude: string | number): string => {
  const digits = (value: string | number) => (typeof value === "number" ? String(Number(value.toFixed(4))) : value);
  return `${digits(latitude)},${digits(longitude)}`;
};

/** The place of an address; undefined where there is none on the earth. */
export function nearOf(place: string | undefined, radius: string | undefined): Near | undefined {
  const [latitude, longitude] = (place ?? "").split(",").map((text) => typed(text, false));
  if (latitude === undefined || longitude === undefined || Math.abs(Number(latitude)) > 90 || Math.abs(Number(longitude)) > 180) return undefined;
  const wanted = Math.round(Number(radius ?? 250));
  return { latitude, longitude, radius: wanted >= 1 && wanted <= 20_000 ? wanted : 250 };
}
