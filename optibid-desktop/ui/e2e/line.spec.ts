import { at, bidOf, draft, expect, submit, test } from "./own";
import type { Page, WebSocketRoute } from "@playwright/test";

/** The network between the page and the server, which can be cut and mended; addresses of the live line as they are opened. */
async function network(page: Page) {
  let cut = false;
  const sockets = new Set<WebSocketRoute>();
  const opened: URL[] = [];
  await page.routeWebSocket(/\/api\/ws\//, (socket) => {
    if (cut) return void socket.close();
    opened.push(new URL(socket.url()));
    sockets.add(socket);
    socket.connectToServer();
  });
  await page.route(/\/(api\/|health)/, (route) => (cut ? route.abort("internetdisconnected") : route.continue()));
  return {
    opened,
    cut: async () => {
      cut = true;
      await Promise.all([...sockets].map((socket) => socket.close()));
      sockets.clear();
    },
    mend: () => (cut = false),
  };
}
const bottom = (page: Page) => page.getByRole("contentinfo");
/** How long ago the line was heard last, in seconds. */
async function silence(page: Page): Promise<number> {
  const [, minutes = NaN, seconds = NaN] = /last heard (\d+)m (\d+)s ago/.exec(await bottom(page).innerText()) ?? [];
  return Number(minutes) * 60 + Number(seconds);
}

test("a lost line is told, its age grows, and what happened meanwhile comes when it is back", async ({ desk, api, day }) => {
  const bid = await draft(api, day, [["5", "40"]]);
  const net = await network(desk);
  await desk.goto(at("/bids", { on: day }));
  const entry = desk.getByRole("region", { name: "Bids", exact: true }).locator(`[data-id="${bid.id}"]`);
  await expect(entry).toContainText("draft");
  await expect(bottom(desk).getByText("live", { exact: true })).toBeVisible();

  // What happens while the line is there is seen without a reload.
  const other = await draft(api, day, [["3", "45"]]);
  await expect(desk.getByRole("region", { name: "Bids", exact: true }).locator(`[data-id="${other.id}"]`)).toContainText("draft");

  await net.cut();
  await expect(bottom(desk)).toContainText("the line is broken: trying again");
  await expect(bottom(desk)).toContainText("what you see may be old");
  const first = await silence(desk);
  await expect.poll(() => silence(desk)).toBeGreaterThan(first + 1);
  await submit(api, bid);
  expect((await bidOf(api, bid.id)).state).toBe("acknowledged");
  await expect(entry).toContainText("draft");

  net.mend();
  await expect(bottom(desk).getByText("live", { exact: true })).toBeVisible({ timeout: 20_000 });
  await expect(entry).toContainText("acknowledged");
  await expect(bottom(desk)).not.toContainText("may be old");
  // It went on from the last event that it had heard.
  expect(net.opened[0]!.searchParams.has("after")).toBe(false);
  expect(Number(net.opened.at(-1)!.searchParams.get("after"))).toBeGreaterThan(0);
});

test("what is typed while the server is away is kept, and saved once it is back", async ({ desk, api, day }) => {
  const bid = await draft(api, day, [["5", "40"]]);
  const net = await network(desk);
  await desk.goto(at(`/bids/${bid.id}/edit`));
  await expect(desk.getByRole("grid", { name: "Offers of the day" })).toBeFocused();
  await expect(bottom(desk).getByText("live", { exact: true })).toBeVisible();
  await net.cut();
  await desk.keyboard.type("6");
  await desk.keyboard.press("Control+s");
  const told = desk.getByRole("alert").filter({ hasText: "The draft was not saved" });
  await expect(told).toContainText("Your work is kept on this computer");
  expect((await bidOf(api, bid.id)).version).toBe(1);
  net.mend();
  await told.getByRole("button", { name: "Save again" }).click();
  await expect(told).toBeHidden();
  await expect.poll(async () => (await bidOf(api, bid.id)).content.periods[0]!.curve.points[0]!.quantity).toBe("6");
});

test("prices that cannot be read anew are told as a fault, and are read with one button", async ({ desk }) => {
  const net = await network(desk);
  await desk.goto(at("/market", { day: "2024-08-01" }));
  await expect(desk.getByRole("region", { name: "Periods of the day" }).getByRole("row")).toHaveCount(97);
  await expect(bottom(desk).getByText("live", { exact: true })).toBeVisible();
  await net.cut();
  await desk.getByRole("button", { name: "One day back" }).click();
  const fault = desk.getByRole("alert").filter({ hasText: "The prices of the day could not be read" });
  await expect(fault).toBeVisible();
  net.mend();
  await fault.getByRole("button", { name: "Try again" }).click();
  await expect(fault).toBeHidden();
  await expect(desk.getByRole("heading", { name: "Wed, 31 Jul 2024" })).toBeVisible();
});
