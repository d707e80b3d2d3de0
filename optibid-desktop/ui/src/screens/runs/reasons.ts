// The reasons of a schedule's moves: their names, their sums, and their table.
import type { MoveReasons, ReasonKind } from "$lib/api/types";
import type { WaterfallRow } from "$lib/chart/waterfall";
import type { Cell } from "$lib/csv";
import { sum } from "$lib/format";

export const REASONS: Record<ReasonKind, { label: string; note: string }> = {
  stored_energy: { label: "Stored energy", note: "What the energy is worth in the store: what it could earn in its next best hour." },
  efficiency_loss: { label: "Efficiency loss", note: "What is lost on the way in or out." },
  wear: { label: "Wear", note: "The cost of degradation of energy discharged." },
  cycle_budget: { label: "Cycle budget", note: "What a cycle of the budget would earn elsewhere." },
  grid_fee: { label: "Grid fee", note: "Fees for energy drawn or fed in." },
  risk_premium: { label: "Risk premium", note: "What is asked for more because prices may come out otherwise." },
  venue_tick: { label: "Venue's tick", note: "Rounding to the venue's price step." },
  gain: { label: "Gain", note: "What the move earns beyond all of that." },
  limits: { label: "Limits", note: "Forced by a limit of power, energy or ramp." },
};
const ORDER = Object.keys(REASONS) as ReasonKind[];

/** The kinds that occur, in one order. */
export const kindsOf = (moves: readonly MoveReasons[]): ReasonKind[] => ORDER.filter((kind) => moves.some((move) => move.parts.some((part) => part.kind === kind)));

export const partOf = (move: MoveReasons, kind: ReasonKind): string | undefined => {
  const found = move.parts.filter((part) => part.kind === kind).map((part) => part.amount.amount);
  return found.length ? sum(found) : undefined;
};

/** Parts of some moves up to their revenue. */
export function fallOfMoves(moves: readonly MoveReasons[]): WaterfallRow[] {
  return [
    ...kindsOf(moves).map((kind) => ({ label: REASONS[kind].label, note: REASONS[kind].note, amount: sum(moves.flatMap((move) => partOf(move, kind) ?? [])) })),
    { label: "Revenue", amount: sum(moves.map((move) => move.revenue.amount)), total: true, note: "Price times energy: positive is received." },
  ];
}

export function movesCsv(moves: readonly MoveReasons[]): Cell[][] {
  const kinds = kindsOf(moves);
  return [
    ["start", "resolution", "energy_mwh", "price", "revenue", ...kinds, "next_best_start", "next_best_price", "currency"],
    ...moves.map((move): Cell[] => [move.period.start, move.period.resolution, move.energy, move.price, move.revenue.amount, ...kinds.map((kind) => partOf(move, kind)), move.next_best?.period.start, move.next_best?.price, move.revenue.currency]),
  ];
}
