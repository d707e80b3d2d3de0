// Calls to the server: typed by its own description, signed in by the session, faults as `Fault`.
import createClient, { type Middleware } from "openapi-fetch";
import { clock } from "../clock.svelte";
import { platform } from "../platform";
import { session } from "../session.svelte";
import { Fault } from "./fault";
import type { paths } from "./schema";

/** Sends a request as whoever is signed in, and once more when the access token had just ended. */
async function send(request: Request): Promise<Response> {
  // A request can be read once: the copy is for the second time.
  const again = request.clone();
  let response: Response;
  try {
    response = await platform.fetch(request);
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw Fault.silent(cause);
  }
  clock.set(response.headers.get("date"));
  if (response.status !== 401 || !(await session.renew())) return response;
  return platform.fetch(again);
}

const problems: Middleware = {
  async onResponse({ response }) {
    if (response.ok) return undefined;
    const problem: unknown = await response.json().catch(() => undefined);
    if (response.status === 401) session.lost();
    throw Fault.of(problem, response.status);
  },
};

export const api = createClient<paths>({ baseUrl: platform.server, fetch: send });
api.use(problems);

/** The body of an answer; faults are thrown by then. */
export async function read<T>(call: Promise<{ data?: T; response: Response }>): Promise<T> {
  return (await call).data as T;
}

/** The body and the version of a thing that can be changed. */
export async function versioned<T>(
  call: Promise<{ data?: T; response: Response }>,
): Promise<{ value: T; version: string | undefined }> {
  const { data, response } = await call;
  return { value: data as T, version: response.headers.get("etag") ?? undefined };
}

/** One key for one act of a person: the same when it is sent again. */
export const newKey = (): string => crypto.randomUUID();

/** Downloads an answer as a file with the name that the page gives it. */
export async function download(path: string, name: string): Promise<void> {
  const response = await send(new Request(new URL(path, platform.server || location.origin)));
  if (!response.ok) throw Fault.of(await response.json().catch(() => undefined), response.status);
  await platform.save(name, await response.blob());
}
