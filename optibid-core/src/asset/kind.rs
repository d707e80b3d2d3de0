//! The kinds of asset.

#[cfg(feature = "api")]
mod schema;

use super::battery::Battery;
use super::plant::{Load, Renewable, Thermal};
use crate::error::Violation;
use crate::unit::Power;
use serde::{Deserialize, Serialize};

/// What an asset is, with the limits and costs of its kind.
///
/// ```
/// use optibid_core::asset::AssetKind;
/// use optibid_core::unit::Power;
/// let kind: AssetKind = serde_json::from_str(r#"{"type": "wind", "capacity": "45.5"}"#)?;
/// assert_eq!(kind.code(), "wind");
/// assert_eq!(kind.power_range(), (Power::ZERO, Power::from_kilowatts(45_500)));
/// let unknown = r#"{"type": "wind", "capacity": "45.5", "blades": "3"}"#;
/// assert!(serde_json::from_str::<AssetKind>(unknown).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum AssetKind {
    /// A battery.
    Battery(Battery),
    /// A solar plant.
    Solar(Renewable),
    /// A wind plant.
    Wind(Renewable),
    /// A thermal plant.
    Thermal(Thermal),
    /// A load.
    Load(Load),
}

impl AssetKind {
    /// The name on the wire and in databases.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Battery(_) => "battery",
            Self::Solar(_) => "solar",
            Self::Wind(_) => "wind",
            Self::Thermal(_) => "thermal",
            Self::Load(_) => "load",
        }
    }

    /// The battery, if it is one.
    #[must_use]
    pub const fn battery(&self) -> Option<&Battery> {
        match self {
            Self::Battery(battery) => Some(battery),
            Self::Solar(_) | Self::Wind(_) | Self::Thermal(_) | Self::Load(_) => None,
        }
    }

    /// Largest withdrawal (zero or negative) and largest injection (zero or positive).
    #[must_use]
    pub const fn power_range(&self) -> (Power, Power) {
        match self {
            Self::Battery(b) => (b.charge_limit.reversed(), b.discharge_limit),
            Self::Solar(r) | Self::Wind(r) => (Power::ZERO, r.capacity),
            Self::Thermal(t) => (Power::ZERO, t.max_power),
            Self::Load(l) => (l.max_power.reversed(), Power::ZERO),
        }
    }

    /// Every broken rule, with fields named under `path`.
    #[must_use]
    pub fn violations(&self, path: &str) -> Vec<Violation> {
        match self {
            Self::Battery(battery) => battery.violations(path),
            Self::Solar(plant) | Self::Wind(plant) => plant.violations(path),
            Self::Thermal(plant) => plant.violations(path),
            Self::Load(load) => load.violations(path),
        }
    }
}
