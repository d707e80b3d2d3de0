//! Settle delivery days.

use super::App;
use super::forecasts::{if_valid, out_of_calendar, price_resolution};
use crate::audit::Actor;
use crate::auth::{Permission, Principal};
use crate::bid::{Bid, BidEvent, BidState, Transition};
use crate::error::{Error, Result};
use crate::id::{BidId, SettlementId};
use crate::market::rules::ProductRules;
use crate::market::{DeliveryDay, LocationCode, MarketId, ProductId};
use crate::portfolio::{Award, Metered, NewSettlement, SettlementInput, SettlementStatement};
use crate::ports::{AwardQuery, Page, PriceQuery, SeriesKey, SettlementQuery};
use crate::schedule::PeriodPrice;
use jiff::civil::Date;

/// More awards of one product and delivery day than that are not settled: part of them would be missing.
const AWARD_LIMIT: u32 = 20_000;

/// What to settle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettleInput {
    /// The market.
    pub market: MarketId,
    /// The location.
    pub location: LocationCode,
    /// The delivery day.
    pub day: Date,
    /// The product that is the day-ahead leg.
    pub day_ahead: ProductId,
    /// The product whose prices settle the imbalance; none settles no imbalance.
    pub real_time: Option<ProductId>,
    /// Metered energy; none means that delivery was as awarded.
    pub metered: Option<Vec<Metered>>,
}

impl App {
    /// Settles the awards of a location and delivery day: day-ahead energy at the award's price, and
    /// the difference to the meter at the real-time price. The bids move to `settled`.
    ///
    /// # Errors
    /// When there is no award, a real-time price is missing, or a bid of the day is settled already.
    pub async fn settle_day(
        &self,
        who: &Principal,
        input: SettleInput,
    ) -> Result<SettlementStatement> {
        self.may_write(who, Permission::SettlePortfolio).await?;
        if input.metered.is_some() && input.real_time.is_none() {
            let rule = "must name the product whose prices settle the metered imbalance";
            return Err(Error::field("real_time_missing", "real_time", "", rule));
        }
        let rules = self.rules.at(&input.market, &input.day_ahead, input.day)?;
        let day = rules.delivery_day(input.day).map_err(out_of_calendar)?;
        let awards = self.day_awards(who, &input, &day).await?;
        let bids = self.bids_to_settle(who, &awards).await?;
        let asset = bids.first().and_then(|b| b.content().asset);
        let asset = asset.filter(|a| bids.iter().all(|b| b.content().asset == Some(*a)));
        let degradation_cost = match asset {
            Some(id) => if_valid(self.battery(who, id).await)?.map(|(_, b)| b.degradation_cost),
            None => None,
        };
        let settlement = self
            .settlement_input(who, &input, (&rules, day), awards)
            .await?;
        let settlement = SettlementInput {
            degradation_cost,
            ..settlement
        };
        let new = NewSettlement {
            id: SettlementId::from_uuid(self.environment.ids.uuid()),
            org: who.org,
            asset,
            at: self.environment.clock.now(),
        };
        let statement = SettlementStatement::settle(new, &settlement)?;
        let settled = self.settled(who, bids)?;
        let trail = settled.iter().fold(
            self.trail(
                who,
                "settlement.create",
                format!("settlement/{}", statement.id),
            )
            .with_detail(&serde_json::json!({ "total": statement.total })),
            |trail, (_, event)| {
                let kind = crate::event::EventKind::Bid(event.clone());
                trail.with_event(self.event(Some(who.org), kind))
            },
        );
        self.stores
            .portfolio
            .record_settlement(&statement, &settled, &trail)
            .await?;
        Ok(statement)
    }

    /// The statement.
    ///
    /// # Errors
    /// When the organisation has no such statement.
    pub async fn settlement(
        &self,
        who: &Principal,
        id: SettlementId,
    ) -> Result<SettlementStatement> {
        who.require(Permission::ReadPortfolio)?;
        let statement = self.stores.portfolio.settlement(who.org, id).await?;
        statement.ok_or_else(|| Error::not_found("settlement", id))
    }

    /// Statements, the latest delivery day first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn settlements(
        &self,
        who: &Principal,
        query: &SettlementQuery,
    ) -> Result<Page<SettlementStatement>> {
        who.require(Permission::ReadPortfolio)?;
        Ok(self.stores.portfolio.settlements(who.org, query).await?)
    }

    async fn day_awards(
        &self,
        who: &Principal,
        input: &SettleInput,
        day: &DeliveryDay,
    ) -> Result<Vec<Award>> {
        let query = AwardQuery {
            bid: None,
            market: Some(input.market.clone()),
            product: Some(input.day_ahead.clone()),
            from: day.start(),
            until: day.end(),
            limit: AWARD_LIMIT,
        };
        let mut awards = self.stores.portfolio.awards(who.org, &query).await?;
        if awards.len() >= usize::try_from(AWARD_LIMIT).unwrap_or(usize::MAX) {
            let rule = format!("a day with fewer than {AWARD_LIMIT} awards of the product");
            return Err(Error::field("too_many_awards", "day", input.day, rule));
        }
        awards.retain(|a| a.location == input.location);
        if awards.is_empty() {
            let rule = format!(
                "no award of {} at {} is known",
                input.day_ahead, input.location
            );
            return Err(Error::field("no_awards", "day", input.day, rule));
        }
        Ok(awards)
    }

    async fn bids_to_settle(&self, who: &Principal, awards: &[Award]) -> Result<Vec<Bid>> {
        let mut ids: Vec<BidId> = awards.iter().map(|a| a.bid).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut bids = Vec::with_capacity(ids.len());
        for id in ids {
            let bid = self.own_bid(who, id).await?;
            if bid.state() == BidState::Settled {
                let rule = format!("bid {id} of this day and location is settled already");
                return Err(Error::field(
                    "already_settled",
                    "day",
                    bid.content().delivery_day,
                    rule,
                ));
            }
            bids.push(bid);
        }
        Ok(bids)
    }

    fn settled(&self, who: &Principal, bids: Vec<Bid>) -> Result<Vec<(Bid, BidEvent)>> {
        let now = self.environment.clock.now();
        let actor = Actor::User(who.user);
        bids.into_iter()
            .map(|bid| Ok(bid.apply(Transition::Settle, actor, now, "settled")?))
            .collect()
    }

    async fn settlement_input(
        &self,
        who: &Principal,
        input: &SettleInput,
        (rules, day): (&ProductRules, DeliveryDay),
        day_ahead: Vec<Award>,
    ) -> Result<SettlementInput> {
        let real_time_prices = match (&input.real_time, &input.metered) {
            (Some(product), Some(_)) => self.imbalance_prices(who, input, (product, &day)).await?,
            _ => Vec::new(),
        };
        Ok(SettlementInput {
            market: input.market.clone(),
            location: input.location.clone(),
            currency: rules.currency.value,
            day,
            day_ahead,
            metered: input.metered.clone(),
            real_time_product: input
                .real_time
                .clone()
                .unwrap_or_else(|| input.day_ahead.clone()),
            real_time_prices,
            fees: Vec::new(),
            degradation_cost: None,
        })
    }

    /// The real-time prices of the day at the length they settle at; a gap is found when settling.
    async fn imbalance_prices(
        &self,
        who: &Principal,
        input: &SettleInput,
        (product, day): (&ProductId, &DeliveryDay),
    ) -> Result<Vec<PeriodPrice>> {
        let rules = self.rules.at(&input.market, product, input.day)?;
        let query = PriceQuery {
            org: Some(who.org),
            series: SeriesKey {
                market: input.market.clone(),
                product: product.clone(),
                location: input.location.clone(),
            },
            resolution: Some(price_resolution(&rules)),
            from: day.start(),
            until: day.end(),
            as_of: None,
            limit: AWARD_LIMIT,
        };
        let prices = self.stores.prices.prices(&query).await?;
        Ok(prices
            .iter()
            .map(|p| PeriodPrice {
                period: p.period,
                price: p.price,
            })
            .collect())
    }
}
