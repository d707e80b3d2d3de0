// The courses of several price series: read once, then kept up by the line.
import { api, read } from "$lib/api/client";
import { faultOf, type Fault } from "$lib/api/fault";
import type { PriceView } from "$lib/api/types";
import { line } from "$lib/live/line.svelte";
import { seriesKey } from "$lib/market.svelte";
import { KEPT, placed, type Point } from "./course";

/** A span to read: a series with the instants between which its course is wanted. */
export interface Wanted {
  of: PriceView;
  from: number;
  until: number;
}

export class Courses {
  list = $state.raw<ReadonlyMap<string, readonly Point[]>>(new Map());
  fault = $state.raw<Fault>();
  #asked = new Set<string>();
  #incoming = new Map<string, readonly Point[]>();
  #frame = 0;

  /** Reads what has not been read yet. */
  async want(all: readonly Wanted[]): Promise<void> {
    const missing = all.filter(({ of }) => !this.#asked.has(seriesKey(of)));
    for (const { of } of missing) this.#asked.add(seriesKey(of));
    await Promise.all(missing.map((one) => this.#read(one)));
  }

  /** Forgets what was read, so that it is asked for anew. */
  forget(): void {
    this.#asked.clear();
  }

  async #read({ of, from, until }: Wanted): Promise<void> {
    const { market, product, location, resolution } = of;
    const query = { market, product, location, resolution, from: new Date(from - KEPT).toISOString(), to: new Date(until).toISOString(), limit: 5_000 };
    try {
      const { items } = await read(api.GET("/api/market-data/history", { params: { query } }));
      const key = seriesKey(of);
      let course: readonly Point[] = items.map((item) => ({ at: Date.parse(item.start), price: item.price, knownAt: item.known_at }));
      // What came over the line meanwhile is newer.
      for (const point of this.list.get(key) ?? []) if (point.at >= (course.at(-1)?.at ?? 0)) course = placed(course, point);
      this.list = new Map([...this.list, [key, course]]);
      this.fault = undefined;
    } catch (error) {
      this.#asked.delete(seriesKey(of));
      this.fault = faultOf(error);
    }
  }

  listen(): () => void {
    return line.on("price", (price) => {
      const key = seriesKey(price);
      const course = this.#incoming.get(key) ?? this.list.get(key);
      if (!course) return;
      this.#incoming.set(key, placed(course, { at: Date.parse(price.period.start), price: price.price, knownAt: price.known_at }));
      this.#frame ||= requestAnimationFrame(() => {
        this.#frame = 0;
        this.list = new Map([...this.list, ...this.#incoming]);
        this.#incoming.clear();
      });
    });
  }
}
