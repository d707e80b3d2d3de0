// Prices of a series between two instants: read by months in parallel, kept, and kept up by what comes over the line.
import { api, read } from "./api/client";
import type { HistoryView, PriceView } from "./api/types";
import { line } from "./live/line.svelte";
import { seriesKey } from "./market.svelte";
import { resolutionMs } from "./time";
import { session } from "./session.svelte";

export interface SeriesId {
  market: string;
  product: string;
  location: string;
}

/** The parts of a locational price, as published. */
export interface Components {
  energy: string;
  congestion: string;
  loss: string;
  greenhouse_gas?: string;
}

export interface PricePoint {
  /** First instant and first instant after, in milliseconds. */
  start: number;
  end: number;
  price: string;
  /** The price for drawing and sorting alone. */
  value: number;
  known_at: string;
  components: Components | undefined;
}

/** Most prices that the server gives at once. */
const PAGE = 10_000;
/** Calls at the same time: a browser opens six to one server, and the rest of the page needs some. */
const AT_ONCE = 4;
/** Months of series that are kept. */
const KEPT = 240;
/** How long a month that still grows is good without the line. */
const FRESH = 60_000;

interface Chunk {
  key: string;
  from: number;
  until: number;
  points: Promise<PricePoint[]>;
  /** The points when they are there, for what comes over the line. */
  here: PricePoint[] | undefined;
  readAt: number;
  generation: number;
}
const chunks = new Map<string, Chunk>();

export const pointOf = (view: PriceView): PricePoint => ({
  start: Date.parse(view.start), end: Date.parse(view.end), price: view.price, value: Number(view.price), known_at: view.known_at,
  components: view.components ?? undefined,
});

const monthOf = (at: number): number => Date.UTC(new Date(at).getUTCFullYear(), new Date(at).getUTCMonth(), 1);
const monthAfter = (at: number): number => Date.UTC(new Date(at).getUTCFullYear(), new Date(at).getUTCMonth() + 1, 1);
const keyOf = (series: SeriesId, month: number): string => `${session.me?.organisation.id} ${seriesKey(series)} ${month}`;

async function pages(series: SeriesId, from: number, until: number): Promise<PricePoint[]> {
  const points: PricePoint[] = [];
  let start: string | undefined = new Date(from).toISOString();
  const to = new Date(until).toISOString();
  while (start) {
    const query: SeriesId & { from: string; to: string; limit: number } = { ...series, from: start, to, limit: PAGE };
    const part: HistoryView = await read(api.GET("/api/market-data/history", { params: { query } }));
    for (const item of part.items) points.push(pointOf(item));
    start = part.next_from ?? undefined;
  }
  return finest(points);
}

/** Where a series has periods of several lengths over each other, the shortest. */
export function finest(points: PricePoint[]): PricePoint[] {
  const sorted = points.sort((a, b) => a.start - b.start || a.end - b.end);
  const kept: PricePoint[] = [];
  for (const point of sorted) if (kept.length === 0 || point.start >= kept.at(-1)!.end) kept.push(point);
  return kept;
}

function chunk(series: SeriesId, month: number): Chunk {
  const key = keyOf(series, month);
  const found = chunks.get(key);
  const grows = monthAfter(month) > Date.now() - 3 * 86_400_000;
  if (found && found.generation === line.generation && (!grows || Date.now() - found.readAt < FRESH)) {
    // What was used last is dropped last.
    chunks.delete(key);
    chunks.set(key, found);
    return found;
  }
  const [from, until] = [month, monthAfter(month)];
  const made: Chunk = { key, from, until, points: pages(series, from, until), here: undefined, readAt: Date.now(), generation: line.generation };
  made.points.then((points) => (made.here = points), () => chunks.delete(key));
  chunks.set(key, made);
  for (const old of chunks.keys()) {
    if (chunks.size <= KEPT) break;
    chunks.delete(old);
  }
  return made;
}

export interface HistoryOptions {
  signal?: AbortSignal;
  /** Told after each part how many of how many are there. */
  progress?: (done: number, of: number) => void;
}

/** All prices of a series with a start in `[from, until)`, in order. */
export async function history(series: SeriesId, from: number, until: number, options: HistoryOptions = {}): Promise<PricePoint[]> {
  const months: number[] = [];
  for (let month = monthOf(from); month < until; month = monthAfter(month)) months.push(month);
  const parts = new Array<PricePoint[]>(months.length);
  let [next, done] = [0, 0];
  const work = async (): Promise<void> => {
    while (next < months.length) {
      options.signal?.throwIfAborted();
      const index = next++;
      // Where one part cannot be read, no further one is asked for.
      parts[index] = await chunkPoints(series, months[index]!).catch((error: unknown) => {
        next = months.length;
        throw error;
      });
      options.progress?.(++done, months.length);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, months.length) }, work));
  options.signal?.throwIfAborted();
  return parts.flatMap((part) => (part.length > 0 && part[0]!.start >= from && part.at(-1)!.start < until ? part : part.filter((p) => p.start >= from && p.start < until)));
}

async function chunkPoints(series: SeriesId, month: number): Promise<PricePoint[]> {
  const found = chunk(series, month);
  await found.points;
  return found.here ?? found.points;
}

/** The points with one more, or with one that was restated. The list itself stays as it is. */
export function withPoint(points: readonly PricePoint[], point: PricePoint): PricePoint[] {
  let at = points.length;
  while (at > 0 && points[at - 1]!.start >= point.start) at -= 1;
  const next = points.slice();
  const same = next[at];
  if (same && same.start === point.start) {
    // A longer period of the same start says nothing that the shorter one does not.
    if (point.end > same.end || point.known_at < same.known_at) return next;
    next[at] = point;
  } else if (at === 0 || next[at - 1]!.end <= point.start) next.splice(at, 0, point);
  return next;
}

/** Calls back with every price of a series that comes, until the returned function is called. */
export function onPrice(heard: (series: SeriesId, point: PricePoint) => void): () => void {
  return line.on("price", (price) => {
    const start = Date.parse(price.period.start);
    heard(price, {
      start, end: start + resolutionMs(price.period.resolution), price: price.price, value: Number(price.price), known_at: price.known_at,
      components: price.components ?? undefined,
    });
  });
}

onPrice((series, point) => {
  const kept = chunks.get(keyOf(series, monthOf(point.start)));
  if (kept?.here) kept.here = withPoint(kept.here, point);
  // On its way: the answer may be older than this price.
  else if (kept) chunks.delete(kept.key);
});

export interface Extent {
  count: number;
  /** The start of the first and the end of the last price. */
  first: number;
  last: number;
}
const extents = new Map<string, { at: number; call: Promise<Extent | undefined> }>();

/** From when until when a series has prices; undefined where it has none. */
export function extent(series: SeriesId): Promise<Extent | undefined> {
  const key = `${session.me?.organisation.id} ${seriesKey(series)}`;
  const known = extents.get(key);
  if (known && Date.now() - known.at < FRESH) return known.call;
  const to = new Date(Date.now() + 7 * 86_400_000).toISOString();
  const call = read(api.GET("/api/market-data/summary", { params: { query: { ...series, from: "1990-01-01T00:00:00Z", to } } })).then(({ summary }) =>
    summary ? { count: summary.count, first: Date.parse(summary.first.start), last: Date.parse(summary.last.start) + resolutionMs(summary.last.resolution) } : undefined,
  );
  extents.set(key, { at: Date.now(), call });
  call.catch(() => extents.delete(key));
  return call;
}

/** A price for every step of the clock in UTC, null where there is none: a price of an hour holds for each of its quarters. */
export interface Grid {
  x: number[];
  step: number;
  columns: (number | null)[][];
  /** Which point of its series holds at each step, −1 where none does. */
  index: Int32Array[];
}

/** Series on one axis, at the length of their shortest period; over a span where one is given, else over what they cover. */
export function grid(series: readonly (readonly PricePoint[])[], over?: { from: number; until: number; step?: number | undefined }): Grid {
  const lengths = new Set(series.flatMap((points) => points.map((point) => point.end - point.start)));
  const step = over?.step ?? (lengths.size ? Math.min(...lengths) : 3_600_000);
  const starts = over ? [over.from] : series.flatMap((points) => (points.length ? [points[0]!.start] : []));
  const ends = over ? [over.until] : series.flatMap((points) => (points.length ? [points.at(-1)!.end] : []));
  if (starts.length === 0) return { x: [], step, columns: series.map(() => []), index: series.map(() => new Int32Array(0)) };
  const from = Math.floor(Math.min(...starts) / step) * step;
  const count = Math.ceil((Math.max(...ends) - from) / step);
  const x = Array.from({ length: count }, (_, i) => from + i * step);
  const index = series.map((points) => {
    const at = new Int32Array(count).fill(-1);
    points.forEach((point, p) => {
      const last = Math.min(count, Math.ceil((point.end - from) / step));
      for (let i = Math.max(0, Math.floor((point.start - from) / step)); i < last; i++) at[i] = p;
    });
    return at;
  });
  const columns = series.map((points, s) => Array.from(index[s]!, (p) => (p < 0 ? null : points[p]!.value)));
  return { x, step, columns, index };
}

/** Forgets what is kept: prices were imported. */
export function forget(): void {
  chunks.clear();
  extents.clear();
}
