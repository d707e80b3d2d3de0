//! Whether a battery can deliver whatever its curves may win.

use crate::error::Violation;
use crate::market::DeliveryPeriod;
use crate::unit::{Money, Power};
use serde::{Deserialize, Serialize};

/// What is awarded in one period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct PeriodAward {
    /// The period.
    pub period: DeliveryPeriod,
    /// Signed power: positive is injection.
    pub quantity: Power,
}

/// Awards that the curves allow and the battery cannot deliver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct AwardBreach {
    /// The limit that breaks, in which period and by how much.
    pub limit: Violation,
    /// The awards up to then, period by period.
    pub awards: Vec<PeriodAward>,
}

/// Whether every pattern of awards can be delivered: any award, partial fills included, that prices between the venue's floor and cap
/// allow, each period on its own. What is bid at the cap or the floor itself is taken to be awarded in full, where both are known.
/// Power, stored energy and a day's cycle budget count; a ramp limit does not, for no curve of one period can keep it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct AwardSafety {
    /// A pattern of awards that breaks a limit; absent when it is proven that none does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breach: Option<AwardBreach>,
    /// What it costs, in expected profit, that the curves were cut until none does or that the schedule is bid at any price in
    /// their place; absent when they stayed as they were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<Money>,
}

impl AwardSafety {
    /// Whether every pattern of awards can be delivered.
    #[must_use]
    pub const fn is_safe(&self) -> bool {
        self.breach.is_none()
    }
}
