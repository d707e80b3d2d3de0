use jiff::Timestamp;
use optibid_core::ports::{Clock, Ids};
use uuid::Uuid;

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        // Databases keep microseconds: a time that is stored must read back as the same time.
        let now = Timestamp::now();
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }
}

/// UUIDs of version 7 from the machine's clock and random source.
#[derive(Debug, Clone, Copy, Default)]
pub struct UuidSource;

impl Ids for UuidSource {
    fn uuid(&self) -> Uuid {
        Uuid::now_v7()
    }
}
