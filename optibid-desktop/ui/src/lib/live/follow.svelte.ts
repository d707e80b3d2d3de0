// Keeps what a view has read in step with the line: it is read again after events of its kind, and after a break or a gap.
import { untrack } from "svelte";
import type { Event } from "../api/types";
import { line } from "./line.svelte";

/** Calls `read` after events of these kinds, at most once in `pause` milliseconds. Call it where a component is made. */
export function follow(kinds: Event["kind"]["type"][], read: () => unknown, pause = 500): void {
  $effect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void read();
      }, pause);
    };
    const stops = kinds.map((kind) => line.on(kind, soon));
    return () => {
      clearTimeout(timer);
      stops.forEach((stop) => stop());
    };
  });
  let seen = untrack(() => line.generation);
  $effect(() => {
    if (line.generation === seen) return;
    seen = line.generation;
    untrack(() => void read());
  });
}
