// Who is signed in. In a browser the tokens are in cookies that no script reads; the page knows only for how long they are good.
import { Fault, faultOf } from "./api/fault";
import type { MeView, Problem, Role } from "./api/types";
import { platform } from "./platform";

interface SessionView extends MeView {
  expires_at: string;
  session_expires_at: string;
}

/** When some tab renewed last: two that renew with the same cookie would look like a thief to the server. */
const RENEWED = "optibid.renewed";
const RENEWED_RECENTLY = 5_000;

class Session {
  /** Not known before the server has answered once. */
  state = $state<"unknown" | "out" | "in">("unknown");
  me = $state.raw<MeView>();
  /** Whether it ended by itself while somebody worked: the work stays on the screen under the sign-in. */
  ended = $state(false);
  #renewal: Promise<boolean> | undefined;

  get role(): Role | undefined {
    return this.me?.user.role;
  }

  /** Asks who is signed in: at the start of the page. */
  async start(): Promise<void> {
    try {
      const response = await platform.fetch(new Request(`${platform.server}/api/auth/me`));
      if (response.ok) {
        this.#enter((await response.json()) as MeView);
      } else if (response.status === 401 && (await this.renew())) {
        // Renewing told who it is.
      } else {
        this.state = "out";
      }
    } catch {
      this.state = "out";
    }
  }

  async signIn(email: string, password: string): Promise<void> {
    await this.#open("/api/session", { email, password });
  }

  async register(organisation: string, name: string, email: string, password: string): Promise<void> {
    await this.#open("/api/session/register", { organisation, name, email, password });
  }

  async signOut(): Promise<void> {
    await platform.fetch(new Request(`${platform.server}/api/session`, { method: "DELETE" })).catch(() => undefined);
    this.me = undefined;
    this.ended = false;
    this.state = "out";
  }

  /** Gets new tokens; false when the session is over. One tab at a time, and never two calls of one tab. */
  renew(): Promise<boolean> {
    if (this.#renewal) return this.#renewal;
    const renewed = async (): Promise<boolean> => navigator.locks.request("optibid.renew", () => this.#renewLocked());
    this.#renewal = renewed().finally(() => (this.#renewal = undefined));
    return this.#renewal;
  }

  /** A call was refused although the session was renewed. */
  lost(): void {
    if (this.state !== "in") return;
    this.ended = true;
    this.state = "out";
  }

  async #renewLocked(): Promise<boolean> {
    const last = Number(localStorage.getItem(RENEWED) ?? 0);
    if (this.state === "in" && Date.now() - last < RENEWED_RECENTLY) return true;
    try {
      const response = await post("/api/session/renew");
      if (!response.ok) return false;
      localStorage.setItem(RENEWED, String(Date.now()));
      this.#enter((await response.json()) as SessionView);
      return true;
    } catch {
      return false;
    }
  }

  async #open(path: string, body: object): Promise<void> {
    let response: Response;
    try {
      response = await post(path, body);
    } catch (cause) {
      throw faultOf(cause);
    }
    const answer: unknown = await response.json().catch(() => undefined);
    if (!response.ok) throw Fault.of(answer as Problem, response.status);
    this.#enter(answer as SessionView);
  }

  #enter(me: MeView): void {
    this.me = { user: me.user, organisation: me.organisation };
    this.ended = false;
    this.state = "in";
  }
}

const post = (path: string, body?: object): Promise<Response> =>
  platform.fetch(
    new Request(`${platform.server}${path}`, {
      method: "POST",
      ...(body ? { body: JSON.stringify(body), headers: { "content-type": "application/json" } } : {}),
    }),
  );

export const session = new Session();
