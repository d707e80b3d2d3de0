//! The simulated venue.

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use optibid_core::audit::Actor;
use optibid_core::bid::{
    Bid, BidContent, BidOffer, BidPeriod, CurvePoint, CurveShape, NewBid, OfferCurve, Transition,
};
use optibid_core::id::{BidId, OrgId, UserId};
use optibid_core::market::{
    DataOwner, DeliveryPeriod, LocationCode, MarketId, PriceObservation, ProductId, Resolution,
};
use optibid_core::ports::{Clock, PriceStore, Venue, VenueError, VenueStatus};
use optibid_core::testing::MemoryStore;
use optibid_core::testing::fixtures::FixedClock;
use optibid_core::unit::{Currency, Power, Price};
use optibid_venues::venue::{Behaviour, SimulatedVenue};
use std::sync::Arc;
use uuid::Uuid;

const BEFORE: Timestamp = Timestamp::constant(1_717_200_000, 0);

struct Stage {
    venue: SimulatedVenue,
    store: Arc<MemoryStore>,
    clock: Arc<FixedClock>,
}

fn stage() -> Stage {
    let store = Arc::new(MemoryStore::default());
    let clock = Arc::new(FixedClock::at(BEFORE));
    let venue = venue(&store, &clock);
    Stage {
        venue,
        store,
        clock,
    }
}

fn venue(store: &Arc<MemoryStore>, clock: &Arc<FixedClock>) -> SimulatedVenue {
    let prices: Arc<dyn PriceStore> = store.clone();
    let clock: Arc<dyn Clock> = clock.clone();
    SimulatedVenue::new(vec![MarketId::new("ERCOT").unwrap()], prices, clock)
}

fn period(index: i64, resolution: Resolution) -> DeliveryPeriod {
    let start = Timestamp::from_second(1_717_221_600 + index * resolution.seconds()).unwrap();
    DeliveryPeriod::new(start, resolution).unwrap()
}

fn price(period: DeliveryPeriod, price: &str, known_at: Timestamp) -> PriceObservation {
    PriceObservation {
        market: MarketId::new("ERCOT").unwrap(),
        product: ProductId::new("DAM").unwrap(),
        location: LocationCode::new("HB_SOUTH").unwrap(),
        period,
        price: price.parse().unwrap(),
        components: None,
        known_at,
    }
}

/// Charges 10 MW at 20 or less, discharges 10 MW at 40 or more, in three hours; as submitted.
fn bid() -> Bid {
    let at = |mw, units| CurvePoint::new(Power::from_megawatts(mw), Price::from_units(units));
    let curve = OfferCurve::storage(CurveShape::Step, vec![at(-10, 20), at(10, 40)]).unwrap();
    let content = BidContent {
        market: MarketId::new("ERCOT").unwrap(),
        product: ProductId::new("DAM").unwrap(),
        location: LocationCode::new("HB_SOUTH").unwrap(),
        delivery_day: date(2024, 6, 1),
        currency: Currency::Usd,
        asset: None,
        offer: BidOffer::Curve(
            (0..3)
                .map(|i| BidPeriod {
                    period: period(i, Resolution::Hour),
                    curve: curve.clone(),
                })
                .collect(),
        ),
        note: None,
    };
    let id = |n| Uuid::from_u128(n);
    let new = NewBid {
        id: BidId::from_uuid(id(7)),
        org: OrgId::from_uuid(id(1)),
        author: UserId::from_uuid(id(2)),
        at: BEFORE,
    };
    let (draft, _) = Bid::draft(new, content);
    moved(moved(draft, Transition::Validate), Transition::Submit)
}

fn moved(bid: Bid, transition: Transition) -> Bid {
    let actor = Actor::User(bid.author());
    bid.apply(transition, actor, BEFORE, "in a test").unwrap().0
}

fn acknowledged(bid: &Bid, reference: &str) -> Bid {
    moved(
        bid.clone(),
        Transition::Acknowledge {
            venue_reference: reference.to_owned(),
        },
    )
}

fn refused(result: Result<String, VenueError>) -> String {
    match result {
        Err(VenueError::Refused(reason)) => reason,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn awards_are_what_the_curve_accepts_at_the_price_that_came() {
    let stage = stage();
    let bid = bid();
    let reference = stage.venue.submit(&bid).await.unwrap();
    assert_eq!(
        stage.venue.status(&bid).await.unwrap(),
        VenueStatus::Accepted {
            reference: reference.clone()
        }
    );
    let known_at = BEFORE + SignedDuration::from_hours(1);
    let prices: Vec<_> = [(0, "15.00"), (1, "30.00"), (2, "40.00")]
        .map(|(i, text)| price(period(i, Resolution::Hour), text, known_at))
        .into();
    stage
        .store
        .append_prices(DataOwner::Public, &prices)
        .await
        .unwrap();
    // Stored, but not known yet.
    assert!(matches!(
        stage.venue.status(&bid).await.unwrap(),
        VenueStatus::Accepted { .. }
    ));
    stage.clock.set(known_at);
    let VenueStatus::Awarded {
        reference: same,
        awards,
        ..
    } = stage.venue.status(&bid).await.unwrap()
    else {
        panic!("not awarded");
    };
    assert_eq!(same, reference);
    let found: Vec<_> = awards
        .iter()
        .map(|a| (a.period, a.quantity.kilowatts(), a.price.to_string()))
        .collect();
    let expected = [(0, -10_000, "15.00"), (1, 0, "30.00"), (2, 10_000, "40.00")]
        .map(|(i, kw, text)| (period(i, Resolution::Hour), kw, text.to_owned()));
    assert_eq!(found, expected);
}

#[tokio::test]
async fn one_missing_price_keeps_all_awards_back() {
    let stage = stage();
    let bid = bid();
    stage.venue.submit(&bid).await.unwrap();
    let prices = [0, 2].map(|i| price(period(i, Resolution::Hour), "15", BEFORE));
    stage
        .store
        .append_prices(DataOwner::Public, &prices)
        .await
        .unwrap();
    assert!(matches!(
        stage.venue.status(&bid).await.unwrap(),
        VenueStatus::Accepted { .. }
    ));
}

#[tokio::test]
async fn an_hour_without_its_own_price_clears_at_the_mean_of_its_quarters() {
    let stage = stage();
    let bid = bid();
    stage.venue.submit(&bid).await.unwrap();
    let quarters = ["10", "20", "30", "100.01"].repeat(3);
    let prices: Vec<_> = quarters
        .iter()
        .zip(0..)
        .map(|(text, i)| price(period(i, Resolution::Min15), text, BEFORE))
        .collect();
    stage
        .store
        .append_prices(DataOwner::Public, &prices[..11])
        .await
        .unwrap();
    assert!(matches!(
        stage.venue.status(&bid).await.unwrap(),
        VenueStatus::Accepted { .. }
    ));
    stage
        .store
        .append_prices(DataOwner::Public, &prices[11..])
        .await
        .unwrap();
    let VenueStatus::Awarded { awards, .. } = stage.venue.status(&bid).await.unwrap() else {
        panic!("not awarded");
    };
    assert!(
        awards
            .iter()
            .all(|a| a.price == Price::from_micros(40_002_500))
    );
    assert!(
        awards
            .iter()
            .all(|a| a.quantity == Power::from_megawatts(10))
    );
}

#[tokio::test]
async fn the_same_version_twice_is_one_bid_and_one_answer() {
    let stage = stage();
    let bid = bid();
    let first = stage.venue.submit(&bid).await.unwrap();
    stage.venue.behave(Behaviour::Refuse("too late".to_owned()));
    assert_eq!(stage.venue.submit(&bid).await.unwrap(), first);
}

#[tokio::test]
async fn a_refusal_stands_until_the_bid_is_edited() {
    let stage = stage();
    let bid = bid();
    stage
        .venue
        .behave(Behaviour::Refuse("no credit".to_owned()));
    assert_eq!(refused(stage.venue.submit(&bid).await), "no credit");
    stage.venue.behave(Behaviour::Normal);
    assert_eq!(refused(stage.venue.submit(&bid).await), "no credit");
    assert_eq!(
        stage
            .venue
            .status(&moved(bid.clone(), Transition::LoseTrack))
            .await
            .unwrap(),
        VenueStatus::Refused {
            reason: "no credit".to_owned()
        }
    );
    let content = Box::new(bid.content().clone());
    let edited = moved(
        moved(bid.clone(), Transition::Reject),
        Transition::Edit(content),
    );
    let again = moved(moved(edited, Transition::Validate), Transition::Submit);
    assert_eq!(
        stage.venue.status(&again).await.unwrap(),
        VenueStatus::NotReceived
    );
    let reference = stage.venue.submit(&again).await.unwrap();
    assert_eq!(
        stage.venue.status(&again).await.unwrap(),
        VenueStatus::Accepted { reference }
    );
    assert!(refused(stage.venue.submit(&bid).await).contains("is here already"));
}

#[tokio::test]
async fn a_lost_answer_leaves_the_bid_at_the_venue_and_a_lost_request_does_not() {
    let stage = stage();
    let bid = bid();
    stage.venue.behave(Behaviour::LoseRequest);
    let error = stage.venue.submit(&bid).await.unwrap_err();
    assert!(!error.certainly_not_applied());
    assert_eq!(
        stage.venue.status(&bid).await.unwrap(),
        VenueStatus::NotReceived
    );
    stage.venue.behave(Behaviour::LoseAnswer);
    let error = stage.venue.submit(&bid).await.unwrap_err();
    assert!(matches!(error, VenueError::OutcomeUnknown(_)));
    assert!(matches!(
        stage.venue.status(&bid).await.unwrap(),
        VenueStatus::Accepted { .. }
    ));
}

#[tokio::test]
async fn a_venue_that_cannot_be_reached_has_certainly_not_got_it() {
    let stage = stage();
    let bid = bid();
    stage.venue.behave(Behaviour::Unreachable);
    assert!(
        stage
            .venue
            .submit(&bid)
            .await
            .unwrap_err()
            .certainly_not_applied()
    );
    assert!(matches!(
        stage.venue.status(&bid).await,
        Err(VenueError::Unavailable(_))
    ));
    stage.venue.behave(Behaviour::Normal);
    assert_eq!(
        stage.venue.status(&bid).await.unwrap(),
        VenueStatus::NotReceived
    );
}

#[tokio::test]
async fn a_bid_can_be_taken_back_until_its_prices_are_known() {
    let stage = stage();
    let bid = bid();
    let reference = stage.venue.submit(&bid).await.unwrap();
    let bid = acknowledged(&bid, &reference);
    stage.venue.withdraw(&bid).await.unwrap();
    stage.venue.withdraw(&bid).await.unwrap();
    let prices: Vec<_> = (0..3)
        .map(|i| price(period(i, Resolution::Hour), "15", BEFORE))
        .collect();
    stage
        .store
        .append_prices(DataOwner::Public, &prices)
        .await
        .unwrap();
    assert_eq!(
        stage.venue.status(&bid).await.unwrap(),
        VenueStatus::Refused {
            reason: "withdrawn".to_owned()
        }
    );
}

#[tokio::test]
async fn an_awarded_bid_cannot_be_taken_back() {
    let stage = stage();
    let bid = bid();
    let reference = stage.venue.submit(&bid).await.unwrap();
    let bid = acknowledged(&bid, &reference);
    let prices: Vec<_> = (0..3)
        .map(|i| price(period(i, Resolution::Hour), "15", BEFORE))
        .collect();
    stage
        .store
        .append_prices(DataOwner::Public, &prices)
        .await
        .unwrap();
    let error = stage.venue.withdraw(&bid).await.unwrap_err();
    assert!(matches!(error, VenueError::Refused(reason) if reason == "the auction is over"));
    assert!(matches!(
        stage.venue.status(&bid).await.unwrap(),
        VenueStatus::Awarded { .. }
    ));
}

#[tokio::test]
async fn a_lost_answer_to_a_withdrawal_leaves_it_withdrawn() {
    let stage = stage();
    let bid = bid();
    let reference = stage.venue.submit(&bid).await.unwrap();
    let bid = acknowledged(&bid, &reference);
    stage.venue.behave(Behaviour::LoseAnswer);
    assert!(matches!(
        stage.venue.withdraw(&bid).await,
        Err(VenueError::OutcomeUnknown(_))
    ));
    stage.venue.behave(Behaviour::Normal);
    stage.venue.withdraw(&bid).await.unwrap();
}

#[tokio::test]
async fn a_restarted_venue_knows_its_own_reference_and_nothing_else() {
    let stage = stage();
    let submitted = bid();
    let reference = stage.venue.submit(&submitted).await.unwrap();
    let restarted = venue(&stage.store, &stage.clock);
    assert_eq!(
        restarted.status(&submitted).await.unwrap(),
        VenueStatus::NotReceived
    );
    let kept = acknowledged(&submitted, &reference);
    assert_eq!(
        restarted.status(&kept).await.unwrap(),
        VenueStatus::Accepted { reference }
    );
    let other = venue(&stage.store, &stage.clock);
    let foreign = acknowledged(&submitted, "EWS-17");
    assert_eq!(
        other.status(&foreign).await.unwrap(),
        VenueStatus::NotReceived
    );
}

#[test]
fn only_its_own_markets_are_served() {
    let stage = stage();
    assert!(stage.venue.serves(&MarketId::new("ERCOT").unwrap()));
    assert!(!stage.venue.serves(&MarketId::new("CAISO").unwrap()));
}
