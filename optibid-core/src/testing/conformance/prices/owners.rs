//! Rules of [`PriceStore`](crate::ports::PriceStore): who sees what, and the latest price.

use super::{append, later, ours, query, read, report, series, versions};
use crate::id::OrgId;
use crate::market::{DataOwner, MarketId, ProductId};
use crate::ports::{LatestQuery, PriceQuery, PriceStore};
use crate::testing::conformance::subject::Subject;
use crate::testing::fixtures::{NOON, PriceSeries, Tenant};

fn theirs() -> OrgId {
    Tenant::numbered(2).org.id
}

const fn latest() -> LatestQuery {
    LatestQuery {
        org: None,
        market: None,
        product: None,
        location: None,
        until: None,
        limit: 1_000,
    }
}

/// Prices of another organisation are seen by no method.
pub async fn private_prices_are_seen_by_their_owner_alone<S: PriceStore>(store: &Subject<S>) {
    append(
        store,
        DataOwner::Org(theirs()),
        &series().values(&["66", "67"]),
    )
    .await;
    let mine = query(&series());
    assert_eq!(
        read(
            store,
            &PriceQuery {
                org: Some(theirs()),
                ..mine.clone()
            }
        )
        .await,
        "66.00 67.00"
    );
    assert_eq!(read(store, &mine).await, "");
    let anybody = PriceQuery { org: None, ..mine };
    assert_eq!(read(store, &anybody).await, "");
    assert_eq!(versions(store, ours()).await, []);
    for org in [None, Some(ours())] {
        let seen = store
            .latest_prices(&LatestQuery { org, ..latest() })
            .await
            .unwrap();
        assert_eq!(seen, [], "latest prices seen by {org:?}");
    }
    let own = LatestQuery {
        org: Some(theirs()),
        ..latest()
    };
    assert_eq!(store.latest_prices(&own).await.unwrap().len(), 1);
    append(store, DataOwner::Public, &series().values(&["1"])).await;
    assert_eq!(read(store, &anybody).await, "1.00");
}

/// Of a public and an own figure the one known last is read, period by period; another organisation
/// goes on reading the public one.
pub async fn of_public_and_own_prices_the_one_known_last_is_read<S: PriceStore>(
    store: &Subject<S>,
) {
    append(store, DataOwner::Public, &series().values(&["10", "20"])).await;
    let own = series().known_at(later(1)).values(&["11"]);
    assert_eq!(
        append(store, DataOwner::Org(ours()), &own).await,
        report(1, 0, 0)
    );
    let mine = query(&series());
    assert_eq!(read(store, &mine).await, "11.00 20.00");
    assert_eq!(
        read(
            store,
            &PriceQuery {
                org: Some(theirs()),
                ..mine.clone()
            }
        )
        .await,
        "10.00 20.00"
    );
    let then = PriceQuery {
        as_of: Some(NOON),
        ..mine.clone()
    };
    assert_eq!(read(store, &then).await, "10.00 20.00");
    append(
        store,
        DataOwner::Public,
        &series().known_at(later(2)).values(&["12"]),
    )
    .await;
    assert_eq!(read(store, &mine).await, "12.00 20.00");
    assert_eq!(versions(store, ours()).await.len(), 3);
    assert_eq!(versions(store, theirs()).await.len(), 2);
}

/// An equal figure of another owner is new for this one: owners are compared with themselves alone.
pub async fn owners_do_not_hide_each_others_prices<S: PriceStore>(store: &Subject<S>) {
    let prices = series().values(&["10"]);
    append(store, DataOwner::Org(theirs()), &prices).await;
    assert_eq!(
        append(store, DataOwner::Public, &prices).await,
        report(1, 0, 0)
    );
    assert_eq!(
        append(store, DataOwner::Org(ours()), &prices).await,
        report(1, 0, 0)
    );
    assert_eq!(
        append(store, DataOwner::Org(ours()), &prices).await,
        report(0, 0, 1)
    );
}

/// The latest price of a series is the last period's, in its last known figure; series come in order.
pub async fn the_latest_price_is_the_last_periods_last_figure<S: PriceStore>(store: &Subject<S>) {
    let (north, real_time) = (series().at_location("HB_NORTH"), series().of_product("RTM"));
    append(store, DataOwner::Public, &real_time.values(&["5"])).await;
    append(
        store,
        DataOwner::Public,
        &series().known_at(later(3)).values(&["1", "2"]),
    )
    .await;
    let corrected = series().known_at(later(4)).values(&["9", "3"]);
    append(store, DataOwner::Public, &corrected).await;
    append(store, DataOwner::Public, &north.values(&["7"])).await;
    let all = store.latest_prices(&latest()).await.unwrap();
    let shown = all
        .iter()
        .map(|p| format!("{} {} {}", p.product, p.location, p.price));
    let shown = shown.collect::<Vec<_>>();
    assert_eq!(
        shown,
        [
            "DAM HB_NORTH 7.00",
            "DAM HB_SOUTH 3.00",
            "RTM HB_SOUTH 5.00"
        ]
    );
    assert_eq!(all[1], corrected[1]);
    let first = store
        .latest_prices(&LatestQuery {
            until: None,
            limit: 1,
            ..latest()
        })
        .await
        .unwrap();
    assert_eq!(first, all[..1]);
}

/// Latest prices are narrowed by market, product and location.
pub async fn latest_prices_are_filtered<S: PriceStore>(store: &Subject<S>) {
    let (north, real_time) = (series().at_location("HB_NORTH"), series().of_product("RTM"));
    let mut key = series().key().clone();
    key.market = MarketId::new("CAISO").unwrap();
    let other = PriceSeries::new(key.clone(), series().start());
    for (one, text) in [
        (&series(), "1"),
        (&north, "2"),
        (&real_time, "3"),
        (&other, "4"),
    ] {
        append(store, DataOwner::Public, &one.values(&[text])).await;
    }
    let read = async |query| {
        let found = store.latest_prices(&query).await.unwrap();
        found
            .iter()
            .map(|p| p.price.to_string())
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(
        read(LatestQuery {
            market: Some(key.market),
            ..latest()
        })
        .await,
        "4.00"
    );
    let product = Some(ProductId::new("RTM").unwrap());
    assert_eq!(
        read(LatestQuery {
            product,
            ..latest()
        })
        .await,
        "3.00"
    );
    let location = Some(north.key().location.clone());
    assert_eq!(
        read(LatestQuery {
            location,
            ..latest()
        })
        .await,
        "2.00"
    );
}

/// The latest price for an organisation heeds its own newer period and its own newer figure.
pub async fn the_latest_price_heeds_own_prices<S: PriceStore>(store: &Subject<S>) {
    append(store, DataOwner::Public, &series().values(&["1"])).await;
    append(store, DataOwner::Org(ours()), &series().values(&["1", "8"])).await;
    let seen = async |org| {
        let found = store
            .latest_prices(&LatestQuery { org, ..latest() })
            .await
            .unwrap();
        found
            .iter()
            .map(|p| p.price.to_string())
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(seen(Some(ours())).await, "8.00");
    assert_eq!(seen(Some(theirs())).await, "1.00");
    assert_eq!(seen(None).await, "1.00");
}

/// With `until` it is the latest period that has begun by then; a series that begins later is left out.
pub async fn the_latest_price_by_an_instant_is_of_a_period_that_has_begun<S: PriceStore>(
    store: &Subject<S>,
) {
    let prices = series().values(&["1", "2", "3"]);
    append(store, DataOwner::Public, &prices).await;
    let [first, second, third] = [0, 1, 2].map(|i| prices[i].period.start());
    let moment = jiff::SignedDuration::from_secs(1);
    for (until, seen) in [
        (first - moment, ""),
        (first, "1.00"),
        (second - moment, "1.00"),
        (second, "2.00"),
        (third + moment, "3.00"),
    ] {
        let query = LatestQuery {
            until: Some(until),
            ..latest()
        };
        let found = store.latest_prices(&query).await.unwrap();
        let found: Vec<_> = found.iter().map(|p| p.price.to_string()).collect();
        assert_eq!(found.join(" "), seen, "by {until}");
    }
}
