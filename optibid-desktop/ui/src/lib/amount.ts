// Amounts beyond adding them: written out to a fixed number of digits, and as a share of another. Exact, as `exact` is.
import { rounded } from "./exact";

export const isZero = (text: string): boolean => /^[-+]?[0.]*$/.test(text);
export const isNegative = (text: string): boolean => text.startsWith("-") && !isZero(text);
/** The other sign, all digits kept. */
export const negate = (text: string): string => (text.startsWith("-") || isZero(text) ? magnitude(text) : `-${magnitude(text)}`);
export const magnitude = (text: string): string => text.replace(/^[-+]/, "");

/** To so many digits, all of them written, a half away from zero: `12.5` as `12.50`. */
export function fixed(text: string, digits: number): string {
  const [whole = "0", part = ""] = rounded(text, digits).split(".");
  return digits === 0 ? whole : `${whole}.${part.padEnd(digits, "0")}`;
}

/** `of / all` to so many digits, a half away from zero; undefined where `all` is zero. */
export function ratio(of: string, all: string, digits = 6): string | undefined {
  if (isZero(all)) return undefined;
  const places = Math.max(...[of, all].map((text) => text.split(".")[1]?.length ?? 0));
  const whole = (text: string) => {
    const [a = "0", b = ""] = magnitude(text).split(".");
    return BigInt(a + b.padEnd(places, "0"));
  };
  const [top, below] = [whole(of) * 10n ** BigInt(digits), whole(all)];
  const found = ((top * 2n + below) / (below * 2n)).toString().padStart(digits + 1, "0");
  const cut = found.length - digits;
  const text = digits === 0 ? found : `${found.slice(0, cut)}.${found.slice(cut)}`;
  return isNegative(of) !== isNegative(all) && !isZero(text) ? `-${text}` : text;
}
