// Draws a long span again when a price of its series comes: from what is kept, at most once a second.
import { seriesKey } from "$lib/market.svelte";
import { onPrice, type SeriesId } from "$lib/prices";

/** Call it where a component is made. */
export function keepUp(of: () => { ids: readonly SeriesId[]; from: number; until: number }, again: () => unknown): void {
  $effect(() => {
    const { ids, from, until } = of();
    const keys = new Set(ids.map(seriesKey));
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = onPrice((series, point) => {
      if (timer || point.start < from || point.start >= until || !keys.has(seriesKey(series))) return;
      timer = setTimeout(() => {
        timer = undefined;
        void again();
      }, 1_000);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  });
}
