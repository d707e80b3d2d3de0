// The rows of the list in the order that was chosen.
import type { Asset } from "$lib/api/types";
import { batteryOf, powerRange } from "./kinds";
import { thereNow, type Standing } from "./standing";

export interface RowOf {
  asset: Asset;
  standing: Standing | undefined;
}
export type SortKey = "name" | "kind" | "location" | "from" | "to" | "now" | "soc" | "there" | "age";

/** How full a battery is, 0 to 1. */
export function fullness({ asset, standing }: RowOf): number | undefined {
  const battery = batteryOf(asset);
  const stored = standing?.sample?.state_of_charge;
  return battery && stored != null ? Number(stored) / Number(battery.energy_capacity) : undefined;
}

export function sortedRows(rows: RowOf[], by: SortKey, now: number): RowOf[] {
  const text = (row: RowOf): string => ({ kind: row.asset.kind.type, location: `${row.asset.market} ${row.asset.location}` })[by as string] ?? row.asset.name;
  const figure = (row: RowOf): number | undefined => {
    switch (by) {
      case "from":
        return Number(powerRange(row.asset.kind)[0]);
      case "to":
        return -Number(powerRange(row.asset.kind)[1]);
      case "now":
        return row.standing?.sample ? -Number(row.standing.sample.power) : undefined;
      case "soc": {
        const full = fullness(row);
        return full === undefined ? undefined : -full;
      }
      case "there":
        return row.standing ? thereNow(row.standing, now).share : undefined;
      case "age":
        return row.standing?.sample ? Date.parse(row.standing.sample.at) : -Infinity;
      default:
        return undefined;
    }
  };
  const named = (a: RowOf, b: RowOf) => a.asset.name.localeCompare(b.asset.name) || a.asset.id.localeCompare(b.asset.id);
  // What is not known stands last.
  return rows.toSorted((a, b) => {
    const [x, y] = [figure(a), figure(b)];
    if (x === undefined && y === undefined) return text(a).localeCompare(text(b)) || named(a, b);
    return (x ?? Infinity) - (y ?? Infinity) || named(a, b);
  });
}
