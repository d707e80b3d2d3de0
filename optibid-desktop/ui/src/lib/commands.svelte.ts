// Every act of the page in one list: what the palette offers, what `?` shows, and what keys do.
import { untrack } from "svelte";

export interface Command {
  id: string;
  label: string;
  /** The heading it stands under. */
  group: string;
  /** Keys such as `g b`, `ctrl+k`, `shift+w`. */
  keys?: string | undefined;
  /** Further words it is found by. */
  words?: string | undefined;
  /** Whether it is offered now. */
  when?: () => boolean;
  run: () => void;
}

class Commands {
  #sets = $state.raw<(() => Command[])[]>([]);
  paletteOpen = $state(false);
  sheetOpen = $state(false);
  #pending = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** All that can be done now, the view's own first. */
  get list(): Command[] {
    return this.#sets.toReversed().flatMap((set) => set()).filter((command) => command.when?.() ?? true);
  }

  /** Adds commands for as long as a component lives. Call it where a component is made. */
  use(commands: () => Command[]): void {
    $effect(() =>
      untrack(() => {
        this.#sets = [...this.#sets, commands];
        return () => (this.#sets = this.#sets.filter((other) => other !== commands));
      }),
    );
  }

  /** Runs what a key stands for. */
  key(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing) return;
    const name = nameOf(event);
    const typed = event.target instanceof HTMLElement && isTyping(event.target, name);
    const combined = event.ctrlKey || event.metaKey || event.altKey;
    if ((typed || dialogOpen()) && !combined) return;
    const sequence = this.#pending ? `${this.#pending} ${name}` : name;
    const list = this.list.filter((command) => command.keys);
    const found = list.find((command) => command.keys === sequence) ?? list.find((command) => command.keys === name);
    clearTimeout(this.#timer);
    this.#pending = "";
    if (found) {
      event.preventDefault();
      found.run();
    } else if (list.some((command) => command.keys?.startsWith(`${sequence} `))) {
      this.#pending = sequence;
      this.#timer = setTimeout(() => (this.#pending = ""), 1_200);
    }
  }
}

/** What takes a key for itself. A choice that was clicked keeps the focus, but takes only what moves and sets it. */
const isTyping = (element: HTMLElement, key: string): boolean =>
  element instanceof HTMLInputElement && /^(radio|checkbox)$/.test(element.type) ? /^(arrow|space|enter)/.test(key) :
  element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) || element.closest("[data-keys=own]") !== null;

const dialogOpen = (): boolean => document.querySelector("[role=dialog], [role=alertdialog], [role=menu]") !== null;

function nameOf(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key.toLowerCase();
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push("ctrl");
  if (event.altKey) parts.push("alt");
  // What Shift makes of a sign is another sign; of a letter it is the same letter with Shift.
  if (event.shiftKey && /^([a-z]|.{2,})$/.test(key)) parts.push("shift");
  parts.push(key === " " ? "space" : key);
  return parts.join("+");
}

export const commands = new Commands();
