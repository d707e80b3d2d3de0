//! Lines of a settlement statement.

use crate::id::AwardId;
use crate::market::{DeliveryPeriod, ProductId};
use crate::unit::{Energy, Money, Price};
use serde::{Deserialize, Serialize};

/// What a line is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    /// Awarded energy at the price of its award.
    DayAheadEnergy,
    /// Metered less awarded energy at the real-time price.
    RealTimeImbalance,
    /// A fee per MWh.
    Fees,
    /// Wear of the battery: for information, nobody is paid.
    Degradation,
}

impl LineKind {
    /// Whether money moves: only cash lines enter the total.
    #[must_use]
    pub const fn is_cash(self) -> bool {
        match self {
            Self::DayAheadEnergy | Self::RealTimeImbalance | Self::Fees => true,
            Self::Degradation => false,
        }
    }

    /// The name on the wire and in databases.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::DayAheadEnergy => "day_ahead_energy",
            Self::RealTimeImbalance => "real_time_imbalance",
            Self::Fees => "fees",
            Self::Degradation => "degradation",
        }
    }
}

/// One line: `price x energy`, rounded so that all lines add up (within one minor unit of exact).
///
/// Costs carry a negative price, so that the product holds for every kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct SettlementLine {
    /// What it is for.
    pub kind: LineKind,
    /// The product whose price it is at; none for fees and wear.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<ProductId>,
    /// The award it settles, where it settles one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub award: Option<AwardId>,
    /// The name of the fee, for fees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The period.
    pub period: DeliveryPeriod,
    /// The energy; positive is injection, for fees and wear a magnitude.
    pub energy: Energy,
    /// The price; negative for fees and wear.
    pub price: Price,
    /// The amount; positive is received.
    pub amount: Money,
}
