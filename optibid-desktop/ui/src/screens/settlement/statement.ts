// A venue's statement beside ours: read from a file, matched by product and period, told apart to the cent. Exact throughout.
import type { SettlementStatement } from "$lib/api/types";
import { fixed, isZero, magnitude, ratio } from "$lib/amount";
import { columnsOf, decimalMark, figure, parseCsv, type Cell } from "$lib/csv";
import { compare, less } from "$lib/exact";
import { sum } from "$lib/format";
import { Starts, WHEN, type RowFault, type When } from "./cells";

/** Amounts that differ by no more than that agree: both sides round. */
export const TOLERANCE = "0.01";
/** Fees have no product; this word stands for them in a file. */
export const FEES = "fees";

export interface TheirLine {
  line: number;
  product: string;
  start: number;
  energy: string | undefined;
  price: string | undefined;
  amount: string;
}

export interface TheirProduct {
  product: string;
  kind: "day_ahead" | "real_time";
  /** The length of the periods that it is settled by, for numbered intervals. */
  resolution: string;
}

export interface TheirStatement {
  lines: TheirLine[];
  faults: RowFault[];
  mark: "." | ",";
}

const NAMES = {
  ...WHEN,
  product: ["product", "market", "chargetype", "settlementtype", "type"],
  energy: ["energy", "energymwh", "mwh", "quantity", "volume"],
  price: ["price", "rate", "lmp", "spp", "clearingprice"],
  amount: ["amount", "settlementamount", "charge", "value", "total", "revenue"],
} as const;

const WORDS: Record<TheirProduct["kind"], readonly string[]> = {
  day_ahead: ["dayahead", "dayaheadenergy", "da", "dam"],
  real_time: ["realtime", "realtimeimbalance", "imbalance", "rt", "rtm", "balancing"],
};

/** The product that a cell names: its own name, or a word for its kind where one product alone is of it. */
export function productOf(cell: string, products: readonly TheirProduct[]): string | undefined {
  const plain = cell.toLowerCase().replace(/[^a-z0-9]/g, "");
  if (plain === "fee" || plain === "fees") return FEES;
  const named = products.find((one) => one.product.toLowerCase() === plain);
  if (named) return named.product;
  const kind = (Object.keys(WORDS) as TheirProduct["kind"][]).find((one) => WORDS[one].includes(plain));
  const fitting = products.filter((one) => one.kind === kind);
  return fitting.length === 1 ? fitting[0]!.product : undefined;
}

export function parseStatement(text: string, products: readonly TheirProduct[], when: When): TheirStatement {
  const { header, rows, delimiter } = parseCsv(text);
  const columns = columnsOf(header, NAMES);
  const faults: RowFault[] = [];
  const lack = (column: string, rule: string) => faults.push({ line: 1, column, value: header.join(", "), rule });
  if (columns.product === undefined) lack("product", "no column for the product");
  if (columns.amount === undefined) lack("amount", "no column for the amount");
  if (columns.start === undefined && columns.interval === undefined) lack("start", "no column for the start or the number of the period");
  const at = [columns.energy, columns.price, columns.amount].filter((column) => column !== undefined);
  const mark = decimalMark(rows.flatMap((row) => at.map((column) => row.cells[column] ?? "")), delimiter);
  if (faults.length > 0) return { lines: [], faults, mark };
  const starts = new Starts(rows, columns, header, when);
  const lines: TheirLine[] = [];
  for (const row of rows) {
    const before = faults.length;
    const cell = (column: number | undefined) => (column === undefined ? "" : (row.cells[column] ?? ""));
    const read = (column: number | undefined, needed: boolean): string | undefined => {
      const value = cell(column);
      if (value === "" && !needed) return undefined;
      const found = figure(value, mark);
      if (found === undefined) faults.push({ line: row.line, column: header[column!] ?? "", value, rule: value === "" ? "is missing" : `is no figure with a decimal ${mark === "." ? "point" : "comma"}` });
      return found;
    };
    const product = productOf(cell(columns.product), products);
    if (!product) faults.push({ line: row.line, column: header[columns.product!] ?? "", value: cell(columns.product), rule: `is none of ${[...products.map((one) => one.product), FEES].join(", ")}` });
    const amount = read(columns.amount, true);
    const energy = read(columns.energy, false);
    const price = read(columns.price, false);
    const start = starts.of(row, product ?? "", products.find((one) => one.product === product)?.resolution ?? "PT60M");
    if (typeof start !== "number") faults.push(start);
    if (faults.length === before && product && amount !== undefined && typeof start === "number") lines.push({ line: row.line, product, start, energy, price, amount });
  }
  return { lines, faults, mark };
}

export type Standing = "agrees" | "differs" | "only ours" | "only theirs";

export interface Side {
  energy: string | undefined;
  /** Where one line alone is behind it, or all have the same. */
  price: string | undefined;
  amount: string;
  count: number;
}

export interface Match {
  product: string;
  start: number;
  ours: Side | undefined;
  theirs: Side | undefined;
  /** Theirs less ours; what is missing counts as nothing. */
  difference: string;
  standing: Standing;
}

interface Piece {
  product: string;
  start: number;
  energy: string | undefined;
  price: string | undefined;
  amount: string;
}

function sides(pieces: readonly Piece[]): Map<string, Side & { product: string; start: number }> {
  const found = new Map<string, Piece[]>();
  for (const piece of pieces) {
    const key = `${piece.product} ${piece.start}`;
    found.set(key, [...(found.get(key) ?? []), piece]);
  }
  return new Map(
    [...found].map(([key, all]) => {
      const energies = all.map((piece) => piece.energy).filter((e) => e !== undefined);
      const [first] = all;
      const same = all.every((piece) => piece.price !== undefined && first!.price !== undefined && compare(piece.price, first!.price) === 0);
      return [key, { product: first!.product, start: first!.start, energy: energies.length ? sum(energies) : undefined, price: same ? first!.price : undefined, amount: sum(all.map((piece) => piece.amount)), count: all.length }];
    }),
  );
}

/** Our cash lines as pieces: wear is paid to nobody and stands in no venue's statement. */
export const ourPieces = (statements: readonly SettlementStatement[]): Piece[] =>
  statements.flatMap((statement) =>
    statement.lines.filter((line) => line.kind !== "degradation").map((line) => ({ product: line.product ?? FEES, start: Date.parse(line.period.start), energy: line.energy, price: line.price, amount: line.amount.amount })),
  );

export function match(statements: readonly SettlementStatement[], theirs: readonly TheirLine[]): Match[] {
  const [ours, others] = [sides(ourPieces(statements)), sides(theirs)];
  return [...new Set([...ours.keys(), ...others.keys()])]
    .map((key): Match => {
      const [mine, other] = [ours.get(key), others.get(key)];
      const difference = fixed(less(other?.amount ?? "0", mine?.amount ?? "0"), 2);
      const close = compare(magnitude(less(other?.amount ?? "0", mine?.amount ?? "0")), TOLERANCE) <= 0;
      // A period that only one side lists, with nothing in it, is no difference.
      const standing: Standing = close && (mine !== undefined || isZero(other!.amount)) && (other !== undefined || isZero(mine!.amount)) ? "agrees" : !other ? "only ours" : !mine ? "only theirs" : "differs";
      return { product: (mine ?? other)!.product, start: (mine ?? other)!.start, ours: mine, theirs: other, difference, standing };
    })
    .sort((a, b) => a.start - b.start || a.product.localeCompare(b.product));
}

export interface Total {
  product: string;
  ours: string;
  theirs: string;
  difference: string;
  /** The difference as a share of ours. */
  share: string | undefined;
  periods: number;
  differing: number;
}

export function totals(matches: readonly Match[]): Total[] {
  const of = (product: string, some: readonly Match[]): Total => {
    const [ours, theirs] = [sum(some.map((m) => m.ours?.amount ?? "0.00")), sum(some.map((m) => m.theirs?.amount ?? "0.00"))];
    const difference = fixed(less(theirs, ours), 2);
    return { product, ours: fixed(ours, 2), theirs: fixed(theirs, 2), difference, share: ratio(difference, magnitude(ours)), periods: some.length, differing: some.filter((m) => m.standing !== "agrees").length };
  };
  const products = [...new Set(matches.map((m) => m.product))].sort();
  return [...products.map((product) => of(product, matches.filter((m) => m.product === product))), ...(products.length === 1 ? [] : [of("", matches)])];
}

export const matchesCsv = (matches: readonly Match[], currency: string): Cell[][] => [
  ["start", "product", "standing", "our_energy_mwh", "their_energy_mwh", "our_price", "their_price", "our_amount", "their_amount", "difference", "currency"],
  ...matches.map((m): Cell[] => [new Date(m.start).toISOString().replace(".000Z", "Z"), m.product, m.standing, m.ours?.energy, m.theirs?.energy, m.ours?.price, m.theirs?.price, m.ours?.amount, m.theirs?.amount, m.difference, currency]),
];

/** Our lines in the form that the comparison reads: a file to try it with, or to send. */
export const statementCsv = (statements: readonly SettlementStatement[]): Cell[][] => [
  ["start", "product", "energy_mwh", "price", "amount", "currency"],
  ...statements.flatMap((statement) =>
    statement.lines.filter((line) => line.kind !== "degradation").map((line): Cell[] => [line.period.start, line.product ?? FEES, line.energy, line.price, line.amount.amount, line.amount.currency]),
  ),
];
