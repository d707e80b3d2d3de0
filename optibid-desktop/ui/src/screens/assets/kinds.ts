// What the kinds of asset have in common, and what each is called.
import type { Asset, AssetKind } from "$lib/api/types";
import { less, shift, times } from "$lib/exact";

export type KindCode = AssetKind["type"];
export type Of<K extends KindCode> = Extract<AssetKind, { type: K }>;
export type Battery = Of<"battery">;

export const KINDS: readonly { value: KindCode; label: string; about: string }[] = [
  { value: "battery", label: "Battery", about: "Charges, stores and discharges" },
  { value: "solar", label: "Solar", about: "Runs when the sun lets it" },
  { value: "wind", label: "Wind", about: "Runs when the wind lets it" },
  { value: "thermal", label: "Thermal", about: "A unit that is started and committed" },
  { value: "load", label: "Load", about: "Takes power up to its maximum" },
];
export const kindLabel = (code: KindCode): string => KINDS.find((kind) => kind.value === code)!.label;

export const batteryOf = (asset: Asset): Battery | undefined => (asset.kind.type === "battery" ? asset.kind : undefined);

/** Largest withdrawal (zero or negative) and largest injection (zero or positive) in MW. */
export function powerRange(kind: AssetKind): [string, string] {
  switch (kind.type) {
    case "battery":
      return [negative(kind.charge_limit), kind.discharge_limit];
    case "solar":
    case "wind":
      return ["0", kind.capacity];
    case "thermal":
      return ["0", kind.max_power];
    case "load":
      return [negative(kind.max_power), "0"];
  }
}
const negative = (text: string): string => less("0", text);

/** Stored energy between the lowest and the highest allowed. */
export const usable = (battery: Battery): string => less(battery.max_soc, battery.min_soc);
/** Energy back over energy in. */
export const roundTrip = (battery: Battery): string => times(battery.charge_efficiency, battery.discharge_efficiency);

/** What an asset does at a power, in the words of its kind. */
export function doing(kind: KindCode, power: number): { word: string; tone: "buy" | "sell" | "dim" } {
  if (Math.abs(power) < 1e-9) return { word: kind === "battery" ? "idle" : "off", tone: "dim" };
  if (power > 0) return { word: kind === "battery" ? "discharging" : "generating", tone: "sell" };
  return { word: kind === "battery" ? "charging" : "taking", tone: "buy" };
}

/** A share such as `0.927` in percent, exact: `92.7`. */
export const inPercent = (share: string): string => shift(share, 2);
/** Percent as a share. */
export const asShare = (percent: string): string => shift(percent, -2);
