//! The states of a rule.

use serde::{Deserialize, Serialize};

/// The three states of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AlertState {
    /// As it should be.
    Normal,
    /// Beyond its limit.
    Active,
    /// Nothing can be seen, which is neither.
    NoData,
}

impl AlertState {
    /// The name on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Active => "active",
            Self::NoData => "no_data",
        }
    }
}

impl std::fmt::Display for AlertState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.code())
    }
}
