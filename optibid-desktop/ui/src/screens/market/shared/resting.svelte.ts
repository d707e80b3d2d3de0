// State of the address that moves quickly, such as a slider's: it counts at once and is written when it rests, as browsers limit how often.
import { router } from "$lib/router.svelte";

export class Resting {
  #moving = $state.raw<Record<string, string | undefined>>({});
  #timer: ReturnType<typeof setTimeout> | undefined;

  get(name: string): string | undefined {
    return name in this.#moving ? this.#moving[name] : router.get(name);
  }

  set(changes: Record<string, string | undefined>): void {
    this.#moving = { ...this.#moving, ...changes };
    clearTimeout(this.#timer);
    const path = router.path;
    this.#timer = setTimeout(() => {
      if (router.path === path) router.set(this.#moving);
      this.#moving = {};
    }, 250);
  }

  /** Forgets what was not written: the view is left or shows something else. */
  drop(): void {
    clearTimeout(this.#timer);
    this.#moving = {};
  }
}
