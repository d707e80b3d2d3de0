//! One message to one route, until it is taken or given up.

use crate::error::{Code, Error, Result};
use crate::id::{AlertId, AlertRouteId, DeliveryId, OrgId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How long after a failed attempt the next one is made. After the last of them the delivery is given up.
pub const RETRY_AFTER: [SignedDuration; 5] = [
    SignedDuration::from_secs(5),
    SignedDuration::from_mins(1),
    SignedDuration::from_mins(10),
    SignedDuration::from_hours(1),
    SignedDuration::from_hours(6),
];

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It is to be sent, for the first time or again.
    Waiting,
    /// The receiver has taken it.
    Delivered,
    /// It is not sent any more.
    GivenUp,
}

impl DeliveryState {
    /// All states.
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Delivered, Self::GivenUp];

    /// The name on the wire and in databases.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::GivenUp => "given_up",
        }
    }
}

impl std::fmt::Display for DeliveryState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.code())
    }
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeliveryOutcome {
    /// The receiver answered 200 to 299.
    Delivered,
    /// Anything else.
    Failed,
}

/// One attempt to send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct DeliveryAttempt {
    /// When it was made.
    pub at: Timestamp,
    /// How it ended.
    pub outcome: DeliveryOutcome,
    /// The status that the receiver answered, where it answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// How it ended, in words.
    pub told: String,
    /// How long it took.
    pub milliseconds: u64,
    /// The beginning of what the receiver answered, at most 200 characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub answer: String,
}

/// A message to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDelivery {
    /// Its id: the `webhook-id` of every attempt.
    pub id: DeliveryId,
    /// The organisation.
    pub org: OrgId,
    /// The route.
    pub route: AlertRouteId,
    /// The message's type: `alert.raised`.
    pub kind: String,
    /// The occurrence of an alarm that it is about.
    pub alert: Option<AlertId>,
    /// The message.
    pub body: String,
    /// Now.
    pub at: Timestamp,
}

/// One message to one route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its id: the `webhook-id` of every attempt.
    pub id: DeliveryId,
    /// The organisation.
    pub org: OrgId,
    /// The route.
    pub route: AlertRouteId,
    /// The message's type: `alert.raised`.
    pub kind: String,
    /// The occurrence of an alarm that it is about.
    pub alert: Option<AlertId>,
    /// The message, the same to the byte in every attempt.
    pub body: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Grows by one with each change.
    pub version: u64,
    /// Where it stands.
    pub state: DeliveryState,
    /// Attempts that were made since it was made or replayed.
    pub attempts: u32,
    /// When the next attempt is due; none when it has ended.
    pub due_at: Option<Timestamp>,
    /// Until when one who sends holds it.
    pub leased_until: Option<Timestamp>,
    /// The last attempt.
    pub last: Option<DeliveryAttempt>,
}

impl Delivery {
    /// A delivery that is due at once.
    #[must_use]
    pub fn new(new: NewDelivery) -> Self {
        Self {
            id: new.id,
            org: new.org,
            route: new.route,
            kind: new.kind,
            alert: new.alert,
            body: new.body,
            created_at: new.at,
            version: 1,
            state: DeliveryState::Waiting,
            attempts: 0,
            due_at: Some(new.at),
            leased_until: None,
            last: None,
        }
    }

    /// The delivery after an attempt: taken, to be sent again, or given up when all attempts are made or the receiver says
    /// that it is gone (410).
    #[must_use]
    pub fn attempted(self, attempt: DeliveryAttempt) -> Self {
        let made = usize::try_from(self.attempts).unwrap_or(usize::MAX);
        let gone = attempt.status == Some(410);
        let wait = RETRY_AFTER.get(made).filter(|_| !gone);
        let (state, due_at) = match (attempt.outcome, wait) {
            (DeliveryOutcome::Delivered, _) => (DeliveryState::Delivered, None),
            (DeliveryOutcome::Failed, Some(wait)) => {
                let due = attempt.at.saturating_add(*wait).unwrap_or(attempt.at);
                (DeliveryState::Waiting, Some(due))
            }
            (DeliveryOutcome::Failed, None) => (DeliveryState::GivenUp, None),
        };
        Self {
            version: self.version.saturating_add(1),
            state,
            attempts: self.attempts.saturating_add(1),
            due_at,
            leased_until: None,
            last: Some(attempt),
            ..self
        }
    }

    /// The delivery after its only attempt, without another one.
    #[must_use]
    pub fn attempted_once(self, attempt: DeliveryAttempt) -> Self {
        let (version, next) = (self.version, self.attempted(attempt));
        let state = match next.state {
            DeliveryState::Waiting => DeliveryState::GivenUp,
            ended => ended,
        };
        Self {
            version,
            state,
            due_at: None,
            ..next
        }
    }

    /// The delivery, given up without an attempt.
    #[must_use]
    pub fn given_up(self, reason: &str, at: Timestamp) -> Self {
        Self {
            version: self.version.saturating_add(1),
            state: DeliveryState::GivenUp,
            due_at: None,
            leased_until: None,
            last: Some(DeliveryAttempt {
                at,
                outcome: DeliveryOutcome::Failed,
                status: None,
                told: reason.to_owned(),
                milliseconds: 0,
                answer: String::new(),
            }),
            ..self
        }
    }

    /// The delivery, due now under the same id, with all its attempts anew.
    ///
    /// # Errors
    /// [`Code::Conflict`] while it is being sent.
    pub fn replay(self, now: Timestamp) -> Result<Self> {
        if self.leased_until.is_some_and(|until| now < until) {
            let message = format!("delivery {} is being sent just now", self.id);
            return Err(Error::new(Code::Conflict, message));
        }
        Ok(Self {
            version: self.version.saturating_add(1),
            state: DeliveryState::Waiting,
            attempts: 0,
            due_at: Some(now),
            leased_until: None,
            ..self
        })
    }
}
