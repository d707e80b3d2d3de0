//! Replay of prices.

use crate::common::options;
use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use optibid_core::market::{PriceObservation, Resolution};
use optibid_core::ports::Clock;
use optibid_venues::import::import;
use optibid_venues::replay::{PriceFeed, Replay, Speed};
use optibid_venues::timer::{Timer, TokioTimer};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};

const SHIPPED: &[u8] = include_bytes!(
    "../../fixtures/ercot_hb_south_2024/ercot_hb_south_dam_rtm_15min_2024-06-01_2024-12-31.csv.gz"
);
const REAL_START: Timestamp = Timestamp::constant(1_780_000_000, 0);

/// A timer whose sleeps take no time: its clock jumps to the instant that was waited for.
struct Jumping(Mutex<Timestamp>);

impl Jumping {
    fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(REAL_START)))
    }
    fn passed(&self) -> SignedDuration {
        self.0.lock().unwrap().duration_since(REAL_START)
    }
}

#[async_trait]
impl Timer for Jumping {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
    async fn sleep_until(&self, instant: Timestamp) {
        let mut now = self.0.lock().unwrap();
        *now = instant.max(*now);
    }
}

fn prices() -> Vec<PriceObservation> {
    import(None, SHIPPED, &options()).unwrap().prices
}

fn factor(factor: u32) -> Speed {
    Speed::times(NonZeroU32::new(factor).unwrap())
}

#[tokio::test]
async fn every_price_comes_once_in_the_order_in_which_it_became_known() {
    let mut replay = Replay::of(prices(), Speed::UNPACED, Jumping::new());
    let clock = replay.clock();
    let mut played = Vec::new();
    while let Some(batch) = replay.next().await {
        let known_at = batch[0].known_at;
        assert!(batch.iter().all(|p| p.known_at == known_at));
        assert!(
            played
                .last()
                .is_none_or(|p: &PriceObservation| p.known_at < known_at)
        );
        assert_eq!(clock.now(), known_at);
        played.extend(batch);
    }
    let key = |p: &PriceObservation| (p.product.clone(), p.period);
    let mut expected = prices();
    expected.sort_by_key(key);
    played.sort_by_key(key);
    assert!(played == expected);
}

#[tokio::test]
async fn a_day_ahead_auction_comes_whole_and_before_its_day() {
    let mut replay = Replay::of(prices(), Speed::UNPACED, Jumping::new());
    let first = replay.next().await.unwrap();
    assert_eq!(first.len(), 24);
    assert_eq!(first[0].known_at.to_string(), "2024-05-31T18:30:00Z");
    assert!(
        first
            .iter()
            .all(|p| p.period.resolution() == Resolution::Hour)
    );
}

#[tokio::test]
async fn waiting_is_market_time_divided_by_speed() {
    let timer = Jumping::new();
    let mut replay = Replay::of(prices(), factor(3_600), timer.clone());
    let clock = replay.clock();
    replay.next().await.unwrap();
    assert_eq!(timer.passed(), SignedDuration::ZERO);
    // From 13:30 to the end of the first quarter after midnight: 10 h 45 min.
    let quarter = replay.next().await.unwrap();
    assert_eq!(quarter[0].known_at.to_string(), "2024-06-01T05:15:00Z");
    assert_eq!(timer.passed(), SignedDuration::from_millis(10_750));
    assert_eq!(clock.now(), quarter[0].known_at);
    timer
        .sleep_until(REAL_START + SignedDuration::from_secs(11))
        .await;
    assert_eq!(clock.now().to_string(), "2024-06-01T05:30:00Z");
}

#[tokio::test]
async fn live_speed_waits_as_long_as_the_market_did() {
    let timer = Jumping::new();
    let mut replay = Replay::of(prices(), Speed::LIVE, timer.clone());
    replay.next().await.unwrap();
    replay.next().await.unwrap();
    assert_eq!(timer.passed(), SignedDuration::from_mins(645));
}

#[tokio::test]
async fn a_period_every_few_seconds() {
    let timer = Jumping::new();
    let quarter = SignedDuration::from_mins(15);
    let speed = Speed::of(quarter, SignedDuration::from_secs(5)).unwrap();
    let real_time = prices()
        .into_iter()
        .filter(|p| p.product.as_str() == "RTM")
        .take(4)
        .collect();
    let mut replay = Replay::of(real_time, speed, timer.clone());
    while replay.next().await.is_some() {}
    assert_eq!(timer.passed(), SignedDuration::from_secs(15));
    assert_eq!(Speed::of(quarter, SignedDuration::ZERO), None);
    assert_eq!(Speed::of(-quarter, quarter), None);
}

#[tokio::test]
async fn what_was_known_at_the_start_comes_at_once() {
    let timer = Jumping::new();
    let start: Timestamp = "2024-07-01T05:00:00Z".parse().unwrap();
    let mut replay = Replay::starting(prices(), start, factor(60), timer.clone());
    let clock = replay.clock();
    let mut known = 0;
    loop {
        let batch = replay.next().await.unwrap();
        if batch[0].known_at > start {
            break;
        }
        assert_eq!(timer.passed(), SignedDuration::ZERO);
        known += batch.len();
    }
    // 30 days of June in real time, and day-ahead also of 1 July.
    assert_eq!(known, 30 * 96 + 31 * 24);
    assert_eq!(timer.passed(), SignedDuration::from_secs(15));
    assert_eq!(clock.now().to_string(), "2024-07-01T05:15:00Z");
}

#[tokio::test]
async fn nothing_to_play_ends_at_once() {
    assert_eq!(
        Replay::of(Vec::new(), Speed::LIVE, Jumping::new())
            .next()
            .await,
        None
    );
}

#[tokio::test]
async fn a_wait_that_is_given_up_loses_no_price() {
    struct SystemClock;
    impl Clock for SystemClock {
        fn now(&self) -> Timestamp {
            Timestamp::now()
        }
    }
    let mut two: Vec<_> = prices()
        .into_iter()
        .filter(|p| p.product.as_str() == "RTM")
        .take(2)
        .collect();
    two[1].known_at = two[0].known_at + SignedDuration::from_millis(400);
    let mut replay = Replay::of(
        two.clone(),
        Speed::LIVE,
        Arc::new(TokioTimer::new(Arc::new(SystemClock))),
    );
    assert_eq!(replay.next().await, Some(vec![two[0].clone()]));
    let short = std::time::Duration::from_millis(20);
    assert!(tokio::time::timeout(short, replay.next()).await.is_err());
    assert_eq!(replay.next().await, Some(vec![two[1].clone()]));
    assert_eq!(replay.next().await, None);
}
