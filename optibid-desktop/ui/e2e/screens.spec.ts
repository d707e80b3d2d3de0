// The main act of every screen beside the bids: what is shown is what the API says, and what is done is done.
import type { APIRequestContext, Locator, Page } from "@playwright/test";
import { randomUUID } from "node:crypto";
import { at, bearer, draft, expect, found, SECRET, test } from "./own";
import { BASE } from "./desk";

const panel = (page: Page, name: string | RegExp) => page.getByRole("region", { name, exact: true });
const messages = (page: Page) => page.getByRole("region", { name: "Messages" });
const get = async <T>(api: APIRequestContext, path: string, params: Record<string, string | number> = {}): Promise<T> => (await (await api.get(path, { params })).json()) as T;
const items = async <T>(api: APIRequestContext, path: string, params: Record<string, string | number> = {}): Promise<T[]> => (await get<{ items: T[] }>(api, path, params)).items;

const SERIES = { market: "ERCOT", location: "HB_SOUTH" };
const AUGUST = { market: "ERCOT", from: "2024-08-01", to: "2024-08-31" };
/** Prices of a day, in the order of time. */
const prices = async (api: APIRequestContext, product: string, from: string, to = from): Promise<number[]> =>
  (await items<{ price: string }>(api, "/api/market-data/history", { ...SERIES, product, from, to, limit: 10_000 })).map((one) => Number(one.price));
/** As it is shown in a table. */
const shown = (amount: number, digits = 2): string => amount.toLocaleString("en-GB", { minimumFractionDigits: digits, maximumFractionDigits: digits }).replace("-", "−");
const signed = (amount: number): string => (amount > 0 ? `+${shown(amount)}` : shown(amount));
/** The cells of a row of a table, with single spaces. */
async function cells(row: Locator): Promise<string[]> {
  await expect(row).toBeVisible();
  return (await row.locator("th, td").allInnerTexts()).map((text) => text.replace(/\s+/g, " ").trim());
}
const figure = (of: Locator, name: string) => of.locator("dl > div").filter({ has: of.page().getByText(name, { exact: true }) }).locator("dd b");

interface Pnl {
  day: string;
  net: { amount: string };
  perfect_foresight?: { amount: string };
}

test("the overview leads on by its figures", async ({ desk, api }) => {
  const [newest] = await items<{ day: string }>(api, "/api/settlements", { limit: 1 });
  const [profit] = await items<Pnl>(api, "/api/pnl", { market: "ERCOT", from: newest!.day, to: newest!.day });
  await desk.goto("/");
  const money = panel(desk, "Profit and loss");
  await expect(money.getByRole("row", { name: /^Net/ }).getByRole("cell").first()).toHaveText(shown(Number(profit!.net.amount)));
  await money.getByRole("columnheader").getByRole("link").first().click();
  await expect(desk).toHaveURL(new RegExp(`/settlement\\?.*day=${newest!.day}`));
  await expect(figure(panel(desk, "The day"), "Net")).toHaveText(shown(Number(profit!.net.amount)));
  await desk.goBack();
  await panel(desk, "Markets").getByRole("link", { name: "ERCOT RTM HB_SOUTH" }).click();
  await expect(desk).toHaveURL(/\/market\?.*product=RTM/);
  await desk.goBack();
  await panel(desk, "Next gates").getByRole("link", { name: "ERCOT DAM" }).click();
  await expect(desk).toHaveURL(/\/bids\?.*in=ERCOT/);
  await desk.goBack();
  await panel(desk, "Needs you").getByRole("link", { name: "Alerts" }).click();
  await expect(desk.getByRole("heading", { name: "Alerts", level: 1 })).toBeVisible();
});

test("the market's day has the figures of its prices", async ({ desk, api }) => {
  const list = await prices(api, "DAM", "2024-08-20");
  await desk.goto(at("/market", { day: "2024-08-20" }));
  const line = await cells(panel(desk, "Figures").getByRole("row", { name: /^Day-ahead/ }));
  expect(list).toHaveLength(24);
  expect(line[2]).toContain(shown(Math.min(...list)));
  expect(line[3]).toContain(shown(Math.max(...list)));
  expect(line[4]).toBe(shown(Math.round(list.reduce((a, b) => a + b, 0) / 0.24) / 100));
  await expect(desk.getByRole("region", { name: "Periods of the day" }).locator("tbody tr[data-index]")).toHaveCount(96);
  await desk.keyboard.press("]");
  await expect(desk.getByRole("heading", { name: "Wed, 21 Aug 2024" })).toBeVisible();
});

test("history is zoomed by keys, and its figures are those of what is seen", async ({ desk, api }) => {
  await desk.goto(at("/market", { view: "history", span: "7d", day: "2024-08-20" }));
  const line = () => panel(desk, "Figures").getByRole("row", { name: /^Day-ahead/ });
  await expect(line().getByRole("cell").last()).toHaveText("168");
  const list = await prices(api, "DAM", "2024-08-14", "2024-08-20");
  expect((await cells(line()))[5]).toContain(shown(Math.max(...list)));
  await desk.getByRole("img", { name: /^Prices at HB_SOUTH/ }).focus();
  await desk.keyboard.press("+");
  await expect(line().getByRole("cell").last()).toHaveText("84");
  await expect(desk).toHaveURL(/zoom=2024-08-15T23.*_2024-08-19T11/);
  await desk.getByRole("button", { name: "Whole span" }).click();
  await expect(line().getByRole("cell").last()).toHaveText("168");
});

test("a cell of the heat map is read by keys and opens its day", async ({ desk, api }) => {
  const [first] = await prices(api, "DAM", "2024-08-15");
  await desk.goto(at("/market", { view: "heat", span: "custom", from: "2024-08-14", to: "2024-08-16", show: "da" }));
  await desk.getByRole("img", { name: /prices at HB_SOUTH, 3 days/ }).focus();
  await desk.keyboard.press("ArrowDown");
  await expect(desk.locator("figure .reading")).toContainText(new RegExp(`15 Aug\\s*00:00–01:00 CDT\\s*${shown(first!)} USD/MWh`));
  await desk.keyboard.press("Enter");
  await expect(desk.getByRole("heading", { name: "Thu, 15 Aug 2024" })).toBeVisible();
});

test("the duration curve, the list of places and the comparison agree with the prices", async ({ desk, api }) => {
  const [da, rt] = await Promise.all([prices(api, "DAM", "2024-08-14", "2024-08-20"), prices(api, "RTM", "2024-08-14", "2024-08-20")]);
  const span = { span: "custom", from: "2024-08-14", to: "2024-08-20" };
  await desk.goto(at("/market", { view: "duration", ...span }));
  const quantiles = await cells(panel(desk, "Quantiles").getByRole("row", { name: /ERCOT DAM HB_SOUTH/ }));
  expect(quantiles[2]).toBe(shown(Math.min(...da)));
  expect(quantiles).toContain(shown(Math.max(...da)));
  expect(quantiles.at(-1)).toContain("/ 168 h");

  await desk.goto(at("/market", { view: "compare", ...span }));
  const second = panel(desk, "Statistics").getByRole("row", { name: /2 ERCOT/ });
  await expect(second).toBeVisible();
  const table = await cells(second);
  expect(table[2]).toBe(shown(Math.min(...(table[0]!.includes("DAM") ? da : rt))));
  await desk.getByText("Spread to first", { exact: true }).click();
  await expect(desk.getByRole("img", { name: /^Differences in USD\/MWh/ })).toBeVisible();

  await desk.goto(at("/market", { view: "map", day: "2024-08-20" }));
  const place = panel(desk, "Locations").getByRole("row", { name: /HB_SOUTH/ });
  const noon = (await prices(api, "DAM", "2024-08-20"))[12]!;
  await expect(place).toContainText(shown(noon));
  await desk.getByLabel("Find a location").fill("no such place");
  await expect(place).toBeHidden();
  await desk.getByLabel("Find a location").fill("south");
  await place.getByRole("button", { name: "HB_SOUTH" }).click();
  await panel(desk, "Locations").getByRole("button", { name: "Open HB_SOUTH" }).click();
  await expect(desk.getByRole("heading", { name: "HB_SOUTH", level: 1 })).toBeVisible();
});

test("an asset is added, changed, and given an outage", async ({ desk }) => {
  const { headers } = await found(desk);
  const name = `Battery ${randomUUID().slice(0, 8)}`;
  await desk.goto(at("/assets/new"));
  await desk.getByLabel("Name", { exact: true }).fill(name);
  await desk.getByRole("main").getByLabel("Location", { exact: true }).fill("HB_NORTH");
  for (const [label, text] of [["Charge limit", "4"], ["Discharge limit", "5"], ["Energy capacity", "8"], ["Charging", "90"], ["Discharging", "95"]] as const) await desk.getByLabel(label, { exact: true }).fill(text);
  await desk.getByLabel("Discharge limit", { exact: true }).fill("five");
  await desk.getByRole("button", { name: "Add the asset" }).click();
  await expect(desk.getByLabel("Discharge limit", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await desk.getByLabel("Discharge limit", { exact: true }).fill("5");
  await desk.keyboard.press("Control+s");
  await expect(messages(desk)).toContainText(`${name} was added`);
  await expect(desk.getByRole("heading", { name })).toBeVisible();
  const id = /\/assets\/([0-9a-f-]{36})/.exec(desk.url())![1]!;
  const asset = async (part = "") => (await (await desk.request.get(`/api/assets/${id}${part}`, { headers })).json()) as { kind: Record<string, string>; windows: object[] };
  expect((await asset()).kind).toMatchObject({ charge_limit: "4", discharge_limit: "5", energy_capacity: "8", charge_efficiency: "0.9", discharge_efficiency: "0.95" });

  await desk.keyboard.press("e");
  await desk.getByLabel("Energy capacity", { exact: true }).fill("10");
  await desk.getByRole("button", { name: "Save changes" }).click();
  await expect(messages(desk)).toContainText(`${name} was changed`);
  expect((await asset()).kind["energy_capacity"]).toBe("10");

  await desk.getByText("Outages", { exact: true }).click();
  await desk.getByRole("button", { name: "Add a window" }).click();
  await desk.getByLabel("Reason").fill("inverter");
  await desk.getByLabel("Share that is there, percent").fill("40");
  await desk.getByLabel("Reason").focus();
  await desk.keyboard.press("Control+s");
  const asked = desk.getByRole("dialog", { name: "Save outages and deratings" });
  await expect(asked).toContainText("40 % there, inverter");
  await asked.getByRole("button", { name: "Save 1 change" }).click();
  await expect(messages(desk)).toContainText(`Saved: 1 window for ${name}`);
  expect((await asset("/availability")).windows).toMatchObject([{ limit: "0.4", reason: "inverter" }]);
});

test("a forecast is a fan with its figures", async ({ desk, api }) => {
  await desk.goto(at("/forecasts", { day: "2024-08-20" }));
  await expect(desk.getByRole("img", { name: /^Forecast of ERCOT DAM HB_SOUTH/ })).toBeVisible();
  const rows = desk.getByRole("region", { name: "Forecast by period" }).locator("tbody tr");
  await expect(rows).toHaveCount(24);
  const actual = await prices(api, "DAM", "2024-08-20");
  for (const [i, row] of (await rows.all()).entries()) {
    const [period, lower, median, upper, , price] = await cells(row);
    expect(period).toBe(`${String(i).padStart(2, "0")}:00–${String((i + 1) % 24).padStart(2, "0")}:00 CDT`);
    const [low, middle, high] = [lower, median, upper].map((text) => Number(text!.replace("−", "-").replaceAll(",", "")));
    expect(low!).toBeLessThanOrEqual(middle!);
    expect(middle!).toBeLessThanOrEqual(high!);
    expect(price).toBe(shown(actual[i]!));
  }
  await expect(desk.getByRole("main")).toContainText("holds 80 of 100 outcomes");
});

interface Job {
  state: string;
  result?: { value: { perfect_foresight: { amount: string }; days: unknown[]; revenue: { amount: string }; wear: { amount: string } } };
}

test("a backtest is started and shows its result, and another is cancelled", async ({ desk, api }) => {
  const assets = (await items<{ id: string; location: string }>(api, "/api/assets")).find((one) => one.location === "HB_SOUTH")!.id;
  await desk.goto(at("/runs/new", { assets, from: "2024-08-20", to: "2024-08-21" }));
  await expect(desk.getByRole("main")).toContainText("1 backtest over 2 days");
  await desk.getByRole("button", { name: "Start the backtest" }).click();
  await expect(desk).toHaveURL(/\/runs\/[0-9a-f-]{36}/);
  const figures = panel(desk, "Result");
  await expect(figures).toBeVisible({ timeout: 45_000 });
  const { result, state } = await get<Job>(api, `/api/jobs/${/runs\/([0-9a-f-]{36})/.exec(desk.url())![1]!}`);
  expect(state).toBe("done");
  await expect(figure(figures, "Perfect foresight")).toHaveText(shown(Number(result!.value.perfect_foresight.amount)));
  await expect(figure(figures, "Net")).toHaveText(shown(Number(result!.value.revenue.amount) - Number(result!.value.wear.amount)));
  await expect(figure(figures, "Days")).toHaveText("2");

  await desk.goto(at("/runs/new", { assets, from: "2024-06-20", to: "2024-08-31", strategy: "opportunity_cost,perfect_foresight" }));
  await desk.getByRole("button", { name: /^Start/ }).click();
  await expect(desk).toHaveURL(/\/runs\/[0-9a-f-]{36}/);
  await desk.getByRole("button", { name: "Cancel" }).click();
  await expect(desk.getByText("Stopped before its end")).toBeVisible({ timeout: 30_000 });
  expect((await get<Job>(api, `/api/jobs/${/runs\/([0-9a-f-]{36})/.exec(desk.url())![1]!}`)).state).toBe("cancelled");
});

test("settlement is followed from the month to a period, with sums that agree", async ({ desk, api }) => {
  const days = await items<Pnl>(api, "/api/pnl", AUGUST);
  const total = days.reduce((sum, day) => sum + Math.round(Number(day.net.amount) * 100), 0) / 100;
  await desk.goto(at("/settlement", { day: "2024-08-01" }));
  await expect(figure(panel(desk, "Profit and loss"), "Net")).toHaveText(shown(total));
  await expect(panel(desk, "Days").locator("tbody tr")).toHaveCount(days.length);
  await expect(panel(desk, "Days").locator("tfoot")).toContainText(shown(total));

  const chosen = days.toSorted((a, b) => Number(b.net.amount) - Number(a.net.amount))[0]!;
  const [statement] = await items<{ lines: { period: { start: string }; amount: { amount: string } }[] }>(api, "/api/settlements", { market: "ERCOT", from: chosen.day, to: chosen.day, limit: 5 });
  await panel(desk, "Days").getByRole("row").filter({ hasText: shown(Number(chosen.net.amount)) }).getByRole("button").click();
  await expect(figure(panel(desk, "The day"), "Net")).toHaveText(shown(Number(chosen.net.amount)));
  const periods = panel(desk, "Periods");
  await expect(periods.locator("tfoot").getByRole("cell").last()).toHaveText(shown(Number(chosen.net.amount)));

  // The hour that earned most, by what its lines come to.
  const hours = new Map<number, number>();
  for (const { period, amount } of statement!.lines) {
    const hour = Math.floor(Date.parse(period.start) / 3_600_000);
    hours.set(hour, (hours.get(hour) ?? 0) + Math.round(Number(amount.amount) * 100));
  }
  const [hour, cents] = [...hours].sort((a, b) => b[1] - a[1])[0]!;
  await periods.locator(`tr[data-start="${hour * 3_600_000}"]`).getByRole("button").click();
  const clock = new Intl.DateTimeFormat("en-GB", { timeZone: "America/Chicago", hour: "2-digit", minute: "2-digit" }).format(hour * 3_600_000);
  const open = panel(desk, new RegExp(`^${clock}–`));
  await expect(open.getByRole("row", { name: /^Net of the period/ })).toContainText(signed(cents / 100));
  const amounts = await open.locator("table").first().locator("tbody tr td:last-child").allInnerTexts();
  expect(Math.round(amounts.reduce((sum, text) => sum + Number(text.replace("−", "-").replace(/[,*+]/g, "")) * 100, 0))).toBe(cents);
});

test("a rule is made, its alarm acknowledged, and the rule shelved", async ({ desk, api }) => {
  const name = `Prices aged ${randomUUID().slice(0, 8)}`;
  await desk.goto(at("/alerts"));
  await desk.getByRole("button", { name: "New rule" }).click();
  const dialog = desk.getByRole("dialog", { name: "New rule" });
  await dialog.getByText("Age of prices", { exact: true }).click();
  await dialog.getByLabel("Older than, minutes").fill("1");
  await dialog.getByLabel("Name", { exact: true }).fill(name);
  await dialog.getByLabel("Raised after, s").fill("0");
  await expect(dialog).toContainText("Warning when newest price of ERCOT RTM HB_SOUTH is older than 1 min");
  await dialog.getByRole("button", { name: "Make the rule" }).click();
  await expect(dialog).toBeHidden();
  await expect(panel(desk, name)).toBeVisible();
  const id = new URL(desk.url()).searchParams.get("rule")!;

  await desk.getByRole("tab", { name: /^Now/ }).click();
  await desk.getByRole("row").getByRole("button", { name, exact: true }).click({ timeout: 30_000 });
  await panel(desk, name).getByRole("button", { name: "Acknowledge" }).click();
  await desk.getByRole("dialog", { name: "Acknowledge the alarm" }).getByLabel("Note, for who reads it later").fill("the replay is of 2024");
  await desk.keyboard.press("Enter");
  await expect(desk.getByRole("row").filter({ hasText: name })).toContainText("the replay is of 2024");
  const [alarm] = await items<{ status: string; acknowledged: object }>(api, "/api/alerts", { rule: id, limit: 5 });
  expect(alarm).toMatchObject({ status: "acknowledged", acknowledged: { note: "the replay is of 2024" } });

  await panel(desk, name).getByRole("button", { name: "Shelve…" }).click();
  const shelve = desk.getByRole("dialog", { name: `Shelve “${name}”` });
  await shelve.getByText("15 min", { exact: true }).click();
  await shelve.getByLabel("Reason, for who reads it later").fill("known");
  await shelve.getByRole("button", { name: "Shelve", exact: true }).click();
  await expect(panel(desk, name).getByRole("button", { name: "End silence" })).toBeVisible();
  const rule = await get<{ standing: { shelved: { until: string; reason: string } } }>(api, `/api/alert-rules/${id}`);
  expect(rule.standing.shelved.reason).toBe("known");
  expect(Date.parse(rule.standing.shelved.until) - Date.now()).toBeLessThanOrEqual(15 * 60_000);
  await api.delete(`/api/alert-rules/${id}`);
});

test("what one did is found in the audit trail, with what it changed", async ({ desk, api, day }) => {
  const bid = await draft(api, day, [["5", "41.50"]]);
  await desk.goto(`/bids/${bid.id}`);
  await desk.getByRole("button", { name: "Withdraw", exact: true }).click();
  await desk.getByRole("dialog", { name: "Withdraw" }).getByRole("button", { name: "Withdraw 1 bid" }).click();
  await expect(messages(desk)).toContainText("1 bid withdrawn");
  await desk.goto("/audit");
  await desk.getByLabel("Action", { exact: true }).selectOption("bid.withdraw");
  await panel(desk, "Entries").getByRole("row").filter({ hasText: bid.id.slice(-6) }).getByRole("button", { name: "bid.withdraw" }).click();
  const entry = panel(desk, "bid.withdraw");
  await expect(entry).toContainText("Demo");
  await expect(entry.getByRole("row", { name: /^state/ })).toContainText(/from\s*draft.*to\s*withdrawn/s);
  await expect(entry.getByRole("row", { name: /^version/ })).toContainText(/from\s*1.*to\s*2/s);
  await expect(entry).toContainText("fits its hash");
  await entry.getByRole("link", { name: "bid", exact: true }).click();
  await expect(desk).toHaveURL(new RegExp(`/bids/${bid.id}`));
});

test("settings: the theme stays, the name is changed, and a wrong password changes nothing", async ({ desk }) => {
  const { email } = await found(desk);
  await desk.goto("/settings");
  const root = desk.locator("html");
  await expect(root).toHaveAttribute("data-theme", "dark");
  await desk.getByText("Light", { exact: true }).click();
  await expect(root).toHaveAttribute("data-theme", "light");
  await desk.reload();
  await expect(root).toHaveAttribute("data-theme", "light");

  await panel(desk, "Profile").getByLabel("Name").fill("Ada Lovelace");
  await panel(desk, "Profile").getByRole("button", { name: "Save" }).click();
  await expect(messages(desk)).toContainText("Your name is changed.");
  const password = panel(desk, "Password");
  await password.getByLabel("Current password").fill("not the current one");
  await password.getByLabel("New password").fill("another four words here");
  await password.getByRole("button", { name: "Change it" }).click();
  await expect(password).toContainText("must be the present password");
  // The old one still opens.
  const me = await desk.request.get("/api/auth/me", { headers: await bearer(desk, email) });
  expect(await me.json()).toMatchObject({ user: { name: "Ada Lovelace" } });
});

test("a user is added, given another role, and refused once disabled", async ({ desk, playwright }) => {
  await found(desk);
  const email = `${randomUUID()}@optibid.example`;
  const visitor = await playwright.request.newContext({ baseURL: BASE() });
  const signIn = async () => {
    const answer = await visitor.post("/api/auth/login", { data: { email, password: SECRET } });
    return { status: answer.status(), role: answer.ok() ? ((await answer.json()) as { user: { role: string } }).user.role : undefined };
  };
  await desk.goto("/admin");
  await desk.getByRole("button", { name: "Add a user" }).click();
  const adding = desk.getByRole("dialog", { name: "Add a user" });
  await adding.getByLabel("Name", { exact: true }).fill("Grace");
  await adding.getByLabel("E-mail address").fill(email);
  await adding.getByLabel("First password").fill("short");
  await adding.getByRole("button", { name: "Add", exact: true }).click();
  await expect(adding.getByLabel("First password")).toHaveAttribute("aria-invalid", "true");
  await adding.getByLabel("First password").fill(SECRET);
  await adding.getByLabel("Role").selectOption("analyst");
  await adding.getByRole("button", { name: "Add", exact: true }).click();
  await expect(messages(desk)).toContainText("Grace is added.");
  expect(await signIn()).toEqual({ status: 200, role: "analyst" });

  const line = panel(desk, "Users").getByRole("row").filter({ hasText: email });
  const changing = desk.getByRole("dialog", { name: "Change Grace" });
  await line.getByRole("button", { name: "Change Grace" }).click();
  await changing.getByLabel("Role").selectOption("viewer");
  await changing.getByRole("button", { name: "Save" }).click();
  await expect(line).toContainText("viewer");
  expect(await signIn()).toEqual({ status: 200, role: "viewer" });

  await line.getByRole("button", { name: "Change Grace" }).click();
  await changing.getByLabel("Signing in is refused; open sessions end at once").check();
  await changing.getByRole("button", { name: "Save" }).click();
  await expect(line).toContainText("disabled");
  expect(await signIn()).toEqual({ status: 401, role: undefined });
  await visitor.dispose();
});

test("the palette finds a market and a theme, and the sheet shows the keys of the screen", async ({ desk }) => {
  await desk.goto(at("/market"));
  await expect(desk.getByRole("heading", { name: "HB_SOUTH", level: 1 })).toBeVisible();
  await desk.keyboard.press("?");
  const sheet = desk.getByRole("dialog", { name: "Shortcuts" });
  await expect(sheet).toContainText("Market: heat map");
  await desk.keyboard.press("Escape");
  await desk.keyboard.press("3");
  await expect(desk).toHaveURL(/view=heat/);
  const find = async (text: string) => {
    await desk.keyboard.press("Control+k");
    await desk.getByPlaceholder("A screen, a market, an act…").fill(text);
    await desk.keyboard.press("Enter");
  };
  await find("high contrast");
  await expect(desk.locator("html")).toHaveAttribute("data-theme", "contrast");
  await find("Market: NYISO");
  await expect(desk).toHaveURL(/market=NYISO/);
});
