//! Rules of [`PortfolioStore`].

use super::subject::Subject;
use super::world::{
    Trailed, assert_conflict, assert_exists, assert_key_taken, assert_left, assert_not_found,
    assert_nothing_left, full_trail, left, stored_bid, take_key, tenants, trail_of, walk,
};
use crate::bid::{Bid, BidEvent, Transition};
use crate::id::{AwardId, OrgId, SettlementId};
use crate::market::{MarketId, ProductId};
use crate::portfolio::{Award, LineKind, SettlementLine, SettlementStatement};
use crate::ports::{AwardQuery, BidStore, PageRequest, PortfolioStore, SettlementQuery};
use crate::testing::fixtures::{self, NOON, Tenant, draft, ercot_dam_content, moved};
use crate::unit::{Currency, Energy, Money, Power, Price};
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};

/// All that a test needs of an adapter for awards and settlements.
pub trait Store: PortfolioStore + BidStore + Trailed {}
impl<S: PortfolioStore + BidStore + Trailed> Store for S {}

async fn advance<S: Store>(store: &Subject<S>, bid: &Bid, step: Transition) -> Bid {
    let (next, event) = moved(bid, step);
    store.update_bid(&next, &event, &trail_of(store, &event)).await.unwrap();
    next
}

/// A bid that the venue has acknowledged.
async fn acknowledged<S: Store>(store: &Subject<S>, tenant: &Tenant) -> Bid {
    let (bid, _) = stored_bid(store, tenant).await;
    let bid = advance(store, &bid, Transition::Validate).await;
    let bid = advance(store, &bid, Transition::Submit).await;
    let venue_reference = "QSE-7".to_owned();
    advance(store, &bid, Transition::Acknowledge { venue_reference }).await
}

/// One award for each of the bid's first `count` periods.
fn awards<S: Store>(store: &Subject<S>, bid: &Bid, count: usize) -> Vec<Award> {
    let content = bid.content();
    let award = |(index, part): (i32, &crate::bid::BidPeriod)| Award {
        id: store.ids.next(AwardId::from_uuid),
        org: bid.org(),
        bid: bid.id(),
        market: content.market.clone(),
        product: content.product.clone(),
        location: content.location.clone(),
        period: part.period,
        quantity: Power::from_megawatts(10 - 5 * index),
        price: Price::from_micros(-1_234_567),
        currency: content.currency,
        awarded_at: NOON,
    };
    (0..).zip(content.periods.iter().take(count)).map(award).collect()
}

async fn read<S: Store>(store: &Subject<S>, org: OrgId) -> Vec<Award> {
    store.awards(org, &all()).await.unwrap()
}

const fn all() -> AwardQuery {
    AwardQuery {
        bid: None,
        market: None,
        product: None,
        from: Timestamp::UNIX_EPOCH,
        until: Timestamp::constant(4_102_444_800, 0),
        limit: 10_000,
    }
}

fn statement<S: Store>(store: &Subject<S>, bid: &Bid, day: Date) -> SettlementStatement {
    let usd = |minor| Money::from_minor(minor, Currency::Usd);
    let line = |kind, amount| SettlementLine {
        kind,
        product: Some(bid.content().product.clone()),
        award: None,
        name: None,
        period: bid.content().periods[0].period,
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
        lines: vec![line(LineKind::DayAheadEnergy, 44_501), line(LineKind::Degradation, -17)],
        total: usd(44_501),
        created_at: NOON,
    }
}

/// A bid that is cleared, with what settling it takes.
async fn cleared<S: Store>(store: &Subject<S>, tenant: &Tenant) -> (Bid, BidEvent) {
    let bid = acknowledged(store, tenant).await;
    let (bid, event) = moved(&bid, Transition::Clear);
    let won = awards(store, &bid, 1);
    store.record_awards(&won, &bid, &event, &trail_of(store, &event)).await.unwrap();
    moved(&bid, Transition::Settle)
}

/// The awards of a bid, its new state, its event and the trail are stored together, and read back
/// exactly.
pub async fn awards_are_stored_with_the_bids_state_and_trail<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let bid = acknowledged(store, &ours).await;
    let won = awards(store, &bid, 3);
    let (partly, event) = moved(&bid, Transition::ClearPartly);
    let (before, trail) = (left(store).await, full_trail(store, &ours, ("bid.award", "k-1")));
    store.record_awards(&won, &partly, &event, &trail).await.unwrap();
    assert_left(store, &before, &trail).await;
    assert_eq!(read(store, ours.org.id).await, won);
    assert_eq!(store.bid(ours.org.id, bid.id()).await.unwrap(), Some(partly));
    let events = store.bid_events(ours.org.id, bid.id()).await.unwrap();
    assert_eq!(events.last(), Some(&event));
}

/// When the bid has moved meanwhile, the awards conflict, and neither they nor the bid nor the trail
/// are stored.
pub async fn awards_of_a_stale_bid_conflict_and_nothing_is_stored<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let bid = acknowledged(store, &ours).await;
    let won = awards(store, &bid, 3);
    let (stale, event) = moved(&bid, Transition::Clear);
    let current = advance(store, &bid, Transition::Withdraw).await;
    let (before, trail) = (left(store).await, full_trail(store, &ours, ("bid.award", "k-1")));
    assert_conflict(store.record_awards(&won, &stale, &event, &trail).await);
    assert_nothing_left(store, &before, (&trail, false)).await;
    assert_eq!(read(store, ours.org.id).await, []);
    assert_eq!(store.bid(ours.org.id, bid.id()).await.unwrap(), Some(current));
}

/// Awards of a bid that the organisation lacks are not found, and nothing is stored.
pub async fn awards_of_a_foreign_bid_are_not_found<S: Store>(store: &Subject<S>) {
    let found = tenants(store).await;
    let (bid, _) = stored_bid(store, &found.ours).await;
    let (twin, _) = draft(&found.theirs, bid.id(), ercot_dam_content(date(2024, 6, 4)));
    let (twin, event) = moved(&twin, Transition::Validate);
    let won = awards(store, &twin, 2);
    let (before, trail) = (left(store).await, full_trail(store, &found.theirs, ("b.a", "k-1")));
    assert_not_found(store.record_awards(&won, &twin, &event, &trail).await);
    assert_nothing_left(store, &before, (&trail, false)).await;
    assert_eq!(read(store, found.theirs.org.id).await, []);
    assert_eq!(read(store, found.ours.org.id).await, []);
    assert_eq!(store.bid(found.ours.org.id, bid.id()).await.unwrap(), Some(bid));
}

/// Of many who bring the awards of one bid at the same time exactly one stores them, once each.
pub async fn of_concurrent_award_rounds_exactly_one_is_stored<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let bid = acknowledged(store, &ours).await;
    let (cleared, event) = moved(&bid, Transition::Clear);
    let rounds: Vec<_> =
        (0..12).map(|_| (awards(store, &bid, 3), trail_of(store, &event))).collect();
    let answers = store
        .at_once(rounds.clone(), move |store, (won, trail)| {
            let (bid, event) = (cleared.clone(), event.clone());
            async move { store.record_awards(&won, &bid, &event, &trail).await }
        })
        .await;
    let (stored, refused): (Vec<_>, Vec<_>) =
        rounds.into_iter().zip(answers).partition(|(_, answer)| answer.is_ok());
    assert_eq!(stored.len(), 1, "award rounds stored");
    refused.into_iter().for_each(|(_, answer)| assert_conflict(answer));
    let ((won, _), _) = stored.into_iter().next().unwrap();
    assert_eq!(read(store, ours.org.id).await, won);
}

/// Awards come in order of start, whatever the order of bids, narrowed by bid, market, product, span
/// and limit.
pub async fn awards_come_in_order_of_start_and_are_filtered<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let (bid, other) = (acknowledged(store, &ours).await, acknowledged(store, &ours).await);
    let mut won = awards(store, &bid, 3);
    let mut more = awards(store, &other, 2);
    more[1].product = ProductId::new("RTM").unwrap();
    for (awards, bid) in [(&mut won, &bid), (&mut more, &other)] {
        awards.reverse();
        let (bid, event) = moved(bid, Transition::Clear);
        store.record_awards(awards, &bid, &event, &trail_of(store, &event)).await.unwrap();
        awards.reverse();
    }
    let listed = read(store, ours.org.id).await;
    let starts: Vec<_> = listed.iter().map(|award| award.period.start()).collect();
    let hour = |number| won[0].period.start() + SignedDuration::from_hours(number);
    assert_eq!(starts, [hour(0), hour(0), hour(1), hour(1), hour(2)]);
    let ask = async |query| store.awards(ours.org.id, &query).await.unwrap();
    assert_eq!(ask(AwardQuery { bid: Some(bid.id()), ..all() }).await, won);
    let product = ProductId::new("RTM").ok();
    assert_eq!(ask(AwardQuery { product, ..all() }).await, more[1..2]);
    let market = MarketId::new("CAISO").ok();
    assert_eq!(ask(AwardQuery { market, ..all() }).await, []);
    let span = AwardQuery { bid: Some(bid.id()), from: hour(1), until: hour(2), ..all() };
    assert_eq!(ask(span).await, won[1..2]);
    assert_eq!(ask(AwardQuery { limit: 2, ..all() }).await, listed[..2]);
}

/// A statement is stored with the bids it settles, their events and the trail, and read back exactly.
pub async fn a_statement_is_stored_with_its_bids_and_trail<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let (one, two) = (cleared(store, &ours).await, cleared(store, &ours).await);
    let made = statement(store, &one.0, date(2024, 6, 4));
    let made = SettlementStatement { bids: vec![one.0.id(), two.0.id()], ..made };
    let (before, trail) = (left(store).await, full_trail(store, &ours, ("settle", "k-1")));
    store.record_settlement(&made, &[one.clone(), two.clone()], &trail).await.unwrap();
    assert_left(store, &before, &trail).await;
    assert_eq!(store.settlement(ours.org.id, made.id).await.unwrap(), Some(made));
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
    store.record_settlement(&first, std::slice::from_ref(&two), &early).await.unwrap();
    let before_one = store.bid(ours.org.id, one.0.id()).await.unwrap();
    let made = statement(store, &one.0, date(2024, 6, 4));
    let (before, trail) = (left(store).await, full_trail(store, &ours, ("settle", "k-1")));
    assert_conflict(store.record_settlement(&made, &[one.clone(), two], &trail).await);
    assert_nothing_left(store, &before, (&trail, false)).await;
    assert_eq!(store.settlement(ours.org.id, made.id).await.unwrap(), None);
    assert_eq!(store.bid(ours.org.id, one.0.id()).await.unwrap(), before_one);
}

/// A statement under an id that is taken is refused, and nothing of it is stored.
pub async fn a_taken_settlement_id_is_refused_and_nothing_is_stored<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let (one, two) = (cleared(store, &ours).await, cleared(store, &ours).await);
    let first = statement(store, &one.0, date(2024, 6, 4));
    let early = fixtures::trail(&ours.user, "settle");
    store.record_settlement(&first, &[one], &early).await.unwrap();
    let stored = store.bid(ours.org.id, two.0.id()).await.unwrap();
    let twin = SettlementStatement { day: date(2024, 6, 5), ..first.clone() };
    let (before, trail) = (left(store).await, full_trail(store, &ours, ("settle", "k-1")));
    assert_exists(store.record_settlement(&twin, std::slice::from_ref(&two), &trail).await);
    assert_nothing_left(store, &before, (&trail, false)).await;
    assert_eq!(store.settlement(ours.org.id, first.id).await.unwrap(), Some(first));
    assert_eq!(store.bid(ours.org.id, two.0.id()).await.unwrap(), stored);
}

/// Awards and statements of another organisation are not found.
pub async fn foreign_awards_and_statements_are_not_found<S: Store>(store: &Subject<S>) {
    let found = tenants(store).await;
    let (bid, event) = cleared(store, &found.ours).await;
    let made = statement(store, &bid, date(2024, 6, 4));
    let trail = fixtures::trail(&found.ours.user, "settle");
    let id = bid.id();
    store.record_settlement(&made, &[(bid, event)], &trail).await.unwrap();
    let theirs = found.theirs.org.id;
    assert_eq!(read(store, theirs).await, []);
    let by_bid = AwardQuery { bid: Some(id), ..all() };
    assert_eq!(store.awards(theirs, &by_bid).await.unwrap(), []);
    assert_eq!(store.awards(found.ours.org.id, &by_bid).await.unwrap().len(), 1);
    assert_eq!(store.settlement(theirs, made.id).await.unwrap(), None);
    assert_eq!(store.settlements(theirs, &settlements()).await.unwrap().items, []);
}

fn settlements() -> SettlementQuery {
    SettlementQuery { market: None, from: None, to: None, page: PageRequest::default() }
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
            store.settlements(ours.org.id, &SettlementQuery { page, ..settlements() }).await
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
        page.items.iter().map(|made| made.day.day()).collect::<Vec<_>>()
    };
    let span = |from, to| SettlementQuery {
        from: Some(date(2024, 6, from)),
        to: Some(date(2024, 6, to)),
        ..settlements()
    };
    assert_eq!(days(span(2, 3)).await, [3, 2]);
    assert_eq!(days(SettlementQuery { to: None, ..span(3, 3) }).await, [4, 3]);
    assert_eq!(days(SettlementQuery { from: None, ..span(2, 2) }).await, [2, 1]);
    let market = MarketId::new("ERCOT").ok();
    assert_eq!(days(SettlementQuery { market, ..settlements() }).await, [4, 2, 1]);
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
    assert_key_taken(store.record_awards(&won, &clear, &event, &trail).await, "k-1");
    let made = statement(store, &settled.0, date(2024, 6, 4));
    assert_key_taken(store.record_settlement(&made, &[settled], &trail).await, "k-1");
    assert_nothing_left(store, &before, (&trail, true)).await;
    assert_eq!(read(store, ours.org.id).await, stored);
    assert_eq!(store.bid(ours.org.id, bid.id()).await.unwrap(), Some(bid));
    assert_eq!(store.settlement(ours.org.id, made.id).await.unwrap(), None);
}
