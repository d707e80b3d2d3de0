//! Read markets, rules, gates and locations.

use super::App;
use crate::error::{Error, Result};
use crate::market::rules::{ProductRules, RuleText};
use crate::market::{Location, MarketId, ProductId};
use jiff::Timestamp;
use jiff::civil::Date;

/// A market with its products.
#[derive(Debug, Clone)]
pub struct MarketOverview {
    /// The market.
    pub market: MarketId,
    /// Its name for people.
    pub name: String,
    /// Its products.
    pub products: Vec<ProductOverview>,
}

/// A product with its rules on a day and its next gate.
#[derive(Debug, Clone)]
pub struct ProductOverview {
    /// Its name for people.
    pub name: String,
    /// The rules in force on the day.
    pub rules: ProductRules,
    /// The same rules as rows with their sources.
    pub rows: Vec<RuleText>,
    /// The delivery day whose gate closes next, and when.
    pub next_gate: Option<(Date, Timestamp)>,
}

impl App {
    /// All markets with the rules of today.
    ///
    /// # Errors
    /// When a row of the rule table is missing.
    pub fn markets(&self) -> Result<Vec<MarketOverview>> {
        self.rules
            .markets()
            .iter()
            .map(|market| self.market(market))
            .collect()
    }

    /// One market with the rules of today.
    ///
    /// # Errors
    /// [`Code::NotFound`](crate::error::Code::NotFound) when it is not known.
    pub fn market(&self, market: &MarketId) -> Result<MarketOverview> {
        let today = self
            .environment
            .clock
            .now()
            .to_zoned(jiff::tz::TimeZone::UTC)
            .date();
        let products = self.rules.products(market)?;
        let products = products
            .iter()
            .map(|product| self.market_rules(market, product, today));
        Ok(MarketOverview {
            market: market.clone(),
            name: self.rules.market_name(market).to_owned(),
            products: products.collect::<Result<_>>()?,
        })
    }

    /// The rules of a product on a delivery day.
    ///
    /// # Errors
    /// When market or product are not known, or the table does not reach back to that day.
    pub fn market_rules(
        &self,
        market: &MarketId,
        product: &ProductId,
        day: Date,
    ) -> Result<ProductOverview> {
        let rules = self.rules.at(market, product, day)?;
        let rows = self.rules.in_force(market, product, day)?;
        let rows = rows.into_iter().cloned().map(RuleText::from).collect();
        let now = self.environment.clock.now();
        let next_gate = rules.next_gate(now).map(|(day, gate)| (day.date(), gate));
        let name = self.rules.product_name(market, product).to_owned();
        Ok(ProductOverview {
            name,
            rules,
            rows,
            next_gate,
        })
    }

    /// Known settlement locations of a market.
    ///
    /// # Errors
    /// When the market is not known.
    pub fn market_locations(&self, market: &MarketId) -> Result<Vec<Location>> {
        if !self.rules.markets().contains(market) {
            return Err(Error::not_found("market", market));
        }
        Ok(self
            .locations
            .iter()
            .filter(|l| &l.market == market)
            .cloned()
            .collect())
    }
}
