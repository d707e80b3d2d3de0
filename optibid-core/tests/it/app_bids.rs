//! Draft, check, edit, validate and read bids.

use super::app_world::{TOMORROW, World, code, codes, key};
use optibid_core::app::{DraftMode, Maintenance};
use optibid_core::auth::Role;
use optibid_core::bid::{BidContent, BidState, CurvePoint, CurveShape, OfferCurve, Verdict};
use optibid_core::error::Code;
use optibid_core::event::EventKind;
use optibid_core::id::{AssetId, BidId};
use optibid_core::market::{LocationCode, MarketId, ProductId};
use optibid_core::ports::BidQuery;
use optibid_core::testing::fixtures::{battery, ercot_dam_content, trail};
use optibid_core::unit::{Power, Price};
use std::sync::Arc;

fn good() -> BidContent {
    ercot_dam_content(TOMORROW)
}

/// Off ERCOT's cent, twice.
fn off_tick() -> BidContent {
    let mut content = good();
    let at = |mw, micros| CurvePoint::new(Power::from_megawatts(mw), Price::from_micros(micros));
    let points = vec![at(1, 18_250_001), at(10, 44_505_000)];
    content.curves_mut().unwrap()[3].curve = OfferCurve::sell(CurveShape::Linear, points).unwrap();
    content
}

fn noted(note: &str) -> BidContent {
    BidContent {
        note: Some(note.to_owned()),
        ..good()
    }
}

fn unknown_id() -> BidId {
    "0199a0a0-0000-7000-8000-0000000000ff".parse().unwrap()
}

#[tokio::test]
async fn a_strict_draft_names_every_broken_rule_and_stores_nothing() {
    let world = World::new();
    let draft = world.drafted(world.who(), off_tick(), DraftMode::Strict, "k");
    let refused = draft.await.unwrap_err();
    assert_eq!(codes(&refused), ["price_off_tick", "price_off_tick"]);
    let fields: Vec<_> = refused
        .violations()
        .iter()
        .map(|v| v.field.as_str())
        .collect();
    assert_eq!(
        fields,
        [
            "periods[3].curve.points[0].price",
            "periods[3].curve.points[1].price"
        ]
    );
    assert!(world.chain().await.is_empty() && world.outbox().await.is_empty());
    let fixed = world
        .app
        .draft_bid(&world.who(), good(), DraftMode::Strict, &key("k", &good()))
        .await;
    assert!(fixed.is_ok(), "a refusal does not use up the key");
}

#[tokio::test]
async fn a_draft_that_breaks_rules_can_be_kept_but_not_validated_or_submitted() {
    let world = World::new();
    let who = world.who();
    let kept = world.drafted(who.clone(), off_tick(), DraftMode::KeepInvalid, "k");
    let kept = kept.await.unwrap();
    assert_eq!(
        (kept.validation.verdict, kept.bid.state()),
        (Verdict::Reject, BidState::Draft)
    );
    let id = kept.bid.id();
    let refused = world.app.validate_bid(&who, id).await.unwrap_err();
    assert_eq!(codes(&refused).len(), 2);
    let refused = world
        .app
        .submit_bid(&who, (id, None), None)
        .await
        .unwrap_err();
    assert_eq!(codes(&refused).len(), 2);
    assert_eq!(world.path(id).await, [BidState::Draft]);
    assert!(world.venue.calls().is_empty());
}

#[tokio::test]
async fn a_draft_leaves_row_event_audit_entry_and_outbox_event_together() {
    let world = World::new();
    let mut who = world.who();
    who.request_id = Some("req-9".to_owned());
    let drafted = world
        .app
        .draft_bid(&who, good(), DraftMode::Strict, &key("k", &good()))
        .await
        .unwrap();
    let bid = drafted.bid;
    assert_eq!(
        (bid.version(), bid.state(), bid.author()),
        (1, BidState::Draft, who.user)
    );
    assert_eq!(world.stored(bid.id()).await, bid);
    let events = world.events(bid.id()).await;
    let [entry] = &world.chain().await[..] else {
        panic!("one entry")
    };
    assert_eq!(entry.draft.action, "bid.draft");
    assert_eq!(entry.draft.subject, format!("bid/{}", bid.id()));
    assert_eq!(entry.draft.request_id.as_deref(), Some("req-9"));
    assert_eq!(entry.draft.detail, r#"{"to":"draft","version":1}"#);
    let [event] = &world.outbox().await[..] else {
        panic!("one event")
    };
    assert_eq!(
        (event.org, &event.kind),
        (Some(who.org), &EventKind::Bid(events[0].clone()))
    );
    assert_eq!(world.app.bid_history(&who, bid.id()).await.unwrap(), events);
}

#[tokio::test]
async fn the_same_key_gives_the_same_answer_and_another_body_is_refused() {
    let world = World::new();
    let who = world.who();
    let first = world
        .app
        .draft_bid(&who, good(), DraftMode::Strict, &key("k", &good()))
        .await
        .unwrap();
    world.wait(60);
    let edited = world.app.edit_bid(
        &who,
        (first.bid.id(), 1),
        noted("edited"),
        DraftMode::Strict,
    );
    edited.await.unwrap();
    let again = world
        .app
        .draft_bid(&who, good(), DraftMode::Strict, &key("k", &good()))
        .await
        .unwrap();
    assert_eq!(
        again, first,
        "the answer as it was given, whatever came after"
    );
    let other = world.drafted(who.clone(), noted("other"), DraftMode::Strict, "k");
    let refused = other.await.unwrap_err();
    assert_eq!(refused.code(), Code::KeyReused);
    assert!(refused.to_string().contains("\"k\""), "{refused}");
    assert_eq!(
        world
            .app
            .bids(&who, &BidQuery::default())
            .await
            .unwrap()
            .items
            .len(),
        1
    );
    let theirs = world.drafted(world.stranger(), noted("b"), DraftMode::Strict, "k");
    assert_ne!(
        theirs.await.unwrap().bid.id(),
        first.bid.id(),
        "their key is another key"
    );
    let other_use = optibid_core::app::RequestKey::new("k", &good()).unwrap();
    let refused = world
        .app
        .submit_bid(&who, (first.bid.id(), None), Some(&other_use))
        .await;
    assert_eq!(code(refused), Code::KeyReused, "one key, one operation");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twins_with_one_key_make_one_bid() {
    let world = Arc::new(World::new());
    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let world = world.clone();
            tokio::spawn(async move {
                let drafted = world.drafted(world.who(), good(), DraftMode::Strict, "twin");
                drafted.await.unwrap().bid.id()
            })
        })
        .collect();
    let mut ids = Vec::new();
    for task in tasks {
        ids.push(task.await.unwrap());
    }
    ids.dedup();
    assert_eq!(ids.len(), 1, "all were told of the same bid");
    let stored = world
        .app
        .bids(&world.who(), &BidQuery::default())
        .await
        .unwrap();
    assert_eq!((stored.items.len(), world.chain().await.len()), (1, 1));
}

#[tokio::test]
async fn an_edit_builds_on_the_version_it_names() {
    let world = World::new();
    let (who, bid) = (world.who(), world.draft().await);
    let edit = |version, content| {
        world
            .app
            .edit_bid(&who, (bid.id(), version), content, DraftMode::Strict)
    };
    let edited = edit(1, noted("second thoughts")).await.unwrap();
    assert_eq!(
        (edited.bid.version(), edited.bid.state()),
        (2, BidState::Draft)
    );
    let stale = edit(1, noted("too late")).await.unwrap_err();
    assert_eq!(stale.code(), Code::Conflict);
    assert!(stale.to_string().contains("at version 2, not 1"), "{stale}");
    assert_eq!(
        code(edit(3, noted("from the future")).await),
        Code::Conflict
    );
    assert_eq!(codes(&edit(2, off_tick()).await.unwrap_err()).len(), 2);
    assert_eq!(world.stored(bid.id()).await, edited.bid);
    assert_eq!(world.actions().await, ["bid.draft", "bid.edit"]);
    assert_eq!(world.outbox().await.len(), 2);
}

#[tokio::test]
async fn validation_marks_a_draft_and_an_edit_makes_it_a_draft_again() {
    let world = World::new();
    let (who, bid) = (world.who(), world.draft().await);
    let valid = world.app.validate_bid(&who, bid.id()).await.unwrap();
    assert_eq!(
        (valid.bid.state(), valid.validation.verdict),
        (BidState::Validated, Verdict::Accept)
    );
    assert_eq!(
        code(world.app.validate_bid(&who, bid.id()).await),
        Code::Conflict
    );
    let edited = world
        .app
        .edit_bid(&who, (bid.id(), 2), noted("n"), DraftMode::Strict)
        .await;
    assert_eq!(edited.unwrap().bid.state(), BidState::Draft);
    let path = [BidState::Draft, BidState::Validated, BidState::Draft];
    assert_eq!(world.path(bid.id()).await, path);
    assert_eq!(
        world.actions().await,
        ["bid.draft", "bid.validate", "bid.edit"]
    );
}

#[tokio::test]
async fn nobody_sees_or_moves_the_bid_of_another_organisation() {
    let world = World::new();
    let (they, bid) = (world.stranger(), world.draft().await);
    for id in [bid.id(), unknown_id()] {
        assert_eq!(code(world.app.bid(&they, id).await), Code::NotFound);
        assert_eq!(code(world.app.bid_history(&they, id).await), Code::NotFound);
        let edit = world
            .app
            .edit_bid(&they, (id, 1), good(), DraftMode::Strict)
            .await;
        assert_eq!(code(edit), Code::NotFound);
        assert_eq!(
            code(world.app.validate_bid(&they, id).await),
            Code::NotFound
        );
        assert_eq!(
            code(world.app.submit_bid(&they, (id, None), None).await),
            Code::NotFound
        );
        assert_eq!(
            code(world.app.withdraw_bid(&they, (id, None), "").await),
            Code::NotFound
        );
        assert_eq!(code(world.app.refresh_bid(&they, id).await), Code::NotFound);
    }
    let told = world
        .app
        .bid(&they, bid.id())
        .await
        .unwrap_err()
        .to_string();
    let random = world
        .app
        .bid(&they, unknown_id())
        .await
        .unwrap_err()
        .to_string();
    assert_eq!(
        told.replace(&bid.id().to_string(), "X"),
        random.replace(&unknown_id().to_string(), "X")
    );
    assert!(
        world
            .app
            .bids(&they, &BidQuery::default())
            .await
            .unwrap()
            .items
            .is_empty()
    );
    assert_eq!(world.stored(bid.id()).await, bid);
}

#[tokio::test]
async fn roles_without_the_permission_are_refused() {
    let world = World::new();
    let bid = world.draft().await;
    for role in [Role::Viewer, Role::BillingAdmin] {
        let who = world.as_role(role);
        let draft = world
            .app
            .draft_bid(&who, good(), DraftMode::Strict, &key("r", &good()))
            .await;
        assert_eq!(code(draft), Code::Forbidden);
        let edit = world
            .app
            .edit_bid(&who, (bid.id(), 1), good(), DraftMode::Strict)
            .await;
        assert_eq!(code(edit), Code::Forbidden);
        assert_eq!(
            code(world.app.validate_bid(&who, bid.id()).await),
            Code::Forbidden
        );
        assert_eq!(
            code(world.app.submit_bid(&who, (bid.id(), None), None).await),
            Code::Forbidden
        );
        assert_eq!(
            code(world.app.withdraw_bid(&who, (bid.id(), None), "").await),
            Code::Forbidden
        );
        assert_eq!(
            code(world.app.refresh_bid(&who, bid.id()).await),
            Code::Forbidden
        );
    }
    let billing = world.as_role(Role::BillingAdmin);
    assert_eq!(
        code(world.app.bid(&billing, bid.id()).await),
        Code::Forbidden
    );
    assert_eq!(
        code(world.app.bids(&billing, &BidQuery::default()).await),
        Code::Forbidden
    );
    assert_eq!(
        code(world.app.bid_history(&billing, bid.id()).await),
        Code::Forbidden
    );
    assert_eq!(
        code(world.app.check_bid(&billing, &good()).await),
        Code::Forbidden
    );
    assert!(
        world
            .app
            .bid(&world.as_role(Role::Viewer), bid.id())
            .await
            .is_ok()
    );
    assert_eq!(world.actions().await, ["bid.draft"]);
}

#[tokio::test]
async fn in_maintenance_nothing_is_stored_and_reading_goes_on() {
    let world = World::new();
    let (who, bid) = (world.who(), world.draft().await);
    let operator = world.as_role(Role::SuperAdmin);
    let on = Maintenance {
        enabled: true,
        message: "moving house".to_owned(),
    };
    assert_eq!(
        code(world.app.set_maintenance(&who, on.clone()).await),
        Code::Forbidden
    );
    world.app.set_maintenance(&operator, on).await.unwrap();
    let before = world.chain().await.len();
    let draft = world
        .app
        .draft_bid(&who, good(), DraftMode::Strict, &key("m", &good()))
        .await;
    let refused = draft.unwrap_err();
    assert_eq!(refused.code(), Code::Unavailable);
    assert!(refused.to_string().contains("moving house"), "{refused}");
    for refused in [
        world.app.submit_bid(&who, (bid.id(), None), None).await,
        world.app.withdraw_bid(&who, (bid.id(), None), "").await,
        world.app.refresh_bid(&who, bid.id()).await,
    ] {
        assert_eq!(code(refused), Code::Unavailable);
    }
    assert_eq!(world.chain().await.len(), before);
    assert!(world.app.bid(&who, bid.id()).await.is_ok());
    assert_eq!(
        world.app.check_bid(&who, &good()).await.unwrap().verdict,
        Verdict::Accept
    );
    world
        .app
        .set_maintenance(&operator, Maintenance::default())
        .await
        .unwrap();
    assert!(world.app.validate_bid(&who, bid.id()).await.is_ok());
}

#[tokio::test]
async fn an_unknown_market_product_day_or_location_is_a_fault_of_the_bid() {
    let world = World::new();
    let who = world.who();
    let cases = [
        (
            BidContent {
                market: MarketId::new("NOWHERE").unwrap(),
                ..good()
            },
            "market",
            "unknown_market",
        ),
        (
            BidContent {
                product: ProductId::new("FTR").unwrap(),
                ..good()
            },
            "product",
            "unknown_product",
        ),
        (
            BidContent {
                location: LocationCode::new("HB_MARS").unwrap(),
                ..good()
            },
            "location",
            "unknown_location",
        ),
    ];
    for (content, field, expected) in cases {
        let draft = world.drafted(who.clone(), content.clone(), DraftMode::Strict, "u");
        let refused = draft.await.unwrap_err();
        assert_eq!(codes(&refused), [expected]);
        assert_eq!(refused.violations()[0].field, field);
    }
    let ancient = BidContent {
        delivery_day: jiff::civil::date(1990, 1, 1),
        ..good()
    };
    let refused = world.app.check_bid(&who, &ancient).await.unwrap_err();
    assert_eq!(codes(&refused), ["no_rules_on_day"]);
    assert_eq!(refused.violations()[0].field, "delivery_day");
}

#[tokio::test]
async fn the_asset_behind_a_bid_is_ours_stands_there_and_can_deliver() {
    let world = World::new();
    let who = world.who();
    let id = |n: u8| {
        format!("0199a0a0-0000-7000-8000-0000000000{n:02}")
            .parse::<AssetId>()
            .unwrap()
    };
    let (ours, theirs) = (battery(&world.ours, id(1)), battery(&world.theirs, id(2)));
    for (asset, tenant) in [(&ours, &world.ours), (&theirs, &world.theirs)] {
        let trail = trail(&tenant.user, "asset.create");
        world
            .app
            .stores
            .assets
            .insert_asset(asset, &trail)
            .await
            .unwrap();
    }
    let with = |asset, location: &str| BidContent {
        asset: Some(asset),
        location: LocationCode::new(location).unwrap(),
        ..good()
    };
    let checked = world
        .app
        .check_bid(&who, &with(id(1), "HB_SOUTH"))
        .await
        .unwrap();
    assert_eq!(checked.verdict, Verdict::Accept);
    for foreign in [id(2), id(3)] {
        let refused = world
            .app
            .check_bid(&who, &with(foreign, "HB_SOUTH"))
            .await
            .unwrap_err();
        assert_eq!(codes(&refused), ["unknown_asset"]);
    }
    let refused = world
        .app
        .check_bid(&who, &with(id(1), "HB_NORTH"))
        .await
        .unwrap_err();
    assert_eq!(codes(&refused), ["asset_elsewhere"]);
    let mut greedy = with(id(1), "HB_SOUTH");
    let at = |mw, cents| CurvePoint::new(Power::from_megawatts(mw), Price::from_cents(cents));
    let points = vec![at(1, 1_825), at(11, 4_450)];
    greedy.curves_mut().unwrap()[0].curve = OfferCurve::sell(CurveShape::Linear, points).unwrap();
    let checked = world.app.check_bid(&who, &greedy).await.unwrap();
    let found: Vec<_> = checked.errors().map(|v| v.code.as_str()).collect();
    assert_eq!(found, ["outside_asset_limits"]);
}

#[tokio::test]
async fn a_bid_without_bounds_is_refused_before_it_is_judged() {
    let world = World::new();
    let long = noted(&"n".repeat(BidContent::MAX_NOTE_CHARS + 1));
    let refused = world.app.check_bid(&world.who(), &long).await.unwrap_err();
    assert_eq!(codes(&refused), ["note_too_long"]);
    let draft = world.drafted(world.who(), long.clone(), DraftMode::KeepInvalid, "l");
    assert_eq!(
        code(draft.await),
        Code::Invalid,
        "not even as an invalid draft"
    );
}

#[test]
fn keys_are_printable_and_short() {
    let body = serde_json::json!({});
    let new = |text: &str| optibid_core::app::RequestKey::new(text, &body);
    for good in ["a", "3f0a-77", &"k".repeat(255), "!~"] {
        assert_eq!(new(good).unwrap().key(), good);
    }
    for bad in ["", " ", "a b", "schlüssel", "tab\t", &"k".repeat(256)] {
        let refused = new(bad).unwrap_err();
        assert_eq!(refused.violations()[0].field, "Idempotency-Key", "{bad:?}");
    }
}
