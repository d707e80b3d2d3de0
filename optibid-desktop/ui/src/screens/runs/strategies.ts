// The engine's strategies in the words of the desk.
import type { StrategySpec } from "$lib/api/types";

type Kind = StrategySpec["kind"];
export interface Strategy {
  kind: Kind;
  name: string;
  text: string;
  /** Whether it draws, so that the seed matters. */
  draws?: boolean;
  /** Whether it bids at the gates of the balancing product too, where one is set. */
  balancing?: boolean;
}

export const STRATEGIES: readonly Strategy[] = [
  { kind: "opportunity_cost", name: "Opportunity cost", text: "Curves priced at what stored energy is worth, around the schedule at the forecast's median" },
  { kind: "self_schedule", name: "Self-schedule", text: "The schedule at the forecast's median, at any price" },
  { kind: "blended", name: "Blended forecast", text: "As the self-schedule, from a mix of several forecasts" },
  { kind: "top_bottom", name: "Top–bottom", text: "Buys the cheapest hours of the forecast, sells the dearest, at any price" },
  { kind: "scenarios", name: "Scenarios", text: "Curves that are best on average over 50 price paths drawn from past forecast errors", draws: true },
  { kind: "policy", name: "Policy", text: "What to do at each price and state of charge, learned from past prices", draws: true, balancing: true },
  { kind: "rolling", name: "Rolling", text: "Plans anew at every gate, for the periods that close", balancing: true },
  { kind: "blocks", name: "Blocks", text: "The forecast's schedule as loops or linked blocks, where the venue takes them" },
  { kind: "perfect_foresight", name: "Perfect foresight", text: "Knows the prices that came: the bound, no strategy" },
];

export const strategyOf = (kind: string): Strategy | undefined => STRATEGIES.find((one) => one.kind === kind);

/** `Top–bottom, 2 h`. */
export const strategyName = (spec: StrategySpec | undefined): string => {
  const known = strategyOf(spec?.kind ?? "opportunity_cost");
  return spec?.kind === "top_bottom" ? `${known?.name}, ${spec.hours} h` : (known?.name ?? spec?.kind ?? "");
};

/** As it stands in an address: `top_bottom.4`. */
export const strategyKey = (spec: StrategySpec): string => (spec.kind === "top_bottom" ? `top_bottom.${spec.hours}` : spec.kind);

export function strategyFrom(key: string): StrategySpec | undefined {
  const [kind = "", hours] = key.split(".");
  if (!strategyOf(kind)) return undefined;
  return kind === "top_bottom" ? { kind, hours: Math.min(12, Math.max(1, Number(hours) || 2)) } : ({ kind } as StrategySpec);
}
