// Short messages that say what was done, and faults of acts that have no place of their own.
import { faultOf } from "./api/fault";

export interface Notice {
  id: number;
  tone: "ok" | "warn" | "danger";
  text: string;
  detail?: string | undefined;
  act?: { label: string; run: () => void } | undefined;
}

class Notices {
  list = $state.raw<Notice[]>([]);
  #next = 1;

  tell(text: string, more: Partial<Omit<Notice, "id" | "text">> = {}): void {
    const notice = { id: this.#next++, tone: "ok" as const, text, ...more };
    this.list = [...this.list.slice(-3), notice];
    // A fault stays until it is read; the rest goes by itself.
    if (notice.tone === "ok") setTimeout(() => this.dismiss(notice.id), 6_000);
  }

  fault(what: string, error: unknown): void {
    const fault = faultOf(error);
    const kept = fault.certainlyNotApplied || fault.status === 0 ? "" : " Look at its state before you try again.";
    const reference = fault.reference ? ` (reference ${fault.reference})` : "";
    const broken = fault.violations.map((v) => `${v.field}: ${v.rule}`).join("; ");
    this.tell(what, { tone: "danger", detail: `${broken || fault.message}.${kept}${reference}` });
  }

  dismiss(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id);
  }
}

export const notices = new Notices();
