//! Made-up prices that look like a market's, for demonstrations and load tests.
//!
//! A [`Simulator`] gives, for every delivery day, day-ahead and real-time prices with the shape of a
//! day (morning and evening peak, a dip at noon when the sun shines, below zero in summer), a level
//! that changes from day to day and with the season, real-time deviations that return to the
//! day-ahead price, and rare spikes, mostly in the evening.
//!
//! The prices of a day depend on seed, market, location and date alone: the same on every run, in
//! whatever order days are asked for, so that a restarted simulation says nothing new about the past.
//!
//! The model, with `h` the local hour at the middle of a period (prices in currency per MWh):
//!
//! ```text
//! expected(h)  = level x week(day) x shape(h) - 38 x sun(day) x exp(-((h - 12.75) / 2.6)^2 / 2)
//! day-ahead(h) = expected(h) + 1.5 N(0, 1)
//! real-time(h) = expected(h) + deviation + spike
//! deviation    : Ornstein-Uhlenbeck, standard deviation 6, half-life about two hours
//! spike        : Poisson, 0.012 an hour, six times that from 17 to 21, size exponential with mean 180,
//!                fading with a time constant of half an hour
//! ```
//!
//! All of it is invented; no figure is fitted to a market.
//!
//! As a live feed, [`Simulator::prices_from`] goes into [`Replay::ordered`](crate::replay::Replay::ordered)
//! with [`Speed::of`](crate::replay::Speed::of) the period and the interval in which it shall pass.
//!
//! ```
//! use optibid_venues::simulate::{SimulatedMarket, Simulator};
//! let simulator = Simulator::new(SimulatedMarket::ercot("HB_SOUTH")?, 42);
//! let day = simulator.real_time("2026-07-01".parse()?)?;
//! assert_eq!(day.len(), 96);
//! assert_eq!(day, simulator.real_time("2026-07-01".parse()?)?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use jiff::civil::{Date, Time, Weekday, time};
use jiff::{SignedDuration, Timestamp};
use optibid_core::market::{
    DayError, DeliveryPeriod, KeyError, LocationCode, MarketId, MarketZone, PriceObservation,
    ProductId, Resolution,
};
use optibid_core::unit::Price;
use rand::rngs::ChaCha12Rng;
use rand::{RngExt, SeedableRng};
use std::collections::VecDeque;
use std::f64::consts::TAU;

/// Prices at the full hours of a day without sun.
const SHAPE: [f64; 24] = [
    24.0, 22.0, 21.0, 20.5, 21.0, 24.0, 31.0, 37.0, 36.0, 33.0, 31.0, 30.0, 29.5, 30.0, 32.0, 36.0,
    43.0, 52.0, 60.0, 58.0, 47.0, 37.0, 30.0, 26.0,
];
const SUN_DEPTH: f64 = 38.0;
const SUN_NOON: f64 = 12.75;
const SUN_WIDTH: f64 = 2.6;
const DAY_AHEAD_NOISE: f64 = 1.5;
const DEVIATION: f64 = 6.0;
/// Share of a deviation lost in an hour, as a rate.
const REVERSION: f64 = 0.35;
const SPIKES_PER_HOUR: f64 = 0.012;
const EVENING_SPIKES: f64 = 6.0;
const SPIKE_MEAN: f64 = 180.0;
const SPIKE_HOURS: f64 = 0.5;
/// Hundredths in 1e-6.
const MICROS_PER_CENT: i64 = 10_000;

/// What is simulated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulatedMarket {
    /// The market to file the prices under.
    pub market: MarketId,
    /// The location.
    pub location: LocationCode,
    /// The market's zone.
    pub zone: MarketZone,
    /// The day-ahead product and its period.
    pub day_ahead: (ProductId, Resolution),
    /// The real-time product and its period.
    pub real_time: (ProductId, Resolution),
    /// Wall-clock time on the day before delivery at which day-ahead prices come.
    pub published: Time,
    /// Lowest price.
    pub floor: Price,
    /// Highest price.
    pub cap: Price,
}

impl SimulatedMarket {
    /// ERCOT: `DAM` hourly, published at 13:30 Central, `RTM` every quarter of an hour, -250 to 5,000
    /// USD/MWh.
    ///
    /// # Errors
    /// When the location is no [`LocationCode`].
    pub fn ercot(location: &str) -> Result<Self, SimulationError> {
        Ok(Self {
            market: MarketId::new("ERCOT")?,
            location: LocationCode::new(location)?,
            zone: MarketZone::new("America/Chicago", 0)?,
            day_ahead: (ProductId::new("DAM")?, Resolution::Hour),
            real_time: (ProductId::new("RTM")?, Resolution::Min15),
            published: time(13, 30, 0, 0),
            floor: Price::from_units(-250),
            cap: Price::from_units(5_000),
        })
    }
}

/// Why there is no such simulation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SimulationError {
    /// A market, product or location has no valid name.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The zone is unknown or the day out of range.
    #[error(transparent)]
    Day(#[from] DayError),
}

/// Which random numbers are drawn.
#[derive(Clone, Copy)]
enum Stream {
    Day = 0,
    DayAhead = 1,
    RealTime = 2,
}

/// What is drawn once a day.
struct Weather {
    level: f64,
    sun: f64,
}

/// Makes up prices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Simulator {
    market: SimulatedMarket,
    seed: u64,
}

impl Simulator {
    /// A simulation of the market; another seed gives other prices.
    #[must_use]
    pub const fn new(market: SimulatedMarket, seed: u64) -> Self {
        Self { market, seed }
    }

    /// What is simulated.
    #[must_use]
    pub const fn market(&self) -> &SimulatedMarket {
        &self.market
    }

    /// Day-ahead prices of a delivery day, known since the day before.
    ///
    /// # Errors
    /// When the day is at the end of the calendar.
    pub fn day_ahead(&self, date: Date) -> Result<Vec<PriceObservation>, DayError> {
        let zone = &self.market.zone;
        let before = date.yesterday().map_err(|_| DayError::OutOfRange(date))?;
        let known_at = zone.instant(before, self.market.published)?;
        let weather = self.weather(date);
        let mut rng = self.rng(date, Stream::DayAhead);
        let (product, resolution) = &self.market.day_ahead;
        let periods = zone.day(date)?.periods(*resolution);
        Ok(periods
            .map(|period| {
                let price = self.expected(&period, &weather) + DAY_AHEAD_NOISE * normal(&mut rng);
                self.observation(product, period, price, known_at)
            })
            .collect())
    }

    /// Real-time prices of a delivery day, each known at the end of its period.
    ///
    /// # Errors
    /// When the day is at the end of the calendar.
    pub fn real_time(&self, date: Date) -> Result<Vec<PriceObservation>, DayError> {
        let weather = self.weather(date);
        let mut rng = self.rng(date, Stream::RealTime);
        let (product, resolution) = &self.market.real_time;
        let hours = seconds(resolution.seconds()) / 3_600.0;
        let keep = (-REVERSION * hours).exp();
        let fresh = DEVIATION * (1.0 - keep * keep).sqrt();
        let mut deviation = DEVIATION * normal(&mut rng);
        let mut spike = 0.0;
        let periods = self.market.zone.day(date)?.periods(*resolution);
        Ok(periods
            .map(|period| {
                deviation = deviation * keep + fresh * normal(&mut rng);
                let evening = (17.0..21.0).contains(&self.hour(&period));
                let often = if evening { EVENING_SPIKES } else { 1.0 };
                spike *= (-hours / SPIKE_HOURS).exp();
                if rng.random::<f64>() < SPIKES_PER_HOUR * often * hours {
                    spike -= SPIKE_MEAN * open(&mut rng).ln();
                }
                let price = self.expected(&period, &weather) + deviation + spike;
                self.observation(product, period, price, period.end())
            })
            .collect())
    }

    /// All prices from a delivery day on, in the order in which they become known, to the end of the
    /// calendar: that day's day-ahead prices first.
    pub fn prices_from(&self, date: Date) -> SimulatedPrices {
        let first = self.day_ahead(date).unwrap_or_default();
        SimulatedPrices {
            simulator: self.clone(),
            date: Some(date),
            waiting: first.into(),
        }
    }

    fn rng(&self, date: Date, stream: Stream) -> ChaCha12Rng {
        let name = format!("{}/{}", self.market.market, self.market.location);
        let days = date.duration_since(Date::constant(1970, 1, 1)).as_hours() / 24;
        let mut seed = [0; 32];
        let parts = [self.seed, days.cast_unsigned(), fnv(&name), stream as u64];
        for (place, part) in seed.chunks_exact_mut(8).zip(parts) {
            place.copy_from_slice(&part.to_le_bytes());
        }
        ChaCha12Rng::from_seed(seed)
    }

    fn weather(&self, date: Date) -> Weather {
        let mut rng = self.rng(date, Stream::Day);
        // 1 at the summer solstice, -1 at the winter solstice (northern hemisphere).
        let season = (TAU * (f64::from(date.day_of_year()) - 172.0) / 365.25).cos();
        let week = match date.weekday() {
            Weekday::Saturday | Weekday::Sunday => 0.88,
            _ => 1.0,
        };
        let level = week * (1.0 + 0.1 * season.abs()) * (0.12 * normal(&mut rng)).exp();
        let sun = (0.55 + 0.6 * rng.random::<f64>()) * (0.8 + 0.2 * season);
        Weather { level, sun }
    }

    /// Local hour at the middle of the period.
    fn hour(&self, period: &DeliveryPeriod) -> f64 {
        let half = SignedDuration::from_secs(period.resolution().seconds() / 2);
        let middle = period.start().checked_add(half).unwrap_or(period.start());
        let local = self.market.zone.local(middle);
        let whole = f64::from(local.hour()) + f64::from(local.minute()) / 60.0;
        whole + f64::from(local.second()) / 3_600.0
    }

    fn expected(&self, period: &DeliveryPeriod, weather: &Weather) -> f64 {
        let hour = self.hour(period);
        let noon = (hour - SUN_NOON) / SUN_WIDTH;
        weather.level * shape(hour) - SUN_DEPTH * weather.sun * (-noon * noon / 2.0).exp()
    }

    fn observation(
        &self,
        product: &ProductId,
        period: DeliveryPeriod,
        price: f64,
        known_at: Timestamp,
    ) -> PriceObservation {
        let price = cents(price).clamp(self.market.floor, self.market.cap);
        PriceObservation {
            market: self.market.market.clone(),
            product: product.clone(),
            location: self.market.location.clone(),
            period,
            price,
            components: None,
            known_at,
        }
    }
}

/// Prices of a simulation in the order in which they become known.
#[derive(Debug, Clone)]
pub struct SimulatedPrices {
    simulator: Simulator,
    date: Option<Date>,
    waiting: VecDeque<PriceObservation>,
}

impl Iterator for SimulatedPrices {
    type Item = PriceObservation;

    fn next(&mut self) -> Option<PriceObservation> {
        if let Some(price) = self.waiting.pop_front() {
            return Some(price);
        }
        let date = self.date?;
        self.date = date.tomorrow().ok();
        let mut day = self.simulator.real_time(date).ok()?;
        day.extend(
            self.date
                .and_then(|next| self.simulator.day_ahead(next).ok())
                .unwrap_or_default(),
        );
        day.sort_by_key(|price| price.known_at);
        self.waiting = day.into();
        self.waiting.pop_front()
    }
}

/// The shape between its full hours, on straight lines, round the clock.
fn shape(hour: f64) -> f64 {
    let part = hour - hour.floor();
    let mut round = SHAPE.iter().cycle().skip(index(hour));
    let (from, to) = (
        round.next().unwrap_or(&SHAPE[0]),
        round.next().unwrap_or(&SHAPE[0]),
    );
    from + (to - from) * part
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an hour is 0.0..24.0"
)]
fn index(hour: f64) -> usize {
    hour.floor().clamp(0.0, 23.0) as usize
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a period has at most 3,600 seconds"
)]
fn seconds(seconds: i64) -> f64 {
    seconds as f64
}

/// To whole hundredths.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a cast of a float saturates; prices are clamped"
)]
fn cents(price: f64) -> Price {
    let cents = (price * 100.0).round() as i64;
    Price::from_micros(cents.saturating_mul(MICROS_PER_CENT))
}

/// A number in (0, 1].
fn open(rng: &mut ChaCha12Rng) -> f64 {
    1.0 - rng.random::<f64>()
}

/// A standard normal number (Box and Muller).
fn normal(rng: &mut ChaCha12Rng) -> f64 {
    let radius = (-2.0 * open(rng).ln()).sqrt();
    radius * (TAU * rng.random::<f64>()).cos()
}

/// The 64-bit FNV-1a hash: a name's part in the seed.
fn fnv(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
