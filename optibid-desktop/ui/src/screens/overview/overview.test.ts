import { describe, expect, it } from "vitest";
import type { AlertView, Asset, Award, BatteryKind, BidState, BidView, Job, MarketView, Position, PriceView, ProductView, ProfitAndLoss } from "$lib/api/types";
import { alarmItems, bidItems, byUrgency, countsInWords, jobItems } from "./attention";
import { planned } from "./charge";
import { HOUR, holding, placed, rowOf, type Point, type Source } from "./course";
import { bidsFor, nextGates, standing } from "./gates";
import { netPositions } from "./positions";
import { calendar, total } from "./profit";

const NOW = Date.parse("2026-11-21T18:00:00Z");
const bid = (state: BidState, more: Partial<BidView["content"]> = {}, updated = "2026-11-21T17:00:00Z"): BidView =>
  ({ id: `id-${state}`, state, version: 1, updated_at: updated, content: { market: "ERCOT", product: "DAM", location: "HB_SOUTH", delivery_day: "2026-11-22", ...more } }) as BidView;
const product = (name: string, closes: string, day = "2026-11-22"): ProductView =>
  ({ product: name, kind: name === "DAM" ? "day_ahead" : "real_time", time_zone: "America/Chicago", next_gate: { delivery_day: day, closes_at: closes } }) as ProductView;
const markets: MarketView[] = [
  { market: "AEMO", name: "", products: [product("RTM", "2026-11-21T18:05:00Z")] },
  { market: "ERCOT", name: "", products: [product("DAM", "2026-11-21T19:00:00Z"), product("RTM", "2026-11-21T18:10:00Z")] },
];

describe("gates", () => {
  it("of what is bid for stand first, then the next one", () => {
    const gates = nextGates(markets, { bids: [bid("settled")], assets: [] });
    expect(gates.map((gate) => `${gate.market} ${gate.product.product} ${gate.own}`)).toEqual(["ERCOT DAM true", "AEMO RTM false", "ERCOT RTM false"]);
  });
  it("of a market with assets and no bid at all are own", () => {
    const gates = nextGates(markets, { bids: [], assets: [{ market: "ERCOT" } as Asset] });
    expect(gates.filter((gate) => gate.own).map((gate) => gate.product.product)).toEqual(["RTM", "DAM"]);
  });
  it("count bids of their day that are not taken back", () => {
    const gate = nextGates(markets, { bids: [bid("draft")], assets: [] })[0]!;
    const bids = [bid("submitted"), bid("withdrawn"), bid("draft", { delivery_day: "2026-11-23" })];
    expect(bidsFor(gate, bids).map((one) => one.state)).toEqual(["submitted"]);
  });
  it("tell what is at the venue before what is a draft, and the unknown before all", () => {
    expect(standing([]).word).toBe("none");
    expect(standing([bid("draft"), bid("acknowledged")]).word).toBe("at venue");
    expect(standing([bid("acknowledged"), bid("unknown")]).word).toBe("unknown");
    expect(standing([bid("validated")])).toMatchObject({ word: "validated", tone: "warn" });
  });
});

describe("attention", () => {
  const alarm = (status: AlertView["status"], severity: AlertView["severity"], id: string) => ({ id, status, severity, name: id, message: "m", raised_at: id, rule: id }) as AlertView;
  it("is asked for by alarms without an answer that are not shelved", () => {
    const alarms = [alarm("acknowledged", "critical", "a"), alarm("unacknowledged", "critical", "b"), alarm("returned", "critical", "c"), alarm("unacknowledged", "warning", "d")];
    const items = alarmItems(alarms, (one) => one.id === "d");
    expect(items.map((item) => [item.grade, item.query?.["alert"]])).toEqual([["now", "b"], ["over", "c"]]);
  });
  it("is asked for by bids of unknown fate, rejections and drafts before their gate", () => {
    const gates = nextGates(markets, { bids: [bid("draft")], assets: [] });
    const grades = (one: BidView) => bidItems([one], gates, NOW).map((item) => item.grade);
    expect(grades(bid("unknown"))).toEqual(["now"]);
    expect(grades(bid("rejected"))).toEqual(["soon"]);
    expect(grades(bid("rejected", { delivery_day: "2026-01-01" }, "2026-01-01T00:00:00Z"))).toEqual([]);
    expect(grades(bid("draft"))).toEqual(["soon"]);
    expect(grades(bid("draft", { delivery_day: "2026-12-01" }))).toEqual([]);
    expect(bidItems([bid("draft")], gates, Date.parse("2026-11-21T18:55:00Z"))[0]!.grade).toBe("now");
    expect(bidItems([bid("draft")], gates, Date.parse("2026-11-21T19:00:00Z"))).toEqual([]);
  });
  it("is asked for by jobs that failed within a day", () => {
    const job = (updated_at: string) => ({ id: updated_at, state: "failed", updated_at, spec: { kind: "backtest" }, error: "why" }) as Job;
    expect(jobItems([job("2026-11-21T10:00:00Z"), job("2026-11-19T10:00:00Z")], NOW).map((item) => item.text)).toEqual(["backtest failed: why"]);
  });
  it("goes to the most urgent, then to what waits longest", () => {
    const items = byUrgency([
      { key: "1", grade: "soon", about: "", text: "", since: "2", path: "" },
      { key: "2", grade: "now", about: "", text: "", since: "9", path: "" },
      { key: "3", grade: "soon", about: "", text: "", since: "1", path: "" },
    ]);
    expect(items.map((item) => item.key)).toEqual(["2", "3", "1"]);
    expect(countsInWords(items)).toBe("1 now, 2 soon");
  });
});

describe("courses", () => {
  const at = (hour: number) => Date.parse("2024-08-27T00:00:00Z") + hour * HOUR;
  const point = (hour: number, price: string): Point => ({ at: at(hour), price, knownAt: "" });
  const series = (name: string, hour: number, price: string, course: Point[], step = HOUR): Source =>
    ({ of: { market: "ERCOT", product: name, location: "HB_SOUTH", start: new Date(at(hour)).toISOString(), price, known_at: "", currency: "USD" } as PriceView, product: product(name, ""), step, course });

  it("take newer periods at the end and corrections in their place", () => {
    const course = [point(0, "1"), point(1, "2"), point(2, "3")];
    expect(placed(course, point(3, "4")).map((p) => p.price)).toEqual(["1", "2", "3", "4"]);
    expect(placed(course, point(1, "9")).map((p) => p.price)).toEqual(["1", "9", "3"]);
    expect(placed([], point(1, "9"))).toHaveLength(1);
  });
  it("know no price in a gap", () => {
    const course = [point(0, "1"), point(2, "3")];
    expect(holding(course, at(1.5), HOUR)).toBeUndefined();
    expect(holding(course, at(2.5), HOUR)?.price).toBe("3");
  });
  it("compare day-ahead and real-time in the same period", () => {
    const ahead = series("DAM", 23, "50", [point(10, "20.5"), point(11, "30"), point(23, "50")]);
    const real = series("RTM", 11.25, "22.93", [11, 11.25].map((hour, i) => point(hour, ["23.10", "22.93"][i]!)).concat(), HOUR / 4);
    real.course = [point(10.25, "20"), ...real.course];
    const rows = [rowOf(ahead, [ahead, real], NOW), rowOf(real, [ahead, real], NOW)];
    expect(rows[0]).toMatchObject({ price: "30", change: "9.5", spread: undefined });
    expect(rows[1]).toMatchObject({ price: "22.93", change: "-0.17", hourly: "2.93", spread: "7.07" });
  });
});

describe("profit", () => {
  const day = (date: string, net: string, foresight?: string) =>
    ({ day: date, currency: "USD", net: { amount: net, currency: "USD" }, ...(foresight ? { perfect_foresight: { amount: foresight, currency: "USD" } } : {}) }) as ProfitAndLoss;
  it("is compared in the days for which perfect foresight is known", () => {
    const sum = total([day("2024-08-24", "90.10", "100"), day("2024-08-25", "10.15")]);
    expect(sum).toMatchObject({ net: "100.25", foresight: "100", left: "9.9", settled: 2, compared: 1 });
    expect(sum.capture).toBeCloseTo(0.901);
  });
  it("has no capture of nothing", () => expect(total([day("2024-08-24", "0", "0")]).capture).toBeUndefined());
  it("keeps the places of days that are not settled", () => {
    const days = calendar([day("2024-03-01", "1")], "2024-03-01", 3);
    expect(days.map((one) => `${one.day} ${one.result !== undefined}`)).toEqual(["2024-02-28 false", "2024-02-29 false", "2024-03-01 true"]);
  });
});

describe("positions and charge", () => {
  it("net what was bought and sold exactly", () => {
    const position = (start: string, energy: string) => ({ market: "ERCOT", product: "DAM", location: "HB_SOUTH", energy, quantity: energy, period: { start, resolution: "PT60M" } }) as Position;
    const [net] = netPositions([position("2024-08-25T13:00:00Z", "9.9"), position("2024-08-25T12:00:00Z", "-1.5"), position("2024-08-25T11:00:00Z", "-0.2")]);
    expect(net).toMatchObject({ bought: "1.7", sold: "9.9", net: "8.2" });
    expect(net!.periods[0]!.quantity).toBe("-0.2");
  });
  it("follow from awards, with the losses of both ways", () => {
    const battery = { energy_capacity: "20", charge_efficiency: "0.9", discharge_efficiency: "0.9" } as BatteryKind;
    const award = (start: string, quantity: string) => ({ quantity, period: { start, resolution: "PT60M" } }) as Award;
    const from = Date.parse("2024-08-25T00:00:00Z");
    const periods = [0, 1, 2, 3].map((i) => from + i * HOUR);
    const plan = planned(battery, [award("2024-08-25T00:00:00Z", "-10"), award("2024-08-25T02:00:00Z", "8.1")], periods, HOUR, 0);
    expect(plan.map((p) => Number(p.value.toFixed(6)))).toEqual([9, 9, 0, 0]);
  });
});
