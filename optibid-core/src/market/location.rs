//! Settlement locations.

use super::{LocationCode, MarketId};
use crate::unit::Degrees;
use serde::{Deserialize, Serialize};

/// What a location stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LocationKind {
    /// A pricing node.
    Node,
    /// An average over nodes that contracts refer to.
    Hub,
    /// A load or reference zone.
    Zone,
    /// A bidding area of a zonal market.
    Area,
    /// An interface or proxy to a neighbour.
    Interface,
}

impl LocationKind {
    /// The name used in files and databases.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::Hub => "hub",
            Self::Zone => "zone",
            Self::Area => "area",
            Self::Interface => "interface",
        }
    }
}

/// A place where a market quotes and settles a price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Location {
    /// The market.
    pub market: MarketId,
    /// The market's own code.
    pub code: LocationCode,
    /// What it stands for.
    pub kind: LocationKind,
    /// A name for people.
    pub name: String,
    /// Latitude, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latitude: Option<Degrees>,
    /// Longitude, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub longitude: Option<Degrees>,
}
