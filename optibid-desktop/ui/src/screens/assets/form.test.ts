import { expect, test } from "vitest";
import type { Asset } from "$lib/api/types";
import { clashes, contentOf, draftOf, emptyDraft, merged } from "./form";

const battery: Asset = {
  id: "1", org: "2", name: "Rio", market: "ERCOT", location: "HB_SOUTH", latitude: "29.4241", longitude: "-98.4936",
  kind: {
    type: "battery", charge_limit: "10", discharge_limit: "10", energy_capacity: "20", min_soc: "1", max_soc: "19", charge_efficiency: "0.927",
    discharge_efficiency: "0.93", initial_soc: "1", degradation_cost: "5.00", standing_loss: "0.0005", cycle_budget: "1.5",
    depth_wear: [{ up_to: "0.4", cost: "1" }, { up_to: "1", cost: "3" }],
  },
  version: 3, created_at: "2026-01-01T00:00:00Z", updated_at: "2026-01-01T00:00:00Z",
};

test("what is read comes back the same", () => {
  const draft = draftOf(battery);
  expect(draft.fields["charge_efficiency"]).toBe("92.7");
  expect(draft.fields["standing_loss"]).toBe("0.05");
  const { content, faults } = contentOf(draft, "USD");
  expect(faults).toEqual([]);
  expect(content!.kind).toEqual({ ...battery.kind, degradation_cost: "5" });
  expect(content!.latitude).toBe("29.4241");
});

test("what is left out of a battery has its usual value", () => {
  const draft = emptyDraft("ERCOT", "HB_SOUTH", "battery");
  draft.name = "New";
  draft.fields = { charge_limit: "5", discharge_limit: "5", energy_capacity: "10", charge_efficiency: "93", discharge_efficiency: "93" };
  expect(contentOf(draft, "USD").content!.kind).toEqual({
    type: "battery", charge_limit: "5", discharge_limit: "5", energy_capacity: "10", charge_efficiency: "0.93", discharge_efficiency: "0.93",
    min_soc: "0", max_soc: "10", initial_soc: "0",
  });
});

test("faults stand at their fields, in percent where percent is written", () => {
  const draft = emptyDraft("ERCOT", "", "battery");
  draft.fields = { charge_limit: "x", discharge_limit: "5", energy_capacity: "10", charge_efficiency: "120", discharge_efficiency: "93" };
  draft.bands = [{ up_to: "50", cost: "3" }, { up_to: "90", cost: "2" }];
  const found = contentOf(draft, "USD").faults.map((fault) => fault.field);
  expect(found).toEqual(["kind.charge_limit", "kind.charge_efficiency", "kind.depth_wear[1].cost", "kind.depth_wear[1].up_to", "name", "location"]);
});

test("money and whole numbers of a thermal unit", () => {
  const draft = emptyDraft("ERCOT", "HB_SOUTH", "thermal");
  draft.name = "Gas";
  draft.fields = { min_power: "40", max_power: "120", ramp_up: "4", ramp_down: "6", min_up_minutes: "240", min_down_minutes: "120", marginal_cost: "31.5", no_load_cost: "900", start_up_cost: "5200" };
  expect(contentOf(draft, "USD").content!.kind).toMatchObject({ min_up_minutes: 240, start_up_cost: { amount: "5200", currency: "USD" } });
  draft.fields["min_up_minutes"] = "1.5";
  expect(contentOf(draft, "USD").faults.map((fault) => fault.rule)).toEqual(["a whole number"]);
});

test("a clash names what differs, not what is written differently", () => {
  const [was, mine, theirs] = [draftOf(battery), draftOf(battery), draftOf(battery)];
  theirs.fields["degradation_cost"] = "5";
  theirs.fields["max_soc"] = "18";
  mine.name = "Rio Grande";
  expect(clashes(was, mine, theirs)).toEqual([
    { label: "Name", was: "Rio", mine: "Rio Grande", theirs: "Rio" },
    { label: "Highest allowed", was: "19", mine: "19", theirs: "18" },
  ]);
});

test("two changes go together; where both changed the same field the one written here stands", () => {
  const [was, mine, theirs] = [draftOf(battery), draftOf(battery), draftOf(battery)];
  theirs.fields["max_soc"] = "18";
  theirs.fields["min_soc"] = "2";
  mine.fields["min_soc"] = "3";
  mine.bands = [];
  const both = merged(was, mine, theirs);
  expect([both.fields["max_soc"], both.fields["min_soc"], both.bands.length]).toEqual(["18", "3", 0]);
});
