// How a person arranged the columns of a blotter, with the sets that they gave a name; kept in this browser.
import { arranged, keep, load, moved, usual, widthOf, type Arrangement, type Column, type Kept, type NamedSet } from "./columns";

export class Arranged<T> {
  #kept = $state.raw<Kept>({ now: undefined, sets: {} });

  constructor(
    readonly name: string,
    readonly columns: () => readonly Column<T>[],
  ) {
    this.#kept = load(name);
  }

  get now(): Arrangement {
    return this.#kept.now ?? usual(this.columns());
  }
  get shown(): Column<T>[] {
    return arranged(this.columns(), this.now);
  }
  get sets(): Readonly<Record<string, NamedSet>> {
    return this.#kept.sets;
  }
  get isUsual(): boolean {
    return this.#kept.now === undefined;
  }
  width(column: Column<T>): number {
    return widthOf(column, this.now);
  }

  resize(id: string, width: number): void {
    this.#change({ ...this.now, widths: { ...this.now.widths, [id]: Math.round(width) } });
  }
  move(id: string, before: string | undefined): void {
    this.#change({ ...this.now, shown: moved(this.shown.map((c) => c.id), id, before) });
  }
  /** Shows or hides a column; a new one stands last. */
  toggle(id: string): void {
    const ids = this.shown.map((c) => c.id);
    const next = ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id];
    if (next.length) this.#change({ ...this.now, shown: next });
  }
  reset(): void {
    this.#change(undefined);
  }
  save(name: string, sort: string, group: string): void {
    const set = { shown: this.shown.map((c) => c.id), widths: this.now.widths, sort, group };
    this.#keep({ ...this.#kept, sets: { ...this.#kept.sets, [name]: set } });
  }
  open(name: string): NamedSet | undefined {
    const set = this.#kept.sets[name];
    if (set) this.#change({ shown: set.shown, widths: set.widths });
    return set;
  }
  forget(name: string): void {
    const { [name]: _, ...sets } = this.#kept.sets;
    this.#keep({ ...this.#kept, sets });
  }

  #change(now: Arrangement | undefined): void {
    this.#keep({ ...this.#kept, now });
  }
  #keep(kept: Kept): void {
    this.#kept = kept;
    keep(this.name, kept);
  }
}
