//! Rules of [`AssetStore`](crate::ports::AssetStore): telemetry and availability.

use super::{ALL, Store, TelemetrySpan, minute, sample, stored, telemetry, window};
use crate::asset::Telemetry;
use crate::ports::TelemetryQuery;
use crate::testing::conformance::subject::Subject;
use crate::testing::conformance::world::{
    assert_left, assert_not_found, assert_nothing_left, full_trail, left, tenants,
};
use crate::testing::fixtures;

/// Telemetry and availability of another organisation's asset are refused and change nothing, also
/// when only one sample of many is of a foreign asset.
pub async fn a_foreign_assets_telemetry_and_availability_are_refused<S: Store>(store: &Subject<S>) {
    let found = tenants(store).await;
    let (ours, theirs) = (found.ours.org.id, found.theirs.org.id);
    let (id, other) = (
        stored(store, &found.ours).await.id,
        stored(store, &found.theirs).await.id,
    );
    let trail = fixtures::trail(&found.ours.user, "asset.measure");
    store
        .record_telemetry(ours, &[sample(id, 1, 5)], &trail)
        .await
        .unwrap();
    store
        .replace_availability(ours, id, &[window(id, (0, 60))], &trail)
        .await
        .unwrap();
    let (before, trail) = (
        left(store).await,
        full_trail(store, &found.theirs, ("x.y", "k-1")),
    );
    let samples = [sample(other, 1, 6), sample(id, 1, 6), sample(other, 2, 6)];
    assert_not_found(store.record_telemetry(theirs, &samples, &trail).await);
    assert_not_found(store.replace_availability(theirs, id, &[], &trail).await);
    assert_nothing_left(store, &before, (&trail, false)).await;
    assert_eq!(telemetry(store, (ours, id), ALL).await, [sample(id, 1, 5)]);
    assert_eq!(telemetry(store, (theirs, other), ALL).await, []);
    assert_eq!(
        store.availability(ours, id).await.unwrap(),
        [window(id, (0, 60))]
    );
}

/// Samples come in order of time within the half-open span and the limit, exactly as recorded.
pub async fn telemetry_is_read_back_in_order_of_time<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let (id, other) = (stored(store, &ours).await.id, stored(store, &ours).await.id);
    let bare = Telemetry {
        state_of_charge: None,
        available: None,
        ..sample(id, 20, -9_999)
    };
    let samples = [
        sample(id, 30, 3),
        sample(other, 15, 9),
        sample(id, 10, 1),
        bare.clone(),
    ];
    let (before, trail) = (
        left(store).await,
        full_trail(store, &ours, ("asset.measure", "k-1")),
    );
    let new = store
        .record_telemetry(ours.org.id, &samples, &trail)
        .await
        .unwrap();
    assert_eq!(new, 4);
    assert_left(store, &before, &trail).await;
    let key = (ours.org.id, id);
    let (first, last) = (sample(id, 10, 1), sample(id, 30, 3));
    assert_eq!(
        telemetry(store, key, ALL).await,
        [first.clone(), bare.clone(), last.clone()]
    );
    assert_eq!(
        telemetry(store, key, TelemetrySpan(10, 30)).await,
        [first.clone(), bare.clone()]
    );
    assert_eq!(
        telemetry(store, key, TelemetrySpan(11, 31)).await,
        [bare, last]
    );
    let (from, until) = (minute(0), minute(60));
    let query = TelemetryQuery {
        asset: id,
        from,
        until,
        limit: 1,
    };
    assert_eq!(store.telemetry(ours.org.id, &query).await.unwrap(), [first]);
}

/// Telemetry of one asset and instant is kept once: a repeat replaces, in one batch or a later one,
/// and does not count as new.
pub async fn repeated_telemetry_replaces<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let (id, org) = (stored(store, &ours).await.id, ours.org.id);
    let trail = fixtures::trail(&ours.user, "asset.measure");
    let batch = [sample(id, 1, 1), sample(id, 2, 2), sample(id, 1, 3)];
    assert_eq!(
        store.record_telemetry(org, &batch, &trail).await.unwrap(),
        2
    );
    let replaced = Telemetry {
        state_of_charge: None,
        ..sample(id, 2, 4)
    };
    let later = [replaced.clone(), sample(id, 3, 5)];
    assert_eq!(
        store.record_telemetry(org, &later, &trail).await.unwrap(),
        1
    );
    let expected = [sample(id, 1, 3), replaced, sample(id, 3, 5)];
    assert_eq!(telemetry(store, (org, id), ALL).await, expected);
}

/// New availability windows replace all windows of that asset, and only of that one.
pub async fn availability_is_replaced_as_a_whole<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let (id, other) = (stored(store, &ours).await.id, stored(store, &ours).await.id);
    let org = ours.org.id;
    let trail = fixtures::trail(&ours.user, "asset.outage");
    let neighbour = [window(other, (5, 6))];
    store
        .replace_availability(org, other, &neighbour, &trail)
        .await
        .unwrap();
    let old = [window(id, (60, 120)), window(id, (0, 30))];
    store
        .replace_availability(org, id, &old, &trail)
        .await
        .unwrap();
    let [late, early] = old;
    assert_eq!(store.availability(org, id).await.unwrap(), [early, late]);
    let (before, trail) = (
        left(store).await,
        full_trail(store, &ours, ("asset.outage", "k-1")),
    );
    let new = [window(id, (40, 50))];
    store
        .replace_availability(org, id, &new, &trail)
        .await
        .unwrap();
    assert_left(store, &before, &trail).await;
    assert_eq!(store.availability(org, id).await.unwrap(), new);
    assert_eq!(store.availability(org, other).await.unwrap(), neighbour);
    let trail = fixtures::trail(&ours.user, "asset.outage");
    store
        .replace_availability(org, id, &[], &trail)
        .await
        .unwrap();
    assert_eq!(store.availability(org, id).await.unwrap(), []);
}

/// The latest sample is the one measured last, whenever it was recorded, and another organisation's is not seen.
pub async fn the_latest_sample_is_the_one_measured_last<S: Store>(store: &Subject<S>) {
    let found = tenants(store).await;
    let (ours, theirs) = (found.ours.org.id, found.theirs.org.id);
    let id = stored(store, &found.ours).await.id;
    assert_eq!(store.latest_telemetry(ours, id).await.unwrap(), None);
    let trail = fixtures::trail(&found.ours.user, "asset.measure");
    for minutes in [5, 30, 10] {
        let samples = [sample(id, minutes, minutes)];
        store
            .record_telemetry(ours, &samples, &trail)
            .await
            .unwrap();
    }
    let latest = store.latest_telemetry(ours, id).await.unwrap();
    assert_eq!(latest, Some(sample(id, 30, 30)));
    assert_eq!(store.latest_telemetry(theirs, id).await.unwrap(), None);
}
