//! Spread bids as text.

use super::numbers::Faults;
use crate::bid::offer::{OfferError, SpreadPeriod};
use crate::market::DeliveryPeriod;
use crate::unit::{Power, Price};
use serde::{Deserialize, Serialize};

/// The bid for one period as a client writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SpreadDraft {
    /// The period.
    pub period: DeliveryPeriod,
    /// Power from source to sink in MW, above zero.
    #[cfg_attr(feature = "api", schema(example = "5"))]
    pub quantity: String,
    /// The most that is paid per MWh for the price at the sink less that at the source.
    #[cfg_attr(feature = "api", schema(example = "12.50"))]
    pub max_price: String,
}

/// The bids of all periods, or every fault.
pub(super) fn read(drafts: Vec<SpreadDraft>) -> Result<Vec<SpreadPeriod>, OfferError> {
    let mut faults = Faults::default();
    let mut periods = Vec::with_capacity(drafts.len());
    for (i, draft) in drafts.into_iter().enumerate() {
        let at = |name| format!("spreads[{i}].{name}");
        let quantity = faults.decimal(Power::parse(&draft.quantity), || at("quantity"));
        let price = faults.decimal(Price::parse(&draft.max_price), || at("max_price"));
        let both = quantity.zip(price);
        periods.extend(both.map(|(quantity, max_price)| SpreadPeriod {
            period: draft.period,
            quantity,
            max_price,
        }));
    }
    faults.or(periods)
}

impl From<&SpreadPeriod> for SpreadDraft {
    fn from(entry: &SpreadPeriod) -> Self {
        Self {
            period: entry.period,
            quantity: entry.quantity.to_string(),
            max_price: entry.max_price.to_string(),
        }
    }
}
