//! Rules of [`AlertRuleStore`] and [`AlertStore`].

mod occurrences;

pub use occurrences::*;

use super::subject::Subject;
use super::world::{
    Trailed, assert_conflict, assert_exists, assert_key_taken, assert_left, assert_not_found,
    assert_nothing_left, full_trail, left, take_key, tenants, walk,
};
use crate::alert::{
    Acknowledgement, Alert, AlertRule, AlertStanding, AlertState, NewAlert, Pending, WatchedRule,
};
use crate::id::{AlertId, AlertRuleId, OrgId};
use crate::ports::{AlertQuery, AlertRuleStore, AlertStore, PageRequest, StoreError, WatchedPart};
use crate::testing::fixtures::{self, NOON, Tenant, watched_rule};
use jiff::{SignedDuration, Timestamp};

/// All that a test needs of an adapter for alerts.
pub trait Store: AlertRuleStore + AlertStore + Trailed {}
impl<S: AlertRuleStore + AlertStore + Trailed> Store for S {}

fn minute(number: i64) -> Timestamp {
    NOON + SignedDuration::from_mins(number)
}

async fn stored<S: Store>(store: &Subject<S>, tenant: &Tenant) -> WatchedRule {
    let rule = watched_rule(tenant, store.ids.next(AlertRuleId::from_uuid));
    let trail = fixtures::trail(&tenant.user, "alert_rule.create");
    store.insert_alert_rule(&rule, &trail).await.unwrap();
    rule
}

fn renamed(rule: &AlertRule, name: &str) -> AlertRule {
    let mut content = rule.content.clone();
    content.name = name.to_owned();
    rule.clone().edit(content, minute(1)).unwrap()
}

/// The standing one version on, in that state.
fn moved(from: &AlertStanding, state: AlertState, alert: Option<AlertId>) -> AlertStanding {
    AlertStanding {
        version: from.version + 1,
        state,
        since: minute(2),
        alert,
        ..from.clone()
    }
}

fn noted(from: &AlertStanding) -> AlertStanding {
    let pending = Pending {
        state: AlertState::NoData,
        since: minute(3),
    };
    AlertStanding {
        version: from.version + 1,
        pending: Some(pending),
        ..from.clone()
    }
}

fn raised<S: Store>(store: &Subject<S>, rule: &AlertRule) -> Alert {
    let new = NewAlert {
        id: store.ids.next(AlertId::from_uuid),
        state: AlertState::Active,
        told: "212.50 USD/MWh – süd".to_owned(),
        shelved: false,
        at: minute(2),
    };
    Alert::raise(rule, new)
}

fn answered(alert: &Alert, tenant: &Tenant) -> Alert {
    let answer = Acknowledgement {
        by: tenant.user.id,
        at: minute(4),
        note: "seen".to_owned(),
    };
    alert.clone().acknowledge(answer).unwrap()
}

/// A rule with an alert that goes on.
async fn active<S: Store>(store: &Subject<S>, tenant: &Tenant) -> (WatchedRule, Alert) {
    let mut rule = stored(store, tenant).await;
    let alert = raised(store, &rule.rule);
    rule.standing = moved(&rule.standing, AlertState::Active, Some(alert.id));
    let trail = fixtures::trail(&tenant.user, "alert.raise");
    let alerts = [alert.clone()];
    store
        .move_standing(&rule.standing, &alerts, &trail)
        .await
        .unwrap();
    (rule, alert)
}

async fn standing<S: Store>(store: &Subject<S>, (org, id): (OrgId, AlertRuleId)) -> AlertStanding {
    store.alert_rule(org, id).await.unwrap().unwrap().standing
}

/// A new rule is read back with its standing, for its organisation and for the watch, and leaves its trail.
pub async fn an_inserted_rule_is_read_back_and_leaves_its_trail<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let rule = watched_rule(&ours, store.ids.next(AlertRuleId::from_uuid));
    let before = left(store).await;
    let trail = full_trail(store, &ours, ("alert_rule.create", "k-1"));
    store.insert_alert_rule(&rule, &trail).await.unwrap();
    let read = store.alert_rule(ours.org.id, rule.rule.id).await.unwrap();
    assert_eq!(read.as_ref(), Some(&rule));
    assert_eq!(store.watched_rules(None, 10).await.unwrap().rules, [rule]);
    assert_left(store, &before, &trail).await;
}

/// An id that is taken is refused, whoever has it, and nothing is stored.
pub async fn a_taken_rule_id_is_refused_and_nothing_is_stored<S: Store>(store: &Subject<S>) {
    let found = tenants(store).await;
    let rule = stored(store, &found.ours).await;
    for tenant in [&found.ours, &found.theirs] {
        let twin = watched_rule(tenant, rule.rule.id);
        let before = left(store).await;
        let trail = full_trail(store, tenant, ("x.y", "k-1"));
        assert_exists(store.insert_alert_rule(&twin, &trail).await);
        assert_nothing_left(store, &before, (&trail, false)).await;
    }
    let read = store
        .alert_rule(found.ours.org.id, rule.rule.id)
        .await
        .unwrap();
    assert_eq!(read, Some(rule));
}

/// An edit one version on replaces the rule, leaves the standing alone, and leaves its trail; a stale one is a conflict.
pub async fn an_edited_rule_keeps_its_standing_and_a_stale_edit_is_a_conflict<S: Store>(
    store: &Subject<S>,
) {
    let ours = tenants(store).await.ours;
    let (rule, _) = active(store, &ours).await;
    let edited = renamed(&rule.rule, "spike");
    let before = left(store).await;
    let trail = full_trail(store, &ours, ("alert_rule.edit", "k-1"));
    store.update_alert_rule(&edited, &trail).await.unwrap();
    assert_left(store, &before, &trail).await;
    let before = left(store).await;
    let trail = full_trail(store, &ours, ("alert_rule.edit", "k-2"));
    let stale = renamed(&rule.rule, "stale");
    assert_conflict(store.update_alert_rule(&stale, &trail).await);
    assert_nothing_left(store, &before, (&trail, false)).await;
    let read = store.alert_rule(ours.org.id, rule.rule.id).await.unwrap();
    let standing = rule.standing;
    let rule = edited;
    assert_eq!(read, Some(WatchedRule { rule, standing }));
}

/// A rule and an alert of another organisation are not found by any reader or writer.
pub async fn a_foreign_rule_and_alert_are_not_found<S: Store>(store: &Subject<S>) {
    let found = tenants(store).await;
    let (ours, theirs) = (found.ours.org.id, found.theirs.org.id);
    let (rule, alert) = active(store, &found.ours).await;
    let trail = full_trail(store, &found.theirs, ("x.y", "k-1"));
    let before = left(store).await;
    let mut foreign = watched_rule(&found.theirs, rule.rule.id);
    foreign.standing = moved(&rule.standing, AlertState::Normal, None);
    foreign.standing.org = theirs;
    let taken = Alert {
        org: theirs,
        ..answered(&alert, &found.theirs)
    };
    let edited = renamed(&foreign.rule, "theirs");
    assert_not_found(store.update_alert_rule(&edited, &trail).await);
    assert_not_found(store.remove_alert_rule(&foreign, &[], &trail).await);
    assert_not_found(store.move_standing(&foreign.standing, &[], &trail).await);
    assert_not_found(store.note_standing(&foreign.standing).await);
    assert_not_found(store.update_alert(&taken, &trail).await);
    assert_nothing_left(store, &before, (&trail, false)).await;
    assert_eq!(store.alert_rule(theirs, rule.rule.id).await.unwrap(), None);
    assert_eq!(store.alert(theirs, alert.id).await.unwrap(), None);
    let page = PageRequest::default();
    assert_eq!(store.alert_rules(theirs, &page).await.unwrap().items, []);
    let alerts = store.alerts(theirs, &AlertQuery::default()).await.unwrap();
    assert_eq!(alerts.items, []);
    assert_eq!(standing(store, (ours, rule.rule.id)).await, rule.standing);
    assert_eq!(store.alert(ours, alert.id).await.unwrap(), Some(alert));
}

/// A removed rule is gone with its standing; its alert ends with it and stays; a stale removal is a conflict.
pub async fn a_removed_rule_is_gone_and_its_alerts_stay<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let (rule, alert) = active(store, &ours).await;
    let ended = [alert.end("the rule was removed", minute(5))];
    let (before, trail) = (
        left(store).await,
        full_trail(store, &ours, ("alert_rule.remove", "k-1")),
    );
    let mut stale = rule.clone();
    stale.standing.version -= 1;
    assert_conflict(store.remove_alert_rule(&stale, &ended, &trail).await);
    stale = rule.clone();
    stale.rule.version += 1;
    assert_conflict(store.remove_alert_rule(&stale, &ended, &trail).await);
    assert_nothing_left(store, &before, (&trail, false)).await;
    store
        .remove_alert_rule(&rule, &ended, &trail)
        .await
        .unwrap();
    assert_left(store, &before, &trail).await;
    let org = ours.org.id;
    assert_eq!(store.alert_rule(org, rule.rule.id).await.unwrap(), None);
    let left = store.watched_rules(None, 10).await.unwrap();
    assert_eq!(left, WatchedPart::default());
    let next = moved(&rule.standing, AlertState::Normal, None);
    assert_not_found(store.note_standing(&next).await);
    let kept = store.alerts(org, &AlertQuery::default()).await.unwrap();
    assert_eq!(kept.items, ended);
}

/// A list of rules comes newest first, page by page; rules added between two pages hide none and repeat none.
pub async fn a_list_of_rules_is_newest_first_and_stable_under_inserts<S: Store>(
    store: &Subject<S>,
) {
    let found = tenants(store).await;
    let (ours, mut ids) = (&found.ours, Vec::new());
    for _ in 0..6 {
        ids.push(stored(store, ours).await.rule.id);
        stored(store, &found.theirs).await;
    }
    let listed = walk(
        3,
        async |page| store.alert_rules(ours.org.id, &page).await,
        async || drop(stored(store, ours).await),
    )
    .await;
    ids.reverse();
    assert_eq!(
        listed.iter().map(|kept| kept.rule.id).collect::<Vec<_>>(),
        ids
    );
}

/// The watch sees the rules of all organisations in order of id, part by part.
pub async fn the_watch_sees_the_rules_of_all_organisations_in_order<S: Store>(store: &Subject<S>) {
    let found = tenants(store).await;
    let mut ids = Vec::new();
    for number in 0..5 {
        let tenant = if number % 2 == 0 {
            &found.ours
        } else {
            &found.theirs
        };
        ids.push(stored(store, tenant).await.rule.id);
    }
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let part = store.watched_rules(after, 2).await.unwrap();
        assert!(part.rules.len() <= 2, "more rules than the limit");
        assert_eq!(part.last, part.rules.last().map(|kept| kept.rule.id));
        if part.last.is_none() {
            break;
        }
        after = part.last;
        seen.extend(part.rules.into_iter().map(|kept| kept.rule.id));
    }
    assert_eq!(seen, ids);
}

/// A taken key refuses every write to alerts, and nothing is stored.
pub async fn a_taken_key_refuses_every_write_to_alerts<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let (rule, alert) = active(store, &ours).await;
    take_key(store, &ours, "k-1").await;
    let (before, trail) = (left(store).await, full_trail(store, &ours, ("x.y", "k-1")));
    let new = watched_rule(&ours, store.ids.next(AlertRuleId::from_uuid));
    let next = moved(&rule.standing, AlertState::Normal, None);
    let answers: [Result<(), StoreError>; 5] = [
        store.insert_alert_rule(&new, &trail).await,
        store
            .update_alert_rule(&renamed(&rule.rule, "again"), &trail)
            .await,
        store.remove_alert_rule(&rule, &[], &trail).await,
        store.move_standing(&next, &[], &trail).await,
        store.update_alert(&answered(&alert, &ours), &trail).await,
    ];
    answers
        .into_iter()
        .for_each(|answer| assert_key_taken(answer, "k-1"));
    assert_nothing_left(store, &before, (&trail, true)).await;
    let read = store.alert_rule(ours.org.id, rule.rule.id).await.unwrap();
    assert_eq!(read, Some(rule));
    assert_eq!(
        store.alert(ours.org.id, alert.id).await.unwrap(),
        Some(alert)
    );
}
