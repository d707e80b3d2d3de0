//! The terms on which a plant is started and kept at its minimum.
//!
//! A unit's start costs more the longer it has cooled. Markets take up to three costs with the hours
//! off line at which the warmer state ends: ERCOT's `StartupCost` has hot, intermediate and cold (EWS
//! XSD), as have MISO's schedule offers; NYISO takes a curve by hours off line. The second part is the
//! cost of running at minimum, as an amount an hour (no-load, PJM and MISO) or as a price of the energy
//! at minimum (ERCOT's `MinimumEnergy`).

use super::entry::{OfferError, none_of};
use crate::error::Violation;
use crate::unit::{Money, Power, Price};
use serde::{Deserialize, Serialize};

/// How far a plant has cooled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum StartState {
    /// Just off line.
    Hot,
    /// In between; also called warm.
    Intermediate,
    /// Cooled down.
    Cold,
}

impl StartState {
    /// The name on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Hot => "hot",
            Self::Intermediate => "intermediate",
            Self::Cold => "cold",
        }
    }
}

/// The cost of one start from one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StartCost {
    /// The state.
    pub state: StartState,
    /// Hours off line from which the plant is in it.
    pub after_hours: u16,
    /// Cost of the start, in the bid's currency.
    pub cost: Money,
}

/// The terms as they are written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommitmentTerms {
    /// Costs of a start, from hot to cold.
    pub start_up: Vec<StartCost>,
    /// Cost of an hour on line, whatever is produced.
    pub no_load: Option<Money>,
    /// Price per MWh of the energy at minimum power.
    pub minimum_energy: Option<Price>,
    /// Least power on line (low sustained limit), in MW.
    pub minimum_power: Option<Power>,
    /// Least minutes on line after a start.
    pub min_up_minutes: Option<u16>,
    /// Least minutes off line after a stop.
    pub min_down_minutes: Option<u16>,
}

/// Terms that hold together.
///
/// ```
/// use optibid_core::bid::{Commitment, CommitmentTerms, StartCost, StartState};
/// use optibid_core::unit::{Currency, Money};
/// let start = |state, after_hours, cost| StartCost {
///     state, after_hours, cost: Money::from_minor(cost, Currency::Usd),
/// };
/// let terms = |cold| CommitmentTerms {
///     start_up: vec![start(StartState::Hot, 0, 500_000), start(StartState::Cold, 12, cold)],
///     ..CommitmentTerms::default()
/// };
/// assert!(Commitment::new(terms(900_000)).is_ok());
/// let error = Commitment::new(terms(400_000)).unwrap_err();
/// assert_eq!(error.0[0].code, "start_cost_falls");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commitment(CommitmentTerms);

impl Commitment {
    /// Checks the terms.
    ///
    /// # Errors
    /// Names every fault under `commitment`: no cost at all, states out of order, hours that do not
    /// rise, a start that gets cheaper as the plant cools, a negative cost or minimum, both ways of
    /// stating the cost at minimum, a price of the energy at minimum without the minimum.
    pub fn new(terms: CommitmentTerms) -> Result<Self, OfferError> {
        let mut faults = start_faults(&terms.start_up);
        faults.extend(minimum_faults(&terms));
        if terms.start_up.is_empty() && terms.no_load.is_none() && terms.minimum_energy.is_none() {
            let rule = "has a start-up cost, a no-load cost or a price of minimum energy; a curve alone \
                        is an offer of kind curve";
            faults.push(Violation::new("commitment_empty", "commitment", "", rule));
        }
        none_of(faults).map(|()| Self(terms))
    }

    /// The terms.
    #[must_use]
    pub const fn terms(&self) -> &CommitmentTerms {
        &self.0
    }
}

fn start_faults(starts: &[StartCost]) -> Vec<Violation> {
    let mut faults = Vec::new();
    let at = |i: usize, name: &str| format!("commitment.start_up[{i}].{name}");
    for (i, start) in starts.iter().enumerate() {
        if start.cost.minor() < 0 {
            let field = at(i, "cost");
            faults.push(Violation::new(
                "negative_cost",
                field,
                start.cost,
                "not below 0",
            ));
        }
    }
    for (i, (before, start)) in starts.iter().zip(starts.iter().skip(1)).enumerate() {
        let i = i + 1;
        if start.state <= before.state {
            let rule = "states run hot, intermediate, cold, each at most once";
            let field = at(i, "state");
            faults.push(Violation::new(
                "start_order",
                field,
                start.state.code(),
                rule,
            ));
        }
        if start.after_hours <= before.after_hours {
            let rule = format!("must be above the hours before it ({})", before.after_hours);
            let field = at(i, "after_hours");
            faults.push(Violation::new(
                "start_hours",
                field,
                start.after_hours,
                rule,
            ));
        }
        if start.cost.minor() < before.cost.minor() {
            let rule = format!("a colder start costs no less than {}", before.cost);
            let field = at(i, "cost");
            faults.push(Violation::new("start_cost_falls", field, start.cost, rule));
        }
    }
    faults
}

fn minimum_faults(terms: &CommitmentTerms) -> Vec<Violation> {
    let mut faults = Vec::new();
    let mut note = |code: &str, field: &str, value: String, rule: &str| {
        faults.push(Violation::new(
            code,
            format!("commitment.{field}"),
            value,
            rule,
        ));
    };
    if let Some(cost) = terms.no_load.filter(|cost| cost.minor() < 0) {
        note("negative_cost", "no_load", cost.to_string(), "not below 0");
    }
    if let Some(price) = terms.minimum_energy {
        if price < Price::ZERO {
            note(
                "negative_cost",
                "minimum_energy",
                price.to_string(),
                "not below 0",
            );
        }
        if terms.minimum_power.is_none() {
            let rule = "the price is that of the energy at minimum_power, which is missing";
            note("minimum_power", "minimum_energy", price.to_string(), rule);
        }
        if terms.no_load.is_some() {
            let rule = "the cost at minimum is stated once: no_load or minimum_energy";
            note(
                "two_minimum_costs",
                "minimum_energy",
                price.to_string(),
                rule,
            );
        }
    }
    if let Some(power) = terms.minimum_power.filter(|power| *power < Power::ZERO) {
        note(
            "minimum_power",
            "minimum_power",
            power.to_string(),
            "not below 0 MW",
        );
    }
    faults
}
