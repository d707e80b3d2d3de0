// The state of charge that follows from what was awarded.
import type { Award, BatteryKind } from "$lib/api/types";
import { resolutionMs } from "$lib/time";

export interface Charge {
  at: number;
  /** Stored energy in MWh at that instant. */
  value: number;
}

/** The stored energy at the end of every period of a day when a battery delivers its awards; for drawing. */
export function planned(battery: BatteryKind, awards: readonly Award[], periods: readonly number[], step: number, start: number): Charge[] {
  const capacity = Number(battery.energy_capacity);
  let stored = start;
  return periods.map((at) => {
    for (const award of awards) {
      const from = Date.parse(award.period.start);
      const until = from + resolutionMs(award.period.resolution);
      const hours = Math.max(0, Math.min(until, at + step) - Math.max(from, at)) / 3_600_000;
      const power = Number(award.quantity);
      stored -= power > 0 ? (power * hours) / Number(battery.discharge_efficiency) : power * hours * Number(battery.charge_efficiency);
    }
    // What the awards would drive beyond the store cannot be delivered.
    stored = Math.min(capacity, Math.max(0, stored));
    return { at: at + step, value: stored };
  });
}

/** The share of what may be used that is in store, for a gauge. */
export function share(battery: BatteryKind, stored: number): number {
  const capacity = Number(battery.energy_capacity);
  return capacity > 0 ? Math.min(1, Math.max(0, stored / capacity)) : 0;
}
