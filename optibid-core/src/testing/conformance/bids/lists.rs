//! Rules of [`BidStore`](crate::ports::BidStore): lists.

use super::{Store, list};
use crate::bid::{Bid, BidState, Transition};
use crate::id::BidId;
use crate::market::{MarketId, ProductId};
use crate::ports::{BidQuery, Ids, PageRequest};
use crate::testing::conformance::subject::Subject;
use crate::testing::conformance::world::{assert_not_found, stored_bid, tenants, trail_of, walk};
use crate::testing::fixtures::{self, Tenant, draft, ercot_dam_content, ercot_rtm_content, moved};
use jiff::civil::date;

/// A list comes newest first, page by page; bids drafted between two pages hide none and repeat none.
pub async fn a_list_of_bids_is_newest_first_and_stable_under_inserts<S: Store>(store: &Subject<S>) {
    let found = tenants(store).await;
    let (ours, mut ids) = (&found.ours, Vec::new());
    let content = || ercot_dam_content(date(2024, 6, 4));
    let reserved: BidId = store.ids.next(BidId::from_uuid);
    for _ in 0..7 {
        ids.push(stored_bid(store, ours).await.0.id());
        stored_bid(store, &found.theirs).await;
    }
    let insert = async |id| {
        let (bid, event) = draft(ours, id, content());
        store
            .insert_bid(&bid, &event, &trail_of(store, &event))
            .await
            .unwrap();
    };
    let newest = store.ids.next(BidId::from_uuid);
    let listed = walk(
        2,
        async |page| {
            store
                .bids(
                    ours.org.id,
                    &BidQuery {
                        page,
                        ..BidQuery::default()
                    },
                )
                .await
        },
        async || {
            insert(newest).await;
            insert(reserved).await;
        },
    )
    .await;
    ids.reverse();
    ids.push(reserved);
    assert_eq!(listed.iter().map(Bid::id).collect::<Vec<_>>(), ids);
    let now = list(store, ours.org.id, BidQuery::default()).await;
    assert_eq!(now.first(), Some(&newest));
}

/// The last page says that it is the last, also when it is full.
pub async fn a_full_last_page_of_bids_has_no_next<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    for _ in 0..4 {
        stored_bid(store, &ours).await;
    }
    let query = |after| BidQuery {
        page: PageRequest { limit: 2, after },
        ..BidQuery::default()
    };
    let first = store.bids(ours.org.id, &query(None)).await.unwrap();
    assert!(first.next.is_some());
    let second = store.bids(ours.org.id, &query(first.next)).await.unwrap();
    assert_eq!((second.items.len(), second.next), (2, None));
}

/// A cursor that no page ever gave is not found.
pub async fn an_invented_cursor_of_bids_is_not_found<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    stored_bid(store, &ours).await;
    let page = PageRequest {
        limit: 2,
        after: Some("no cursor'; --".to_owned()),
    };
    assert_not_found(
        store
            .bids(
                ours.org.id,
                &BidQuery {
                    page,
                    ..BidQuery::default()
                },
            )
            .await,
    );
}

/// Every filter of a list narrows it by its own property, and all of them hold together.
pub async fn bids_are_filtered_by_market_product_day_and_state<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let mut caiso = ercot_dam_content(date(2024, 6, 4));
    caiso.market = MarketId::new("CAISO").unwrap();
    let contents = [
        ercot_dam_content(date(2024, 6, 4)),
        ercot_rtm_content(date(2024, 6, 4)),
        caiso,
        ercot_dam_content(date(2024, 6, 5)),
    ];
    let mut ids = Vec::new();
    for content in contents {
        let (bid, event) = draft(&ours, store.ids.next(BidId::from_uuid), content);
        let trail = trail_of(store, &event);
        store.insert_bid(&bid, &event, &trail).await.unwrap();
        ids.push(bid);
    }
    let [dam, rtm, caiso, later] = <[Bid; 4]>::try_from(ids).unwrap();
    let (valid, event) = moved(&later, Transition::Validate);
    let trail = trail_of(store, &event);
    store.update_bid(&valid, &event, &trail).await.unwrap();
    let (dam, rtm, caiso, later) = (dam.id(), rtm.id(), caiso.id(), later.id());
    let any = BidQuery::default;
    let ercot = Some(MarketId::new("ERCOT").unwrap());
    let day_ahead = Some(ProductId::new("DAM").unwrap());
    let day = Some(date(2024, 6, 4));
    let org = ours.org.id;
    let market = BidQuery {
        market: ercot.clone(),
        ..any()
    };
    assert_eq!(list(store, org, market).await, [later, rtm, dam]);
    let product = BidQuery {
        product: day_ahead.clone(),
        ..any()
    };
    assert_eq!(list(store, org, product).await, [later, caiso, dam]);
    let delivery = BidQuery {
        delivery_day: day,
        ..any()
    };
    assert_eq!(list(store, org, delivery).await, [caiso, rtm, dam]);
    let states = BidQuery {
        states: vec![BidState::Validated, BidState::Settled],
        ..any()
    };
    assert_eq!(list(store, org, states).await, [later]);
    let states = vec![BidState::Draft];
    let all = BidQuery {
        market: ercot,
        product: day_ahead,
        delivery_day: day,
        states,
        ..any()
    };
    assert_eq!(list(store, org, all).await, [dam]);
}

/// Open bids of all organisations come the oldest first, only in the states asked for, within the
/// limit.
pub async fn open_bids_come_oldest_first_from_all_organisations<S: Store>(store: &Subject<S>) {
    let found = tenants(store).await;
    let (oldest, _) = stored_bid(store, &found.theirs).await;
    let (middle, _) = stored_bid(store, &found.ours).await;
    let (newest, _) = stored_bid(store, &found.theirs).await;
    let (valid, event) = moved(&middle, Transition::Validate);
    store
        .update_bid(&valid, &event, &trail_of(store, &event))
        .await
        .unwrap();
    let drafts = store.open_bids(&[BidState::Draft], None, 10).await.unwrap();
    assert_eq!(drafts, [oldest.clone(), newest.clone()]);
    let both = [BidState::Validated, BidState::Draft];
    assert_eq!(
        store.open_bids(&both, None, 10).await.unwrap(),
        [oldest.clone(), valid.clone(), newest.clone()]
    );
    let first = store.open_bids(&both, None, 1).await.unwrap();
    assert_eq!(first, std::slice::from_ref(&oldest));
    let rest = store.open_bids(&both, Some(oldest.id()), 10).await.unwrap();
    assert_eq!(rest, [valid, newest]);
    let settled = [BidState::Settled];
    assert_eq!(store.open_bids(&settled, None, 10).await.unwrap(), []);
}

/// Bids of two organisations written at the same time never mix.
pub async fn writers_of_two_organisations_do_not_mix<S: Store>(store: &Subject<S>) {
    let found = tenants(store).await;
    let work: Vec<(Tenant, BidId)> = (0..20)
        .map(|number| {
            let tenant = if number % 2 == 0 {
                &found.ours
            } else {
                &found.theirs
            };
            (tenant.clone(), store.ids.next(BidId::from_uuid))
        })
        .collect();
    let ids = store.ids.uuid();
    let written = store
        .at_once(work.clone(), move |store, (tenant, id)| async move {
            let (bid, event) = draft(&tenant, id, ercot_dam_content(date(2024, 6, 4)));
            let mut trail = fixtures::bid_trail(&event, ids).build();
            trail.events.clear();
            store.insert_bid(&bid, &event, &trail).await
        })
        .await;
    assert!(written.iter().all(Result::is_ok), "{written:?}");
    for tenant in [&found.ours, &found.theirs] {
        let own = work
            .iter()
            .rev()
            .filter(|(owner, _)| owner == tenant)
            .map(|(_, id)| *id);
        let listed = list(store, tenant.org.id, BidQuery::default()).await;
        assert_eq!(listed, own.collect::<Vec<_>>());
    }
}
