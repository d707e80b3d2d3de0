//! The audit chain shows every change but a cut tail, which needs a head that was kept elsewhere.

use super::app_world::{World, code};
use optibid_core::audit::{Actor, AuditDraft, AuditEntry, ChainVerifier, GENESIS};
use optibid_core::auth::Role;
use optibid_core::error::Code;
use optibid_core::id::{OrgId, UserId};
use optibid_core::ports::AuditQuery;
use optibid_core::testing::fixtures::{NOON, Tenant};
use optibid_core::testing::mocks::MockAuditStore;
use sha2::{Digest, Sha256};
use std::sync::Arc;

fn draft(number: u64) -> AuditDraft {
    let ours = Tenant::numbered(1);
    AuditDraft {
        org: Some(ours.org.id),
        actor: Actor::User(ours.user.id),
        action: "bid.submit".to_owned(),
        subject: format!("bid/{number}"),
        at: NOON,
        request_id: Some("req-1".to_owned()),
        detail: r#"{"version":3}"#.to_owned(),
    }
}

fn chain(length: u64) -> Vec<AuditEntry> {
    let mut entries: Vec<AuditEntry> = Vec::new();
    for number in 1..=length {
        let previous = entries.last().map_or(GENESIS, |last| &last.hash).to_owned();
        entries.push(draft(number).chain(number, &previous));
    }
    entries
}

/// The sequence and the reason of the first break.
fn broken(entries: &[AuditEntry]) -> Option<(u64, &'static str)> {
    let mut verifier = ChainVerifier::default();
    let error = entries.iter().find_map(|entry| verifier.check(entry).err());
    error.map(|error| (error.sequence, error.reason))
}

const ALTERED: &str = "its content was altered";
const UNLINKED: &str = "it does not follow the entry before it";
const GAP: &str = "the sequence has a gap or a repeat";

#[test]
fn the_hash_is_sha_256_over_lengths_and_fields_as_documented() {
    let entry = draft(7).chain(7, GENESIS);
    let ours = Tenant::numbered(1);
    let parts = [
        "7".to_owned(),
        GENESIS.to_owned(),
        ours.org.id.to_string(),
        format!("user:{}", ours.user.id),
        "bid.submit".to_owned(),
        "bid/7".to_owned(),
        "2024-06-03T12:00:00.123456Z".to_owned(),
        "id:req-1".to_owned(),
        r#"{"version":3}"#.to_owned(),
    ];
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend((part.len() as u64).to_be_bytes());
        bytes.extend(part.bytes());
    }
    let hex: String = Sha256::digest(&bytes)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    assert_eq!(entry.hash, hex);
    assert_eq!(entry.previous, "0".repeat(64));
}

#[test]
fn a_whole_chain_passes_and_its_head_is_the_last_hash() {
    let entries = chain(5);
    assert_eq!(broken(&entries), None);
    let mut verifier = ChainVerifier::default();
    assert_eq!(verifier.head(), (0, GENESIS));
    entries
        .iter()
        .for_each(|entry| verifier.check(entry).unwrap());
    assert_eq!(verifier.head(), (5, entries[4].hash.as_str()));
}

#[test]
fn a_change_of_any_field_is_seen() {
    let theirs = Tenant::numbered(2);
    let changes: [fn(&mut AuditDraft, &Tenant); 10] = [
        |d, theirs| d.org = Some(theirs.org.id),
        |d, _| d.org = None,
        |d, theirs| d.actor = Actor::User(theirs.user.id),
        |d, _| d.actor = Actor::System,
        |d, _| d.action.push('x'),
        |d, _| d.subject = "bid/4".to_owned(),
        |d, _| d.at += jiff::SignedDuration::from_nanos(1),
        |d, _| d.request_id = None,
        |d, _| d.detail = r#"{"version":4}"#.to_owned(),
        // What leaves one field enters the next.
        |d, _| (d.action, d.subject) = ("bid.submi".to_owned(), "tbid/3".to_owned()),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let mut entries = chain(5);
        change(&mut entries[2].draft, &theirs);
        assert_eq!(broken(&entries), Some((3, ALTERED)), "change {number}");
    }
    let mut entries = chain(5);
    entries[2].hash = entries[1].hash.clone();
    assert_eq!(broken(&entries), Some((3, ALTERED)));
}

#[test]
fn a_blank_request_id_is_not_the_same_as_none() {
    let with = |request_id: Option<&str>| {
        let request_id = request_id.map(str::to_owned);
        AuditDraft {
            request_id,
            ..draft(1)
        }
        .chain(1, GENESIS)
        .hash
    };
    assert_ne!(with(None), with(Some("")));
}

#[test]
fn a_system_entry_cannot_pass_for_a_users() {
    let ours = Tenant::numbered(1);
    let by = |actor| AuditDraft { actor, ..draft(1) }.chain(1, GENESIS).hash;
    let hashes = [
        by(Actor::System),
        by(Actor::Venue),
        by(Actor::User(ours.user.id)),
    ];
    assert!(hashes[0] != hashes[1] && hashes[1] != hashes[2] && hashes[0] != hashes[2]);
}

#[test]
fn deleted_inserted_and_reordered_entries_are_seen() {
    let mut deleted = chain(5);
    deleted.remove(2);
    assert_eq!(broken(&deleted), Some((3, GAP)));
    let mut renumbered = deleted.clone();
    renumbered
        .iter_mut()
        .zip(1..)
        .for_each(|(entry, number)| entry.sequence = number);
    assert_eq!(broken(&renumbered), Some((3, UNLINKED)));

    let mut inserted = chain(5);
    let forged = draft(99).chain(3, &inserted[1].hash);
    inserted.insert(2, forged);
    assert_eq!(broken(&inserted), Some((4, GAP)));
    inserted[3..]
        .iter_mut()
        .zip(4..)
        .for_each(|(entry, number)| entry.sequence = number);
    assert_eq!(broken(&inserted), Some((4, UNLINKED)));

    let mut swapped = chain(5);
    swapped.swap(1, 2);
    assert_eq!(broken(&swapped), Some((2, GAP)));
    let (second, third) = (swapped[2].sequence, swapped[1].sequence);
    (swapped[1].sequence, swapped[2].sequence) = (second, third);
    assert_eq!(broken(&swapped), Some((2, UNLINKED)));

    let mut headless = chain(5);
    headless.remove(0);
    assert_eq!(broken(&headless), Some((1, GAP)));
    let mut repeated = chain(2);
    repeated.push(repeated[1].clone());
    assert_eq!(broken(&repeated), Some((3, GAP)));
}

#[test]
fn a_rewritten_entry_breaks_the_link_of_the_next() {
    let mut entries = chain(5);
    let mut forged = entries[2].draft.clone();
    forged.detail = "{}".to_owned();
    entries[2] = forged.chain(3, &entries[1].hash.clone());
    assert_eq!(broken(&entries), Some((4, UNLINKED)));
}

#[test]
fn a_cut_tail_and_a_whole_rewrite_show_only_against_a_head_kept_elsewhere() {
    let entries = chain(5);
    let head = |entries: &[AuditEntry]| {
        let mut verifier = ChainVerifier::default();
        entries
            .iter()
            .for_each(|entry| verifier.check(entry).unwrap());
        let (count, hash) = verifier.head();
        (count, hash.to_owned())
    };
    let kept = head(&entries);
    assert_eq!(broken(&entries[..3]), None);
    assert_ne!(head(&entries[..3]), kept);
    let mut rewritten: Vec<AuditEntry> = Vec::new();
    for entry in &entries {
        let previous = rewritten
            .last()
            .map_or(GENESIS, |last| &last.hash)
            .to_owned();
        let detail = "{}".to_owned();
        let forged = AuditDraft {
            detail,
            ..entry.draft.clone()
        };
        rewritten.push(forged.chain(entry.sequence, &previous));
    }
    assert_eq!(broken(&rewritten), None);
    assert_ne!(head(&rewritten), kept);
}

/// An app over a chain as a store would answer it, batch by batch.
fn world_over(entries: Vec<AuditEntry>) -> World {
    let mut world = World::new();
    let mut store = MockAuditStore::new();
    store.expect_audit_chain().returning(move |after, limit| {
        let rest = entries.iter().filter(|entry| entry.sequence > after);
        Ok(rest.take(limit as usize).cloned().collect())
    });
    world.app.stores.audit = Arc::new(store);
    world
}

#[tokio::test]
async fn verification_walks_the_whole_chain_and_names_the_break() {
    for (length, at) in [
        (0, None),
        (1, None),
        (1_000, None),
        (2_500, None),
        (2_500, Some(1_700)),
    ] {
        let mut entries = chain(length);
        let head = entries.last().map_or(GENESIS, |last| &last.hash).to_owned();
        if let Some(at) = at {
            entries[at - 1].draft.subject = "bid/0".to_owned();
        }
        let good = at.map(|at| entries[at - 2].hash.clone());
        let world = world_over(entries);
        let verdict = world
            .app
            .verify_audit(&world.as_role(Role::SuperAdmin))
            .await
            .unwrap();
        assert_eq!(verdict.broken_at, at.map(|at| at as u64));
        assert_eq!(verdict.entries, at.map_or(length, |at| at as u64 - 1));
        assert_eq!(verdict.head, good.unwrap_or(head));
        assert_eq!(verdict.reason.as_deref(), at.map(|_| ALTERED));
    }
}

#[tokio::test]
async fn the_trail_is_read_by_its_organisations_admins_alone() {
    let world = World::new();
    let bid = world.draft().await;
    let query = AuditQuery {
        subject: Some(format!("bid/{}", bid.id())),
        ..AuditQuery::default()
    };
    let found = world.app.audit_entries(&world.who(), &query).await.unwrap();
    assert_eq!(found.items.len(), 1);
    assert!(
        world
            .app
            .audit_entries(&world.stranger(), &query)
            .await
            .unwrap()
            .items
            .is_empty()
    );
    for role in [Role::BillingAdmin, Role::Analyst, Role::Viewer] {
        let who = world.as_role(role);
        assert_eq!(
            code(world.app.audit_entries(&who, &query).await),
            Code::Forbidden
        );
    }
    assert_eq!(
        code(world.app.verify_audit(&world.who()).await),
        Code::Forbidden
    );
    let verdict = world
        .app
        .verify_audit(&world.as_role(Role::SuperAdmin))
        .await
        .unwrap();
    assert_eq!((verdict.entries, verdict.broken_at), (1, None));
}

#[test]
fn entries_are_read_back_as_they_were_written() {
    let stored = r#"{"sequence":1,"draft":{"org":"0199a0a0-0000-7000-8000-000000000002","actor":{"kind":"user","id":"0199a0a0-0000-7000-8000-000000000003"},"action":"bid.submit","subject":"bid/1","at":"2024-06-03T12:00:00.123456789Z","request_id":null,"detail":"{}"},"previous":"0000000000000000000000000000000000000000000000000000000000000000","hash":"h"}"#;
    let entry: AuditEntry = serde_json::from_str(stored).unwrap();
    assert_eq!(serde_json::to_string(&entry).unwrap(), stored);
    let user: UserId = "0199a0a0-0000-7000-8000-000000000003".parse().unwrap();
    let org: OrgId = "0199a0a0-0000-7000-8000-000000000002".parse().unwrap();
    assert_eq!(
        (entry.draft.actor, entry.draft.org),
        (Actor::User(user), Some(org))
    );
    for (actor, json) in [
        (Actor::System, r#"{"kind":"system"}"#),
        (Actor::Venue, r#"{"kind":"venue"}"#),
    ] {
        assert_eq!(serde_json::to_string(&actor).unwrap(), json);
        assert_eq!(serde_json::from_str::<Actor>(json).unwrap(), actor);
    }
}
