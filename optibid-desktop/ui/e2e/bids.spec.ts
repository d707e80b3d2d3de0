import { randomUUID } from "node:crypto";
import { at, bar, bidOf, bidsOn, cell, draft, editor, expect, offers, row, submit, test } from "./own";
import type { Page } from "@playwright/test";

const blotter = (page: Page) => page.getByRole("region", { name: "Bids", exact: true });
/** The rows of the blotter as the filter leaves them. */
const rows = (page: Page) => blotter(page).locator("[data-id]");
/** From anywhere on the page to the first row, by keys. */
async function intoRows(page: Page): Promise<void> {
  await page.keyboard.press("/");
  await page.keyboard.press("Enter");
}

test("a bid is drafted, saved and submitted by keyboard alone", async ({ desk, api, day }) => {
  await editor(desk, at("/bids/new", { day }));
  await row(desk, "5", "41.50", "8");
  await desk.keyboard.type("60");
  await desk.keyboard.press("Control+s");
  await expect(desk).toHaveURL(/\/bids\/[0-9a-f-]{36}\/edit/);
  await expect(bar(desk)).toContainText(/saved \d\d:\d\d:\d\d/);
  await expect(desk.getByRole("button", { name: "✓ valid" })).toBeVisible();
  const [saved] = await bidsOn(api, day);
  expect(saved!.content.periods.map((one) => one.curve)).toMatchObject([{ side: "sell", points: [{ quantity: "5", price: "41.50" }, { quantity: "8", price: "60.00" }] }]);

  await desk.keyboard.press("Control+Enter");
  const dialog = desk.getByRole("dialog", { name: "Submit to ERCOT" });
  await expect(dialog).toContainText("8.0 MWh");
  await expect(dialog).toContainText("41.50 to 60.00 USD/MWh");
  expect((await bidOf(api, saved!.id)).state).not.toBe("acknowledged");
  const yes = dialog.getByRole("button", { name: "Submit 1 period to ERCOT" });
  while (!(await yes.evaluate((one) => one === document.activeElement))) await desk.keyboard.press("Tab");
  await desk.keyboard.press("Enter");
  await expect(desk).toHaveURL(new RegExp(`/bids/${saved!.id}(\\?|$)`));
  await expect(bar(desk)).toContainText("acknowledged");
  expect((await bidOf(api, saved!.id)).state).toBe("acknowledged");
});

test("a bid is amended and withdrawn from the blotter by keyboard alone", async ({ desk, api, day }) => {
  const { id } = await draft(api, day, [["5", "41.50"]]);
  await desk.goto(at("/bids", { on: day }));
  await expect(rows(desk)).toHaveCount(1);
  await intoRows(desk);
  await desk.keyboard.press("e");
  await expect(offers(desk)).toBeFocused();
  await desk.keyboard.type("6.5");
  await desk.keyboard.press("Control+s");
  await expect(bar(desk)).toContainText(/saved \d/);
  expect((await bidOf(api, id)).content.periods[0]!.curve.points).toEqual([{ quantity: "6.5", price: "41.50" }]);

  await desk.keyboard.press("Control+k");
  await desk.keyboard.type("go to bids");
  await desk.keyboard.press("Enter");
  await expect(blotter(desk)).toBeVisible();
  await desk.keyboard.press("/");
  await desk.keyboard.type(`day=${day}`);
  await desk.keyboard.press("Enter");
  await expect(rows(desk)).toHaveCount(1);
  await desk.keyboard.press("w");
  const dialog = desk.getByRole("dialog", { name: "Withdraw" });
  await expect(dialog).toContainText("Withdraw 1 bid: 6.5 MWh sell");
  await desk.keyboard.type("the wind is back");
  const yes = dialog.getByRole("button", { name: "Withdraw 1 bid" });
  while (!(await yes.evaluate((one) => one === document.activeElement))) await desk.keyboard.press("Tab");
  await desk.keyboard.press("Enter");
  await expect(rows(desk)).toContainText("withdrawn");
  const history = (await (await api.get(`/api/bids/${id}/history`)).json()) as object;
  expect(JSON.stringify(history)).toContain("the wind is back");
});

test("what breaks a rule is told at its cell and among the findings, and the server refuses it", async ({ desk, api, day }) => {
  await editor(desk, at("/bids/new", { day }));
  const OFF_TICK = "must be a multiple of 0.01 USD/MWh";
  const ABOVE_CAP = "must not be above 5000.00 USD/MWh";
  const FALLS = "must not be below the price before it (50.00)";
  const next = async () => {
    await desk.keyboard.press("Home");
    await desk.keyboard.press("ArrowDown");
    await desk.keyboard.press("ArrowRight");
  };
  await row(desk, "5", "41.505");
  await next();
  await row(desk, "5", "5000.01");
  await next();
  await row(desk, "5", "50", "8");
  await desk.keyboard.type("49");
  await desk.keyboard.press("Enter");

  for (const [line, col, rule] of [[0, 2, OFF_TICK], [1, 2, ABOVE_CAP], [2, 4, FALLS]] as const) {
    await expect(cell(desk, line, col)).toHaveAttribute("aria-invalid", "true");
    await expect(cell(desk, line, col)).toHaveAttribute("title", rule);
    await expect(desk.getByRole("region", { name: "Findings and reasons" })).toContainText(rule);
  }
  // The cell that is looked at tells its own below the grid; a finding leads to its cell.
  await desk.getByRole("region", { name: "Findings and reasons" }).getByRole("button", { name: ABOVE_CAP }).click();
  await expect(cell(desk, 1, 2)).toHaveAttribute("aria-selected", "true");
  await expect(desk.getByRole("region", { name: "Grid" }).locator("footer")).toContainText(ABOVE_CAP);

  await desk.keyboard.press("Control+Enter");
  await expect(desk.getByRole("region", { name: "Messages" })).toContainText("3 findings keep the bid from being submitted");
  await expect(desk.getByRole("dialog")).toBeHidden();
  // What is no curve at all the server does not even keep; the rest it keeps and refuses to hand in, in the same words.
  await desk.keyboard.press("Control+s");
  await expect(desk.getByRole("alert").filter({ hasText: "The server did not store the draft" })).toContainText("Your work is kept on this computer");
  expect(await bidsOn(api, day)).toEqual([]);
  await cell(desk, 2, 4).click();
  await desk.keyboard.type("50");
  await desk.keyboard.press("Control+s");
  await expect(bar(desk)).toContainText(/saved \d/);
  const [saved] = await bidsOn(api, day);
  const answer = await api.post(`/api/bids/${saved!.id}/submit`, { headers: { "if-match": `"${saved!.version}"`, "idempotency-key": randomUUID() } });
  expect(answer.ok()).toBe(false);
  const { violations } = (await answer.json()) as { violations: { rule: string }[] };
  expect(violations.map((one) => one.rule)).toEqual([OFF_TICK, ABOVE_CAP]);
  expect((await bidOf(api, saved!.id)).state).toBe("draft");
});

test("a table from a spreadsheet with decimal commas is pasted, undone and done again", async ({ desk, day }) => {
  await desk.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await editor(desk, at("/bids/new", { day }));
  await desk.evaluate(() => navigator.clipboard.writeText("5,5\t41,25\n6,5\t1.042,50\n"));
  await desk.keyboard.press("Control+v");
  const dialog = desk.getByRole("dialog", { name: "Paste 2 × 2" });
  await expect(dialog).toContainText("4 cells change in 2 periods");
  await desk.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  const texts = () => Promise.all([cell(desk, 0, 1), cell(desk, 0, 2), cell(desk, 1, 1), cell(desk, 1, 2)].map((one) => one.innerText()));
  const pasted = ["5.5", "41.25", "6.5", "1,042.50"];
  expect(await texts()).toEqual(pasted);
  await expect(offers(desk)).toBeFocused();
  await desk.keyboard.press("Control+z");
  await expect(cell(desk, 0, 1)).toBeEmpty();
  expect(await texts()).toEqual(["", "", "", ""]);
  await desk.keyboard.press("Control+Shift+z");
  await expect(cell(desk, 0, 1)).not.toBeEmpty();
  expect(await texts()).toEqual(pasted);
});

test("every step is undone and done again", async ({ desk, day }) => {
  await editor(desk, at("/bids/new", { day }));
  await row(desk, "5", "40");
  await desk.keyboard.press("Home");
  await desk.keyboard.press("b");
  await expect(cell(desk, 0, 0)).toHaveText("▼ buy");
  const undo = desk.getByRole("button", { name: "Undo" });
  await expect(undo).toHaveAttribute("title", /^Undo: buy in a period/);
  await desk.keyboard.press("Control+z");
  await expect(cell(desk, 0, 0)).toHaveText("▲ sell");
  await desk.keyboard.press("Control+z");
  await expect(cell(desk, 0, 2)).toBeEmpty();
  await desk.keyboard.press("Control+z");
  await expect(cell(desk, 0, 1)).toBeEmpty();
  await expect(undo).toBeDisabled();
  for (let i = 0; i < 3; i += 1) await desk.keyboard.press("Control+y");
  await expect(cell(desk, 0, 0)).toHaveText("▼ buy");
  await expect(cell(desk, 0, 2)).toHaveText("40.00");
  await expect(desk.getByRole("button", { name: "Redo" })).toBeDisabled();
});

test("a draft that was not saved survives a reload", async ({ desk, api, day }) => {
  await editor(desk, at("/bids/new", { day }));
  await row(desk, "7", "77.70");
  await desk.getByLabel("Note").fill("kept through a reload");
  await desk.getByLabel("Note").blur();
  await expect(bar(desk).getByText("not saved")).toHaveAttribute("title", /Kept on this computer/);
  await desk.reload();
  await expect(desk.getByRole("status").filter({ hasText: "Your unsaved work of" })).toBeVisible();
  await expect(cell(desk, 0, 1)).toHaveText("7.0");
  await expect(cell(desk, 0, 2)).toHaveText("77.70");
  await expect(desk.getByLabel("Note")).toHaveValue("kept through a reload");
  expect(await bidsOn(api, day)).toEqual([]);
  await desk.keyboard.press("Control+s");
  await expect(bar(desk)).toContainText(/saved \d/);
  expect(await bidsOn(api, day)).toMatchObject([{ state: "draft", content: { note: "kept through a reload" } }]);
});

test("several bids are withdrawn at once, after what is withdrawn was named in MWh", async ({ desk, api, day }) => {
  const bids = [await draft(api, day, [["5", "40"], ["5", "40"]]), await draft(api, day, [["2.5", "55"]]), await draft(api, day, [["4", "60"]])];
  await submit(api, bids[0]!);
  await submit(api, bids[1]!);
  await desk.goto(at("/bids", { on: day }));
  await expect(rows(desk)).toHaveCount(3);
  await intoRows(desk);
  await desk.keyboard.press("Control+a");
  await expect(blotter(desk)).toContainText("3 bids selected");
  await desk.getByRole("button", { name: "Withdraw", exact: true }).click();
  const dialog = desk.getByRole("dialog", { name: "Withdraw" });
  await expect(dialog).toContainText("Withdraw 3 bids: 16.5 MWh sell; gates close in");
  await expect(dialog).toContainText("2 of them are at the venue and will be withdrawn there");
  await dialog.getByRole("button", { name: "Keep as it is" }).click();
  expect((await bidsOn(api, day)).map((one) => one.state).sort()).toEqual(["acknowledged", "acknowledged", "draft"]);
  await desk.getByRole("button", { name: "Withdraw", exact: true }).click();
  await dialog.getByRole("button", { name: "Withdraw 3 bids" }).click();
  await expect(desk.getByRole("region", { name: "Messages" })).toContainText("3 bids withdrawn");
  expect((await bidsOn(api, day)).map((one) => one.state)).toEqual(["withdrawn", "withdrawn", "withdrawn"]);
  await expect(rows(desk).filter({ hasText: "withdrawn" })).toHaveCount(3);
});

test("rows are copied as a table with exact figures", async ({ desk, api, day }) => {
  await desk.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const bids = [await draft(api, day, [["5.5", "1234.5"]]), await draft(api, day, [["2.5", "-10"]])];
  await desk.goto(at("/bids", { on: day, sort: "-takes" }));
  await expect(rows(desk)).toHaveCount(2);
  await intoRows(desk);
  await desk.keyboard.press("Control+a");
  await desk.keyboard.press("Control+c");
  await expect(desk.getByRole("region", { name: "Messages" })).toContainText("2 bids copied as a table");
  const lines = (await desk.evaluate(() => navigator.clipboard.readText())).split(/\r?\n/).map((line) => line.split("\t"));
  const column = (name: string) => lines.map((line) => line[lines[0]!.indexOf(name)]);
  expect(column("Bid").slice(1)).toEqual([bids[0]!.id, bids[1]!.id]);
  expect(column("Delivery day").slice(1)).toEqual([day, day]);
  expect(column("Sell (MWh)").slice(1)).toEqual(["5.5", "2.5"]);
  expect(column("At least").slice(1)).toEqual(["1234.5", "-10"]);
});
