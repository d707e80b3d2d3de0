//! The strategies that come with the engine, by name.

use crate::error::Violation;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A strategy of the engine. Its own ones a program hands to the engine directly.
///
/// ```
/// use optibid_core::backtest::StrategySpec;
/// assert_eq!("tb2".parse(), Ok(StrategySpec::TopBottom { hours: 2 }));
/// assert_eq!(StrategySpec::default().to_string(), "opportunity_cost");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(
    tag = "kind",
    rename_all = "snake_case",
    deny_unknown_fields,
    from = "Written"
)]
pub enum StrategySpec {
    /// Bids the best schedule at the prices that come, as a price taker: the bound, no strategy.
    PerfectForesight,
    /// Curves at the opportunity cost of stored energy around the schedule at the forecast's medians.
    #[default]
    OpportunityCost,
    /// The schedule at the forecast's medians at any price.
    SelfSchedule,
    /// Buys the cheapest hours of the forecast and sells the dearest, at any price.
    TopBottom {
        /// Hours on either side, 1 to 12.
        #[cfg_attr(feature = "api", schema(minimum = 1, maximum = 12))]
        hours: u8,
    },
    /// As the self-schedule, from a forecast that mixes several: the best of them day-ahead.
    Blended,
    /// Plans anew at every gate and bids the opportunity cost of stored energy for the periods that close.
    Rolling,
    /// The curves that are best over 50 price paths drawn from past forecast errors; the request's seed draws them.
    Scenarios,
    /// What a policy over stored energy and price states does at each price, estimated from past prices: solved anew at every
    /// gate where gates close through the day, once for an auction on the day before.
    Policy,
    /// The schedule at the forecast's medians as loops or linked blocks, where the venue takes them.
    Blocks,
}

/// The same as it is read: a variant without fields would take any. (With braces, so that unknown ones are refused.)
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum Written {
    PerfectForesight {},
    OpportunityCost {},
    SelfSchedule {},
    TopBottom { hours: u8 },
    Blended {},
    Rolling {},
    Scenarios {},
    Policy {},
    Blocks {},
}

impl From<Written> for StrategySpec {
    fn from(written: Written) -> Self {
        match written {
            Written::PerfectForesight {} => Self::PerfectForesight,
            Written::OpportunityCost {} => Self::OpportunityCost,
            Written::SelfSchedule {} => Self::SelfSchedule,
            Written::TopBottom { hours } => Self::TopBottom { hours },
            Written::Blended {} => Self::Blended,
            Written::Rolling {} => Self::Rolling,
            Written::Scenarios {} => Self::Scenarios,
            Written::Policy {} => Self::Policy,
            Written::Blocks {} => Self::Blocks,
        }
    }
}

/// A text that names no strategy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a strategy ({known})", known = StrategySpec::NAMES)]
pub struct UnknownStrategy(pub String);

impl StrategySpec {
    /// What [`FromStr`] reads.
    pub const NAMES: &'static str = "perfect_foresight, opportunity_cost, self_schedule, blended, rolling, scenarios, policy, blocks, tb1 to tb12";
    /// Most hours on either side of a top-bottom strategy.
    pub const MOST_HOURS: u8 = 12;

    /// Every setting that is out of range, its name under `field`.
    #[must_use]
    pub fn violations(&self, field: &str) -> Vec<Violation> {
        match self {
            Self::TopBottom { hours } if !(1..=Self::MOST_HOURS).contains(hours) => {
                let rule = format!("1 to {}", Self::MOST_HOURS);
                let field = format!("{field}.hours");
                vec![Violation::new("hours_out_of_range", field, hours, rule)]
            }
            _ => Vec::new(),
        }
    }
}

impl fmt::Display for StrategySpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PerfectForesight => f.pad("perfect_foresight"),
            Self::OpportunityCost => f.pad("opportunity_cost"),
            Self::SelfSchedule => f.pad("self_schedule"),
            Self::TopBottom { hours } => f.pad(&format!("tb{hours}")),
            Self::Blended => f.pad("blended"),
            Self::Rolling => f.pad("rolling"),
            Self::Scenarios => f.pad("scenarios"),
            Self::Policy => f.pad("policy"),
            Self::Blocks => f.pad("blocks"),
        }
    }
}

impl FromStr for StrategySpec {
    type Err = UnknownStrategy;

    fn from_str(text: &str) -> Result<Self, UnknownStrategy> {
        let unknown = || UnknownStrategy(text.to_owned());
        Ok(match text {
            "perfect_foresight" => Self::PerfectForesight,
            "opportunity_cost" => Self::OpportunityCost,
            "self_schedule" => Self::SelfSchedule,
            "blended" => Self::Blended,
            "rolling" => Self::Rolling,
            "scenarios" => Self::Scenarios,
            "policy" => Self::Policy,
            "blocks" => Self::Blocks,
            _ => {
                let hours = text.strip_prefix("tb").and_then(|n| n.parse().ok());
                let hours = hours.filter(|hours| (1..=Self::MOST_HOURS).contains(hours));
                Self::TopBottom {
                    hours: hours.ok_or_else(unknown)?,
                }
            }
        })
    }
}
