//! The states of a bid.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Where a bid stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BidState {
    /// Being written.
    Draft,
    /// Passed the venue's rules.
    Validated,
    /// On its way to the venue; no answer yet.
    Submitted,
    /// The venue has it.
    Acknowledged,
    /// The venue refused it.
    Rejected,
    /// Awarded in full.
    Cleared,
    /// Awarded in part.
    PartlyCleared,
    /// Awarded nothing.
    NotCleared,
    /// Settled in money.
    Settled,
    /// Taken back.
    Withdrawn,
    /// The gate closed before it was submitted.
    Expired,
    /// The venue's answer never came: only the venue's own evidence leads out of here.
    Unknown,
}

impl BidState {
    /// All states in order of the lifecycle.
    pub const ALL: [Self; 12] = [
        Self::Draft,
        Self::Validated,
        Self::Submitted,
        Self::Acknowledged,
        Self::Rejected,
        Self::Cleared,
        Self::PartlyCleared,
        Self::NotCleared,
        Self::Settled,
        Self::Withdrawn,
        Self::Expired,
        Self::Unknown,
    ];

    /// The name on the wire and in databases.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Validated => "validated",
            Self::Submitted => "submitted",
            Self::Acknowledged => "acknowledged",
            Self::Rejected => "rejected",
            Self::Cleared => "cleared",
            Self::PartlyCleared => "partly_cleared",
            Self::NotCleared => "not_cleared",
            Self::Settled => "settled",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
            Self::Unknown => "unknown",
        }
    }

    /// Whether nothing can follow.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Settled | Self::Withdrawn | Self::Expired)
    }
}

impl fmt::Display for BidState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl std::str::FromStr for BidState {
    type Err = UnknownBidState;
    fn from_str(text: &str) -> Result<Self, UnknownBidState> {
        Self::ALL
            .into_iter()
            .find(|s| s.code() == text)
            .ok_or_else(|| UnknownBidState(text.to_owned()))
    }
}

/// A text that names no state of a bid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a bid state")]
pub struct UnknownBidState(pub String);
