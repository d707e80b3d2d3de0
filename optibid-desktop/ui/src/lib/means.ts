// Exact means of decimals as text.

const digitsOf = (value: string): number => value.length - 1 - value.lastIndexOf(".") - (value.includes(".") ? 0 : value.length);

function scaled(value: string, digits: number): bigint {
  const [whole = "0", part = ""] = value.replace(/^[-+]/, "").split(".");
  const size = BigInt(whole + part.padEnd(digits, "0"));
  return value.startsWith("-") ? -size : size;
}

/** `part / of` of an integer with so many digits behind the point, rounded half to even to so many others. */
export function divided(part: bigint, of: bigint, from: number, digits: number): string {
  const up = part * 10n ** BigInt(Math.max(0, digits - from));
  const below = of * 10n ** BigInt(Math.max(0, from - digits));
  const negative = up < 0n !== below < 0n;
  const [a, b] = [up < 0n ? -up : up, below < 0n ? -below : below];
  let whole = a / b;
  const twice = (a % b) * 2n;
  if (twice > b || (twice === b && whole % 2n === 1n)) whole += 1n;
  const text = whole.toString().padStart(digits + 1, "0");
  const cut = text.length - digits;
  return `${negative && whole !== 0n ? "-" : ""}${text.slice(0, cut)}${digits ? `.${text.slice(cut)}` : ""}`;
}

/** The mean where every value counts as much as its weight, rounded half to even; undefined of nothing. */
export function weightedMean(values: readonly string[], weights: readonly number[] | undefined, digits = 2): string | undefined {
  if (values.length === 0) return undefined;
  const scale = values.reduce((most, value) => Math.max(most, digitsOf(value)), 0);
  let [total, weight] = [0n, 0n];
  values.forEach((value, i) => {
    const by = BigInt(weights?.[i] ?? 1);
    total += scaled(value, scale) * by;
    weight += by;
  });
  return weight === 0n ? undefined : divided(total, weight, scale, digits);
}

/** The mean where every value counts the same, rounded half to even; undefined of nothing. */
export const mean = (values: readonly string[], digits = 2): string | undefined => weightedMean(values, undefined, digits);
