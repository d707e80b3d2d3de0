// Samples of telemetry as people paste them: a table with a heading or in the order time, MW, MWh, available, source.
import type { SampleRequest } from "$lib/api/types";
import { typed } from "$lib/exact";
import { instantsOf } from "$lib/zoned";

export interface Row {
  line: number;
  text: string;
  /** What is sent; absent while something is wrong. */
  sample?: SampleRequest;
  faults: string[];
}

type Column = "at" | "power" | "state_of_charge" | "available" | "source";
const ORDER: Column[] = ["at", "power", "state_of_charge", "available", "source"];
const NAMES: Record<string, Column> = {
  at: "at", time: "at", timestamp: "at", date: "at", datetime: "at", when: "at", power: "power", mw: "power", power_mw: "power",
  state_of_charge: "state_of_charge", soc: "state_of_charge", mwh: "state_of_charge", soc_mwh: "state_of_charge", stored: "state_of_charge",
  available: "available", source: "source",
};
/** Most samples of one request. */
export const MOST = 10_000;
export const TEMPLATE = "time,power_mw,soc_mwh,available,source\n2024-08-20 13:00,-10,4.5,yes,meter\n2024-08-20 13:15,-10,6.8,yes,meter\n";

function cells(line: string, separator: string): string[] {
  return line.split(separator).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1").trim());
}

const separatorOf = (line: string): string => ["\t", ";", ","].find((sign) => line.includes(sign)) ?? ",";

/** Reads a pasted table. Times without an offset are those of the zone; `source` stands where a row names none. */
export function parse(text: string, zone: string, source: string, storesEnergy: boolean): Row[] {
  const lines = text.split(/\r?\n/).map((line, i) => ({ line: i + 1, text: line.trim() })).filter((one) => one.text !== "");
  const first = lines[0];
  if (!first) return [];
  const separator = separatorOf(first.text);
  // Where commas separate the cells they are no decimal signs.
  const comma = separator !== ",";
  const heading = cells(first.text, separator).map((name) => NAMES[name.toLowerCase().replaceAll(/[\s()[\]-]+/g, "_").replace(/_$/, "")]);
  const headed = heading.some((name) => name !== undefined);
  const columns = headed ? heading : ORDER;
  const seen = new Map<string, number>();
  return (headed ? lines.slice(1) : lines).map(({ line, text }) => {
    const found = cells(text, separator);
    const cell = (name: Column) => found[columns.indexOf(name)] ?? "";
    const faults: string[] = [];
    const at = instant(cell("at"), zone, faults);
    const power = typed(cell("power"), comma);
    if (power === undefined) faults.push(cell("power") ? `power “${cell("power")}” is no number` : "power is missing");
    const stored = cell("state_of_charge") === "" ? undefined : typed(cell("state_of_charge"), comma);
    if (cell("state_of_charge") !== "" && stored === undefined) faults.push(`stored energy “${cell("state_of_charge")}” is no number`);
    if (stored !== undefined && !storesEnergy) faults.push("this asset stores no energy");
    const available = truth(cell("available"), faults);
    if (at !== undefined) {
      const before = seen.get(at);
      if (before) faults.push(`the same time as line ${before}`);
      else seen.set(at, line);
    }
    const sample: SampleRequest = {
      at: at!, power: power!, source: cell("source") || source,
      ...(stored !== undefined ? { state_of_charge: stored } : {}),
      ...(available !== undefined ? { available } : {}),
    };
    return faults.length ? { line, text, faults } : { line, text, sample, faults };
  });
}

function instant(text: string, zone: string, faults: string[]): string | undefined {
  if (text === "") {
    faults.push("time is missing");
    return undefined;
  }
  if (/(z|[+-]\d{2}:?\d{2})$/i.test(text) && /\d{2}:\d{2}/.test(text)) {
    const at = Date.parse(text.replace(" ", "T"));
    if (!Number.isNaN(at)) return new Date(at).toISOString();
  }
  const local = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2})?)$/.exec(text);
  const both = local ? instantsOf(`${local[1]}T${local[2]}`, zone) : [];
  if (!local) faults.push(`time “${text}” is not written as 2024-08-20 13:15`);
  else if (both.length === 0) faults.push(`${text} is skipped by the clock in ${zone}`);
  else if (both.length === 2) faults.push(`${text} comes twice that night: write its offset, such as ${text}-05:00`);
  else return new Date(both[0]!).toISOString();
  return undefined;
}

function truth(text: string, faults: string[]): boolean | undefined {
  const word = text.toLowerCase();
  if (word === "") return undefined;
  if (["yes", "true", "1", "y"].includes(word)) return true;
  if (["no", "false", "0", "n"].includes(word)) return false;
  faults.push(`available “${text}” is neither yes nor no`);
  return undefined;
}

/** Puts what the server finds wrong with `samples[3].power` at the row that was sent as the fourth. */
export function told(rows: readonly Row[], violations: readonly { field: string; rule: string }[]): Map<number, string[]> {
  const sent = rows.filter((row) => row.sample);
  const found = new Map<number, string[]>();
  for (const { field, rule } of violations) {
    const place = /^samples\[(\d+)\]\.?(.*)$/.exec(field);
    const row = place && sent[Number(place[1])];
    if (row) found.set(row.line, [...(found.get(row.line) ?? []), `${place[2]?.replaceAll("_", " ")}: ${rule}`]);
  }
  return found;
}
