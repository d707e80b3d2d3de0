//! What can be wrong with a battery or with what is asked of it.

use thiserror::Error;

/// A parameter of a battery breaks a rule.
///
/// Names the field as it is spelt in [`Parameters`](super::Parameters), the value found and the rule it breaks.
#[derive(Clone, Debug, Error, PartialEq)]
#[error("{field} is {value}, but must be {rule}")]
pub struct ModelError {
    /// The field of [`Parameters`](super::Parameters).
    pub field: &'static str,
    /// The value found there.
    pub value: f64,
    /// The rule it breaks, as the end of the sentence "must be ...".
    pub rule: String,
}

/// Which of the two power limits is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Energy drawn from the grid.
    Charge,
    /// Energy fed into the grid.
    Discharge,
}

impl std::fmt::Display for Side {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Charge => "charge",
            Self::Discharge => "discharge",
        })
    }
}

/// A horizon cannot be optimised.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum SolveError {
    /// The price slice is empty.
    #[error("the horizon has no periods")]
    NoPeriods,
    /// A price is NaN, infinite, or so large that sums would lose all meaning.
    #[error(
        "the price of period {period} is {value}, but must be finite and between -1e12 and 1e12"
    )]
    InvalidPrice {
        /// Index of the period, from 0.
        period: usize,
        /// The price found.
        value: f64,
    },
    /// A slice of power limits has another length than the prices.
    #[error("{found} {side} limits for {expected} periods")]
    LimitCount {
        /// Which limits.
        side: Side,
        /// Number of prices.
        expected: usize,
        /// Number of limits.
        found: usize,
    },
    /// A power limit is NaN, infinite or negative.
    #[error(
        "the {side} limit of period {period} is {value} MW, but must be finite and not negative"
    )]
    InvalidLimit {
        /// Which limit.
        side: Side,
        /// Index of the period, from 0.
        period: usize,
        /// The limit found, MW.
        value: f64,
    },
    /// Charging at full power in every period does not reach the terminal target.
    #[error(
        "the target of {target_mwh} MWh cannot be reached: at most {reachable_mwh} MWh at the end"
    )]
    TargetUnreachable {
        /// The least energy asked for at the end, MWh.
        target_mwh: f64,
        /// The most that can be stored at the end, MWh.
        reachable_mwh: f64,
    },
    /// The stored energy falls below its minimum even at full charge power: through the standing loss, or because the
    /// minimum rises too fast.
    #[error(
        "the minimum of {minimum_mwh} MWh cannot be held: at most {reachable_mwh} MWh after period {period}"
    )]
    MinimumUnreachable {
        /// Index of the first period after which the minimum cannot be held.
        period: usize,
        /// The least energy that must be stored, MWh.
        minimum_mwh: f64,
        /// The most that can be stored then, MWh.
        reachable_mwh: f64,
    },
    /// A slice of limits of the stored energy has another length than the prices.
    #[error("{found} limits of the stored energy for {expected} periods")]
    SocLimitCount {
        /// Number of prices.
        expected: usize,
        /// Number of limits.
        found: usize,
    },
    /// The limits of the stored energy after a period, each joined with the battery's own, are NaN or leave nothing between
    /// them.
    #[error(
        "the stored energy after period {period} must be at least {minimum_mwh} and at most {maximum_mwh} MWh"
    )]
    EmptySocRange {
        /// Index of the period, from 0.
        period: usize,
        /// The least energy allowed, MWh.
        minimum_mwh: f64,
        /// The most energy allowed, MWh.
        maximum_mwh: f64,
    },
    /// The maximum falls faster than the battery can discharge.
    #[error(
        "the maximum of {maximum_mwh} MWh cannot be kept: at least {reachable_mwh} MWh after period {period}"
    )]
    MaximumUnreachable {
        /// Index of the first period after which the maximum cannot be kept.
        period: usize,
        /// The most energy that may be stored, MWh.
        maximum_mwh: f64,
        /// The least that can be stored then, MWh.
        reachable_mwh: f64,
    },
    /// The value of the energy left over rises faster to the right somewhere, which only
    /// [`Method::Exact`](super::Method::Exact) can work with.
    #[error("the value of the energy left over is not concave")]
    NotConcave,
    /// A limit on discharging is NaN or negative.
    #[error("the limit on discharging of {} is {value} MWh, but must not be negative", budget_of(*group))]
    InvalidBudget {
        /// Index of the group, from 0; none for the whole horizon.
        group: Option<usize>,
        /// The limit found, MWh.
        value: f64,
    },
    /// There are not as many limits on discharging as groups of periods.
    #[error("{limits} limits on discharging for {groups} groups of periods")]
    BudgetCount {
        /// Number of groups.
        groups: usize,
        /// Number of limits.
        limits: usize,
    },
    /// The groups of periods do not add up to the horizon.
    #[error("the groups cover {covered} periods, but the horizon has {periods}")]
    BudgetCover {
        /// Periods in all groups.
        covered: usize,
        /// Periods in the horizon.
        periods: usize,
    },
    /// More must be discharged, to keep the limits of the stored energy, than a limit on discharging allows.
    #[error("{} must discharge {least_mwh} MWh, but may only {limit_mwh}", budget_of(*group))]
    BudgetUnreachable {
        /// Index of the group, from 0; none for the whole horizon.
        group: Option<usize>,
        /// The limit, MWh.
        limit_mwh: f64,
        /// What is discharged at a price that forbids it, MWh.
        least_mwh: f64,
    },
    /// The search for a schedule that never charges and discharges at once was given up before it found one.
    #[error("no schedule without charging and discharging at once found among {nodes} relaxations")]
    NotFound {
        /// Relaxations solved.
        nodes: usize,
    },
    /// The exact value of stored energy has more pieces than memory and time should be spent on.
    ///
    /// Pieces multiply where prices below the cost of doing both at once meet limits that differ from
    /// period to period, in a store that takes long to fill.
    #[error(
        "the value of stored energy before period {period} has {pieces} pieces, more than {most}"
    )]
    TooManyPieces {
        /// Index of the period.
        period: usize,
        /// The pieces.
        pieces: usize,
        /// The most that are allowed.
        most: usize,
    },
}

fn budget_of(group: Option<usize>) -> String {
    group.map_or_else(|| "the horizon".into(), |group| format!("group {group}"))
}
