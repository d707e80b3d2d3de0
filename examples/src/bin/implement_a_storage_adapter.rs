//! A storage adapter of one's own: prices in a file of JSON lines, checked by the port's own conformance suite.
//!
//! The port's documentation is the contract: an append is applied wholly or not at all, an equal figure is not stored again, a restatement is
//! kept beside the old one, nobody sees another organisation's prices. The suite holds one test for each of these sentences; an adapter that
//! passes can take the place of the databases. This one is small and honest: it reads all into memory, and syncs the file before it answers.
//!
//! ```text
//! cargo nextest run -p optibid-examples --bin implement_a_storage_adapter     # the suite over this adapter
//! ```
//!
//! # Prints
//! ```text
//! appended: 24 new, 0 restated, 0 known already
//! appended: 0 new, 1 restated, 23 known already
//! opened again: 24 prices, the first of them 30.00
//! as known in the evening before: 24.57
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use async_trait::async_trait;
use jiff::Timestamp;
use optibid_core::id::OrgId;
use optibid_core::market::{DataOwner, DeliveryPeriod, PriceObservation};
use optibid_core::ports::{
    AppendReport, LatestQuery, PriceQuery, PriceStore, SeriesKey, StoreError,
};
use optibid_core::unit::Price;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// One line of the file: all prices of one append that said something new, so that half an append cannot be read back.
#[derive(Serialize, Deserialize)]
struct Line {
    org: Option<OrgId>,
    prices: Vec<PriceObservation>,
}

/// The figures of one owner for one period, by when they became known.
type Versions = BTreeMap<Timestamp, PriceObservation>;
type Periods = BTreeMap<DeliveryPeriod, BTreeMap<DataOwner, Versions>>;

struct State {
    file: File,
    /// Where the last whole line ends.
    end: u64,
    series: BTreeMap<SeriesKey, Periods>,
}

/// Prices in a file of JSON lines.
pub struct JsonLines(Mutex<State>);

impl JsonLines {
    /// Opens the file, or makes it.
    ///
    /// # Errors
    /// As [`of`](Self::of).
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let mut options = OpenOptions::new();
        let file = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path);
        Self::of(file.map_err(unavailable)?)
    }

    /// Takes a file that is open.
    ///
    /// # Errors
    /// When it cannot be read, or holds what this adapter did not write.
    pub fn of(file: File) -> Result<Self, StoreError> {
        let mut state = State {
            file,
            end: 0,
            series: BTreeMap::new(),
        };
        let mut reader = BufReader::new(state.file.try_clone().map_err(unavailable)?);
        let mut text = String::new();
        while reader.read_line(&mut text).map_err(unavailable)? > 0 {
            // A line without its end was cut by a crash before it was answered: it does not count.
            if !text.ends_with('\n') {
                break;
            }
            let line: Line = serde_json::from_str(&text).map_err(corrupt)?;
            let owner = line.org.map_or(DataOwner::Public, DataOwner::Org);
            line.prices
                .into_iter()
                .for_each(|price| state.keep(owner, price));
            state.end += text.len() as u64;
            text.clear();
        }
        state.cut().map_err(unavailable)?;
        Ok(Self(Mutex::new(state)))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The figure that the owner knew last.
    fn last(&self, owner: DataOwner, price: &PriceObservation) -> Option<&PriceObservation> {
        let versions = self
            .series
            .get(&series(price))?
            .get(&price.period)?
            .get(&owner)?;
        versions.values().next_back()
    }

    fn keep(&mut self, owner: DataOwner, price: PriceObservation) {
        let periods = self.series.entry(series(&price)).or_default();
        let owners = periods.entry(price.period).or_default();
        owners
            .entry(owner)
            .or_default()
            .insert(price.known_at, price);
    }

    /// Cuts off what lies behind the last whole line, and goes there.
    fn cut(&mut self) -> io::Result<()> {
        self.file.set_len(self.end)?;
        self.file.seek(SeekFrom::Start(self.end))?;
        self.file.sync_data()
    }

    /// Puts a line at the end of the file, for good; what could not be written wholly is cut off again.
    fn write(&mut self, line: &Line) -> Result<(), StoreError> {
        let mut text = serde_json::to_vec(line).map_err(corrupt)?;
        text.push(b'\n');
        let written = self
            .file
            .write_all(&text)
            .and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            let maybe_applied = self.cut().is_err();
            return Err(StoreError::Unavailable {
                maybe_applied,
                source: error.into(),
            });
        }
        self.end += text.len() as u64;
        Ok(())
    }

    fn append(
        &mut self,
        owner: DataOwner,
        prices: &[PriceObservation],
    ) -> Result<AppendReport, StoreError> {
        let mut report = AppendReport::default();
        // What this append brings for a period counts for its later prices of the same period.
        let mut fresh: Vec<PriceObservation> = Vec::new();
        for price in prices {
            let same_period =
                |f: &&PriceObservation| f.period == price.period && series(f) == series(price);
            let known = self
                .last(owner, price)
                .into_iter()
                .chain(fresh.iter().filter(same_period));
            match known.max_by_key(|known| known.known_at) {
                None => report.inserted += 1,
                Some(last) if last.price == price.price && last.components == price.components => {
                    report.unchanged += 1;
                    continue;
                }
                Some(_) => report.restated += 1,
            }
            fresh.push(price.clone());
        }
        if !fresh.is_empty() {
            let org = match owner {
                DataOwner::Public => None,
                DataOwner::Org(org) => Some(org),
            };
            let line = Line { org, prices: fresh };
            self.write(&line)?;
            line.prices
                .into_iter()
                .for_each(|price| self.keep(owner, price));
        }
        Ok(report)
    }
}

#[async_trait]
impl PriceStore for JsonLines {
    async fn append_prices(
        &self,
        owner: DataOwner,
        prices: &[PriceObservation],
    ) -> Result<AppendReport, StoreError> {
        self.state().append(owner, prices)
    }

    async fn prices(&self, query: &PriceQuery) -> Result<Vec<PriceObservation>, StoreError> {
        let state = self.state();
        let as_of = query.as_of.unwrap_or(Timestamp::MAX);
        let periods = state.series.get(&query.series).into_iter().flatten();
        let wanted = periods.filter(|(period, _)| {
            (query.from..query.until).contains(&period.start())
                && query
                    .resolution
                    .is_none_or(|length| length == period.resolution())
        });
        let known = wanted.filter_map(|(_, owners)| known(owners, query.org, as_of));
        Ok(known.take(query.limit as usize).cloned().collect())
    }

    async fn latest_prices(
        &self,
        query: &LatestQuery,
    ) -> Result<Vec<PriceObservation>, StoreError> {
        let state = self.state();
        let wanted = state.series.iter().filter(|(series, _)| {
            query
                .market
                .as_ref()
                .is_none_or(|market| *market == series.market)
                && query
                    .product
                    .as_ref()
                    .is_none_or(|product| *product == series.product)
                && query
                    .location
                    .as_ref()
                    .is_none_or(|location| *location == series.location)
        });
        let latest = wanted.filter_map(|(_, periods)| {
            let begun =
                |period: &DeliveryPeriod| query.until.is_none_or(|until| period.start() <= until);
            let mut newest_first = periods.iter().rev().filter(|(period, _)| begun(period));
            newest_first.find_map(|(_, owners)| known(owners, query.org, Timestamp::MAX))
        });
        Ok(latest.take(query.limit as usize).cloned().collect())
    }

    async fn price_versions(
        &self,
        org: OrgId,
        series: &SeriesKey,
        start: Timestamp,
    ) -> Result<Vec<PriceObservation>, StoreError> {
        let state = self.state();
        let periods = state.series.get(series).into_iter().flatten();
        let owners = periods
            .filter(|(period, _)| period.start() == start)
            .flat_map(|(_, owners)| owners);
        let seen = owners.filter(|(owner, _)| sees(Some(org), **owner));
        let mut versions: Vec<_> = seen
            .flat_map(|(_, versions)| versions.values().cloned())
            .collect();
        versions.sort_by_key(|price| price.known_at);
        Ok(versions)
    }
}

/// The figure known last among those that the organisation sees.
fn known(
    owners: &BTreeMap<DataOwner, Versions>,
    org: Option<OrgId>,
    as_of: Timestamp,
) -> Option<&PriceObservation> {
    let seen = owners.iter().filter(|(owner, _)| sees(org, **owner));
    let last = seen.filter_map(|(_, versions)| Some(versions.range(..=as_of).next_back()?.1));
    last.max_by_key(|price| price.known_at)
}

fn sees(org: Option<OrgId>, owner: DataOwner) -> bool {
    match owner {
        DataOwner::Public => true,
        DataOwner::Org(owner) => org == Some(owner),
    }
}

fn series(price: &PriceObservation) -> SeriesKey {
    SeriesKey {
        market: price.market.clone(),
        product: price.product.clone(),
        location: price.location.clone(),
    }
}

fn unavailable(source: io::Error) -> StoreError {
    StoreError::Unavailable {
        maybe_applied: false,
        source: source.into(),
    }
}

fn corrupt(error: serde_json::Error) -> StoreError {
    StoreError::Corrupt {
        kind: "line of prices",
        detail: error.to_string(),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("prices.jsonl");
    let mut prices = optibid_venues::sample::ercot_hb_south_2024()?.prices;
    prices.retain(|price| price.product.as_str() == "DAM");
    prices.truncate(24);
    let published = prices[0].known_at;

    let store = JsonLines::open(&path)?;
    tell(store.append_prices(DataOwner::Public, &prices).await?);
    // The market restates the first hour; the other prices are sent once more.
    prices[0].price = Price::from_units(30);
    prices[0].known_at += jiff::SignedDuration::from_hours(24);
    tell(store.append_prices(DataOwner::Public, &prices).await?);
    drop(store);

    let store = JsonLines::open(&path)?;
    let mut query = PriceQuery {
        org: None,
        series: series(&prices[0]),
        resolution: None,
        from: prices[0].period.start(),
        until: prices[23].period.end(),
        as_of: None,
        limit: 100,
    };
    let read = store.prices(&query).await?;
    println!(
        "opened again: {} prices, the first of them {}",
        read.len(),
        read[0].price
    );
    query.as_of = Some(published);
    println!(
        "as known in the evening before: {}",
        store.prices(&query).await?[0].price
    );
    Ok(())
}

fn tell(report: AppendReport) {
    let AppendReport {
        inserted,
        restated,
        unchanged,
    } = report;
    println!("appended: {inserted} new, {restated} restated, {unchanged} known already");
}

#[cfg(test)]
mod tests {
    use super::JsonLines;
    use optibid_core::testing::conformance_suite;
    use std::sync::Arc;

    // One test a rule of the port, each over a store of its own: here a file without a name, gone with the store.
    conformance_suite!(
        json_lines,
        async || Arc::new(JsonLines::of(tempfile::tempfile().unwrap()).unwrap()),
        [prices]
    );
}
