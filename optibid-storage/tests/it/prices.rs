//! Imports larger than one statement.

use crate::databases::{postgres, sqlite};
use optibid_core::market::{DataOwner, PriceObservation, Resolution};
use optibid_core::ports::{AppendReport, PriceQuery};
use optibid_core::testing::fixtures::PriceSeries;
use optibid_core::unit::Price;
use optibid_storage::Database;

/// Rather more than two statements' worth.
const COUNT: usize = 12_345;

/// A figure for every five minutes, known at the usual time.
fn figures(series: &PriceSeries) -> Vec<PriceObservation> {
    let texts: Vec<_> = (0..COUNT)
        .map(|i| format!("{}.{:02}", i % 313, i % 100))
        .collect();
    series.values(&texts.iter().map(String::as_str).collect::<Vec<_>>())
}

/// The same a day later, every fifth restated.
fn restated(first: &[PriceObservation]) -> Vec<PriceObservation> {
    let restate = |(index, price): (usize, &PriceObservation)| PriceObservation {
        price: if index % 5 == 0 {
            Price::from_cents(-1)
        } else {
            price.price
        },
        known_at: price.known_at + jiff::SignedDuration::from_hours(24),
        ..price.clone()
    };
    first.iter().enumerate().map(restate).collect()
}

async fn a_large_import(database: Database) {
    let store = database.stores().prices;
    let series = PriceSeries::ercot_dam("2024-01-01T00:00:00Z").every(Resolution::Min5);
    let (first, count) = (figures(&series), u64::try_from(COUNT).unwrap());
    let report = store
        .append_prices(DataOwner::Public, &first)
        .await
        .unwrap();
    assert_eq!(
        report,
        AppendReport {
            inserted: count,
            ..AppendReport::default()
        }
    );

    let second = restated(&first);
    let report = store
        .append_prices(DataOwner::Public, &second)
        .await
        .unwrap();
    let changed = u64::try_from(COUNT.div_ceil(5)).unwrap();
    let wanted = AppendReport {
        inserted: 0,
        restated: changed,
        unchanged: count - changed,
    };
    assert_eq!(report, wanted);

    let mut query = PriceQuery {
        org: None,
        series: series.key().clone(),
        resolution: None,
        from: series.start(),
        until: jiff::Timestamp::MAX,
        as_of: Some(first[0].known_at),
        limit: u32::MAX,
    };
    assert_eq!(
        store.prices(&query).await.unwrap(),
        first,
        "what was known then"
    );
    query.as_of = None;
    let now = store.prices(&query).await.unwrap();
    let known: Vec<_> = now.iter().map(|price| price.price).collect();
    let wanted: Vec<_> = second.iter().map(|price| price.price).collect();
    assert_eq!(known, wanted, "what is known now");
    database.close().await;
}

#[tokio::test]
async fn sqlite_keeps_a_large_import_and_its_restatement() {
    a_large_import(sqlite().await).await;
}

#[tokio::test]
async fn postgres_keeps_a_large_import_and_its_restatement() {
    a_large_import(postgres().await).await;
}
