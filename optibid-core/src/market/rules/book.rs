//! The reader of the rule table.

use super::row::{Parameter, RuleRow};
use super::{Admissions, BlockRules, ProductRules, ServiceRules, Sourced, table};
use crate::error::{Code, Error, Violation};
use crate::market::{DayError, MarketId, MarketZone, ProductId};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Why there are no rules for a product on a day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RuleError {
    /// No rule names that market.
    #[error("no rules for market {market}: known are {known}")]
    UnknownMarket {
        /// The market asked for.
        market: MarketId,
        /// The known ones.
        known: String,
    },
    /// No rule of the market names that product.
    #[error("no rules for product {product} of {market}: known are {known}")]
    UnknownProduct {
        /// The market.
        market: MarketId,
        /// The product asked for.
        product: ProductId,
        /// The known ones.
        known: String,
    },
    /// A rule that every product needs has no row on or before that day.
    #[error("no {parameter} is known for {market} {product} on {date}")]
    NotInForce {
        /// The market.
        market: MarketId,
        /// The product.
        product: ProductId,
        /// The delivery day.
        date: Date,
        /// What is missing.
        parameter: &'static str,
    },
    /// The zone in the table does not exist.
    #[error(transparent)]
    Zone(#[from] DayError),
}

/// What is not there is [`Code::NotFound`], with the field, its value and the known ones.
impl From<RuleError> for Error {
    fn from(error: RuleError) -> Self {
        let (code, field, value) = match &error {
            RuleError::UnknownMarket { market, .. } => {
                ("unknown_market", "market", market.to_string())
            }
            RuleError::UnknownProduct { product, .. } => {
                ("unknown_product", "product", product.to_string())
            }
            RuleError::NotInForce { date, .. } => {
                ("no_rules_on_day", "delivery_day", date.to_string())
            }
            RuleError::Zone(_) => return Self::new(Code::Internal, error.to_string()),
        };
        let violation = Violation::new(code, field, value, error.to_string());
        Self::new(Code::NotFound, error.to_string()).with_violations(vec![violation])
    }
}

/// The value of a parameter among the rows in force.
macro_rules! value {
    ($rows:expr, $parameter:ident) => {
        $rows.iter().find_map(|row| match &row.parameter {
            Parameter::$parameter(value) => Some(sourced(row, value.clone())),
            _ => None,
        })
    };
}

/// All known rules, by market and product.
///
/// ```
/// use optibid_core::market::rules::RuleBook;
/// let book = RuleBook::builtin();
/// let rules = book.at(&"ERCOT".parse()?, &"DAM".parse()?, "2026-11-22".parse()?)?;
/// assert_eq!(rules.cap.map(|cap| cap.value.to_string()).as_deref(), Some("5000.00"));
/// assert_eq!(rules.gate.value.describe(), "closes at 10:00 market time 1 day before delivery");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleBook {
    rows: BTreeMap<MarketId, BTreeMap<ProductId, Vec<RuleRow>>>,
}

impl RuleBook {
    /// The rules that come with OptiBid.
    #[must_use]
    pub fn builtin() -> Self {
        Self::from_rows(table::rows())
    }

    /// A book of these rows; of two rows for the same parameter and day the later in order wins.
    #[must_use]
    pub fn from_rows(rows: Vec<RuleRow>) -> Self {
        rows.into_iter().fold(Self::default(), Self::with_row)
    }

    /// The book with one more row, which wins over a row for the same parameter and day.
    #[must_use]
    pub fn with_row(mut self, row: RuleRow) -> Self {
        let products = self.rows.entry(row.market.clone()).or_default();
        let rows = products.entry(row.product.clone()).or_default();
        // Ordered by day and, within a day, by arrival: the last row that applies is in force.
        let at = rows.partition_point(|r| r.valid_from <= row.valid_from);
        rows.insert(at, row);
        self
    }

    /// The markets, in order of their names.
    #[must_use]
    pub fn markets(&self) -> Vec<MarketId> {
        self.rows.keys().cloned().collect()
    }

    /// The products of a market, in order of their names.
    ///
    /// # Errors
    /// When the market is unknown.
    pub fn products(&self, market: &MarketId) -> Result<Vec<ProductId>, RuleError> {
        Ok(self.market(market)?.keys().cloned().collect())
    }

    fn market(&self, market: &MarketId) -> Result<&BTreeMap<ProductId, Vec<RuleRow>>, RuleError> {
        self.rows
            .get(market)
            .ok_or_else(|| RuleError::UnknownMarket {
                market: market.clone(),
                known: list(self.rows.keys()),
            })
    }

    /// Every row, by market, product and first day.
    pub fn rows(&self) -> impl Iterator<Item = &RuleRow> {
        self.rows.values().flat_map(BTreeMap::values).flatten()
    }

    /// The name of the market for people; its key when the table has no name.
    #[must_use]
    pub fn market_name<'a>(&'a self, market: &'a MarketId) -> &'a str {
        let rows = self
            .rows
            .get(market)
            .into_iter()
            .flat_map(BTreeMap::values)
            .flatten();
        let named = rows.filter_map(|row| match &row.parameter {
            Parameter::MarketName(name) => Some((row.valid_from, name.as_ref())),
            _ => None,
        });
        named
            .max_by_key(|(from, _)| *from)
            .map_or(market.as_str(), |(_, name)| name)
    }

    /// The name of the product for people; its key when the table has no name.
    #[must_use]
    pub fn product_name<'a>(&'a self, market: &MarketId, product: &'a ProductId) -> &'a str {
        let rows = self
            .rows
            .get(market)
            .and_then(|products| products.get(product));
        let mut named = rows
            .into_iter()
            .flatten()
            .filter_map(|row| match &row.parameter {
                Parameter::ProductName(name) => Some(name.as_ref()),
                _ => None,
            });
        named.next_back().unwrap_or(product.as_str())
    }

    /// The rows in force on a delivery day: for each parameter the latest that has begun.
    ///
    /// # Errors
    /// When the market or the product is unknown.
    pub fn in_force(
        &self,
        market: &MarketId,
        product: &ProductId,
        date: Date,
    ) -> Result<Vec<&RuleRow>, RuleError> {
        let products = self.market(market)?;
        let rows = products
            .get(product)
            .ok_or_else(|| RuleError::UnknownProduct {
                market: market.clone(),
                product: product.clone(),
                known: list(products.keys()),
            })?;
        let begun = rows.iter().take_while(|row| row.valid_from <= date);
        let latest: BTreeMap<_, _> = begun.map(|row| (row.parameter.name(), row)).collect();
        Ok(latest.into_values().collect())
    }

    /// The rules of a product on each delivery day of a span, both ends included.
    ///
    /// # Errors
    /// As [`RuleBook::at`], for the first day that has none.
    pub fn span(
        &self,
        market: &MarketId,
        product: &ProductId,
        from: Date,
        to: Date,
    ) -> Result<Vec<ProductRules>, RuleError> {
        let days = from
            .series(jiff::ToSpan::day(1))
            .take_while(|date| *date <= to);
        days.map(|date| self.at(market, product, date)).collect()
    }

    /// The rules of a product on a delivery day.
    ///
    /// # Errors
    /// When the market or the product is unknown, or a rule that every product needs (kind, zone,
    /// currency, interval, gate) had not begun by that day.
    pub fn at(
        &self,
        market: &MarketId,
        product: &ProductId,
        date: Date,
    ) -> Result<ProductRules, RuleError> {
        let rows = self.in_force(market, product, date)?;
        let missing = |parameter| RuleError::NotInForce {
            market: market.clone(),
            product: product.clone(),
            date,
            parameter,
        };
        Ok(ProductRules {
            market: market.clone(),
            product: product.clone(),
            kind: value!(rows, Kind).ok_or_else(|| missing("kind"))?.value,
            zone: zone(&rows)?.ok_or_else(|| missing("zone"))?,
            currency: value!(rows, Currency).ok_or_else(|| missing("currency"))?,
            interval: value!(rows, Interval).ok_or_else(|| missing("interval"))?,
            settlement_interval: value!(rows, SettlementInterval),
            gate: value!(rows, Gate).ok_or_else(|| missing("gate"))?,
            floor: value!(rows, Floor),
            cap: value!(rows, Cap),
            soft_cap: value!(rows, SoftCap),
            price_tick: value!(rows, PriceTick),
            quantity_tick: value!(rows, QuantityTick),
            min_quantity: value!(rows, MinQuantity),
            min_points: value!(rows, MinPoints),
            max_points: value!(rows, MaxPoints),
            shape: value!(rows, Shape),
            price_order: value!(rows, PriceOrder),
            storage_curve: value!(rows, StorageCurve),
            admits: admissions(&rows),
            virtual_min_quantity: value!(rows, VirtualMinQuantity),
            spread_limit: value!(rows, SpreadLimit),
            services: ServiceRules {
                services: value!(rows, Services),
                durations: value!(rows, ServiceDurations),
                floor: value!(rows, ServiceFloor),
                cap: value!(rows, ServiceCap),
                max_points: value!(rows, ServiceMaxPoints),
            },
            blocks: BlockRules {
                forms: value!(rows, BlockForms),
                max_blocks: value!(rows, MaxBlocks),
                max_quantity: value!(rows, MaxBlockQuantity),
                max_link_depth: value!(rows, MaxLinkDepth),
                max_group: value!(rows, MaxGroupSize),
                max_loops: value!(rows, MaxLoops),
            },
        })
    }
}

fn admissions(rows: &[&RuleRow]) -> Admissions {
    let admits = rows.iter().filter_map(|row| match row.parameter {
        Parameter::Admits(kind, taken) => Some((kind, sourced(row, taken))),
        _ => None,
    });
    admits.collect()
}

fn list<T: ToString>(known: impl Iterator<Item = T>) -> String {
    known
        .map(|item| item.to_string())
        .collect::<Vec<_>>()
        .join(", ")
}

fn sourced<T>(row: &RuleRow, value: T) -> Sourced<T> {
    let RuleRow {
        source,
        valid_from,
        confidence,
        ..
    } = row;
    Sourced {
        value,
        source: source.clone(),
        valid_from: *valid_from,
        confidence: *confidence,
    }
}

fn zone(rows: &[&RuleRow]) -> Result<Option<Sourced<MarketZone>>, DayError> {
    let named = rows.iter().find_map(|row| match &row.parameter {
        Parameter::Zone {
            name,
            day_start_hour,
        } => Some((row, name, *day_start_hour)),
        _ => None,
    });
    named
        .map(|(row, name, hour)| Ok(sourced(row, MarketZone::new(name, hour)?)))
        .transpose()
}
