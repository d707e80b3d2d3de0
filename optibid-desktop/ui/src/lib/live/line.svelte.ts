// The line to the server: events as they happen. It resumes by sequence after a break; what was lost is told as a gap.
import type { ClientMessage, Event, ServerMessage, Topic } from "../api/types";
import { platform, type Socket } from "../platform";
import { session } from "../session.svelte";

export type LineState = "connecting" | "live" | "broken" | "off";
type Listener = (event: Event, sequence: number) => void;

const PING_EVERY = 10_000;
const LONGEST_PAUSE = 15_000;

class Line {
  state = $state<LineState>("off");
  /** When the last message of any kind came. */
  heardAt = $state(0);
  /** How long an answer takes, in milliseconds. */
  latency = $state<number>();
  /** Grows whenever the state must be read anew: after a gap, and when the line is back. */
  generation = $state(0);
  #socket: Socket | undefined;
  #after: number | undefined;
  #tries = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pinged = 0;
  #topics: Topic[] = [];
  readonly #listeners = new Map<Topic | "all", Set<Listener>>();

  /** Listens to all topics that the role allows. */
  open(topics: Topic[]): void {
    this.#topics = topics;
    this.#connect();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.state = "off";
    this.#socket?.close();
    this.#socket = undefined;
    this.#after = undefined;
  }

  /** Calls back with every event of a kind until the returned function is called. */
  on<K extends Event["kind"]["type"]>(
    kind: K,
    listener: (data: Extract<Event["kind"], { type: K }>["data"], event: Event) => void,
  ): () => void {
    const heard: Listener = (event) => {
      if (event.kind.type === kind) listener(event.kind.data as never, event);
    };
    const all = this.#listeners.get("all") ?? new Set();
    this.#listeners.set("all", all.add(heard));
    return () => all.delete(heard);
  }

  #connect(): void {
    clearTimeout(this.#timer);
    this.#socket?.close();
    this.state = this.#tries === 0 ? "connecting" : "broken";
    const query = new URLSearchParams({ topics: this.#topics.join(",") });
    if (this.#after !== undefined) query.set("after", String(this.#after));
    const socket = platform.socket(`/api/ws/prices?${query}`);
    this.#socket = socket;
    const beat = setInterval(() => this.#ping(socket), PING_EVERY);
    socket.onmessage = (message) => this.#hear(JSON.parse(message.data as string) as ServerMessage, socket);
    socket.onclose = ({ code }) => {
      clearInterval(beat);
      if (this.#socket === socket) void this.#lost(code);
    };
  }

  #ping(socket: Socket): void {
    if (socket.readyState !== WebSocket.OPEN) return;
    if (Date.now() - this.heardAt > 3 * PING_EVERY && this.heardAt > 0) {
      socket.close();
      return;
    }
    this.#pinged = performance.now();
    socket.send(JSON.stringify({ type: "ping" } satisfies ClientMessage));
  }

  #hear(message: ServerMessage, socket: Socket): void {
    this.heardAt = Date.now();
    switch (message.type) {
      case "subscribed":
        if (this.state !== "live") this.generation += 1;
        this.state = "live";
        this.#tries = 0;
        this.#ping(socket);
        return;
      case "event":
        this.#after = message.sequence;
        for (const listener of this.#listeners.get("all") ?? []) listener(message.event, message.sequence);
        return;
      case "gap":
        this.generation += 1;
        return;
      case "pong":
        this.latency = Math.round(performance.now() - this.#pinged);
        return;
      default:
        return;
    }
  }

  async #lost(code: number): Promise<void> {
    this.state = "broken";
    this.latency = undefined;
    // The token ran out: get a new one. When the session is over, the page asks to sign in.
    if (code === 4401 && !(await session.renew())) {
      session.lost();
      return;
    }
    this.#tries += 1;
    const pause = Math.min(LONGEST_PAUSE, 250 * 2 ** Math.min(this.#tries, 6)) * (0.5 + Math.random() / 2);
    this.#timer = setTimeout(() => this.#connect(), pause);
  }
}

export const line = new Line();
