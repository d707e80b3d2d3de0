// The server's judgement of what is on the grid: asked a moment after the last change, the latest answer counts.
import { api, read } from "$lib/api/client";
import { faultOf, type Fault } from "$lib/api/fault";
import type { Doc, Sent } from "../model/doc";
import { place, type Found } from "../model/rules";

const PAUSE = 250;

export class Checks {
  /** The bid that the answer is about. */
  doc = $state.raw<Doc>();
  findings = $state.raw<Found[]>([]);
  /** Whether the answer is about form alone: the venue's rules come after numbers and order are right. */
  formOnly = $state(false);
  asking = $state(false);
  fault = $state.raw<Fault>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: AbortController | undefined;

  /** Asks about a bid after a pause; what was asked before is dropped. */
  ask(doc: Doc, sent: () => Sent, pause = PAUSE): void {
    this.stop();
    this.asking = true;
    this.#timer = setTimeout(() => void this.#ask(doc, sent()), pause);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#running?.abort();
    this.asking = false;
  }

  async #ask(doc: Doc, sent: Sent): Promise<void> {
    const running = (this.#running = new AbortController());
    try {
      const answer = await read(api.POST("/api/bids/validate", { body: sent.draft, signal: running.signal }));
      if (running.signal.aborted) return;
      this.#take(doc, (answer.findings as unknown as Found[]).map((one) => ({ ...one, ...place(one.field, sent) })), false);
    } catch (error) {
      if (running.signal.aborted) return;
      const fault = faultOf(error);
      if (fault.violations.length) this.#take(doc, fault.violations.map((one) => ({ ...one, source: one.source ?? undefined, severity: "error" as const, ...place(one.field, sent) })), true);
      else this.fault = fault;
    } finally {
      if (this.#running === running) this.asking = false;
    }
  }

  #take(doc: Doc, findings: Found[], formOnly: boolean): void {
    this.doc = doc;
    this.findings = findings;
    this.formOnly = formOnly;
    this.fault = undefined;
  }
}
