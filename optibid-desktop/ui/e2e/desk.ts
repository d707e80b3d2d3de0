// What every end-to-end test begins with: a browser that is signed in at the demo organisation, and the API behind it.
import { expect, test as base, type APIRequestContext, type Page } from "@playwright/test";

export const BASE = () => process.env["OPTIBID_E2E_BASE"]!;
export const EMAIL = "demo@optibid.example";
export const PASSWORD = () => process.env["OPTIBID_E2E_PASSWORD"]!;

interface Fixtures {
  /** A page that is signed in; errors of scripts and calls to other hosts fail the test. */
  desk: Page;
  /** The API, with a bearer token. */
  api: APIRequestContext;
}

export const test = base.extend<Fixtures>({
  baseURL: async ({}, use) => use(BASE()),
  desk: async ({ page, context }, use) => {
    const faults: string[] = [];
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("request", (request) => {
      const url = new URL(request.url());
      if (/^(https?|wss?):$/.test(url.protocol) && url.host !== new URL(BASE()).host) faults.push(`a request to ${url.host}`);
    });
    page.on("console", (message) => {
      if (message.type() === "error" && message.text().includes("Content Security Policy")) faults.push(message.text());
    });
    await signIn(context.request);
    await page.addInitScript(() => {
      if (!localStorage.getItem("optibid.settings")) localStorage.setItem("optibid.settings", JSON.stringify({ toured: true }));
    });
    await use(page);
    expect(faults, "no errors on the page, no request to another host").toEqual([]);
  },
  api: async ({ playwright }, use) => {
    const open = await playwright.request.newContext({ baseURL: BASE() });
    const login = await open.post("/api/auth/login", { data: { email: EMAIL, password: PASSWORD() } });
    const { access_token } = (await login.json()) as { access_token: string };
    const api = await playwright.request.newContext({
      baseURL: BASE(),
      extraHTTPHeaders: { authorization: `Bearer ${access_token}` },
    });
    await use(api);
    await api.dispose();
    await open.dispose();
  },
});

export { expect };

export async function signIn(request: APIRequestContext): Promise<void> {
  const answer = await request.post("/api/session", {
    data: { email: EMAIL, password: PASSWORD() },
    headers: { origin: BASE() },
  });
  expect(answer.status()).toBe(200);
}
