// A flat map of a region: degrees to pixels and back, true to scale in its middle.

export interface Place {
  latitude: number;
  longitude: number;
}
export interface View {
  centre: Place;
  /** Pixels a degree of latitude. */
  scale: number;
}
export interface Size {
  width: number;
  height: number;
}

/** Kilometres a degree of latitude. */
export const KM = 111.2;
const squeeze = (view: View) => Math.max(0.05, Math.cos((view.centre.latitude * Math.PI) / 180));

export const toPixel = (place: Place, view: View, size: Size): [number, number] => [
  size.width / 2 + (place.longitude - view.centre.longitude) * view.scale * squeeze(view),
  size.height / 2 - (place.latitude - view.centre.latitude) * view.scale,
];

export const toPlace = ([x, y]: [number, number], view: View, size: Size): Place => ({
  latitude: view.centre.latitude - (y - size.height / 2) / view.scale,
  longitude: view.centre.longitude + (x - size.width / 2) / (view.scale * squeeze(view)),
});

/** The view that shows all places with some room around them. */
export function fitted(places: readonly Place[], size: Size): View {
  const [north, south] = [Math.max(...places.map((p) => p.latitude)), Math.min(...places.map((p) => p.latitude))];
  const [east, west] = [Math.max(...places.map((p) => p.longitude)), Math.min(...places.map((p) => p.longitude))];
  const centre = { latitude: (north + south) / 2, longitude: (east + west) / 2 };
  const wide = Math.max((east - west) * squeeze({ centre, scale: 1 }), 0.5);
  const high = Math.max(north - south, 0.5);
  return { centre, scale: Math.min((Math.max(size.width, 40) * 0.62) / wide, (Math.max(size.height, 40) * 0.62) / high) };
}

/** Lines of latitude and longitude at even degrees, few enough to read. */
export function lines(view: View, size: Size): { latitudes: number[]; longitudes: number[]; every: number } {
  const [a, b] = [toPlace([0, size.height], view, size), toPlace([size.width, 0], view, size)];
  const every = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 45].find((step) => (b.latitude - a.latitude) / step <= 5) ?? 45;
  const between = (from: number, to: number) => {
    const found: number[] = [];
    for (let at = Math.ceil(from / every) * every; at <= to; at += every) found.push(Number(at.toFixed(4)));
    return found;
  };
  return { latitudes: between(Math.max(-90, a.latitude), Math.min(90, b.latitude)), longitudes: between(a.longitude, b.longitude), every };
}

/** A round length for the scale bar: its kilometres and pixels. */
export function scaleBar(view: View, most: number): { km: number; pixels: number } {
  const perKm = view.scale / KM;
  const km = [1000, 500, 200, 100, 50, 20, 10, 5, 2, 1].find((length) => length * perKm <= most) ?? 1;
  return { km, pixels: km * perKm };
}

/** `29.42° N`, with as many digits as lines are apart. */
export function degrees(value: number, positive: string, negative: string, every = 0.01): string {
  const digits = every >= 1 ? 0 : every >= 0.1 ? 1 : 2;
  return `${Math.abs(value).toFixed(digits)}° ${value >= 0 ? positive : negative}`;
}
