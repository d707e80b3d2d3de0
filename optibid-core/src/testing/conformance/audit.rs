//! Rules of [`AuditStore`].

use super::subject::Subject;
use super::world::{
    Trailed, assert_left, assert_nothing_left, chain, full_trail, left, take_key, tenants, walk,
};
use crate::audit::{Actor, AuditEntry};
use crate::id::OrgId;
use crate::ports::{AuditQuery, AuditStore, Trail};
use crate::testing::fixtures::{NOON, Tenant, TrailBuilder};
use jiff::SignedDuration;

/// All that a test needs of an adapter for the audit trail.
pub trait Store: AuditStore + Trailed {}
impl<S: AuditStore + Trailed> Store for S {}

fn act(tenant: &Tenant, action: &str, subject: &str) -> Trail {
    TrailBuilder::by(&tenant.user, action)
        .subject(subject)
        .build()
}

async fn subjects<S: Store>(store: &Subject<S>, org: OrgId, query: AuditQuery) -> Vec<String> {
    let page = store.audit_entries(org, &query).await.unwrap();
    page.items
        .into_iter()
        .map(|entry| entry.draft.subject)
        .collect()
}

/// An entry is read back exactly as it was recorded: every field, every actor, the nanosecond, text of
/// any language, and nothing where nothing was; else its hash would not fit.
pub async fn an_entry_is_read_back_to_the_nanosecond<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let mut user = act(&ours, "bid.submit", "bid/1");
    user.audit.at = NOON + SignedDuration::from_nanos(789);
    user.audit.detail = r#"{"note":"Strom für Zürich ⚡ 'quoted' \\"}"#.to_owned();
    let mut venue = act(&ours, "bid.cleared", "bid/1");
    venue.audit.actor = Actor::Venue;
    venue.audit.request_id = None;
    let system = TrailBuilder::by_system(None, "maintenance.on").build();
    let before = chain(&**store).await.len();
    for trail in [&user, &venue, &system] {
        store.record(trail).await.unwrap();
    }
    let drafts: Vec<_> = chain(&**store)
        .await
        .into_iter()
        .skip(before)
        .map(|entry| entry.draft)
        .collect();
    assert_eq!(drafts, [user.audit, venue.audit, system.audit]);
}

/// An act that changes no other row leaves its whole trail.
pub async fn a_recorded_act_leaves_its_whole_trail<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let (before, trail) = (
        left(store).await,
        full_trail(store, &ours, ("test.act", "k-1")),
    );
    store.record(&trail).await.unwrap();
    assert_left(store, &before, &trail).await;
}

/// An act under a taken key is refused and leaves nothing.
pub async fn a_taken_key_refuses_an_act<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    take_key(store, &ours, "k-1").await;
    let (before, trail) = (
        left(store).await,
        full_trail(store, &ours, ("test.act", "k-1")),
    );
    super::world::assert_key_taken(store.record(&trail).await, "k-1");
    assert_nothing_left(store, &before, (&trail, true)).await;
}

/// The chain starts at 1, is read on from any entry, in order and within the limit.
pub async fn the_chain_is_read_on_from_any_entry<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    for number in 0..8 {
        store
            .record(&act(&ours, "test.act", &format!("test/{number}")))
            .await
            .unwrap();
    }
    let whole = chain(&**store).await;
    assert_eq!(whole.first().map(|entry| entry.sequence), Some(1));
    for after in [0, 1, 5] {
        let part = store.audit_chain(after, 3).await.unwrap();
        let wanted: Vec<AuditEntry> = whole
            .iter()
            .filter(|entry| entry.sequence > after)
            .take(3)
            .cloned()
            .collect();
        assert_eq!(part, wanted, "3 entries after {after}");
    }
    let end = u64::try_from(whole.len()).unwrap();
    assert_eq!(store.audit_chain(end, 3).await.unwrap(), []);
}

/// 50 writers at the same time leave one linear chain without gap or fork, each of their entries once.
pub async fn fifty_concurrent_writers_leave_one_linear_chain<S: Store>(store: &Subject<S>) {
    let found = tenants(store).await;
    let before = chain(&**store).await.len();
    let tenants = [found.ours, found.theirs];
    let writers = tenants.iter().cycle().take(50).cloned().enumerate();
    store
        .at_once(writers, |store, (number, tenant)| async move {
            for turn in 0..4 {
                let trail = act(&tenant, "test.race", &format!("race/{number}/{turn}"));
                store.record(&trail).await.unwrap();
            }
        })
        .await;
    let chain = chain(&**store).await;
    let mut subjects: Vec<_> = chain
        .into_iter()
        .skip(before)
        .map(|entry| entry.draft.subject)
        .collect();
    let mut wanted: Vec<_> = (0..200)
        .map(|index| format!("race/{}/{}", index / 4, index % 4))
        .collect();
    subjects.sort();
    wanted.sort();
    assert_eq!(subjects, wanted);
}

/// Entries of one writer stand in the chain in the order in which they were committed.
pub async fn entries_stand_in_the_order_of_their_commits<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    for (number, minutes) in [0, -90, 30].into_iter().enumerate() {
        let mut trail = act(&ours, "test.act", &format!("test/{number}"));
        trail.audit.at = NOON + SignedDuration::from_mins(minutes);
        store.record(&trail).await.unwrap();
    }
    let query = AuditQuery {
        action: Some("test.act".to_owned()),
        ..AuditQuery::default()
    };
    assert_eq!(
        subjects(store, ours.org.id, query).await,
        ["test/2", "test/1", "test/0"]
    );
}

/// An organisation reads only its own entries: neither another's nor the installation's.
pub async fn an_organisation_reads_only_its_own_entries<S: Store>(store: &Subject<S>) {
    let found = tenants(store).await;
    store
        .record(&act(&found.theirs, "test.act", "theirs"))
        .await
        .unwrap();
    store
        .record(
            &TrailBuilder::by_system(None, "test.act")
                .subject("all")
                .build(),
        )
        .await
        .unwrap();
    store
        .record(&act(&found.ours, "test.act", "ours"))
        .await
        .unwrap();
    for query in [
        AuditQuery {
            action: Some("test.act".to_owned()),
            ..AuditQuery::default()
        },
        AuditQuery {
            subject: Some("ours".to_owned()),
            ..AuditQuery::default()
        },
    ] {
        assert_eq!(subjects(store, found.ours.org.id, query).await, ["ours"]);
    }
    let foreign = AuditQuery {
        subject: Some("theirs".to_owned()),
        ..AuditQuery::default()
    };
    assert!(subjects(store, found.ours.org.id, foreign).await.is_empty());
    let all = store
        .audit_entries(found.ours.org.id, &AuditQuery::default())
        .await
        .unwrap();
    let owners: Vec<_> = all.items.iter().map(|entry| entry.draft.org).collect();
    assert_eq!(owners, [Some(found.ours.org.id); 2]);
}

/// Entries are narrowed by subject, by action and by both, compared whole.
pub async fn entries_are_filtered_by_subject_and_action<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    for (action, subject) in [("a", "s"), ("a", "s1"), ("a1", "s"), ("a", "s")] {
        store.record(&act(&ours, action, subject)).await.unwrap();
    }
    let count = async |subject: Option<&str>, action: Option<&str>| {
        let (subject, action) = (subject.map(str::to_owned), action.map(str::to_owned));
        let query = AuditQuery {
            subject,
            action,
            ..AuditQuery::default()
        };
        store
            .audit_entries(ours.org.id, &query)
            .await
            .unwrap()
            .items
            .len()
    };
    assert_eq!(count(Some("s"), None).await, 3);
    assert_eq!(count(None, Some("a")).await, 3);
    assert_eq!(count(Some("s"), Some("a")).await, 2);
    assert_eq!(count(Some("S"), Some("a")).await, 0);
}

/// Entries come latest first, page by page; entries written meanwhile hide none and repeat none.
pub async fn entries_come_latest_first_and_stable_under_inserts<S: Store>(store: &Subject<S>) {
    let found = tenants(store).await;
    for number in 0..6 {
        store
            .record(&act(&found.ours, "test.act", &format!("test/{number}")))
            .await
            .unwrap();
        store
            .record(&act(&found.theirs, "test.act", "theirs"))
            .await
            .unwrap();
    }
    let action = Some("test.act".to_owned());
    let listed = walk(
        2,
        async |page| {
            let query = AuditQuery {
                action: action.clone(),
                page,
                ..AuditQuery::default()
            };
            store.audit_entries(found.ours.org.id, &query).await
        },
        async || {
            store
                .record(&act(&found.ours, "test.act", "meanwhile"))
                .await
                .unwrap()
        },
    )
    .await;
    let listed: Vec<_> = listed
        .into_iter()
        .map(|entry| entry.draft.subject)
        .collect();
    assert_eq!(
        listed,
        ["test/5", "test/4", "test/3", "test/2", "test/1", "test/0"]
    );
}
