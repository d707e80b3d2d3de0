// Where the page is. The address holds the whole state of a view, so that it can be kept, sent and reloaded.

class Router {
  path = $state(location.pathname);
  query = $state.raw(new URLSearchParams(location.search));
  /** Asked before leaving a view with unsaved work, with the address that is wanted; the answer false keeps the view. */
  guard: ((address: string) => boolean) | undefined;

  constructor() {
    addEventListener("popstate", () => this.#read());
    addEventListener("click", (event) => this.#click(event));
  }

  /** Opens an address, as a link does. */
  go(address: string): void {
    const [path, search] = address.split("?");
    if (path !== this.path && this.guard && !this.guard(address)) return;
    if (path !== this.path) this.guard = undefined;
    history.pushState(null, "", search ? `${path}?${search}` : (path ?? "/"));
    this.#read();
    document.querySelector("main")?.scrollTo(0, 0);
  }

  get(name: string): string | undefined {
    return this.query.get(name) ?? undefined;
  }

  /** Changes the view's state in the address, without a step to go back to unless `push` asks for one. */
  set(changes: Record<string, string | undefined>, push = false): void {
    const next = new URLSearchParams(this.query);
    for (const [name, value] of Object.entries(changes)) {
      if (value === undefined || value === "") next.delete(name);
      else next.set(name, value);
    }
    const text = next.toString();
    if (text === this.query.toString()) return;
    const address = text ? `${this.path}?${text}` : this.path;
    history[push ? "pushState" : "replaceState"](null, "", address);
    this.query = next;
  }

  /** The address of another view with what views share: market, product, location and day. */
  link(path: string, extra: Record<string, string | undefined> = {}): string {
    const shared = new URLSearchParams();
    for (const name of ["market", "product", "location", "day"]) {
      const value = this.query.get(name);
      if (value) shared.set(name, value);
    }
    for (const [name, value] of Object.entries(extra)) {
      if (value === undefined) shared.delete(name);
      else shared.set(name, value);
    }
    const text = shared.toString();
    return text ? `${path}?${text}` : path;
  }

  #read(): void {
    this.path = location.pathname;
    this.query = new URLSearchParams(location.search);
  }

  #click(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = (event.target as Element | null)?.closest?.("a[href]");
    if (!(link instanceof HTMLAnchorElement) || link.origin !== location.origin) return;
    if (link.target || link.download || link.pathname.startsWith("/api")) return;
    event.preventDefault();
    this.go(link.pathname + link.search);
  }
}

export const router = new Router();
