//! Assets with telemetry and availability.

use super::app_world::{World, code, codes};
use jiff::SignedDuration;
use optibid_core::app::{Maintenance, RequestKey, Versioned};
use optibid_core::asset::{Asset, AssetContent, AssetKind, Availability, Telemetry};
use optibid_core::auth::Role;
use optibid_core::error::Code;
use optibid_core::id::AssetId;
use optibid_core::market::LocationCode;
use optibid_core::ports::{PageRequest, TelemetryQuery};
use optibid_core::testing::fixtures::battery;
use optibid_core::unit::{Energy, Power, Ratio};

fn unknown() -> AssetId {
    "0199a0a0-0000-7000-8000-0000000000ff".parse().unwrap()
}

fn content(world: &World) -> AssetContent {
    battery(&world.ours, unknown()).content()
}

async fn created(world: &World) -> Asset {
    world
        .app
        .create_asset(&world.who(), content(world), None)
        .await
        .unwrap()
}

fn sample(world: &World, asset: AssetId, megawatts: i32) -> Telemetry {
    Telemetry {
        asset,
        at: world.now(),
        power: Power::from_megawatts(megawatts),
        state_of_charge: Some(Energy::from_mwh(10)),
        available: Some(true),
        source: "scada".to_owned(),
    }
}

fn query(world: &World, asset: AssetId) -> TelemetryQuery {
    let from = world.now() - SignedDuration::from_hours(1);
    let until = world.now() + SignedDuration::from_hours(1);
    TelemetryQuery {
        asset,
        from,
        until,
        limit: 100,
    }
}

#[tokio::test]
async fn an_asset_is_created_once_under_a_key() {
    let world = World::new();
    let (who, content) = (world.who(), content(&world));
    let key = RequestKey::new("a-1", &content).unwrap();
    let first = world
        .app
        .create_asset(&who, content.clone(), Some(&key))
        .await
        .unwrap();
    let again = world
        .app
        .create_asset(&who, content.clone(), Some(&key))
        .await
        .unwrap();
    assert_eq!(again, first);
    assert_eq!(
        (first.version, first.org, first.content()),
        (1, who.org, content.clone())
    );
    let other = AssetContent {
        name: "Other".to_owned(),
        ..content
    };
    let other_key = RequestKey::new("a-1", &other).unwrap();
    let refused = world.app.create_asset(&who, other, Some(&other_key)).await;
    assert_eq!(code(refused), Code::KeyReused);
    let page = world
        .app
        .assets(&who, &PageRequest::default())
        .await
        .unwrap();
    assert_eq!(page.items, [first]);
    assert_eq!(world.actions().await, ["asset.create"]);
}

#[tokio::test]
async fn an_edit_builds_on_the_version_it_names() {
    let world = World::new();
    let (who, asset) = (world.who(), created(&world).await);
    let renamed = |name: &str| AssetContent {
        name: name.to_owned(),
        ..asset.content()
    };
    let edit = async |expected, name| {
        let change = Versioned {
            expected,
            value: renamed(name),
        };
        world.app.edit_asset(&who, asset.id, change).await
    };
    let edited = edit(1, "Second").await.unwrap();
    assert_eq!((edited.version, edited.name.as_str()), (2, "Second"));
    assert_eq!(code(edit(1, "Third").await), Code::Conflict);
    assert_eq!(world.app.asset(&who, asset.id).await.unwrap(), edited);
    assert_eq!(codes(&edit(2, " ").await.unwrap_err()), ["name_blank"]);
}

#[tokio::test]
async fn an_asset_stands_at_a_known_location_within_its_limits() {
    let world = World::new();
    let nowhere = AssetContent {
        location: LocationCode::new("HB_MARS").unwrap(),
        ..content(&world)
    };
    let refused = world
        .app
        .create_asset(&world.who(), nowhere, None)
        .await
        .unwrap_err();
    assert_eq!(codes(&refused), ["unknown_location"]);
    let mut broken = content(&world);
    let AssetKind::Battery(battery) = &mut broken.kind else {
        panic!("a battery")
    };
    battery.charge_limit = Power::ZERO;
    battery.discharge_efficiency = Ratio::from_ppm(1_100_000);
    let refused = world
        .app
        .create_asset(&world.who(), broken, None)
        .await
        .unwrap_err();
    let fields: Vec<_> = refused
        .violations()
        .iter()
        .map(|v| v.field.as_str())
        .collect();
    assert_eq!(fields, ["kind.charge_limit", "kind.discharge_efficiency"]);
    assert!(world.chain().await.is_empty());
}

#[tokio::test]
async fn telemetry_is_recorded_wholly_or_not_at_all() {
    let world = World::new();
    let (who, asset) = (world.who(), created(&world).await);
    let good = sample(&world, asset.id, 5);
    let bad = sample(&world, asset.id, 50);
    let foreign = sample(&world, unknown(), 5);
    let all = [good.clone(), bad, foreign];
    let refused = world
        .app
        .record_telemetry(&who, asset.id, &all)
        .await
        .unwrap_err();
    let fields: Vec<_> = refused
        .violations()
        .iter()
        .map(|v| v.field.as_str())
        .collect();
    assert_eq!(fields, ["samples[1].power", "samples[2].asset"]);
    let read = async || {
        world
            .app
            .telemetry(&who, &query(&world, asset.id))
            .await
            .unwrap()
    };
    assert!(read().await.is_empty());
    let one = std::slice::from_ref(&good);
    assert_eq!(
        world
            .app
            .record_telemetry(&who, asset.id, one)
            .await
            .unwrap(),
        1
    );
    assert_eq!(
        world
            .app
            .record_telemetry(&who, asset.id, one)
            .await
            .unwrap(),
        0,
        "a repeat"
    );
    assert_eq!(read().await, [good]);
    assert_eq!(
        world.chain().await.last().unwrap().draft.detail,
        r#"{"samples":1}"#
    );
}

#[tokio::test]
async fn availability_windows_are_replaced_as_a_whole() {
    let world = World::new();
    let (who, asset) = (world.who(), created(&world).await);
    let window = |hours: i64, limit| Availability {
        asset: asset.id,
        from: world.now(),
        until: world.now() + SignedDuration::from_hours(hours),
        limit: Ratio::from_ppm(limit),
        reason: "transformer".to_owned(),
    };
    let set = world
        .app
        .set_availability(&who, asset.id, vec![window(2, 500_000)])
        .await
        .unwrap();
    assert_eq!(set, [window(2, 500_000)]);
    let bad = vec![window(3, 0), window(0, 0), window(1, 1_000_001)];
    let refused = world
        .app
        .set_availability(&who, asset.id, bad)
        .await
        .unwrap_err();
    let fields: Vec<_> = refused
        .violations()
        .iter()
        .map(|v| v.field.as_str())
        .collect();
    assert_eq!(fields, ["windows[1].until", "windows[2].limit"]);
    assert_eq!(world.app.availability(&who, asset.id).await.unwrap(), set);
    assert!(
        world
            .app
            .set_availability(&who, asset.id, Vec::new())
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn nobody_sees_or_changes_the_asset_of_another_organisation() {
    let world = World::new();
    let (they, asset) = (world.stranger(), created(&world).await);
    for id in [asset.id, unknown()] {
        let change = Versioned {
            expected: 1,
            value: asset.content(),
        };
        assert_eq!(code(world.app.asset(&they, id).await), Code::NotFound);
        assert_eq!(
            code(world.app.edit_asset(&they, id, change).await),
            Code::NotFound
        );
        assert_eq!(
            code(world.app.telemetry(&they, &query(&world, id)).await),
            Code::NotFound
        );
        assert_eq!(
            code(world.app.record_telemetry(&they, id, &[]).await),
            Code::NotFound
        );
        assert_eq!(
            code(world.app.availability(&they, id).await),
            Code::NotFound
        );
        assert_eq!(
            code(world.app.set_availability(&they, id, Vec::new()).await),
            Code::NotFound
        );
    }
    assert!(
        world
            .app
            .assets(&they, &PageRequest::default())
            .await
            .unwrap()
            .items
            .is_empty()
    );
}

#[tokio::test]
async fn viewers_look_and_billing_does_not_even_that() {
    let world = World::new();
    let asset = created(&world).await;
    let (viewer, billing) = (
        world.as_role(Role::Viewer),
        world.as_role(Role::BillingAdmin),
    );
    assert!(world.app.asset(&viewer, asset.id).await.is_ok());
    assert_eq!(
        code(world.app.asset(&billing, asset.id).await),
        Code::Forbidden
    );
    assert_eq!(
        code(world.app.assets(&billing, &PageRequest::default()).await),
        Code::Forbidden
    );
    assert_eq!(
        code(
            world
                .app
                .telemetry(&billing, &query(&world, asset.id))
                .await
        ),
        Code::Forbidden
    );
    assert_eq!(
        code(world.app.availability(&billing, asset.id).await),
        Code::Forbidden
    );
    for who in [&viewer, &billing] {
        let create = world.app.create_asset(who, asset.content(), None).await;
        assert_eq!(code(create), Code::Forbidden);
        let change = Versioned {
            expected: 1,
            value: asset.content(),
        };
        assert_eq!(
            code(world.app.edit_asset(who, asset.id, change).await),
            Code::Forbidden
        );
        assert_eq!(
            code(world.app.record_telemetry(who, asset.id, &[]).await),
            Code::Forbidden
        );
        let set = world.app.set_availability(who, asset.id, Vec::new()).await;
        assert_eq!(code(set), Code::Forbidden);
    }
    let on = Maintenance {
        enabled: true,
        message: String::new(),
    };
    world
        .app
        .set_maintenance(&world.as_role(Role::SuperAdmin), on)
        .await
        .unwrap();
    let create = world
        .app
        .create_asset(&world.who(), asset.content(), None)
        .await;
    assert_eq!(code(create), Code::Unavailable);
}
