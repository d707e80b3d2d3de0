//! Rules of [`IdempotencyStore`].

use super::subject::Subject;
use super::world::{Trailed, assert_key_taken, assert_left, full_trail, left, take_key, tenants};
use crate::ports::{IdempotencyStore, KeyedAnswer};
use crate::testing::fixtures::{NOON, TrailBuilder};
use jiff::SignedDuration;

/// All that a test needs of an adapter for idempotency keys.
pub trait Store: IdempotencyStore + Trailed {}
impl<S: IdempotencyStore + Trailed> Store for S {}

/// An answer is read back under its key exactly as it was kept; a key that is not used has none.
pub async fn an_answer_is_read_back_exactly<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let mut trail = full_trail(store, &ours, ("bid.draft", "Key-ü 1"));
    let answer = KeyedAnswer {
        answer: r#"{"id":"1","note":"für ⚡"}"#.to_owned(),
        fingerprint: "0a".repeat(32),
        operation: "bid.draft/2".to_owned(),
        ..trail.answer.take().unwrap()
    };
    trail.answer = Some(answer.clone());
    store.record(&trail).await.unwrap();
    assert_eq!(
        store.answer(ours.org.id, "Key-ü 1").await.unwrap(),
        Some(answer)
    );
    for other in ["key-ü 1", "Key-ü 1 ", "Key-ü", ""] {
        assert_eq!(
            store.answer(ours.org.id, other).await.unwrap(),
            None,
            "{other:?}"
        );
    }
}

/// A key is used once, whatever the operation and the body; the first answer stays.
pub async fn a_used_key_keeps_its_first_answer<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    take_key(store, &ours, "k-1").await;
    let first = store.answer(ours.org.id, "k-1").await.unwrap();
    assert!(first.is_some());
    for action in ["test.first", "test.other"] {
        let trail = TrailBuilder::by(&ours.user, action)
            .subject("second")
            .key("k-1")
            .build();
        assert_key_taken(store.record(&trail).await, "k-1");
    }
    assert_eq!(store.answer(ours.org.id, "k-1").await.unwrap(), first);
}

/// The same key of two organisations is two keys, and neither reads the other's answer.
pub async fn keys_belong_to_their_organisation<S: Store>(store: &Subject<S>) {
    let found = tenants(store).await;
    let (ours, theirs) = (found.ours.org.id, found.theirs.org.id);
    take_key(store, &found.ours, "k-1").await;
    assert_eq!(store.answer(theirs, "k-1").await.unwrap(), None);
    let (before, trail) = (
        left(store).await,
        full_trail(store, &found.theirs, ("t.a", "k-1")),
    );
    store.record(&trail).await.unwrap();
    assert_left(store, &before, &trail).await;
    let (first, second) = (
        store.answer(ours, "k-1").await,
        store.answer(theirs, "k-1").await,
    );
    assert_eq!(first.unwrap().map(|answer| answer.org), Some(ours));
    assert_eq!(second.unwrap().map(|answer| answer.org), Some(theirs));
}

/// Answers given before an instant are forgotten and counted, later ones and that of the instant itself
/// are kept; a forgotten key can be used again.
pub async fn answers_before_an_instant_are_forgotten<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let tick = SignedDuration::from_micros(1);
    for (key, at) in [("old", NOON - tick), ("now", NOON), ("new", NOON + tick)] {
        let trail = TrailBuilder::by(&ours.user, "test.act")
            .at(at)
            .key(key)
            .build();
        store.record(&trail).await.unwrap();
    }
    assert_eq!(store.forget_answers(NOON).await.unwrap(), 1);
    assert_eq!(store.forget_answers(NOON).await.unwrap(), 0);
    let kept = async |key| store.answer(ours.org.id, key).await.unwrap().is_some();
    assert_eq!(
        (kept("old").await, kept("now").await, kept("new").await),
        (false, true, true)
    );
    take_key(store, &ours, "old").await;
    assert!(kept("old").await);
}

/// Of many acts with one key at the same time exactly one is recorded.
pub async fn of_concurrent_acts_with_one_key_exactly_one_is_recorded<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let before = left(store).await;
    let twins: Vec<_> = (0..16)
        .map(|_| full_trail(store, &ours, ("test.act", "twin")))
        .collect();
    let answers = store
        .at_once(twins.clone(), |store, twin| async move {
            store.record(&twin).await
        })
        .await;
    let (recorded, refused): (Vec<_>, Vec<_>) = twins
        .iter()
        .zip(answers)
        .partition(|(_, answer)| answer.is_ok());
    assert_eq!(recorded.len(), 1, "acts recorded under one key");
    refused
        .into_iter()
        .for_each(|(_, answer)| assert_key_taken(answer, "twin"));
    let (trail, _) = recorded.into_iter().next().unwrap();
    assert_left(store, &before, trail).await;
}
