// What would become of the bid as it is: asked anew as it changes, a few times a second at most, older questions dropped.
import { api, read } from "$lib/api/client";
import { faultOf, type Fault } from "$lib/api/fault";
import type { PathSource, PriceBasis, WhatIf } from "$lib/api/types";
import { write } from "../model/decimal";
import { docKey, isOffered, type Doc } from "../model/doc";
import type { Editor } from "./editor.svelte";
import type { Prices, Reference } from "./prices.svelte";

export type Basis = "forecast" | "known" | "past";
/** Questions come this far apart while a point is dragged. */
const PAUSE = 120;
/** A question that takes longer than this is dropped for a newer one. */
const LONGEST = 500;
/** Findings after which the server has no bid to look at. */
const FORM = new Set(["decimal", "quantity_sign", "quantity_order", "price_not_monotone", "curve_empty", "side_not_taken"]);

export class WhatIfs {
  readonly #editor: Editor;
  readonly #prices: Prices;
  answer = $state.raw<WhatIf>();
  /** The bid that the answer is about. */
  doc = $state.raw<Doc>();
  fault = $state.raw<Fault>();
  asking = $state(false);
  /** The prices that somebody chose; else the best that there are. */
  chosen = $state<Basis>();
  /** What is held against: the bid when it was marked, else as it is saved. */
  mark = $state.raw<Doc>();
  #paths: PathSource | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: AbortController | undefined;
  #askedAt = 0;
  #again = false;

  constructor(editor: Editor, prices: Prices) {
    this.#editor = editor;
    this.#prices = prices;
  }

  readonly offered = $derived.by((): Basis[] => {
    const prices = this.#prices;
    const whole = (of: Reference | undefined) => of !== undefined && of.values.every((value) => value !== null);
    return [
      ...(prices.forecast.value ? (["forecast"] as const) : []),
      ...(whole(prices.published.find((one) => one.label.split(" ")[0] === this.#editor.doc.product)) ? (["known"] as const) : []),
      ...(whole(prices.past) ? (["past"] as const) : []),
    ];
  });
  readonly basis = $derived.by((): Basis | undefined => (this.chosen && this.offered.includes(this.chosen) ? this.chosen : this.offered[0]));
  readonly pastDay = $derived.by(() => this.#prices.past?.day);
  /** Whether a question makes sense: curves of energy, free of faults of form. */
  readonly possible = $derived.by(() => this.#editor.doc.kind === "curve" && this.#editor.offered.length > 0 && this.basis !== undefined);
  readonly broken = $derived.by(() => this.#editor.local.some((one) => FORM.has(one.code)));
  readonly current = $derived.by(() => this.doc === this.#editor.doc);

  /** Asks soon; at once where the last question lies back far enough. */
  ask(): void {
    clearTimeout(this.#timer);
    if (!this.possible) {
      this.#running?.abort();
      this.answer = undefined;
      return;
    }
    if (this.broken) return;
    this.#timer = setTimeout(() => this.#next(), Math.max(0, this.#askedAt + PAUSE - performance.now()));
  }
  /** A question on its way may come back, or nothing would be seen while a point moves; one that takes long is dropped for the newer. */
  #next(): void {
    if (this.asking && performance.now() - this.#askedAt < LONGEST) this.#again = true;
    else void this.#ask();
  }
  stop(): void {
    clearTimeout(this.#timer);
    this.#running?.abort();
  }

  /** Holds what follows against the bid as it is now; once more, against what is saved. */
  hold = (): void => {
    this.mark = this.mark ? undefined : this.#editor.doc;
    this.ask();
  };

  async #ask(): Promise<void> {
    const { doc, sent, saved } = this.#editor;
    const [basis, noPaths] = this.#pricesToExpect();
    const base = this.mark ?? saved?.doc;
    const against = base && base.asset === doc.asset && base.curves.some(isOffered) && docKey(base) !== docKey(doc) ? this.#editor.draftOf(base) : undefined;
    this.#running?.abort();
    const running = (this.#running = new AbortController());
    this.#askedAt = performance.now();
    this.asking = true;
    try {
      const answer = await read(api.POST("/api/optimisations/what-if", {
        body: { bid: sent.draft, basis, ...(against ? { against } : {}), scenarios: noPaths ? { count: 0, seed: 0 } : (this.#paths ?? { count: 100, seed: 0 }) },
        signal: running.signal,
      }));
      if (running.signal.aborted) return;
      if (!noPaths) this.#paths = answer.scenarios;
      this.answer = answer;
      this.doc = doc;
      this.fault = undefined;
    } catch (error) {
      if (running.signal.aborted) return;
      this.fault = faultOf(error);
    } finally {
      if (this.#running === running) {
        this.asking = false;
        if (this.#again && !running.signal.aborted) this.ask();
        this.#again = false;
      }
    }
  }

  /** The expected prices, and whether there is no forecast whose errors would make paths. */
  #pricesToExpect(): [PriceBasis, boolean] {
    const noForecast = this.#prices.forecast.value === undefined;
    if (this.basis === "known") return [{ kind: "known" }, noForecast];
    if (this.basis !== "past") return [{ kind: "forecast" }, false];
    const { past } = this.#prices;
    const prices = this.#editor.rows.map((row) => ({
      period: { start: row.wire, resolution: this.#editor.day.resolution },
      price: past!.texts?.[row.index] ?? write(BigInt(Math.round(past!.values[row.index]! * 1e6)), "price"),
    }));
    return [{ kind: "given", prices }, noForecast];
  }
}
