//! What a bid brings beyond another on the same prices.

use super::risk::OutcomeRisk;
use super::summary::OutcomeSummary;
use crate::unit::{Money, Ratio, Rounding};
use serde::{Deserialize, Serialize};

/// What a bid brings beyond another at the same expected prices: each figure less the other's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct OutcomeDifference {
    /// More revenue.
    pub revenue: Money,
    /// More wear.
    pub wear: Money,
    /// More net.
    pub net: Money,
    /// Over the price paths; absent without paths.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk: Option<RiskDifference>,
}

/// What a bid brings beyond another over the same price paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct RiskDifference {
    /// Of the means.
    pub mean: Money,
    /// Of the quantiles at 5 %.
    pub p5: Money,
    /// Of the medians.
    pub p50: Money,
    /// Of the quantiles at 95 %.
    pub p95: Money,
    /// Of the means of the worst 5 %.
    pub cvar: Money,
    /// Share of the paths on which the bid nets more than the other.
    pub better: Ratio,
    /// Share of the paths on which it nets less.
    pub worse: Ratio,
}

impl OutcomeDifference {
    /// The bid's figures less the other's; none where currencies differ, one has paths and the other has not, or they have not as
    /// many.
    #[must_use]
    pub fn of(bid: &OutcomeSummary, other: &OutcomeSummary) -> Option<Self> {
        let risk = match (&bid.risk, &other.risk) {
            (Some(bid), Some(other)) => Some(RiskDifference::of(bid, other)?),
            (None, None) => None,
            _ => return None,
        };
        Some(Self {
            revenue: bid.totals.revenue.checked_sub(other.totals.revenue)?,
            wear: bid.totals.wear.checked_sub(other.totals.wear)?,
            net: bid.totals.net.checked_sub(other.totals.net)?,
            risk,
        })
    }
}

impl RiskDifference {
    fn of(bid: &OutcomeRisk, other: &OutcomeRisk) -> Option<Self> {
        let count = i128::try_from(bid.nets.len()).ok()?;
        if bid.nets.len() != other.nets.len() {
            return None;
        }
        let share = |wins: fn(i64, i64) -> bool| {
            let pairs = bid.nets.iter().zip(&other.nets);
            let won = pairs.filter(|(a, b)| wins(a.minor(), b.minor())).count();
            let part = i128::try_from(won).ok()? * i128::from(Ratio::ONE.ppm());
            let ppm = i64::try_from(Rounding::HalfEven.div(part, count)).ok()?;
            Some(Ratio::from_ppm(ppm))
        };
        Some(Self {
            mean: bid.mean.checked_sub(other.mean)?,
            p5: bid.p5.checked_sub(other.p5)?,
            p50: bid.p50.checked_sub(other.p50)?,
            p95: bid.p95.checked_sub(other.p95)?,
            cvar: bid.cvar.checked_sub(other.cvar)?,
            better: share(|a, b| a > b)?,
            worse: share(|a, b| a < b)?,
        })
    }
}
