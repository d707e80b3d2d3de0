// What a test makes for itself, so that tests share a server and nothing else: a delivery day that no bid is for, drafts on it, users.
import { createHash, randomUUID } from "node:crypto";
import type { APIRequestContext, Page } from "@playwright/test";
import { BASE, expect, test as base } from "./desk";

export const test = base.extend<{ day: string }>({
  /** A delivery day of ERCOT with 24 hours whose gate is weeks ahead and that no bid is for yet; the same one in every run on a fresh server. */
  day: async ({ api }, use, info) => {
    const first = 40 + (createHash("sha256").update(info.titlePath.join("|")).digest().readUInt32BE() % 2000);
    for (let ahead = first; ; ahead += 1) {
      const day = daysAhead(ahead);
      // Where clocks change is another test's matter.
      if (/-(03|11)-/.test(day)) continue;
      const { items } = (await (await api.get("/api/bids", { params: { market: "ERCOT", day, limit: 1 } })).json()) as { items: unknown[] };
      if (items.length === 0) return use(day);
    }
  },
});
export { expect };

/** The civil date so many days from now. */
export const daysAhead = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

export interface Bid {
  id: string;
  state: string;
  version: number;
  content: { delivery_day: string; note?: string; periods: { period: { start: string }; curve: { side: string; points: { quantity: string; price: string }[] } }[] };
}

export interface Period {
  start: string;
  end: string;
  gate_closes_at: string;
}
/** The periods of a delivery day as the server's calendar has them. */
export async function periodsOf(api: APIRequestContext, day: string, market = "ERCOT", product = "DAM"): Promise<Period[]> {
  return ((await (await api.get(`/api/markets/${market}/products/${product}/days/${day}`)).json()) as { periods: Period[] }).periods;
}

/** Content that sells in the first periods of a day: `[["5", "40"]]` is 5 MW at 40 in its first hour. */
export async function selling(api: APIRequestContext, day: string, offers: [mw: string, price: string][], note = ""): Promise<object> {
  const grid = await periodsOf(api, day);
  const periods = offers.map(([quantity, price], i) => ({
    period: { start: grid[i]!.start, resolution: "PT60M" },
    curve: { side: "sell", shape: "linear", points: [{ quantity, price }] },
  }));
  return { market: "ERCOT", product: "DAM", location: "HB_SOUTH", delivery_day: day, currency: "USD", kind: "curve", note, periods };
}

/** A draft that sells. */
export async function draft(api: APIRequestContext, day: string, offers: [mw: string, price: string][], note = ""): Promise<Bid> {
  const answer = await api.post("/api/bids?draft=true", { data: await selling(api, day, offers, note), headers: { "idempotency-key": randomUUID() } });
  expect(answer.status(), await answer.text()).toBe(201);
  return (await answer.json()) as Bid;
}

export const bidOf = async (api: APIRequestContext, id: string): Promise<Bid> => (await (await api.get(`/api/bids/${id}`)).json()) as Bid;

export async function bidsOn(api: APIRequestContext, day: string): Promise<Bid[]> {
  return ((await (await api.get("/api/bids", { params: { market: "ERCOT", day, limit: 50 } })).json()) as { items: Bid[] }).items;
}

export async function submit(api: APIRequestContext, bid: Bid): Promise<Bid> {
  const answer = await api.post(`/api/bids/${bid.id}/submit`, { headers: { "if-match": `"${bid.version}"`, "idempotency-key": randomUUID() } });
  expect(answer.status(), await answer.text()).toBe(200);
  return (await answer.json()) as Bid;
}

/** Replaces the content of a bid, as somebody else at another desk would. */
export async function change(api: APIRequestContext, bid: Bid, content: object): Promise<Bid> {
  const answer = await api.put(`/api/bids/${bid.id}?draft=true`, { data: content, headers: { "if-match": `"${bid.version}"` } });
  expect(answer.status(), await answer.text()).toBe(200);
  return (await answer.json()) as Bid;
}

/** The address of a screen for the series that the demo has prices of. */
export const at = (path: string, more: Record<string, string> = {}): string =>
  `${path}?${new URLSearchParams({ market: "ERCOT", product: "DAM", location: "HB_SOUTH", ...more }).toString()}`;

// The editor.

/** The grid of offers, which has the keys once the editor is there. */
export const offers = (page: Page) => page.getByRole("grid", { name: "Offers of the day" });

/** What stands above a bid: what it is for, its state, and whether it is saved. */
export const bar = (page: Page) => page.locator("main header").first();

/** Opens the editor and gives its grid, ready for keys. */
export async function editor(page: Page, address: string) {
  await page.goto(address);
  await expect(offers(page)).toBeFocused();
  return offers(page);
}

/** A cell by its row (from 0) and column: the side is 0, then quantity and price of every point in turn. */
export const cell = (page: Page, row: number, col: number) => offers(page).locator(`[role=row][aria-rowindex="${row + 2}"] [aria-colindex="${col + 2}"]`);

/** Types into the cell that has the keys, and goes on as somebody does who fills a row. */
export async function row(page: Page, ...texts: string[]): Promise<void> {
  for (const text of texts) {
    await page.keyboard.type(text);
    await page.keyboard.press("Tab");
  }
}

// Organisations and users.

export const SECRET = "four words make it long";

/** Founds an organisation and signs the page in as its administrator; gives headers for calls as them. What it imports nobody else sees. */
export async function found(page: Page): Promise<{ headers: Record<string, string>; email: string }> {
  const email = `${randomUUID()}@optibid.example`;
  const data = { organisation: `Organisation ${email.slice(0, 8)}`, name: "Ada Founder", email, password: SECRET };
  const answer = await page.request.post("/api/session/register", { data, headers: { origin: BASE() } });
  expect(answer.ok(), await answer.text()).toBe(true);
  return { headers: await bearer(page, email), email };
}

/** Headers for calls of the API as a user. */
export async function bearer(page: Page, email: string, password = SECRET): Promise<Record<string, string>> {
  const login = (await (await page.request.post("/api/auth/login", { data: { email, password } })).json()) as { access_token: string };
  return { authorization: `Bearer ${login.access_token}` };
}
