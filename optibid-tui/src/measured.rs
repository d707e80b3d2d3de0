//! How far back telemetry is looked at.

use jiff::{SignedDuration, Timestamp};

/// The span that is shown.
pub(crate) const SPAN: SignedDuration = SignedDuration::from_hours(24);
/// After that a sample no longer says what an asset does now.
const OLD: SignedDuration = SignedDuration::from_hours(1);

/// Where the span ends: now, or at the last sample where nothing came within the span.
pub(crate) fn end(now: Timestamp, last: Timestamp) -> Timestamp {
    if now.duration_since(last) < SPAN {
        now
    } else {
        last
    }
}

/// Whether a sample is too old to say what is now.
pub(crate) fn is_old(now: Timestamp, at: Timestamp) -> bool {
    now.duration_since(at) > OLD
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_span_ends_now_while_something_comes_and_else_at_the_last_sample() {
        let now: Timestamp = "2026-06-01T12:00:00Z".parse().unwrap();
        for (hours, ends, old) in [(0, 0, false), (1, 0, false), (2, 0, true), (24, 24, true)] {
            let last = now - SignedDuration::from_hours(hours);
            let end = now.duration_since(end(now, last));
            assert_eq!(
                (end.as_hours(), is_old(now, last)),
                (ends, old),
                "{hours} h"
            );
        }
    }
}
