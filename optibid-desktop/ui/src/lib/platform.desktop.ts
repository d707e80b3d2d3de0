// The desktop app's side: calls, session and line go through the app, which holds the tokens; the page never sees one.
import { Channel, invoke } from "@tauri-apps/api/core";
import type { Platform, Socket } from "./platform";

/** Where the app works, as it remembers. */
export interface Whereabouts {
  place: { mode: "server"; url: string } | { mode: "local" } | null;
  /** The server that was used last. */
  server: string | null;
  /** Why the place of the last time could not be gone to. */
  fault: string | null;
}

export const places = {
  now: () => invoke<Whereabouts>("whereabouts"),
  /** Works with a server from now on; its address as it was understood. */
  useServer: (address: string) => invoke<string>("use_server", { address }),
  /** Works with a platform inside the app from now on, signed in. */
  useLocal: () => invoke<void>("use_local"),
};

/** A head as JSON and a body as it is, in one: four bytes say how long the head is. */
function join(head: unknown, body: ArrayBuffer): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(head));
  const whole = new Uint8Array(4 + text.length + body.byteLength);
  new DataView(whole.buffer).setUint32(0, text.length);
  whole.set(text, 4);
  whole.set(new Uint8Array(body), 4 + text.length);
  return whole;
}

function answerOf(whole: ArrayBuffer | number[]): Response {
  // Where the web view carries no bytes, they come as a list of numbers.
  const bytes = new Uint8Array(whole);
  const length = new DataView(bytes.buffer).getUint32(0);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))) as { status: number; headers: Record<string, string> };
  const body = bytes.slice(4 + length);
  return new Response([204, 205, 304].includes(head.status) ? null : body, head);
}

/** The session's addresses, which a browser calls with cookies, and the app's commands for them. */
const SESSION: Record<string, (request: Request) => Promise<Response>> = {
  "POST /api/session": async (request) => answerOf(await invoke("sign_in", { body: await request.json() })),
  "POST /api/session/register": async (request) => answerOf(await invoke("register", { body: await request.json() })),
  "POST /api/session/renew": async () => answerOf(await invoke("renew")),
  "DELETE /api/session": async () => {
    await invoke("sign_out");
    return new Response(null, { status: 204 });
  },
};

async function call(request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const session = SESSION[`${request.method} ${pathname}`];
  if (session) return session(request);
  const head = { method: request.method, path: pathname + search, headers: Object.fromEntries(request.headers) };
  const answer = answerOf(await invoke("call", join(head, await request.arrayBuffer())));
  old.heard(answer.headers.get("x-optibid-kept-at"));
  return answer;
}

/** While the server does not answer, the app answers with what it read before; a line over the page says from when that is. */
const old = {
  line: undefined as HTMLElement | undefined,
  oldest: "",
  heard(at: string | null): void {
    if (!at) {
      this.line?.remove();
      this.line = undefined;
      return;
    }
    if (!this.line) {
      this.oldest = at;
      this.line = document.createElement("p");
      this.line.setAttribute("role", "status");
      this.line.style.cssText =
        "position:fixed;top:6px;left:50%;transform:translateX(-50%);z-index:60;margin:0;padding:6px 14px;border-radius:var(--radius);" +
        "background:var(--surface-3);border:1px solid var(--warn);color:var(--text-1);font-size:var(--size-2);pointer-events:none";
      document.body.append(this.line);
    }
    if (at < this.oldest) this.oldest = at;
    const from = `${this.oldest.slice(0, 10)} ${this.oldest.slice(11, 16)} UTC`;
    this.line.textContent = `The server does not answer. What you see may be as old as ${from}; nothing can be changed.`;
  },
};

/** As `fetch` does it: an abort ends the waiting, and what never came is an error. */
function waitFor<T>(signal: AbortSignal, answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new DOMException("no longer wanted", "AbortError"));
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    answer
      .then(resolve, (cause) => reject(cause instanceof Error ? cause : new TypeError(String(cause))))
      .finally(() => signal.removeEventListener("abort", abort));
  });
}

type Heard = { kind: "open" } | { kind: "message"; text: string } | { kind: "closed"; code: number };

class AppSocket implements Socket {
  readyState: number = WebSocket.CONNECTING;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  readonly #id: Promise<number>;

  constructor(path: string) {
    const heard = new Channel<Heard>((message) => this.#hear(message));
    this.#id = invoke<number>("open_line", { path, heard });
    this.#id.catch(() => this.#hear({ kind: "closed", code: 1006 }));
  }

  send(text: string): void {
    void this.#id.then((id) => invoke("send_line", { id, text }));
  }

  close(): void {
    if (this.readyState >= WebSocket.CLOSING) return;
    this.readyState = WebSocket.CLOSING;
    void this.#id.then((id) => invoke("close_line", { id }));
  }

  #hear(heard: Heard): void {
    if (heard.kind === "message") {
      this.onmessage?.({ data: heard.text });
    } else if (heard.kind === "closed") {
      if (this.readyState === WebSocket.CLOSED) return;
      this.readyState = WebSocket.CLOSED;
      this.onclose?.({ code: heard.code });
    } else if (this.readyState === WebSocket.CONNECTING) {
      this.readyState = WebSocket.OPEN;
    }
  }
}

export const desktop: Platform = {
  kind: "desktop",
  server: location.origin,
  fetch: (request) => waitFor(request.signal, call(request)),
  socket: (path) => new AppSocket(path),
  async save(name, content) {
    await invoke("save", join(name, await content.arrayBuffer()));
  },
  notify: (title, body) => void invoke("notify", { title, body }).catch(() => undefined),
};

// A link that was opened outside is a link on the page: whoever has unsaved work is asked.
void invoke("listen_links", {
  opened: new Channel<string>((address) => {
    const link = document.createElement("a");
    link.href = address;
    document.body.append(link);
    link.click();
    link.remove();
  }),
});
