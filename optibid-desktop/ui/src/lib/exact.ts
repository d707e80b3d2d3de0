// Exact arithmetic on decimals as text, and decimals as people type them.
interface Parts {
  value: bigint;
  digits: number;
}

function parts(text: string): Parts {
  const [whole = "0", part = ""] = text.replace(/^[-+]/, "").split(".");
  const value = BigInt(whole + part);
  return { value: text.startsWith("-") ? -value : value, digits: part.length };
}

function written({ value, digits }: Parts): string {
  const text = (value < 0n ? -value : value).toString().padStart(digits + 1, "0");
  const cut = text.length - digits;
  const part = text.slice(cut).replace(/0+$/, "");
  const whole = `${text.slice(0, cut)}${part ? `.${part}` : ""}`;
  return value < 0n ? `-${whole}` : whole;
}

const same = (a: Parts, b: Parts): [bigint, bigint, number] => {
  const digits = Math.max(a.digits, b.digits);
  return [a.value * 10n ** BigInt(digits - a.digits), b.value * 10n ** BigInt(digits - b.digits), digits];
};

export function compare(a: string, b: string): number {
  const [x, y] = same(parts(a), parts(b));
  return x < y ? -1 : x > y ? 1 : 0;
}

export function plus(a: string, b: string): string {
  const [x, y, digits] = same(parts(a), parts(b));
  return written({ value: x + y, digits });
}

export function less(a: string, b: string): string {
  const [x, y, digits] = same(parts(a), parts(b));
  return written({ value: x - y, digits });
}

export function times(a: string, b: string): string {
  const [x, y] = [parts(a), parts(b)];
  return written({ value: x.value * y.value, digits: x.digits + y.digits });
}

/** A decimal over a whole number above zero, rounded half away from zero to so many digits. */
export function over(text: string, by: number, digits: number): string {
  const { value, digits: has } = parts(text);
  const wide = value * 10n ** BigInt(digits + 1);
  const [whole, down] = [wide / (BigInt(by) * 10n ** BigInt(has)), BigInt(5 * Math.sign(Number(value)))];
  return written({ value: (whole + down) / 10n, digits });
}

/** The decimal point moved right by so many digits, left where negative: `shift("0.927", 2)` is `92.7`. */
export function shift(text: string, by: number): string {
  const { value, digits } = parts(text);
  return by >= digits ? written({ value: value * 10n ** BigInt(by - digits), digits: 0 }) : written({ value, digits: digits - by });
}

/** Rounded half away from zero to so many digits. */
export function rounded(text: string, digits: number): string {
  const { value, digits: has } = parts(text);
  if (has <= digits) return written({ value, digits: has });
  const unit = 10n ** BigInt(has - digits);
  const half = value < 0n ? -unit / 2n : unit / 2n;
  return written({ value: (value + half) / unit, digits });
}

/** Whether people of this locale write `1,5`. */
const comma = new Intl.NumberFormat(globalThis.navigator?.language).format(1.5).includes(",");

/**
 * A decimal as the server takes it, from what a person typed: with the sign they have on the keyboard or in a text, and with a comma where
 * their language has one. Undefined when it is no number; `1,234` is none where a comma is no decimal sign, for it may mean either.
 */
export function typed(text: string, decimalComma = comma): string | undefined {
  let clean = text.trim().replace("−", "-").replace(/[\s\u00a0\u202f']/g, "");
  if (decimalComma && !clean.includes(".")) clean = clean.replace(",", ".");
  if (!/^[-+]?(\d+\.?\d*|\.\d+)$/.test(clean)) return undefined;
  const sign = clean.startsWith("-") ? "-" : "";
  const [whole = "", part = ""] = clean.replace(/^[-+]/, "").split(".");
  return written(parts(`${sign}${whole || "0"}${part ? `.${part}` : ""}`));
}
