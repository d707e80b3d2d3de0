// What differs between a browser and the desktop app, in one place.

/** A line to the server: what those who use it need of a WebSocket. */
export interface Socket {
  readonly readyState: number;
  onmessage: ((message: { data: unknown }) => void) | null;
  onclose: ((closed: { code: number }) => void) | null;
  send(text: string): void;
  close(): void;
}

export interface Platform {
  readonly kind: "browser" | "desktop";
  /** Where the server is: empty for the one the page came from. */
  readonly server: string;
  fetch(request: Request): Promise<Response>;
  /** A WebSocket of the server. */
  socket(path: string): Socket;
  save(name: string, content: Blob): Promise<void>;
  notify(title: string, body: string): void;
}

const browser: Platform = {
  kind: "browser",
  server: location.origin,
  fetch: (request) => fetch(request),
  socket: (path) => new WebSocket(`${location.origin.replace(/^http/, "ws")}${path}`) as Socket,
  async save(name, content) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(content);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  },
  notify(title, body) {
    if ("Notification" in window && Notification.permission === "granted") new Notification(title, { body });
  },
};

/** The desktop app's, of which a browser loads nothing. */
function later(desktop: Promise<Platform>): Platform {
  let loaded: Platform | undefined;
  void desktop.then((platform) => (loaded = platform));
  return {
    kind: "desktop",
    server: location.origin,
    fetch: async (request) => (await desktop).fetch(request),
    // Nobody opens a line before a first answer has come.
    socket: (path) => loaded!.socket(path),
    save: async (name, content) => (await desktop).save(name, content),
    notify: (title, body) => void desktop.then((platform) => platform.notify(title, body)),
  };
}

export const platform: Platform =
  "__TAURI_INTERNALS__" in window ? later(import("./platform.desktop").then(({ desktop }) => desktop)) : browser;
