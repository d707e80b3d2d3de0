// Plan and measurement of a day on one time axis. Figures here are for drawing; energies are summed in whole kilowatt milliseconds, without rounding.
import type { Telemetry } from "$lib/api/types";

const MINUTE = 60_000;
const HOUR = 3_600_000;
const STEPS = [1, 5, 15, 30, 60].map((minutes) => minutes * MINUTE);

export interface Sample {
  at: number;
  power: number;
  stored: number | undefined;
  available: boolean | undefined;
}

export const samplesOf = (telemetry: readonly Telemetry[]): Sample[] =>
  telemetry.map((one) => ({
    at: Date.parse(one.at),
    power: Number(one.power),
    stored: one.state_of_charge == null ? undefined : Number(one.state_of_charge),
    available: one.available ?? undefined,
  }));

/** How long it usually is from one sample to the next, in milliseconds. */
export function interval(samples: readonly Sample[]): number | undefined {
  const gaps = samples.slice(1).map((one, i) => one.at - samples[i]!.at).sort((a, b) => a - b);
  return gaps.length ? gaps[Math.floor(gaps.length / 2)] : undefined;
}

/** The step of an axis on which samples and periods both fit: as fine as the samples, five minutes at least, no coarser than the periods. */
export function gridStep(samples: readonly Sample[], ...periods: number[]): number {
  const coarsest = Math.min(HOUR, ...periods);
  const usual = Math.max(interval(samples) ?? coarsest, 5 * MINUTE);
  return Math.min(coarsest, STEPS.find((step) => step >= usual) ?? HOUR);
}

export const grid = (from: number, until: number, step: number): number[] =>
  Array.from({ length: Math.max(0, Math.round((until - from) / step)) }, (_, i) => from + i * step);

/** The mean power of the samples of every step; null where there is none. */
export function means(samples: readonly Sample[], x: readonly number[], step: number): (number | null)[] {
  const sums = x.map(() => ({ total: 0, count: 0 }));
  for (const one of samples) {
    const sum = sums[Math.floor((one.at - (x[0] ?? 0)) / step)];
    if (!sum) continue;
    sum.total += one.power;
    sum.count += 1;
  }
  return sums.map(({ total, count }) => (count ? total / count : null));
}

/** The stored energy measured at every instant, within half a step of it; null where none was. */
export function storedAt(samples: readonly Sample[], instants: readonly number[], step: number): (number | null)[] {
  const measured = samples.filter((one) => one.stored !== undefined);
  let i = 0;
  return instants.map((at) => {
    while (i + 1 < measured.length && Math.abs(measured[i + 1]!.at - at) <= Math.abs(measured[i]!.at - at)) i++;
    const found = measured[i];
    return found && Math.abs(found.at - at) <= step / 2 ? found.stored! : null;
  });
}

export interface Held {
  start: number;
  end: number;
  value: number;
}

/** What holds at every instant of spans that follow each other; null where none does. */
export function held(spans: readonly Held[], x: readonly number[]): (number | null)[] {
  const sorted = spans.toSorted((a, b) => a.start - b.start);
  let i = 0;
  return x.map((at) => {
    while (i < sorted.length && sorted[i]!.end <= at) i++;
    const found = sorted[i];
    return found && found.start <= at ? found.value : null;
  });
}

/** The sum of what holds at the same time, such as the awards of several products; null where nothing does. */
export function summed(spans: readonly Held[], x: readonly number[]): (number | null)[] {
  return x.map((at) => {
    const found = spans.filter((one) => one.start <= at && at < one.end);
    return found.length ? found.reduce((total, one) => total + one.value, 0) : null;
  });
}

/** Values between known ones, on the straight line; null outside of them. */
export function between(known: readonly { at: number; value: number }[], instants: readonly number[]): (number | null)[] {
  let i = 0;
  return instants.map((at) => {
    while (i + 1 < known.length && known[i + 1]!.at <= at) i++;
    const [a, b] = [known[i], known[i + 1]];
    if (!a || at < a.at) return null;
    if (at === a.at) return a.value;
    return b ? a.value + ((b.value - a.value) * (at - a.at)) / (b.at - a.at) : null;
  });
}

export interface Energies {
  /** MWh fed into the grid, and drawn from it. */
  discharged: number;
  charged: number;
  /** Hours for which there is a measurement. */
  hours: number;
}

/** Energy of samples in `[from, until)`: each holds until the next one, and at most an hour or three of their usual distances. */
export function energies(samples: readonly Sample[], from: number, until: number): Energies {
  const usual = interval(samples) ?? 15 * MINUTE;
  const longest = Math.max(Math.min(3 * usual, HOUR), usual);
  let [out, drawn, time] = [0, 0, 0];
  samples.forEach((one, i) => {
    const next = samples[i + 1];
    const end = Math.min(next && next.at - one.at <= longest ? next.at : one.at + Math.min(usual, longest), until);
    const lasts = end - Math.max(one.at, from);
    if (lasts <= 0) return;
    const energy = Math.round(one.power * 1000) * lasts;
    time += lasts;
    if (energy > 0) out += energy;
    else drawn -= energy;
  });
  const mwh = 1000 * HOUR;
  return { discharged: out / mwh, charged: drawn / mwh, hours: time / HOUR };
}

/** Stored energy at the end of every step when a battery runs at these powers. */
export function walked(
  powers: readonly { at: number; until: number; power: number }[],
  battery: { charge: number; discharge: number; lossPerHour: number },
  stored: number,
): { at: number; value: number }[] {
  const first = powers[0];
  const known = first ? [{ at: first.at, value: stored }] : [];
  for (const { at, until, power } of powers) {
    const hours = (until - at) / HOUR;
    stored += (power < 0 ? -power * battery.charge : -power / battery.discharge) * hours;
    stored -= stored * (1 - (1 - battery.lossPerHour) ** hours);
    known.push({ at: until, value: stored });
  }
  return known;
}

/** How often a unit was started: samples above zero after one at or below it. */
export const startsOf = (samples: readonly Sample[]): number =>
  samples.filter((one, i) => i > 0 && one.power > 1e-9 && samples[i - 1]!.power <= 1e-9).length;

/** The share of energy that came back, what is still stored reckoned in; undefined when too little went through to say. */
export function measuredEfficiency(
  total: Energies,
  stored: { first: number; last: number },
  battery: { charge: number; discharge: number; usable: number },
): number | undefined {
  const left = stored.last - stored.first;
  // What is left would come back less the loss of discharging; what was there before came from elsewhere.
  const back = total.discharged + left * battery.discharge;
  return total.charged >= battery.usable / 2 && back > 0 ? back / total.charged : undefined;
}
