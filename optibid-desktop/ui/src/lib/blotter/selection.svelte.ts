// Which rows of a blotter are selected, and where its cursor is. Ids are kept in a plain set with one counter: a thousand rows are selected by one change.

export class Selection {
  /** The line under the cursor: a row or the heading of a group. */
  cursor = $state<string>();
  #version = $state(0);
  #ids = new Set<string>();
  /** Where a range begins. */
  #anchor: string | undefined;

  get size(): number {
    void this.#version;
    return this.#ids.size;
  }
  get ids(): ReadonlySet<string> {
    void this.#version;
    return this.#ids;
  }
  has(id: string): boolean {
    void this.#version;
    return this.#ids.has(id);
  }

  only(id: string): void {
    this.#ids.clear();
    this.#ids.add(id);
    this.#moved(id);
  }
  toggle(id: string): void {
    if (!this.#ids.delete(id)) this.#ids.add(id);
    this.#moved(id);
  }
  /** From where the last one was selected to this one, in the order of the lines. */
  range(lines: readonly { id: string; kind: string }[], to: string, beside: boolean): void {
    const start = Math.max(0, lines.findIndex((line) => line.id === (this.#anchor ?? this.cursor ?? to)));
    const end = lines.findIndex((line) => line.id === to);
    if (end < 0) return;
    if (!beside) this.#ids.clear();
    for (const line of lines.slice(Math.min(start, end), Math.max(start, end) + 1)) if (line.kind === "row") this.#ids.add(line.id);
    this.#anchor ??= lines[start]?.id;
    this.cursor = to;
    this.#version += 1;
  }
  all(ids: Iterable<string>): void {
    this.#ids = new Set(ids);
    this.#version += 1;
  }
  clear(): void {
    this.#anchor = undefined;
    if (this.#ids.size === 0) return;
    this.#ids.clear();
    this.#version += 1;
  }
  /** What is no longer seen is no longer selected: nobody acts on what they do not see. */
  prune(seen: (id: string) => boolean, among: Iterable<string> = [...this.#ids]): void {
    let changed = false;
    for (const id of among) if (this.#ids.has(id) && !seen(id)) changed = this.#ids.delete(id) || changed;
    if (changed) this.#version += 1;
  }

  #moved(id: string): void {
    this.#anchor = id;
    this.cursor = id;
    this.#version += 1;
  }
}
