//! Bids that several tests start from.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use optibid_core::bid::{
    Bid, BidContent, BidEvent, BidOffer, BidPeriod, CurvePoint, CurveShape, CurveSide, NewBid,
    OfferCurve,
};
use optibid_core::id::{BidId, OrgId, UserId};
use optibid_core::market::{
    DeliveryPeriod, LocationCode, MarketId, MarketZone, ProductId, Resolution,
};
use optibid_core::unit::Currency;

pub(crate) const DAY: Date = date(2026, 11, 21);

pub(crate) fn timestamp(second: i64) -> Timestamp {
    Timestamp::from_second(1_795_000_000 + second).unwrap()
}

pub(crate) fn user() -> UserId {
    "0199a0a0-0000-7000-8000-000000000003".parse().unwrap()
}

/// A curve from texts of MW and price.
pub(crate) fn curve(side: CurveSide, shape: CurveShape, points: &[(&str, &str)]) -> OfferCurve {
    let point =
        |&(mw, price): &(&str, &str)| CurvePoint::new(mw.parse().unwrap(), price.parse().unwrap());
    OfferCurve::new(side, shape, points.iter().map(point).collect()).unwrap()
}

pub(crate) fn zone() -> MarketZone {
    MarketZone::new("America/Chicago", 0).unwrap()
}

/// The same curve in every hour of a day in Texas.
pub(crate) fn hours(date: Date, curve: &OfferCurve) -> Vec<BidPeriod> {
    let day = zone().day(date).unwrap();
    let offer = |period: DeliveryPeriod| BidPeriod {
        period,
        curve: curve.clone(),
    };
    day.periods(Resolution::Hour).map(offer).collect()
}

/// A battery's day at ERCOT, within every rule.
pub(crate) fn content() -> BidContent {
    let storage = curve(
        CurveSide::Storage,
        CurveShape::Linear,
        &[("-10", "15"), ("10", "40")],
    );
    BidContent {
        market: MarketId::new("ERCOT").unwrap(),
        product: ProductId::new("DAM").unwrap(),
        location: LocationCode::new("HB_SOUTH").unwrap(),
        delivery_day: DAY,
        currency: Currency::Usd,
        asset: None,
        offer: BidOffer::Curve(hours(DAY, &storage)),
        note: None,
    }
}

pub(crate) fn bid() -> (Bid, BidEvent) {
    let id: BidId = "0199a0a0-0000-7000-8000-000000000001".parse().unwrap();
    let org: OrgId = "0199a0a0-0000-7000-8000-000000000002".parse().unwrap();
    Bid::draft(
        NewBid {
            id,
            org,
            author: user(),
            at: timestamp(0),
        },
        content(),
    )
}
