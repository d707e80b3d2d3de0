//! Rules of [`AssetStore`].

mod readings;

pub use readings::*;

use super::subject::Subject;
use super::world::{
    Trailed, assert_conflict, assert_exists, assert_key_taken, assert_left, assert_not_found,
    assert_nothing_left, full_trail, left, take_key, tenants, walk,
};
use crate::asset::{Asset, Availability, Telemetry};
use crate::id::{AssetId, OrgId};
use crate::ports::{AssetStore, PageRequest, StoreError, TelemetryQuery};
use crate::testing::fixtures::{self, NOON, Tenant, battery};
use crate::unit::{Energy, Power, Ratio};
use jiff::{SignedDuration, Timestamp};

/// All that a test needs of an adapter for assets.
pub trait Store: AssetStore + Trailed {}
impl<S: AssetStore + Trailed> Store for S {}

async fn stored<S: Store>(store: &Subject<S>, tenant: &Tenant) -> Asset {
    let asset = battery(tenant, store.ids.next(AssetId::from_uuid));
    let trail = fixtures::trail(&tenant.user, "asset.create");
    store.insert_asset(&asset, &trail).await.unwrap();
    asset
}

fn renamed(asset: &Asset, name: &str) -> Asset {
    let mut content = asset.content();
    content.name = name.to_owned();
    asset
        .clone()
        .edit(content, asset.updated_at + SignedDuration::from_secs(1))
        .unwrap()
}

fn minute(number: i64) -> Timestamp {
    NOON + SignedDuration::from_mins(number)
}

fn sample(asset: AssetId, minutes: i64, kilowatts: i64) -> Telemetry {
    Telemetry {
        asset,
        at: minute(minutes),
        power: Power::from_kilowatts(kilowatts),
        state_of_charge: Some(Energy::from_kilowatt_seconds(36_000_001)),
        available: Some(minutes % 2 == 0),
        source: "scada".to_owned(),
    }
}

fn window(asset: AssetId, (from, until): (i64, i64)) -> Availability {
    Availability {
        asset,
        from: minute(from),
        until: minute(until),
        limit: Ratio::from_ppm(333_333),
        reason: "inverter 3 – Wartung".to_owned(),
    }
}

const ALL: TelemetrySpan = TelemetrySpan(0, 1_000);

struct TelemetrySpan(i64, i64);

async fn telemetry<S: Store>(
    store: &Subject<S>,
    (org, asset): (OrgId, AssetId),
    TelemetrySpan(from, until): TelemetrySpan,
) -> Vec<Telemetry> {
    let (from, until) = (minute(from), minute(until));
    store
        .telemetry(
            org,
            &TelemetryQuery {
                asset,
                from,
                until,
                limit: 1_000,
            },
        )
        .await
        .unwrap()
}

/// A new asset is read back as it was written and leaves its trail.
pub async fn an_inserted_asset_is_read_back_and_leaves_its_trail<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let asset = battery(&ours, store.ids.next(AssetId::from_uuid));
    let (before, trail) = (
        left(store).await,
        full_trail(store, &ours, ("asset.create", "k-1")),
    );
    store.insert_asset(&asset, &trail).await.unwrap();
    assert_eq!(
        store.asset(ours.org.id, asset.id).await.unwrap(),
        Some(asset)
    );
    assert_left(store, &before, &trail).await;
}

/// An id that is taken is refused, whoever has it, and nothing is stored.
pub async fn a_taken_asset_id_is_refused_and_nothing_is_stored<S: Store>(store: &Subject<S>) {
    let found = tenants(store).await;
    let asset = stored(store, &found.ours).await;
    for tenant in [&found.ours, &found.theirs] {
        let twin = renamed(&battery(tenant, asset.id), "twin");
        let (before, trail) = (
            left(store).await,
            full_trail(store, tenant, ("asset.x", "k-1")),
        );
        assert_exists(store.insert_asset(&twin, &trail).await);
        assert_nothing_left(store, &before, (&trail, false)).await;
    }
    assert_eq!(
        store.asset(found.ours.org.id, asset.id).await.unwrap(),
        Some(asset)
    );
}

/// An edit one version on replaces the asset and leaves its trail.
pub async fn an_edited_asset_is_read_back_and_leaves_its_trail<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let asset = stored(store, &ours).await;
    let edited = renamed(&asset, "Río Bravo II");
    let (before, trail) = (
        left(store).await,
        full_trail(store, &ours, ("asset.edit", "k-1")),
    );
    store.update_asset(&edited, &trail).await.unwrap();
    assert_eq!(
        store.asset(ours.org.id, asset.id).await.unwrap(),
        Some(edited)
    );
    assert_left(store, &before, &trail).await;
}

/// An edit of a version that is no longer stored, or not yet, is a conflict that stores nothing.
pub async fn a_stale_edit_is_a_conflict_and_nothing_is_stored<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let asset = stored(store, &ours).await;
    let second = renamed(&asset, "second");
    store
        .update_asset(&second, &fixtures::trail(&ours.user, "asset.edit"))
        .await
        .unwrap();
    let ahead = renamed(&renamed(&second, "third"), "fourth");
    for (number, edited) in [renamed(&asset, "stale"), ahead].iter().enumerate() {
        let key = format!("k-{number}");
        let (before, trail) = (
            left(store).await,
            full_trail(store, &ours, ("asset.x", &key)),
        );
        assert_conflict(store.update_asset(edited, &trail).await);
        assert_nothing_left(store, &before, (&trail, false)).await;
    }
    assert_eq!(
        store.asset(ours.org.id, asset.id).await.unwrap(),
        Some(second)
    );
}

/// An edit of an asset that was never stored, or is another organisation's, is not found.
pub async fn an_edit_of_an_unknown_or_foreign_asset_is_not_found<S: Store>(store: &Subject<S>) {
    let found = tenants(store).await;
    let asset = stored(store, &found.ours).await;
    let unknown = battery(&found.theirs, store.ids.next(AssetId::from_uuid));
    let foreign = battery(&found.theirs, asset.id);
    for edited in [renamed(&unknown, "unknown"), renamed(&foreign, "foreign")] {
        let trail = full_trail(store, &found.theirs, ("asset.edit", "k-1"));
        let before = left(store).await;
        assert_not_found(store.update_asset(&edited, &trail).await);
        assert_nothing_left(store, &before, (&trail, false)).await;
        assert_eq!(
            store.asset(found.theirs.org.id, edited.id).await.unwrap(),
            None
        );
    }
    assert_eq!(
        store.asset(found.ours.org.id, asset.id).await.unwrap(),
        Some(asset)
    );
}

/// Of many edits of one version at the same time exactly one is stored.
pub async fn of_concurrent_edits_of_an_asset_exactly_one_is_stored<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let asset = stored(store, &ours).await;
    let edits: Vec<_> = (0..16)
        .map(|n| renamed(&asset, &format!("edit {n}")))
        .collect();
    let trail = fixtures::trail(&ours.user, "asset.edit");
    let answers = store
        .at_once(edits.clone(), move |store, edit| {
            let trail = trail.clone();
            async move { store.update_asset(&edit, &trail).await }
        })
        .await;
    let (stored, refused): (Vec<_>, Vec<_>) = edits
        .into_iter()
        .zip(answers)
        .partition(|(_, answer)| answer.is_ok());
    assert_eq!(stored.len(), 1, "edits stored");
    refused
        .into_iter()
        .for_each(|(_, answer)| assert_conflict(answer));
    let winner = stored.into_iter().next().map(|(edit, _)| edit);
    assert_eq!(store.asset(ours.org.id, asset.id).await.unwrap(), winner);
}

/// An asset of another organisation is not found by any reader, nor its telemetry and availability.
pub async fn a_foreign_asset_is_not_found<S: Store>(store: &Subject<S>) {
    let found = tenants(store).await;
    let (ours, theirs) = (found.ours.org.id, found.theirs.org.id);
    let id = stored(store, &found.ours).await.id;
    let trail = fixtures::trail(&found.ours.user, "asset.measure");
    store
        .record_telemetry(ours, &[sample(id, 1, 5)], &trail)
        .await
        .unwrap();
    store
        .replace_availability(ours, id, &[window(id, (0, 60))], &trail)
        .await
        .unwrap();
    assert_eq!(store.asset(theirs, id).await.unwrap(), None);
    assert_eq!(
        store
            .assets(theirs, &PageRequest::default())
            .await
            .unwrap()
            .items,
        []
    );
    assert_eq!(telemetry(store, (theirs, id), ALL).await, []);
    assert_eq!(store.availability(theirs, id).await.unwrap(), []);
}

/// A list comes newest first, page by page; assets added between two pages hide none and repeat none.
pub async fn a_list_of_assets_is_newest_first_and_stable_under_inserts<S: Store>(
    store: &Subject<S>,
) {
    let found = tenants(store).await;
    let (ours, mut ids) = (&found.ours, Vec::new());
    let reserved = battery(ours, store.ids.next(AssetId::from_uuid));
    for _ in 0..6 {
        ids.push(stored(store, ours).await.id);
        stored(store, &found.theirs).await;
    }
    let listed = walk(
        3,
        async |page| store.assets(ours.org.id, &page).await,
        async || {
            stored(store, ours).await;
            let trail = fixtures::trail(&ours.user, "asset.create");
            store.insert_asset(&reserved, &trail).await.unwrap();
        },
    )
    .await;
    ids.reverse();
    ids.push(reserved.id);
    assert_eq!(listed.iter().map(|asset| asset.id).collect::<Vec<_>>(), ids);
}

/// A taken key refuses every write to assets, and nothing is stored.
pub async fn a_taken_key_refuses_every_write_to_assets<S: Store>(store: &Subject<S>) {
    let ours = tenants(store).await.ours;
    let (asset, org) = (stored(store, &ours).await, ours.org.id);
    take_key(store, &ours, "k-1").await;
    let (before, trail) = (
        left(store).await,
        full_trail(store, &ours, ("asset.x", "k-1")),
    );
    let new = battery(&ours, store.ids.next(AssetId::from_uuid));
    let (samples, windows) = ([sample(asset.id, 1, 1)], [window(asset.id, (0, 9))]);
    let answers: [Result<(), StoreError>; 4] = [
        store.insert_asset(&new, &trail).await,
        store.update_asset(&renamed(&asset, "again"), &trail).await,
        store
            .record_telemetry(org, &samples, &trail)
            .await
            .map(drop),
        store
            .replace_availability(org, asset.id, &windows, &trail)
            .await,
    ];
    answers
        .into_iter()
        .for_each(|answer| assert_key_taken(answer, "k-1"));
    assert_nothing_left(store, &before, (&trail, true)).await;
    assert_eq!(store.asset(org, new.id).await.unwrap(), None);
    assert_eq!(
        store.asset(org, asset.id).await.unwrap(),
        Some(asset.clone())
    );
    assert_eq!(telemetry(store, (org, asset.id), ALL).await, []);
    assert_eq!(store.availability(org, asset.id).await.unwrap(), []);
}
