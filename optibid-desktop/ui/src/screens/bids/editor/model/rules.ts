// The venue's rules as far as they can be checked while somebody types, in the server's words. The server's own answer is the truth.
import type { Asset, ProductView } from "$lib/api/types";
import { isOnTick, micros, read, write } from "./decimal";
import { hasCurves, isBlank, isOffered, type Curve, type Doc, type Row, type Sent, type Shape } from "./doc";
import { priceCol, quantityCol, SIDE } from "./cells";
import { extent } from "./totals";

export interface Limits {
  market: string;
  unit: string;
  cap: bigint | undefined;
  floor: bigint | undefined;
  softCap: bigint | undefined;
  priceTick: bigint | undefined;
  quantityTick: bigint | undefined;
  minQuantity: bigint | undefined;
  maxPoints: number;
  minPoints: number;
  /** Whether prices must differ from point to point. */
  increasing: boolean;
  shape: Shape | "either";
  /** Whether the venue takes curves from charging to discharging; undefined where no rule is known. */
  storage: boolean | undefined;
  kinds: string[];
  services: string[];
  sources: Map<string, { source: string; confidence: string }>;
}

/** Most points of a curve in any market, for venues without a rule. */
const ANY_POINTS = 300;

/** The rules of a product as they hold for a kind of offer. */
export function limitsOf(product: ProductView, market: string, kind: Doc["kind"] = "curve"): Limits {
  const rules = new Map(product.rules.map((rule) => [rule.parameter, rule]));
  const service = kind === "ancillary_service";
  const text = (name: string) => rules.get(name)?.value;
  const own = (name: string, special: string) => (text(special) !== undefined ? special : name);
  const names = {
    cap: service ? "service_cap" : "cap", floor: service ? "service_floor" : "floor", softCap: service ? "" : "soft_cap",
    minQuantity: kind === "virtual" ? own("min_quantity", "virtual_min_quantity") : "min_quantity",
    maxPoints: service ? own("max_points", "service_max_points") : "max_points",
  };
  const price = (name: string) => micros(text(name) ?? "", "price");
  const power = (name: string) => micros(text(name) ?? "", "power");
  const shape = text("shape");
  const storage = text("storage_curve");
  const sources = new Map(product.rules.map((rule) => [rule.parameter, { source: rule.source, confidence: rule.confidence }]));
  for (const [name, special] of [["cap", names.cap], ["floor", names.floor], ["min_quantity", names.minQuantity], ["max_points", names.maxPoints]] as const) {
    const found = sources.get(special);
    if (found) sources.set(name, found);
  }
  return {
    market, unit: service ? `${product.currency}/MW per hour` : `${product.currency}/MWh`,
    cap: price(names.cap), floor: price(names.floor), softCap: price(names.softCap),
    priceTick: price("price_tick"), quantityTick: power("quantity_tick"), minQuantity: power(names.minQuantity),
    maxPoints: Number(text(names.maxPoints) ?? ANY_POINTS), minPoints: service ? 0 : Number(text("min_points") ?? 0),
    increasing: !service && text("price_order") === "increasing",
    shape: service ? "either" : shape === "step" || shape === "linear" ? shape : "either",
    storage: storage === undefined ? undefined : storage === "true",
    kinds: product.rules.filter((rule) => rule.parameter.startsWith("admits_") && rule.value === "true").map((rule) => rule.parameter.slice(7)),
    services: (text("services") ?? "").split(",").map((part) => part.trim().split(" ")[0]!).filter(Boolean),
    sources,
  };
}

/** What an asset can inject, from the largest withdrawal (negative) to the largest injection. */
export function assetRange(asset: Asset | undefined): { low: bigint; high: bigint } | undefined {
  if (!asset) return undefined;
  const mw = (text: string) => micros(text, "power") ?? 0n;
  const { kind } = asset;
  switch (kind.type) {
    case "battery":
      return { low: -mw(kind.charge_limit), high: mw(kind.discharge_limit) };
    case "solar":
    case "wind":
      return { low: 0n, high: mw(kind.capacity) };
    case "thermal":
      return { low: 0n, high: mw(kind.max_power) };
    case "load":
      return { low: -mw(kind.max_power), high: 0n };
    default:
      return undefined;
  }
}

export interface Found {
  severity: "error" | "needs_verification" | "warning";
  code: string;
  field: string;
  value: string;
  rule: string;
  source?: string | undefined;
  confidence?: string | undefined;
  /** Where it is on the grid; a finding of a whole curve stands at its side. */
  row?: number | undefined;
  col?: number | undefined;
}

interface Place {
  limits: Limits;
  columns: readonly number[];
  out: Found[];
}

/** Everything that can be told without the server, in the order of the grid. */
export function check(doc: Doc, rows: readonly Row[], sent: Sent, limits: Limits, range: ReturnType<typeof assetRange>): Found[] {
  const out: Found[] = [];
  if (!hasCurves(doc.kind)) return out;
  if (sent.rows.length === 0 && doc.stray.length === 0) {
    out.push({ severity: "error", code: "no_periods", field: "periods", value: "[]", rule: "a bid offers something in at least one period" });
  }
  sent.rows.forEach((row, i) => {
    const curve = doc.curves[row];
    if (!isOffered(curve) || !rows[row]) return;
    for (const one of found(curve, limits, range, doc.kind, sent.points[i]!)) out.push({ ...one, field: `periods[${i}].curve.${one.field}`, row });
  });
  return out;
}

interface Checked {
  limits: Limits;
  range: unknown;
  kind: string;
  found: Found[];
}
const checked = new WeakMap<Curve, Checked>();
/** What is wrong with a curve, fields told from the curve on: looked for once, as long as the rules stay the same. */
function found(curve: Curve, limits: Limits, range: ReturnType<typeof assetRange>, kind: Doc["kind"], columns: readonly number[]): Found[] {
  const before = checked.get(curve);
  if (before && before.limits === limits && before.range === range && before.kind === kind) return before.found;
  const at: Place = { limits, columns, out: [] };
  checkCurve(curve, at, range, kind);
  checked.set(curve, { limits, range, kind, found: at.out });
  return at.out;
}

function checkCurve(curve: Curve, at: Place, range: ReturnType<typeof assetRange>, kind: Doc["kind"]): void {
  const { limits, columns } = at;
  const told = (code: string, name: string, value: string | bigint, rule: string, parameter?: string, severity: Found["severity"] = "error") => {
    const j = /^points\[(\d+)\]\.(\w+)$/.exec(name);
    const column = j ? columns[Number(j[1])]! : undefined;
    const col = column === undefined ? SIDE : j![2] === "quantity" ? quantityCol(column) : priceCol(column);
    const known = parameter ? limits.sources.get(parameter) : undefined;
    at.out.push({ severity, code, field: name, value: String(value), rule, source: known?.source, confidence: known?.confidence, col });
  };
  const points = columns.map((column) => curve.points[column]!).filter((point) => !isBlank(point));
  const values = points.map((point, j) => {
    const [q, p] = [read(point.q, "power"), read(point.p, "price")];
    if (q.rule) told("decimal", `points[${j}].quantity`, point.q, q.rule);
    if (p.rule) told("decimal", `points[${j}].price`, point.p, p.rule);
    return { q: q.micros, p: p.micros };
  });
  if (limits.shape !== "either" && curve.shape !== limits.shape) told("curve_shape_not_taken", "shape", curve.shape, `${limits.market} takes ${limits.shape} curves only`, "shape");
  if (curve.side === "storage" && limits.storage === false) told("storage_curve_not_taken", "side", "storage", `${limits.market} takes no curve from charging to discharging: bid to buy and to sell apart`, "storage_curve");
  if (points.length > limits.maxPoints) told("too_many_points", "points", String(points.length), `a curve has at most ${limits.maxPoints} points`, "max_points");
  if (points.length < limits.minPoints) told("too_few_points", "points", String(points.length), `a curve has at least ${limits.minPoints} points`, "min_points");

  values.forEach(({ q, p }, j) => {
    if (q !== undefined) {
      if (q < 0n && curve.side !== "storage") told("quantity_sign", `points[${j}].quantity`, write(q, "power"), "quantities of a sell or buy curve are positive MW");
      else if (q === 0n && curve.shape === "step") told("quantity_sign", `points[${j}].quantity`, "0", "a step of zero MW offers nothing");
      if (!isOnTick(q, limits.quantityTick)) told("quantity_off_tick", `points[${j}].quantity`, write(q, "power"), `must be a multiple of ${write(limits.quantityTick!, "power")} MW`, "quantity_tick");
      const injection = curve.side === "buy" ? -q : q;
      if (range && kind !== "ancillary_service" && (injection < range.low || injection > range.high))
        told("outside_asset_limits", `points[${j}].quantity`, write(q, "power"), `the asset can inject from ${write(range.low, "power")} to ${write(range.high, "power")} MW`);
    }
    if (p !== undefined) checkPrice(p, `points[${j}].price`, limits, curve.side === "buy" || (curve.side === "storage" && (q ?? 0n) < 0n), told);
    const before = values[j - 1];
    if (!before) return;
    const sloped = curve.shape === "linear" && before.p !== p;
    if (q !== undefined && before.q !== undefined && (q < before.q || (q === before.q && !sloped)))
      told("quantity_order", `points[${j}].quantity`, write(q, "power"), `must be above the quantity before it (${write(before.q, "power")})`);
    if (p === undefined || before.p === undefined) return;
    const [wrong, direction] = curve.side === "buy" ? [p > before.p, "above"] : [p < before.p, "below"];
    if (wrong) told("price_not_monotone", `points[${j}].price`, write(p, "price"), `must not be ${direction} the price before it (${write(before.p, "price")})`);
    else if (limits.increasing && p === before.p)
      told("equal_prices", `points[${j}].price`, write(p, "price"), `must be ${direction === "above" ? "below" : "above"} the price before it (${write(before.p, "price")})`, "price_order");
  });

  if (values.some(({ q }) => q === undefined)) return;
  const size = extent(curve);
  if (size.buy === 0n && size.sell === 0n) told("nothing_offered", "points", "0", "offers nothing: the largest quantity is zero");
  for (const total of [size.buy, size.sell])
    if (limits.minQuantity && total > 0n && total < limits.minQuantity)
      told("quantity_below_minimum", "points", write(total, "power"), `the total must be at least ${write(limits.minQuantity, "power")} MW`, "min_quantity");
}

type Told = (code: string, name: string, value: string, rule: string, parameter?: string, severity?: Found["severity"]) => void;
function checkPrice(price: bigint, name: string, limits: Limits, demand: boolean, told: Told): void {
  const { cap, floor, softCap, priceTick, unit } = limits;
  const say = (value: bigint) => write(value, "price");
  if (!isOnTick(price, priceTick)) told("price_off_tick", name, say(price), `must be a multiple of ${say(priceTick!)} ${unit}`, "price_tick");
  if (floor !== undefined && price < floor) told("price_below_floor", name, say(price), `must not be below ${say(floor)} ${unit}`, "floor");
  if (cap !== undefined && price > cap) told("price_above_cap", name, say(price), `must not be above ${say(cap)} ${unit}`, "cap");
  else if (softCap !== undefined && price > softCap) {
    const words = demand ? "the venue verifies the cost of offers, though not of bids, above" : "the venue verifies the cost of an offer above";
    told("price_above_soft_cap", name, say(price), `${words} ${say(softCap)} ${unit}`, "soft_cap", demand ? "warning" : "needs_verification");
  }
}

/** The place on the grid that a field of the sent bid stands for. */
export function place(field: string, sent: Sent): { row?: number; col?: number } {
  const found = /^periods\[(\d+)\](?:\.curve(?:\.points(?:\[(\d+)\](?:\.(quantity|price))?)?)?)?/.exec(field);
  const row = found ? sent.rows[Number(found[1])] : undefined;
  if (!found || row === undefined) return {};
  const point = found[2] === undefined ? undefined : sent.points[Number(found[1])]?.[Number(found[2])];
  if (point === undefined) return { row, col: SIDE };
  return { row, col: found[3] === "price" ? priceCol(point) : quantityCol(point) };
}
