// Rows of a blotter: a plain store that nothing reacts to by itself. Who listens is told at most once a frame, with the ids that changed, so that
// thousands of changes a second cost one drawing of what is seen.

export type Listener = (changed: ReadonlySet<string>) => void;

/** Calls back before the next drawing; at once-a-second pace where nothing is drawn. */
const nextFrame = (run: () => void): void => {
  if (typeof requestAnimationFrame === "function" && !document.hidden) requestAnimationFrame(run);
  else setTimeout(run, 250);
};

export class Rows<T> {
  /** Grows with every telling. */
  version = 0;
  #values = new Map<string, T>();
  #changed = new Set<string>();
  #listeners = new Set<Listener>();
  #waiting = false;

  constructor(
    readonly id: (value: T) => string,
    readonly schedule: (run: () => void) => void = nextFrame,
  ) {}

  get size(): number {
    return this.#values.size;
  }
  get(id: string): T | undefined {
    return this.#values.get(id);
  }
  values(): IterableIterator<T> {
    return this.#values.values();
  }

  /** Adds rows, or puts them in the place of those with the same id. */
  put(values: Iterable<T>): void {
    for (const value of values) {
      const id = this.id(value);
      this.#values.set(id, value);
      this.#changed.add(id);
    }
    this.#tell();
  }

  remove(ids: Iterable<string>): void {
    for (const id of ids) if (this.#values.delete(id)) this.#changed.add(id);
    this.#tell();
  }

  /** Puts these in the place of all. */
  replace(values: Iterable<T>): void {
    const before = new Set(this.#values.keys());
    this.put(values);
    for (const value of this.#values.values()) if (this.#changed.has(this.id(value))) before.delete(this.id(value));
    this.remove(before);
  }

  clear(): void {
    this.remove([...this.#values.keys()]);
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(): void {
    if (this.#waiting || this.#changed.size === 0) return;
    this.#waiting = true;
    this.schedule(() => {
      this.#waiting = false;
      this.version += 1;
      const changed = this.#changed;
      this.#changed = new Set();
      for (const listener of this.#listeners) listener(changed);
    });
  }
}
