//! Submit and withdraw: what the venue says decides, and what was sent is never forgotten.

use super::app_world::{TOMORROW, World, code, codes, key, lost, unreachable};
use optibid_core::audit::Actor;
use optibid_core::bid::{Bid, BidState};
use optibid_core::error::{Code, Error};
use optibid_core::ports::VenueError;
use optibid_core::testing::fixtures::ercot_dam_content;
use std::sync::Arc;

async fn submit(world: &World, bid: &Bid) -> Result<Bid, Error> {
    world
        .app
        .submit_bid(&world.who(), (bid.id(), Some(bid.version())), None)
        .await
}

async fn withdraw(world: &World, bid: &Bid, reason: &str) -> Result<Bid, Error> {
    world
        .app
        .withdraw_bid(&world.who(), (bid.id(), Some(bid.version())), reason)
        .await
}

#[tokio::test]
async fn an_accepted_bid_is_acknowledged_under_the_venues_reference() {
    let world = World::new();
    let bid = world.draft().await;
    world.venue.will_submit(Ok("QSE-4711".to_owned()));
    let submitted = submit(&world, &bid).await.unwrap();
    assert_eq!(submitted.state(), BidState::Acknowledged);
    assert_eq!(submitted.venue_reference(), Some("QSE-4711"));
    assert_eq!(world.stored(bid.id()).await, submitted);
    let path = [
        BidState::Draft,
        BidState::Validated,
        BidState::Submitted,
        BidState::Acknowledged,
    ];
    assert_eq!(world.path(bid.id()).await, path);
    assert_eq!(
        world.actions().await,
        [
            "bid.draft",
            "bid.validate",
            "bid.submit",
            "bid.acknowledged"
        ]
    );
    let events = world.events(bid.id()).await;
    let published: Vec<_> = world
        .outbox()
        .await
        .into_iter()
        .map(|event| event.kind)
        .collect();
    let expected: Vec<_> = events
        .iter()
        .cloned()
        .map(optibid_core::event::EventKind::Bid)
        .collect();
    assert_eq!(
        published, expected,
        "every move is published once, in order"
    );
    assert_eq!(
        (events[2].actor, events[3].actor),
        (Actor::User(world.who().user), Actor::Venue)
    );
    let versions: Vec<_> = events.iter().map(|event| event.version).collect();
    assert_eq!(versions, [1, 2, 3, 4]);
}

#[tokio::test]
async fn the_venue_is_called_only_when_the_submission_is_durable() {
    let world = World::new();
    let bid = world.draft().await;
    world.venue.will_submit(Ok("R".to_owned()));
    submit(&world, &bid).await.unwrap();
    assert_eq!(world.venue.calls(), [("submit", BidState::Submitted)]);
}

#[tokio::test]
async fn a_submission_that_cannot_be_stored_never_reaches_the_venue() {
    let world = World::new();
    let bid = world.draft().await;
    world.bids.fail_at(BidState::Submitted);
    let refused = submit(&world, &bid).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unavailable);
    assert!(refused.certainly_not_applied());
    assert!(world.venue.calls().is_empty());
    assert_eq!(world.stored(bid.id()).await.state(), BidState::Validated);
}

#[tokio::test]
async fn a_refused_bid_keeps_the_venues_words_and_can_be_edited() {
    for (words, kept) in [
        ("curve 3 overlaps", "curve 3 overlaps"),
        (" ", "the venue gave no reason"),
    ] {
        let world = World::new();
        let bid = world
            .submitted(Err(VenueError::Refused(words.to_owned())))
            .await;
        assert_eq!(bid.state(), BidState::Rejected);
        assert_eq!(world.events(bid.id()).await.last().unwrap().reason, kept);
        let edit = (bid.id(), bid.version());
        let mode = optibid_core::app::DraftMode::Strict;
        let edited = world
            .app
            .edit_bid(&world.who(), edit, ercot_dam_content(TOMORROW), mode)
            .await;
        assert_eq!(edited.unwrap().bid.state(), BidState::Draft);
    }
}

#[tokio::test]
async fn an_answer_that_never_comes_leaves_the_bid_unknown() {
    let world = World::new();
    let bid = world.submitted(Err(lost())).await;
    assert_eq!(bid.state(), BidState::Unknown);
    assert_eq!(
        code(submit(&world, &bid).await),
        Code::Conflict,
        "not sent a second time"
    );
    assert_eq!(
        code(withdraw(&world, &bid, "").await),
        Code::Conflict,
        "left on evidence only"
    );
    assert_eq!(world.venue.calls().len(), 1);
}

#[tokio::test]
async fn a_bid_that_did_not_reach_the_venue_is_validated_again_and_the_caller_is_told() {
    let world = World::new();
    let bid = world.draft().await;
    world.venue.will_submit(Err(unreachable()));
    let refused = submit(&world, &bid).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unavailable);
    assert!(refused.certainly_not_applied());
    let back = world.stored(bid.id()).await;
    assert_eq!(back.state(), BidState::Validated);
    world.venue.will_submit(Ok("R".to_owned()));
    assert_eq!(
        submit(&world, &back).await.unwrap().state(),
        BidState::Acknowledged
    );
}

#[tokio::test]
async fn after_the_gate_the_closing_time_is_named_and_nothing_is_sent() {
    let world = World::new();
    let bid = world.draft().await;
    world
        .clock
        .set("2024-06-03T14:59:59.999999999Z".parse().unwrap());
    assert!(
        world
            .app
            .check_bid(&world.who(), bid.content())
            .await
            .unwrap()
            .errors()
            .next()
            .is_none()
    );
    world.clock.set("2024-06-03T15:00:00Z".parse().unwrap());
    let refused = submit(&world, &bid).await.unwrap_err();
    assert_eq!(codes(&refused), ["gate_closed"]);
    let rule = &refused.violations()[0].rule;
    assert!(
        rule.contains("2024-06-03T10:00:00-05:00[America/Chicago]"),
        "{rule}"
    );
    assert!(world.venue.calls().is_empty());
    assert_eq!(world.path(bid.id()).await, [BidState::Draft]);
}

#[tokio::test]
async fn without_a_gateway_nothing_is_stored_as_submitted() {
    let mut world = World::new();
    world.app.venues.clear();
    let bid = world.draft().await;
    let refused = submit(&world, &bid).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unavailable);
    assert!(refused.to_string().contains("ERCOT"), "{refused}");
    assert_eq!(world.path(bid.id()).await, [BidState::Draft]);
}

#[tokio::test]
async fn a_stale_version_is_not_submitted() {
    let world = World::new();
    let bid = world.draft().await;
    world
        .app
        .validate_bid(&world.who(), bid.id())
        .await
        .unwrap();
    assert_eq!(code(submit(&world, &bid).await), Code::Conflict);
    assert!(world.venue.calls().is_empty());
}

#[tokio::test]
async fn the_same_submission_again_does_not_call_the_venue_twice() {
    let world = World::new();
    let (who, bid) = (world.who(), world.draft().await);
    let key = key("submit-1", bid.content());
    world.venue.will_submit(Ok("R".to_owned()));
    let first = world
        .app
        .submit_bid(&who, (bid.id(), Some(1)), Some(&key))
        .await
        .unwrap();
    let again = world
        .app
        .submit_bid(&who, (bid.id(), Some(1)), Some(&key))
        .await
        .unwrap();
    assert_eq!(again, first);
    assert_eq!(world.venue.calls().len(), 1);
    let other = world.draft().await;
    let refused = world
        .app
        .submit_bid(&who, (other.id(), None), Some(&key))
        .await;
    assert_eq!(
        code(refused),
        Code::KeyReused,
        "the key was for another bid"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twin_submissions_reach_the_venue_once_and_get_one_answer() {
    for round in 0..20 {
        let world = Arc::new(World::new());
        let bid = world.draft().await;
        world.venue.will_submit(Ok("R".to_owned()));
        let tasks: Vec<_> = (0..6)
            .map(|_| {
                let (world, bid) = (world.clone(), bid.clone());
                tokio::spawn(async move {
                    let key = key("twin", bid.content());
                    world
                        .app
                        .submit_bid(&world.who(), (bid.id(), Some(1)), Some(&key))
                        .await
                })
            })
            .collect();
        for task in tasks {
            let answer = task.await.unwrap().unwrap();
            let sent = [BidState::Submitted, BidState::Acknowledged].contains(&answer.state());
            assert!(sent, "round {round}: {}", answer.state());
        }
        assert_eq!(world.venue.calls().len(), 1, "round {round}");
        assert_eq!(world.stored(bid.id()).await.state(), BidState::Acknowledged);
    }
}

#[tokio::test]
async fn when_the_venues_answer_cannot_be_stored_the_caller_is_told_it_may_stand() {
    let world = World::new();
    let bid = world.draft().await;
    world.venue.will_submit(Ok("R-1".to_owned()));
    world.bids.fail_at(BidState::Acknowledged);
    let failed = submit(&world, &bid).await.unwrap_err();
    assert_eq!(failed.code(), Code::Unavailable);
    assert!(!failed.certainly_not_applied(), "the venue has it");
    assert_eq!(world.stored(bid.id()).await.state(), BidState::Submitted);
    assert_eq!(
        code(submit(&world, &world.stored(bid.id()).await).await),
        Code::Conflict
    );
    world.bids.fail_at(None);
    let accepted = optibid_core::ports::VenueStatus::Accepted {
        reference: "R-1".to_owned(),
    };
    world.venue.will_say(Ok(accepted));
    let round = world.app.follow_up(10).await.unwrap();
    assert_eq!((round.moved, round.unchanged, round.failed), (1, 0, 0));
    let stored = world.stored(bid.id()).await;
    assert_eq!(
        (stored.state(), stored.venue_reference()),
        (BidState::Acknowledged, Some("R-1"))
    );
}

#[tokio::test]
async fn what_was_never_sent_is_withdrawn_without_the_venue() {
    let world = World::new();
    let bid = world.draft().await;
    let withdrawn = withdraw(&world, &bid, "  changed my mind ").await.unwrap();
    assert_eq!(withdrawn.state(), BidState::Withdrawn);
    assert_eq!(world.events(bid.id()).await[1].reason, "changed my mind");
    assert!(world.venue.calls().is_empty());
    assert_eq!(code(withdraw(&world, &withdrawn, "").await), Code::Conflict);
    assert_eq!(world.actions().await, ["bid.draft", "bid.withdraw"]);
}

#[tokio::test]
async fn an_acknowledged_bid_is_withdrawn_at_the_venue_first() {
    let world = World::new();
    let bid = world.submitted(Ok("R")).await;
    world.venue.will_withdraw(Ok(()));
    let withdrawn = withdraw(&world, &bid, "").await.unwrap();
    assert_eq!(withdrawn.state(), BidState::Withdrawn);
    assert_eq!(world.venue.calls()[1], ("withdraw", BidState::Acknowledged));
    assert_eq!(
        world.events(bid.id()).await.last().unwrap().reason,
        "withdrawn"
    );
}

#[tokio::test]
async fn a_withdrawal_that_the_venue_does_not_confirm_changes_nothing() {
    let cases = [
        (
            VenueError::Refused("the gate has closed".to_owned()),
            Code::Conflict,
            true,
        ),
        (lost(), Code::OutcomeUnknown, false),
        (unreachable(), Code::Unavailable, true),
    ];
    for (answer, expected, not_applied) in cases {
        let world = World::new();
        let bid = world.submitted(Ok("R")).await;
        world.venue.will_withdraw(Err(answer));
        let refused = withdraw(&world, &bid, "").await.unwrap_err();
        assert_eq!(
            (refused.code(), refused.certainly_not_applied()),
            (expected, not_applied)
        );
        assert_eq!(world.stored(bid.id()).await, bid);
    }
}

#[tokio::test]
async fn a_withdrawal_that_cannot_be_stored_is_told_as_maybe_done() {
    let world = World::new();
    let bid = world.submitted(Ok("R")).await;
    world.venue.will_withdraw(Ok(()));
    world.bids.fail_at(BidState::Withdrawn);
    let failed = withdraw(&world, &bid, "").await.unwrap_err();
    assert!(!failed.certainly_not_applied());
    assert_eq!(
        code(withdraw(&world, &world.draft().await, "").await),
        Code::Unavailable
    );
}
