// Figures as people read them. The server sends decimals as text; they are shown digit by digit and never pass through a float.

export const locale = globalThis.navigator?.language || "en-GB";

const formats = new Map<string, Intl.NumberFormat>();
function number(min: number, max: number, sign: boolean): Intl.NumberFormat {
  const key = `${min}/${max}/${sign}`;
  let found = formats.get(key);
  if (!found) {
    found = new Intl.NumberFormat(locale, {
      minimumFractionDigits: min,
      maximumFractionDigits: max,
      signDisplay: sign ? "exceptZero" : "negative",
    });
    formats.set(key, found);
  }
  return found;
}

type Figure = string | number | null | undefined;
const show = (value: Figure, min: number, max: number, sign = false): string =>
  value === null || value === undefined || value === "" ? "–" : minus(number(min, max, sign).format(value as number));

/** A hyphen is no minus sign. */
const minus = (text: string): string => text.replace("-", "−");

/** A price per MWh: two digits, more where it has more. */
export const price = (value: Figure): string => show(value, 2, 6);
/** Power in MW or energy in MWh: one digit, up to three. */
export const power = (value: Figure): string => show(value, 1, 3);
/** A difference, with its sign. */
export const change = (value: Figure, digits = 2): string => show(value, digits, digits, true);
/** An amount of money, without its currency. */
export const money = (value: { amount: string } | Figure): string =>
  show(typeof value === "object" && value ? value.amount : value, 2, 2);
/** A whole number. */
export const count = (value: Figure): string => show(value, 0, 0);
/** A ratio as percent. */
export const percent = (value: Figure, digits = 1): string =>
  value === null || value === undefined ? "–" : `${minus(number(digits, digits, false).format(Number(value) * 100))} %`;

/** A decimal for drawing and sorting alone. */
export const toNumber = (value: Figure): number => (value === null || value === undefined ? NaN : Number(value));

/** The first letters of an id: enough to tell two apart by eye. */
export const shortId = (id: string): string => id.slice(-6);

/** `partly_cleared` as `partly cleared`. */
export const words = (code: string): string => code.replaceAll("_", " ");

/** The sum of decimals as text, exact. */
export function sum(values: readonly string[]): string {
  const digits = Math.max(0, ...values.map((v) => v.split(".")[1]?.length ?? 0));
  let total = 0n;
  for (const value of values) {
    const [whole = "0", part = ""] = value.replace(/^[-+]/, "").split(".");
    const scaled = BigInt(whole + part.padEnd(digits, "0"));
    total += value.startsWith("-") ? -scaled : scaled;
  }
  const text = (total < 0n ? -total : total).toString().padStart(digits + 1, "0");
  const cut = text.length - digits;
  return `${total < 0n ? "-" : ""}${text.slice(0, cut)}${digits ? `.${text.slice(cut)}` : ""}`;
}
