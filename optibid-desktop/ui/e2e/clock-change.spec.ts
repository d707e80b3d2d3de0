// The two days a year that have no 24 hours, on computers of three zones, none of them the market's.
import { at, editor, expect, found, offers, periodsOf, test, type Period } from "./own";
import type { APIRequestContext, Page } from "@playwright/test";

const LONG = "2026-11-01";
const SHORT = "2026-03-08";
const MINUTE = 60_000;

/** What the grid calls the row that has the keys. */
const label = (page: Page) =>
  offers(page).evaluate((grid) => document.getElementById(grid.getAttribute("aria-activedescendant")!)!.closest("[role=row]")!.querySelector("[role=rowheader]")!.textContent);
/** What the grid calls its first rows: only those in view are on the page, so that it is walked through. */
async function labels(page: Page, count: number): Promise<string[]> {
  const found: string[] = [];
  for (let row = 0; row < count; row += 1) {
    found.push(await label(page));
    await page.keyboard.press("ArrowDown");
  }
  return found;
}
/** Imports a day-ahead price for every period of days, which counts up by one cent from 10.00, for an organisation of its own. */
async function prices(page: Page, api: APIRequestContext, days: string[]): Promise<Period[]> {
  const { headers } = await found(page);
  const list = (await Promise.all(days.map((day) => periodsOf(api, day)))).flat();
  const lines = list.map((one, i) => `ERCOT,DAM,HB_SOUTH,${one.start},PT60M,${(10 + i / 100).toFixed(2)}`);
  const data = ["market,product,location,start,resolution,price", ...lines, ""].join("\n");
  const answer = await page.request.post("/api/market-data/import?format=generic", { data, headers: { ...headers, "content-type": "text/csv" } });
  expect(await answer.json()).toMatchObject({ inserted: list.length });
  return list;
}

for (const timezoneId of ["Asia/Kathmandu", "Europe/Berlin", "America/New_York"]) {
  test.describe(timezoneId, () => {
    test.use({ timezoneId });

    test("the grid of ERCOT's long day has 25 rows, and tells the two 01:00 apart", async ({ desk }) => {
      await editor(desk, at("/bids/new", { day: LONG }));
      await expect(offers(desk)).toHaveAttribute("aria-rowcount", "26");
      await expect(desk.getByText("25 hours", { exact: true })).toBeVisible();
      const found = await labels(desk, 25);
      expect(await label(desk), "below the last there is none").toBe("23:00–00:00");
      expect(found.slice(0, 4)).toEqual(["00:00–01:00", "01:00–02:00 CDT", "01:00–02:00 CST", "02:00–03:00"]);
      expect(found.at(-1)).toBe("23:00–00:00");
      expect(new Set(found).size).toBe(25);
    });

    test("the grid of ERCOT's short day has 23 rows, and no 02:00", async ({ desk }) => {
      await editor(desk, at("/bids/new", { day: SHORT }));
      await expect(offers(desk)).toHaveAttribute("aria-rowcount", "24");
      await expect(desk.getByText("23 hours", { exact: true })).toBeVisible();
      const found = await labels(desk, 23);
      expect(await label(desk), "below the last there is none").toBe("23:00–00:00");
      expect(found.slice(0, 3)).toEqual(["00:00–01:00", "01:00–02:00", "03:00–04:00"]);
      expect(found.filter((one) => one.startsWith("02:"))).toEqual([]);
    });

    test("the grid of EPEX has 100 quarters on the long day and 92 on the short one", async ({ desk }) => {
      await editor(desk, at("/bids/new", { market: "EPEX", location: "FR", day: "2026-10-25" }));
      await expect(offers(desk)).toHaveAttribute("aria-rowcount", "101");
      const long = await labels(desk, 17);
      const again = (sign: string) => ["02:00–02:15", "02:15–02:30", "02:30–02:45", "02:45–03:00"].map((time) => `${time} ${sign}`);
      expect(long.slice(7)).toEqual(["01:45–02:00", ...again("GMT+2"), ...again("GMT+1"), "03:00–03:15"]);
      await desk.keyboard.press("Control+End");
      expect(await label(desk)).toBe("23:45–00:00");
      await editor(desk, at("/bids/new", { market: "EPEX", location: "FR", day: "2026-03-29" }));
      await expect(offers(desk)).toHaveAttribute("aria-rowcount", "93");
      expect((await labels(desk, 9)).slice(7)).toEqual(["01:45–02:00", "03:00–03:15"]);
    });

    test("the market's table of a day and its heat map have the hours that the day has", async ({ desk, api }) => {
      const list = await prices(desk, api, [SHORT, "2026-10-31", LONG, "2026-11-02"]);
      const priceAt = (start: string) => (10 + list.findIndex((one) => one.start === start) / 100).toFixed(2);
      const table = desk.getByRole("region", { name: "Periods of the day" });
      const rows = table.locator("tbody tr[data-index]");

      const headings = async () => (await rows.getByRole("rowheader").allInnerTexts()).map((text) => text.replaceAll("\u00a0", " "));

      await desk.goto(at("/market", { day: LONG }));
      await expect(rows).toHaveCount(25);
      await expect(table).toContainText("The clock goes back here: an hour of the clock comes twice");
      expect((await headings()).slice(0, 4)).toEqual(["00:00–01:00 CDT", "01:00 CDT–01:00 CST", "01:00–02:00 CST", "02:00–03:00 CST"]);
      await expect(rows.nth(1)).toContainText(priceAt("2026-11-01T06:00:00Z"));
      await expect(rows.nth(2)).toContainText(priceAt("2026-11-01T07:00:00Z"));

      await desk.goto(at("/market", { day: SHORT }));
      await expect(rows).toHaveCount(23);
      await expect(table).toContainText("The clock goes forward here: an hour of the clock is left out");
      expect((await headings()).slice(1, 3)).toEqual(["01:00 CST–03:00 CDT", "03:00–04:00 CDT"]);

      await desk.goto(at("/market", { view: "heat", span: "custom", from: "2026-10-31", to: "2026-11-02", show: "da" }));
      await expect(desk.getByRole("main")).toContainText("Sun, 1 Nov 2026 has 25 hours");
      const map = desk.getByRole("img", { name: /prices at HB_SOUTH, 3 days/ });
      const reading = desk.locator("figure .reading");
      await map.focus();
      // The first key looks at the second row: the long day. It has a 25th column, which others do not have.
      await desk.keyboard.press("ArrowDown");
      await expect(reading).toContainText("00:00–01:00 CDT");
      const seen: string[] = [];
      for (let column = 1; column < 25; column += 1) {
        await desk.keyboard.press("ArrowRight");
        seen.push(await reading.innerText());
      }
      expect(seen[0]).toMatch(/1 Nov.*01:00–01:00 CDT.*10\.48/s);
      expect(seen[1]).toMatch(/1 Nov.*01:00–02:00 CST.*10\.49/s);
      expect(seen.at(-1)).toMatch(/1 Nov.*23:00–00:00 CST.*10\.71/s);
      await desk.keyboard.press("ArrowRight");
      expect(await reading.innerText()).toBe(seen.at(-1));
      await desk.keyboard.press("ArrowDown");
      await expect(reading).toContainText("2 Nov the day has no such period");
    });

    test("the header's clock is the market's", async ({ desk }) => {
      const now = desk.locator("header .now");
      for (const [market, zone] of [["ERCOT", "America/Chicago"], ["EPEX", "Europe/Paris"], ["AEMO", "Australia/Brisbane"]] as const) {
        await desk.goto(`/?market=${market}`);
        const name = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "short" }).formatToParts().find((part) => part.type === "timeZoneName")!.value;
        await expect(now).toContainText(name);
        const [, time, told] = /(\d\d:\d\d):\d\d\s+(\S+)/.exec(await now.innerText())!;
        const clock = (when: number) => new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(when);
        expect([clock(Date.now()), clock(Date.now() - MINUTE)]).toContain(time);
        expect(told).toBe(name);
      }
    });
  });
}
