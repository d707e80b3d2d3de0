//! Rules of [`PriceStore`].

mod owners;

pub use owners::*;

use super::subject::{Subject, step_aside};
use crate::id::OrgId;
use crate::market::{DataOwner, MarketId, PriceComponents, PriceObservation, Resolution};
use crate::ports::{AppendReport, PriceQuery, PriceStore};
use crate::testing::fixtures::{NOON, PriceSeries, Tenant};
use crate::unit::Price;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const START: &str = "2024-06-04T05:00:00Z";

fn ours() -> OrgId {
    Tenant::numbered(1).org.id
}

fn series() -> PriceSeries {
    PriceSeries::ercot_dam(START)
}

fn later(hours: i64) -> Timestamp {
    NOON + SignedDuration::from_hours(hours)
}

fn hour(number: i64) -> Timestamp {
    series().start() + SignedDuration::from_hours(number)
}

/// Everything of the series that `ours` sees now.
fn query(series: &PriceSeries) -> PriceQuery {
    PriceQuery {
        org: Some(ours()),
        series: series.key().clone(),
        resolution: None,
        from: hour(-1_000),
        until: hour(1_000),
        as_of: None,
        limit: 10_000,
    }
}

const fn report(inserted: u64, restated: u64, unchanged: u64) -> AppendReport {
    AppendReport {
        inserted,
        restated,
        unchanged,
    }
}

async fn append<S: PriceStore>(
    store: &Subject<S>,
    owner: DataOwner,
    prices: &[PriceObservation],
) -> AppendReport {
    store.append_prices(owner, prices).await.unwrap()
}

/// Reads as text: `24.57 -3.10`.
async fn read<S: PriceStore>(store: &Subject<S>, query: &PriceQuery) -> String {
    let prices = store.prices(query).await.unwrap();
    prices
        .iter()
        .map(|price| price.price.to_string())
        .collect::<Vec<_>>()
        .join(" ")
}

async fn versions<S: PriceStore>(store: &Subject<S>, org: OrgId) -> Vec<PriceObservation> {
    store
        .price_versions(org, series().key(), hour(0))
        .await
        .unwrap()
}

/// Prices are read back in order of start exactly as they were appended, their parts and microseconds
/// included, however they were ordered on the way in.
pub async fn prices_are_read_back_exactly_in_order_of_start<S: PriceStore>(store: &Subject<S>) {
    let mut prices = series().values(&["24.57", "-251.000001", "5000"]);
    prices[1].components = Some(PriceComponents {
        energy: Price::from_micros(20_000_001),
        congestion: Price::from_micros(-271_000_003),
        loss: Price::from_micros(1),
        greenhouse_gas: Price::ZERO,
    });
    let shuffled = [prices[2].clone(), prices[0].clone(), prices[1].clone()];
    assert_eq!(
        append(store, DataOwner::Public, &shuffled).await,
        report(3, 0, 0)
    );
    assert_eq!(store.prices(&query(&series())).await.unwrap(), prices);
}

/// A span is half-open, a limit keeps the earliest, and a length leaves out periods of another.
pub async fn prices_are_selected_by_span_length_and_limit<S: PriceStore>(store: &Subject<S>) {
    append(
        store,
        DataOwner::Public,
        &series().values(&["1", "2", "3", "4"]),
    )
    .await;
    let quarters = series().every(Resolution::Min15).values(&["0.1", "0.2"]);
    append(store, DataOwner::Public, &quarters[1..]).await;
    let base = query(&series());
    let hourly = PriceQuery {
        resolution: Some(Resolution::Hour),
        ..base.clone()
    };
    let span = PriceQuery {
        from: hour(1),
        until: hour(3),
        ..hourly.clone()
    };
    assert_eq!(read(store, &span).await, "2.00 3.00");
    assert_eq!(
        read(
            store,
            &PriceQuery {
                limit: 2,
                ..hourly.clone()
            }
        )
        .await,
        "1.00 2.00"
    );
    assert_eq!(read(store, &hourly).await, "1.00 2.00 3.00 4.00");
    let quarterly = PriceQuery {
        resolution: Some(Resolution::Min15),
        ..base.clone()
    };
    assert_eq!(read(store, &quarterly).await, "0.20");
    assert_eq!(read(store, &base).await, "1.00 0.20 2.00 3.00 4.00");
}

/// Only the series asked for is read: no other market, product or location.
pub async fn a_series_is_not_mixed_with_another<S: PriceStore>(store: &Subject<S>) {
    let north = series().at_location("HB_NORTH");
    let real_time = series().of_product("RTM");
    let mut key = series().key().clone();
    key.market = MarketId::new("CAISO").unwrap();
    let market = PriceSeries::new(key, series().start());
    let all = [series(), north, real_time, market];
    for (one, text) in all.iter().zip(["1", "2", "3", "4"]) {
        append(store, DataOwner::Public, &one.values(&[text])).await;
    }
    for (one, text) in all.iter().zip(["1.00", "2.00", "3.00", "4.00"]) {
        assert_eq!(read(store, &query(one)).await, text);
    }
}

/// A figure that equals the latest one known is not stored again, with an equal or a later knowledge time.
pub async fn an_equal_figure_is_not_stored_again<S: PriceStore>(store: &Subject<S>) {
    let prices = series().values(&["10", "20"]);
    append(store, DataOwner::Public, &prices).await;
    assert_eq!(
        append(store, DataOwner::Public, &prices).await,
        report(0, 0, 2)
    );
    let again = series().known_at(later(5)).values(&["10", "20"]);
    assert_eq!(
        append(store, DataOwner::Public, &again).await,
        report(0, 0, 2)
    );
    assert_eq!(versions(store, ours()).await, [prices[0].clone()]);
}

/// A different figure is stored beside the old one and read from its knowledge time on; before that
/// time the old one is read, and before the first nothing.
pub async fn a_restatement_is_kept_beside_the_old_figure<S: PriceStore>(store: &Subject<S>) {
    let (old, new) = (
        series().values(&["10"]),
        series().known_at(later(5)).values(&["12.5"]),
    );
    append(store, DataOwner::Public, &old).await;
    assert_eq!(
        append(store, DataOwner::Public, &new).await,
        report(0, 1, 0)
    );
    let as_of = |at| PriceQuery {
        as_of: Some(at),
        ..query(&series())
    };
    let tick = SignedDuration::from_micros(1);
    assert_eq!(read(store, &query(&series())).await, "12.50");
    assert_eq!(read(store, &as_of(later(5))).await, "12.50");
    assert_eq!(read(store, &as_of(later(5) - tick)).await, "10.00");
    assert_eq!(read(store, &as_of(NOON)).await, "10.00");
    assert_eq!(read(store, &as_of(NOON - tick)).await, "");
    assert_eq!(versions(store, ours()).await, [old, new].concat());
}

/// A figure that goes back to an earlier one is a restatement too: it is compared to the latest alone.
pub async fn a_figure_that_returns_is_stored_again<S: PriceStore>(store: &Subject<S>) {
    for (hours, text, wanted) in [(0, "10", (1, 0)), (1, "11", (0, 1)), (2, "10", (0, 1))] {
        let prices = series().known_at(later(hours)).values(&[text]);
        let (inserted, restated) = wanted;
        let done = append(store, DataOwner::Public, &prices).await;
        assert_eq!(
            done,
            report(inserted, restated, 0),
            "{text} known after {hours} h"
        );
    }
    assert_eq!(versions(store, ours()).await.len(), 3);
    assert_eq!(read(store, &query(&series())).await, "10.00");
}

/// A figure with older knowledge that arrives late is kept under its own time and does not displace
/// the newer one.
pub async fn late_news_of_an_older_figure_does_not_displace_the_newer<S: PriceStore>(
    store: &Subject<S>,
) {
    append(
        store,
        DataOwner::Public,
        &series().known_at(later(5)).values(&["12"]),
    )
    .await;
    let old = series().values(&["10"]);
    assert_eq!(
        append(store, DataOwner::Public, &old).await,
        report(0, 1, 0)
    );
    assert_eq!(read(store, &query(&series())).await, "12.00");
    let then = PriceQuery {
        as_of: Some(later(4)),
        ..query(&series())
    };
    assert_eq!(read(store, &then).await, "10.00");
    let known: Vec<_> = versions(store, ours())
        .await
        .iter()
        .map(|p| p.known_at)
        .collect();
    assert_eq!(known, [NOON, later(5)]);
}

/// A different figure with the same knowledge time replaces the one stored.
pub async fn a_correction_at_the_same_knowledge_time_replaces<S: PriceStore>(store: &Subject<S>) {
    append(store, DataOwner::Public, &series().values(&["10"])).await;
    let mut corrected = series().values(&["10"]);
    let parts = PriceComponents {
        energy: Price::from_units(9),
        congestion: Price::from_units(1),
        loss: Price::ZERO,
        greenhouse_gas: Price::ZERO,
    };
    corrected[0].components = Some(parts);
    assert_eq!(
        append(store, DataOwner::Public, &corrected).await,
        report(0, 1, 0)
    );
    assert_eq!(versions(store, ours()).await, corrected);
    let other = series().values(&["11"]);
    assert_eq!(
        append(store, DataOwner::Public, &other).await,
        report(0, 1, 0)
    );
    assert_eq!(versions(store, ours()).await, other);
    assert_eq!(read(store, &query(&series())).await, "11.00");
}

/// A repeat within one append is treated as if it came in the next.
pub async fn a_repeat_within_one_append_counts_as_a_later_one<S: PriceStore>(store: &Subject<S>) {
    let first = series().values(&["10", "20"]);
    let again = series().known_at(later(1)).values(&["10", "21"]);
    let both = [first.clone(), again.clone()].concat();
    assert_eq!(
        append(store, DataOwner::Public, &both).await,
        report(2, 1, 1)
    );
    assert_eq!(read(store, &query(&series())).await, "10.00 21.00");
    let start = hour(1);
    let known = store
        .price_versions(ours(), series().key(), start)
        .await
        .unwrap();
    assert_eq!(known, [first[1].clone(), again[1].clone()]);
}

/// Counts an append as finished, also when it panics: its readers must not wait for ever.
struct Finished(Arc<AtomicUsize>);

impl Drop for Finished {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// A reader sees an append wholly or not at all.
pub async fn a_reader_never_sees_half_an_append<S: PriceStore>(store: &Subject<S>) {
    let text = vec!["10"; 500];
    let batches = (0..4).map(|batch| {
        let start = hour(batch * 1_000);
        Some(PriceSeries::new(series().key().clone(), start).values(&text))
    });
    let readers = std::iter::repeat_n(None, 4);
    let all = PriceQuery {
        until: hour(10_000),
        ..query(&series())
    };
    let finished = Arc::new(AtomicUsize::new(0));
    let counts = store
        .at_once(batches.chain(readers), |store, work| {
            let (all, finished) = (all.clone(), Arc::clone(&finished));
            async move {
                if let Some(batch) = work {
                    let _finished = Finished(finished);
                    store
                        .append_prices(DataOwner::Public, &batch)
                        .await
                        .unwrap();
                    return Vec::new();
                }
                let mut counts = Vec::new();
                while finished.load(Ordering::SeqCst) < 4 {
                    counts.push(store.prices(&all).await.unwrap().len());
                    step_aside().await;
                }
                counts
            }
        })
        .await
        .concat();
    let torn: Vec<_> = counts.iter().filter(|count| **count % 500 != 0).collect();
    assert!(torn.is_empty(), "appends seen in part: {torn:?}");
    assert_eq!(store.prices(&all).await.unwrap().len(), 2_000);
}

/// Of concurrent appends of one figure exactly one stores it.
pub async fn a_figure_appended_at_the_same_time_is_stored_once<S: PriceStore>(store: &Subject<S>) {
    let reports = store
        .at_once(0..16, |store, _| async move {
            store
                .append_prices(DataOwner::Public, &series().values(&["10"]))
                .await
                .unwrap()
        })
        .await;
    let inserted: u64 = reports.iter().map(|report| report.inserted).sum();
    let unchanged: u64 = reports.iter().map(|report| report.unchanged).sum();
    assert_eq!((inserted, unchanged), (1, 15));
    assert_eq!(versions(store, ours()).await.len(), 1);
}
