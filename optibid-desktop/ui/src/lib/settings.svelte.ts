// How this person likes the page, kept in this browser.

export type Theme = "system" | "dark" | "light" | "contrast";
export type Density = "compact" | "normal" | "comfortable";
export type ZoneChoice = "market" | "utc" | "local";

interface Kept {
  theme: Theme;
  density: Density;
  zone: ZoneChoice;
  sound: boolean;
  toured: boolean;
}

const KEY = "optibid.settings";
const DEFAULTS: Kept = { theme: "dark", density: "normal", zone: "market", sound: false, toured: false };

function load(): Kept {
  try {
    return { ...DEFAULTS, ...(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Kept>) };
  } catch {
    return DEFAULTS;
  }
}

class Settings {
  #kept = $state<Kept>(load());
  #system = matchMedia("(prefers-color-scheme: light)");
  #light = $state(this.#system.matches);

  constructor() {
    this.#system.addEventListener("change", (event) => (this.#light = event.matches));
  }

  get theme(): Theme {
    return this.#kept.theme;
  }
  /** The theme that is drawn. */
  get drawn(): "dark" | "light" | "contrast" {
    return this.#kept.theme === "system" ? (this.#light ? "light" : "dark") : this.#kept.theme;
  }
  get density(): Density {
    return this.#kept.density;
  }
  get zone(): ZoneChoice {
    return this.#kept.zone;
  }
  get sound(): boolean {
    return this.#kept.sound;
  }
  get toured(): boolean {
    return this.#kept.toured;
  }

  set(changes: Partial<Kept>): void {
    Object.assign(this.#kept, changes);
    localStorage.setItem(KEY, JSON.stringify(this.#kept));
    this.apply();
  }

  /** Puts theme and density on the document. */
  apply(): void {
    document.documentElement.dataset["theme"] = this.drawn;
    document.documentElement.dataset["density"] = this.density;
  }

  /** The zone that times are shown in, for a market's zone. */
  zoneFor(market: string | undefined): string {
    switch (this.zone) {
      case "utc":
        return "UTC";
      case "local":
        return Intl.DateTimeFormat().resolvedOptions().timeZone;
      default:
        return market ?? "UTC";
    }
  }
}

export const settings = new Settings();
