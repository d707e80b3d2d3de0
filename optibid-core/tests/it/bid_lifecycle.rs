//! The lifecycle against a matrix written by hand.

use crate::bid_samples::{bid, content, timestamp, user};
use optibid_core::audit::Actor;
use optibid_core::bid::{Bid, BidEvent, BidState, LifecycleError, Transition};
use proptest::prelude::*;
use std::collections::HashMap;

/// A line a move, a column a state; `x` where the move is allowed.
///
/// Columns: draft, validated, submitted, acknowledged, rejected, cleared, partly cleared, not
/// cleared, settled, withdrawn, expired, unknown.
const MATRIX: &str = "
              dr va su ac re cl pc nc se wi ex un
edit          x  x  .  .  x  .  .  .  .  .  .  .
validate      x  .  .  .  .  .  .  .  .  .  .  .
submit        .  x  .  .  .  .  .  .  .  .  .  .
acknowledge   .  .  x  .  .  .  .  .  .  .  .  x
reject        .  .  x  .  .  .  .  .  .  .  .  x
undelivered   .  .  x  .  .  .  .  .  .  .  .  x
lose_track    .  .  x  .  .  .  .  .  .  .  .  .
clear         .  .  .  x  .  .  .  .  .  .  .  x
clear_partly  .  .  .  x  .  .  .  .  .  .  .  x
clear_nothing .  .  .  x  .  .  .  .  .  .  .  x
settle        .  .  .  .  .  x  x  x  .  .  .  .
withdraw      x  x  .  x  x  .  .  .  .  .  .  .
expire        x  x  .  .  x  .  .  .  .  .  .  .
";

fn transitions() -> Vec<(&'static str, Transition, BidState)> {
    use BidState as S;
    use Transition as T;
    let venue_reference = "ERCOT-1".to_owned();
    vec![
        ("edit", T::Edit(Box::new(content())), S::Draft),
        ("validate", T::Validate, S::Validated),
        ("submit", T::Submit, S::Submitted),
        (
            "acknowledge",
            T::Acknowledge { venue_reference },
            S::Acknowledged,
        ),
        ("reject", T::Reject, S::Rejected),
        ("undelivered", T::ReturnUndelivered, S::Validated),
        ("lose_track", T::LoseTrack, S::Unknown),
        ("clear", T::Clear, S::Cleared),
        ("clear_partly", T::ClearPartly, S::PartlyCleared),
        ("clear_nothing", T::ClearNothing, S::NotCleared),
        ("settle", T::Settle, S::Settled),
        ("withdraw", T::Withdraw, S::Withdrawn),
        ("expire", T::Expire, S::Expired),
    ]
}

fn matrix() -> HashMap<(String, BidState), bool> {
    let mut allowed = HashMap::new();
    for line in MATRIX.lines().skip(2) {
        let mut words = line.split_whitespace();
        let name = words.next().unwrap();
        for (state, mark) in BidState::ALL.into_iter().zip(words) {
            allowed.insert((name.to_owned(), state), mark == "x");
        }
    }
    allowed
}

/// The moves that lead to each state by the shortest way.
fn reach(state: BidState) -> Bid {
    use BidState as S;
    let way: &[&str] = match state {
        S::Draft => &[],
        S::Validated => &["validate"],
        S::Submitted => &["validate", "submit"],
        S::Acknowledged => &["validate", "submit", "acknowledge"],
        S::Rejected => &["validate", "submit", "reject"],
        S::Cleared => &["validate", "submit", "acknowledge", "clear"],
        S::PartlyCleared => &["validate", "submit", "acknowledge", "clear_partly"],
        S::NotCleared => &["validate", "submit", "acknowledge", "clear_nothing"],
        S::Settled => &["validate", "submit", "acknowledge", "clear", "settle"],
        S::Withdrawn => &["withdraw"],
        S::Expired => &["expire"],
        S::Unknown => &["validate", "submit", "lose_track"],
    };
    let moves = transitions();
    way.iter().fold(bid().0, |bid, name| {
        let (_, transition, _) = moves.iter().find(|(n, ..)| n == name).unwrap();
        bid.apply(
            transition.clone(),
            Actor::System,
            timestamp(1),
            "on the way",
        )
        .unwrap()
        .0
    })
}

#[test]
fn a_state_may_become_what_some_move_of_the_matrix_leads_to() {
    let matrix = matrix();
    let moves = transitions();
    for from in BidState::ALL {
        for to in BidState::ALL {
            let some = moves
                .iter()
                .any(|(name, _, target)| *target == to && matrix[&((*name).to_owned(), from)]);
            assert_eq!(from.may_become(to), some, "{from} to {to}");
        }
    }
}

#[test]
fn every_pair_of_state_and_move_follows_the_matrix() {
    let matrix = matrix();
    let moves = transitions();
    assert_eq!(matrix.len(), BidState::ALL.len() * moves.len());
    for state in BidState::ALL {
        let before = reach(state);
        assert_eq!(before.state(), state);
        for (name, transition, target) in &moves {
            let allowed = matrix[&((*name).to_owned(), state)];
            assert_eq!(
                transition.is_allowed_from(state),
                allowed,
                "{name} from {state}"
            );
            assert_eq!(transition.target(), *target);
            let moved = before
                .clone()
                .apply(transition.clone(), Actor::Venue, timestamp(9), "why");
            match moved {
                Ok((after, event)) => {
                    assert!(allowed, "{name} from {state}");
                    assert_moved(&before, &after, &event, *target);
                }
                Err(error) => {
                    assert!(!allowed, "{name} from {state}");
                    assert_eq!(
                        error,
                        LifecycleError::NoSuchMove {
                            from: state,
                            to: *target
                        }
                    );
                }
            }
        }
        let leaves = moves
            .iter()
            .any(|(name, ..)| matrix[&((*name).to_owned(), state)]);
        assert_eq!(state.is_final(), !leaves, "{state}");
    }
}

fn assert_moved(before: &Bid, after: &Bid, event: &BidEvent, target: BidState) {
    assert_eq!(after.state(), target);
    assert_eq!(after.version(), before.version() + 1);
    assert_eq!(
        (after.updated_at(), after.created_at()),
        (timestamp(9), before.created_at())
    );
    assert_eq!((after.id(), after.org()), (before.id(), before.org()));
    let expected = BidEvent {
        bid: before.id(),
        org: before.org(),
        version: after.version(),
        from: Some(before.state()),
        to: target,
        actor: Actor::Venue,
        at: timestamp(9),
        reason: "why".to_owned(),
    };
    assert_eq!(event, &expected);
    if target == BidState::Acknowledged {
        assert_eq!(after.venue_reference(), Some("ERCOT-1"));
    } else {
        assert_eq!(after.venue_reference(), before.venue_reference());
    }
}

#[test]
fn the_draft_is_version_one_and_its_first_event() {
    let (bid, event) = bid();
    assert_eq!((bid.version(), event.version), (1, 1));
    assert_eq!((event.from, event.to), (None, BidState::Draft));
    assert_eq!(
        (event.actor, event.at),
        (Actor::User(user()), bid.created_at())
    );
}

#[test]
fn an_edit_replaces_the_content_and_needs_a_new_validation() {
    let mut other = content();
    other.note = Some("second thoughts".to_owned());
    let edit = Transition::Edit(Box::new(other.clone()));
    let validated = reach(BidState::Validated);
    let (edited, _) = validated
        .apply(edit, Actor::User(user()), timestamp(2), "edited")
        .unwrap();
    assert_eq!(edited.content(), &other);
    let submit = edited.apply(Transition::Submit, Actor::System, timestamp(3), "go");
    assert!(matches!(submit, Err(LifecycleError::NoSuchMove { .. })));
}

#[test]
fn a_move_says_why() {
    for blank in ["", "  ", "\n\t"] {
        let moved = bid()
            .0
            .apply(Transition::Withdraw, Actor::System, timestamp(1), blank);
        let (from, to) = (BidState::Draft, BidState::Withdrawn);
        assert_eq!(moved.unwrap_err(), LifecycleError::BlankReason { from, to });
    }
    let moved = bid().0.apply(
        Transition::Withdraw,
        Actor::System,
        timestamp(1),
        " plant trip\n",
    );
    assert_eq!(moved.unwrap().1.reason, "plant trip");
}

#[test]
fn states_are_read_back_by_their_names() {
    for state in BidState::ALL {
        assert_eq!(state.code().parse(), Ok(state));
        assert_eq!(
            serde_json::to_string(&state).unwrap(),
            format!("\"{state}\"")
        );
    }
    let error = "drafty".parse::<BidState>().unwrap_err();
    assert_eq!(error.to_string(), "\"drafty\" is not a bid state");
}

proptest! {
    /// Any sequence of tries leaves a history without gaps, each event beginning where the last ended.
    #[test]
    fn histories_have_no_gap(tries in prop::collection::vec((0..13_usize, any::<bool>()), 0..40)) {
        let (moves, matrix) = (transitions(), matrix());
        let (mut bid, first) = bid();
        let mut history = vec![first];
        for (i, (choice, blank)) in tries.into_iter().enumerate() {
            let (name, transition, _) = &moves[choice];
            let at = timestamp(i64::try_from(i).unwrap());
            let reason = if blank { " " } else { "because" };
            let expected = matrix[&((*name).to_owned(), bid.state())] && !blank;
            match bid.clone().apply(transition.clone(), Actor::System, at, reason) {
                Ok((after, event)) => {
                    prop_assert!(expected);
                    history.push(event);
                    bid = after;
                }
                Err(_) => prop_assert!(!expected),
            }
        }
        let versions: Vec<u64> = history.iter().map(|e| e.version).collect();
        prop_assert_eq!(versions, (1..=bid.version()).collect::<Vec<_>>());
        for pair in history.windows(2) {
            prop_assert_eq!(pair[1].from, Some(pair[0].to));
        }
        prop_assert_eq!(history.last().map(|e| e.to), Some(bid.state()));
        prop_assert!(history.iter().all(|e| !e.reason.trim().is_empty()));
    }
}
