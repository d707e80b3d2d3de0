import type { SettlementStatement } from "$lib/api/types";
import { csv } from "$lib/csv";
import { describe, expect, it } from "vitest";
import { match, matchesCsv, parseStatement, productOf, statementCsv, totals, type TheirProduct } from "./statement";

const PRODUCTS: TheirProduct[] = [{ product: "DAM", kind: "day_ahead", resolution: "PT60M" }, { product: "RTM", kind: "real_time", resolution: "PT15M" }];
const WHEN = { zone: "America/Chicago", day: "2024-08-25" };
const usd = (amount: string) => ({ amount, currency: "USD" as const });
const line = (product: string | undefined, start: string, energy: string, price: string, amount: string, kind = product === "DAM" ? "day_ahead_energy" : product ? "real_time_imbalance" : "degradation") =>
  ({ kind, ...(product ? { product } : {}), period: { start, resolution: product === "RTM" ? "PT15M" : "PT60M" }, energy, price, amount: usd(amount) }) as SettlementStatement["lines"][number];
const ours = (...lines: SettlementStatement["lines"]): SettlementStatement[] => [{ lines } as SettlementStatement];

describe("a venue's statement", () => {
  it("reads points, local times and words for products", () => {
    const { lines, faults } = parseStatement("Period start,Product,Energy (MWh),Price,Amount (USD)\n2024-08-25 07:00,day-ahead,-1.5,14.90,-22.35\n2024-08-25T12:00:00Z,RTM,0,17,0.00\n", PRODUCTS, WHEN);
    expect(faults).toEqual([]);
    expect(lines).toEqual([
      { line: 2, product: "DAM", start: Date.parse("2024-08-25T12:00:00Z"), energy: "-1.5", price: "14.90", amount: "-22.35" },
      { line: 3, product: "RTM", start: Date.parse("2024-08-25T12:00:00Z"), energy: "0", price: "17", amount: "0.00" },
    ]);
  });
  it("reads decimal commas with thousands, and European dates", () => {
    const { lines, faults, mark } = parseStatement("Datum Day;Start;Product;Amount\n;25.08.2024 07:00;DAM;-1.116,50\n;25.08.2024 08:00;DAM;12,5\n", PRODUCTS, WHEN);
    expect(mark).toBe(",");
    expect(faults).toEqual([]);
    expect(lines.map((one) => [one.start, one.amount])).toEqual([[Date.parse("2024-08-25T12:00:00Z"), "-1116.50"], [Date.parse("2024-08-25T13:00:00Z"), "12.5"]]);
  });
  it("reads numbered intervals of a delivery day", () => {
    const { lines } = parseStatement("date,interval,product,amount\n2024-08-25,1,DAM,1.00\n8/25/2024,96,RTM,2.00\n", PRODUCTS, WHEN);
    expect(lines.map((one) => one.start)).toEqual([Date.parse("2024-08-25T05:00:00Z"), Date.parse("2024-08-26T04:45:00Z")]);
  });
  it("tells the two hours of a long night apart by their order, for each product", () => {
    const { lines, faults } = parseStatement("start,product,amount\n2024-11-03 01:00,DAM,1\n2024-11-03 01:00,RTM,2\n2024-11-03 01:00,DAM,3\n", PRODUCTS, { zone: "America/Chicago" });
    expect(faults).toEqual([]);
    expect(lines.map((one) => one.start)).toEqual(["06", "06", "07"].map((h) => Date.parse(`2024-11-03T${h}:00:00Z`)));
  });
  it("counts 25 intervals on a long day and refuses a skipped hour", () => {
    const long = parseStatement("date,interval,product,amount\n2024-11-03,25,DAM,1\n2024-11-03,26,DAM,1\n", PRODUCTS, { zone: "America/Chicago" });
    expect(long.lines[0]!.start).toBe(Date.parse("2024-11-04T05:00:00Z"));
    expect(long.faults).toEqual([{ line: 3, column: "interval", value: "26", rule: "is from 1 to 25 on this day" }]);
    const short = parseStatement("start,product,amount\n2024-03-10 02:00,DAM,1\n", PRODUCTS, { zone: "America/Chicago" });
    expect(short.faults[0]!.rule).toContain("does not show this time");
  });
  it("names every fault of a row and keeps the others", () => {
    const { lines, faults } = parseStatement("start,product,amount\nsoon,GAS,abc\n2024-08-25 07:00,DAM,\n2024-08-25 07:00,DAM,1\n", PRODUCTS, WHEN);
    expect(lines).toHaveLength(1);
    expect(faults.map((one) => [one.line, one.column])).toEqual([[2, "product"], [2, "amount"], [2, "start"], [3, "amount"]]);
  });
  it("says which columns are missing", () => {
    expect(parseStatement("a,b\n1,2\n", PRODUCTS, WHEN).faults.map((one) => one.column)).toEqual(["product", "amount", "start"]);
    expect(parseStatement("", PRODUCTS, WHEN).lines).toEqual([]);
  });
  it("takes a word for a kind only where it is plain", () => {
    expect(productOf("dam", PRODUCTS)).toBe("DAM");
    expect(productOf("Imbalance", PRODUCTS)).toBe("RTM");
    expect(productOf("Fees", PRODUCTS)).toBe("fees");
    expect(productOf("da", [...PRODUCTS, { product: "DAM2", kind: "day_ahead", resolution: "PT60M" }])).toBeUndefined();
  });
});

describe("the comparison", () => {
  const at = "2024-08-25T12:00:00Z";
  const read = (text: string) => parseStatement(text, PRODUCTS, WHEN).lines;
  it("lets a cent pass and tells two", () => {
    const list = ours(line("DAM", at, "-1.5", "14.90", "-22.35"), line("DAM", "2024-08-25T13:00:00Z", "-10", "11.65", "-116.50"));
    const found = match(list, read(`start,product,amount\n${at},DAM,-22.34\n2024-08-25T13:00:00Z,DAM,-116.52\n`));
    expect(found.map((m) => [m.standing, m.difference])).toEqual([["agrees", "0.01"], ["differs", "-0.02"]]);
  });
  it("finds what one side alone has, and lets empty periods be", () => {
    const list = ours(line("DAM", at, "1", "5", "5.00"), line("RTM", at, "0", "17.35", "0.00"), line(undefined, at, "2", "-5.00", "-10.00"));
    const found = match(list, read("start,product,amount\n2024-08-25T13:00:00Z,DAM,7\n2024-08-25T14:00:00Z,RTM,0\n"));
    expect(found.map((m) => [m.product, m.standing, m.difference])).toEqual([["DAM", "only ours", "-5.00"], ["RTM", "agrees", "0.00"], ["DAM", "only theirs", "7.00"], ["RTM", "agrees", "0.00"]]);
  });
  it("adds several lines of one period, and several statements", () => {
    const list = [...ours(line("DAM", at, "1", "5.00", "5.00")), ...ours(line("DAM", at, "2", "5", "10.00"))];
    const [found] = match(list, read(`start,product,amount\n${at},DAM,7.50\n${at},DAM,7.50\n`));
    expect(found).toMatchObject({ standing: "agrees", ours: { energy: "3", price: "5.00", amount: "15.00", count: 2 }, theirs: { amount: "15.00", count: 2 } });
  });
  it("totals by product and over all, exactly", () => {
    const list = ours(line("DAM", at, "1", "0.10", "0.10"), line("RTM", at, "1", "0.20", "0.20"));
    const found = totals(match(list, read(`start,product,amount\n${at},DAM,0.10\n${at},RTM,0.50\n`)));
    expect(found.map((t) => [t.product, t.ours, t.theirs, t.difference, t.differing])).toEqual([["DAM", "0.10", "0.10", "0.00", 0], ["RTM", "0.20", "0.50", "0.30", 1], ["", "0.30", "0.60", "0.30", 1]]);
    expect(found[2]!.share).toBe("1.000000");
  });
  it("agrees with a file of its own lines", () => {
    const list = ours(line("DAM", at, "-1.5", "14.90", "-22.35"), line("RTM", at, "0.25", "17.35", "4.34"), line(undefined, at, "2", "-5.00", "-10.00"));
    const found = match(list, parseStatement(csv(statementCsv(list)), PRODUCTS, WHEN).lines);
    expect(found.every((m) => m.standing === "agrees" && m.difference === "0.00")).toBe(true);
    expect(matchesCsv(found, "USD")[1]).toEqual([at, "DAM", "agrees", "-1.5", "-1.5", "14.90", "14.90", "-22.35", "-22.35", "0.00", "USD"]);
  });
});
