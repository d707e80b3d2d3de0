// What a view reads from the server: the last answer stays while the next one is on its way, with its age and its fault.
import { faultOf, type Fault } from "./api/fault";

export interface ResourceOptions {
  /** Reads again after so many milliseconds while the page is seen. */
  every?: number;
}

/** Reads whenever what `load` reads reactively changes; undefined from `load` means there is nothing to ask for. */
export class Resource<T> {
  value = $state.raw<T>();
  fault = $state.raw<Fault>();
  /** When the last answer came. */
  at = $state<number>();
  loading = $state(false);
  #load: (signal: AbortSignal) => Promise<T> | undefined;
  #running: AbortController | undefined;

  constructor(load: (signal: AbortSignal) => Promise<T> | undefined, options: ResourceOptions = {}) {
    this.#load = load;
    $effect(() => {
      void this.#read(true);
      return () => this.#running?.abort();
    });
    $effect(() => {
      const { every } = options;
      if (!every) return;
      const timer = setInterval(() => !document.hidden && void this.#read(false), every);
      const seen = () => !document.hidden && void this.#read(false);
      document.addEventListener("visibilitychange", seen);
      return () => {
        clearInterval(timer);
        document.removeEventListener("visibilitychange", seen);
      };
    });
  }

  /** Whether nothing has been read yet and nothing went wrong. */
  get waiting(): boolean {
    return this.value === undefined && this.fault === undefined;
  }

  reload = (): Promise<void> => this.#read(false);

  /** Puts in what is known by other means, such as the answer to a change. */
  put(value: T): void {
    this.value = value;
    this.at = Date.now();
    this.fault = undefined;
  }

  async #read(anew: boolean): Promise<void> {
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    const call = this.#load(running.signal);
    if (!call) {
      if (anew) this.value = undefined;
      this.loading = false;
      return;
    }
    this.loading = true;
    try {
      const value = await call;
      if (running.signal.aborted) return;
      this.put(value);
    } catch (error) {
      if (running.signal.aborted) return;
      this.fault = faultOf(error);
    } finally {
      if (!running.signal.aborted) this.loading = false;
    }
  }
}

/** Pages of a list until its end or `most` items. */
export async function allOf<T>(
  page: (after: string | undefined) => Promise<{ items: T[]; next?: string | null }>,
  most = 5_000,
): Promise<T[]> {
  const items: T[] = [];
  let after: string | undefined;
  do {
    const part = await page(after);
    items.push(...part.items);
    after = part.next ?? undefined;
  } while (after && items.length < most);
  return items;
}
