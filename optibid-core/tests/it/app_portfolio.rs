//! Awards, positions, settlement and profit, by hand on one hour.

use super::app_world::{TOMORROW, World, code, codes};
use optibid_core::app::{DraftMode, ImportTarget, ProfitFilter, SettleInput};
use optibid_core::asset::Asset;
use optibid_core::auth::Role;
use optibid_core::bid::{Bid, BidContent, BidState};
use optibid_core::error::{Code, Error};
use optibid_core::market::{DeliveryPeriod, PriceObservation, Resolution};
use optibid_core::portfolio::{LineKind, Metered, SettlementStatement};
use optibid_core::ports::{
    AwardQuery, EngineError, PageRequest, SettlementQuery, StoreError, VenueAward, VenueStatus,
};
use optibid_core::schedule::{Schedule, ScheduleRequest};
use optibid_core::testing::fixtures::{PriceSeries, battery, ercot_dam_content};
use optibid_core::testing::mocks::{MockOptimizer, MockPriceStore};
use optibid_core::unit::{Currency, Energy, Money, Power, Price, Ratio};
use std::sync::{Arc, Mutex};

/// Hour 18 of the day in Texas, when the award is for.
const EVENING: usize = 17;

fn usd(cents: i64) -> Money {
    Money::from_minor(cents, Currency::Usd)
}

async fn with_battery(world: &World) -> Asset {
    let content = battery(
        &world.ours,
        "0199a0a0-0000-7000-8000-000000000001".parse().unwrap(),
    )
    .content();
    world
        .app
        .create_asset(&world.who(), content, None)
        .await
        .unwrap()
}

/// A bid that was awarded 10 MW at 60 in the evening hour, and nothing else.
async fn awarded(world: &World, asset: Option<&Asset>) -> Bid {
    let content = BidContent {
        asset: asset.map(|asset| asset.id),
        ..ercot_dam_content(TOMORROW)
    };
    let unique = format!("bid-{}", world.chain().await.len());
    let drafted = world
        .drafted(world.who(), content, DraftMode::Strict, &unique)
        .await
        .unwrap();
    let id = drafted.bid.id();
    world.venue.will_submit(Ok("R".to_owned()));
    world
        .app
        .submit_bid(&world.who(), (id, None), None)
        .await
        .unwrap();
    let award = VenueAward {
        period: drafted.bid.content().curves()[EVENING].period,
        quantity: Power::from_megawatts(10),
        price: Price::from_units(60),
    };
    let status = VenueStatus::Awarded {
        reference: "R".to_owned(),
        awards: vec![award],
        blocks: Vec::new(),
    };
    world.venue.will_say(Ok(status));
    world.app.refresh_bid(&world.who(), id).await.unwrap()
}

fn evening(bid: &Bid) -> DeliveryPeriod {
    bid.content().curves()[EVENING].period
}

/// Real-time prices of the evening's quarters.
async fn real_time(world: &World, bid: &Bid) -> Vec<PriceObservation> {
    let start = evening(bid).start().to_string();
    let series = PriceSeries::ercot_dam(&start)
        .of_product("RTM")
        .every(Resolution::Min15);
    let prices = series.values(&["100.00", "100.00", "80.00", "-20.00"]);
    world
        .app
        .import_prices(&world.who(), ImportTarget::Own, &prices)
        .await
        .unwrap();
    prices
}

fn input(bid: &Bid) -> SettleInput {
    let content = bid.content();
    SettleInput {
        market: content.market.clone(),
        location: content.location.clone(),
        day: content.delivery_day,
        day_ahead: content.product.clone(),
        real_time: None,
        metered: None,
    }
}

/// Two MWh in each of the quarters, half a MWh short of what was sold.
fn metered(bid: &Bid, prices: &[PriceObservation]) -> SettleInput {
    let meter = |price: &PriceObservation| Metered {
        period: price.period,
        energy: Energy::from_mwh(2),
    };
    SettleInput {
        real_time: Some("RTM".parse().unwrap()),
        metered: Some(prices.iter().map(meter).collect()),
        ..input(bid)
    }
}

async fn settle(world: &World, input: SettleInput) -> Result<SettlementStatement, Error> {
    world.app.settle_day(&world.who(), input).await
}

#[tokio::test]
async fn two_settlement_of_one_hour_is_what_a_pencil_gives() {
    let world = World::new();
    let asset = with_battery(&world).await;
    let bid = awarded(&world, Some(&asset)).await;
    let prices = real_time(&world, &bid).await;
    let moved = world.outbox().await.len();
    let statement = settle(&world, metered(&bid, &prices)).await.unwrap();
    // 10 MWh x 60, then -0.5 MWh x (100 + 100 + 80 - 20), and wear of 8 MWh x 4.25.
    assert_eq!(
        statement.subtotal(LineKind::DayAheadEnergy),
        Some(usd(60_000))
    );
    assert_eq!(
        statement.subtotal(LineKind::RealTimeImbalance),
        Some(usd(-13_000))
    );
    assert_eq!(statement.wear(), Some(usd(3_400)));
    assert_eq!(statement.total, usd(47_000));
    assert_eq!(
        (statement.asset, statement.bids.as_slice()),
        (Some(asset.id), &[bid.id()][..])
    );
    assert!(statement.is_consistent());
    assert_eq!(world.stored(bid.id()).await.state(), BidState::Settled);
    assert_eq!(world.actions().await.last().unwrap(), "settlement.create");
    let outbox = world.outbox().await;
    assert_eq!(outbox.len(), moved + 1);
    let event = serde_json::to_value(outbox.last().unwrap()).unwrap();
    assert_eq!(
        (&event["kind"]["type"], &event["kind"]["data"]["to"]),
        (&"bid".into(), &"settled".into())
    );
    let found = world
        .app
        .settlement(&world.who(), statement.id)
        .await
        .unwrap();
    assert_eq!(found, statement);
    assert_eq!(
        code(world.app.settlement(&world.stranger(), statement.id).await),
        Code::NotFound
    );
}

#[tokio::test]
async fn without_a_meter_delivery_is_as_awarded() {
    let world = World::new();
    let bid = awarded(&world, None).await;
    let statement = settle(&world, input(&bid)).await.unwrap();
    assert_eq!((statement.total, statement.lines.len()), (usd(60_000), 1));
    assert_eq!((statement.asset, statement.wear()), (None, Some(usd(0))));
}

#[tokio::test]
async fn a_day_is_settled_once() {
    let world = World::new();
    let bid = awarded(&world, None).await;
    settle(&world, input(&bid)).await.unwrap();
    let refused = settle(&world, input(&bid)).await.unwrap_err();
    assert_eq!(codes(&refused), ["already_settled"]);
    let all = SettlementQuery {
        market: None,
        from: None,
        to: None,
        page: PageRequest::default(),
    };
    assert_eq!(
        world
            .app
            .settlements(&world.who(), &all)
            .await
            .unwrap()
            .items
            .len(),
        1
    );
    assert!(
        world
            .app
            .settlements(&world.stranger(), &all)
            .await
            .unwrap()
            .items
            .is_empty()
    );
}

#[tokio::test]
async fn what_cannot_be_settled_says_why_and_moves_nothing() {
    let world = World::new();
    let bid = awarded(&world, None).await;
    let before = world.chain().await.len();
    let no_prices = metered(&bid, &[]);
    let period = DeliveryPeriod::new(evening(&bid).start(), Resolution::Min15).unwrap();
    let meter = Metered {
        period,
        energy: Energy::from_mwh(2),
    };
    let cases = [
        (
            SettleInput {
                location: "HB_NORTH".parse().unwrap(),
                ..input(&bid)
            },
            "no_awards",
        ),
        (
            SettleInput {
                day: TOMORROW.tomorrow().unwrap(),
                ..input(&bid)
            },
            "no_awards",
        ),
        (
            SettleInput {
                day_ahead: "RTM".parse().unwrap(),
                ..input(&bid)
            },
            "no_awards",
        ),
        (
            SettleInput {
                metered: Some(vec![meter]),
                ..input(&bid)
            },
            "real_time_missing",
        ),
        (
            SettleInput {
                metered: Some(vec![meter]),
                ..no_prices
            },
            "real_time_price_missing",
        ),
    ];
    for (input, expected) in cases {
        let refused = settle(&world, input).await.unwrap_err();
        assert_eq!(codes(&refused)[0], expected);
    }
    assert_eq!(world.chain().await.len(), before);
    assert_eq!(
        world.stored(bid.id()).await.state(),
        BidState::PartlyCleared
    );
}

#[tokio::test]
async fn a_day_is_settled_by_its_own_organisation_and_by_roles_that_may() {
    let world = World::new();
    let bid = awarded(&world, None).await;
    let theirs = world
        .app
        .settle_day(&world.stranger(), input(&bid))
        .await
        .unwrap_err();
    assert_eq!(codes(&theirs), ["no_awards"]);
    for role in [Role::Viewer, Role::BillingAdmin] {
        let refused = world
            .app
            .settle_day(&world.as_role(role), input(&bid))
            .await;
        assert_eq!(code(refused), Code::Forbidden);
    }
    assert_eq!(
        world.stored(bid.id()).await.state(),
        BidState::PartlyCleared
    );
}

#[tokio::test]
async fn positions_net_the_awards_of_ones_own_organisation() {
    let world = World::new();
    let first = awarded(&world, None).await;
    awarded(&world, None).await;
    let filter = AwardQuery {
        bid: None,
        market: None,
        product: None,
        from: jiff::Timestamp::MIN,
        until: jiff::Timestamp::MAX,
        limit: 100,
    };
    let billing = world.as_role(Role::BillingAdmin);
    let [net] = &world.app.positions(&billing, &filter).await.unwrap()[..] else {
        panic!("one")
    };
    assert_eq!((net.period, net.awards), (evening(&first), 2));
    assert_eq!(
        (net.quantity, net.energy),
        (Power::from_megawatts(20), Energy::from_mwh(20))
    );
    assert!(
        world
            .app
            .positions(&world.stranger(), &filter)
            .await
            .unwrap()
            .is_empty()
    );
    let one = AwardQuery {
        bid: Some(first.id()),
        ..filter
    };
    assert_eq!(world.app.awards(&billing, &one).await.unwrap().len(), 1);
}

/// An optimiser that says the best was worth 1,000.00, or nothing; and what it was asked.
fn hindsight(world: &mut World, worth: Option<i64>) -> Arc<Mutex<Vec<ScheduleRequest>>> {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = asked.clone();
    let mut optimizer = MockOptimizer::new();
    optimizer.expect_optimise().returning(move |request| {
        seen.lock().unwrap().push(request.clone());
        let worth = worth.ok_or(EngineError::OutOfRange("a double"))?;
        Ok(Schedule {
            points: Vec::new(),
            revenue: usd(worth + 500),
            wear: usd(500),
            value: usd(worth),
            cycles: Ratio::ONE,
            fees: None,
            shortfall: None,
            budgets: Vec::new(),
            method: optibid_core::schedule::ScheduleMethod::DynamicProgram,
            gap: None,
        })
    });
    world.app.engine.optimizer = Arc::new(optimizer);
    asked
}

fn filter() -> ProfitFilter {
    ProfitFilter {
        market: None,
        from: TOMORROW,
        to: TOMORROW,
    }
}

async fn day_ahead(world: &World, hours: usize) {
    let texts: Vec<String> = (0..hours).map(|hour| format!("{hour}.50")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let prices = PriceSeries::ercot_dam("2024-06-04T05:00:00Z").values(&texts);
    world
        .app
        .import_prices(&world.who(), ImportTarget::Own, &prices)
        .await
        .unwrap();
}

#[tokio::test]
async fn profit_stands_beside_perfect_foresight_of_the_same_battery_and_day() {
    let mut world = World::new();
    let asked = hindsight(&mut world, Some(100_000));
    let asset = with_battery(&world).await;
    let bid = awarded(&world, Some(&asset)).await;
    let prices = real_time(&world, &bid).await;
    day_ahead(&world, 24).await;
    settle(&world, metered(&bid, &prices)).await.unwrap();
    let billing = world.as_role(Role::BillingAdmin);
    let [day] = &world.app.profit_and_loss(&billing, filter()).await.unwrap()[..] else {
        panic!()
    };
    assert_eq!(
        (day.day, day.net, day.wear),
        (TOMORROW, usd(43_600), usd(3_400))
    );
    let revenue: Vec<_> = day
        .revenue
        .iter()
        .map(|r| (r.product.as_str(), r.amount))
        .collect();
    assert_eq!(revenue, [("DAM", usd(60_000)), ("RTM", usd(-13_000))]);
    assert_eq!(day.perfect_foresight, Some(usd(100_000)));
    assert_eq!(day.capture, Some(Ratio::from_ppm(436_000)));
    let asked = std::mem::take(&mut *asked.lock().unwrap());
    let [request] = &asked[..] else {
        panic!("asked once")
    };
    assert_eq!(request.battery, asset.kind.battery().unwrap().clone());
    let texts: Vec<_> = request.prices.iter().map(|p| p.price.to_string()).collect();
    let expected: Vec<_> = (0..24).map(|hour| format!("{hour}.50")).collect();
    assert_eq!(
        texts, expected,
        "the day-ahead prices of the day, hour by hour"
    );
    assert!(
        world
            .app
            .profit_and_loss(&world.stranger(), filter())
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn foresight_is_absent_where_it_cannot_be_known() {
    for (hours, worth, battery) in [(23, Some(1), true), (24, None, true), (24, Some(1), false)] {
        let mut world = World::new();
        hindsight(&mut world, worth);
        let asset = with_battery(&world).await;
        let bid = awarded(&world, battery.then_some(&asset)).await;
        day_ahead(&world, hours).await;
        settle(&world, input(&bid)).await.unwrap();
        let [day] = &world
            .app
            .profit_and_loss(&world.who(), filter())
            .await
            .unwrap()[..]
        else {
            panic!("one day")
        };
        assert_eq!(
            (day.perfect_foresight, day.capture),
            (None, None),
            "{hours} {worth:?} {battery}"
        );
    }
}

#[tokio::test]
async fn a_store_that_fails_is_not_taken_for_missing_prices() {
    let mut world = World::new();
    hindsight(&mut world, Some(1));
    let asset = with_battery(&world).await;
    let bid = awarded(&world, Some(&asset)).await;
    settle(&world, input(&bid)).await.unwrap();
    let mut prices = MockPriceStore::new();
    prices.expect_prices().returning(|_| {
        Err(StoreError::Timeout {
            maybe_applied: false,
        })
    });
    world.app.stores.prices = Arc::new(prices);
    assert_eq!(
        code(world.app.profit_and_loss(&world.who(), filter()).await),
        Code::Timeout
    );
}
