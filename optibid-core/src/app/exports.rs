//! Read settlements as a whole, to be written into a file.

use super::App;
use super::profit::ProfitFilter;
use crate::auth::{Permission, Principal};
use crate::error::{Error, Result};
use crate::market::{MarketId, MarketZone};
use crate::portfolio::SettlementStatement;
use jiff::civil::Date;

/// Most lines of one file: what a spreadsheet still opens.
const MAX_LINES: usize = 200_000;

/// A statement with the zone that its market keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZonedStatement {
    /// The statement.
    pub statement: SettlementStatement,
    /// Market time; none where the market's rules are not known.
    pub zone: Option<MarketZone>,
}

impl App {
    /// All statements of a span of days, the earliest delivery day first, then by market, location and time of settlement.
    ///
    /// # Errors
    /// When the span holds more lines than a file may, or the store fails.
    pub async fn export_settlements(
        &self,
        who: &Principal,
        filter: ProfitFilter,
    ) -> Result<Vec<ZonedStatement>> {
        who.require(Permission::ReadPortfolio)?;
        let to = filter.to;
        let statements = self.statements_within(who.org, filter, MAX_LINES).await?;
        let mut statements = statements.ok_or_else(|| {
            let rule = format!("the span may hold at most {MAX_LINES} lines: ask for fewer days");
            Error::field("too_many_lines", "to", to, rule)
        })?;
        statements.sort_by(|a, b| {
            let key = |s: &SettlementStatement| (s.day, s.market.clone(), s.location.clone());
            (key(a), a.created_at, a.id).cmp(&(key(b), b.created_at, b.id))
        });
        let zoned = |statement: SettlementStatement| ZonedStatement {
            zone: self.market_zone(&statement.market, statement.day),
            statement,
        };
        Ok(statements.into_iter().map(zoned).collect())
    }

    /// The zone of a market on a delivery day: that of the first of its products whose rules reach that day.
    #[must_use]
    pub fn market_zone(&self, market: &MarketId, day: Date) -> Option<MarketZone> {
        let products = self.rules.products(market).ok()?;
        let mut rules = products.iter().map(|p| self.rules.at(market, p, day));
        rules.find_map(Result::ok).map(|rules| rules.zone.value)
    }
}
