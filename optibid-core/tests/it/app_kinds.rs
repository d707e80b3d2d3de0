//! Kinds of offer beside curves along the lifecycle: judged, sent, awarded, settled.

use super::app_world::{TOMORROW, World, codes};
use optibid_core::app::{DraftMode, FollowUp, ImportTarget, SettleInput};
use optibid_core::bid::{Bid, BidContent, BidState, BlockAward};
use optibid_core::market::rules::{RuleBook, RuleRow};
use optibid_core::market::{DeliveryPeriod, MarketZone, Resolution};
use optibid_core::portfolio::{LineKind, Metered};
use optibid_core::ports::{AwardQuery, VenueAward, VenueStatus};
use optibid_core::testing::fixtures::{PriceSeries, battery};
use optibid_core::unit::{Currency, Energy, Money, Power, Price, Ratio};
use serde_json::{Value, json};
use std::sync::Arc;

fn hour(i: usize) -> DeliveryPeriod {
    let zone = MarketZone::new("America/Chicago", 0).unwrap();
    let day = zone.day(TOMORROW).unwrap();
    day.periods(Resolution::Hour).nth(i).unwrap()
}

fn content(offer: Value) -> BidContent {
    let mut json = json!({
        "market": "ERCOT", "product": "DAM", "location": "HB_SOUTH",
        "delivery_day": TOMORROW, "currency": "USD",
    });
    json.as_object_mut()
        .unwrap()
        .extend(offer.as_object().unwrap().clone());
    serde_json::from_value(json).unwrap()
}

/// A world whose ERCOT takes block orders of every form.
fn with_blocks() -> World {
    let row = |parameter: &str, value: &str| -> RuleRow {
        serde_json::from_value(json!({
            "market": "ERCOT", "product": "DAM", "parameter": parameter, "value": value,
            "valid_from": "2020-01-01", "source": "a test", "confidence": "verified",
        }))
        .unwrap()
    };
    let mut world = World::new();
    let forms = "profile, curtailable, linked, exclusive, loop";
    let book = RuleBook::builtin()
        .with_row(row("admits_block", "true"))
        .with_row(row("block_forms", forms));
    world.app.rules = Arc::new(book);
    world
}

fn blocks() -> BidContent {
    let block = |name: &str, more: Value| {
        let mut block = json!({
            "name": name, "price": "40.00",
            "profile": [{ "period": hour(17), "quantity": "10" }],
        });
        block
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        block
    };
    content(json!({ "kind": "block", "blocks": [
        block("half", json!({ "min_acceptance": "0.5" })),
        block("early", json!({ "exclusive_group": "peak" })),
        block("late", json!({ "exclusive_group": "peak" })),
    ]}))
}

async fn submitted(world: &World, content: BidContent) -> Bid {
    let drafted = world
        .drafted(world.who(), content, DraftMode::Strict, "kind")
        .await
        .unwrap();
    let id = drafted.bid.id();
    world.venue.will_submit(Ok("R".to_owned()));
    let sent = world.app.submit_bid(&world.who(), (id, None), None).await;
    sent.unwrap()
}

fn awarded(period: DeliveryPeriod, megawatts: i32, blocks: Vec<BlockAward>) -> VenueStatus {
    VenueStatus::Awarded {
        reference: "R".to_owned(),
        awards: vec![VenueAward {
            period,
            quantity: Power::from_megawatts(megawatts),
            price: Price::from_units(60),
        }],
        blocks,
    }
}

fn share(block: &str, ppm: i64) -> BlockAward {
    BlockAward {
        block: block.parse().unwrap(),
        acceptance: Ratio::from_ppm(ppm),
    }
}

#[tokio::test]
async fn blocks_clear_in_full_in_part_or_not_and_the_history_says_which() {
    let one = 1_000_000;
    let cases = [
        (
            vec![share("half", one), share("late", one)],
            20,
            BidState::Cleared,
            "2 of 3 blocks accepted: half 1, late 1",
        ),
        (
            vec![share("half", 600_000), share("late", 0)],
            6,
            BidState::PartlyCleared,
            "1 of 3 blocks accepted: half 0.6",
        ),
        (
            vec![share("half", 0)],
            0,
            BidState::NotCleared,
            "0 of 3 blocks accepted",
        ),
        (
            vec![share("half", 400_000)],
            4,
            BidState::PartlyCleared,
            "1 of 3 blocks accepted: half 0.4; against the order: half = \"0.4\": at least 0.5 or nothing",
        ),
    ];
    for (shares, megawatts, state, reason) in cases {
        let world = with_blocks();
        let bid = submitted(&world, blocks()).await;
        assert_eq!(bid.state(), BidState::Acknowledged);
        world
            .venue
            .will_say(Ok(awarded(hour(17), megawatts, shares)));
        let bid = world.app.refresh_bid(&world.who(), bid.id()).await.unwrap();
        assert_eq!(bid.state(), state);
        assert_eq!(world.events(bid.id()).await.last().unwrap().reason, reason);
        let query = AwardQuery {
            bid: Some(bid.id()),
            market: None,
            product: None,
            from: jiff::Timestamp::MIN,
            until: jiff::Timestamp::MAX,
            limit: 9,
        };
        let awards = world.app.awards(&world.who(), &query).await.unwrap();
        let kept: Vec<_> = awards.iter().map(|a| a.quantity).collect();
        let expected = (megawatts > 0).then(|| Power::from_megawatts(megawatts));
        assert_eq!(kept, Vec::from_iter(expected));
    }
}

/// 10 MWh sold at 60 and bought back at 100, 100, 80 and -20 a quarter: 600 - 650.
#[tokio::test]
async fn a_virtual_bid_is_settled_against_real_time() {
    let world = World::new();
    let curve = json!({ "side": "sell", "shape": "linear", "points": [{ "quantity": "10", "price": "50" }] });
    let periods = json!([{ "period": hour(17), "curve": curve }]);
    let virtual_bid = content(json!({ "kind": "virtual", "periods": periods }));
    let bid = submitted(&world, virtual_bid).await;
    world.venue.will_say(Ok(awarded(hour(17), 10, Vec::new())));
    let bid = world.app.refresh_bid(&world.who(), bid.id()).await.unwrap();
    assert_eq!(bid.state(), BidState::Cleared);
    let series = PriceSeries::ercot_dam(&hour(17).start().to_string())
        .of_product("RTM")
        .every(Resolution::Min15);
    let prices = series.values(&["100.00", "100.00", "80.00", "-20.00"]);
    let who = world.who();
    let imported = world.app.import_prices(&who, ImportTarget::Own, &prices);
    imported.await.unwrap();
    let nothing = |period| Metered {
        period,
        energy: Energy::ZERO,
    };
    let input = SettleInput {
        market: "ERCOT".parse().unwrap(),
        location: "HB_SOUTH".parse().unwrap(),
        day: TOMORROW,
        day_ahead: "DAM".parse().unwrap(),
        real_time: Some("RTM".parse().unwrap()),
        metered: Some(prices.iter().map(|p| nothing(p.period)).collect()),
    };
    let statement = world.app.settle_day(&world.who(), input).await.unwrap();
    let usd = |cents| Money::from_minor(cents, Currency::Usd);
    assert_eq!(
        statement.subtotal(LineKind::DayAheadEnergy),
        Some(usd(60_000))
    );
    assert_eq!(
        statement.subtotal(LineKind::RealTimeImbalance),
        Some(usd(-65_000))
    );
    assert_eq!(statement.total, usd(-5_000));
}

#[tokio::test]
async fn awards_that_are_no_energy_are_not_kept_as_energy() {
    let world = World::new();
    let entry = json!({ "period": hour(17), "quantity": "5", "max_price": "10.00" });
    let spread = content(json!({ "kind": "spread", "sink": "HB_NORTH", "spreads": [entry] }));
    let bid = submitted(&world, spread).await;
    world.venue.will_say(Ok(awarded(hour(17), 5, Vec::new())));
    let told = world
        .app
        .refresh_bid(&world.who(), bid.id())
        .await
        .unwrap_err();
    assert_eq!(codes(&told), ["award_not_energy"]);
    world.venue.will_say(Ok(awarded(hour(17), 5, Vec::new())));
    let round = world.app.follow_up(9).await.unwrap();
    let expected = FollowUp {
        moved: 0,
        unchanged: 0,
        failed: 1,
    };
    assert_eq!(round, expected);
    assert_eq!(world.stored(bid.id()).await.state(), BidState::Acknowledged);
}

#[tokio::test]
async fn sink_and_stored_energy_are_looked_up() {
    let world = World::new();
    let entry = json!({ "period": hour(17), "quantity": "5", "max_price": "10.00" });
    let unknown = content(json!({ "kind": "spread", "sink": "HB_MOON", "spreads": [entry] }));
    let found = world.app.check_bid(&world.who(), &unknown).await.unwrap();
    let told: Vec<_> = found
        .errors()
        .map(|v| (v.code.as_str(), v.field.as_str()))
        .collect();
    assert_eq!(told, [("unknown_location", "sink")]);
    let asset = battery(
        &world.ours,
        "0199a0a0-0000-7000-8000-000000000001".parse().unwrap(),
    );
    let asset = world
        .app
        .create_asset(&world.who(), asset.content(), None)
        .await
        .unwrap();
    // 18 MWh between its limits hold 20 MW for 54 minutes, but not for four hours 5 MW.
    let offered = |service: &str, megawatts: &str, day: &str| {
        let curve = json!({ "side": "sell", "shape": "step", "points": [{ "quantity": megawatts, "price": "8" }] });
        let period = json!({ "start": format!("{day}T18:00:00Z"), "resolution": "PT60M" });
        let mut bid = content(json!({
            "kind": "ancillary_service", "asset": asset.id, "service": service,
            "periods": [{ "period": period, "curve": curve }],
        }));
        bid.delivery_day = day.parse().unwrap();
        bid
    };
    let mut told = Vec::new();
    for (service, megawatts) in [
        ("ECRS", "18"),
        ("ECRS", "18.1"),
        ("ONNS", "5"),
        ("REGUP", "20.1"),
    ] {
        let bid = offered(service, megawatts, "2026-06-04");
        let found = world.app.check_bid(&world.who(), &bid).await.unwrap();
        told.push(found.errors().map(|v| v.code.clone()).collect::<Vec<_>>());
    }
    let short = vec!["service_energy_short".to_owned()];
    let wide = vec!["outside_asset_limits".to_owned()];
    assert_eq!(told, [vec![], short.clone(), short, wide]);
}
