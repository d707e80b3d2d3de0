// Opening: a bid of the server, a new one for a day, or a copy of a bid on another day, each with what was kept of unsaved work.
import { api, read, versioned } from "$lib/api/client";
import type { BidDraft, BidView, DayView, ProductView } from "$lib/api/types";
import { markets } from "$lib/market.svelte";
import { onDay, type DayNote } from "../model/days";
import { docKey, emptyDoc, fromDraft, isEmpty, rowsOf, type Doc, type Row } from "../model/doc";
import { Editor, type Saved } from "./editor.svelte";
import { forget, kept, nameOfNew, type Kept } from "./keep";
import { Saving } from "./saving.svelte";

export interface Context {
  market: string;
  product: string;
  location: string;
  day: string;
}
export interface Opened {
  editor: Editor;
  saving: Saving;
  /** Since when the unsaved work had been kept that was brought back. */
  restoredAt: number | undefined;
  notes: DayNote[];
  /** The bid that it is a copy of. */
  copyOf: BidView | undefined;
}
type Created = (id: string) => void;

/** A day's grid and the rules in force on it. */
export async function groundOf(of: Pick<Context, "market" | "product" | "day">, signal?: AbortSignal): Promise<{ product: ProductView; day: DayView }> {
  const { market, product, day } = of;
  const [rules, grid] = await Promise.all([
    read(api.GET("/api/markets/{market}/rules", { params: { path: { market }, query: { product, day } }, signal: signal ?? null })),
    read(api.GET("/api/markets/{market}/products/{product}/days/{day}", { params: { path: { market, product, day } }, signal: signal ?? null })),
  ]);
  return { product: rules, day: grid };
}

const contextOf = (draft: BidDraft): Context => ({ market: draft.market, product: draft.product, location: draft.location, day: draft.delivery_day });

function opened(editor: Editor, user: string, created: Created, more: Partial<Opened> = {}): Opened {
  return { editor, saving: new Saving(editor, user, created), restoredAt: undefined, notes: [], copyOf: undefined, ...more };
}

/** Kept work fits only on the grid it was made on. */
const fits = (found: Kept | undefined, editor: Editor): found is Kept => found !== undefined && found.doc.curves.length === editor.rows.length;

export async function openBid(id: string, user: string, created: Created, signal: AbortSignal): Promise<Opened> {
  const { value: bid, version } = await versioned(api.GET("/api/bids/{id}", { params: { path: { id } }, signal }));
  const { product, day } = await groundOf(contextOf(bid.content), signal);
  const rows = rowsOf(day);
  const saved: Saved = { id, version: version ?? `"${bid.version}"`, state: bid.state, doc: fromDraft(bid.content, rows) };
  const editor = new Editor(product, day, saved.doc, saved);
  const found = kept(user, id);
  if (!fits(found, editor) || docKey(found.doc) === docKey(saved.doc)) {
    forget(user, id);
    return opened(editor, user, created);
  }
  const result = opened(editor, user, created, { restoredAt: found.at });
  // The work began on the version that it was kept with: what came since is told as a conflict.
  if (found.version && found.base && found.version !== saved.version) editor.saved = { ...saved, version: found.version, doc: fromDraft(found.base, rows) };
  editor.change("bring back unsaved work", found.doc);
  if (editor.saved?.version !== saved.version) await result.saving.readTheirs();
  return result;
}

export async function openNew(of: Context, user: string, created: Created, signal: AbortSignal): Promise<Opened> {
  const { product, day } = await groundOf(of, signal);
  const doc = emptyDoc({ ...of, currency: product.currency }, rowsOf(day));
  const editor = new Editor(product, day, doc);
  const found = kept(user, nameOfNew(of));
  if (!fits(found, editor)) return opened(editor, user, created);
  const result = opened(editor, user, created, { restoredAt: found.at });
  editor.doc = found.doc;
  result.saving.pending = found.pending;
  result.saving.keptAt = found.at;
  return result;
}

export async function openCopy(id: string, day: string | undefined, user: string, created: Created, signal: AbortSignal): Promise<Opened> {
  const source = await read(api.GET("/api/bids/{id}", { params: { path: { id } }, signal }));
  const from = contextOf(source.content);
  const wanted = day ?? markets.product(from.market, from.product)?.next_gate?.delivery_day ?? from.day;
  const [before, target] = await Promise.all([groundOf(from, signal), openNew({ ...from, day: wanted }, user, created, signal)]);
  const rows = rowsOf(before.day);
  const copied = copyFor(fromDraft(source.content, rows), rows, target.editor);
  // What was begun for that day before comes back with one undo.
  const begun = !isEmpty(target.editor.doc);
  if (begun) target.editor.change("copy over an earlier draft", copied.doc);
  else target.editor.doc = copied.doc;
  return { ...target, restoredAt: undefined, notes: copied.notes, copyOf: source };
}

/** The offers of one bid on the day of another, with its asset and kind. */
export function copyFor(doc: Doc, rows: readonly Row[], target: Editor): { doc: Doc; notes: DayNote[] } {
  const { market, product, location, day, currency } = target.doc;
  const mapped = onDay(doc, rows, day, target.rows);
  return { doc: { ...mapped.doc, market, product, location, currency }, notes: mapped.notes };
}
