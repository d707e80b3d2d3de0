//! What is known of each request: when it was answered, whether it is under way, when it is asked again.

use crate::request::{Failure, FailureKind, Request};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

/// What is known of one request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Slot {
    /// When the answer in hand came.
    pub got: Option<Timestamp>,
    /// Why the last attempt failed, if it did.
    pub failure: Option<Failure>,
    /// Whether an attempt is under way.
    pub under_way: bool,
    /// Whether something happened since that makes the answer old.
    pub dirty: bool,
    /// Not before then.
    not_before: Option<Timestamp>,
    failures: u32,
}

/// Longest pause between two attempts.
const LONGEST_PAUSE: i64 = 60;

/// The pause after so many failures in a row: 1, 2, 4, … seconds.
#[must_use]
pub fn pause(failures: u32) -> SignedDuration {
    let seconds = 1_i64
        .checked_shl(failures.saturating_sub(1))
        .unwrap_or(LONGEST_PAUSE);
    SignedDuration::from_secs(seconds.clamp(1, LONGEST_PAUSE))
}

/// What is known of all requests.
#[derive(Debug, Clone, Default)]
pub struct Slots(BTreeMap<Request, Slot>);

impl Slots {
    /// What is known of a request.
    #[must_use]
    pub fn get(&self, request: &Request) -> Option<&Slot> {
        self.0.get(request)
    }

    /// When the answer in hand came.
    #[must_use]
    pub fn got(&self, request: &Request) -> Option<Timestamp> {
        self.0.get(request)?.got
    }

    /// Whether it should be asked now.
    #[must_use]
    pub fn is_due(&self, request: &Request, every: SignedDuration, now: Timestamp) -> bool {
        let Some(slot) = self.0.get(request) else {
            return true;
        };
        let waits = slot.not_before.is_some_and(|then| now < then);
        let old = slot.got.is_none_or(|at| now.duration_since(at) >= every);
        !slot.under_way && !waits && (slot.dirty || old || slot.failure.is_some())
    }

    /// It is being asked.
    pub fn begin(&mut self, request: &Request) {
        let slot = self.0.entry(request.clone()).or_default();
        slot.under_way = true;
        // What happens from now on may not be in the answer.
        slot.dirty = false;
    }

    /// It was answered.
    pub fn succeed(&mut self, request: &Request, now: Timestamp) {
        let slot = self.0.entry(request.clone()).or_default();
        let dirty = slot.dirty;
        *slot = Slot {
            got: Some(now),
            dirty,
            ..Slot::default()
        };
    }

    /// It failed: it is asked again after a pause, the longer the more often it failed.
    pub fn fail(&mut self, request: &Request, failure: Failure, now: Timestamp) {
        let slot = self.0.entry(request.clone()).or_default();
        slot.under_way = false;
        slot.failures = slot.failures.saturating_add(1);
        let wait = match failure.kind {
            FailureKind::Forbidden => SignedDuration::from_secs(LONGEST_PAUSE * 10),
            _ => pause(slot.failures),
        };
        slot.not_before = now.checked_add(wait).ok();
        slot.failure = Some(failure);
    }

    /// Makes answers old.
    pub fn touch(&mut self, which: impl Fn(&Request) -> bool) {
        for (request, slot) in &mut self.0 {
            if which(request) {
                slot.dirty = true;
                slot.not_before = None;
            }
        }
    }

    /// Forgets what is under way: its answers will not come.
    pub fn abandon(&mut self) {
        for slot in self.0.values_mut() {
            slot.under_way = false;
            slot.not_before = None;
        }
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// A request that was answered at that time, in an earlier run.
    pub fn restore(&mut self, request: Request, at: Timestamp) {
        self.0.entry(request).or_default().got = Some(at);
    }

    /// When profit and loss were read last.
    #[must_use]
    pub fn profit(&self) -> Option<Timestamp> {
        let of = |(request, slot): (&Request, &Slot)| {
            matches!(request, Request::Profit { .. }).then_some(slot.got)?
        };
        self.0.iter().filter_map(of).max()
    }

    /// The latest answer of all.
    #[must_use]
    pub fn latest(&self) -> Option<Timestamp> {
        self.0.values().filter_map(|slot| slot.got).max()
    }
}
