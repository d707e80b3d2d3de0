//! Backtests: the bid cycle replayed over past prices, gate by gate, with only what was known then.
//!
//! | item | holds |
//! | --- | --- |
//! | [`BacktestRequest`], [`BacktestSettings`] | what to replay, and how |
//! | [`BacktestInput`] | a request with the rules and prices that it needs |
//! | [`BacktestReport`], [`BacktestDay`], [`BacktestPeriod`] | what came of it, in all, by day, by period |
//! | [`Waterfall`] | where the money between perfect foresight and the settlement went |
//! | [`GateRecord`] | what a gate's bid rested on, as a hash |

mod report;
mod strategy;
mod waterfall;

pub use report::{
    BacktestDay, BacktestPeriod, BacktestReport, Baselines, GateRecord, SkippedDay, TopBottom,
};
pub use strategy::{StrategySpec, UnknownStrategy};
pub use waterfall::{RegretCause, Waterfall, WaterfallStep};

use crate::asset::Battery;
use crate::error::{Result, Violation};
use crate::market::rules::{ProductRules, RuleBook};
use crate::market::{LocationCode, MarketId, PriceObservation, ProductId};
use crate::unit::Ratio;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What to replay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BacktestRequest {
    /// The market.
    pub market: MarketId,
    /// The product bid into and settled at.
    pub product: ProductId,
    /// The location.
    pub location: LocationCode,
    /// First delivery day.
    pub from: Date,
    /// Last delivery day.
    pub to: Date,
    /// The battery.
    pub battery: Battery,
    /// How to bid and settle; the default bids at the opportunity cost and fills every award.
    #[serde(default, skip_serializing_if = "BacktestSettings::is_default")]
    pub settings: BacktestSettings,
}

impl BacktestRequest {
    /// Every rule that battery and settings break, the fields' names behind `prefix` (empty, or ending with a dot).
    ///
    /// Codes: those of [`Battery::violations`] and [`StrategySpec::violations`], `fill_out_of_range`, `balancing_is_product`.
    #[must_use]
    pub fn violations(&self, prefix: &str) -> Vec<Violation> {
        let mut found = self.battery.violations(&format!("{prefix}battery"));
        let BacktestSettings {
            strategy,
            balancing,
            fill,
            ..
        } = &self.settings;
        let path = |name: &str| format!("{prefix}settings.{name}");
        if !fill.is_share() {
            let rule = "between 0 and 1";
            found.push(Violation::new(
                "fill_out_of_range",
                path("fill"),
                fill,
                rule,
            ));
        }
        found.extend(strategy.violations(&path("strategy")));
        if balancing.as_ref() == Some(&self.product) {
            let rule =
                "another product than the one bid into; none settles deviations at its price";
            let code = "balancing_is_product";
            found.push(Violation::new(code, path("balancing"), &self.product, rule));
        }
        found
    }
}

/// How a backtest bids and settles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct BacktestSettings {
    /// How it bids.
    pub strategy: StrategySpec,
    /// The product that deviations from the awards settle at. Its gates are bid at too, by strategies that
    /// use them. None settles deviations at the price of the award.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub balancing: Option<ProductId>,
    /// Where random draws (partial fills, strategies that draw) start from.
    pub seed: u64,
    /// Mean share of an award that is really filled, 0 to 1. Below 1 each bid period draws its own share, evenly
    /// from `2 x fill - 1` to 1 (from 0 to `2 x fill` below a half).
    pub fill: Ratio,
    /// Whether the report lists every period and every gate.
    pub detail: bool,
}

impl BacktestSettings {
    /// Whether nothing differs from the default.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl Default for BacktestSettings {
    fn default() -> Self {
        Self {
            strategy: StrategySpec::default(),
            balancing: None,
            seed: 0,
            fill: Ratio::ONE,
            detail: false,
        }
    }
}

/// A request with what the engine needs to run it.
#[derive(Debug, Clone)]
pub struct BacktestInput {
    /// What to replay.
    pub request: BacktestRequest,
    /// The venue's rules, one for each day from first to last.
    pub rules: Vec<ProductRules>,
    /// The rules of the balancing product, one for each day; empty without one.
    pub balancing: Vec<ProductRules>,
    /// Prices of the market's products at the location from well before the first day on; each with its knowledge time.
    pub prices: Vec<PriceObservation>,
}

impl BacktestInput {
    /// Looks up the rules of every day in the book.
    ///
    /// # Errors
    /// When the book has no rules for a product on a day.
    pub fn new(
        request: BacktestRequest,
        book: &RuleBook,
        prices: Vec<PriceObservation>,
    ) -> Result<Self> {
        let (market, from, to) = (&request.market, request.from, request.to);
        let rules = book.span(market, &request.product, from, to)?;
        let balancing = match &request.settings.balancing {
            Some(product) => book.span(market, product, from, to)?,
            None => Vec::new(),
        };
        Ok(Self {
            request,
            rules,
            balancing,
            prices,
        })
    }
}
