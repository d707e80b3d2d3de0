/** Round values between two ends: about so many, in steps of 1, 2 or 5. */
export function ticks(low: number, high: number, about = 5): number[] {
  const rough = (high - low) / Math.max(1, about) || 1;
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * size).find((n) => n >= rough) ?? rough;
  const found: number[] = [];
  for (let n = Math.ceil(low / step); n * step <= high + step * 1e-9; n++) found.push(n * step);
  return found;
}
