//! Prices of the past as a live feed.
//!
//! A [`Replay`] gives prices in the order in which they became known, all that became known at one
//! instant together, and waits in between as long as the market did, divided by its [`Speed`]. Its
//! [`MarketClock`] shows the time of the replayed market: a platform that runs on it sees gates close
//! and awards come as they would have then.
//!
//! ```
//! use optibid_core::ports::Clock;
//! use optibid_venues::import::{Format, ImportOptions, KnownAt, import};
//! use optibid_venues::replay::{PriceFeed, Replay, Speed};
//! # use optibid_venues::timer::Timer;
//! # use std::sync::Arc;
//! # struct Now;
//! # #[async_trait::async_trait]
//! # impl Timer for Now {
//! #     fn now(&self) -> jiff::Timestamp { jiff::Timestamp::UNIX_EPOCH }
//! #     async fn sleep_until(&self, _: jiff::Timestamp) {}
//! # }
//! # let timer = Arc::new(Now);
//! let file = "market,product,location,start,resolution,price\n\
//!             ERCOT,RTM,HB_SOUTH,2024-06-01T05:00:00Z,PT15M,17.69\n\
//!             ERCOT,RTM,HB_SOUTH,2024-06-01T05:15:00Z,PT15M,18.33\n";
//! let prices = import(Format::Generic, file.as_bytes(), &ImportOptions::new(KnownAt::Publication))?.prices;
//! let mut replay = Replay::of(prices, Speed::UNPACED, timer);
//! let clock = replay.clock();
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! let first = replay.next().await.unwrap_or_default();
//! assert_eq!(first[0].price.to_string(), "17.69");
//! assert_eq!(clock.now().to_string(), "2024-06-01T05:15:00Z");
//! # });
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::timer::Timer;
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use optibid_core::market::PriceObservation;
use optibid_core::ports::Clock;
use std::iter::Peekable;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};

/// A source of prices that come by themselves.
#[async_trait]
pub trait PriceFeed: Send {
    /// Waits for the next prices; `None` when there will be no more.
    ///
    /// Dropping the future before it is ready loses no price.
    async fn next(&mut self) -> Option<Vec<PriceObservation>>;
}

/// How much market time passes in how much real time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Speed(Option<Pace>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pace {
    market: SignedDuration,
    real: SignedDuration,
}

impl Speed {
    /// Without waiting at all.
    pub const UNPACED: Self = Self(None);
    /// As the market did.
    pub const LIVE: Self = Self(Some(Pace {
        market: SignedDuration::from_secs(1),
        real: SignedDuration::from_secs(1),
    }));

    /// So many times as fast as the market.
    #[must_use]
    pub fn times(factor: NonZeroU32) -> Self {
        let market = SignedDuration::from_secs(i64::from(factor.get()));
        Self(Some(Pace {
            market,
            real: SignedDuration::from_secs(1),
        }))
    }

    /// `market` passes in `real`: 15 minutes in 5 seconds. `None` unless both are longer than nothing.
    #[must_use]
    pub fn of(market: SignedDuration, real: SignedDuration) -> Option<Self> {
        (market.is_positive() && real.is_positive()).then_some(Self(Some(Pace { market, real })))
    }
}

/// `amount` x `to` / `from`, at most what a duration holds.
fn scale(amount: SignedDuration, from: SignedDuration, to: SignedDuration) -> SignedDuration {
    let product = amount.as_nanos().saturating_mul(to.as_nanos());
    let nanos = product / from.as_nanos().max(1);
    let second = 1_000_000_000;
    let seconds =
        i64::try_from(nanos / second).unwrap_or(if nanos < 0 { i64::MIN } else { i64::MAX });
    let rest = i32::try_from(nanos % second).unwrap_or_default();
    SignedDuration::new(seconds, rest)
}

fn later(instant: Timestamp, by: SignedDuration) -> Timestamp {
    let end = if by.is_negative() {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    };
    instant.checked_add(by).unwrap_or(end)
}

/// The time in a replayed market.
///
/// Paced, it runs with the real time, scaled; unpaced, it stands at the knowledge time of the last
/// prices that were given.
pub struct MarketClock {
    timer: Arc<dyn Timer>,
    speed: Speed,
    real_origin: Timestamp,
    market_origin: Timestamp,
    reached: Mutex<Timestamp>,
}

impl MarketClock {
    fn start(timer: Arc<dyn Timer>, speed: Speed, market_origin: Timestamp) -> Arc<Self> {
        let real_origin = timer.now();
        let reached = Mutex::new(market_origin);
        Arc::new(Self {
            timer,
            speed,
            real_origin,
            market_origin,
            reached,
        })
    }

    fn reach(&self, instant: Timestamp) {
        let mut reached = self.reached.lock().unwrap_or_else(PoisonError::into_inner);
        *reached = instant.max(*reached);
    }

    /// The real time at which the market's is `instant`; none when it is not paced.
    fn real(&self, instant: Timestamp) -> Option<Timestamp> {
        let pace = self.speed.0?;
        let passed = instant.duration_since(self.market_origin);
        Some(later(
            self.real_origin,
            scale(passed, pace.market, pace.real),
        ))
    }
}

impl Clock for MarketClock {
    fn now(&self) -> Timestamp {
        match self.speed.0 {
            None => *self.reached.lock().unwrap_or_else(PoisonError::into_inner),
            Some(pace) => {
                let passed = self.timer.now().duration_since(self.real_origin);
                later(self.market_origin, scale(passed, pace.real, pace.market))
            }
        }
    }
}

/// Plays prices in the order in which they became known.
pub struct Replay<I: Iterator<Item = PriceObservation>> {
    prices: Peekable<I>,
    clock: Arc<MarketClock>,
}

impl Replay<std::vec::IntoIter<PriceObservation>> {
    /// Plays the prices from the first that became known on; they may be in any order.
    #[must_use]
    pub fn of(mut prices: Vec<PriceObservation>, speed: Speed, timer: Arc<dyn Timer>) -> Self {
        prices.sort_by_key(|price| price.known_at);
        let from = prices
            .first()
            .map_or(Timestamp::UNIX_EPOCH, |price| price.known_at);
        Self::ordered(prices.into_iter(), from, speed, timer)
    }

    /// Plays the prices with the market's time starting at `from`: what was known by then comes at
    /// once.
    #[must_use]
    pub fn starting(
        mut prices: Vec<PriceObservation>,
        from: Timestamp,
        speed: Speed,
        timer: Arc<dyn Timer>,
    ) -> Self {
        prices.sort_by_key(|price| price.known_at);
        Self::ordered(prices.into_iter(), from, speed, timer)
    }
}

impl<I: Iterator<Item = PriceObservation>> Replay<I> {
    /// Plays prices that come in order of their knowledge time, without end perhaps; one that comes
    /// out of order comes at once.
    pub fn ordered(prices: I, from: Timestamp, speed: Speed, timer: Arc<dyn Timer>) -> Self {
        Self {
            prices: prices.peekable(),
            clock: MarketClock::start(timer, speed, from),
        }
    }

    /// The market's clock; it started when the replay was made.
    #[must_use]
    pub fn clock(&self) -> Arc<MarketClock> {
        Arc::clone(&self.clock)
    }
}

#[async_trait]
impl<I: Iterator<Item = PriceObservation> + Send> PriceFeed for Replay<I>
where
    I::Item: Send,
{
    async fn next(&mut self) -> Option<Vec<PriceObservation>> {
        let known_at = self.prices.peek()?.known_at;
        if let Some(due) = self.clock.real(known_at) {
            self.clock.timer.sleep_until(due).await;
        }
        let mut batch = Vec::new();
        while let Some(price) = self.prices.next_if(|price| price.known_at == known_at) {
            batch.push(price);
        }
        self.clock.reach(known_at);
        Some(batch)
    }
}
