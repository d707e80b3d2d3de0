// Where the blotter was left, so that going back to it finds it as it was.

class Back {
  #address = "/bids";

  keep(path: string, query: URLSearchParams): void {
    if (path !== "/bids") return;
    const text = query.toString();
    this.#address = text ? `${path}?${text}` : path;
  }
  get address(): string {
    return this.#address;
  }
}

export const back = new Back();
