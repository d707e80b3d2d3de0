//! Assets: batteries, solar and wind plants, thermal plants and loads, with their limits, their
//! availability and what they measure.
//!
//! | type | holds |
//! | --- | --- |
//! | [`Asset`] | identity, place and [`AssetKind`] of one battery, plant or load |
//! | [`AssetContent`] | what a person writes of it; checked as a whole, every fault named |
//! | [`Battery`], [`Renewable`], [`Thermal`], [`Load`] | the limits and costs of each kind |
//! | [`Availability`] | a window in which only a share of the capacity is there |
//! | [`Telemetry`] | one measured sample |

mod availability;
mod battery;
mod check;
mod kind;
mod model;
mod plant;
mod telemetry;

pub use availability::{Availability, available_share, available_shares};
pub use battery::{Battery, DepthWear};
pub use kind::AssetKind;
pub use model::{Asset, AssetContent, NewAsset};
pub use plant::{Load, Renewable, Thermal};
pub use telemetry::Telemetry;
