// Metered energy from a file: one row a settlement period.
import type { MeteredRequest, Resolution } from "$lib/api/types";
import { columnsOf, decimalMark, figure, parseCsv, type Cell } from "$lib/csv";
import { periodsOf } from "$lib/time";
import { periodFault, Starts, WHEN, type RowFault } from "./cells";

export interface Metered {
  rows: MeteredRequest[];
  faults: RowFault[];
  /** Periods of the day that the file does not name. */
  missing: number[];
}

const NAMES = { ...WHEN, energy: ["energy", "energymwh", "mwh", "metered", "quantity", "volume", "value"] } as const;

export function parseMetered(text: string, day: string, zone: string, resolution: Resolution): Metered {
  const { header, rows, delimiter } = parseCsv(text);
  const columns = columnsOf(header, NAMES);
  const faults: RowFault[] = [];
  if (columns.energy === undefined) faults.push({ line: 1, column: "energy", value: header.join(", "), rule: "no column for the energy in MWh" });
  if (columns.start === undefined && columns.interval === undefined) faults.push({ line: 1, column: "start", value: header.join(", "), rule: "no column for the start or the number of the period" });
  const periods = periodsOf(day, zone, resolution);
  if (faults.length > 0) return { rows: [], faults, missing: periods };
  const starts = new Starts(rows, columns, header, { zone, day });
  const energies = rows.map((row) => row.cells[columns.energy!] ?? "");
  const mark = decimalMark(energies, delimiter);
  const found = new Map<number, string>();
  rows.forEach((row, i) => {
    const at = starts.of(row, "", resolution);
    if (typeof at !== "number") return void faults.push(at);
    const column = header[columns.start ?? columns.interval!] ?? "start";
    const value = row.cells[columns.start ?? columns.interval!] ?? "";
    const outside = periodFault(at, day, zone, resolution);
    if (outside) return void faults.push({ line: row.line, column, value, rule: outside });
    const energy = figure(energies[i]!, mark);
    if (energy === undefined) return void faults.push({ line: row.line, column: header[columns.energy!]!, value: energies[i]!, rule: `is no figure with a decimal ${mark === "." ? "point" : "comma"}` });
    if (found.has(at)) return void faults.push({ line: row.line, column, value, rule: "names a period that a row before it names" });
    found.set(at, energy);
  });
  return {
    rows: [...found].sort(([a], [b]) => a - b).map(([at, energy]) => ({ period: { start: new Date(at).toISOString(), resolution }, energy })),
    faults,
    missing: periods.filter((at) => !found.has(at)),
  };
}

/** A file to be filled in: every period of the day with what was awarded. */
export const meteredTemplate = (day: string, zone: string, resolution: string, awarded: ReadonlyMap<number, string>): Cell[][] => [
  ["start", "interval", "energy_mwh"],
  ...periodsOf(day, zone, resolution).map((at, i): Cell[] => [new Date(at).toISOString().replace(".000Z", "Z"), i + 1, awarded.get(at) ?? "0"]),
];
