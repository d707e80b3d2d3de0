// Files that the page makes itself.
import { download } from "./api/client";
import { csv, type Cell } from "./csv";
import { notices } from "./notices.svelte";
import { platform } from "./platform";

/** Hands a table to the person as a file. */
export const saveCsv = (name: string, rows: readonly (readonly Cell[])[]): Promise<void> =>
  platform.save(name, new Blob([csv(rows)], { type: "text/csv;charset=utf-8" }));

export const saveJson = (name: string, value: unknown): Promise<void> =>
  platform.save(name, new Blob([JSON.stringify(value, null, 2)], { type: "application/json" }));

/** A file that the server makes, such as a workbook. */
export async function saveFrom(path: string, query: Record<string, string | undefined>, name: string): Promise<void> {
  const asked = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value) asked.set(key, value);
  try {
    await download(`${path}?${asked}`, name);
  } catch (error) {
    notices.fault(`${name} could not be fetched`, error);
  }
}
