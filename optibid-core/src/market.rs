//! Markets: delivery time, products, locations, prices, rules and gate closures.
//!
//! A market's limits are data, not code: [`rules`] holds one dated table with the source and the
//! confidence of every row, and [`RuleBook::at`](rules::RuleBook::at) reads it for a delivery day.

mod day;
mod key;
mod location;
pub mod locations;
mod period;
mod price;
pub mod rules;
mod table;

pub use day::{DayError, DeliveryDay, MarketZone};
pub use key::{BlockName, KeyError, LocationCode, MarketId, ProductId, ServiceCode};
pub use location::{Location, LocationKind};
pub use period::{DeliveryPeriod, PeriodError, Resolution};
pub use price::{DataOwner, PriceComponents, PriceObservation, PriceSummary, SeriesKey};
pub use table::PriceTable;
