// Saving and submitting: every creation and submission has a key of its own, every change the version it means.
import { api, newKey, versioned } from "$lib/api/client";
import { faultOf, type Fault } from "$lib/api/fault";
import type { BidView } from "$lib/api/types";
import { notices } from "$lib/notices.svelte";
import { docKey, fromDraft } from "../model/doc";
import { comparable, diff, merged, type Diff } from "../model/merge";
import type { Editor, Saved } from "./editor.svelte";
import { forget, keep, nameOfNew, type Pending } from "./keep";

export interface Conflict {
  theirs: Saved;
  /** What each did since both had the same; absent where the bids are for different days. */
  diff: Diff | undefined;
}
type Standing = "idle" | "saving" | "submitting";

/** What became of handing it in. */
export type Outcome = { kind: "done"; bid: BidView } | { kind: "unknown"; fault: Fault } | { kind: "refused"; fault: Fault } | { kind: "conflict" };

export class Saving {
  standing = $state<Standing>("idle");
  fault = $state.raw<Fault>();
  conflict = $state.raw<Conflict>();
  savedAt = $state<number>();
  /** When the work was kept in this browser last, and whether that is possible. */
  keptAt = $state<number>();
  cannotKeep = $state(false);
  /** Whether another tab has this bid open: that one keeps its work, so that they do not write over each other. */
  elsewhere = $state(false);
  pending: Pending | undefined;
  #submission: { version: string; key: string } | undefined;
  #running: Promise<boolean> | undefined;

  constructor(
    readonly editor: Editor,
    readonly user: string,
    /** Called when a new bid got its id. */
    readonly created: (id: string) => void,
  ) {}

  get name(): string {
    return this.editor.saved?.id ?? nameOfNew(this.editor.doc);
  }

  /** Keeps what is not saved in this browser; what is saved needs no keeping. */
  keep(): void {
    if (this.elsewhere) return;
    const { doc, saved, dirty } = this.editor;
    if (!dirty && !this.pending) {
      forget(this.user, this.name);
      this.keptAt = undefined;
      return;
    }
    const at = Date.now();
    const done = keep(this.user, this.name, { at, doc, base: saved ? this.editor.draftOf(saved.doc) : undefined, version: saved?.version, pending: this.pending });
    this.cannotKeep = !done;
    if (done) this.keptAt = at;
  }
  drop(): void {
    forget(this.user, this.name);
    this.keptAt = undefined;
  }

  /** Stores the bid as it is; true when the server has it. */
  save = (): Promise<boolean> => (this.#running ??= this.#save().finally(() => (this.#running = undefined)));

  async #save(): Promise<boolean> {
    const { editor } = this;
    if (!editor.dirty && editor.saved) return true;
    this.standing = "saving";
    this.fault = undefined;
    try {
      if (!editor.saved) await this.#create();
      // What was created may be older than what is here by now: the newer is saved over it.
      if (editor.saved && docKey(editor.doc) !== docKey(editor.saved.doc)) await this.#replace(editor.saved);
      this.savedAt = Date.now();
      this.keep();
      return true;
    } catch (error) {
      const fault = faultOf(error);
      if (fault.status === 412) await this.readTheirs();
      else this.fault = fault;
      this.keep();
      return false;
    } finally {
      this.standing = "idle";
    }
  }

  async #create(): Promise<void> {
    const before = this.name;
    this.pending ??= { key: newKey(), body: this.editor.sent.draft };
    this.keep();
    try {
      const { value, version } = await versioned(
        api.POST("/api/bids", { params: { query: { draft: true }, header: { "Idempotency-Key": this.pending.key } }, body: this.pending.body }),
      );
      this.pending = undefined;
      forget(this.user, before);
      this.#take(value, version);
      this.created(value.id);
    } catch (error) {
      // Only a creation that certainly was not applied may get another key.
      if (faultOf(error).certainlyNotApplied) this.pending = undefined;
      throw error;
    }
  }

  async #replace(saved: Saved): Promise<void> {
    const { value, version } = await versioned(
      api.PUT("/api/bids/{id}", { params: { path: { id: saved.id }, query: { draft: true }, header: { "If-Match": saved.version } }, body: this.editor.sent.draft }),
    );
    this.#take(value, version);
  }

  #take(bid: BidView, version: string | undefined): void {
    this.editor.saved = { id: bid.id, version: version ?? `"${bid.version}"`, state: bid.state, doc: fromDraft(bid.content, this.editor.rows) };
  }

  /** Somebody else changed it: what they have, beside what is here. */
  async readTheirs(): Promise<void> {
    const { editor } = this;
    if (!editor.saved) return;
    try {
      const { value, version } = await versioned(api.GET("/api/bids/{id}", { params: { path: { id: editor.saved.id } } }));
      const doc = fromDraft(value.content, editor.rows);
      const theirs = { id: value.id, version: version ?? `"${value.version}"`, state: value.state, doc };
      const base = editor.saved.doc;
      // The state may have moved while the content stayed: nothing to merge then.
      if (docKey(doc) === docKey(base)) {
        editor.saved = theirs;
        return;
      }
      // Who changed nothing sees the newest, one undo away from what it was.
      if (!editor.dirty) {
        editor.change("take a newer version", doc);
        editor.saved = theirs;
        this.drop();
        notices.tell(`Somebody else changed the bid: you see version ${theirs.version.replaceAll('"', "")}`);
        return;
      }
      this.conflict = { theirs, diff: comparable(base, doc) && comparable(editor.doc, doc) ? diff(base, editor.doc, doc) : undefined };
    } catch (error) {
      this.fault = faultOf(error);
    }
  }

  /** Ends a conflict with one bid of both; it is saved with the next save. */
  resolve(how: "merge" | "theirs" | "mine"): void {
    const found = this.conflict;
    if (!found) return;
    const { theirs } = found;
    const doc = how === "theirs" ? theirs.doc : how === "mine" || !found.diff ? this.editor.doc : merged(this.editor.doc, theirs.doc, found.diff);
    this.editor.saved = theirs;
    this.editor.change(how === "theirs" ? "take their version" : "merge with their version", doc);
    this.conflict = undefined;
    this.keep();
  }

  /** Hands the saved bid to its venue. Until its outcome is known every try is the same one, key and version: it is never handed in twice. */
  async submit(): Promise<Outcome> {
    const saved = this.editor.saved!;
    this.#submission ??= { version: saved.version, key: newKey() };
    const { version: meant, key } = this.#submission;
    this.standing = "submitting";
    try {
      const { value, version } = await versioned(
        api.POST("/api/bids/{id}/submit", { params: { path: { id: saved.id }, header: { "If-Match": meant, "Idempotency-Key": key } } }),
      );
      this.#submission = undefined;
      this.#take(value, version);
      this.drop();
      return { kind: "done", bid: value };
    } catch (error) {
      const fault = faultOf(error);
      if (fault.certainlyNotApplied || fault.status === 412) this.#submission = undefined;
      if (fault.status === 412) {
        await this.readTheirs();
        return { kind: "conflict" };
      }
      return { kind: fault.certainlyNotApplied ? "refused" : "unknown", fault };
    } finally {
      this.standing = "idle";
    }
  }

  /** Reads where the bid stands, after an answer that never came. */
  async look(): Promise<BidView> {
    const { value, version } = await versioned(api.GET("/api/bids/{id}", { params: { path: { id: this.editor.saved!.id } } }));
    this.#take(value, version);
    return value;
  }
}
