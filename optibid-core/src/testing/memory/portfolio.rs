use super::{MemoryStore, State, already_exists, first, page};
use crate::bid::{Bid, BidEvent};
use crate::id::{OrgId, SettlementId};
use crate::portfolio::{Award, SettlementStatement};
use crate::ports::{AwardQuery, Page, PortfolioStore, SettlementQuery, StoreError, Trail};
use async_trait::async_trait;
use jiff::civil::Date;
use std::fmt;
use std::str::FromStr;

/// Where a statement stands in the list: by delivery day, then by id.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place(Date, SettlementId);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.0, self.1)
    }
}

impl FromStr for Place {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let (day, id) = text.split_once('/').ok_or(())?;
        Ok(Self(
            day.parse().map_err(|_| ())?,
            id.parse().map_err(|_| ())?,
        ))
    }
}

fn wanted_award(query: &AwardQuery, award: &Award) -> bool {
    let start = award.period.start();
    query.from <= start
        && start < query.until
        && query.bid.is_none_or(|bid| bid == award.bid)
        && query
            .market
            .as_ref()
            .is_none_or(|market| *market == award.market)
        && query
            .product
            .as_ref()
            .is_none_or(|product| *product == award.product)
}

fn wanted_statement(query: &SettlementQuery, statement: &SettlementStatement) -> bool {
    query
        .market
        .as_ref()
        .is_none_or(|market| *market == statement.market)
        && query.from.is_none_or(|from| from <= statement.day)
        && query.to.is_none_or(|to| statement.day <= to)
}

impl State {
    fn statement(&self, id: SettlementId) -> Option<&SettlementStatement> {
        self.statements
            .values()
            .find(|statement| statement.id == id)
    }
}

#[async_trait]
impl PortfolioStore for MemoryStore {
    async fn record_awards(
        &self,
        awards: &[Award],
        bid: &Bid,
        event: &BidEvent,
        trail: &Trail,
    ) -> Result<(), StoreError> {
        self.write(trail, |state| {
            state.require_next_bid(bid, event)?;
            if let Some(award) = awards
                .iter()
                .find(|award| state.awards.contains_key(&award.id))
            {
                return Err(already_exists("award", award.id));
            }
            state
                .awards
                .extend(awards.iter().map(|award| (award.id, award.clone())));
            state.put_bid(bid, event);
            Ok(())
        })
    }

    async fn awards(&self, org: OrgId, query: &AwardQuery) -> Result<Vec<Award>, StoreError> {
        Ok(self.read(|state| {
            let own = state.awards.values().filter(|award| award.org == org);
            let mut awards: Vec<_> = own.filter(|award| wanted_award(query, award)).collect();
            awards.sort_by_key(|award| (award.period, award.id));
            first(awards.into_iter().cloned(), query.limit)
        }))
    }

    async fn record_settlement(
        &self,
        statement: &SettlementStatement,
        settled: &[(Bid, BidEvent)],
        trail: &Trail,
    ) -> Result<(), StoreError> {
        self.write(trail, |state| {
            if state.statement(statement.id).is_some() {
                return Err(already_exists("settlement", statement.id));
            }
            for (bid, event) in settled {
                state.require_next_bid(bid, event)?;
            }
            for (bid, event) in settled {
                state.put_bid(bid, event);
            }
            state
                .statements
                .insert((statement.day, statement.id), statement.clone());
            Ok(())
        })
    }

    async fn settlement(
        &self,
        org: OrgId,
        id: SettlementId,
    ) -> Result<Option<SettlementStatement>, StoreError> {
        Ok(self.read(|state| {
            state
                .statement(id)
                .filter(|found| found.org == org)
                .cloned()
        }))
    }

    async fn settlements(
        &self,
        org: OrgId,
        query: &SettlementQuery,
    ) -> Result<Page<SettlementStatement>, StoreError> {
        self.read(|state| {
            let own = state
                .statements
                .values()
                .rev()
                .filter(|statement| statement.org == org);
            let wanted = own.filter(|statement| wanted_statement(query, statement));
            page(wanted, &query.page, |statement| {
                Place(statement.day, statement.id)
            })
        })
    }
}
