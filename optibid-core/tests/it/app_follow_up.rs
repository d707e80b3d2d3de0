//! Follow-up: open bids move on the venue's own evidence, and drafts that missed their gate expire.

use super::app_world::{TOMORROW, World, code, lost, unreachable};
use optibid_core::app::{DraftMode, FollowUp};
use optibid_core::audit::Actor;
use optibid_core::bid::{Bid, BidContent, BidState, CurveSide};
use optibid_core::error::Code;
use optibid_core::ports::{AwardQuery, PortfolioStore, VenueAward, VenueError, VenueStatus};
use optibid_core::testing::fixtures::{ercot_dam_content, ercot_rtm_content};
use optibid_core::unit::{Power, Price};

fn accepted() -> VenueStatus {
    VenueStatus::Accepted {
        reference: "R-2".to_owned(),
    }
}

fn refused() -> VenueStatus {
    VenueStatus::Refused {
        reason: "no credit".to_owned(),
    }
}

/// An award of so many MW in each period of the bid.
fn awarded(bid: &Bid, megawatts: impl Fn(usize) -> i32) -> VenueStatus {
    let periods = bid.content().curves().iter().enumerate();
    let awards = periods.map(|(i, offered)| VenueAward {
        period: offered.period,
        quantity: Power::from_megawatts(megawatts(i)),
        price: Price::from_cents(4_500),
    });
    VenueStatus::Awarded {
        reference: "R-2".to_owned(),
        awards: awards.collect(),
        blocks: Vec::new(),
    }
}

async fn round(world: &World) -> (u64, u64, u64) {
    let FollowUp {
        moved,
        unchanged,
        failed,
    } = world.app.follow_up(50).await.unwrap();
    (moved, unchanged, failed)
}

/// A bid that stands as submitted because the venue's answer could not be stored.
async fn stuck(world: &World) -> Bid {
    world.bids.fail_at(BidState::Acknowledged);
    let bid = world.submitted(Ok("R")).await;
    world.bids.fail_at(None);
    assert_eq!(bid.state(), BidState::Submitted);
    bid
}

async fn in_state(world: &World, state: BidState) -> Bid {
    match state {
        BidState::Submitted => stuck(world).await,
        BidState::Unknown => world.submitted(Err(lost())).await,
        _ => world.submitted(Ok("R")).await,
    }
}

#[tokio::test]
async fn the_venues_word_moves_what_is_submitted_or_unknown() {
    for from in [BidState::Submitted, BidState::Unknown] {
        for (status, to) in [
            (VenueStatus::NotReceived, BidState::Validated),
            (accepted(), BidState::Acknowledged),
            (refused(), BidState::Rejected),
        ] {
            let world = World::new();
            let bid = in_state(&world, from).await;
            world.wait(60);
            world.venue.will_say(Ok(status));
            assert_eq!(round(&world).await, (1, 0, 0));
            let stored = world.stored(bid.id()).await;
            assert_eq!(stored.state(), to, "from {from}");
            let event = world.events(bid.id()).await.pop().unwrap();
            assert_eq!((event.from, event.actor), (Some(from), Actor::Venue));
            assert_eq!(world.actions().await.last().unwrap(), &format!("bid.{to}"));
            let published = serde_json::to_value(world.outbox().await.last().unwrap()).unwrap();
            assert_eq!(published["kind"]["data"]["to"], to.code());
        }
    }
}

#[tokio::test]
async fn not_received_counts_only_when_nothing_can_be_on_its_way() {
    for from in [BidState::Submitted, BidState::Unknown] {
        let world = World::new();
        let bid = in_state(&world, from).await;
        world.wait(59);
        world.venue.will_say(Ok(VenueStatus::NotReceived));
        assert_eq!(round(&world).await, (0, 1, 0));
        assert_eq!(
            world.stored(bid.id()).await.state(),
            from,
            "it may arrive yet"
        );
        world.wait(1);
        world.venue.will_say(Ok(VenueStatus::NotReceived));
        assert_eq!(round(&world).await, (1, 0, 0));
        assert_eq!(world.stored(bid.id()).await.state(), BidState::Validated);
    }
}

#[tokio::test]
async fn an_acknowledged_bid_waits_for_its_award() {
    for status in [accepted(), VenueStatus::NotReceived, refused()] {
        let world = World::new();
        let bid = in_state(&world, BidState::Acknowledged).await;
        world.wait(3_600);
        world.venue.will_say(Ok(status));
        assert_eq!(round(&world).await, (0, 1, 0));
        assert_eq!(world.stored(bid.id()).await, bid);
    }
}

#[tokio::test]
async fn awards_clear_a_bid_in_full_in_part_or_not() {
    for from in [
        BidState::Submitted,
        BidState::Unknown,
        BidState::Acknowledged,
    ] {
        // In each hour, or in the evening hour alone.
        let cases = [
            ((10, 10), BidState::Cleared, 24),
            ((0, 10), BidState::PartlyCleared, 1),
            ((9, 9), BidState::PartlyCleared, 24),
            ((0, 0), BidState::NotCleared, 0),
        ];
        for ((mostly, evening), to, awards) in cases {
            let world = World::new();
            let bid = in_state(&world, from).await;
            let megawatts = |i: usize| if i == 18 { evening } else { mostly };
            world.venue.will_say(Ok(awarded(&bid, megawatts)));
            assert_eq!(round(&world).await, (1, 0, 0));
            let stored = world.stored(bid.id()).await;
            assert_eq!(stored.state(), to, "from {from}");
            assert!(
                stored.venue_reference().is_some(),
                "the reference is kept from {from}"
            );
            let found = world.app.awards(&world.who(), &all_awards()).await.unwrap();
            assert_eq!(found.len(), awards, "nothing awarded is no award");
            assert!(
                found
                    .iter()
                    .all(|a| a.bid == bid.id() && a.price == Price::from_cents(4_500))
            );
            assert_eq!(world.actions().await.last().unwrap(), &format!("bid.{to}"));
            assert_eq!(
                world.outbox().await.len(),
                world.events(bid.id()).await.len()
            );
            assert_eq!(round(&world).await, (0, 0, 0), "nothing is asked again");
        }
    }
}

fn all_awards() -> AwardQuery {
    AwardQuery {
        bid: None,
        market: None,
        product: None,
        from: jiff::Timestamp::MIN,
        until: jiff::Timestamp::MAX,
        limit: 1_000,
    }
}

#[tokio::test]
async fn a_storage_bid_is_cleared_when_every_hour_charges_or_discharges_in_full() {
    for (idle, to) in [(false, BidState::Cleared), (true, BidState::PartlyCleared)] {
        let world = World::new();
        world.clock.set("2025-12-31T12:00:00Z".parse().unwrap());
        let content = ercot_dam_content(jiff::civil::date(2026, 1, 1));
        assert_eq!(content.curves()[0].curve.side(), CurveSide::Storage);
        let bid = world
            .drafted(world.who(), content, DraftMode::Strict, "storage")
            .await
            .unwrap()
            .bid;
        world.venue.will_submit(Ok("R".to_owned()));
        world
            .app
            .submit_bid(&world.who(), (bid.id(), None), None)
            .await
            .unwrap();
        let megawatts = |i: usize| match i {
            0 if idle => 0,
            0..12 => -10,
            _ => 10,
        };
        world.venue.will_say(Ok(awarded(&bid, megawatts)));
        assert_eq!(round(&world).await, (1, 0, 0));
        assert_eq!(world.stored(bid.id()).await.state(), to);
    }
}

#[tokio::test]
async fn an_award_that_leaves_periods_out_clears_in_part() {
    let world = World::new();
    let bid = in_state(&world, BidState::Acknowledged).await;
    let VenueStatus::Awarded {
        reference,
        mut awards,
        blocks,
    } = awarded(&bid, |_| 10)
    else {
        panic!()
    };
    awards.pop();
    world.venue.will_say(Ok(VenueStatus::Awarded {
        reference,
        awards,
        blocks,
    }));
    round(&world).await;
    assert_eq!(
        world.stored(bid.id()).await.state(),
        BidState::PartlyCleared
    );
    let none = world
        .store
        .awards(world.theirs.org.id, &all_awards())
        .await
        .unwrap();
    assert!(none.is_empty(), "awards are the organisation's own");
}

#[tokio::test]
async fn a_venue_that_fails_is_counted_and_asked_again() {
    let world = World::new();
    let bid = in_state(&world, BidState::Unknown).await;
    for error in [
        unreachable(),
        lost(),
        VenueError::Refused("not now".to_owned()),
    ] {
        world.venue.will_say(Err(error));
        assert_eq!(round(&world).await, (0, 0, 1));
        assert_eq!(world.stored(bid.id()).await.state(), BidState::Unknown);
    }
    world.venue.will_say(Ok(accepted()));
    assert_eq!(round(&world).await, (1, 0, 0));
}

#[tokio::test]
async fn one_bids_failure_does_not_hold_up_the_others() {
    let world = World::new();
    let first = in_state(&world, BidState::Unknown).await;
    let second = in_state(&world, BidState::Unknown).await;
    world.venue.will_say(Err(unreachable()));
    world.venue.will_say(Ok(accepted()));
    assert_eq!(round(&world).await, (1, 0, 1));
    assert_eq!(world.stored(first.id()).await.state(), BidState::Unknown);
    assert_eq!(
        world.stored(second.id()).await.state(),
        BidState::Acknowledged
    );
}

#[tokio::test]
async fn a_single_bid_can_be_refreshed_by_hand() {
    let world = World::new();
    let (who, bid) = (world.who(), in_state(&world, BidState::Unknown).await);
    world.venue.will_say(Ok(accepted()));
    let fresh = world.app.refresh_bid(&who, bid.id()).await.unwrap();
    assert_eq!(
        (fresh.state(), fresh.venue_reference()),
        (BidState::Acknowledged, Some("R-2"))
    );
    world.venue.will_say(Err(unreachable()));
    assert_eq!(
        code(world.app.refresh_bid(&who, bid.id()).await),
        Code::Unavailable
    );
    let draft = world.draft().await;
    assert_eq!(
        world.app.refresh_bid(&who, draft.id()).await.unwrap(),
        draft,
        "nobody is asked"
    );
}

#[tokio::test]
async fn drafts_expire_when_their_gate_closes_and_not_before() {
    let world = World::new();
    let draft = world.draft().await;
    let validated = world.draft().await;
    world
        .app
        .validate_bid(&world.who(), validated.id())
        .await
        .unwrap();
    let rejected = world
        .submitted(Err(VenueError::Refused("no".to_owned())))
        .await;
    world.clock.set("2024-06-03T14:59:59Z".parse().unwrap());
    assert_eq!(round(&world).await, (0, 3, 0));
    world.clock.set("2024-06-03T15:00:00Z".parse().unwrap());
    assert_eq!(round(&world).await, (3, 0, 0));
    for bid in [&draft, &validated, &rejected] {
        assert_eq!(world.stored(bid.id()).await.state(), BidState::Expired);
        let event = world.events(bid.id()).await.pop().unwrap();
        assert_eq!(
            (event.actor, event.reason.as_str()),
            (Actor::System, "the gate closed before it was submitted")
        );
    }
    assert_eq!(round(&world).await, (0, 0, 0));
}

async fn kept(world: &World, content: BidContent) -> Bid {
    let kept = world.drafted(world.who(), content, DraftMode::KeepInvalid, "kept");
    kept.await.unwrap().bid
}

#[tokio::test]
async fn a_real_time_draft_expires_with_its_own_last_gate() {
    let world = World::new();
    let mut content = ercot_rtm_content(TOMORROW);
    content.curves_mut().unwrap().truncate(4);
    let bid = kept(&world, content).await;
    let grid = world
        .app
        .delivery_grid(&bid.content().market, &bid.content().product, TOMORROW)
        .unwrap();
    let last = bid.content().curves()[3].period;
    let gate = grid
        .periods
        .iter()
        .find(|gated| gated.period == last)
        .unwrap()
        .closes_at;
    assert!(
        grid.periods.iter().any(|gated| gated.closes_at > gate),
        "later gates are still open"
    );
    world.clock.set(gate - jiff::SignedDuration::from_nanos(1));
    assert_eq!(round(&world).await, (0, 1, 0));
    world.clock.set(gate);
    assert_eq!(round(&world).await, (1, 0, 0));
    assert_eq!(world.stored(bid.id()).await.state(), BidState::Expired);
}

#[tokio::test]
async fn a_draft_without_periods_expires_too() {
    let world = World::new();
    let mut content = ercot_dam_content(TOMORROW);
    content.curves_mut().unwrap().clear();
    let bid = kept(&world, content).await;
    world.clock.set("2024-06-03T15:00:00Z".parse().unwrap());
    assert_eq!(round(&world).await, (1, 0, 0));
    assert_eq!(world.stored(bid.id()).await.state(), BidState::Expired);
}
