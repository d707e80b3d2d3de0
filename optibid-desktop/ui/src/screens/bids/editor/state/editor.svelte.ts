// A bid on the table: what it says, what is selected, what was done, and what is wrong with it.
import type { Asset, BidDraft, BidState, BuiltOffer, DayView, ProductView } from "$lib/api/types";
import { clock } from "$lib/clock.svelte";
import { millis } from "$lib/time";
import { cellText, clear, columnsFor, fill, pointOf, priceCol, quantityCol, rangeOf, setCells, setCurve, SIDE, widest, type Cell, type Change, type Defaults, type Range } from "../model/cells";
import { docKey, hasCurves, isEmpty, isOffered, rowsOf, toSent, type Curve, type Doc, type Row, type Sent, type Side } from "../model/doc";
import { History } from "../model/history";
import { assetRange, check, limitsOf, type Found } from "../model/rules";
import { totals } from "../model/totals";
import { Checks } from "./checks.svelte";

/** What the server has of the bid. */
export interface Saved {
  id: string;
  version: string;
  state: BidState;
  doc: Doc;
}

export type DialogName = "paste" | "period" | "days" | "build" | "submit" | "conflict" | "leave";

/** States in which the server lets the content be replaced. */
const EDITABLE: BidState[] = ["draft", "validated", "rejected"];
/** Point columns that are there to type into, whatever the bid has. */
const SPARE = 3;

export class Editor {
  readonly product: ProductView;
  readonly day: DayView;
  readonly rows: readonly Row[];
  readonly checks = new Checks();
  readonly #history = new History<Doc>();

  doc = $state.raw<Doc>() as Doc;
  saved = $state.raw<Saved>();
  assets = $state.raw<Asset[]>([]);
  anchor = $state.raw<Cell>({ row: 0, col: 1 });
  focus = $state.raw<Cell>({ row: 0, col: 1 });
  /** The offer that was built last, with the reasons of its prices. */
  built = $state.raw<BuiltOffer>();
  /** Why nothing may be changed: the state at the venue, or the role. */
  locked = $state<string>();
  /** The dialog that is open, and where one wants to go from here: a new bid keeps both when it gets its address. */
  dialog = $state<DialogName>();
  wanted = "";
  #side: Side = "sell";
  #steps = $state(0);

  constructor(product: ProductView, day: DayView, doc: Doc, saved?: Saved) {
    this.product = product;
    this.day = day;
    this.rows = rowsOf(day);
    this.doc = doc;
    this.saved = saved;
    const first = Math.max(0, doc.curves.findIndex(isOffered));
    this.anchor = this.focus = { row: first, col: 1 };
  }

  readonly limits = $derived.by(() => limitsOf(this.product, this.doc.market, this.doc.kind));
  readonly asset = $derived.by(() => this.assets.find((asset) => asset.id === this.doc.asset));
  readonly range = $derived.by(() => assetRange(this.asset));
  readonly sent = $derived.by((): Sent => toSent(this.doc, this.rows, this.day.resolution));
  readonly local = $derived.by((): Found[] => check(this.doc, this.rows, this.sent, this.limits, this.range));
  readonly totals = $derived.by(() => totals(this.doc, this.rows));
  readonly selection = $derived.by((): Range => rangeOf(this.anchor, this.focus));
  readonly dirty = $derived.by(() => (this.saved ? docKey(this.doc) !== docKey(this.saved.doc) : !isEmpty(this.doc)));
  readonly row = $derived.by(() => this.rows[this.focus.row]!);
  readonly curve = $derived.by(() => this.doc.curves[this.focus.row]);
  /** The point that the selected cell belongs to; the first where the side is selected. */
  readonly point = $derived.by(() => (this.focus.col === SIDE ? 0 : pointOf(this.focus.col)));
  /** Point columns that are shown: those in use, one to go on with, and never more than the venue takes. */
  readonly points = $derived.by(() => Math.max(1, widest(this.doc), Math.min(this.limits.maxPoints, Math.max(SPARE, widest(this.doc) + 1))));
  readonly columns = $derived.by(() => columnsFor(this.points));

  /** All findings: the server's where they are about what is here, and until then what can be told at once. */
  readonly findings = $derived.by((): Found[] => {
    if (this.checks.doc !== this.doc) {
      const known = new Set(this.local.map((one) => one.code));
      // What only the server can tell (gate, location, asset) still holds while numbers change.
      return [...this.checks.findings.filter((one) => one.row === undefined && !known.has(one.code) && one.code !== "no_periods"), ...this.local];
    }
    if (!this.checks.formOnly) return this.checks.findings;
    const told = new Set(this.checks.findings.map((one) => `${one.code} ${one.field}`));
    return [...this.checks.findings, ...this.local.filter((one) => !told.has(`${one.code} ${one.field}`) && one.code !== "decimal")];
  });
  readonly errors = $derived.by(() => this.findings.filter((one) => one.severity === "error"));
  /** Findings by cell: `row:col`. */
  readonly byCell = $derived.by(() => {
    const map = new Map<string, Found[]>();
    for (const one of this.findings) {
      if (one.row === undefined) continue;
      const key = `${one.row}:${one.col}`;
      map.set(key, [...(map.get(key) ?? []), one]);
    }
    return map;
  });

  /** Rows in which anything is offered, by curve, block or spread. */
  readonly offered = $derived.by((): readonly Row[] => {
    const { blocks, spreads } = this.doc.rest;
    if (hasCurves(this.doc.kind)) return this.rows.filter((row) => isOffered(this.doc.curves[row.index]));
    const starts = new Set([...(blocks ?? []).flatMap((block) => block.profile), ...(spreads ?? [])].map((one) => millis(one.period.start)));
    return this.rows.filter((row) => starts.has(row.start));
  });
  /** Sides that an offer of this kind can have at this venue. */
  readonly sides = $derived.by((): Side[] => {
    if (this.doc.kind === "ancillary_service" || this.doc.kind === "three_part") return ["sell"];
    return this.limits.storage === false || this.doc.kind === "virtual" ? ["sell", "buy"] : ["sell", "buy", "storage"];
  });
  /** When the first gate closes that the bid has to make. */
  get gate(): number {
    const open = this.rows.filter((row) => row.gate > clock.now);
    const own = open.filter((row) => this.offered.includes(row));
    return Math.min(...(own.length ? own : open.length ? open : this.rows.slice(-1)).map((row) => row.gate));
  }
  /** Offers whose gate is over: with one of them nothing can be submitted. */
  get late(): readonly Row[] {
    return this.offered.filter((row) => row.gate <= clock.now);
  }
  get closed(): boolean {
    return this.late.length > 0 || this.rows.every((row) => row.gate <= clock.now);
  }
  get canEdit(): boolean {
    return this.locked === undefined && hasCurves(this.doc.kind);
  }
  get editableState(): boolean {
    return !this.saved || EDITABLE.includes(this.saved.state);
  }

  get undoLabel(): string | undefined {
    void this.#steps;
    return this.#history.undoLabel;
  }
  get redoLabel(): string | undefined {
    void this.#steps;
    return this.#history.redoLabel;
  }

  /** What a curve that begins now is like: on the side that was used last. */
  get defaults(): Defaults {
    const shape = this.limits.shape === "either" ? (this.doc.curves.find(isOffered)?.shape ?? "step") : this.limits.shape;
    return { side: this.sides.includes(this.#side) ? this.#side : "sell", shape, storage: this.sides.includes("storage") };
  }

  /** Every change goes through here, so that it can be undone. */
  change(label: string, doc: Doc, merge?: string): void {
    if (this.locked || doc === this.doc || docKey(doc) === docKey(this.doc)) return;
    this.#history.push(this.doc, label, merge);
    this.#steps += 1;
    this.doc = doc;
    const side = doc.curves[this.focus.row]?.side;
    if (side && side !== "storage") this.#side = side;
  }

  undo = (): void => this.#go(this.#history.undo(this.doc));
  redo = (): void => this.#go(this.#history.redo(this.doc));
  #go(doc: Doc | undefined): void {
    if (!doc || this.locked) return;
    this.#steps += 1;
    // Show what changes, where it is not seen anyway.
    const row = doc.curves.findIndex((curve, i) => curve !== this.doc.curves[i]);
    this.doc = doc;
    if (row >= 0 && (row < this.selection.top || row > this.selection.bottom)) this.select({ row, col: this.focus.col });
  }

  select(focus: Cell, anchor: Cell = focus): void {
    const held = (cell: Cell): Cell => ({ row: Math.min(this.rows.length - 1, Math.max(0, cell.row)), col: Math.min(this.columns - 1, Math.max(0, cell.col)) });
    this.focus = held(focus);
    this.anchor = held(anchor);
  }
  selectRow = (row: number): void => this.select({ row, col: this.focus.col });
  selectPoint = (point: number): void => this.select({ row: this.focus.row, col: this.focus.col !== SIDE && this.focus.col === priceCol(this.point) ? priceCol(point) : quantityCol(point) });

  write(changes: readonly Change[], label: string, merge?: string): void {
    if (this.canEdit) this.change(label, setCells(this.doc, changes, this.defaults), merge);
  }
  clearSelection = (): void => {
    if (this.canEdit) this.change(`clear ${this.#count(this.selection)}`, clear(this.doc, this.selection, this.defaults));
  };
  /** Fills the selection from its first row; of one row alone from the row above. */
  fillDown = (): void => {
    const { top, bottom, left, right } = this.selection;
    const from = top === bottom ? Math.max(0, top - 1) : top;
    this.fill({ top: from, bottom: from, left, right }, { top: from, bottom, left, right });
  };
  fill(source: Range, target: Range, series = false): void {
    this.write(fill(this.doc, source, target, series), `fill ${this.#count(target)}`);
  }
  setCurve(curve: Curve | undefined, label: string, merge?: string): void {
    if (this.canEdit) this.change(label, setCurve(this.doc, this.focus.row, curve), merge);
  }
  draftOf = (doc: Doc): BidDraft => toSent(doc, this.rows, this.day.resolution).draft;
  textAt = (cell: Cell): string => cellText(this.doc, cell);

  #count({ top, bottom, left, right }: Range): string {
    const cells = (bottom - top + 1) * (right - left + 1);
    return cells === 1 ? "a cell" : `${cells} cells`;
  }

  /** Asks the server what it thinks of the bid as it is. */
  askServer(pause?: number): void {
    const doc = this.doc;
    this.checks.ask(doc, () => this.sent, pause);
  }
}
