// Alert rules in words, and as the form holds them.
import type { AlertCondition, AlertRuleContent, SeriesKey, Severity, Violation, WatchedRule } from "$lib/api/types";
import { typed } from "$lib/exact";
import { price, power, money } from "$lib/format";

export type Kind = AlertCondition["kind"];

export interface KindText {
  kind: Kind;
  label: string;
  /** What it watches, in a sentence. */
  about: string;
}

export const KINDS: readonly KindText[] = [
  { kind: "price", label: "Price", about: "The price of the newest period that has begun. No data when that period ended more than two hours ago." },
  { kind: "spread", label: "Spread", about: "One price less another in the same currency, in the newest period that has begun and that both have." },
  { kind: "state_of_charge", label: "State of charge", about: "The newest sample of a battery, in MWh. No data when it is older than an hour." },
  { kind: "gate_closure", label: "Gate closure", about: "The next gate of a product closes soon. Each gate has an alarm of its own, which ends with it." },
  { kind: "data_age", label: "Age of prices", about: "The newest price of a series became known too long ago." },
  { kind: "telemetry_age", label: "Age of telemetry", about: "The newest sample of an asset was measured too long ago." },
  { kind: "job", label: "Job", about: "The job that ended last has failed, or one has been waiting and running too long." },
  { kind: "profit", label: "Profit", about: "Net profit of the settled delivery days among the last so many, today included." },
  { kind: "service", label: "Service", about: "A service that is set up does not answer. The database is watched from outside: alarms are kept in it." },
];

export const kindText = (kind: Kind): KindText => KINDS.find((one) => one.kind === kind)!;

export const SEVERITIES: readonly Severity[] = ["critical", "warning", "info"];
export const JOB_KINDS = ["backtest", "optimisation", "explanation", "offer"] as const;

/** `2 h`, `1 h 30 min`, `45 s`: a whole number of seconds in words. */
export function inWords(seconds: number): string {
  const parts: [number, string][] = [[Math.floor(seconds / 86_400), "d"], [Math.floor(seconds / 3600) % 24, "h"], [Math.floor(seconds / 60) % 60, "min"], [seconds % 60, "s"]];
  const told = parts.filter(([n]) => n > 0).map(([n, unit]) => `${n} ${unit}`);
  return told.join(" ") || "0 s";
}

const series = (key: SeriesKey): string => `${key.market} ${key.product} ${key.location}`;

/** A condition in words: what is watched, and when it is alarming. */
export function conditionInWords(condition: AlertCondition, assetName: (id: string) => string): string {
  switch (condition.kind) {
    case "price":
      return `price of ${series(condition.series)} is ${condition.when} ${price(condition.limit)} per MWh`;
    case "spread":
      return `${series(condition.series)} less ${series(condition.less)} is ${condition.when} ${price(condition.limit)} per MWh`;
    case "state_of_charge":
      return `state of charge of ${assetName(condition.asset)} is ${condition.when} ${power(condition.limit)} MWh`;
    case "gate_closure":
      return `gate of ${condition.market} ${condition.product} closes within ${inWords(condition.within_minutes * 60)}${condition.unless_submitted ? " and no bid is at the venue" : ""}`;
    case "data_age":
      return `newest price of ${series(condition.series)} is older than ${inWords(condition.older_than_minutes * 60)}`;
    case "telemetry_age":
      return `newest sample of ${assetName(condition.asset)} is older than ${inWords(condition.older_than_minutes * 60)}`;
    case "job": {
      const what = condition.job_kind ?? "any job";
      return `${what} failed${condition.longer_than_minutes ? `, or runs longer than ${inWords(condition.longer_than_minutes * 60)}` : ""}`;
    }
    case "profit":
      return `net profit in ${condition.market} over ${condition.days === 1 ? "the last day" : `the last ${condition.days} days`} is ${condition.when} ${money(condition.limit)} ${condition.limit.currency}`;
    case "service":
      return `${condition.service ?? "any service that is set up"} does not answer`;
  }
}

/** How far from its limit a figure is normal again where nothing else is said. */
export const deadBand = (kind: Kind): string => (kind === "state_of_charge" ? "2 %, at least 0.01 MWh," : "2 %, at least 1,");

/** When an alarm ends, in words. */
export function endInWords({ condition, clear_after_seconds }: AlertRuleContent): string {
  const held = clear_after_seconds ?? 300;
  if (condition.kind === "gate_closure") return "when the gate has closed";
  if (condition.kind === "data_age" || condition.kind === "telemetry_age") return `when it has been younger for ${inWords(held + condition.older_than_minutes * 60)}`;
  if (condition.kind === "job" || condition.kind === "service") return `when it has been well for ${inWords(held)}`;
  const side = condition.when === "above" ? "below" : "above";
  const { reset } = condition;
  const level = !reset ? `the limit by ${deadBand(condition.kind)}` : typeof reset !== "string" ? `${money(reset)} ${reset.currency}` : condition.kind === "state_of_charge" ? `${power(reset)} MWh` : `${price(reset)} per MWh`;
  return `when it has been ${side} ${level} for ${inWords(held)}`;
}

export type RuleWord = "off" | "shelved" | "alarm" | "no data" | "normal";

/** Where a rule stands, in a word. */
export function ruleWord({ rule, standing }: WatchedRule, now: number): RuleWord {
  if (rule.content.enabled === false) return "off";
  if (standing.shelved && Date.parse(standing.shelved.until) > now) return "shelved";
  return standing.state === "active" ? "alarm" : standing.state === "no_data" ? "no data" : "normal";
}

/** A rule as a form holds it: all as text, so that nothing that was typed is lost. */
export interface RuleForm {
  kind: Kind;
  name: string;
  severity: Severity;
  enabled: boolean;
  market: string;
  product: string;
  location: string;
  lessMarket: string;
  lessProduct: string;
  lessLocation: string;
  when: "above" | "below";
  limit: string;
  reset: string;
  asset: string;
  within: string;
  unlessSubmitted: boolean;
  olderThan: string;
  jobKind: string;
  longerThan: string;
  days: string;
  currency: string;
  service: string;
  raise: string;
  clear: string;
  missing: "alert" | "keep";
  noData: string;
}

export const emptyForm = (): RuleForm => ({
  kind: "price", name: "", severity: "warning", enabled: true,
  market: "", product: "", location: "", lessMarket: "", lessProduct: "", lessLocation: "",
  when: "above", limit: "", reset: "", asset: "", within: "60", unlessSubmitted: true, olderThan: "60",
  jobKind: "", longerThan: "", days: "1", currency: "", service: "",
  raise: "0", clear: "300", missing: "alert", noData: "60",
});

export function formOf(content: AlertRuleContent): RuleForm {
  const { condition } = content;
  const form: RuleForm = {
    ...emptyForm(), kind: condition.kind, name: content.name, severity: content.severity ?? "warning", enabled: content.enabled !== false,
    raise: String(content.raise_after_seconds ?? 0), clear: String(content.clear_after_seconds ?? 300),
    missing: content.missing_data ?? "alert", noData: String(content.no_data_after_seconds ?? 60),
  };
  const place = ({ market, product, location }: SeriesKey) => ({ market, product, location });
  switch (condition.kind) {
    case "price":
      return { ...form, ...place(condition.series), when: condition.when, limit: condition.limit, reset: condition.reset ?? "" };
    case "spread": {
      const { market, product, location } = condition.less;
      return { ...form, ...place(condition.series), lessMarket: market, lessProduct: product, lessLocation: location, when: condition.when, limit: condition.limit, reset: condition.reset ?? "" };
    }
    case "state_of_charge":
      return { ...form, asset: condition.asset, when: condition.when, limit: condition.limit, reset: condition.reset ?? "" };
    case "gate_closure":
      return { ...form, market: condition.market, product: condition.product, within: String(condition.within_minutes), unlessSubmitted: condition.unless_submitted === true };
    case "data_age":
      return { ...form, ...place(condition.series), olderThan: String(condition.older_than_minutes) };
    case "telemetry_age":
      return { ...form, asset: condition.asset, olderThan: String(condition.older_than_minutes) };
    case "job":
      return { ...form, jobKind: condition.job_kind ?? "", longerThan: condition.longer_than_minutes ? String(condition.longer_than_minutes) : "" };
    case "profit":
      return { ...form, market: condition.market, days: String(condition.days), when: condition.when, limit: condition.limit.amount, currency: condition.limit.currency, reset: condition.reset?.amount ?? "" };
    case "service":
      return { ...form, service: condition.service ?? "" };
  }
}

/** What a form says, and which of its fields cannot be read. The server judges what they say. */
export function contentOf(form: RuleForm): { content: AlertRuleContent; violations: Violation[] } {
  const violations: Violation[] = [];
  const broken = (field: string, value: string, rule: string) => violations.push({ code: "form", field, value, rule });
  const decimal = (field: string, value: string): string => {
    const read = typed(value);
    if (read === undefined) broken(field, value, "must be a number, such as 200 or -12.5");
    return read ?? "0";
  };
  const maybe = (field: string, value: string): string | undefined => (value.trim() === "" ? undefined : decimal(field, value));
  const whole = (field: string, value: string): number => {
    if (!/^\d{1,9}$/.test(value.trim())) broken(field, value, "must be a whole number");
    return Number(value.trim()) || 0;
  };
  const chosen = (field: string, value: string, what: string): string => {
    if (value.trim() === "") broken(field, value, `choose ${what}`);
    return value.trim();
  };
  const key = (at: string, market: string, product: string, location: string): SeriesKey => ({
    market: chosen(`${at}.market`, market, "a market"),
    product: chosen(`${at}.product`, product, "a product"),
    location: chosen(`${at}.location`, location, "a location"),
  });
  const limits = (at: string) => {
    const [limit, reset] = [decimal(`${at}.limit`, form.limit), maybe(`${at}.reset`, form.reset)];
    return { when: form.when, limit, ...(reset === undefined ? {} : { reset }) };
  };

  function condition(): AlertCondition {
    const at = "condition";
    switch (form.kind) {
      case "price":
        return { kind: "price", series: key(`${at}.series`, form.market, form.product, form.location), ...limits(at) };
      case "spread":
        return {
          kind: "spread", series: key(`${at}.series`, form.market, form.product, form.location),
          less: key(`${at}.less`, form.lessMarket, form.lessProduct, form.lessLocation), ...limits(at),
        };
      case "state_of_charge":
        return { kind: "state_of_charge", asset: chosen(`${at}.asset`, form.asset, "a battery"), ...limits(at) };
      case "gate_closure":
        return {
          kind: "gate_closure", market: chosen(`${at}.market`, form.market, "a market"), product: chosen(`${at}.product`, form.product, "a product"),
          within_minutes: whole(`${at}.within_minutes`, form.within), unless_submitted: form.unlessSubmitted,
        };
      case "data_age":
        return { kind: "data_age", series: key(`${at}.series`, form.market, form.product, form.location), older_than_minutes: whole(`${at}.older_than_minutes`, form.olderThan) };
      case "telemetry_age":
        return { kind: "telemetry_age", asset: chosen(`${at}.asset`, form.asset, "an asset"), older_than_minutes: whole(`${at}.older_than_minutes`, form.olderThan) };
      case "job":
        return {
          kind: "job", ...(form.jobKind ? { job_kind: form.jobKind } : {}),
          ...(form.longerThan.trim() ? { longer_than_minutes: whole(`${at}.longer_than_minutes`, form.longerThan) } : {}),
        };
      case "profit": {
        const { when, limit, reset } = limits(at);
        const currency = form.currency as "USD";
        return {
          kind: "profit", market: chosen(`${at}.market`, form.market, "a market"), days: whole(`${at}.days`, form.days), when,
          limit: { amount: limit, currency }, ...(reset === undefined ? {} : { reset: { amount: reset, currency } }),
        };
      }
      case "service":
        return { kind: "service", ...(form.service ? { service: form.service } : {}) };
    }
  }

  const content: AlertRuleContent = {
    name: form.name.trim(), condition: condition(), severity: form.severity, enabled: form.enabled,
    raise_after_seconds: whole("raise_after_seconds", form.raise), clear_after_seconds: whole("clear_after_seconds", form.clear),
    missing_data: form.missing, no_data_after_seconds: whole("no_data_after_seconds", form.noData),
  };
  if (content.name === "") broken("name", form.name, "give it a name");
  return { content, violations };
}

/** The fields of the API that a form of a kind shows, so that a fault stands at its field; others stand above the form. */
export function fieldsOf(kind: Kind): string[] {
  const key = (at: string) => [`condition.${at}.market`, `condition.${at}.product`, `condition.${at}.location`];
  const limits = ["condition.limit", "condition.limit.amount", "condition.reset", "condition.reset.amount"];
  const own: Record<Kind, string[]> = {
    price: [...key("series"), ...limits],
    spread: [...key("series"), ...key("less"), ...limits],
    state_of_charge: ["condition.asset", ...limits],
    gate_closure: ["condition.market", "condition.product", "condition.within_minutes"],
    data_age: [...key("series"), "condition.older_than_minutes"],
    telemetry_age: ["condition.asset", "condition.older_than_minutes"],
    job: ["condition.job_kind", "condition.longer_than_minutes"],
    profit: ["condition.market", "condition.days", ...limits],
    service: ["condition.service"],
  };
  return ["name", "severity", "raise_after_seconds", "clear_after_seconds", "no_data_after_seconds", ...own[kind]];
}
