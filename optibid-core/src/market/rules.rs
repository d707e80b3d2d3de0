//! Market rules as dated data: one table, one reader, no rule in code.
//!
//! Every [`RuleRow`] names its market, product, parameter, value, first day of validity,
//! source and [`Confidence`]. [`RuleBook::at`] gathers the rows in force on a delivery day into
//! [`ProductRules`]. A rule that was not verified against a primary text still rejects, and the
//! finding says that it is unverified.

mod admission;
mod book;
mod calendar;
mod gate;
mod row;
mod source;
mod table;

pub use admission::{
    Admissions, BlockForm, BlockRules, OfferKind, Service, ServiceDirection, ServiceDuration,
    ServiceRules,
};
pub use book::{RuleBook, RuleError};
pub use gate::{Anchor, Gate, GateError};
pub use row::{Parameter, RowError, RuleRow, RuleText, Text};
pub use source::{Confidence, Sourced};

use super::{MarketId, MarketZone, ProductId, Resolution};
use crate::unit::{Currency, Power, Price};
use serde::{Deserialize, Serialize};

/// Whether a product clears ahead of the day or close to delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProductKind {
    /// Auction on the day before delivery.
    DayAhead,
    /// Real-time or intraday auction.
    RealTime,
}

impl ProductKind {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::DayAhead, Self::RealTime];

    /// The name used in files and in the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::DayAhead => "day_ahead",
            Self::RealTime => "real_time",
        }
    }
}

/// The forms of curve a venue takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ShapeRule {
    /// Steps only.
    Step,
    /// Straight lines between points only.
    Linear,
    /// Either, by a flag on the offer.
    Either,
}

impl ShapeRule {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Step, Self::Linear, Self::Either];

    /// The name used in files and in the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Step => "step",
            Self::Linear => "linear",
            Self::Either => "either",
        }
    }
}

/// What a step to a higher quantity may do to the price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PriceOrder {
    /// Supply prices may stay or rise with quantity.
    NonDecreasing,
    /// Supply prices must rise with quantity.
    Increasing,
}

impl PriceOrder {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::NonDecreasing, Self::Increasing];

    /// The name used in files and in the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NonDecreasing => "non_decreasing",
            Self::Increasing => "increasing",
        }
    }
}

/// All rules of one product in force on one delivery day.
#[derive(Debug, Clone)]
pub struct ProductRules {
    /// The market.
    pub market: MarketId,
    /// The product.
    pub product: ProductId,
    /// Day-ahead or real-time.
    pub kind: ProductKind,
    /// The market's zone and start of its trading day.
    pub zone: Sourced<MarketZone>,
    /// Currency of prices and settlement.
    pub currency: Sourced<Currency>,
    /// Length of the periods bid for.
    pub interval: Sourced<Resolution>,
    /// Length of the periods settled, where it differs from the bid's.
    pub settlement_interval: Option<Sourced<Resolution>>,
    /// When bids close.
    pub gate: Sourced<Gate>,
    /// Lowest price.
    pub floor: Option<Sourced<Price>>,
    /// Highest price.
    pub cap: Option<Sourced<Price>>,
    /// Price above which the venue verifies cost before it accepts.
    pub soft_cap: Option<Sourced<Price>>,
    /// Price step.
    pub price_tick: Option<Sourced<Price>>,
    /// Quantity step.
    pub quantity_tick: Option<Sourced<Power>>,
    /// Smallest quantity.
    pub min_quantity: Option<Sourced<Power>>,
    /// Fewest points of a curve.
    pub min_points: Option<Sourced<u16>>,
    /// Most points (segments, steps) of a curve.
    pub max_points: Option<Sourced<u16>>,
    /// Steps or lines.
    pub shape: Option<Sourced<ShapeRule>>,
    /// Whether equal prices may follow each other.
    pub price_order: Option<Sourced<PriceOrder>>,
    /// Whether one curve may run from charging to discharging.
    pub storage_curve: Option<Sourced<bool>>,
    /// The kinds of offer it takes.
    pub admits: Admissions,
    /// Smallest quantity of a virtual or spread bid; absent means [`min_quantity`](Self::min_quantity).
    pub virtual_min_quantity: Option<Sourced<Power>>,
    /// Largest magnitude of a spread bid's price.
    pub spread_limit: Option<Sourced<Price>>,
    /// Rules of ancillary-service offers.
    pub services: ServiceRules,
    /// Rules of block orders.
    pub blocks: BlockRules,
}

impl ProductRules {
    /// Whether the venue is known to take a curve from charging to discharging.
    #[must_use]
    pub fn takes_storage_curves(&self) -> bool {
        self.storage_curve.as_ref().is_some_and(|rule| rule.value)
    }
}
