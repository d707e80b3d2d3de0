import { BASE, EMAIL, expect, PASSWORD, test } from "./desk";

test("a visitor signs in, sees the desk, and signs out", async ({ page }) => {
  await page.goto("/bids?market=ERCOT");
  await page.getByLabel("E-mail address").fill(EMAIL);
  await page.getByLabel("Password", { exact: true }).fill("not the password at all");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toContainText("password is wrong");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD());
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("navigation", { name: "Screens" })).toBeVisible();
  // Where one wanted to go is where one is.
  expect(new URL(page.url()).pathname).toBe("/bids");
  const cookies = await page.context().cookies();
  expect(cookies.map((c) => c.name).sort()).toEqual(["__Host-optibid-access", "__Host-optibid-refresh"]);
  for (const cookie of cookies) expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: "Strict", path: "/" });
  // No script sees a token.
  expect(await page.evaluate(() => document.cookie + JSON.stringify(localStorage))).not.toContain("eyJ");
  await page.getByRole("button", { name: "Account" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByLabel("E-mail address")).toBeVisible();
  expect((await page.request.get("/api/auth/me", { headers: { origin: BASE() } })).status()).toBe(401);
});

test("a session that ends under the work asks to sign in over it and goes on", async ({ desk }) => {
  await desk.goto("/settings");
  await expect(desk.getByRole("navigation", { name: "Screens" })).toBeVisible();
  await desk.context().clearCookies();
  await desk.goto("/settings").catch(() => undefined);
  await expect(desk.getByLabel("E-mail address")).toBeVisible();
  await desk.getByLabel("E-mail address").fill(EMAIL);
  await desk.getByLabel("Password", { exact: true }).fill(PASSWORD());
  await desk.getByRole("button", { name: "Sign in" }).click();
  await expect(desk.getByRole("navigation", { name: "Screens" })).toBeVisible();
});

test("an access token that ran out is renewed without a word", async ({ desk }) => {
  await desk.goto("/");
  await expect(desk.getByRole("contentinfo").getByText("live", { exact: true })).toBeVisible();
  // Nothing may ask while the cookies are changed.
  await desk.goto("/favicon.svg");
  const jar = await desk.context().cookies();
  const broken = jar.map((c) => (c.name.endsWith("access") ? { ...c, value: `${c.value.slice(0, -4)}0000` } : c));
  await desk.context().clearCookies();
  await desk.context().addCookies(broken);
  const renewed = desk.waitForResponse((r) => r.url().endsWith("/api/session/renew"));
  await desk.goto("/");
  expect((await renewed).status()).toBe(200);
  await expect(desk.getByRole("contentinfo").getByText("live", { exact: true })).toBeVisible();
});

test("everything is one key away", async ({ desk }) => {
  await desk.goto("/");
  await expect(desk.getByRole("navigation", { name: "Screens" })).toBeVisible();
  await desk.keyboard.press("g");
  await desk.keyboard.press("m");
  await expect(desk).toHaveURL(/\/market/);
  await desk.keyboard.press("Control+k");
  await desk.getByPlaceholder("A screen, a market, an act…").fill("settlement");
  await desk.keyboard.press("Enter");
  await expect(desk).toHaveURL(/\/settlement/);
  await desk.keyboard.press("?");
  await expect(desk.getByRole("dialog", { name: "Shortcuts" })).toBeVisible();
  await desk.keyboard.press("Escape");
  await expect(desk.getByRole("dialog")).toBeHidden();
});

test("times are the market's, whatever the computer's zone", async ({ desk }) => {
  await desk.goto("/?market=ERCOT");
  const shown = desk.locator("header .now");
  await expect(shown).toContainText(/C[SD]T/);
  await desk.goto("/?market=AEMO");
  await expect(shown).toContainText("GMT+10");
});
