// Net and capture of runs for the list. The server's list comes without reports, so each is read once, two at a time; what has ended never changes.
import { untrack } from "svelte";
import { api, read } from "$lib/api/client";
import type { Job } from "$lib/api/types";
import { figuresOf, runsOf, type Figures } from "./reports";

export interface Outcome extends Partial<Figures> {
  /** How many reports it has; figures are those of the best. */
  reports: number;
}

class RunFigures {
  #known = $state.raw<ReadonlyMap<string, Outcome>>(new Map());
  #waiting: string[] = [];
  #asked = new Set<string>();
  #running = 0;

  of(id: string): Outcome | undefined {
    return this.#known.get(id);
  }

  /** Reads a run's figures when nobody has yet. */
  want(id: string): void {
    if (this.#asked.has(id)) return;
    this.#asked.add(id);
    this.#waiting.push(id);
    this.#next();
  }

  /** Takes them from a run that was read anyway. */
  take(job: Job): void {
    if (job.state !== "done" || !job.result || untrack(() => this.#known.has(job.id))) return;
    this.#asked.add(job.id);
    this.#known = new Map(untrack(() => this.#known)).set(job.id, outcome(job));
  }

  #next(): void {
    while (this.#running < 2) {
      const id = this.#waiting.shift();
      if (!id) return;
      this.#running += 1;
      read(api.GET("/api/jobs/{id}", { params: { path: { id } } }))
        .then((job) => this.take(job), () => this.#asked.delete(id))
        .finally(() => {
          this.#running -= 1;
          this.#next();
        });
    }
  }
}

function outcome(job: Job): Outcome {
  const { result } = job;
  if (result?.kind === "optimisation" || result?.kind === "explanation") {
    const schedule = result.kind === "optimisation" ? result.value : result.value.schedule;
    return { reports: 1, net: schedule.value.amount, currency: schedule.value.currency };
  }
  if (result?.kind === "offer") return { reports: 1, net: result.value.expected.value.amount, currency: result.value.expected.value.currency };
  const figures = runsOf(job).map((run) => figuresOf(run.report));
  const best = figures.toSorted((a, b) => Number(b.net) - Number(a.net))[0];
  return { reports: figures.length, ...best };
}

export const runFigures = new RunFigures();
