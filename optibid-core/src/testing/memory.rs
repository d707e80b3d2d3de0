//! The in-memory adapter: every storage port over one state behind one lock.

mod accounts;
mod alerts;
mod assets;
mod bids;
mod jobs;
mod portfolio;
mod prices;
mod sessions;
mod trail;
mod webhooks;

use crate::alert::{Alert, WatchedRule};
use crate::asset::{Asset, Availability, Telemetry};
use crate::audit::{AuditEntry, GENESIS};
use crate::auth::{RefreshToken, Session};
use crate::bid::{Bid, BidEvent};
use crate::id::{
    AlertId, AlertRouteId, AlertRuleId, AssetId, AwardId, BidId, DeliveryId, JobId, OrgId,
    SessionId, SettlementId, UserId,
};
use crate::job::Job;
use crate::market::{DataOwner, DeliveryPeriod, PriceObservation};
use crate::org::{Email, Org, User};
use crate::portfolio::{Award, SettlementStatement};
use crate::ports::{KeyedAnswer, OutboxMessage, Page, PageRequest, SeriesKey, StoreError, Trail};
use crate::webhook::{AlertRoute, Delivery, RouteSecrets};
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Display;
use std::str::FromStr;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A store that keeps everything in memory and forgets it when it is dropped.
///
/// It is a full adapter: it passes the same [conformance suite](crate::testing::conformance) as the
/// databases. One lock guards all of it, so a row, its audit entry, its events and its idempotency
/// key change in one critical section, and no reader sees them apart. It needs no async runtime.
///
/// ```
/// use optibid_core::ports::AccountStore;
/// use optibid_core::testing::{MemoryStore, fixtures};
/// # futures::executor::block_on(async {
/// let store = MemoryStore::default();
/// let ours = fixtures::Tenant::numbered(1);
/// store.insert_org(&ours.org, &ours.user, &fixtures::trail(&ours.user, "org.found")).await?;
/// assert_eq!(store.user_by_email(&ours.user.email).await?, Some(ours.user));
/// # Ok::<(), optibid_core::ports::StoreError>(()) }).unwrap();
/// ```
#[derive(Debug, Default)]
pub struct MemoryStore {
    state: Mutex<State>,
}

/// Versions of one period's price by the time they became known.
type Versions = BTreeMap<Timestamp, PriceObservation>;

#[derive(Debug, Default)]
struct State {
    orgs: BTreeMap<OrgId, Org>,
    users: BTreeMap<UserId, User>,
    addresses: BTreeMap<Email, UserId>,
    sessions: BTreeMap<SessionId, Session>,
    tokens: HashMap<String, RefreshToken>,
    bids: BTreeMap<BidId, Bid>,
    bid_events: BTreeMap<BidId, Vec<BidEvent>>,
    assets: BTreeMap<AssetId, Asset>,
    telemetry: BTreeMap<(AssetId, Timestamp), Telemetry>,
    availability: BTreeMap<AssetId, Vec<Availability>>,
    prices: BTreeMap<SeriesKey, BTreeMap<DeliveryPeriod, BTreeMap<DataOwner, Versions>>>,
    awards: BTreeMap<AwardId, Award>,
    statements: BTreeMap<(Date, SettlementId), SettlementStatement>,
    jobs: BTreeMap<JobId, Job>,
    alert_rules: BTreeMap<AlertRuleId, WatchedRule>,
    alerts: BTreeMap<AlertId, Alert>,
    alert_routes: BTreeMap<AlertRouteId, (AlertRoute, RouteSecrets)>,
    deliveries: BTreeMap<DeliveryId, Delivery>,
    settings: BTreeMap<String, String>,
    chain: Vec<AuditEntry>,
    outbox: BTreeMap<u64, OutboxMessage>,
    last_message: u64,
    answers: BTreeMap<(OrgId, String), KeyedAnswer>,
}

impl MemoryStore {
    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere cannot leave the state half written: `write` checks before it changes.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads under the lock.
    fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.lock())
    }

    /// One atomic write: the key is looked at first, then `change` runs, which must find every fault
    /// before it touches the state, then the trail is left.
    fn write<T>(
        &self,
        trail: &Trail,
        change: impl FnOnce(&mut State) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut state = self.lock();
        state.require_free_key(trail)?;
        let value = change(&mut state)?;
        state.leave(trail);
        Ok(value)
    }
}

impl State {
    fn require_free_key(&self, trail: &Trail) -> Result<(), StoreError> {
        match &trail.answer {
            Some(answer) if self.answers.contains_key(&(answer.org, answer.key.clone())) => {
                Err(StoreError::KeyTaken {
                    key: answer.key.clone(),
                })
            }
            _ => Ok(()),
        }
    }

    fn leave(&mut self, trail: &Trail) {
        let (sequence, previous) = match self.chain.last() {
            Some(last) => (last.sequence + 1, last.hash.as_str()),
            None => (1, GENESIS),
        };
        let entry = trail.audit.clone().chain(sequence, previous);
        self.chain.push(entry);
        for event in &trail.events {
            self.last_message += 1;
            let sequence = self.last_message;
            self.outbox.insert(
                sequence,
                OutboxMessage {
                    sequence,
                    event: event.clone(),
                },
            );
        }
        self.enqueue(&trail.deliveries);
        if let Some(answer) = &trail.answer {
            self.answers
                .insert((answer.org, answer.key.clone()), answer.clone());
        }
    }
}

fn not_found(kind: &'static str, id: impl Display) -> StoreError {
    StoreError::NotFound {
        kind,
        id: id.to_string(),
    }
}

fn already_exists(kind: &'static str, id: impl Display) -> StoreError {
    StoreError::AlreadyExists {
        kind,
        id: id.to_string(),
    }
}

/// Passes when the stored version is the one before `next`.
fn require_version(
    kind: &'static str,
    id: impl Display,
    (found, next): (u64, u64),
) -> Result<(), StoreError> {
    if found.checked_add(1) == Some(next) {
        return Ok(());
    }
    let expected = next.saturating_sub(1);
    Err(StoreError::Conflict {
        kind,
        id: id.to_string(),
        expected,
        found,
    })
}

/// The part of a descending list that follows the cursor.
fn page<'a, T, K>(
    descending: impl Iterator<Item = &'a T>,
    request: &PageRequest,
    key: impl Fn(&T) -> K,
) -> Result<Page<T>, StoreError>
where
    T: Clone + 'a,
    K: Ord + Display + FromStr,
{
    let after = match &request.after {
        Some(text) => Some(text.parse::<K>().map_err(|_| not_found("cursor", text))?),
        None => None,
    };
    let follows = |row: &&T| after.as_ref().is_none_or(|after| key(row) < *after);
    let mut rows = descending.filter(follows);
    let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
    let items: Vec<T> = rows.by_ref().take(limit).cloned().collect();
    let more = rows.next().is_some();
    let next = items
        .last()
        .filter(|_| more)
        .map(|last| key(last).to_string());
    Ok(Page { items, next })
}

/// The first `limit` rows.
fn first<T>(rows: impl Iterator<Item = T>, limit: u32) -> Vec<T> {
    rows.take(usize::try_from(limit).unwrap_or(usize::MAX))
        .collect()
}
