//! Rules of [`AlertStore`](crate::ports::AlertStore): moves, notes and answers.

use super::{Store, active, answered, minute, moved, noted, raised, standing, stored};
use crate::alert::{AlertState, Severity};
use crate::id::AlertId;
use crate::ports::{AlertQuery, PageRequest};
use crate::testing::conformance::subject::Subject;
use crate::testing::conformance::world::{
    assert_conflict, assert_left, assert_nothing_left, full_trail, left, tenants,
};
use crate::testing::fixtures;

/// A move replaces the standing and stores its alerts with its trail; the next move ends one and begins another.
pub async fn a_move_stores_standing_and_alerts_and_leaves_its_trail<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let (rule, first) = active(store, &ours).await;
    let second = raised(store, &rule.rule);
    let next = moved(&rule.standing, AlertState::NoData, Some(second.id));
    let alerts = [first.end("nothing seen", minute(3)), second];
    let before = left(store).await;
    let trail = full_trail(store, &ours, ("alert.raise", "k-1"));
    store.move_standing(&next, &alerts, &trail).await.unwrap();
    assert_left(store, &before, &trail).await;
    assert_eq!(standing(store, (ours.org.id, rule.rule.id)).await, next);
    for alert in alerts {
        assert_eq!(
            store.alert(ours.org.id, alert.id).await.unwrap(),
            Some(alert)
        );
    }
}

/// A move from a standing that is no longer stored, or of an alert that has changed, is a conflict that stores nothing.
pub async fn a_stale_move_is_a_conflict_and_nothing_is_stored<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let (rule, alert) = active(store, &ours).await;
    let ahead = moved(
        &moved(&rule.standing, AlertState::Normal, None),
        AlertState::Normal,
        None,
    );
    let normal = moved(&rule.standing, AlertState::Normal, None);
    let ended = alert.clone().end("normal", minute(3));
    let (before, trail) = (left(store).await, full_trail(store, &ours, ("x.y", "k-1")));
    let ends = [ended.clone()];
    assert_conflict(store.move_standing(&rule.standing, &ends, &trail).await);
    assert_conflict(store.move_standing(&ahead, &ends, &trail).await);
    assert_conflict(store.note_standing(&rule.standing).await);
    let late = [ended.end("again", minute(4))];
    assert_conflict(store.move_standing(&normal, &late, &trail).await);
    assert_nothing_left(store, &before, (&trail, false)).await;
    assert_eq!(
        standing(store, (ours.org.id, rule.rule.id)).await,
        rule.standing
    );
    assert_eq!(
        store.alert(ours.org.id, alert.id).await.unwrap(),
        Some(alert)
    );
}

/// Of many moves of one standing at the same time exactly one is stored, with its alert.
pub async fn of_concurrent_moves_of_a_standing_exactly_one_is_stored<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let rule = stored(store, &ours).await;
    let moves: Vec<_> = (0..16)
        .map(|_| {
            let alert = raised(store, &rule.rule);
            let next = moved(&rule.standing, AlertState::Active, Some(alert.id));
            (next, [alert])
        })
        .collect();
    let trail = fixtures::trail(&ours.user, "alert.raise");
    let answers = store
        .at_once(moves.clone(), move |store, (next, alerts)| {
            let trail = trail.clone();
            async move { store.move_standing(&next, &alerts, &trail).await }
        })
        .await;
    let (stored, refused): (Vec<_>, Vec<_>) = moves
        .into_iter()
        .zip(answers)
        .partition(|(_, answer)| answer.is_ok());
    assert_eq!(stored.len(), 1, "moves stored");
    refused
        .into_iter()
        .for_each(|(_, answer)| assert_conflict(answer));
    let alerts = store
        .alerts(ours.org.id, &AlertQuery::default())
        .await
        .unwrap();
    let winner: Vec<_> = stored
        .into_iter()
        .flat_map(|((_, alerts), _)| alerts)
        .collect();
    assert_eq!(alerts.items, winner);
}

/// A note replaces the standing and leaves no trail.
pub async fn a_note_replaces_the_standing_and_leaves_no_trail<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let rule = stored(store, &ours).await;
    let (before, next) = (left(store).await, noted(&rule.standing));
    store.note_standing(&next).await.unwrap();
    assert_eq!(standing(store, (ours.org.id, rule.rule.id)).await, next);
    assert_eq!(left(store).await, before);
}

/// An answer one version on replaces the alert and leaves its trail; a stale one is a conflict.
pub async fn an_answered_alert_is_read_back_and_a_stale_answer_is_a_conflict<S: Store>(
    store: &Subject<S>,
) {
    let ours = tenants(store).await.ours;
    let (_, alert) = active(store, &ours).await;
    let answer = answered(&alert, &ours);
    let before = left(store).await;
    let trail = full_trail(store, &ours, ("alert.acknowledge", "k-1"));
    store.update_alert(&answer, &trail).await.unwrap();
    assert_left(store, &before, &trail).await;
    assert_eq!(
        store.alert(ours.org.id, alert.id).await.unwrap(),
        Some(answer.clone())
    );
    let before = left(store).await;
    let trail = full_trail(store, &ours, ("alert.acknowledge", "k-2"));
    assert_conflict(store.update_alert(&answer, &trail).await);
    assert_nothing_left(store, &before, (&trail, false)).await;
}

/// Alerts come newest first; the filters take only those of a rule, of a severity, or outstanding since an instant.
pub async fn alerts_are_filtered_and_come_newest_first<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let (org, trail) = (ours.org.id, fixtures::trail(&ours.user, "alert.raise"));
    let (one, goes_on) = active(store, &ours).await;
    let (two, other) = active(store, &ours).await;
    let mut critical = raised(store, &two.rule);
    critical.severity = Severity::Critical;
    let next = moved(&two.standing, AlertState::NoData, Some(critical.id));
    let returned = other.end("normal", minute(3));
    let alerts = [returned.clone(), critical.clone()];
    store.move_standing(&next, &alerts, &trail).await.unwrap();
    let list = async |query: AlertQuery| -> Vec<AlertId> {
        let page = store.alerts(org, &query).await.unwrap();
        page.items.into_iter().map(|alert| alert.id).collect()
    };
    let all = AlertQuery::default;
    assert_eq!(list(all()).await, [critical.id, returned.id, goes_on.id]);
    let rule = Some(one.rule.id);
    assert_eq!(list(AlertQuery { rule, ..all() }).await, [goes_on.id]);
    let severity = Some(Severity::Critical);
    assert_eq!(list(AlertQuery { severity, ..all() }).await, [critical.id]);
    for (since, wanted) in [
        (minute(3), vec![critical.id, returned.id, goes_on.id]),
        (minute(4), vec![critical.id, goes_on.id]),
    ] {
        let outstanding_since = Some(since);
        assert_eq!(
            list(AlertQuery {
                outstanding_since,
                ..all()
            })
            .await,
            wanted
        );
    }
    store
        .update_alert(&answered(&returned, &ours), &trail)
        .await
        .unwrap();
    let outstanding_since = Some(minute(3));
    let outstanding = list(AlertQuery {
        outstanding_since,
        ..all()
    })
    .await;
    assert_eq!(outstanding, [critical.id, goes_on.id]);
    let page = PageRequest {
        limit: 1,
        after: Some(critical.id.to_string()),
    };
    assert_eq!(list(AlertQuery { page, ..all() }).await, [returned.id]);
}
