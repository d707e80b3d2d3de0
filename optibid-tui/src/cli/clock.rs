//! How far this machine's clock is from the server's: countdowns and ages are told by this one, gates close by that one.

use crate::format;
use async_trait::async_trait;
use bytes::Bytes;
use http::header::DATE;
use http::{HeaderMap, Request, Response};
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::{SignedDuration, Timestamp};
use optibid_client::{Network, Result, Transport, TransportError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// More than this is worth a warning.
const MUCH: SignedDuration = SignedDuration::from_secs(2);
/// The server's header tells whole seconds: on average it is half of one behind.
const HALF: SignedDuration = SignedDuration::from_millis(500);

/// This machine's clock beside the server's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Skew {
    /// How far this one is ahead.
    ahead: SignedDuration,
    /// How far off that may be to either side.
    within: SignedDuration,
}

impl Skew {
    /// What an answer's `Date` tells, which was asked for and came at these times.
    fn of(headers: &HeaderMap, asked: Timestamp, came: Timestamp) -> Option<Self> {
        let date = headers.get(DATE)?.to_str().ok()?;
        let date = DateTimeParser::new().parse_timestamp(date).ok()?;
        let half_way = came.duration_since(asked) / 2;
        let here = asked.checked_add(half_way).ok()?;
        let there = date.checked_add(HALF).ok()?;
        Some(Self {
            ahead: here.duration_since(there),
            within: HALF + half_way,
        })
    }

    fn is_much(self) -> bool {
        self.ahead.abs() - self.within > MUCH - HALF
    }

    /// In words.
    pub(super) fn told(self) -> String {
        let off = self.ahead.abs();
        if off <= self.within {
            return format!("agrees with the server's to {}", tenths(self.within));
        }
        let side = match self.ahead.is_negative() {
            true => "behind",
            false => "ahead of",
        };
        let within = tenths(self.within);
        let off = match off >= SignedDuration::from_mins(1) {
            true => format::duration(off),
            false => tenths(off),
        };
        let warning = match self.is_much() {
            true => "; WARNING: countdowns and ages are wrong by as much, set this machine's clock",
            false => "",
        };
        format!("{off} {side} the server's, to {within}{warning}")
    }
}

/// Seconds with one decimal.
fn tenths(span: SignedDuration) -> String {
    format!("{:.1}s", span.as_secs_f64())
}

/// The network, which notes what the server's clock says.
#[derive(Clone)]
pub(super) struct Clocked {
    network: Network,
    skew: Arc<Mutex<Option<Skew>>>,
}

impl Clocked {
    /// Making a connection may take so long.
    pub(super) fn new(longest: Duration) -> Result<Self> {
        Ok(Self {
            network: Network::new(longest)?,
            skew: Arc::default(),
        })
    }

    /// What the answers so far told.
    pub(super) fn skew(&self) -> Option<Skew> {
        *self.skew.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Transport for Clocked {
    async fn send(
        &self,
        request: Request<Bytes>,
        timeout: Duration,
    ) -> std::result::Result<Response<Bytes>, TransportError> {
        let asked = Timestamp::now();
        let answer = self.network.send(request, timeout).await?;
        let seen = Skew::of(answer.headers(), asked, Timestamp::now());
        let mut skew = self.skew.lock().unwrap_or_else(PoisonError::into_inner);
        // The quickest answer tells it best.
        if let Some(seen) = seen.filter(|seen| skew.is_none_or(|held| seen.within < held.within)) {
            *skew = Some(seen);
        }
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    /// The server's date, and when this machine asked and heard.
    fn told(date: &'static str, asked: &str, came: &str) -> Option<String> {
        let headers = HeaderMap::from_iter([(DATE, HeaderValue::from_static(date))]);
        let at = |text: &str| text.parse().unwrap();
        Some(Skew::of(&headers, at(asked), at(came))?.told())
    }

    #[test]
    fn a_clock_that_is_off_is_told_with_its_side_and_how_sure_that_is() {
        // The example of RFC 9110.
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        for (asked, came, words) in [
            (
                "08:49:37.3",
                "08:49:37.5",
                "agrees with the server's to 0.6s",
            ),
            (
                "08:49:36.4",
                "08:49:36.4",
                "1.1s behind the server's, to 0.5s",
            ),
            (
                "08:49:39.4",
                "08:49:39.6",
                "2.0s ahead of the server's, to 0.6s",
            ),
            // A slow answer is no proof.
            (
                "08:49:36.5",
                "08:49:46.5",
                "agrees with the server's to 5.5s",
            ),
        ] {
            let at = |clock: &str| format!("1994-11-06T{clock}Z");
            let told = told(date, &at(asked), &at(came)).unwrap();
            assert_eq!(told, words);
        }
        let told = |clock| told(date, clock, clock).unwrap();
        let far = told("1994-11-06T08:49:40.6Z");
        assert!(far.starts_with("3.1s ahead of the server's"), "{far}");
        assert!(far.contains("WARNING"), "{far}");
        let hour = told("1994-11-06T07:49:37.5Z");
        assert!(hour.starts_with("1h00m behind the server's"), "{hour}");
        assert!(hour.contains("WARNING"), "{hour}");
    }

    #[test]
    fn an_answer_without_a_date_tells_nothing() {
        let now = Timestamp::now();
        assert_eq!(Skew::of(&HeaderMap::new(), now, now), None);
        let at = "1994-11-06T08:49:37Z";
        assert_eq!(told("yesterday", at, at), None);
    }
}
