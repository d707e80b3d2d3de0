// The market, product, location and delivery day that a view is about: in the address, with what is usual where it names none.
import { untrack } from "svelte";
import { api, read } from "./api/client";
import type { Location, MarketView, PriceView, ProductView } from "./api/types";
import { clock } from "./clock.svelte";
import { line } from "./live/line.svelte";
import { router } from "./router.svelte";
import { settings } from "./settings.svelte";
import { dateOf } from "./time";

/** `ERCOT RTM HB_SOUTH`. */
export const seriesKey = (of: { market: string; product: string; location: string }): string =>
  `${of.market} ${of.product} ${of.location}`;

class Markets {
  list = $state.raw<MarketView[]>([]);
  /** The newest price of every series, as it comes. */
  latest = $state.raw<ReadonlyMap<string, PriceView>>(new Map());
  latestAt = $state<number>();
  #incoming = new Map<string, PriceView>();
  #frame = 0;

  /** Reads markets and newest prices, and goes on with what comes over the line. */
  async start(): Promise<void> {
    const [markets, prices] = await Promise.all([
      read(api.GET("/api/markets")),
      read(api.GET("/api/market-data/latest", { params: { query: { limit: 1000 } } })),
    ]);
    this.list = markets.items;
    this.latest = new Map(prices.items.map((price) => [seriesKey(price), price]));
    this.latestAt = Date.now();
  }

  /** Reads the markets anew when a gate has closed: its product has another next gate then. */
  async #renewGates(): Promise<void> {
    const closed = (product: ProductView) => product.next_gate && Date.parse(product.next_gate.closes_at) < clock.now;
    if (document.hidden || !this.list.some((market) => market.products.some(closed))) return;
    const markets = await read(api.GET("/api/markets")).catch(() => undefined);
    if (markets) this.list = markets.items;
  }

  listen(): () => void {
    const gates = setInterval(() => void this.#renewGates(), 10_000);
    const stop = this.#hearPrices();
    return () => {
      clearInterval(gates);
      stop();
    };
  }

  #hearPrices(): () => void {
    return line.on("price", (price) => {
      const key = seriesKey(price);
      const before = this.#incoming.get(key) ?? this.latest.get(key);
      const zone = this.product(price.market, price.product)?.time_zone ?? "UTC";
      const start = price.period.start;
      // A correction of an older period is no newer price.
      if (before && before.start > start) return;
      const end = new Date(Date.parse(start) + durationOf(price.period.resolution)).toISOString();
      this.#incoming.set(key, {
        market: price.market, product: price.product, location: price.location,
        start, end, resolution: price.period.resolution, market_time: `${start}[${zone}]`,
        price: price.price, known_at: price.known_at,
        currency: this.product(price.market, price.product)?.currency ?? before?.currency ?? "USD",
      } as PriceView);
      this.#frame ||= requestAnimationFrame(() => this.#take());
    });
  }

  #take(): void {
    this.#frame = 0;
    this.latest = new Map([...this.latest, ...this.#incoming]);
    this.latestAt = Date.now();
    this.#incoming.clear();
  }

  market(id: string | undefined): MarketView | undefined {
    return this.list.find((market) => market.market === id);
  }

  product(market: string | undefined, product: string | undefined): ProductView | undefined {
    return this.market(market)?.products.find((p) => p.product === product);
  }
}

const durationOf = (resolution: string): number => ({ PT5M: 5, PT15M: 15, PT30M: 30, PT60M: 60 })[resolution]! * 60_000;

export const markets = new Markets();

class View {
  /** The day that each market was first shown with. */
  readonly #days = new Map<string, string>();
  /** Grows when those are forgotten. */
  #moved = $state(0);

  // Derived, so that who reads them is told of a change of theirs and not of every price that comes.
  readonly market = $derived.by(() => this.#marketOf());
  readonly product = $derived.by(() => this.#productOf());
  readonly balancing = $derived.by(() => this.#balancingOf());
  readonly location = $derived.by(() => this.#locationOf());
  readonly marketZone = $derived.by(() => this.#marketZoneOf());
  readonly zone = $derived.by(() => this.#zoneOf());
  readonly currency = $derived.by(() => this.#currencyOf());
  readonly today = $derived.by(() => this.#todayOf());
  readonly newestDay = $derived.by(() => this.#newestDayOf());
  readonly day = $derived.by(() => this.#dayOf());

  /** The market of the address; else the first with a price, else the first. */
  #marketOf(): string | undefined {
    const wanted = router.get("market");
    if (wanted) return wanted;
    const priced = markets.latest.values().next().value?.market;
    return priced ?? markets.list[0]?.market;
  }

  /** The product of the address; else the market's day-ahead product, else its first. */
  #productOf(): string | undefined {
    const products = markets.market(this.market)?.products ?? [];
    const wanted = products.find((p) => p.product === router.get("product"));
    return (wanted ?? products.find((p) => p.kind === "day_ahead") ?? products[0])?.product;
  }

  /** The product that settles what was not bid for. */
  #balancingOf(): string | undefined {
    return markets.market(this.market)?.products.find((p) => p.kind !== "day_ahead")?.product;
  }

  /** The location of the address; else one of the market with a price. */
  #locationOf(): string | undefined {
    const wanted = router.get("location");
    if (wanted) return wanted;
    for (const price of markets.latest.values()) if (price.market === this.market) return price.location;
    return undefined;
  }

  /** The zone of the market's days. */
  #marketZoneOf(): string {
    return markets.product(this.market, this.product)?.time_zone ?? "UTC";
  }

  /** The zone that times are shown in. */
  #zoneOf(): string {
    return settings.zoneFor(this.marketZone);
  }

  #currencyOf(): string {
    return markets.product(this.market, this.product)?.currency ?? "";
  }

  /** Today in the market. */
  #todayOf(): string {
    return dateOf(clock.now, this.marketZone);
  }

  /** The delivery day of the address; else today where the market has prices of it, else the newest day with a price. */
  #dayOf(): string {
    const wanted = router.get("day");
    void this.#moved;
    if (wanted && /^\d{4}-\d{2}-\d{2}$/.test(wanted)) return wanted;
    const market = this.market ?? "";
    const kept = this.#days.get(market);
    if (kept) return kept;
    // What somebody looks at does not change under their eyes when a day ends: they go on by themselves (`toNewest`).
    const newest = this.newestDay;
    if (newest) untrack(() => this.#days.set(market, newest));
    return newest ?? this.today;
  }

  /** Goes to the newest day with a price. */
  toNewest(): void {
    this.#days.clear();
    this.#moved += 1;
    router.set({ day: undefined }, true);
  }

  /** The newest delivery day with a price, and at most today. */
  #newestDayOf(): string | undefined {
    let newest = 0;
    for (const price of markets.latest.values()) {
      if (price.market !== this.market || price.product === this.product) continue;
      newest = Math.max(newest, Date.parse(price.start));
    }
    if (newest === 0) {
      for (const price of markets.latest.values())
        if (price.market === this.market) newest = Math.max(newest, Date.parse(price.start));
    }
    if (newest === 0) return undefined;
    const day = dateOf(newest, this.marketZone);
    return day < this.today ? day : this.today;
  }
}

export const view = new View();

const locations = new Map<string, Promise<Location[]>>();
/** The settlement locations of a market. */
export function locationsOf(market: string): Promise<Location[]> {
  let found = locations.get(market);
  if (!found) {
    const call = read(api.GET("/api/markets/{market}/locations", { params: { path: { market } } }));
    found = call.then((list) => list.items);
    found.catch(() => locations.delete(market));
    locations.set(market, found);
  }
  return found;
}
