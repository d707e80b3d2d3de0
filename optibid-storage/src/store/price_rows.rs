//! What an append of prices comes to: which rows to write, and what to report.

use crate::fault::{corrupt, defect};
use crate::row::{Row, micros};
use jiff::Timestamp;
use optibid_core::market::{
    DeliveryPeriod, LocationCode, MarketId, PriceComponents, PriceObservation, ProductId,
    Resolution,
};
use optibid_core::ports::{AppendReport, SeriesKey, StoreError};
use optibid_core::unit::Price;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};

/// A period of a series: start and length, as stored.
pub(super) type PeriodKey = (i64, i64);

/// A figure for a period and since when it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Figure {
    known_at: i64,
    price: i64,
    components: Option<String>,
}

impl Figure {
    fn states_the_same_as(&self, other: &Self) -> bool {
        self.price == other.price && self.components == other.components
    }
}

/// Prices of one series, as stored.
pub(super) struct SeriesRows {
    pub(super) key: SeriesKey,
    rows: Vec<(PeriodKey, Figure)>,
}

impl SeriesRows {
    /// First and last start.
    pub(super) fn span(&self) -> (i64, i64) {
        let starts = || self.rows.iter().map(|((start, _), _)| *start);
        (starts().min().unwrap_or(0), starts().max().unwrap_or(0))
    }
}

/// Sorts prices by series; those of a series keep their order.
pub(super) fn by_series(prices: &[PriceObservation]) -> Result<Vec<SeriesRows>, StoreError> {
    let mut series: BTreeMap<SeriesKey, Vec<(PeriodKey, Figure)>> = BTreeMap::new();
    let mut last: Option<(SeriesKey, Vec<(PeriodKey, Figure)>)> = None;
    for price in prices {
        let fits = |key: &SeriesKey| {
            key.market == price.market
                && key.product == price.product
                && key.location == price.location
        };
        let row = row_of(price)?;
        match &mut last {
            Some((key, rows)) if fits(key) => rows.push(row),
            _ => {
                if let Some((key, rows)) = last.take() {
                    series.entry(key).or_default().extend(rows);
                }
                last = Some((key_of(price), vec![row]));
            }
        }
    }
    if let Some((key, rows)) = last {
        series.entry(key).or_default().extend(rows);
    }
    Ok(series
        .into_iter()
        .map(|(key, rows)| SeriesRows { key, rows })
        .collect())
}

fn key_of(price: &PriceObservation) -> SeriesKey {
    SeriesKey {
        market: price.market.clone(),
        product: price.product.clone(),
        location: price.location.clone(),
    }
}

fn row_of(price: &PriceObservation) -> Result<(PeriodKey, Figure), StoreError> {
    let components = price
        .components
        .as_ref()
        .map(serde_json::to_string)
        .transpose();
    let figure = Figure {
        known_at: micros(price.known_at),
        price: price.price.micros(),
        components: components.map_err(|e| defect(e.to_string()))?,
    };
    Ok((
        (
            micros(price.period.start()),
            price.period.resolution().seconds(),
        ),
        figure,
    ))
}

/// The figure known last for each period, from rows `starts_at, seconds, known_at, price, components`
/// in order of knowledge.
pub(super) fn known(rows: Vec<Row>) -> Result<HashMap<PeriodKey, Figure>, StoreError> {
    let mut known = HashMap::with_capacity(rows.len());
    for mut row in rows {
        let period = (row.int("starts_at")?, row.int("seconds")?);
        let figure = Figure {
            known_at: row.int("known_at")?,
            price: row.int("price")?,
            components: row.opt_text("components")?,
        };
        known.insert(period, figure);
    }
    Ok(known)
}

/// What to write for a series whose last known figures are `known`, and what to report.
pub(super) fn merge(
    series: &SeriesRows,
    mut known: HashMap<PeriodKey, Figure>,
) -> (Vec<Value>, AppendReport) {
    let mut report = AppendReport::default();
    let mut writes: BTreeMap<(PeriodKey, i64), &Figure> = BTreeMap::new();
    for (period, figure) in &series.rows {
        match known.get(period) {
            Some(last) if last.states_the_same_as(figure) => {
                report.unchanged += 1;
                continue;
            }
            Some(_) => report.restated += 1,
            None => report.inserted += 1,
        }
        writes.insert((*period, figure.known_at), figure);
        // A figure known earlier than the last one joins the history without becoming the last.
        if known
            .get(period)
            .is_none_or(|last| last.known_at <= figure.known_at)
        {
            known.insert(*period, figure.clone());
        }
    }
    let row = |(((start, seconds), known_at), figure): ((PeriodKey, i64), &Figure)| {
        json!([start, seconds, known_at, figure.price, figure.components])
    };
    (writes.into_iter().map(row).collect(), report)
}

/// A price from `starts_at, seconds, known_at, price, components`.
pub(super) fn observation(row: &mut Row, key: SeriesKey) -> Result<PriceObservation, StoreError> {
    let start = row.at("starts_at")?;
    let seconds = row.int("seconds")?;
    let resolution = Resolution::ALL.into_iter().find(|r| r.seconds() == seconds);
    let resolution =
        resolution.ok_or_else(|| corrupt("price", format!("a period of {seconds} seconds")))?;
    let known_at: Timestamp = row.at("known_at")?;
    let price = Price::from_micros(row.int("price")?);
    let components = row.opt_text("components")?;
    let components = components.map(|text| serde_json::from_str::<PriceComponents>(&text));
    Ok(PriceObservation {
        market: key.market,
        product: key.product,
        location: key.location,
        period: DeliveryPeriod::new(start, resolution).map_err(|e| corrupt("price", e))?,
        price,
        components: components.transpose().map_err(|e| corrupt("price", e))?,
        known_at,
    })
}

/// A series from `market, product, location`.
pub(super) fn series_key(row: &mut Row) -> Result<SeriesKey, StoreError> {
    Ok(SeriesKey {
        market: row.parse::<MarketId>("market")?,
        product: row.parse::<ProductId>("product")?,
        location: row.parse::<LocationCode>("location")?,
    })
}
