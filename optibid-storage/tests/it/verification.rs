//! What `verify` sees and what it must not overlook.

use crate::databases::{Raw, postgres_url, sqlite_file};
use optibid_core::bid::Transition;
use optibid_core::id::BidId;
use optibid_core::ports::{AccountStore, BidStore, Ids};
use optibid_core::testing::fixtures::{self, SequentialIds, Tenant};
use optibid_storage::{Database, Finding, Options};

/// Three bids, each drafted and validated.
pub(crate) async fn filled(url: &str) -> Database {
    let database = Database::open(url, &Options::default()).await.unwrap();
    let (store, ids, tenant) = (
        database.store(),
        SequentialIds::default(),
        Tenant::numbered(1),
    );
    let trail = fixtures::trail(&tenant.user, "org.found");
    store
        .insert_org(&tenant.org, &tenant.user, &trail)
        .await
        .unwrap();
    for _ in 0..3 {
        let content = fixtures::ercot_dam_content(jiff::civil::date(2024, 6, 4));
        let (bid, event) = fixtures::draft(&tenant, ids.next(BidId::from_uuid), content);
        let trail = fixtures::bid_trail(&event, ids.uuid()).build();
        store.insert_bid(&bid, &event, &trail).await.unwrap();
        let (bid, event) = fixtures::moved(&bid, Transition::Validate);
        let trail = fixtures::bid_trail(&event, ids.uuid()).build();
        store.update_bid(&bid, &event, &trail).await.unwrap();
    }
    database
}

/// Spoils the database by a statement that changes one row, and answers what is found.
async fn findings(url: &str, spoil: &'static str) -> Vec<Finding> {
    let database = filled(url).await;
    let sound = database.verify().await.unwrap();
    assert!(sound.is_sound(), "{:?}", sound.findings);
    assert_eq!(
        (sound.bids, sound.bid_events, sound.audit_entries),
        (3, 6, 7)
    );
    assert_eq!(sound.unpublished, 6);
    assert!(Raw::connect(url).await.execute(spoil).await > 0, "{spoil}");
    let report = database.verify().await.unwrap();
    database.close().await;
    report.findings
}

macro_rules! spoiled {
    ($($name:ident: $sql:expr => $finding:pat),+ $(,)?) => {$(
        #[tokio::test]
        async fn $name() {
            let (_folder, file) = sqlite_file();
            for url in [file, postgres_url().await] {
                let found = findings(&url, $sql).await;
                assert!(found.iter().any(|f| matches!(f, $finding)), "{found:?}");
            }
        }
    )+};
}

spoiled! {
    an_altered_audit_entry_is_found:
        "update audit_log set action = 'user.login' where sequence = 3" => Finding::AuditChain { .. },
    an_audit_entry_that_was_taken_out_is_found:
        "delete from audit_log where sequence = 3" => Finding::AuditChain { .. },
    an_audit_chain_that_was_cut_off_is_found:
        "delete from audit_log where sequence = 7" => Finding::AuditChain { .. },
    a_lost_event_is_found:
        "delete from bid_events where version = 1" => Finding::BidHistory { version: 2, events: 1, .. },
    a_bid_whose_last_event_is_lost_is_found:
        "delete from bid_events where version = 2" => Finding::BidHistory { version: 2, events: 1, .. },
    an_event_that_leads_where_no_move_leads_is_found:
        "update bid_events set to_state = 'settled' where version = 2" => Finding::BidMove { version: 2, .. },
    an_event_that_leads_nowhere_is_found:
        "update bid_events set to_state = 'lost' where version = 1" => Finding::BidMove { version: 1, .. },
    an_event_that_begins_elsewhere_is_found:
        "update bid_events set from_state = 'submitted' where version = 2" => Finding::BidMove { version: 2, .. },
    a_first_event_that_begins_somewhere_is_found:
        "update bid_events set from_state = 'draft' where version = 1" => Finding::BidMove { version: 1, .. },
    a_first_event_that_does_not_draft_is_found:
        "update bid_events set to_state = 'validated' where version = 1" => Finding::BidMove { version: 1, .. },
    a_later_event_that_begins_nowhere_is_found:
        "update bid_events set from_state = null where version = 2" => Finding::BidMove { version: 2, .. },
    a_state_without_its_event_is_found:
        "update bids set state = 'submitted'" => Finding::BidState { .. },
    a_bid_without_a_trace_is_found:
        "update audit_log set subject = 'x' where subject like 'bid/%'" => Finding::BidWithoutTrace { .. },
}
