//! What a rule watches, and when a reading of it breaks the limit.

use super::limits::{AlertSide, Limits, Verdict};
use super::reading::Figure;
use super::state::AlertState;
use crate::error::Violation;
use crate::id::AssetId;
use crate::market::{MarketId, ProductId, SeriesKey};
use crate::unit::{Energy, Money, Price};
use serde::{Deserialize, Serialize};

/// What a rule watches. Without `reset` the dead band is 2 % of the limit, and at least 1 per MWh, 0.01 MWh or
/// 1 of the currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum AlertCondition {
    /// The price of the newest period that has begun; no data when that period ended more than two hours ago.
    Price {
        /// The series.
        series: SeriesKey,
        /// The alarming side.
        when: AlertSide,
        /// The limit.
        limit: Price,
        /// The level at which it is normal again, on the other side of the limit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reset: Option<Price>,
    },
    /// One price less another, in the newest period that has begun and that both have.
    Spread {
        /// The series that counts.
        series: SeriesKey,
        /// The series that is taken from it.
        less: SeriesKey,
        /// The alarming side.
        when: AlertSide,
        /// The limit.
        limit: Price,
        /// The level at which it is normal again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reset: Option<Price>,
    },
    /// The state of charge of a battery in MWh; no data when the newest sample is older than an hour.
    StateOfCharge {
        /// The battery.
        asset: AssetId,
        /// The alarming side.
        when: AlertSide,
        /// The limit.
        limit: Energy,
        /// The level at which it is normal again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reset: Option<Energy>,
    },
    /// The next gate of a product closes soon.
    GateClosure {
        /// The market.
        market: MarketId,
        /// The product.
        product: ProductId,
        /// How soon is soon, in minutes.
        within_minutes: u32,
        /// Only while the organisation has no bid for that delivery day at the venue.
        #[serde(default)]
        unless_submitted: bool,
    },
    /// The newest price of a series became known too long ago; no data when there never was one.
    DataAge {
        /// The series.
        series: SeriesKey,
        /// How old is too old, in minutes.
        older_than_minutes: u32,
    },
    /// The newest sample of an asset was measured too long ago; no data when there never was one.
    TelemetryAge {
        /// The asset.
        asset: AssetId,
        /// How old is too old, in minutes.
        older_than_minutes: u32,
    },
    /// The job that ended last has failed, or one has been waiting and running too long.
    Job {
        /// Only jobs of this kind: `backtest`, `optimisation`, `explanation`, `offer`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        job_kind: Option<String>,
        /// How long is too long, in minutes; absent means any time is fine.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        longer_than_minutes: Option<u32>,
    },
    /// Net profit of the settled delivery days among the last so many, today included; no data when none is settled.
    Profit {
        /// The market.
        market: MarketId,
        /// How many delivery days, 1 to 366.
        days: u16,
        /// The alarming side.
        when: AlertSide,
        /// The limit, in the currency that is summed.
        limit: Money,
        /// The level at which it is normal again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reset: Option<Money>,
    },
    /// A service that is configured does not answer; no data when the one that is named is not configured.
    Service {
        /// Only this one, such as `redis`; absent means any. The database is watched from outside: alarms are kept in it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        service: Option<String>,
    },
}

impl AlertCondition {
    /// Longest span of minutes that a condition can name: a year.
    pub const MAX_MINUTES: u32 = 527_040;

    /// The name of the kind.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Price { .. } => "price",
            Self::Spread { .. } => "spread",
            Self::StateOfCharge { .. } => "state_of_charge",
            Self::GateClosure { .. } => "gate_closure",
            Self::DataAge { .. } => "data_age",
            Self::TelemetryAge { .. } => "telemetry_age",
            Self::Job { .. } => "job",
            Self::Profit { .. } => "profit",
            Self::Service { .. } => "service",
        }
    }

    /// The limit in words: `above 200.00 per MWh`.
    #[must_use]
    pub fn limit_in_words(&self) -> String {
        match self {
            Self::Price { when, limit, .. } | Self::Spread { when, limit, .. } => {
                format!("{} {limit} per MWh", when.word())
            }
            Self::StateOfCharge { when, limit, .. } => format!("{} {limit} MWh", when.word()),
            Self::GateClosure { within_minutes, .. } => {
                format!("within {}", minutes(*within_minutes))
            }
            Self::DataAge {
                older_than_minutes, ..
            }
            | Self::TelemetryAge {
                older_than_minutes, ..
            } => format!("older than {}", minutes(*older_than_minutes)),
            Self::Job { .. } => "failed or too long".to_owned(),
            Self::Profit { when, limit, .. } => {
                format!("{} {limit} {}", when.word(), limit.currency())
            }
            Self::Service { .. } => "unavailable".to_owned(),
        }
    }

    /// The state that a reading points to from normal, whatever the hold-offs.
    #[must_use]
    pub fn points_to(&self, figure: Figure) -> AlertState {
        match self.judge(figure) {
            Verdict::Alarming => AlertState::Active,
            Verdict::DeadBand | Verdict::Normal => AlertState::Normal,
            Verdict::Missing => AlertState::NoData,
        }
    }

    /// A level as a decimal with its unit.
    #[must_use]
    pub fn level(&self, level: i64) -> (String, String) {
        match self {
            Self::StateOfCharge { .. } => {
                let energy = Energy::from_kilowatt_seconds(level);
                (energy.to_string(), "MWh".to_owned())
            }
            Self::Profit { limit, .. } => {
                let money = Money::from_minor(level, limit.currency());
                (money.to_string(), limit.currency().to_string())
            }
            Self::Price { .. } | Self::Spread { .. } => {
                let price = Price::from_micros(level);
                (price.to_string(), "per MWh".to_owned())
            }
            _ => (level.to_string(), "s".to_owned()),
        }
    }

    /// Every broken rule, with fields named under `path`.
    #[must_use]
    pub fn violations(&self, path: &str) -> Vec<Violation> {
        let mut found = Vec::new();
        if self.limits().is_some_and(|limits| !limits.has_band()) && !self.is_age() {
            let rule = "must be on the other side of the limit, so that a figure at the limit does not tremble";
            let reset = self.reset_in_words();
            found.push(Violation::new(
                "reset",
                format!("{path}.reset"),
                reset,
                rule,
            ));
        }
        for (field, minutes) in self.minutes() {
            if !(1..=Self::MAX_MINUTES).contains(&minutes) {
                let rule = format!("must be from 1 to {}", Self::MAX_MINUTES);
                found.push(Violation::new(
                    "minutes",
                    format!("{path}.{field}"),
                    minutes,
                    rule,
                ));
            }
        }
        match self {
            Self::Profit { days, .. } if !(1..=366).contains(days) => {
                let rule = "must be from 1 to 366";
                found.push(Violation::new("days", format!("{path}.days"), days, rule));
            }
            Self::Profit {
                limit,
                reset: Some(reset),
                ..
            } if limit.currency() != reset.currency() => {
                let rule = format!("must be in the currency of the limit, {}", limit.currency());
                let field = format!("{path}.reset.currency");
                found.push(Violation::new("currency", field, reset.currency(), rule));
            }
            Self::Spread { series, less, .. } if series == less => {
                let field = format!("{path}.less");
                found.push(Violation::new(
                    "same_series",
                    field,
                    less,
                    "must be another series",
                ));
            }
            _ => {}
        }
        found
    }

    /// Where a figure stands.
    pub(super) fn judge(&self, figure: Figure) -> Verdict {
        match (figure, self.limits()) {
            (Figure::Missing, _) | (Figure::Level(_), None) => Verdict::Missing,
            (Figure::Holds(true), _) => Verdict::Alarming,
            (Figure::Holds(false), _) => Verdict::Normal,
            (Figure::Level(level), Some(limits)) => limits.judge(level),
        }
    }

    /// How long a reading must stay normal beyond the hold-off, in seconds: data that come just too late each time are new for
    /// almost as long as the limit. None where it ends at once.
    pub(super) fn settling_seconds(&self) -> Option<i64> {
        match self {
            Self::DataAge {
                older_than_minutes, ..
            }
            | Self::TelemetryAge {
                older_than_minutes, ..
            } => Some(i64::from(*older_than_minutes) * 60),
            Self::GateClosure { .. } => None,
            _ => Some(0),
        }
    }

    const fn is_age(&self) -> bool {
        matches!(self, Self::DataAge { .. } | Self::TelemetryAge { .. })
    }

    fn minutes(&self) -> Vec<(&'static str, u32)> {
        match self {
            Self::GateClosure { within_minutes, .. } => vec![("within_minutes", *within_minutes)],
            Self::DataAge {
                older_than_minutes, ..
            }
            | Self::TelemetryAge {
                older_than_minutes, ..
            } => {
                vec![("older_than_minutes", *older_than_minutes)]
            }
            Self::Job {
                longer_than_minutes: Some(minutes),
                ..
            } => vec![("longer_than_minutes", *minutes)],
            _ => Vec::new(),
        }
    }

    fn limits(&self) -> Option<Limits> {
        match self {
            Self::Price {
                when, limit, reset, ..
            }
            | Self::Spread {
                when, limit, reset, ..
            } => {
                let levels = (limit.micros(), reset.map(Price::micros));
                Some(Limits::of(*when, levels, Price::from_units(1).micros()))
            }
            Self::StateOfCharge {
                when, limit, reset, ..
            } => {
                let levels = (
                    limit.kilowatt_seconds(),
                    reset.map(Energy::kilowatt_seconds),
                );
                Some(Limits::of(
                    *when,
                    levels,
                    Energy::from_kwh(10).kilowatt_seconds(),
                ))
            }
            Self::Profit {
                when, limit, reset, ..
            } => {
                let levels = (limit.minor(), reset.map(Money::minor));
                Some(Limits::of(*when, levels, limit.currency().minor_per_unit()))
            }
            Self::DataAge {
                older_than_minutes, ..
            }
            | Self::TelemetryAge {
                older_than_minutes, ..
            } => Some(Limits::age(*older_than_minutes)),
            Self::GateClosure { .. } | Self::Job { .. } | Self::Service { .. } => None,
        }
    }

    fn reset_in_words(&self) -> String {
        match self {
            Self::Price { reset, .. } | Self::Spread { reset, .. } => reset.map(|r| r.to_string()),
            Self::StateOfCharge { reset, .. } => reset.map(|r| r.to_string()),
            Self::Profit { reset, .. } => reset.map(|r| r.to_string()),
            _ => None,
        }
        .unwrap_or_default()
    }
}

/// A number of minutes in words.
fn minutes(number: u32) -> String {
    match number {
        1 => "1 minute".to_owned(),
        _ => format!("{number} minutes"),
    }
}
