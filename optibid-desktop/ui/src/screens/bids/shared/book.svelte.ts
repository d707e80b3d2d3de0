// All bids of the organisation: read page by page, kept up by events, read anew after a gap.
import { untrack } from "svelte";
import { api, read } from "$lib/api/client";
import { faultOf, type Fault } from "$lib/api/fault";
import type { BidEvent, BidView } from "$lib/api/types";
import { Rows } from "$lib/blotter/rows";
import { line } from "$lib/live/line.svelte";
import { session } from "$lib/session.svelte";
import { getBid } from "./acts";

/** Most bids that are kept; the newest come first. */
const MOST = 20_000;
const PAGE = 200;

class BidBook {
  readonly rows = new Rows<BidView>((bid) => bid.id);
  loading = $state(false);
  fault = $state.raw<Fault>();
  /** When all pages had been read last. */
  at = $state<number>();
  /** Whether there are older bids than are kept. */
  cut = $state(false);
  #owner: string | undefined;
  #reading: AbortController | undefined;
  #changed = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Keeps the book for as long as a component lives. Call it where a component is made. */
  use(): void {
    $effect(() => {
      void line.generation;
      untrack(() => void this.reload());
    });
    $effect(() => line.on("bid", (event) => this.#hear(event)));
    $effect(() => () => this.#reading?.abort());
  }

  reload = async (): Promise<void> => {
    const owner = session.me?.organisation.id;
    if (this.#owner !== owner) this.rows.clear();
    this.#owner = owner;
    this.#reading?.abort();
    const reading = (this.#reading = new AbortController());
    this.loading = true;
    try {
      let after: string | undefined;
      let count = 0;
      do {
        const page = await read(api.GET("/api/bids", { params: { query: { limit: PAGE, after } }, signal: reading.signal }));
        this.take(page.items);
        count += page.items.length;
        after = page.next ?? undefined;
      } while (after && count < MOST);
      this.cut = after !== undefined;
      this.at = Date.now();
      this.fault = undefined;
    } catch (error) {
      if (!reading.signal.aborted) this.fault = faultOf(error);
    } finally {
      if (!reading.signal.aborted) this.loading = false;
    }
  };

  /** Takes bids in, unless a newer version is here already. */
  take(bids: readonly BidView[]): void {
    this.rows.put(bids.filter((bid) => (this.rows.get(bid.id)?.version ?? 0) < bid.version));
  }

  /** A move is shown at once; what else it changed is read. Moves come in bursts when a market clears. */
  #hear(event: BidEvent): void {
    const bid = this.rows.get(event.bid);
    if (bid && bid.version >= event.version) return;
    if (bid && bid.version + 1 === event.version && event.to !== "draft") {
      this.rows.put([{ ...bid, state: event.to, updated_at: event.at }]);
    }
    this.#changed.add(event.bid);
    this.#timer ??= setTimeout(() => void this.#readChanged(), 120);
  }

  async #readChanged(): Promise<void> {
    this.#timer = undefined;
    const ids = [...this.#changed];
    this.#changed.clear();
    if (ids.length > PAGE) {
      await this.reload();
      return;
    }
    const work = async () => {
      for (let id = ids.pop(); id; id = ids.pop()) {
        try {
          this.take([await getBid(id)]);
        } catch {
          // What could not be read is read with all others the next time.
        }
      }
    };
    await Promise.all(Array.from({ length: 6 }, work));
  }
}

export const book = new BidBook();
