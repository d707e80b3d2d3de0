//! Rules of [`PortfolioStore`](crate::ports::PortfolioStore): settlement statements.

use super::{Store, acknowledged, all, awards, read};
use crate::bid::{Bid, BidEvent, Transition};
use crate::id::SettlementId;
use crate::market::MarketId;
use crate::portfolio::{LineKind, SettlementLine, SettlementStatement};
use crate::ports::{AwardQuery, PageRequest, SettlementQuery};
use crate::testing::conformance::subject::Subject;
use crate::testing::conformance::world::{
    assert_conflict, assert_exists, assert_key_taken, assert_left, assert_nothing_left, full_trail,
    left, stored_bid, take_key, tenants, trail_of, walk,
};
use crate::testing::fixtures::{self, NOON, Tenant, moved};
use crate::unit::{Currency, Energy, Money, Price};
use jiff::civil::{Date, date};

fn statement<S: Store>(store: &Subject<S>, bid: &Bid, day: Date) -> SettlementStatement {
    let usd = |minor| Money::from_minor(minor, Currency::Usd);
    let line = |kind, amount| SettlementLine {
        kind,
        product: Some(bid.content().product.clone()),
        award: None,
        name: None,
        period: bid.content().curves()[0].period,
        energy: Energy::from_kilowatt_seconds(36_000_001),
        price: Price::from_micros(44_500_001),
        amount: usd(amount),
    };
    SettlementStatement {
        id: store.ids.next(SettlementId::from_uuid),
        org: bid.org(),
        bids: vec![bid.id()],
        asset: None,
        market: bid.content().market.clone(),
        location: bid.content().location.clone(),
        day,
        currency: Currency::Usd,
        lines: vec![
            line(LineKind::DayAheadEnergy, 44_501),
            line(LineKind::Degradation, -17),
        ],
        total: usd(44_501),
        created_at: NOON,
    }
}

/// A bid that is cleared, with what settling it takes.
async fn cleared<S: Store>(store: &Subject<S>, tenant: &Tenant) -> (Bid, BidEvent) {
    let bid = acknowledged(store, tenant).await;
    let (bid, event) = moved(&bid, Transition::Clear);
    let won = awards(store, &bid, 1);
    store
        .record_awards(&won, &bid, &event, &trail_of(store, &event))
        .await
        .unwrap();
    moved(&bid, Transition::Settle)
}

/// A statement is stored with the bids it settles, their events and the trail, and read back exactly.
pub async fn a_statement_is_stored_with_its_bids_and_trail<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let (one, two) = (cleared(store, &ours).await, cleared(store, &ours).await);
    let made = statement(store, &one.0, date(2024, 6, 4));
    let made = SettlementStatement {
        bids: vec![one.0.id(), two.0.id()],
        ..made
    };
    let (before, trail) = (
        left(store).await,
        full_trail(store, &ours, ("settle", "k-1")),
    );
    store
        .record_settlement(&made, &[one.clone(), two.clone()], &trail)
        .await
        .unwrap();
    assert_left(store, &before, &trail).await;
    assert_eq!(
        store.settlement(ours.org.id, made.id).await.unwrap(),
        Some(made)
    );
    for (bid, event) in [one, two] {
        let events = store.bid_events(ours.org.id, bid.id()).await.unwrap();
        assert_eq!(events.last(), Some(&event));
        assert_eq!(store.bid(ours.org.id, bid.id()).await.unwrap(), Some(bid));
    }
}

/// When one of the bids has moved meanwhile, the settlement conflicts and nothing of it is stored:
/// neither the statement nor the other bids nor the trail.
pub async fn a_settlement_of_a_stale_bid_conflicts_and_nothing_is_stored<S: Store>(
    store: &Subject<S>,
) {
    let ours = tenants(store).await.ours;
    let (one, two) = (cleared(store, &ours).await, cleared(store, &ours).await);
    let first = statement(store, &two.0, date(2024, 6, 4));
    let early = fixtures::trail(&ours.user, "settle");
    store
        .record_settlement(&first, std::slice::from_ref(&two), &early)
        .await
        .unwrap();
    let before_one = store.bid(ours.org.id, one.0.id()).await.unwrap();
    let made = statement(store, &one.0, date(2024, 6, 4));
    let (before, trail) = (
        left(store).await,
        full_trail(store, &ours, ("settle", "k-1")),
    );
    assert_conflict(
        store
            .record_settlement(&made, &[one.clone(), two], &trail)
            .await,
    );
    assert_nothing_left(store, &before, (&trail, false)).await;
    assert_eq!(store.settlement(ours.org.id, made.id).await.unwrap(), None);
    assert_eq!(
        store.bid(ours.org.id, one.0.id()).await.unwrap(),
        before_one
    );
}

/// A statement under an id that is taken is refused, and nothing of it is stored.
pub async fn a_taken_settlement_id_is_refused_and_nothing_is_stored<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let (one, two) = (cleared(store, &ours).await, cleared(store, &ours).await);
    let first = statement(store, &one.0, date(2024, 6, 4));
    let early = fixtures::trail(&ours.user, "settle");
    store
        .record_settlement(&first, &[one], &early)
        .await
        .unwrap();
    let stored = store.bid(ours.org.id, two.0.id()).await.unwrap();
    let twin = SettlementStatement {
        day: date(2024, 6, 5),
        ..first.clone()
    };
    let (before, trail) = (
        left(store).await,
        full_trail(store, &ours, ("settle", "k-1")),
    );
    assert_exists(
        store
            .record_settlement(&twin, std::slice::from_ref(&two), &trail)
            .await,
    );
    assert_nothing_left(store, &before, (&trail, false)).await;
    assert_eq!(
        store.settlement(ours.org.id, first.id).await.unwrap(),
        Some(first)
    );
    assert_eq!(store.bid(ours.org.id, two.0.id()).await.unwrap(), stored);
}

/// Awards and statements of another organisation are not found.
pub async fn foreign_awards_and_statements_are_not_found<S: Store>(store: &Subject<S>) {
    let found = tenants(store).await;
    let (bid, event) = cleared(store, &found.ours).await;
    let made = statement(store, &bid, date(2024, 6, 4));
    let trail = fixtures::trail(&found.ours.user, "settle");
    let id = bid.id();
    store
        .record_settlement(&made, &[(bid, event)], &trail)
        .await
        .unwrap();
    let theirs = found.theirs.org.id;
    assert_eq!(read(store, theirs).await, []);
    let by_bid = AwardQuery {
        bid: Some(id),
        ..all()
    };
    assert_eq!(store.awards(theirs, &by_bid).await.unwrap(), []);
    assert_eq!(
        store
            .awards(found.ours.org.id, &by_bid)
            .await
            .unwrap()
            .len(),
        1
    );
    assert_eq!(store.settlement(theirs, made.id).await.unwrap(), None);
    assert_eq!(
        store
            .settlements(theirs, &settlements())
            .await
            .unwrap()
            .items,
        []
    );
}

fn settlements() -> SettlementQuery {
    SettlementQuery {
        market: None,
        from: None,
        to: None,
        page: PageRequest::default(),
    }
}

/// Statements come the latest delivery day first, page by page, several of one day included; statements
/// made meanwhile hide none and repeat none.
pub async fn statements_come_latest_day_first_and_stable_under_inserts<S: Store>(
    store: &Subject<S>,
) {
    let ours = tenants(store).await.ours;
    let (bid, _) = stored_bid(store, &ours).await;
    let trail = fixtures::trail(&ours.user, "settle");
    let store_one = async |day| {
        let made = statement(store, &bid, day);
        store.record_settlement(&made, &[], &trail).await.unwrap();
    };
    for day in [3, 5, 4, 4, 4, 5, 1] {
        store_one(date(2024, 6, day)).await;
    }
    let listed = walk(
        2,
        async |page| {
            store
                .settlements(
                    ours.org.id,
                    &SettlementQuery {
                        page,
                        ..settlements()
                    },
                )
                .await
        },
        async || {
            store_one(date(2024, 6, 9)).await;
            store_one(date(2024, 6, 2)).await;
        },
    )
    .await;
    let days: Vec<_> = listed.iter().map(|made| made.day.day()).collect();
    assert_eq!(days, [5, 5, 4, 4, 4, 3, 2, 1]);
    let mut ids: Vec<_> = listed.iter().map(|made| made.id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 8, "a statement came twice");
}

/// Statements are narrowed by market and by delivery days, first and last included.
pub async fn statements_are_filtered_by_market_and_days<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let (bid, _) = stored_bid(store, &ours).await;
    let trail = fixtures::trail(&ours.user, "settle");
    for day in 1..=4 {
        let mut made = statement(store, &bid, date(2024, 6, day));
        if day == 3 {
            made.market = MarketId::new("CAISO").unwrap();
        }
        store.record_settlement(&made, &[], &trail).await.unwrap();
    }
    let days = async |query: SettlementQuery| {
        let page = store.settlements(ours.org.id, &query).await.unwrap();
        page.items
            .iter()
            .map(|made| made.day.day())
            .collect::<Vec<_>>()
    };
    let span = |from, to| SettlementQuery {
        from: Some(date(2024, 6, from)),
        to: Some(date(2024, 6, to)),
        ..settlements()
    };
    assert_eq!(days(span(2, 3)).await, [3, 2]);
    assert_eq!(
        days(SettlementQuery {
            to: None,
            ..span(3, 3)
        })
        .await,
        [4, 3]
    );
    assert_eq!(
        days(SettlementQuery {
            from: None,
            ..span(2, 2)
        })
        .await,
        [2, 1]
    );
    let market = MarketId::new("ERCOT").ok();
    assert_eq!(
        days(SettlementQuery {
            market,
            ..settlements()
        })
        .await,
        [4, 2, 1]
    );
}

/// A taken key refuses awards and settlements, and nothing is stored.
pub async fn a_taken_key_refuses_awards_and_settlements<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let bid = acknowledged(store, &ours).await;
    let settled = cleared(store, &ours).await;
    take_key(store, &ours, "k-1").await;
    let stored = read(store, ours.org.id).await;
    let (before, trail) = (left(store).await, full_trail(store, &ours, ("x.y", "k-1")));
    let (clear, event) = moved(&bid, Transition::Clear);
    let won = awards(store, &bid, 2);
    assert_key_taken(
        store.record_awards(&won, &clear, &event, &trail).await,
        "k-1",
    );
    let made = statement(store, &settled.0, date(2024, 6, 4));
    assert_key_taken(
        store.record_settlement(&made, &[settled], &trail).await,
        "k-1",
    );
    assert_nothing_left(store, &before, (&trail, true)).await;
    assert_eq!(read(store, ours.org.id).await, stored);
    assert_eq!(store.bid(ours.org.id, bid.id()).await.unwrap(), Some(bid));
    assert_eq!(store.settlement(ours.org.id, made.id).await.unwrap(), None);
}
