//! Rules of [`SettingStore`].

use super::subject::Subject;
use super::world::{
    Trailed, assert_key_taken, assert_left, assert_nothing_left, full_trail, left, take_key,
    tenants,
};
use crate::ports::SettingStore;
use crate::testing::fixtures;

/// All that a test needs of an adapter for settings.
pub trait Store: SettingStore + Trailed {}
impl<S: SettingStore + Trailed> Store for S {}

/// A name that was never stored has no value; a stored one has it exactly, and leaves its trail.
pub async fn a_setting_is_read_back_and_leaves_its_trail<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    assert_eq!(store.setting("maintenance").await.unwrap(), None);
    let (before, trail) = (
        left(store).await,
        full_trail(store, &ours, ("setting.set", "k-1")),
    );
    store
        .set_setting("maintenance", " {\"on\":true} – ü ", &trail)
        .await
        .unwrap();
    let value = store.setting("maintenance").await.unwrap();
    assert_eq!(value.as_deref(), Some(" {\"on\":true} – ü "));
    assert_left(store, &before, &trail).await;
}

/// A name has one value, the one stored last; other names keep theirs.
pub async fn a_setting_has_the_value_stored_last<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let trail = fixtures::trail(&ours.user, "setting.set");
    for (name, value) in [("a", "1"), ("b", "2"), ("a", "3"), ("a", "")] {
        store.set_setting(name, value, &trail).await.unwrap();
        assert_eq!(store.setting(name).await.unwrap().as_deref(), Some(value));
    }
    assert_eq!(store.setting("b").await.unwrap().as_deref(), Some("2"));
}

/// A taken key refuses a setting, and the old value stays.
pub async fn a_taken_key_refuses_a_setting<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let trail = fixtures::trail(&ours.user, "setting.set");
    store.set_setting("a", "old", &trail).await.unwrap();
    take_key(store, &ours, "k-1").await;
    let (before, trail) = (
        left(store).await,
        full_trail(store, &ours, ("setting.set", "k-1")),
    );
    assert_key_taken(store.set_setting("a", "new", &trail).await, "k-1");
    assert_nothing_left(store, &before, (&trail, true)).await;
    assert_eq!(store.setting("a").await.unwrap().as_deref(), Some("old"));
}

/// A store that answers passes the ping.
pub async fn a_store_that_answers_passes_the_ping<S: Store>(store: &Subject<S>) {
    store.ping().await.unwrap();
}
