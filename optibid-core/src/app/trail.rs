//! What every write leaves behind.

use super::App;
use crate::audit::{Actor, AuditDraft};
use crate::auth::Principal;
use crate::event::{Event, EventKind};
use crate::id::{EventId, OrgId};
use crate::ports::Trail;
use serde::Serialize;

impl App {
    /// A trail of an act by a user.
    pub(super) fn trail(&self, who: &Principal, action: &str, subject: impl ToString) -> Trail {
        Trail {
            audit: AuditDraft {
                org: Some(who.org),
                actor: Actor::User(who.user),
                action: action.to_owned(),
                subject: subject.to_string(),
                at: self.environment.clock.now(),
                request_id: who.request_id.clone(),
                detail: "{}".to_owned(),
            },
            events: Vec::new(),
            deliveries: Vec::new(),
            answer: None,
        }
    }

    /// A trail of an act by OptiBid itself or a venue.
    pub(super) fn system_trail(
        &self,
        org: Option<OrgId>,
        actor: Actor,
        action: &str,
        subject: impl ToString,
    ) -> Trail {
        Trail {
            audit: AuditDraft {
                org,
                actor,
                action: action.to_owned(),
                subject: subject.to_string(),
                at: self.environment.clock.now(),
                request_id: None,
                detail: "{}".to_owned(),
            },
            events: Vec::new(),
            deliveries: Vec::new(),
            answer: None,
        }
    }

    /// An event of an organisation, or of everybody.
    pub(super) fn event(&self, org: Option<OrgId>, kind: EventKind) -> Event {
        Event {
            id: EventId::from_uuid(self.environment.ids.uuid()),
            at: self.environment.clock.now(),
            org,
            kind,
        }
    }
}

impl Trail {
    /// Adds facts to the audit entry.
    #[must_use]
    pub fn with_detail(mut self, detail: &impl Serialize) -> Self {
        // Serialisation of plain data fails only on maps with keys that are not text.
        self.audit.detail = serde_json::to_string(detail).unwrap_or_else(|_| "{}".to_owned());
        self
    }

    /// Adds an event to publish.
    #[must_use]
    pub fn with_event(mut self, event: Event) -> Self {
        self.events.push(event);
        self
    }
}
