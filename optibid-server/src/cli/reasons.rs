//! Columns for the reasons of moves and of steps.

use super::output::{Column, number, text};
use optibid_core::schedule::{NextBest, ReasonKind};
use optibid_core::unit::Currency;

/// What a part is called: the kind, its name for programs, its heading for people.
type Named = (ReasonKind, &'static str, &'static str);

/// The parts of what a move earns.
pub(super) const OF_MOVES: [Named; 7] = [
    (ReasonKind::StoredEnergy, "stored_energy", "Stored energy"),
    (ReasonKind::EfficiencyLoss, "efficiency_loss", "Loss"),
    (ReasonKind::Wear, "wear", "Wear"),
    (ReasonKind::CycleBudget, "cycle_budget", "Cycle budget"),
    (ReasonKind::GridFee, "grid_fee", "Grid fee"),
    (ReasonKind::Gain, "gain", "Gain"),
    (ReasonKind::Limits, "limits", "Limits"),
];

/// The parts of the price of a step.
pub(super) const OF_STEPS: [Named; 7] = [
    (ReasonKind::StoredEnergy, "stored_energy", "Stored energy"),
    (ReasonKind::EfficiencyLoss, "efficiency_loss", "Loss"),
    (ReasonKind::Wear, "wear", "Wear"),
    (ReasonKind::CycleBudget, "cycle_budget", "Cycle budget"),
    (ReasonKind::GridFee, "grid_fee", "Grid fee"),
    (ReasonKind::RiskPremium, "risk_premium", "Risk premium"),
    (ReasonKind::VenueTick, "venue_tick", "Tick"),
];

/// One column a part, then those of the next-best hour. People are not shown the parts that nothing has.
pub(super) fn columns(kinds: &[Named], currency: Currency) -> impl Iterator<Item = Column> {
    let parts = kinds
        .iter()
        .map(|(_, key, heading)| number(key, heading).sparse());
    parts.chain([
        text("next_best", "Next-best hour"),
        text("next_best_use", "Use"),
        number("next_best_price", &format!("At ({currency}/MWh)")),
    ])
}

/// The cells of the next-best hour: its start, its use, its price.
pub(super) fn next_best(hour: Option<NextBest>) -> [String; 3] {
    let Some(hour) = hour else {
        return [String::new(), String::new(), String::new()];
    };
    let wanted = if hour.sells { "sell" } else { "buy" };
    [
        hour.period.start().to_string(),
        wanted.to_owned(),
        hour.price.to_string(),
    ]
}
