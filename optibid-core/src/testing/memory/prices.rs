use super::{MemoryStore, State, Versions, first};
use crate::id::OrgId;
use crate::market::{DataOwner, PriceObservation};
use crate::ports::{AppendReport, LatestQuery, PriceQuery, PriceStore, SeriesKey, StoreError};
use async_trait::async_trait;
use jiff::Timestamp;
use std::collections::BTreeMap;

fn series_of(price: &PriceObservation) -> SeriesKey {
    SeriesKey {
        market: price.market.clone(),
        product: price.product.clone(),
        location: price.location.clone(),
    }
}

/// Whether two observations state the same figure; when they became known does not count.
fn same_figure(a: &PriceObservation, b: &PriceObservation) -> bool {
    a.price == b.price && a.components == b.components
}

fn visible(owner: DataOwner, org: Option<OrgId>) -> bool {
    match owner {
        DataOwner::Public => true,
        DataOwner::Org(owner) => org == Some(owner),
    }
}

/// The figure known last at `as_of` among those that `org` sees.
fn known(
    owners: &BTreeMap<DataOwner, Versions>,
    org: Option<OrgId>,
    as_of: Timestamp,
) -> Option<&PriceObservation> {
    let seen = owners.iter().filter(|(owner, _)| visible(**owner, org));
    let last = seen.filter_map(|(_, versions)| versions.range(..=as_of).next_back());
    last.max_by_key(|(known_at, _)| **known_at)
        .map(|(_, price)| price)
}

impl State {
    fn append_price(&mut self, owner: DataOwner, price: &PriceObservation) -> AppendReport {
        let periods = self.prices.entry(series_of(price)).or_default();
        let versions = periods
            .entry(price.period)
            .or_default()
            .entry(owner)
            .or_default();
        let report = match versions.last_key_value() {
            None => AppendReport {
                inserted: 1,
                ..AppendReport::default()
            },
            Some((_, last)) if same_figure(last, price) => {
                return AppendReport {
                    unchanged: 1,
                    ..AppendReport::default()
                };
            }
            Some(_) => AppendReport {
                restated: 1,
                ..AppendReport::default()
            },
        };
        versions.insert(price.known_at, price.clone());
        report
    }
}

#[async_trait]
impl PriceStore for MemoryStore {
    async fn append_prices(
        &self,
        owner: DataOwner,
        prices: &[PriceObservation],
    ) -> Result<AppendReport, StoreError> {
        let mut state = self.lock();
        let mut sum = AppendReport::default();
        for price in prices {
            let one = state.append_price(owner, price);
            sum.inserted += one.inserted;
            sum.restated += one.restated;
            sum.unchanged += one.unchanged;
        }
        Ok(sum)
    }

    async fn prices(&self, query: &PriceQuery) -> Result<Vec<PriceObservation>, StoreError> {
        let as_of = query.as_of.unwrap_or(Timestamp::MAX);
        Ok(self.read(|state| {
            let periods = state.prices.get(&query.series).into_iter().flatten();
            let wanted = periods.filter(|(period, _)| {
                query.from <= period.start()
                    && period.start() < query.until
                    && query
                        .resolution
                        .is_none_or(|length| length == period.resolution())
            });
            let prices = wanted.filter_map(|(_, owners)| known(owners, query.org, as_of));
            first(prices.cloned(), query.limit)
        }))
    }

    async fn latest_prices(
        &self,
        query: &LatestQuery,
    ) -> Result<Vec<PriceObservation>, StoreError> {
        Ok(self.read(|state| {
            let wanted = state.prices.iter().filter(|(series, _)| {
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
                let begun = periods
                    .iter()
                    .rev()
                    .filter(|(period, _)| query.until.is_none_or(|until| period.start() <= until));
                let mut newest_first = begun.map(|(_, owners)| owners);
                newest_first.find_map(|owners| known(owners, query.org, Timestamp::MAX))
            });
            first(latest.cloned(), query.limit)
        }))
    }

    async fn price_versions(
        &self,
        org: OrgId,
        series: &SeriesKey,
        start: Timestamp,
    ) -> Result<Vec<PriceObservation>, StoreError> {
        Ok(self.read(|state| {
            let periods = state.prices.get(series).into_iter().flatten();
            let owners = periods
                .filter(|(period, _)| period.start() == start)
                .flat_map(|(_, o)| o);
            let seen = owners.filter(|(owner, _)| visible(**owner, Some(org)));
            let mut versions: Vec<_> = seen.flat_map(|(_, v)| v.values().cloned()).collect();
            versions.sort_by_key(|price| price.known_at);
            versions
        }))
    }
}
