// Colours of the map as WebGL takes them: the tokens are in a space that it does not know.
import { palette } from "$lib/chart/theme";

let pixel: CanvasRenderingContext2D | null | undefined;
/** Any colour of the page as `#rrggbb`. */
export function hex(colour: string): string {
  pixel ??= Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  if (!pixel) return "#888888";
  pixel.clearRect(0, 0, 1, 1);
  pixel.fillStyle = colour;
  pixel.fillRect(0, 0, 1, 1);
  return `#${[...pixel.getImageData(0, 0, 1, 1).data.slice(0, 3)].map((v) => v.toString(16).padStart(2, "0")).join("")}`;
}

export interface Tones {
  sea: string;
  land: string;
  edge: string;
  line: string;
  ring: string;
  mark: string;
  none: string;
}
/** The tones of the theme that is drawn. */
export function tones(): Tones {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string) => hex(style.getPropertyValue(`--${name}`).trim());
  const colours = palette();
  return { sea: of("surface-0"), land: of("surface-2"), edge: of("line-2"), line: of("line"), ring: of("text-2"), mark: hex(colours.text), none: of("text-3") };
}

/** What both drawings of the map draw. */
export interface Spot {
  id: string;
  at: [number, number];
  colour: string;
}
/** What both drawings of the map can do. */
export interface Drawing {
  /** Where a place is in the frame, in pixels. */
  place: (at: readonly [number, number]) => [number, number];
  zoomBy: (levels: number) => void;
  fitAll: () => void;
  show: (at: readonly [number, number]) => void;
}
