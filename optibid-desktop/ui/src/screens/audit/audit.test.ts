import { describe, expect, it } from "vitest";
import type { AuditView } from "$lib/api/types";
import { check, digest } from "./chain";
import { diff, factsOf, inLine, withStory } from "./facts";
import { csvRows, fits, placeOf } from "./trail";

/** Two neighbours as a server recorded them. */
const FIRST: AuditView = {
  sequence: 118, org: "01a20054-e714-7689-a923-b1b2048aaad5", actor: { kind: "user", id: "01a20054-e714-7689-a923-b1b3ea3a1484" }, action: "session.open",
  subject: "user/01a20054-e714-7689-a923-b1b3ea3a1484", at: "2026-11-21T23:07:20.495692Z", detail: "{}",
  previous: "e2e7b2a544eaf61433d6d1f5fa3579445e18bdbe096167cd6d4bd5c0d0c4d3a1", hash: "1fbf5948e9b26ce51fbb2fa1b69f59c183ca1b65802912703cbf6b0f56e1fdb3",
};
const SECOND: AuditView = { ...FIRST, sequence: 119, at: "2026-11-21T23:07:20.631233Z", previous: FIRST.hash, hash: "5dddbd1504901fc5bbffd4f7ee6e01b1dd4738db2423605536b238bd838e3919" };

describe("the chain", () => {
  it("is hashed as the server hashes it", async () => {
    expect(await digest(FIRST)).toBe(FIRST.hash);
    expect(await digest(SECOND)).toBe(SECOND.hash);
  });
  it("is whole in any order", async () => expect(await check([SECOND, FIRST])).toEqual({ entries: 2, links: 1 }));
  it("shows what was altered", async () => {
    expect((await check([FIRST, { ...SECOND, detail: '{"a":1}' }])).broken).toEqual({ sequence: 119, reason: "its content was altered" });
    const moved = { ...SECOND, previous: "0".repeat(64) };
    expect((await check([FIRST, { ...moved, hash: await digest(moved) }])).broken?.reason).toBe("it does not follow the entry before it");
  });
  it("says nothing of neighbours that are not there", async () => expect(await check([{ ...SECOND }])).toEqual({ entries: 1, links: 0 }));
});

describe("facts", () => {
  it("tell what changed apart from the rest", () => {
    const facts = factsOf('{"alert":"a","from":"normal","name":"n","to":"active"}');
    expect(facts.changes).toEqual([{ path: "state", from: "normal", to: "active" }]);
    expect(facts.facts.map((f) => f.path)).toEqual(["alert", "name"]);
    expect(inLine(facts)).toBe("normal → active, alert a, name n");
  });
  it("are compared leaf by leaf", () => {
    const before = { limit: "10", points: [{ price: "1" }], tags: ["a", "b"], gone: true };
    const after = { limit: "12", points: [{ price: "1" }, { price: "2" }], tags: ["a"] };
    expect(diff(before, after)).toEqual([
      { path: "limit", from: "10", to: "12" }, { path: "tags", from: "a, b", to: "a" }, { path: "gone", from: "true", to: undefined }, { path: "points[1].price", from: undefined, to: "2" },
    ]);
  });
  it("read amounts as one figure, and leave other text as it is", () => {
    expect(inLine(factsOf('{"total":{"amount":"663.36","currency":"USD"}}'))).toBe("total 663.36 USD");
    expect(factsOf("no json").raw).toBe("no json");
    expect(inLine(factsOf("{}"))).toBe("");
  });
  it("take what was before from older entries of the same subject", () => {
    const older = [{ action: "bid.acknowledged", detail: '{"reason":"as SIM-1","version":4}' }, { action: "bid.submit", detail: '{"to":"submitted","version":3}' }];
    const facts = withStory({ action: "bid.partly_cleared", detail: '{"reason":"5 of 17 periods awarded","version":5}' }, older);
    expect(facts.changes).toEqual([{ path: "state", from: "acknowledged", to: "partly cleared" }, { path: "version", from: "4", to: "5" }]);
    expect(facts.facts).toEqual([{ path: "reason", value: "5 of 17 periods awarded" }]);
    expect(withStory({ action: "bid.draft", detail: '{"to":"draft","version":1}' }, []).changes).toEqual([{ path: "state", to: "draft" }]);
  });
});

describe("the trail", () => {
  it("is narrowed by who, text and time", () => {
    const none = { who: undefined, text: undefined, from: undefined, until: undefined };
    expect(fits(FIRST, { ...none, who: "system" })).toBe(false);
    expect(fits(FIRST, { ...none, who: "01a20054-e714-7689-a923-b1b3ea3a1484", text: "SESSION" })).toBe(true);
    expect(fits(FIRST, { ...none, from: Date.parse("2026-11-22T00:00:00Z") })).toBe(false);
  });
  it("leads to what an entry is about", () => {
    expect(placeOf("bid/1")?.path).toBe("/bids/1");
    expect(placeOf("alert_rule/2")).toEqual({ path: "/alerts", query: { tab: "rules", rule: "2" } });
    expect(placeOf("maintenance")).toBeUndefined();
  });
  it("is written so that a spreadsheet runs nothing", () => {
    const [, row] = csvRows([{ ...FIRST, detail: '=HYPERLINK("x")' }], () => "Demo");
    expect(row![7]).toBe(`'=HYPERLINK("x")`);
    expect(row![0]).toBe("118");
  });
});
