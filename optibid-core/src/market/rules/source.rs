//! Where a rule comes from and how well it is known.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// How well a rule is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Stated by a document of the market or its regulator.
    Verified,
    /// Seen in the market's published data.
    Observed,
    /// Common knowledge that no source at hand confirms: check with the market before relying on it.
    Unverified,
}

impl Confidence {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Verified, Self::Observed, Self::Unverified];

    /// The name used in files and in the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Observed => "observed",
            Self::Unverified => "unverified",
        }
    }
}

/// A rule's value with where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// The document or data it was read from.
    pub source: Cow<'static, str>,
    /// First delivery day it holds for.
    pub valid_from: Date,
    /// How well it is known.
    pub confidence: Confidence,
}

impl<T> Sourced<T> {
    /// The source, marked when the rule is not verified: what a finding quotes.
    #[must_use]
    pub fn citation(&self) -> String {
        match self.confidence {
            Confidence::Verified => self.source.clone().into_owned(),
            Confidence::Observed => format!("{} (observed)", self.source),
            Confidence::Unverified => format!("{} (unverified)", self.source),
        }
    }
}
