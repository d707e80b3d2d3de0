// Colours of the drawn theme, as canvases need them.

export interface Palette {
  surface: string;
  text: string;
  dim: string;
  line: string;
  buy: string;
  sell: string;
  accent: string;
  warn: string;
  danger: string;
  ok: string;
  series: string[];
}

/** Reads the tokens that are in force. */
export function palette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    surface: of("surface-1"), text: of("text-1"), dim: of("text-3"), line: of("line"),
    buy: of("buy"), sell: of("sell"), accent: of("accent"), warn: of("warn"), danger: of("danger"), ok: of("ok"),
    series: [1, 2, 3, 4].map((i) => of(`series-${i}`)),
  };
}

/** A colour with so much of it left. */
export const faded = (colour: string, alpha: number): string => `color-mix(in oklch, ${colour} ${alpha * 100}%, transparent)`;
