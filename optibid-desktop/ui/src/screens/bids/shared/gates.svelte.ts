// When bids close: read once for each delivery day of a product, and only where it still matters.
import { api, read } from "$lib/api/client";
import type { BidDraft, DayView } from "$lib/api/types";
import { markets } from "$lib/market.svelte";
import { addDays, dayStart, periodsOf } from "$lib/time";
import { figures } from "./offer";

const keyOf = (content: Pick<BidDraft, "market" | "product" | "delivery_day">): string => `${content.market} ${content.product} ${content.delivery_day}`;

class Gates {
  /** Grows when another day has been read. */
  version = $state(0);
  #days = new Map<string, DayView | "asked">();
  #telling: ReturnType<typeof setTimeout> | undefined;

  /** The delivery day with its periods and gates, once it is known; asks for it when it is not. */
  day(content: Pick<BidDraft, "market" | "product" | "delivery_day">): DayView | undefined {
    void this.version;
    const key = keyOf(content);
    const found = this.#days.get(key);
    if (found) return found === "asked" ? undefined : found;
    this.#days.set(key, "asked");
    const { market, product, delivery_day: day } = content;
    read(api.GET("/api/markets/{market}/products/{product}/days/{day}", { params: { path: { market, product, day } } })).then(
      (answer) => {
        this.#days.set(key, answer);
        // Days come in bursts: they are told of together.
        this.#telling ??= setTimeout(() => {
          this.#telling = undefined;
          this.version += 1;
        }, 80);
      },
      // Asked again when somebody looks again.
      () => setTimeout(() => this.#days.delete(key), 10_000),
    );
    return undefined;
  }

  /** When the first of the offered periods closes, in milliseconds; undefined while it is not known. */
  closes(content: BidDraft): number | undefined {
    const day = this.day(content);
    if (!day) return undefined;
    const { starts, minutes } = figures(content);
    let first = Infinity;
    for (const period of day.periods) {
      const [from, to] = [Date.parse(period.start), Date.parse(period.end)];
      const offered = starts.length === 0 || starts.some((start) => start < to && from < start + minutes * 60_000);
      if (offered) first = Math.min(first, Date.parse(period.gate_closes_at));
    }
    return Number.isFinite(first) ? first : undefined;
  }

  /** Whether the delivery day is over: then its gates are closed and need not be asked for. */
  isOver(content: Pick<BidDraft, "market" | "product" | "delivery_day">, now: number): boolean {
    return dayStart(addDays(content.delivery_day, 1), this.zone(content)) <= now;
  }

  zone(content: Pick<BidDraft, "market" | "product">): string {
    return markets.product(content.market, content.product)?.time_zone ?? "UTC";
  }

  /** The starts of all periods of the delivery day, in the length that the bid is made of. */
  periods(content: BidDraft): number[] {
    const { minutes, starts } = figures(content);
    const resolution = minutes ? `PT${minutes}M` : (markets.product(content.market, content.product)?.resolution ?? "PT60M");
    const whole = periodsOf(content.delivery_day, this.zone(content), resolution);
    const known = new Set(whole);
    // A bid for periods that are none of the day's is shown as it is.
    return starts.every((start) => known.has(start)) ? whole : starts;
  }
}

export const gates = new Gates();
