// Prices of the bid's day to hold it against: forecast with its band, what the auctions published, and where there is neither the newest day known.
import { api, read } from "$lib/api/client";
import type { Forecast, PriceView } from "$lib/api/types";
import { markets, seriesKey } from "$lib/market.svelte";
import { Resource } from "$lib/resource.svelte";
import { addDays, clock, dateOf, millis } from "$lib/time";
import type { Editor } from "./editor.svelte";

export interface Reference {
  /** As it is named: `DAM`, `RTM mean`. */
  label: string;
  /** One place a row; for drawing alone. */
  values: readonly (number | null)[];
  /** The texts to be read, where each row has one price. */
  texts?: readonly (string | null)[];
  /** The day, where it is another one. */
  day?: string;
  /** Whether it is of the product that is bid into. */
  own?: boolean;
}
export interface BandReference {
  median: readonly (number | null)[];
  lower: readonly (number | null)[];
  upper: readonly (number | null)[];
  texts: readonly ({ median: string; lower: string; upper: string } | null)[];
  coverage: string;
  method: string;
  madeAt: string;
}

export class Prices {
  readonly #editor: Editor;
  readonly forecast: Resource<Forecast>;
  readonly #own: Resource<PriceView[]>;
  readonly #other: Resource<PriceView[]>;
  readonly #past: Resource<{ day: string; items: PriceView[] } | undefined>;

  /** Call it where a component is made: it reads for as long as that lives. */
  constructor(editor: Editor) {
    this.#editor = editor;
    const { market, product, location, day } = editor.doc;
    const resolution = editor.day.resolution;
    const other = markets.market(market)?.products.find((one) => one.product !== product)?.product;
    const history = (of: string, on: string, signal: AbortSignal) =>
      read(api.GET("/api/market-data/history", { params: { query: { market, product: of, location, from: on, to: on } }, signal })).then((part) => part.items);
    this.forecast = new Resource((signal) => read(api.GET("/api/forecasts", { params: { query: { market, product, location, day, resolution } }, signal })));
    this.#own = new Resource((signal) => history(product, day, signal));
    this.#other = new Resource((signal) => (other ? history(other, day, signal) : undefined));
    // The newest day that is known, for a day of which nothing is known yet.
    const newest = markets.latest.get(seriesKey({ market, product, location }));
    // A day that is still being published has no price for its last periods: the one before it is whole.
    const last = newest ? dateOf(newest.start, editor.day.time_zone) : undefined;
    const past = last && editor.product.kind !== "day_ahead" ? addDays(last, -1) : last;
    this.#past = new Resource((signal) => (past && past !== day ? history(product, past, signal).then((items) => ({ day: past, items })) : undefined));
  }

  readonly band = $derived.by((): BandReference | undefined => {
    const forecast = this.forecast.value;
    if (!forecast || this.#capacity) return undefined;
    const at = new Map(forecast.points.map((point) => [millis(point.period.start), point]));
    const found = this.#editor.rows.map((row) => at.get(row.start));
    const numbers = (key: "median" | "lower" | "upper") => found.map((point) => (point ? Number(point[key]) : null));
    return {
      median: numbers("median"), lower: numbers("lower"), upper: numbers("upper"),
      texts: found.map((point) => (point ? { median: point.median, lower: point.lower, upper: point.upper } : null)),
      coverage: forecast.coverage, method: forecast.method, madeAt: forecast.made_at,
    };
  });

  /** Whether capacity is offered, whose price is no price of energy. */
  readonly #capacity = $derived.by(() => this.#editor.doc.kind === "ancillary_service");

  /** Prices that were published for the day, the bid's own product first. */
  readonly published = $derived.by((): Reference[] => this.#capacity ? [] : [this.#of(this.#own.value, true), this.#of(this.#other.value, false)].filter((one) => one !== undefined));

  /** The newest known day, where neither a forecast nor prices are there. */
  readonly past = $derived.by((): Reference | undefined => {
    const found = this.#past.value;
    if (!found || this.#capacity || this.band || this.published.length) return undefined;
    const zone = this.#editor.day.time_zone;
    const at = new Map(found.items.map((price) => [clock(price.start, zone), price]));
    const list = this.#editor.rows.map((row) => at.get(row.label));
    return { label: this.#editor.doc.product, day: found.day, values: list.map((one) => (one ? Number(one.price) : null)), texts: list.map((one) => one?.price ?? null) };
  });

  /** Prices on the rows; several within one row as their mean, said so. */
  #of(items: PriceView[] | undefined, own: boolean): Reference | undefined {
    if (!items?.length) return undefined;
    // Of a price that was published again the newest counts.
    const latest = new Map(items.map((item) => [item.start, item]));
    for (const item of items) if (item.known_at >= latest.get(item.start)!.known_at) latest.set(item.start, item);
    const list = [...latest.values()].map((item) => ({ start: millis(item.start), end: millis(item.end), price: item.price }));
    let mean = false;
    const texts: (string | null)[] = [];
    const values = this.#editor.rows.map((row) => {
      const within = list.filter((item) => item.start < row.end && item.end > row.start);
      texts.push(within.length === 1 ? within[0]!.price : null);
      if (within.length === 0) return null;
      if (within.length > 1) mean = true;
      return within.reduce((total, item) => total + Number(item.price), 0) / within.length;
    });
    return { label: `${items[0]!.product}${mean ? " mean" : ""}`, values, texts, own };
  }
}
