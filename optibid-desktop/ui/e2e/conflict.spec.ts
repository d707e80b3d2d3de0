import { EMAIL, PASSWORD } from "./desk";
import { at, bar, bidOf, bidsOn, cell, change, draft, editor, expect, offers, periodsOf, row, selling, test } from "./own";
import type { Page } from "@playwright/test";

const conflict = (page: Page) => page.getByRole("dialog", { name: "The bid was changed by somebody else" });
/** The line of the conflict about a period. */
const about = (page: Page, period: string) => conflict(page).getByRole("row").filter({ hasText: period });

test.describe("somebody else changes a draft that is open", () => {
  // Both began with 5 MW at 40 and 5 MW at 50; here the first hour was changed, there both.
  test.beforeEach(async ({ desk, api, day }) => {
    const bid = await draft(api, day, [["5", "40"], ["5", "50"]]);
    await editor(desk, at(`/bids/${bid.id}/edit`));
    await desk.keyboard.type("6");
    await desk.keyboard.press("Enter");
    await expect(cell(desk, 0, 1)).toHaveText("6.0");
    await change(api, bid, await selling(api, day, [["7", "40"], ["5", "55"]]));
    await desk.keyboard.press("Control+s");
    await expect(conflict(desk)).toContainText("1 place was changed by both: choose whose stands");
    await expect(about(desk, "00:00–01:00")).toContainText(/5\.0 @ 40\.00.*6\.0 @ 40\.00.*7\.0 @ 40\.00/);
    await expect(about(desk, "01:00–02:00").getByRole("radio").nth(1)).toBeChecked();
    // Nothing was written over.
    expect((await bidsOn(api, day))[0]!.content.periods[0]!.curve.points[0]!.quantity).toBe("7");
  });
  const saved = async (page: Page) => {
    await page.keyboard.press("Control+s");
    await expect(bar(page)).toContainText(/saved \d/);
  };

  test("mine stands where both changed it, theirs where they did", async ({ desk, api, day }) => {
    await conflict(desk).getByRole("button", { name: "Merge" }).click();
    await expect(cell(desk, 0, 1)).toHaveText("6.0");
    await expect(cell(desk, 1, 2)).toHaveText("55.00");
    await saved(desk);
    const [bid] = await bidsOn(api, day);
    expect(bid!.content.periods.map((one) => one.curve.points[0])).toEqual([{ quantity: "6", price: "40.00" }, { quantity: "5", price: "55.00" }]);
    expect(bid!.version).toBe(3);
  });

  test("theirs stands where it was chosen", async ({ desk, api, day }) => {
    await about(desk, "00:00–01:00").getByRole("radio").nth(1).check();
    await conflict(desk).getByRole("button", { name: "Merge" }).click();
    await expect(cell(desk, 0, 1)).toHaveText("7.0");
    await expect(bar(desk)).toContainText("saved");
    const [bid] = await bidsOn(api, day);
    expect(bid!.content.periods.map((one) => one.curve.points[0])).toEqual([{ quantity: "7", price: "40.00" }, { quantity: "5", price: "55.00" }]);
    expect(bid!.version).toBe(2);
  });

  test("theirs is taken whole, and mine comes back with undo", async ({ desk, api, day }) => {
    await conflict(desk).getByRole("button", { name: "Take theirs whole" }).click();
    await expect(cell(desk, 0, 1)).toHaveText("7.0");
    await expect(cell(desk, 1, 2)).toHaveText("55.00");
    await expect(offers(desk)).toBeFocused();
    await desk.keyboard.press("Control+z");
    await expect(cell(desk, 0, 1)).toHaveText("6.0");
    await expect(cell(desk, 1, 2)).toHaveText("50.00");
    await saved(desk);
    expect((await bidsOn(api, day))[0]!.content.periods.map((one) => one.curve.points[0])).toEqual([{ quantity: "6", price: "40.00" }, { quantity: "5", price: "50.00" }]);
  });
});

test("a gate that closes while somebody edits locks submitting and keeps the draft", async ({ desk, api, day }) => {
  const bid = await draft(api, day, [["5", "40"]]);
  const gate = Date.parse((await periodsOf(api, day))[0]!.gate_closes_at);
  await desk.clock.install();
  await editor(desk, at(`/bids/${bid.id}/edit`));
  await desk.keyboard.press("Control+Enter");
  const asked = desk.getByRole("dialog", { name: "Submit to ERCOT" });
  await expect(asked).toBeVisible();

  await desk.clock.setSystemTime(gate + 1_000);
  await expect(asked).toBeHidden();
  await expect(desk.getByRole("region", { name: "Messages" })).toContainText(/The gate has closed.*The draft is kept/s);
  await expect(desk.getByRole("main").getByRole("alert")).toContainText("nothing can be submitted for");
  await expect(desk.getByRole("button", { name: "Submit…" })).toBeDisabled();
  await offers(desk).focus();
  await desk.keyboard.press("Control+Enter");
  await expect(asked).toBeHidden();
  // It can still be written and saved.
  await desk.keyboard.type("6");
  await desk.keyboard.press("Control+s");
  await expect(bar(desk)).toContainText(/saved \d/);
  expect(await bidOf(api, bid.id)).toMatchObject({ state: "draft", content: { periods: [{ curve: { points: [{ quantity: "6", price: "40.00" }] } }] } });
});

test("a session that ends while somebody types loses nothing", async ({ desk, api, day }) => {
  await editor(desk, at("/bids/new", { day }));
  await row(desk, "5", "41.50");
  await desk.context().clearCookies();
  await desk.keyboard.press("Control+s");
  await expect(desk.getByRole("heading", { name: "Your session has ended" })).toBeVisible();
  // What was typed stands below the form.
  await expect(desk.getByRole("grid", { name: "Offers of the day", includeHidden: true })).toContainText("41.50");
  expect(await bidsOn(api, day)).toEqual([]);
  await desk.getByLabel("E-mail address").fill(EMAIL);
  await desk.getByLabel("Password", { exact: true }).fill(PASSWORD());
  await desk.getByRole("button", { name: "Sign in" }).click();
  await expect(bar(desk)).toContainText(/saved \d/);
  await expect(cell(desk, 0, 2)).toHaveText("41.50");
  expect((await bidsOn(api, day)).map((one) => one.content.periods[0]!.curve.points)).toEqual([[{ quantity: "5", price: "41.50" }]]);
  await cell(desk, 0, 1).click();
  await desk.keyboard.type("6");
  await desk.keyboard.press("Control+s");
  await expect.poll(async () => (await bidsOn(api, day))[0]!.content.periods[0]!.curve.points[0]!.quantity).toBe("6");
});
