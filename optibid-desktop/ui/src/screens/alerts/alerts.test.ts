import { describe, expect, it } from "vitest";
import type { AlertCondition, AlertRuleContent, AlertView, WatchedRule } from "$lib/api/types";
import { conditionInWords, contentOf, emptyForm, endInWords, fieldsOf, formOf, inWords, KINDS, ruleWord } from "./rules";
import { fits, groups } from "./standing";

const series = { market: "ERCOT", product: "RTM", location: "HB_SOUTH" };
const less = { ...series, product: "DAM" };
const CONDITIONS: AlertCondition[] = [
  { kind: "price", series, when: "above", limit: "200", reset: "150" },
  { kind: "spread", series, less, when: "below", limit: "-50" },
  { kind: "state_of_charge", asset: "a", when: "below", limit: "1.5" },
  { kind: "gate_closure", market: "ERCOT", product: "DAM", within_minutes: 60, unless_submitted: true },
  { kind: "data_age", series, older_than_minutes: 90 },
  { kind: "telemetry_age", asset: "a", older_than_minutes: 15 },
  { kind: "job", job_kind: "offer", longer_than_minutes: 30 },
  { kind: "profit", market: "ERCOT", days: 7, when: "below", limit: { amount: "-500", currency: "USD" }, reset: { amount: "0", currency: "USD" } },
  { kind: "service", service: "redis" },
];
const rule = (condition: AlertCondition): AlertRuleContent => ({
  name: "n", condition, severity: "critical", enabled: true, raise_after_seconds: 60, clear_after_seconds: 300, missing_data: "keep", no_data_after_seconds: 60,
});

describe("the form", () => {
  it("knows all kinds of condition", () => expect(CONDITIONS.map((c) => c.kind).sort()).toEqual(KINDS.map((k) => k.kind).sort()));
  it.each(CONDITIONS)("says again what it was filled with: $kind", (condition) => {
    const content = rule(condition);
    expect(contentOf(formOf(content))).toEqual({ content, violations: [] });
  });
  it("tells at their fields what cannot be read", () => {
    const form = { ...emptyForm(), kind: "price" as const, market: "ERCOT", product: "RTM", limit: "two", clear: "5 min" };
    const fields = contentOf(form).violations.map((v) => v.field);
    expect(fields.sort()).toEqual(["clear_after_seconds", "condition.limit", "condition.series.location", "name"]);
    expect(fields.every((field) => fieldsOf("price").includes(field))).toBe(true);
  });
  it("takes figures as people write them", () => {
    const content = contentOf({ ...formOf(rule(CONDITIONS[0]!)), limit: " −12.50 ", reset: "" }).content;
    expect(content.condition).toMatchObject({ limit: "-12.5" });
    expect("reset" in content.condition).toBe(false);
  });
});

describe("words", () => {
  const name = () => "battery";
  it("say what is watched", () => {
    expect(conditionInWords(CONDITIONS[0]!, name)).toBe("price of ERCOT RTM HB_SOUTH is above 200.00 per MWh");
    expect(conditionInWords(CONDITIONS[3]!, name)).toBe("gate of ERCOT DAM closes within 1 h and no bid is at the venue");
    expect(conditionInWords(CONDITIONS[5]!, name)).toBe("newest sample of battery is older than 15 min");
    expect(conditionInWords(CONDITIONS[6]!, name)).toBe("offer failed, or runs longer than 30 min");
  });
  it("say when an alarm ends", () => {
    expect(endInWords(rule(CONDITIONS[0]!))).toBe("when it has been below 150.00 per MWh for 5 min");
    expect(endInWords(rule(CONDITIONS[3]!))).toBe("when the gate has closed");
    expect(endInWords(rule(CONDITIONS[4]!))).toBe("when it has been younger for 1 h 35 min");
  });
  it("say how long", () => expect([0, 45, 90, 3_600, 5_400, 86_400].map(inWords)).toEqual(["0 s", "45 s", "1 min 30 s", "1 h", "1 h 30 min", "1 d"]));
  it("say where a rule stands", () => {
    const watched = (state: string, more: object = {}, enabled = true) => ({ rule: { content: { enabled } }, standing: { state, ...more } }) as unknown as WatchedRule;
    const now = Date.parse("2026-11-21T18:00:00Z");
    expect(ruleWord(watched("active"), now)).toBe("alarm");
    expect(ruleWord(watched("active", { shelved: { until: "2026-11-21T18:00:01Z" } }), now)).toBe("shelved");
    expect(ruleWord(watched("no_data", { shelved: { until: "2026-11-21T18:00:00Z" } }), now)).toBe("no data");
    expect(ruleWord(watched("active", {}, false), now)).toBe("off");
  });
});

describe("alarms", () => {
  const alarm = (id: string, status: AlertView["status"], severity: AlertView["severity"], raised_at: string, more: Partial<AlertView> = {}) =>
    ({ id, status, severity, raised_at, rule: id, name: `name ${id}`, message: "m", ...more }) as AlertView;
  it("stand in the order in which they need somebody", () => {
    const list = [
      alarm("1", "acknowledged", "critical", "2026-01-01"), alarm("2", "unacknowledged", "warning", "2026-01-03"), alarm("3", "unacknowledged", "warning", "2026-01-02"),
      alarm("4", "unacknowledged", "critical", "2026-01-04"), alarm("5", "returned", "critical", "2026-01-01"), alarm("6", "unacknowledged", "critical", "2026-01-01"),
    ];
    const found = groups(list, (one) => one.id === "6");
    expect(found.map((group) => `${group.wait}: ${group.alarms.map((one) => one.id).join(" ")}`)).toEqual(["answer: 4 3 2", "ended: 5", "answered: 1", "shelved: 6"]);
  });
  it("of the past are found by answer, text and time", () => {
    const past = alarm("1", "closed", "info", "2026-01-02T12:00:00Z", { acknowledged: { by: "u", at: "", note: "On it" }, ended_at: "2026-01-02T13:00:00Z" });
    const none = { status: undefined, text: undefined, from: undefined, until: undefined };
    expect(fits(past, none)).toBe(true);
    expect(fits(past, { ...none, text: "on it", status: "answered" })).toBe(true);
    expect(fits(past, { ...none, status: "unanswered" })).toBe(false);
    expect(fits(past, { ...none, until: Date.parse("2026-01-02T12:00:00Z") })).toBe(false);
  });
});
