// Quantities and prices as whole millionths. What is sent is written from these: no float takes part.

export type Unit = "power" | "price";

/** Decimals that the server takes, and those it writes at least. */
const DIGITS: Record<Unit, { most: number; least: number }> = { power: { most: 3, least: 0 }, price: { most: 6, least: 2 } };
const MILLION = 1_000_000n;
/** The server counts power in kW and prices in millionths, in 64 bits. */
const LARGEST: Record<Unit, bigint> = { power: (2n ** 63n - 1n) * 1_000n, price: 2n ** 63n - 1n };

export type Read = { micros: bigint; rule?: undefined } | { micros?: undefined; rule: string };

/** Reads a decimal with a point; what keeps it from being one is told in the server's words. */
export function read(text: string, unit: Unit): Read {
  if (text === "") return { rule: "must be a decimal number such as 24.57" };
  if (text.includes(",")) return { rule: "must have a decimal point, no comma and no thousands separator" };
  const found = /^([-+]?)(\d*)(?:\.(\d*))?$/.exec(text);
  if (!found || (!found[2] && !found[3])) return { rule: "must be a finite decimal number" };
  const [, sign, whole = "", rest = ""] = found;
  const part = (rest ?? "").replace(/0+$/, "");
  if (part.length > DIGITS[unit].most) return { rule: `must have at most ${DIGITS[unit].most} decimals` };
  const size = BigInt(whole || "0") * MILLION + BigInt(part.padEnd(6, "0"));
  if (size > LARGEST[unit]) return { rule: "must be smaller" };
  return { micros: sign === "-" ? -size : size };
}

/** The millionths of a text that is known to be a decimal; undefined when it is none. */
export const micros = (text: string, unit: Unit): bigint | undefined => read(text, unit).micros;

/** Writes millionths as the server does. */
export function write(value: bigint, unit: Unit): string {
  const size = value < 0n ? -value : value;
  const digits = (size % MILLION).toString().padStart(6, "0").replace(/0+$/, "").padEnd(DIGITS[unit].least, "0");
  return `${value < 0n ? "-" : ""}${size / MILLION}${digits ? `.${digits}` : ""}`;
}

/** A decimal as the server writes it; a text that is none stays as it is. */
export function canonical(text: string, unit: Unit): string {
  const value = micros(text, unit);
  return value === undefined ? text : write(value, unit);
}

/** The nearest multiple of a tick; halves away from zero. Without a tick the finest that the unit has. */
export function toTick(value: bigint, tick: bigint | undefined, unit: Unit): bigint {
  const step = tick && tick > 0n ? tick : finest(unit);
  const size = value < 0n ? -value : value;
  const snapped = ((size + step / 2n) / step) * step;
  return value < 0n ? -snapped : snapped;
}

/** The smallest difference that the unit knows. */
export const finest = (unit: Unit): bigint => (unit === "power" ? 1_000n : 1n);

/** The step of a nudge where the venue names none: 0.1 MW, 0.01 a MWh. */
export const usualTick = (unit: Unit): bigint => (unit === "power" ? 100_000n : 10_000n);

export const isOnTick = (value: bigint, tick: bigint | undefined): boolean => !tick || tick <= 0n || value % tick === 0n;

/** A number of the screen as millionths: for drags, snapped right after. */
export const fromNumber = (value: number): bigint => BigInt(Math.round(value * 1_000)) * 1_000n;
/** For drawing alone. */
export const toNumber = (value: bigint): number => Number(value) / 1e6;

/** Where a comma or a point is the sign before the decimals. `typed` takes a sign that stands alone for one. */
export type Convention = "typed" | "point" | "comma";

/** What a person or a spreadsheet writes as a decimal with a point: blanks, minus signs, brackets and thousands are seen through. */
export function tidy(text: string, convention: Convention): string {
  let plain = text.replace(/[\s\u00a0\u202f'’_]/g, "").replace(/[−–—]/g, "-");
  const bracketed = /^\((.+)\)$/.exec(plain);
  if (bracketed) plain = `-${bracketed[1]}`;
  plain = plain.replace(/^([-+]?)(?:[$€£₹¥]|USD|EUR|GBP|INR|AUD)/i, "$1").replace(/(?:MW|MWh|[$€£₹¥]|USD|EUR|GBP|INR|AUD)$/i, "");
  const comma = plain.lastIndexOf(",");
  const point = plain.lastIndexOf(".");
  if (comma >= 0 && point >= 0) return comma > point ? plain.replaceAll(".", "").replace(",", ".") : plain.replaceAll(",", "");
  const sign = comma >= 0 ? "," : point >= 0 ? "." : undefined;
  if (!sign) return plain;
  const groups = plain.split(sign);
  const thousands = groups.length > 2 || (convention !== "typed" && (sign === ",") === (convention === "point"));
  if (thousands && groups.slice(1).every((group) => /^\d{3}$/.test(group)) && /^[-+]?[1-9]\d{0,2}$/.test(groups[0]!)) return groups.join("");
  return groups.length === 2 ? groups.join(".") : plain;
}

/** What a whole table writes its decimals with, and whether that is certain: `1,234` alone may be either. */
export function conventionOf(cells: readonly string[], usual: "point" | "comma"): { convention: "point" | "comma"; sure: boolean } {
  let comma = 0;
  let point = 0;
  let open = 0;
  for (const cell of cells) {
    const text = cell.replace(/[^\d.,]/g, "");
    const [last, first] = [Math.max(text.lastIndexOf(","), text.lastIndexOf(".")), text.search(/[.,]/)];
    if (last < 0) continue;
    const mixed = text.includes(",") && text.includes(".");
    const alone = first === last && text.length - last - 1 === 3 && /^[1-9]\d{0,2}[.,]/.test(text);
    if (!mixed && alone) open += 1;
    else if (!mixed && first !== last) text[last] === "," ? (point += 1) : (comma += 1);
    else text[last] === "," ? (comma += 1) : (point += 1);
  }
  if (comma > 0 !== point > 0) return { convention: comma > 0 ? "comma" : "point", sure: true };
  return { convention: usual, sure: open === 0 && comma === 0 };
}
