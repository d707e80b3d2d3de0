/** How a series is drawn. Steps hold for their period; past is solid, forecast dashed. */
export type Shape = "step" | "line" | "bars" | "dashed" | "points";

export interface Series {
  label: string;
  /** A value for every `x`; null is a gap and stays one. */
  values: (number | null)[];
  colour: string;
  shape?: Shape;
  /** Filled down to zero. */
  fill?: boolean;
  /** Which axis: prices left, power or energy right. */
  scale?: "y" | "y2";
  /** As it is written in the reading; else two digits. */
  show?: (value: number) => string;
  width?: number;
}

/** A band between two series of the same chart, such as quantiles. */
export interface Band {
  upper: number;
  lower: number;
  colour: string;
}

export interface Mark {
  /** A horizontal level. */
  y?: number;
  /** An instant. */
  x?: number;
  label: string;
  tone?: "dim" | "warn" | "danger" | "accent";
}
