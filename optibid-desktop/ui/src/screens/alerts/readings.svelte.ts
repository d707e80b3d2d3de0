// What rules see now: asked for one after another, so that many rules are no burden.
import { api, read } from "$lib/api/client";
import type { ReadingView } from "$lib/api/types";
import { change, money, power, price } from "$lib/format";
import { duration } from "$lib/time";
import { untrack } from "svelte";

const EVERY = 20_000;
/** Further rules are read when they are opened. */
export const MOST_READ = 60;

export class Readings {
  all = $state.raw<ReadonlyMap<string, ReadingView>>(new Map());

  /** Reads those rules now and then, as long as the component lives. Call it where a component is made. */
  constructor(ids: () => string[]) {
    $effect(() => {
      const wanted = ids().slice(0, MOST_READ);
      let over = false;
      const round = async () => {
        for (const id of wanted) {
          if (over || document.hidden) return;
          const reading = await read(api.GET("/api/alert-rules/{id}/reading", { params: { path: { id } } })).catch(() => undefined);
          if (!over && reading) this.all = new Map([...untrack(() => this.all), [id, reading]]);
        }
      };
      void round();
      const timer = setInterval(() => void round(), EVERY);
      return () => {
        over = true;
        clearInterval(timer);
      };
    });
  }
}

/** The figure of a reading with its unit; where it has none, what it points to. */
export function figure(reading: ReadingView | undefined, spread: boolean): string {
  if (!reading) return "";
  const { value, unit } = reading;
  if (value === null || value === undefined) return reading.points_to === "no_data" ? "no data" : reading.points_to === "active" ? "alarming" : "normal";
  switch (unit) {
    case "per MWh":
      return `${spread ? change(value) : price(value)} /MWh`;
    case "MWh":
      return `${power(value)} MWh`;
    case "s":
    case "s of age":
      return duration(Number(value) * 1000);
    default:
      return `${money(value)} ${unit ?? ""}`;
  }
}
