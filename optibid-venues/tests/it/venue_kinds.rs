//! What the simulated venue does with the kinds of offer beside curves.

use jiff::Timestamp;
use optibid_core::audit::Actor;
use optibid_core::bid::{
    Bid, BidContent, BidOffer, BlockAward, BlockOrder, BlockOrders, BlockRelation, BlockVolume,
    NewBid, Transition,
};
use optibid_core::id::{BidId, OrgId, UserId};
use optibid_core::market::{
    BlockName, DataOwner, DeliveryPeriod, MarketId, PriceObservation, Resolution,
};
use optibid_core::ports::{Clock, PriceStore, Venue, VenueAward, VenueError, VenueStatus};
use optibid_core::testing::MemoryStore;
use optibid_core::testing::fixtures::FixedClock;
use optibid_core::unit::{Power, Price, Ratio};
use optibid_venues::venue::SimulatedVenue;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

const NOW: Timestamp = Timestamp::constant(1_717_200_000, 0);

fn hour(i: i64) -> DeliveryPeriod {
    let start = Timestamp::from_second(1_717_221_600 + i * 3_600).unwrap();
    DeliveryPeriod::new(start, Resolution::Hour).unwrap()
}

fn content(offer: Value) -> BidContent {
    let mut json = json!({
        "market": "ERCOT", "product": "DAM", "location": "HB_SOUTH",
        "delivery_day": "2024-06-01", "currency": "USD",
    });
    json.as_object_mut()
        .unwrap()
        .extend(offer.as_object().unwrap().clone());
    serde_json::from_value(json).unwrap()
}

fn bid(content: BidContent) -> Bid {
    let id = Uuid::from_u128;
    let new = NewBid {
        id: BidId::from_uuid(id(7)),
        org: OrgId::from_uuid(id(1)),
        author: UserId::from_uuid(id(2)),
        at: NOW,
    };
    let (draft, _) = Bid::draft(new, content);
    let actor = Actor::User(draft.author());
    let checked = draft.apply(Transition::Validate, actor, NOW, "in a test");
    let sent = checked.unwrap().0;
    sent.apply(Transition::Submit, actor, NOW, "in a test")
        .unwrap()
        .0
}

/// A venue that knows these prices of the first hours.
async fn venue(prices: &[i32]) -> SimulatedVenue {
    let store = Arc::new(MemoryStore::default());
    let price = |(i, units): (i64, &i32)| PriceObservation {
        market: MarketId::new("ERCOT").unwrap(),
        product: "DAM".parse().unwrap(),
        location: "HB_SOUTH".parse().unwrap(),
        period: hour(i),
        price: Price::from_units(*units),
        components: None,
        known_at: NOW,
    };
    let known: Vec<_> = (0..).zip(prices).map(price).collect();
    store
        .append_prices(DataOwner::Public, &known)
        .await
        .unwrap();
    let clock: Arc<dyn Clock> = Arc::new(FixedClock::at(NOW));
    let prices: Arc<dyn PriceStore> = store;
    SimulatedVenue::new(vec![MarketId::new("ERCOT").unwrap()], prices, clock)
}

async fn cleared(prices: &[i32], offer: Value) -> (Vec<VenueAward>, Vec<BlockAward>) {
    let venue = venue(prices).await;
    let bid = bid(content(offer));
    venue.submit(&bid).await.unwrap();
    match venue.status(&bid).await.unwrap() {
        VenueStatus::Awarded { awards, blocks, .. } => (awards, blocks),
        other => panic!("not awarded: {other:?}"),
    }
}

fn block(name: &str, price: &str, volumes: &[(i64, &str)], more: Value) -> Value {
    let volume = |(i, quantity): &(i64, &str)| json!({ "period": hour(*i), "quantity": quantity });
    let profile: Vec<Value> = volumes.iter().map(volume).collect();
    let mut block = json!({ "name": name, "price": price, "profile": profile });
    block
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    block
}

async fn accepted(prices: &[i32], blocks: Vec<Value>) -> Vec<String> {
    let (_, shares) = cleared(prices, json!({ "kind": "block", "blocks": blocks })).await;
    let whole = shares.into_iter().filter(|b| b.acceptance == Ratio::ONE);
    whole.map(|b| b.block.to_string()).collect()
}

#[tokio::test]
async fn a_virtual_bid_clears_as_a_curve_does() {
    let curve =
        json!({ "side": "sell", "shape": "step", "points": [{ "quantity": "10", "price": "30" }] });
    let periods = [0, 1].map(|i| json!({ "period": hour(i), "curve": curve }));
    let (awards, blocks) =
        cleared(&[29, 30], json!({ "kind": "virtual", "periods": periods })).await;
    let megawatts: Vec<String> = awards.iter().map(|a| a.quantity.to_string()).collect();
    assert_eq!(megawatts, ["0", "10"]);
    assert_eq!(blocks, []);
}

#[tokio::test]
async fn kinds_that_are_no_energy_at_one_price_are_refused_in_words() {
    let asset = "0199a0a0-0000-7000-8000-000000000004";
    let curve =
        json!({ "side": "sell", "shape": "step", "points": [{ "quantity": "10", "price": "30" }] });
    let periods = json!([{ "period": hour(0), "curve": curve }]);
    let offers = [
        (
            "three_part",
            json!({ "kind": "three_part", "asset": asset, "commitment": { "no_load": "5" }, "periods": periods }),
        ),
        (
            "ancillary_service",
            json!({ "kind": "ancillary_service", "asset": asset, "service": "ECRS", "periods": periods }),
        ),
        (
            "spread",
            json!({ "kind": "spread", "sink": "HB_WEST", "spreads": [{ "period": hour(0), "quantity": "1", "max_price": "5" }] }),
        ),
    ];
    for (kind, offer) in offers {
        let venue = venue(&[50]).await;
        let bid = bid(content(offer));
        let Err(VenueError::Refused(reason)) = venue.submit(&bid).await else {
            panic!("{kind} is taken");
        };
        let expected = format!("offers of kind {kind} are not cleared by the simulated venue");
        assert_eq!(reason, expected);
        let status = venue.status(&bid).await.unwrap();
        assert_eq!(status, VenueStatus::Refused { reason });
    }
}

/// 10 MW at 20 and 30 MW at 60: a mean of 50 over the profile, so a limit of 50 is met and 51 is not.
#[tokio::test]
async fn a_block_is_taken_at_its_profiles_mean_price() {
    let profile = [(0, "10"), (1, "30")];
    for (limit, megawatts) in [("50", ["10", "30"]), ("50.01", ["0", "0"])] {
        let offer = json!({ "kind": "block", "blocks": [block("b", limit, &profile, json!({}))] });
        let (awards, _) = cleared(&[20, 60], offer).await;
        let found: Vec<String> = awards.iter().map(|a| a.quantity.to_string()).collect();
        assert_eq!(found, megawatts, "limit {limit}");
    }
    let buys = [(0, "-10"), (1, "-30")];
    for (limit, taken) in [("50", true), ("49.99", false)] {
        let blocks = vec![block("b", limit, &buys, json!({}))];
        assert_eq!(
            !accepted(&[20, 60], blocks).await.is_empty(),
            taken,
            "limit {limit}"
        );
    }
}

#[tokio::test]
async fn a_child_saves_its_parent_and_falls_with_it() {
    let parent = block("parent", "45", &[(0, "10")], json!({}));
    let child = |price: &str| {
        block(
            "child",
            price,
            &[(1, "10")],
            json!({ "linked_to": "parent" }),
        )
    };
    // the parent loses 5 a MWh, the child earns 5 or 4
    let family = |price| vec![child(price), parent.clone()];
    assert_eq!(accepted(&[40, 60], family("55")).await, ["child", "parent"]);
    assert_eq!(
        accepted(&[40, 60], family("56")).await,
        Vec::<String>::new()
    );
    // the parent earns, the child would lose
    assert_eq!(accepted(&[50, 60], family("61")).await, ["parent"]);
}

#[tokio::test]
async fn the_best_of_a_group_is_taken_and_a_loop_as_a_whole() {
    let group = |name, price| block(name, price, &[(0, "10")], json!({ "exclusive_group": "g" }));
    let blocks = vec![group("a", "45"), group("b", "40"), group("c", "40")];
    assert_eq!(accepted(&[50], blocks).await, ["b"], "the first of equals");
    let cycle = |limit| {
        vec![
            block("charge", "20", &[(0, "-10")], json!({ "loop_with": "l" })),
            block("discharge", limit, &[(1, "9")], json!({ "loop_with": "l" })),
        ]
    };
    // charging at 29 loses 90, discharging at 50 earns 90 at a limit of 40
    assert_eq!(
        accepted(&[29, 50], cycle("40")).await,
        ["charge", "discharge"]
    );
    assert_eq!(
        accepted(&[29, 50], cycle("40.01")).await,
        Vec::<String>::new()
    );
}

#[tokio::test]
async fn blocks_wait_for_every_price() {
    let venue = venue(&[50]).await;
    let blocks = json!([block("b", "10", &[(0, "10"), (1, "10")], json!({}))]);
    let bid = bid(content(json!({ "kind": "block", "blocks": blocks })));
    let reference = venue.submit(&bid).await.unwrap();
    let status = venue.status(&bid).await.unwrap();
    assert_eq!(status, VenueStatus::Accepted { reference });
}

/// Blocks with random links, groups and loops, in three hours.
fn any_orders() -> impl Strategy<Value = BlockOrders> {
    let volumes = prop::collection::vec((0_i64..3, 1_i64..20), 1..3);
    let one = (-30_i32..90, volumes, any::<bool>(), 0_u8..5, 0_usize..8);
    prop::collection::vec(one, 1..9).prop_map(|drawn| {
        let name = |i: usize| -> BlockName { format!("b{i}").parse().unwrap() };
        // Blocks that want a loop are paired, the second going the other way; one left over is alone.
        let mut waiting: Option<(usize, bool)> = None;
        let last = drawn.len() - 1;
        let looped = drawn.iter().filter(|d| d.3 == 3).count();
        let mut seen = 0;
        let mut blocks = Vec::new();
        for (i, (price, volumes, sells, tie, to)) in drawn.into_iter().enumerate() {
            let mut sells = sells;
            let relation = match tie {
                1 | 4 if i > 0 => BlockRelation::ChildOf(name(to % i)),
                2 => BlockRelation::Exclusive(format!("g{}", to % 2).parse().unwrap()),
                3 => {
                    seen += 1;
                    match waiting.take() {
                        Some((first, sold)) => {
                            sells = !sold;
                            BlockRelation::Loop(name(first))
                        }
                        None if seen < looped => {
                            waiting = Some((i, sells));
                            BlockRelation::Loop(name(i))
                        }
                        None => BlockRelation::Alone,
                    }
                }
                _ => BlockRelation::Alone,
            };
            let sign = if sells { 1_000 } else { -1_000 };
            let volume = |(of, megawatts): (i64, i64)| BlockVolume {
                period: hour(of),
                quantity: Power::from_kilowatts(megawatts * sign),
            };
            blocks.push(BlockOrder {
                name: name(i),
                price: Price::from_units(price),
                min_acceptance: Ratio::from_ppm(500_000),
                profile: volumes.into_iter().map(volume).collect(),
                relation,
            });
        }
        // Parents after their children too.
        blocks.rotate_left(last / 2);
        BlockOrders::new(blocks).unwrap()
    })
}

/// Surplus of a choice of blocks, straight from the definition.
fn worth(orders: &BlockOrders, prices: &[i32; 3], chosen: u32) -> i64 {
    let blocks = orders.blocks().iter().enumerate();
    let taken = blocks.filter(|(i, _)| chosen >> i & 1 == 1);
    let volumes = taken.flat_map(|(_, b)| b.profile.iter().map(move |v| (b, v)));
    volumes
        .map(|(b, v)| {
            let at = (0..3).find(|i| hour(*i) == v.period).unwrap();
            let price = i64::from(prices[usize::try_from(at).unwrap()]);
            (price - b.price.micros() / 1_000_000) * v.quantity.kilowatts()
        })
        .sum()
}

/// No choice that keeps the orders' conditions is worth more than the venue's, over all choices there are.
#[test]
fn no_allowed_choice_of_blocks_is_worth_more() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let mut runner = TestRunner::new(Config::with_cases(400));
    let drawn = (any_orders(), prop::array::uniform3(-20_i32..80));
    let outcome = runner.run(&drawn, |(orders, prices)| {
        let mut with_offer = content(json!({ "periods": [] }));
        with_offer.offer = BidOffer::Block(orders.clone());
        let bid = bid(with_offer);
        let shares = runtime.block_on(async {
            let venue = venue(&prices).await;
            venue.submit(&bid).await.unwrap();
            match venue.status(&bid).await.unwrap() {
                VenueStatus::Awarded { blocks, .. } => blocks,
                other => panic!("not awarded: {other:?}"),
            }
        });
        prop_assert_eq!(orders.broken_by(&shares), vec![]);
        let mask = |shares: &[BlockAward]| {
            let bits = shares.iter().enumerate();
            bits.filter(|(_, b)| b.acceptance == Ratio::ONE)
                .fold(0, |m, (i, _)| m | 1_u32 << i)
        };
        let choice = |m: u32| -> Vec<BlockAward> {
            let share = |i: usize| {
                if m >> i & 1 == 1 {
                    Ratio::ONE
                } else {
                    Ratio::ZERO
                }
            };
            let all = orders.blocks().iter().enumerate();
            all.map(|(i, b)| BlockAward {
                block: b.name.clone(),
                acceptance: share(i),
            })
            .collect()
        };
        let allowed = (0..1_u32 << orders.blocks().len())
            .filter(|m| orders.broken_by(&choice(*m)).is_empty());
        let best = allowed.map(|m| worth(&orders, &prices, m)).max().unwrap();
        prop_assert_eq!(worth(&orders, &prices, mask(&shares)), best);
        Ok(())
    });
    outcome.unwrap();
}
