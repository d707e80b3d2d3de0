// What a person writes of an asset, field by field, and the content the server takes.
import type { Asset, AssetContent, AssetKind, Violation } from "$lib/api/types";
import { compare, typed } from "$lib/exact";
import { asShare, inPercent, type KindCode } from "./kinds";

export interface Spec {
  name: string;
  label: string;
  unit: string;
  tip: string;
  /** Written in percent, sent as a share. */
  percent?: boolean;
  /** A whole number. */
  whole?: boolean;
  /** An amount with its currency. */
  money?: boolean;
  /** May be left out; then this is what holds. */
  optional?: string;
}
export interface Group {
  title: string;
  fields: Spec[];
}

const spec = (name: string, label: string, unit: string, tip: string, more: Partial<Spec> = {}): Spec => ({ name, label, unit, tip, ...more });
/** Stands for the market's currency in a unit. */
export const PER_MWH = "¤/MWh";

const RENEWABLE: Group[] = [{
  title: "Plant",
  fields: [
    spec("capacity", "Capacity", "MW", "Largest injection at the grid connection"),
    spec("curtailment_cost", "Cost of curtailment", PER_MWH, "What one curtailed MWh costs, such as a certificate forgone. It is worth running at prices down to its negative", { optional: "0" }),
  ],
}];

export const GROUPS: Record<KindCode, Group[]> = {
  battery: [
    {
      title: "Power at the grid connection",
      fields: [
        spec("charge_limit", "Charge limit", "MW", "Largest withdrawal while charging"),
        spec("discharge_limit", "Discharge limit", "MW", "Largest injection while discharging"),
        spec("ramp_limit", "Ramp limit", "MW/min", "Largest change of power in a minute", { optional: "none" }),
      ],
    },
    {
      title: "Energy in the store",
      fields: [
        spec("energy_capacity", "Energy capacity", "MWh", "Energy that the store can hold"),
        spec("min_soc", "Lowest allowed", "MWh", "Lowest stored energy allowed", { optional: "0" }),
        spec("max_soc", "Highest allowed", "MWh", "Highest stored energy allowed", { optional: "the capacity" }),
        spec("initial_soc", "At the start of a day", "MWh", "Stored energy that a day is planned from where nothing was measured", { optional: "the lowest" }),
        spec("target_soc", "Target at the end of a day", "MWh", "Stored energy that a plan must leave at the end", { optional: "none" }),
        spec("target_price", "Price of a missed target", PER_MWH, "What each MWh missing from the target costs. Left empty, a plan that misses the target does not exist", { optional: "never miss" }),
      ],
    },
    {
      title: "Losses",
      fields: [
        spec("charge_efficiency", "Charging", "%", "Share of the energy drawn from the grid that is stored", { percent: true }),
        spec("discharge_efficiency", "Discharging", "%", "Share of the energy taken from the store that reaches the grid", { percent: true }),
        spec("standing_loss", "Standing loss", "%/h", "Share of the stored energy that is lost in an hour", { percent: true, optional: "0" }),
      ],
    },
    {
      title: "Costs and cycle budgets",
      fields: [
        spec("degradation_cost", "Degradation", PER_MWH, "Wear of one MWh discharged at the grid connection", { optional: "0" }),
        spec("charge_fee", "Grid fee, charging", PER_MWH, "For every MWh drawn from the grid", { optional: "0" }),
        spec("discharge_fee", "Grid fee, discharging", PER_MWH, "For every MWh fed into the grid", { optional: "0" }),
        spec("cycle_budget", "Cycles a day", "cycles", "Full cycles allowed a delivery day: energy discharged over usable energy", { optional: "no limit" }),
        spec("yearly_cycle_budget", "Cycles a year", "cycles", "Full cycles allowed in 365 days, to be spent as it pays best", { optional: "no limit" }),
      ],
    },
  ],
  solar: RENEWABLE,
  wind: RENEWABLE,
  thermal: [
    {
      title: "Power",
      fields: [
        spec("min_power", "Lowest while on", "MW", "Lowest injection of the unit while it runs"),
        spec("max_power", "Highest", "MW", "Highest injection"),
        spec("ramp_up", "Ramp up", "MW/min", "Largest rise per minute"),
        spec("ramp_down", "Ramp down", "MW/min", "Largest fall per minute"),
      ],
    },
    {
      title: "Commitment",
      fields: [
        spec("min_up_minutes", "Shortest time on", "min", "Once started it stays on so long", { whole: true }),
        spec("min_down_minutes", "Shortest time off", "min", "Once stopped it stays off so long", { whole: true }),
      ],
    },
    {
      title: "Costs",
      fields: [
        spec("marginal_cost", "Marginal cost", PER_MWH, "Cost of one more MWh"),
        spec("no_load_cost", "No-load cost", "¤/h", "Cost of an hour on, whatever the output", { money: true }),
        spec("start_up_cost", "Start-up cost", "¤/start", "Cost of one start", { money: true }),
      ],
    },
  ],
  load: [{
    title: "Load",
    fields: [
      spec("max_power", "Highest power", "MW", "Largest withdrawal"),
      spec("value_of_lost_load", "Value of lost load", PER_MWH, "What one MWh not served costs: the highest price worth buying at"),
    ],
  }],
};

export interface Draft {
  name: string;
  market: string;
  location: string;
  latitude: string;
  longitude: string;
  type: KindCode;
  /** What is written in the fields of the kind, by their names. */
  fields: Record<string, string>;
  bands: { up_to: string; cost: string }[];
}

export const emptyDraft = (market: string, location: string, type: KindCode): Draft =>
  ({ name: "", market, location, latitude: "", longitude: "", type, fields: {}, bands: [] });

const specsOf = (type: KindCode): Spec[] => GROUPS[type].flatMap((group) => group.fields);

/** What stands in the form for an asset. */
export function draftOf(asset: Asset): Draft {
  const draft = emptyDraft(asset.market, asset.location, asset.kind.type);
  const kind = asset.kind as unknown as Record<string, unknown>;
  for (const { name, percent } of specsOf(asset.kind.type)) {
    const value = kind[name];
    if (value === undefined || value === null) continue;
    const text = typeof value === "object" ? (value as { amount: string }).amount : String(value);
    draft.fields[name] = percent ? inPercent(text) : text;
  }
  const bands = asset.kind.type === "battery" ? (asset.kind.depth_wear ?? []) : [];
  return {
    ...draft, name: asset.name, latitude: asset.latitude ?? "", longitude: asset.longitude ?? "",
    bands: bands.map((band) => ({ up_to: inPercent(band.up_to), cost: band.cost })),
  };
}

/** The content that is sent, or what is wrong with what is written, in the words of the form. */
export function contentOf(draft: Draft, currency: string): { content?: AssetContent; faults: Violation[] } {
  const faults: Violation[] = [];
  const fault = (field: string, value: string, rule: string) => faults.push({ code: "form", field, value, rule });
  const figure = (field: string, text: string, rule = "a number such as 12.5"): string => {
    const found = typed(text);
    if (found === undefined) fault(field, text, rule);
    return found ?? "0";
  };
  const kind: Record<string, unknown> = { type: draft.type };
  for (const { name, percent, whole, money, optional } of specsOf(draft.type)) {
    const text = (draft.fields[name] ?? "").trim();
    if (text === "") {
      if (!optional) fault(`kind.${name}`, "", "needed");
      continue;
    }
    const value = figure(`kind.${name}`, text);
    if (whole && value.includes(".")) fault(`kind.${name}`, text, "a whole number");
    if (percent) inRange(name, value, fault);
    kind[name] = money ? { amount: value, currency } : whole ? Number(value) : percent ? asShare(value) : value;
  }
  if (draft.type === "battery") {
    kind["max_soc"] ??= kind["energy_capacity"] ?? "0";
    kind["min_soc"] ??= "0";
    kind["initial_soc"] ??= kind["min_soc"];
    if (draft.bands.length) kind["depth_wear"] = bandsOf(draft.bands, figure, fault);
  }
  if (!draft.name.trim()) fault("name", draft.name, "a name by which you know it");
  if (!draft.location.trim()) fault("location", "", "where it settles, such as HB_SOUTH");
  const place = { latitude: draft.latitude.trim(), longitude: draft.longitude.trim() };
  const content: AssetContent = {
    name: draft.name.trim(), market: draft.market, location: draft.location.trim(), kind: kind as unknown as AssetKind,
    ...(place.latitude ? { latitude: figure("latitude", place.latitude, "degrees, such as 29.4241") } : {}),
    ...(place.longitude ? { longitude: figure("longitude", place.longitude, "degrees, such as -98.4936") } : {}),
  };
  return faults.length ? { faults } : { content, faults };
}

type Tell = (field: string, value: string, rule: string) => void;

/** Shares are written in percent here: the server's own words would speak of 0 to 1. */
function inRange(name: string, percent: string, fault: Tell): void {
  if (name === "standing_loss") {
    if (compare(percent, "0") < 0 || compare(percent, "100") >= 0) fault(`kind.${name}`, percent, "0 % or more and below 100 % an hour");
  } else if (compare(percent, "0") <= 0 || compare(percent, "100") > 0) {
    fault(`kind.${name}`, percent, "above 0 % and at most 100 %");
  }
}

function bandsOf(bands: Draft["bands"], figure: (field: string, text: string) => string, fault: Tell): { up_to: string; cost: string }[] {
  let [from, cost] = ["0", "0"];
  const found = bands.map((band, i) => {
    const field = (name: string) => `kind.depth_wear[${i}].${name}`;
    const next = { up_to: figure(field("up_to"), band.up_to), cost: figure(field("cost"), band.cost) };
    if (compare(next.up_to, from) <= 0 || compare(next.up_to, "100") > 0)
      fault(field("up_to"), band.up_to, `above ${from} %, where the band before ends, and at most 100 %`);
    if (compare(next.cost, cost) < 0) fault(field("cost"), band.cost, `not below ${cost}, the cost of the band before`);
    [from, cost] = [next.up_to, next.cost];
    return { up_to: asShare(next.up_to), cost: next.cost };
  });
  if (compare(from, "100") !== 0) fault(`kind.depth_wear[${bands.length - 1}].up_to`, from, "100 %: the last band reaches the full depth");
  return found;
}

/** A field that two people left differently, in words. */
export interface Clash {
  label: string;
  was: string;
  mine: string;
  theirs: string;
}

const sameText = (a: string, b: string): boolean => {
  const [x, y] = [typed(a), typed(b)];
  return a.trim() === b.trim() || (x !== undefined && y !== undefined && compare(x, y) === 0);
};

/** Every field of a draft as text, by its label. */
function texts(draft: Draft): Map<string, string> {
  const found = new Map([["Name", draft.name], ["Market", draft.market], ["Location", draft.location], ["Latitude", draft.latitude], ["Longitude", draft.longitude], ["Kind", draft.type as string]]);
  for (const { name, label } of specsOf(draft.type)) found.set(label, draft.fields[name] ?? "");
  found.set("Wear by depth", draft.bands.map((band) => `to ${band.up_to} %: ${band.cost}`).join(", "));
  return found;
}

/** Where what is written differs from what somebody else saved meanwhile. */
export function clashes(was: Draft, mine: Draft, theirs: Draft): Clash[] {
  const [a, b, c] = [texts(was), texts(mine), texts(theirs)];
  return [...b].flatMap(([label, text]) => {
    const other = c.get(label) ?? "";
    return sameText(text, other) ? [] : [{ label, was: a.get(label) || "–", mine: text || "–", theirs: other || "–" }];
  });
}

/** Both changes together: what one left as it was is as the other has it, and what both changed is as it is written here. */
export function merged(was: Draft, mine: Draft, theirs: Draft): Draft {
  if (mine.type !== theirs.type) return mine;
  const pick = (a: string, b: string, c: string) => (sameText(a, b) ? c : b);
  const fields: Record<string, string> = {};
  for (const { name } of specsOf(mine.type)) fields[name] = pick(was.fields[name] ?? "", mine.fields[name] ?? "", theirs.fields[name] ?? "");
  const bands = JSON.stringify(was.bands) === JSON.stringify(mine.bands) ? theirs.bands : mine.bands;
  return {
    type: mine.type, fields, bands, name: pick(was.name, mine.name, theirs.name), market: pick(was.market, mine.market, theirs.market),
    location: pick(was.location, mine.location, theirs.location), latitude: pick(was.latitude, mine.latitude, theirs.latitude), longitude: pick(was.longitude, mine.longitude, theirs.longitude),
  };
}
