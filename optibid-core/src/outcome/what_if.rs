//! A bid as drafted, on the prices that are expected for its day.

use super::BidOutcome;
use super::difference::OutcomeDifference;
use super::summary::OutcomeSummary;
use crate::schedule::{OfferMethod, PeriodPrice};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Which prices are expected.
///
/// ```
/// use optibid_core::outcome::PriceBasis;
/// let basis: PriceBasis = serde_json::from_str(r#"{ "kind": "known" }"#)?;
/// assert_eq!(basis, PriceBasis::Known {});
/// assert!(serde_json::from_str::<PriceBasis>(r#"{ "kind": "known", "prices": [] }"#).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum PriceBasis {
    /// The medians of the forecast.
    Forecast {},
    /// The published prices of the day, all of which must be known. The paths stay those of the forecast, from the days before: what
    /// was to be expected.
    Known {},
    /// Prices of one's own for every bid period of the day, or for the shorter periods that fill it, whose mean counts. The paths are
    /// the forecast's, moved to lie around these prices as they lie around its medians.
    Given {
        /// The prices.
        prices: Vec<PeriodPrice>,
    },
}

impl Default for PriceBasis {
    fn default() -> Self {
        Self::Forecast {}
    }
}

/// Where price paths come from. Series, day and these three say which they are: the same ones give the same paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PathSource {
    /// When forecast and paths are made: nothing known later enters. Absent means now; an answer always says when that was. Send
    /// it back, and the next question meets the same prices, without the time it takes to make them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_at: Option<Timestamp>,
    /// Paths drawn, up to 500; 0 asks for no risk. They rest on at most 42 days of past errors.
    #[serde(default = "paths_drawn")]
    #[cfg_attr(
        feature = "api",
        schema(required = false, default = 100, maximum = 500)
    )]
    pub count: u16,
    /// Where the draws start from.
    #[serde(default)]
    #[cfg_attr(feature = "api", schema(required = false, default = 0))]
    pub seed: u64,
}

const fn paths_drawn() -> u16 {
    PathSource::COUNT
}

impl PathSource {
    /// Paths drawn where nothing else is said.
    pub const COUNT: u16 = 100;
    /// Most paths drawn.
    pub const MOST: u16 = OfferMethod::MOST_PATHS;
}

impl Default for PathSource {
    fn default() -> Self {
        Self {
            known_at: None,
            count: Self::COUNT,
            seed: 0,
        }
    }
}

/// What becomes of a bid as drafted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct WhatIf {
    /// Where the paths come from; sent back, the next question meets the same ones.
    pub scenarios: PathSource,
    /// What becomes of the bid.
    pub outcome: BidOutcome,
    /// What becomes of the bid that it is held against, where one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<OutcomeSummary>,
    /// What the bid brings beyond that one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference: Option<OutcomeDifference>,
}
