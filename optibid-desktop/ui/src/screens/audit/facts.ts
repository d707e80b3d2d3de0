// The facts of an audit entry: what changed from what to what, and the rest, line by line.

export interface Fact {
  /** `total.amount`, `windows[0].from`. */
  path: string;
  value: string;
}

export interface Change {
  path: string;
  from?: string | undefined;
  to?: string | undefined;
}

export interface Facts {
  changes: Change[];
  facts: Fact[];
  /** The text where it is no JSON object. */
  raw?: string;
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
const isObject = (value: Json | undefined): value is { [key: string]: Json } => typeof value === "object" && value !== null && !Array.isArray(value);

/** An amount with its currency is one figure. */
const isMoney = (value: { [key: string]: Json }): boolean =>
  Object.keys(value).length === 2 && typeof value["amount"] === "string" && typeof value["currency"] === "string";

function flat(value: Json, path: string): Fact[] {
  if (Array.isArray(value)) {
    // A list of short words is read at once.
    if (value.every((one) => typeof one !== "object") || value.length === 0) return [{ path, value: value.length ? value.join(", ") : "none" }];
    return value.flatMap((one, i) => flat(one, `${path}[${i}]`));
  }
  if (isObject(value)) {
    if (isMoney(value)) return [{ path, value: `${value["amount"] as string} ${value["currency"] as string}` }];
    const entries = Object.entries(value);
    return entries.length ? entries.flatMap(([key, one]) => flat(one, path ? `${path}.${key}` : key)) : [{ path, value: "nothing" }];
  }
  return [{ path, value: value === null ? "none" : String(value) }];
}

/** Which leaves differ. */
export function diff(from: Json, to: Json, path = ""): Change[] {
  const [before, after] = [new Map(flat(from, path).map((f) => [f.path, f.value])), new Map(flat(to, path).map((f) => [f.path, f.value]))];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((one) => {
    const [a, b] = [before.get(one), after.get(one)];
    return a === b ? [] : [{ path: one, from: a, to: b }];
  });
}

const PAIRS = [["from", "to"], ["before", "after"], ["old", "new"]] as const;

/** Reads the detail of an entry. */
export function factsOf(detail: string): Facts {
  let value: Json;
  try {
    value = JSON.parse(detail) as Json;
  } catch {
    return { changes: [], facts: [], raw: detail };
  }
  if (!isObject(value)) return { changes: [], facts: [], raw: detail };
  const found = value;
  const pair = PAIRS.find(([a, b]) => a in found && b in found);
  if (!pair) {
    // Where it only says to what, that is a change too.
    const { to, ...rest } = found;
    if (typeof to === "string") return { changes: [{ path: "state", to }], facts: factsIn(rest) };
    return { changes: [], facts: factsIn(found) };
  }
  const [a, b] = pair;
  const rest = Object.fromEntries(Object.entries(found).filter(([key]) => key !== a && key !== b));
  const scalar = !isObject(found[a]) && !isObject(found[b]);
  const changes = diff(found[a]!, found[b]!, scalar ? "state" : "");
  return { changes, facts: factsIn(rest) };
}

const factsIn = (value: { [key: string]: Json }): Fact[] => (Object.keys(value).length ? flat(value, "") : []);

/** All of it in a line. */
export function inLine({ changes, facts, raw }: Facts): string {
  if (raw !== undefined) return raw;
  const changed = changes.map(({ path, from, to }) => `${path === "state" ? "" : `${path} `}${from === undefined ? `→ ${to}` : to === undefined ? `${from} removed` : `${from} → ${to}`}`);
  return [...changed, ...facts.map(({ path, value }) => `${path} ${value}`)].join(", ");
}

/** Actions whose last word is the state that the venue moved a bid to. */
const MOVES = /^bid\.(acknowledged|rejected|cleared|partly_cleared|not_cleared|settled|expired|unknown)$/;

/** An entry as far as a story needs it. */
export interface Told {
  action: string;
  detail: string;
}

function stateAfter({ action, detail }: Told): string | undefined {
  return factsOf(detail).changes.find((change) => change.path === "state")?.to ?? MOVES.exec(action)?.[1]?.replace("_", " ");
}

/** The facts of an entry, with what they were before, as older entries of the same subject tell it; the newest of those first. */
export function withStory(entry: Told, older: readonly Told[]): Facts {
  const { changes, facts, raw } = factsOf(entry.detail);
  if (raw !== undefined) return { changes, facts, raw };
  const to = stateAfter(entry);
  const from = older.map(stateAfter).find((state) => state !== undefined);
  const own = changes.find((change) => change.path === "state");
  const state = own?.from !== undefined ? own : to === undefined ? undefined : { path: "state", ...(from === undefined ? {} : { from }), to };
  const versionOf = (list: readonly Fact[]) => list.find((fact) => fact.path === "version")?.value;
  const [now, before] = [versionOf(facts), older.map((one) => versionOf(factsOf(one.detail).facts)).find((v) => v !== undefined)];
  const moved = now !== undefined && before !== undefined && now !== before;
  return {
    changes: [...(state ? [state] : []), ...changes.filter((change) => change.path !== "state"), ...(moved ? [{ path: "version", from: before, to: now }] : [])],
    facts: moved ? facts.filter((fact) => fact.path !== "version") : facts,
  };
}
