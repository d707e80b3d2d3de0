//! When a call is made again.

use crate::error::Error;
use rand::RngExt as _;
use std::time::Duration;

/// When a call is made again, and after how long.
///
/// Only what can do no harm is repeated: reads, calls whose `Idempotency-Key` lets the server recognise them, and calls that certainly
/// had no effect. The pause doubles from attempt to attempt and is drawn at random from nothing to that ("full jitter"),
/// so that clients that failed together do not come back together; a `Retry-After` of the server is waited for.
///
/// ```
/// use optibid_client::RetryPolicy;
/// use std::time::Duration;
/// let patient = RetryPolicy { attempts: 6, ..RetryPolicy::default() };
/// assert_eq!(patient.first_pause, Duration::from_millis(200));
/// assert_eq!(RetryPolicy::NEVER.attempts, 1);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Most attempts of a call, the first included.
    pub attempts: u32,
    /// Longest pause after the first attempt.
    pub first_pause: Duration,
    /// Longest pause of all. A server that asks for more is not called again.
    pub longest_pause: Duration,
}

impl Default for RetryPolicy {
    /// Four attempts, pauses of up to 0.2, 0.4 and 0.8 seconds, at most 30 where the server asks.
    fn default() -> Self {
        Self {
            attempts: 4,
            first_pause: Duration::from_millis(200),
            longest_pause: Duration::from_secs(30),
        }
    }
}

impl RetryPolicy {
    /// One attempt.
    pub const NEVER: Self = Self {
        attempts: 1,
        first_pause: Duration::ZERO,
        longest_pause: Duration::ZERO,
    };

    /// How long to wait after a failed attempt (counted from 1) before the next; none ends the call. `repeatable` calls may have had
    /// their effect already.
    pub(crate) fn pause(&self, attempt: u32, error: &Error, repeatable: bool) -> Option<Duration> {
        let harmless = repeatable || error.certainly_not_applied();
        if attempt >= self.attempts || !error.is_retryable() || !harmless {
            return None;
        }
        if let Some(asked) = error.retry_after() {
            return (asked <= self.longest_pause).then_some(asked);
        }
        Some(self.drawn(attempt.saturating_sub(1), self.longest_pause))
    }

    /// A pause drawn from nothing to the first one, doubled so many times, at most the longest.
    pub(crate) fn drawn(&self, doublings: u32, longest: Duration) -> Duration {
        let doubled = 2_u32.saturating_pow(doublings);
        let most = self.first_pause.saturating_mul(doubled).min(longest);
        let micros = u64::try_from(most.as_micros()).unwrap_or(u64::MAX);
        Duration::from_micros(rand::rng().random_range(0..=micros))
    }
}
