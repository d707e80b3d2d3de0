//! The terms of a start as text.

use super::numbers::Faults;
use crate::bid::offer::{Commitment, CommitmentTerms, OfferError, StartCost, StartState};
use crate::unit::{Currency, Money, Power, Price};
use serde::{Deserialize, Serialize};

/// The terms of a start as a client writes them: at least one cost.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CommitmentDraft {
    /// Costs of a start, from hot to cold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub start_up: Vec<StartCostDraft>,
    /// Cost of an hour on line, in the bid's currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_load: Option<String>,
    /// Price per MWh of the energy at minimum power; not beside `no_load`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_energy: Option<String>,
    /// Least power on line, in MW.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_power: Option<String>,
    /// Least minutes on line after a start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_up_minutes: Option<u16>,
    /// Least minutes off line after a stop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_down_minutes: Option<u16>,
}

/// The cost of one start as a client writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct StartCostDraft {
    /// How far the plant has cooled.
    pub state: StartState,
    /// Hours off line from which it is in that state.
    pub after_hours: u16,
    /// Cost of the start, in the bid's currency.
    #[cfg_attr(feature = "api", schema(example = "4500.00"))]
    pub cost: String,
}

impl CommitmentDraft {
    /// The terms, or every fault with its field.
    pub(super) fn read(self, currency: Currency) -> Result<Commitment, OfferError> {
        let mut faults = Faults::default();
        let at = |name: &str| format!("commitment.{name}");
        let mut start_up = Vec::with_capacity(self.start_up.len());
        for (i, start) in self.start_up.iter().enumerate() {
            let field = || at(&format!("start_up[{i}].cost"));
            let cost = faults.decimal(Money::parse(&start.cost, currency), field);
            start_up.extend(cost.map(|cost| StartCost {
                state: start.state,
                after_hours: start.after_hours,
                cost,
            }));
        }
        let terms = CommitmentTerms {
            start_up,
            no_load: self
                .no_load
                .and_then(|text| faults.decimal(Money::parse(&text, currency), || at("no_load"))),
            minimum_energy: self
                .minimum_energy
                .and_then(|text| faults.decimal(Price::parse(&text), || at("minimum_energy"))),
            minimum_power: self
                .minimum_power
                .and_then(|text| faults.decimal(Power::parse(&text), || at("minimum_power"))),
            min_up_minutes: self.min_up_minutes,
            min_down_minutes: self.min_down_minutes,
        };
        Commitment::new(faults.or(terms)?)
    }
}

impl From<&Commitment> for CommitmentDraft {
    fn from(commitment: &Commitment) -> Self {
        let terms = commitment.terms();
        let start = |start: &StartCost| StartCostDraft {
            state: start.state,
            after_hours: start.after_hours,
            cost: start.cost.to_string(),
        };
        Self {
            start_up: terms.start_up.iter().map(start).collect(),
            no_load: terms.no_load.map(|cost| cost.to_string()),
            minimum_energy: terms.minimum_energy.map(|price| price.to_string()),
            minimum_power: terms.minimum_power.map(|power| power.to_string()),
            min_up_minutes: terms.min_up_minutes,
            min_down_minutes: terms.min_down_minutes,
        }
    }
}
