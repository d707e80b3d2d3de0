// What differs between a browser and the desktop app, in one place.

export interface Platform {
  readonly kind: "browser" | "desktop";
  /** Where the server is: empty for the one the page came from. */
  readonly server: string;
  fetch(request: Request): Promise<Response>;
  /** The address of the server's WebSocket. */
  socket(path: string): string;
  save(name: string, content: Blob): Promise<void>;
  notify(title: string, body: string): void;
}

const browser: Platform = {
  kind: "browser",
  server: location.origin,
  fetch: (request) => fetch(request),
  socket: (path) => `${location.origin.replace(/^http/, "ws")}${path}`,
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

export const platform: Platform = browser;
