// Rows as they are seen: filtered, sorted and grouped. What changed is taken out and merged in again; nothing else is touched, and rows that did not
// change stay the same objects, so that they are not drawn again.
import { textOf, type Column, type Grouping, type Sort } from "./columns";
import { parse, type Asked } from "./filter";
import type { Rows } from "./rows";

/** How long a change lights up, in milliseconds. */
export const FLASH = 400;

/** One row: a value with what was worked out from it. Another value is another row. */
export class Row<T> implements Asked {
  readonly kind = "row";
  /** Whether another one took its place. */
  gone = false;
  /** Whether it passes the filter. */
  shown = false;
  keys: (string | number | undefined)[] = [];
  group = "";
  groupOrder: string | number = "";
  /** Columns whose text changed, and when. */
  flashed: readonly string[] | undefined;
  flashedAt = 0;
  /** Counts them, so that one after another is seen as two. */
  flashes = 0;
  #texts: (string | undefined)[] = [];
  #words: string | undefined;
  #amounts: (bigint | undefined)[] | undefined;

  constructor(
    readonly id: string,
    readonly of: T,
    readonly columns: readonly Column<T>[],
  ) {}

  text(column: number): string {
    return (this.#texts[column] ??= textOf(this.columns[column]!, this.of));
  }
  value(column: number): string | number | undefined {
    return this.columns[column]!.value(this.of);
  }
  words(): string {
    return (this.#words ??= this.columns.map((_, i) => this.text(i)).join("\n").toLowerCase().replaceAll("−", "-"));
  }
  amount(column: number): bigint {
    this.#amounts ??= this.columns.map((c) => c.total?.of(this.of));
    return this.#amounts[column] ?? 0n;
  }
}

/** The heading of a group. */
export class Group<T> {
  readonly kind = "group";
  readonly id: string;
  #totals: bigint[] | undefined;

  constructor(
    readonly key: string,
    readonly text: string,
    readonly rows: readonly Row<T>[],
    readonly columns: readonly Column<T>[],
    readonly open: boolean,
  ) {
    this.id = `group ${key}`;
  }
  total(column: number): bigint {
    this.#totals ??= totalsOf(this.columns, this.rows);
    return this.#totals[column]!;
  }
}

export type Line<T> = Row<T> | Group<T>;

export function totalsOf<T>(columns: readonly Column<T>[], rows: readonly Row<T>[]): bigint[] {
  return columns.map((column, i) => (column.total ? rows.reduce((sum, row) => sum + row.amount(i), 0n) : 0n));
}

export interface Arranging<T> {
  rows: Rows<T>;
  columns: readonly Column<T>[];
  filter: string;
  /** A further condition: quick filters. */
  pass?: ((of: T) => boolean) | undefined;
  sort: readonly Sort[];
  group?: Grouping<T> | undefined;
  /** Keys of groups that are folded. */
  folded: ReadonlySet<string>;
}

const before = (a: string | number | undefined, b: string | number | undefined): number => {
  if (a === b) return 0;
  if (a === undefined || a === "") return b === undefined || b === "" ? 0 : 2;
  if (b === undefined || b === "") return -2;
  return a < b ? -1 : 1;
};

export class Sheet<T> {
  /** What is seen, from the first to the last line. */
  lines: readonly Line<T>[] = [];
  /** The rows that pass, in order, folded or not. */
  rows: Row<T>[] = [];
  /** Exact sums of the rows that pass, by column. */
  totals: bigint[] = [];
  #all = new Map<string, Row<T>>();
  #how!: Arranging<T>;
  #sort: { column: Column<T>; sign: number }[] = [];
  #flashing: number[] = [];
  #test: ((row: Asked) => boolean) | undefined;
  #groups = new Map<string, Group<T>>();

  /** Everything anew: for another filter, order, grouping or other columns. */
  arrange(how: Arranging<T>): void {
    const same = this.#how?.rows === how.rows && this.#how.columns === how.columns;
    this.#how = how;
    this.#test = parse(how.filter, how.columns);
    this.#sort = how.sort.flatMap(({ id, down }) => {
      const column = how.columns.find((c) => c.id === id);
      return column ? [{ column, sign: down ? -1 : 1 }] : [];
    });
    this.#flashing = how.columns.flatMap((column, i) => (column.flash ? [i] : []));
    const before = this.#all;
    this.#all = new Map();
    this.#groups.clear();
    this.rows = [];
    for (const value of how.rows.values()) {
      const id = how.rows.id(value);
      const kept = same ? before.get(id) : undefined;
      const row = kept?.of === value ? kept : new Row<T>(id, value, how.columns);
      this.#all.set(id, row);
      if (this.#place(row)) this.rows.push(row);
    }
    this.rows.sort(this.#compare);
    this.totals = totalsOf(how.columns, this.rows);
    this.#lay(undefined);
  }

  /** Takes in what changed. */
  update(changed: ReadonlySet<string>, now = performance.now()): void {
    const fresh: Row<T>[] = [];
    const touched = new Set<string>();
    let left = 0;
    for (const id of changed) {
      const value = this.#how.rows.get(id);
      const old = this.#all.get(id);
      if (old?.of === value) continue;
      if (old) {
        old.gone = true;
        if (old.shown) {
          left += 1;
          touched.add(old.group);
          this.#add(old, -1n);
        }
        this.#all.delete(id);
      }
      if (value === undefined) continue;
      const row = new Row<T>(id, value, this.#how.columns);
      this.#all.set(id, row);
      if (old) this.#flash(old, row, now);
      if (!this.#place(row)) continue;
      fresh.push(row);
      touched.add(row.group);
      this.#add(row, 1n);
    }
    if (left === 0 && fresh.length === 0) return;
    fresh.sort(this.#compare);
    const kept = left ? this.rows.filter((row) => !row.gone) : this.rows;
    this.rows = fresh.length ? merged(kept, fresh, this.#compare) : kept;
    this.#lay(touched);
  }

  row(id: string): Row<T> | undefined {
    const row = this.#all.get(id);
    return row?.shown ? row : undefined;
  }
  indexOf(id: string | undefined): number {
    return id === undefined ? -1 : this.lines.findIndex((line) => line.id === id);
  }

  /** Works out where a row belongs; whether it is seen at all. */
  #place(row: Row<T>): boolean {
    const { pass, group } = this.#how;
    row.shown = (pass?.(row.of) ?? true) && (this.#test?.(row) ?? true);
    if (!row.shown) return false;
    row.keys = this.#sort.map(({ column }) => column.value(row.of));
    row.group = group ? group.key(row.of) : "";
    row.groupOrder = group ? (group.order?.(row.of) ?? row.group) : "";
    return true;
  }

  #compare = (a: Row<T>, b: Row<T>): number => {
    if (a.groupOrder !== b.groupOrder) return before(a.groupOrder, b.groupOrder) * (this.#how.group?.down ? -1 : 1);
    if (a.group !== b.group) return a.group < b.group ? -1 : 1;
    for (let i = 0; i < this.#sort.length; i++) {
      const by = before(a.keys[i], b.keys[i]);
      // What has no value stands last both ways.
      if (by !== 0) return Math.abs(by) === 2 ? by : by * this.#sort[i]!.sign;
    }
    // Ids grow with time: the newest first.
    return a.id < b.id ? 1 : a.id > b.id ? -1 : 0;
  };

  #flash(old: Row<T>, row: Row<T>, now: number): void {
    row.flashes = old.flashes;
    const other = this.#flashing.filter((i) => old.text(i) !== row.text(i));
    if (other.length) {
      row.flashed = other.map((i) => this.#how.columns[i]!.id);
      row.flashedAt = now;
      row.flashes += 1;
    } else if (old.flashed && now - old.flashedAt < FLASH) {
      row.flashed = old.flashed;
      row.flashedAt = old.flashedAt;
    }
  }

  #add(row: Row<T>, sign: bigint): void {
    this.#how.columns.forEach((column, i) => {
      if (column.total) this.totals[i] = this.totals[i]! + sign * row.amount(i);
    });
  }

  /** Lays out lines; headings of groups that were not touched stay the same. */
  #lay(touched: ReadonlySet<string> | undefined): void {
    const { group, folded, columns } = this.#how;
    if (!group) {
      this.lines = this.rows;
      return;
    }
    const lines: Line<T>[] = [];
    const groups = new Map<string, Group<T>>();
    for (let from = 0; from < this.rows.length; ) {
      const key = this.rows[from]!.group;
      let to = from + 1;
      while (to < this.rows.length && this.rows[to]!.group === key) to += 1;
      const open = !folded.has(key);
      let head = touched && !touched.has(key) ? this.#groups.get(key) : undefined;
      if (!head || head.open !== open) {
        const first = this.rows[from]!;
        head = new Group(key, group.text?.(first.of) ?? key, this.rows.slice(from, to), columns, open);
      }
      groups.set(key, head);
      lines.push(head);
      if (open) for (let i = from; i < to; i++) lines.push(this.rows[i]!);
      from = to;
    }
    this.#groups = groups;
    this.lines = lines;
  }
}

/** Two sorted lists as one. */
function merged<R>(a: readonly R[], b: readonly R[], compare: (a: R, b: R) => number): R[] {
  const all = new Array<R>(a.length + b.length);
  let [i, j] = [0, 0];
  for (let k = 0; k < all.length; k++) all[k] = j >= b.length || (i < a.length && compare(a[i]!, b[j]!) <= 0) ? a[i++]! : b[j++]!;
  return all;
}
