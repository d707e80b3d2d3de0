//! What every write leaves behind, ready to be written.

use crate::body;
use crate::fault::defect;
use crate::row::{micros, stored};
use optibid_core::audit::{Actor, AuditDraft};
use optibid_core::id::UserId;
use optibid_core::ports::{KeyedAnswer, StoreError, Trail};
use optibid_core::webhook::Delivery;
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

/// A trail whose events are encoded already, so that the one writer need not.
#[derive(Debug)]
pub(crate) struct EncodedTrail {
    /// What to record.
    pub(crate) audit: AuditDraft,
    /// Rows of the outbox.
    pub(crate) messages: Vec<Value>,
    /// Rows of deliveries.
    pub(crate) deliveries: Vec<Value>,
    /// The answer to keep.
    pub(crate) answer: Option<KeyedAnswer>,
}

impl EncodedTrail {
    /// Encodes a trail.
    pub(crate) fn of(trail: &Trail) -> Result<Arc<Self>, StoreError> {
        let audit = trail.audit.clone();
        let texts = [
            Some(&audit.action),
            Some(&audit.subject),
            audit.request_id.as_ref(),
            Some(&audit.detail),
        ];
        if texts.into_iter().flatten().any(|text| text.contains('\0')) {
            // PostgreSQL stores no NUL; refused here it costs its own act and not the whole batch.
            return Err(defect("an audit entry holds a NUL character"));
        }
        let mut messages = Vec::with_capacity(trail.events.len());
        for event in &trail.events {
            messages.push(json!([
                event.id.uuid().simple().to_string(),
                event.org.map(|org| org.uuid().simple().to_string()),
                event.topic().name(),
                body::encode("event", event)?,
            ]));
        }
        Ok(Arc::new(Self {
            audit,
            messages,
            deliveries: trail
                .deliveries
                .iter()
                .map(delivery)
                .collect::<Result<_, _>>()?,
            answer: trail.answer.clone(),
        }))
    }
}

/// A delivery as a row.
fn delivery(delivery: &Delivery) -> Result<Value, StoreError> {
    let hex = |id: Uuid| id.simple().to_string();
    let last = delivery.last.as_ref();
    Ok(json!([
        hex(delivery.id.uuid()),
        hex(delivery.org.uuid()),
        hex(delivery.route.uuid()),
        delivery.kind,
        delivery.alert.map(|alert| hex(alert.uuid())),
        delivery.state.code(),
        stored(delivery.version),
        delivery.attempts,
        delivery.due_at.map(micros),
        delivery.leased_until.map(micros),
        micros(delivery.created_at),
        delivery.body,
        last.map(|attempt| micros(attempt.at)),
        last.map(|attempt| body::encode("delivery attempt", attempt))
            .transpose()?,
    ]))
}

/// An actor as two columns.
pub(crate) fn actor_columns(actor: Actor) -> (&'static str, Option<Uuid>) {
    match actor {
        Actor::User(user) => ("user", Some(user.uuid())),
        Actor::System => ("system", None),
        Actor::Venue => ("venue", None),
    }
}

/// Two columns as an actor.
pub(crate) fn actor(kind: &'static str, code: &str, id: Option<Uuid>) -> Result<Actor, StoreError> {
    match (code, id) {
        ("user", Some(id)) => Ok(Actor::User(UserId::from_uuid(id))),
        ("system", None) => Ok(Actor::System),
        ("venue", None) => Ok(Actor::Venue),
        _ => Err(crate::fault::corrupt(
            kind,
            format!("{code:?} with id {id:?} is no actor"),
        )),
    }
}
