//! Published prices as a table over periods, the way they were known at a time.

use jiff::{SignedDuration, Timestamp};
use optibid_core::market::{DeliveryPeriod, PriceObservation, Resolution};
use optibid_core::unit::{Price, Rounding};
use std::collections::BTreeMap;

/// Prices by start of period, for periods of one length.
pub(crate) struct Series(BTreeMap<Timestamp, Price>);

/// What a table is made for.
#[derive(Clone, Copy)]
pub(crate) struct Grid {
    /// Length of its periods.
    pub(crate) resolution: Resolution,
    /// An instant at which one of its periods starts.
    pub(crate) anchor: Timestamp,
}

impl Series {
    /// Tabulates observations; of one period published again, the one known last counts.
    ///
    /// A period that was published with its own length has that price. Else it has the mean of the shorter periods that make
    /// it up, where all are there, rounded half-even to 1e-6, or the price of a longer one that covers it.
    pub(crate) fn new<'a>(
        observations: impl IntoIterator<Item = &'a PriceObservation>,
        grid: Grid,
    ) -> Self {
        let mut latest: BTreeMap<DeliveryPeriod, (Timestamp, Price)> = BTreeMap::new();
        for seen in observations {
            let known = latest
                .entry(seen.period)
                .or_insert((seen.known_at, seen.price));
            if seen.known_at >= known.0 {
                *known = (seen.known_at, seen.price);
            }
        }
        let mut table = BTreeMap::new();
        let mut means: BTreeMap<Timestamp, Mean> = BTreeMap::new();
        for (&period, &(_, price)) in &latest {
            let length = period.resolution();
            if length > grid.resolution {
                for start in grid.starts_in(period) {
                    table.insert(start, price);
                }
            } else if length < grid.resolution {
                means
                    .entry(grid.start_of(period.start()))
                    .or_default()
                    .add(period, price);
            }
        }
        let means = means
            .into_iter()
            .filter_map(|(start, mean)| Some((start, mean.of(grid)?)));
        table.extend(means);
        let own = latest
            .iter()
            .filter(|(period, _)| period.resolution() == grid.resolution);
        table.extend(own.map(|(period, &(_, price))| (period.start(), price)));
        Self(table)
    }

    /// The price of the period that starts then.
    pub(crate) fn at(&self, start: Timestamp) -> Option<Price> {
        self.0.get(&start).copied()
    }

    /// Start of the first period.
    pub(crate) fn first(&self) -> Option<Timestamp> {
        self.0.keys().next().copied()
    }
}

impl Grid {
    /// Start of the grid's period that the instant lies in.
    fn start_of(self, instant: Timestamp) -> Timestamp {
        let offset = instant.as_second() - self.anchor.as_second();
        let back = SignedDuration::from_secs(offset.rem_euclid(self.resolution.seconds()));
        instant.checked_sub(back).unwrap_or(instant)
    }

    fn starts_in(self, period: DeliveryPeriod) -> impl Iterator<Item = Timestamp> {
        let count = period.resolution().seconds() / self.resolution.seconds();
        (0..count).filter_map(move |i| {
            let offset = SignedDuration::from_secs(i * self.resolution.seconds());
            period.start().checked_add(offset).ok()
        })
    }
}

/// A mean over shorter periods. They may overlap where a market publishes two lengths, so the finest one counts alone.
#[derive(Default)]
struct Mean {
    seconds: BTreeMap<Resolution, (i64, i128)>,
}

impl Mean {
    fn add(&mut self, period: DeliveryPeriod, price: Price) {
        let length = period.resolution();
        let (seconds, sum) = self.seconds.entry(length).or_default();
        *seconds += length.seconds();
        *sum += i128::from(price.micros()) * i128::from(length.seconds());
    }

    fn of(&self, grid: Grid) -> Option<Price> {
        let whole = grid.resolution.seconds();
        let (_, sum) = self
            .seconds
            .values()
            .find(|(seconds, _)| *seconds == whole)?;
        let micros = Rounding::HalfEven.div(*sum, i128::from(whole));
        i64::try_from(micros).ok().map(Price::from_micros)
    }
}
