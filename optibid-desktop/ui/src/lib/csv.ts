// CSV as spreadsheets write and read it: written with commas and points, read with whatever mark the file uses.

export type Cell = string | number | null | undefined;

/** Rows as text, a header first. */
export const csv = (rows: readonly (readonly Cell[])[]): string => rows.map((row) => row.map(quoted).join(",") + "\r\n").join("");

function quoted(cell: Cell): string {
  const text = cell === null || cell === undefined ? "" : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export interface Row {
  /** Its line in the file, from 1. */
  line: number;
  cells: string[];
}

export interface Table {
  header: string[];
  rows: Row[];
  delimiter: string;
}

/** A file with a header. The delimiter is what the header has most of. Empty lines are left out. */
export function parseCsv(file: string): Table {
  const text = file.replace(/^\uFEFF/, "");
  const head = text.slice(0, text.search(/[\r\n]/) + 1 || undefined);
  const delimiter = [",", ";", "\t", "|"].reduce((best, mark) => (count(head, mark) > count(head, best) ? mark : best));
  const rows: Row[] = [];
  let cells: string[] = [];
  let cell = "";
  let inside = false;
  let [line, start] = [1, 1];
  const end = () => {
    cells.push(cell.trim());
    if (cells.some((one) => one !== "")) rows.push({ line: start, cells });
    cells = [];
    cell = "";
    start = line;
  };
  for (let i = 0; i < text.length; i++) {
    const sign = text[i]!;
    if (sign === "\n") line += 1;
    if (inside) {
      if (sign !== '"') cell += sign;
      else if (text[i + 1] === '"') cell += text[++i];
      else inside = false;
    } else if (sign === '"' && cell.trim() === "") {
      cell = "";
      inside = true;
    } else if (sign === delimiter) {
      cells.push(cell.trim());
      cell = "";
    } else if (sign === "\n") end();
    else if (sign !== "\r") cell += sign;
  }
  end();
  const header = rows.shift()?.cells ?? [];
  return { header, rows, delimiter };
}

const count = (text: string, mark: string): number => text.split(mark).length - 1;

/**
 * The columns of names, whichever of its names each has: small letters and digits count alone, so that `Amount (USD)` is found as `amount`. A name
 * that is the whole heading goes before one that it begins with.
 */
export function columnsOf<K extends string>(header: string[], names: Record<K, readonly string[]>): Partial<Record<K, number>> {
  const plain = header.map((name) => name.toLowerCase().replace(/[^a-z0-9]/g, ""));
  const found: Partial<Record<K, number>> = {};
  const take = (fits: (heading: string, name: string) => boolean) => {
    for (const key of Object.keys(names) as K[]) {
      if (found[key] !== undefined) continue;
      for (const name of names[key]) {
        const at = plain.findIndex((heading, i) => fits(heading, name) && !Object.values(found).includes(i));
        if (at < 0) continue;
        found[key] = at;
        break;
      }
    }
  };
  take((heading, name) => heading === name);
  take((heading, name) => name.length > 3 && heading.startsWith(name));
  return found;
}

/** Which mark stands before the decimals, by all figures of a file: one cell alone, such as `1,234`, can be read both ways. */
export function decimalMark(cells: readonly string[], delimiter: string): "." | "," {
  for (const cell of cells) {
    const [point, comma] = [cell.lastIndexOf("."), cell.lastIndexOf(",")];
    if (point >= 0 && comma >= 0) return point > comma ? "." : ",";
  }
  for (const cell of cells) {
    const marks = cell.match(/[.,]/g) ?? [];
    if (marks.length !== 1) continue;
    const after = cell.split(/[.,]/)[1]?.replace(/\D/g, "").length ?? 0;
    if (after !== 3) return marks[0] as "." | ",";
  }
  return delimiter === ";" && cells.some((cell) => cell.includes(",")) ? "," : ".";
}

/** A figure of a file as a plain decimal; undefined where it is none. Spaces and apostrophes between thousands, a true minus sign and brackets are read. */
export function figure(cell: string, mark: "." | ","): string | undefined {
  let text = cell.replace(/[\s\u00a0\u202f'’]/g, "").replace(/^[\u2212–]/, "-").replace(/^[$€£₹]|[$€£₹]$/g, "");
  const bracketed = /^\((.+)\)$/.exec(text);
  if (bracketed) text = `-${bracketed[1]}`;
  const other = mark === "." ? "," : ".";
  const grouped = new RegExp(`^[-+]?\\d{1,3}(\\${other}\\d{3})+(\\${mark}\\d*)?$`);
  if (text.includes(other) && !grouped.test(text)) return undefined;
  const plain = text.replaceAll(other, "").replace(mark, ".").replace(/^\+/, "").replace(/^(-?)\./, "$10.").replace(/\.$/, "");
  return /^-?\d+(\.\d+)?$/.test(plain) ? plain : undefined;
}
