//! Rules of [`PortfolioStore`].

mod statements;

pub use statements::*;

use super::subject::Subject;
use super::world::{
    Trailed, assert_conflict, assert_left, assert_not_found, assert_nothing_left, full_trail, left,
    stored_bid, tenants, trail_of,
};
use crate::bid::{Bid, Transition};
use crate::id::{AwardId, OrgId};
use crate::market::{MarketId, ProductId};
use crate::portfolio::Award;
use crate::ports::{AwardQuery, BidStore, PortfolioStore};
use crate::testing::fixtures::{NOON, Tenant, draft, ercot_dam_content, moved};
use crate::unit::{Power, Price};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};

/// All that a test needs of an adapter for awards and settlements.
pub trait Store: PortfolioStore + BidStore + Trailed {}
impl<S: PortfolioStore + BidStore + Trailed> Store for S {}

async fn advance<S: Store>(store: &Subject<S>, bid: &Bid, step: Transition) -> Bid {
    let (next, event) = moved(bid, step);
    store
        .update_bid(&next, &event, &trail_of(store, &event))
        .await
        .unwrap();
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
    (0..)
        .zip(content.curves().iter().take(count))
        .map(award)
        .collect()
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

/// The awards of a bid, its new state, its event and the trail are stored together, and read back
/// exactly.
pub async fn awards_are_stored_with_the_bids_state_and_trail<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let bid = acknowledged(store, &ours).await;
    let won = awards(store, &bid, 3);
    let (partly, event) = moved(&bid, Transition::ClearPartly);
    let (before, trail) = (
        left(store).await,
        full_trail(store, &ours, ("bid.award", "k-1")),
    );
    store
        .record_awards(&won, &partly, &event, &trail)
        .await
        .unwrap();
    assert_left(store, &before, &trail).await;
    assert_eq!(read(store, ours.org.id).await, won);
    assert_eq!(
        store.bid(ours.org.id, bid.id()).await.unwrap(),
        Some(partly)
    );
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
    let (before, trail) = (
        left(store).await,
        full_trail(store, &ours, ("bid.award", "k-1")),
    );
    assert_conflict(store.record_awards(&won, &stale, &event, &trail).await);
    assert_nothing_left(store, &before, (&trail, false)).await;
    assert_eq!(read(store, ours.org.id).await, []);
    assert_eq!(
        store.bid(ours.org.id, bid.id()).await.unwrap(),
        Some(current)
    );
}

/// Awards of a bid that the organisation lacks are not found, and nothing is stored.
pub async fn awards_of_a_foreign_bid_are_not_found<S: Store>(store: &Subject<S>) {
    let found = tenants(store).await;
    let (bid, _) = stored_bid(store, &found.ours).await;
    let (twin, _) = draft(&found.theirs, bid.id(), ercot_dam_content(date(2024, 6, 4)));
    let (twin, event) = moved(&twin, Transition::Validate);
    let won = awards(store, &twin, 2);
    let (before, trail) = (
        left(store).await,
        full_trail(store, &found.theirs, ("b.a", "k-1")),
    );
    assert_not_found(store.record_awards(&won, &twin, &event, &trail).await);
    assert_nothing_left(store, &before, (&trail, false)).await;
    assert_eq!(read(store, found.theirs.org.id).await, []);
    assert_eq!(read(store, found.ours.org.id).await, []);
    assert_eq!(
        store.bid(found.ours.org.id, bid.id()).await.unwrap(),
        Some(bid)
    );
}

/// Of many who bring the awards of one bid at the same time exactly one stores them, once each.
pub async fn of_concurrent_award_rounds_exactly_one_is_stored<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let bid = acknowledged(store, &ours).await;
    let (cleared, event) = moved(&bid, Transition::Clear);
    let rounds: Vec<_> = (0..12)
        .map(|_| (awards(store, &bid, 3), trail_of(store, &event)))
        .collect();
    let answers = store
        .at_once(rounds.clone(), move |store, (won, trail)| {
            let (bid, event) = (cleared.clone(), event.clone());
            async move { store.record_awards(&won, &bid, &event, &trail).await }
        })
        .await;
    let (stored, refused): (Vec<_>, Vec<_>) = rounds
        .into_iter()
        .zip(answers)
        .partition(|(_, answer)| answer.is_ok());
    assert_eq!(stored.len(), 1, "award rounds stored");
    refused
        .into_iter()
        .for_each(|(_, answer)| assert_conflict(answer));
    let ((won, _), _) = stored.into_iter().next().unwrap();
    assert_eq!(read(store, ours.org.id).await, won);
}

/// Awards come in order of start, whatever the order of bids, narrowed by bid, market, product, span
/// and limit.
pub async fn awards_come_in_order_of_start_and_are_filtered<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let (bid, other) = (
        acknowledged(store, &ours).await,
        acknowledged(store, &ours).await,
    );
    let mut won = awards(store, &bid, 3);
    let mut more = awards(store, &other, 2);
    more[1].product = ProductId::new("RTM").unwrap();
    for (awards, bid) in [(&mut won, &bid), (&mut more, &other)] {
        awards.reverse();
        let (bid, event) = moved(bid, Transition::Clear);
        store
            .record_awards(awards, &bid, &event, &trail_of(store, &event))
            .await
            .unwrap();
        awards.reverse();
    }
    let listed = read(store, ours.org.id).await;
    let starts: Vec<_> = listed.iter().map(|award| award.period.start()).collect();
    let hour = |number| won[0].period.start() + SignedDuration::from_hours(number);
    assert_eq!(starts, [hour(0), hour(0), hour(1), hour(1), hour(2)]);
    let ask = async |query| store.awards(ours.org.id, &query).await.unwrap();
    assert_eq!(
        ask(AwardQuery {
            bid: Some(bid.id()),
            ..all()
        })
        .await,
        won
    );
    let product = ProductId::new("RTM").ok();
    assert_eq!(ask(AwardQuery { product, ..all() }).await, more[1..2]);
    let market = MarketId::new("CAISO").ok();
    assert_eq!(ask(AwardQuery { market, ..all() }).await, []);
    let span = AwardQuery {
        bid: Some(bid.id()),
        from: hour(1),
        until: hour(2),
        ..all()
    };
    assert_eq!(ask(span).await, won[1..2]);
    assert_eq!(ask(AwardQuery { limit: 2, ..all() }).await, listed[..2]);
}
