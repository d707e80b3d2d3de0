// Files that the page makes itself.
import { csv, type Cell } from "./csv";
import { platform } from "./platform";

/** Hands a table to the person as a file. */
export const saveCsv = (name: string, rows: readonly (readonly Cell[])[]): Promise<void> =>
  platform.save(name, new Blob([csv(rows)], { type: "text/csv;charset=utf-8" }));

export const saveJson = (name: string, value: unknown): Promise<void> =>
  platform.save(name, new Blob([JSON.stringify(value, null, 2)], { type: "application/json" }));
