//! The sums of an outcome.

use super::risk::OutcomeRisk;
use super::{BidOutcome, OutcomeTotals};
use serde::{Deserialize, Serialize};

/// The sums of an outcome, without its periods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct OutcomeSummary {
    /// Sums over the day at the expected prices.
    pub totals: OutcomeTotals,
    /// What the price paths come to; absent without paths.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk: Option<OutcomeRisk>,
}

impl From<BidOutcome> for OutcomeSummary {
    fn from(outcome: BidOutcome) -> Self {
        Self {
            totals: outcome.totals,
            risk: outcome.risk,
        }
    }
}
