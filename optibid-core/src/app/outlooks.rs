//! Forecasts and price paths that were made a moment ago.

use crate::forecast::{Forecast, PricePaths};
use crate::id::OrgId;
use crate::market::SeriesKey;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// Most that are kept: the drafts of as many desks.
const MOST: usize = 32;

/// How long one is kept: prices that are imported late, with an earlier time of knowledge, enter after that.
const KEPT: SignedDuration = SignedDuration::from_mins(10);

/// Which prices: the same key has the same forecast and paths, whoever computes them and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OutlookKey {
    pub(super) org: OrgId,
    pub(super) series: SeriesKey,
    pub(super) day: Date,
    pub(super) known_at: Timestamp,
    pub(super) count: u16,
    pub(super) seed: u64,
}

/// What the prices of a day may be.
#[derive(Debug)]
pub(super) struct Outlook {
    pub(super) forecast: Forecast,
    /// None where none were asked for.
    pub(super) paths: PricePaths,
}

/// The latest forecasts and price paths, so that a bid that is changed step by step meets them without making them anew. What is
/// kept is what its question has as its answer: an outlook that is gone is made again, the same.
#[derive(Debug, Default)]
pub struct Outlooks(Mutex<VecDeque<(Timestamp, OutlookKey, Arc<Outlook>)>>);

impl Outlooks {
    /// The outlook, if it was made a moment before `now`.
    pub(super) fn get(&self, key: &OutlookKey, now: Timestamp) -> Option<Arc<Outlook>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(made, _, _)| now.duration_since(*made).abs() <= KEPT);
        let at = kept.iter().position(|(_, known, _)| known == key)?;
        let found = kept.remove(at)?;
        let outlook = found.2.clone();
        kept.push_back(found);
        Some(outlook)
    }

    /// Keeps an outlook; of too many the one that was longest not asked for goes.
    pub(super) fn keep(&self, key: OutlookKey, now: Timestamp, outlook: Arc<Outlook>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(_, known, _)| *known != key);
        while kept.len() >= MOST {
            kept.pop_front();
        }
        kept.push_back((now, key, outlook));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unit::Ratio;
    use jiff::civil::date;
    use uuid::Uuid;

    const NOON: Timestamp = Timestamp::UNIX_EPOCH;

    fn key(seed: u64) -> OutlookKey {
        OutlookKey {
            org: OrgId::from_uuid(Uuid::from_u128(1)),
            series: SeriesKey {
                market: "ERCOT".parse().unwrap(),
                product: "DAM".parse().unwrap(),
                location: "HB_SOUTH".parse().unwrap(),
            },
            day: date(2024, 6, 4),
            known_at: NOON,
            count: 1,
            seed,
        }
    }

    fn outlook() -> Arc<Outlook> {
        let key = key(0);
        Arc::new(Outlook {
            forecast: Forecast {
                market: key.series.market,
                product: key.series.product,
                location: key.series.location,
                day: key.day,
                made_at: NOON,
                method: String::new(),
                history_days: 0,
                coverage: Ratio::ONE,
                points: Vec::new(),
            },
            paths: PricePaths::default(),
        })
    }

    #[test]
    fn what_was_asked_for_last_stays() {
        let outlooks = Outlooks::default();
        for seed in 0..MOST as u64 {
            outlooks.keep(key(seed), NOON, outlook());
        }
        assert!(outlooks.get(&key(0), NOON).is_some());
        outlooks.keep(key(99), NOON, outlook());
        let held = |seed| outlooks.get(&key(seed), NOON).is_some();
        assert!(held(0) && held(99) && !held(1) && held(2));
    }

    #[test]
    fn an_outlook_of_another_organisation_or_an_old_one_is_none() {
        let outlooks = Outlooks::default();
        outlooks.keep(key(0), NOON, outlook());
        let foreign = OutlookKey {
            org: OrgId::from_uuid(Uuid::from_u128(2)),
            ..key(0)
        };
        assert!(outlooks.get(&foreign, NOON).is_none());
        assert!(outlooks.get(&key(0), NOON + KEPT).is_some());
        let later = NOON + KEPT + SignedDuration::from_secs(1);
        assert!(outlooks.get(&key(0), later).is_none());
        assert!(outlooks.get(&key(0), NOON).is_none(), "it is gone");
    }
}
