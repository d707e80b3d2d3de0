//! The prices of a backtest, and what of them was known at a gate.

use jiff::{SignedDuration, Timestamp};
use optibid_core::backtest::BacktestInput;
use optibid_core::market::{DeliveryPeriod, PriceObservation, ProductId, Resolution};
use optibid_core::unit::Price;
use std::collections::BTreeMap;

/// How far back a strategy may look, hours.
const HOURS_BACK: i64 = 24 * 100;

/// Every price of the market's products at the location.
pub(super) struct Prices<'a> {
    tables: Vec<Table<'a>>,
    /// All observations in order of their time of knowledge.
    by_knowledge: Vec<(usize, &'a PriceObservation)>,
}

/// The prices of one product.
struct Table<'a> {
    product: &'a ProductId,
    /// In order of period and time of knowledge.
    seen: Vec<&'a PriceObservation>,
    grid: Grid,
}

/// One length of period by position in time, so that a look-up is an index and not a search.
struct Grid {
    resolution: Resolution,
    start: i64,
    /// First published figure of each period.
    first: Vec<Option<(Timestamp, Price)>>,
    /// Figures published for the same period again, in order of knowledge.
    later: BTreeMap<usize, Vec<(Timestamp, Price)>>,
}

impl<'a> Prices<'a> {
    pub(super) fn new(input: &'a BacktestInput) -> Self {
        let request = &input.request;
        let mut by_product: BTreeMap<&ProductId, Vec<&PriceObservation>> = BTreeMap::new();
        let of_place = |seen: &&PriceObservation| {
            seen.market == request.market && seen.location == request.location
        };
        for seen in input.prices.iter().filter(of_place) {
            by_product.entry(&seen.product).or_default().push(seen);
        }
        let tables: Vec<_> = by_product
            .into_iter()
            .map(|(product, mut seen)| {
                seen.sort_by_key(|seen| (seen.period, seen.known_at, seen.price));
                let grid = Grid::new(&seen);
                Table {
                    product,
                    seen,
                    grid,
                }
            })
            .collect();
        let mut by_knowledge: Vec<_> = tables
            .iter()
            .enumerate()
            .flat_map(|(i, table)| table.seen.iter().map(move |&seen| (i, seen)))
            .collect();
        by_knowledge.sort_by_key(|(i, seen)| (seen.known_at, *i, seen.period, seen.price));
        Self {
            tables,
            by_knowledge,
        }
    }

    /// What was known then.
    pub(super) const fn at(&self, instant: Timestamp) -> KnownPrices<'_> {
        KnownPrices {
            prices: self,
            at: instant,
        }
    }

    /// Observations in order of their time of knowledge, with the number of their product.
    pub(super) fn by_knowledge(&self) -> &[(usize, &'a PriceObservation)] {
        &self.by_knowledge
    }

    /// What the prices of a span came to be, restatements included.
    pub(super) fn between(
        &self,
        product: &ProductId,
        from: Timestamp,
        until: Timestamp,
    ) -> &[&'a PriceObservation] {
        self.table(product)
            .map_or(&[], |table| table.between(from, until))
    }

    fn table(&self, product: &ProductId) -> Option<&Table<'a>> {
        self.tables.iter().find(|table| table.product == product)
    }
}

impl<'a> Table<'a> {
    fn between(&self, from: Timestamp, until: Timestamp) -> &[&'a PriceObservation] {
        let at = |t: Timestamp| self.seen.partition_point(|seen| seen.period.start() < t);
        self.seen.get(at(from)..at(until)).unwrap_or_default()
    }
}

impl Grid {
    /// Of the finest periods among the observations.
    fn new(seen: &[&PriceObservation]) -> Self {
        let finest = seen.iter().map(|seen| seen.period.resolution()).min();
        let resolution = finest.unwrap_or(Resolution::Hour);
        let own = || {
            seen.iter()
                .filter(|seen| seen.period.resolution() == resolution)
        };
        let start = own()
            .next()
            .map_or(0, |seen| seen.period.start().as_second());
        let mut grid = Self {
            resolution,
            start,
            first: Vec::new(),
            later: BTreeMap::new(),
        };
        for seen in own() {
            let Some(at) = grid.index(seen.period.start()) else {
                continue;
            };
            if grid.first.len() <= at {
                grid.first.resize(at + 1, None);
            }
            let figure = (seen.known_at, seen.price);
            match grid.first.get_mut(at) {
                Some(empty @ None) => *empty = Some(figure),
                _ => grid.later.entry(at).or_default().push(figure),
            }
        }
        grid
    }

    fn index(&self, instant: Timestamp) -> Option<usize> {
        let offset = instant.as_second().checked_sub(self.start)?;
        usize::try_from(offset.div_euclid(self.resolution.seconds())).ok()
    }

    fn known(&self, instant: Timestamp, at: Timestamp) -> Option<Price> {
        let index = self.index(instant)?;
        let (known_at, first) = (*self.first.get(index)?)?;
        let again = self.later.get(&index).into_iter().flatten();
        let again = again.filter(|(known_at, _)| *known_at <= at);
        let latest = again.map(|(_, price)| *price).next_back();
        latest.or_else(|| (known_at <= at).then_some(first))
    }
}

/// The prices that were known at an instant: nothing published later can be read through it.
#[derive(Clone, Copy)]
pub struct KnownPrices<'a> {
    prices: &'a Prices<'a>,
    at: Timestamp,
}

impl<'a> KnownPrices<'a> {
    /// The instant.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// The price, as known then, of the product's period that holds `instant`, in the finest length that the product's
    /// prices are published in. None for what was not known.
    #[must_use]
    pub fn price(&self, product: &ProductId, instant: Timestamp) -> Option<Price> {
        self.prices.table(product)?.grid.known(instant, self.at)
    }

    /// The observations of periods that start in `from..until`, in order of period and time of knowledge; a period that was
    /// published again comes again. Goes back at most 100 days from the instant.
    pub fn observations(
        &self,
        product: &ProductId,
        from: Timestamp,
        until: Timestamp,
    ) -> impl Iterator<Item = &'a PriceObservation> {
        let back = SignedDuration::from_hours(HOURS_BACK);
        let from = from.max(self.at.checked_sub(back).unwrap_or(Timestamp::MIN));
        let at = self.at;
        let seen = self.prices.between(product, from, until).iter().copied();
        seen.filter(move |seen| seen.known_at <= at)
    }

    /// Lengths of the periods that the product's prices are published in, the finest; none without a price.
    #[must_use]
    pub fn resolution(&self, product: &ProductId) -> Option<Resolution> {
        let table = self.prices.table(product)?;
        let mut first = table.grid.first.iter().flatten();
        let any = first.any(|(known_at, _)| *known_at <= self.at);
        any.then_some(table.grid.resolution)
    }

    /// When the first price of the periods before `until` becomes known, if none of them was known at the instant.
    pub(super) fn first_known_later(
        &self,
        product: &ProductId,
        until: Timestamp,
    ) -> Option<(usize, Timestamp)> {
        let back = SignedDuration::from_hours(HOURS_BACK);
        let from = until.checked_sub(back).unwrap_or(Timestamp::MIN);
        let before = self.prices.between(product, from, until);
        let first = before.iter().map(|seen| seen.known_at).min()?;
        (first > self.at).then_some((before.len(), first))
    }

    /// When the price of a period came to be known, the first figure of it.
    pub(super) fn is_known(&self, product: &ProductId, period: &DeliveryPeriod) -> bool {
        let Some(table) = self.prices.table(product) else {
            return false;
        };
        let until = period.end();
        let back = SignedDuration::from_hours(1);
        let from = period.start().checked_sub(back).unwrap_or(Timestamp::MIN);
        let mut seen = table.between(from, until).iter();
        seen.any(|seen| seen.known_at <= self.at && overlaps(&seen.period, period))
    }
}

fn overlaps(a: &DeliveryPeriod, b: &DeliveryPeriod) -> bool {
    a.start() < b.end() && b.start() < a.end()
}
