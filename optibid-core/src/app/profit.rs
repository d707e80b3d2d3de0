//! Profit and loss, beside perfect foresight.

use super::App;
use super::forecasts::{if_valid, out_of_calendar, price_resolution};
use super::offers::series_of;
use crate::auth::{Permission, Principal};
use crate::error::Result;
use crate::id::OrgId;
use crate::market::MarketId;
use crate::portfolio::{ProfitAndLoss, SettlementStatement};
use crate::ports::{PageRequest, SettlementQuery};
use crate::schedule::{PeriodPrice, ScheduleRequest};
use crate::unit::Money;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Which days are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfitFilter {
    /// Only of this market.
    pub market: Option<MarketId>,
    /// First delivery day.
    pub from: Date,
    /// Last delivery day.
    pub to: Date,
}

/// Statements that are read at once.
const PAGE: u32 = 500;

impl App {
    /// Profit and loss of each settled day and currency, beside what perfect foresight would have made
    /// of the same assets on that day's prices: where all are batteries and the prices are stored.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn profit_and_loss(
        &self,
        who: &Principal,
        filter: ProfitFilter,
    ) -> Result<Vec<ProfitAndLoss>> {
        who.require(Permission::ReadPortfolio)?;
        let mut groups: BTreeMap<_, Vec<SettlementStatement>> = BTreeMap::new();
        for statement in self.statements(who.org, filter).await? {
            groups
                .entry((statement.day, statement.currency))
                .or_default()
                .push(statement);
        }
        let mut days = Vec::with_capacity(groups.len());
        for ((_, currency), group) in groups {
            let mut foresight = Some(Money::zero(currency));
            for statement in &group {
                let best = self.perfect_foresight(who, statement).await?;
                foresight = foresight
                    .zip(best)
                    .and_then(|(sum, best)| sum.checked_add(best));
            }
            days.push(ProfitAndLoss::of(&group, foresight)?);
        }
        Ok(days)
    }

    /// All statements of the span, page by page.
    pub(super) async fn statements(
        &self,
        org: OrgId,
        filter: ProfitFilter,
    ) -> Result<Vec<SettlementStatement>> {
        let all = self.statements_within(org, filter, usize::MAX).await?;
        Ok(all.unwrap_or_default())
    }

    /// The same where they have no more lines than that together, none otherwise: no more than a page beyond is read.
    pub(super) async fn statements_within(
        &self,
        org: OrgId,
        filter: ProfitFilter,
        lines: usize,
    ) -> Result<Option<Vec<SettlementStatement>>> {
        let mut query = SettlementQuery {
            market: filter.market,
            from: Some(filter.from),
            to: Some(filter.to),
            page: PageRequest {
                limit: PAGE,
                after: None,
            },
        };
        let (mut statements, mut count) = (Vec::new(), 0_usize);
        loop {
            let page = self.stores.portfolio.settlements(org, &query).await?;
            count += page.items.iter().map(|s| s.lines.len()).sum::<usize>();
            if count > lines {
                return Ok(None);
            }
            statements.extend(page.items);
            if page.next.is_none() {
                return Ok(Some(statements));
            }
            query.page.after = page.next;
        }
    }

    /// The best schedule in hindsight from the asset's initial state of charge, at the prices of the
    /// product that was awarded.
    async fn perfect_foresight(
        &self,
        who: &Principal,
        statement: &SettlementStatement,
    ) -> Result<Option<Money>> {
        let product = statement
            .lines
            .iter()
            .find_map(|l| l.award.and(l.product.clone()));
        let (Some(asset), Some(product)) = (statement.asset, product) else {
            return Ok(None);
        };
        let Some((asset, battery)) = if_valid(self.battery(who, asset).await)? else {
            return Ok(None);
        };
        let rules = self.rules.at(&statement.market, &product, statement.day)?;
        let day = rules.delivery_day(statement.day).map_err(out_of_calendar)?;
        let series = series_of(&asset, &product);
        let prices = self
            .day_prices(who, &series, (&day, price_resolution(&rules)))
            .await;
        let Some(prices) = if_valid(prices)? else {
            return Ok(None);
        };
        let prices: Vec<_> = prices
            .iter()
            .map(|o| PeriodPrice {
                period: o.period,
                price: o.price,
            })
            .collect();
        let periods: Vec<_> = prices.iter().map(|p| p.period).collect();
        let availability = self.shares(who, &asset, &periods).await?;
        let request = ScheduleRequest {
            availability,
            ..ScheduleRequest::new(battery, rules.zone.value, prices, statement.currency)
        };
        Ok(self
            .engine
            .optimizer
            .optimise(&request)
            .ok()
            .map(|s| s.value))
    }
}
