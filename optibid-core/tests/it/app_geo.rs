//! Prices by location, and assets near a place.

use super::app_world::World;
use optibid_core::api::LocationCollection;
use optibid_core::app::LocationalInput;
use optibid_core::asset::AssetContent;
use optibid_core::id::AssetId;
use optibid_core::market::{DataOwner, PriceComponents, Resolution};
use optibid_core::ports::PriceStore as _;
use optibid_core::testing::fixtures::{NOON, PriceSeries, battery};
use optibid_core::unit::{Degrees, Place, Price};
use uuid::Uuid;

fn place(latitude: &str, longitude: &str) -> Place {
    Place {
        latitude: Degrees::parse(latitude).unwrap(),
        longitude: Degrees::parse(longitude).unwrap(),
    }
}

/// Distances that others publish: the worked example of Rosetta Code (on a radius of 6,372.8 km, here 6,371.0088), a quarter of the meridian,
/// half the way round.
#[test]
fn distances_are_those_of_the_sphere() {
    let nashville = place("36.12", "-86.67");
    let los_angeles = place("33.94", "-118.4");
    // 2887.2599506071106 km * 6371.0088 / 6372.8
    assert_eq!(nashville.metres_to(los_angeles), 2_886_448);
    assert_eq!(place("0", "0").metres_to(place("90", "0")), 10_007_557);
    assert_eq!(place("0", "0").metres_to(place("0", "180")), 20_015_114);
    assert_eq!(nashville.metres_to(nashville), 0);
    // Across the date line it is not far.
    assert_eq!(
        place("0", "179.9999").metres_to(place("0", "-179.9999")),
        22
    );
}

#[tokio::test]
async fn assets_come_by_distance_and_only_ones_own() {
    let world = World::new();
    let who = world.who();
    let at = |name: &str, at: Option<(&str, &str)>| AssetContent {
        name: name.to_owned(),
        latitude: at.map(|(latitude, _)| Degrees::parse(latitude).unwrap()),
        longitude: at.map(|(_, longitude)| Degrees::parse(longitude).unwrap()),
        ..battery(&world.ours, AssetId::from_uuid(Uuid::nil())).content()
    };
    for content in [
        at("Austin", Some(("30.2672", "-97.7431"))),
        at("nowhere", None),
        at("Houston", Some(("29.7604", "-95.3698"))),
        at("Dallas", Some(("32.7767", "-96.7970"))),
    ] {
        world.app.create_asset(&who, content, None).await.unwrap();
    }
    let houston = place("29.7604", "-95.3698");
    let near = async |metres| {
        let near = world.app.nearby_assets(&who, (houston, metres)).await;
        let near = near.unwrap().into_iter();
        near.map(|n| (n.asset.name, n.metres / 1_000))
            .collect::<Vec<_>>()
    };
    let named = |name: &str, km| (name.to_owned(), km);
    assert_eq!(
        near(300_000).await,
        [named("Houston", 0), named("Austin", 235)]
    );
    assert_eq!(near(1_000_000).await.len(), 3);
    let beyond = place("91", "0");
    let error = world
        .app
        .nearby_assets(&who, (beyond, 1))
        .await
        .unwrap_err();
    assert_eq!(error.violations()[0].field, "latitude");
    let others = world
        .app
        .nearby_assets(&world.stranger(), (houston, 1_000_000))
        .await;
    assert_eq!(others.unwrap(), []);
}

#[tokio::test]
async fn a_location_has_the_price_that_holds_and_its_parts() {
    let world = World::new();
    let who = world.who();
    let mut hours = PriceSeries::ercot_dam("2024-06-03T05:00:00Z").values(&["20", "30"]);
    for hour in &mut hours {
        hour.location = "BUS_7".parse().unwrap();
        hour.components = Some(PriceComponents {
            energy: Price::from_units(25),
            congestion: Price::from_units(-4),
            loss: Price::from_units(-1),
            greenhouse_gas: Price::ZERO,
        });
    }
    world
        .store
        .append_prices(DataOwner::Public, &hours)
        .await
        .unwrap();
    let second = hours[1].period;
    let input = |at| LocationalInput {
        market: "ERCOT".parse().unwrap(),
        product: Some("DAM".parse().unwrap()),
        at,
    };
    let read = async |at| {
        let found = world.app.locational_prices(&who, input(at)).await.unwrap();
        let listed = world
            .app
            .market_locations(&"ERCOT".parse().unwrap())
            .unwrap();
        assert_eq!(found.len(), listed.len() + 1);
        let currency = |_: &_, _: &_| None;
        let all = LocationCollection::new(found, currency).features;
        all.into_iter().find(|f| f.id.as_str() == "BUS_7").unwrap()
    };
    let bus = read(Some(second.start())).await;
    assert_eq!(bus.geometry, None);
    let said = &bus.properties;
    assert_eq!(said.price, Some(Price::from_units(30)));
    assert_eq!(said.congestion, Some(Price::from_units(-4)));
    assert_eq!(
        (said.start, said.end),
        (Some(second.start()), Some(second.end()))
    );
    let before = read(Some(hours[0].period.start())).await;
    assert_eq!(before.properties.price, Some(Price::from_units(20)));
    // Past its end a price holds no longer.
    assert_eq!(read(Some(second.end())).await.properties.price, None);
    assert_eq!(
        read(None).await.properties.price,
        Some(Price::from_units(30))
    );
    assert_eq!(second.resolution(), Resolution::Hour);
    assert!(hours[0].period.start() < NOON);
    let nowhere = LocationalInput {
        market: "ATLANTIS".parse().unwrap(),
        product: None,
        at: None,
    };
    assert!(world.app.locational_prices(&who, nowhere).await.is_err());
}
