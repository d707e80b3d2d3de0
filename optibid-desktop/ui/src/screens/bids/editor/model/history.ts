// What was done, so that it can be undone: whole states that share what did not change.

interface Step<T> {
  readonly state: T;
  readonly label: string;
  readonly merge: string | undefined;
  readonly at: number;
}

/** Steps of one kind that follow each other this fast are one step: the nudges of a held key. */
const TOGETHER = 700;

export class History<T> {
  #past: Step<T>[] = [];
  #future: Step<T>[] = [];

  constructor(readonly most = 200) {}

  /** Keeps the state before a change. Changes with the same `merge` in quick succession, or within one drag, are undone together. */
  push(before: T, label: string, merge?: string, now = Date.now()): void {
    const last = this.#past.at(-1);
    this.#future = [];
    if (merge && last?.merge === merge && (now - last.at < TOGETHER || merge.startsWith("drag"))) {
      this.#past[this.#past.length - 1] = { ...last, label, at: now };
      return;
    }
    this.#past.push({ state: before, label, merge, at: now });
    if (this.#past.length > this.most) this.#past.shift();
  }

  undo(current: T): T | undefined {
    const step = this.#past.pop();
    if (!step) return undefined;
    this.#future.push({ ...step, state: current });
    return step.state;
  }

  redo(current: T): T | undefined {
    const step = this.#future.pop();
    if (!step) return undefined;
    this.#past.push({ ...step, state: current, merge: undefined });
    return step.state;
  }

  get undoLabel(): string | undefined {
    return this.#past.at(-1)?.label;
  }
  get redoLabel(): string | undefined {
    return this.#future.at(-1)?.label;
  }
  get size(): number {
    return this.#past.length;
  }
}
