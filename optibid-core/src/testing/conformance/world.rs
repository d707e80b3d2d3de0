//! What the rules share: tenants, and what a write left behind.

use super::subject::Subject;
use crate::audit::{AuditEntry, ChainVerifier};
use crate::bid::{Bid, BidEvent};
use crate::event::EventKind;
use crate::id::{BidId, EventId};
use crate::ports::{
    AccountStore, AuditStore, BidStore, IdempotencyStore, Ids, OutboxMessage, OutboxStore, Page,
    PageRequest, StoreError, Trail,
};
use crate::testing::fixtures::{self, Tenant, TrailBuilder};
use std::collections::BTreeSet;
use std::fmt::Debug;

/// A store whose writes leave a trail, and which knows the organisations that its rows belong to.
pub trait Trailed: AccountStore + AuditStore + IdempotencyStore + OutboxStore {}

impl<S: AccountStore + AuditStore + IdempotencyStore + OutboxStore> Trailed for S {}

/// Two organisations that must not see each other's rows.
pub(super) struct Tenants {
    pub(super) ours: Tenant,
    pub(super) theirs: Tenant,
}

/// Founds two organisations.
pub(super) async fn tenants<S: Trailed>(store: &Subject<S>) -> Tenants {
    let found = Tenants {
        ours: Tenant::numbered(1),
        theirs: Tenant::numbered(2),
    };
    for tenant in [&found.ours, &found.theirs] {
        let trail = fixtures::trail(&tenant.user, "org.found");
        store
            .insert_org(&tenant.org, &tenant.user, &trail)
            .await
            .unwrap();
    }
    found
}

/// The whole audit chain, read in parts and verified.
pub(super) async fn chain<S: AuditStore>(store: &S) -> Vec<AuditEntry> {
    let mut verifier = ChainVerifier::default();
    let mut chain: Vec<AuditEntry> = Vec::new();
    loop {
        let after = chain.last().map_or(0, |entry| entry.sequence);
        let part = store.audit_chain(after, 7).await.unwrap();
        assert!(part.len() <= 7, "more entries than the limit");
        if part.is_empty() {
            return chain;
        }
        for entry in &part {
            verifier
                .check(entry)
                .unwrap_or_else(|broken| panic!("{broken}: {entry:?}"));
        }
        chain.extend(part);
    }
}

/// The whole outbox.
pub(super) async fn outbox<S: OutboxStore>(store: &S) -> Vec<OutboxMessage> {
    store.unpublished(10_000).await.unwrap()
}

/// Everything that writes leave beside their rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Left {
    audit: Vec<AuditEntry>,
    outbox: Vec<OutboxMessage>,
}

pub(super) async fn left<S: Trailed>(store: &Subject<S>) -> Left {
    Left {
        audit: chain(&**store).await,
        outbox: outbox(&**store).await,
    }
}

/// Asserts that since `before` exactly this trail was left, whole.
pub(super) async fn assert_left<S: Trailed>(store: &Subject<S>, before: &Left, trail: &Trail) {
    let now = left(store).await;
    let drafts: Vec<_> = now
        .audit
        .iter()
        .skip(before.audit.len())
        .map(|e| &e.draft)
        .collect();
    assert_eq!(drafts, [&trail.audit], "the audit entries of the write");
    let events: Vec<_> = now
        .outbox
        .iter()
        .skip(before.outbox.len())
        .map(|m| &m.event)
        .collect();
    assert_eq!(
        events,
        trail.events.iter().collect::<Vec<_>>(),
        "the events of the write"
    );
    if let Some(answer) = &trail.answer {
        let kept = store.answer(answer.org, &answer.key).await.unwrap();
        assert_eq!(kept.as_ref(), Some(answer), "the kept answer of the write");
    }
}

/// Asserts that the refused write with this trail left nothing of it.
///
/// `taken` says that the trail's key was taken before by another write.
pub(super) async fn assert_nothing_left<S: Trailed>(
    store: &Subject<S>,
    before: &Left,
    (trail, taken): (&Trail, bool),
) {
    assert_eq!(
        left(store).await,
        *before,
        "a refused write left something of its trail"
    );
    if let Some(answer) = &trail.answer {
        let kept = store.answer(answer.org, &answer.key).await.unwrap();
        assert_eq!(kept.is_some(), taken, "the key of a refused write");
        assert_ne!(
            kept.as_ref(),
            Some(answer),
            "a refused write left its answer"
        );
    }
}

/// The trail of an act with an event and a key: all that a write can leave.
pub(super) fn full_trail<S: Trailed>(
    store: &Subject<S>,
    tenant: &Tenant,
    (action, key): (&str, &str),
) -> Trail {
    let (_, event) = fixtures::draft(
        tenant,
        store.ids.next(BidId::from_uuid),
        fixtures::ercot_dam_content(jiff::civil::date(2024, 6, 4)),
    );
    let id = store.ids.uuid();
    TrailBuilder::by(&tenant.user, action)
        .subject(format!("test/{id}"))
        .event(fixtures::event(id, tenant.org.id, EventKind::Bid(event)))
        .key(key)
        .build()
}

/// Takes an idempotency key of the tenant by an act that changes nothing else.
pub(super) async fn take_key<S: Trailed>(store: &Subject<S>, tenant: &Tenant, key: &str) {
    let trail = TrailBuilder::by(&tenant.user, "test.first")
        .subject("first")
        .key(key)
        .build();
    store.record(&trail).await.unwrap();
}

pub(super) fn assert_key_taken<T: Debug>(answer: Result<T, StoreError>, key: &str) {
    match answer {
        Err(StoreError::KeyTaken { key: taken }) => assert_eq!(taken, key),
        other => panic!("wanted KeyTaken, got {other:?}"),
    }
}

pub(super) fn assert_conflict<T: Debug>(answer: Result<T, StoreError>) {
    assert!(
        matches!(answer, Err(StoreError::Conflict { .. })),
        "wanted Conflict, got {answer:?}"
    );
}

pub(super) fn assert_not_found<T: Debug>(answer: Result<T, StoreError>) {
    assert!(
        matches!(answer, Err(StoreError::NotFound { .. })),
        "wanted NotFound, got {answer:?}"
    );
}

pub(super) fn assert_exists<T: Debug>(answer: Result<T, StoreError>) {
    let fits = matches!(answer, Err(StoreError::AlreadyExists { .. }));
    assert!(fits, "wanted AlreadyExists, got {answer:?}");
}

/// Drafts a bid for 2024-06-04 and stores it.
pub(super) async fn stored_bid<S: Trailed + BidStore>(
    store: &Subject<S>,
    tenant: &Tenant,
) -> (Bid, BidEvent) {
    let content = fixtures::ercot_dam_content(jiff::civil::date(2024, 6, 4));
    let (bid, event) = fixtures::draft(tenant, store.ids.next(BidId::from_uuid), content);
    store
        .insert_bid(&bid, &event, &trail_of(store, &event))
        .await
        .unwrap();
    (bid, event)
}

/// The trail that a bid's move leaves.
pub(super) fn trail_of<S: Trailed>(store: &Subject<S>, event: &BidEvent) -> Trail {
    fixtures::bid_trail(event, store.ids.uuid()).build()
}

/// Ids of the events in the outbox, which must not repeat.
pub(super) fn event_ids(messages: &[OutboxMessage]) -> BTreeSet<EventId> {
    let ids: BTreeSet<_> = messages.iter().map(|message| message.event.id).collect();
    assert_eq!(
        ids.len(),
        messages.len(),
        "an event lies in the outbox twice"
    );
    ids
}

/// Collects a list page by page.
///
/// After the first page `meanwhile` runs, which may add rows. Every page but the last must be full,
/// the last must say that it is.
pub(super) async fn walk<T, Read, Meanwhile>(
    limit: u32,
    mut read: Read,
    meanwhile: Meanwhile,
) -> Vec<T>
where
    Read: AsyncFnMut(PageRequest) -> Result<Page<T>, StoreError>,
    Meanwhile: AsyncFnOnce(),
{
    let full = usize::try_from(limit).unwrap();
    let mut meanwhile = Some(meanwhile);
    let mut all = Vec::new();
    let mut after = None;
    loop {
        let page = read(PageRequest { limit, after }).await.unwrap();
        assert!(page.items.len() <= full, "a page of more than {limit}");
        let last = page.next.is_none();
        assert!(
            last || page.items.len() == full,
            "a page that is not full is not the last"
        );
        assert!(
            !(all.is_empty() && page.items.is_empty() && !last),
            "an empty page with a next"
        );
        all.extend(page.items);
        if last {
            return all;
        }
        after = page.next;
        if let Some(meanwhile) = meanwhile.take() {
            meanwhile().await;
        }
    }
}
