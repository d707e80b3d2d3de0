// The plane of the map: Web Mercator, the land of the world, and lines of longitude and latitude.

export type LonLat = readonly [number, number];
export interface Bounds {
  west: number;
  south: number;
  east: number;
  north: number;
}

const LIMIT = 85.05;
/** Where a place is on the square of the world, from 0 to 1 across and down. */
export function project([lon, lat]: LonLat): [number, number] {
  const sin = Math.sin((Math.min(LIMIT, Math.max(-LIMIT, lat)) * Math.PI) / 180);
  return [lon / 360 + 0.5, 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)];
}
export const unproject = ([x, y]: readonly [number, number]): [number, number] => [(x - 0.5) * 360, (Math.atan(Math.sinh((0.5 - y) * 2 * Math.PI)) * 180) / Math.PI];

/** Around all places with room at the edges, at least so many degrees wide. */
export function bounds(places: readonly LonLat[], least = 2): Bounds {
  const [lons, lats] = [places.map((p) => p[0]), places.map((p) => p[1])];
  const [west, east] = [lons.reduce((a, b) => Math.min(a, b), 180), lons.reduce((a, b) => Math.max(a, b), -180)];
  const [south, north] = [lats.reduce((a, b) => Math.min(a, b), 90), lats.reduce((a, b) => Math.max(a, b), -90)];
  const [wide, high] = [Math.max(0, least - (east - west)) / 2, Math.max(0, least - (north - south)) / 2];
  return { west: west - wide, east: east + wide, south: south - high, north: north + high };
}

/** The center and the size of the world in pixels at which bounds fill a frame. */
export function fit(box: Bounds, width: number, height: number, margin = 48): { center: [number, number]; size: number } {
  const [[left, top], [right, bottom]] = [project([box.west, box.north]), project([box.east, box.south])];
  const size = Math.min(Math.max(1, width - 2 * margin) / (right - left), Math.max(1, height - 2 * margin) / (bottom - top));
  return { center: [(left + right) / 2, (top + bottom) / 2], size };
}

/** Rings of land from steps of a hundredth of a degree. */
export function rings(coded: readonly (readonly number[])[]): [number, number][][] {
  return coded.map((steps) => {
    let [x, y] = [0, 0];
    const ring: [number, number][] = [];
    for (let i = 0; i < steps.length; i += 2) ring.push([(x += steps[i]!) / 100, (y += steps[i + 1]!) / 100]);
    return ring;
  });
}

/** Lines of longitude and latitude, so many degrees apart. */
export function graticule(every: number): [number, number][][] {
  const lines: [number, number][][] = [];
  for (let lon = -180; lon <= 180; lon += every) lines.push([[lon, -80], [lon, 84]]);
  for (let lat = -80; lat <= 80; lat += every) lines.push([[-180, lat], [180, lat]]);
  return lines;
}

/** Labels that do not stand on each other, the first first. */
export function apart<T>(labels: readonly { of: T; x: number; y: number; width: number }[], height = 30): T[] {
  const taken: { x: number; y: number; width: number }[] = [];
  return labels.flatMap((label) => {
    if (taken.some((t) => Math.abs(t.y - label.y) < height && label.x < t.x + t.width + 4 && t.x < label.x + label.width + 4)) return [];
    taken.push(label);
    return [label.of];
  });
}
