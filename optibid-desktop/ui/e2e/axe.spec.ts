import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "./desk";

const SCREENS = [
  "/", "/market", "/market?view=history", "/market?view=heat", "/market?view=duration", "/market?view=map", "/market?view=compare",
  "/bids", "/bids/new", "/assets", "/assets/new", "/forecasts", "/runs", "/runs/new", "/settlement",
  "/alerts", "/alerts?tab=rules", "/alerts?tab=history", "/audit", "/settings", "/admin",
];

for (const theme of ["dark", "light"] as const) {
  for (const path of SCREENS) {
    test(`${path} in ${theme} has no serious finding`, async ({ desk }) => {
      await desk.addInitScript(
        (theme) => localStorage.setItem("optibid.settings", JSON.stringify({ theme, toured: true })),
        theme,
      );
      await desk.goto(path);
      await expect(desk.getByRole("main").getByRole("status", { name: "loading" })).toHaveCount(0);
      await desk.waitForLoadState("networkidle");
      const found = await new AxeBuilder({ page: desk }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]).analyze();
      const serious = found.violations.filter((v) => v.impact === "serious" || v.impact === "critical");
      expect(serious.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).slice(0, 4).join(" | ")}`)).toEqual([]);
    });
  }
}
