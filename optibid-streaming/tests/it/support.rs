//! Events to publish.

use optibid_core::event::{Event, EventKind};
use optibid_core::id::{EventId, JobId};
use optibid_core::job::{JobEvent, JobState};
use optibid_core::market::PriceObservation;
use optibid_core::testing::fixtures::PriceSeries;
use uuid::Uuid;

/// A job event that carries a number to be told by.
pub(crate) fn numbered(number: u64) -> Event {
    let id = Uuid::from_u128(u128::from(number));
    let job = JobEvent {
        job: JobId::from_uuid(id),
        state: JobState::Running,
        done: number,
        total: 0,
    };
    event(id, EventKind::Job(job))
}

/// A price event.
pub(crate) fn price(number: u64) -> Event {
    let series: Vec<PriceObservation> =
        PriceSeries::ercot_dam("2024-06-01T05:00:00Z").values(&["24.57"]);
    event(
        Uuid::from_u128(u128::from(number)),
        EventKind::Price(series[0].clone()),
    )
}

fn event(id: Uuid, kind: EventKind) -> Event {
    Event {
        id: EventId::from_uuid(id),
        at: "2024-06-01T00:00:00Z".parse().unwrap(),
        org: None,
        kind,
    }
}
