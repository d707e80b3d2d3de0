// What somebody has seen and put away on this computer: a failed job or a rejection has no state of its own for that.
const KEY = "optibid.seen";
const MOST = 200;

function load(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((one) => typeof one === "string") : [];
  } catch {
    return [];
  }
}

class Seen {
  #keys = $state.raw<string[]>(load());

  has(key: string): boolean {
    return this.#keys.includes(key);
  }

  add(key: string): void {
    this.#keys = [...this.#keys.filter((other) => other !== key), key].slice(-MOST);
    localStorage.setItem(KEY, JSON.stringify(this.#keys));
  }
}

export const seen = new Seen();
