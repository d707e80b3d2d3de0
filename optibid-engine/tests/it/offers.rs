//! Offer curves: accepted by core's validator for every venue, and built around a schedule.

use optibid_core::asset::Battery;
use optibid_core::bid::{
    BidContent, BidPeriod, CurveShape, CurveSide, OfferCurve, ValidationContext, Verdict, validate,
};
use optibid_core::forecast::{Forecast, ForecastPoint};
use optibid_core::market::rules::{PriceOrder, ProductRules, RuleBook, Sourced};
use optibid_core::ports::{EngineError, OfferBuilder};
use optibid_core::schedule::{Offer, OfferRequest};
use optibid_core::unit::{Energy, Power, Price, Ratio};
use optibid_engine::OpportunityCostOffers;
use proptest::prelude::*;

use crate::domain::{batteries, date, one_hour_battery};

/// Venues and days: with and without storage curves, steps and lines, hours and quarters, rising and level prices, days of
/// 23 and 25 hours.
pub(crate) const VENUES: [(&str, &str, &str); 11] = [
    ("ERCOT", "DAM", "2026-06-01"),
    ("ERCOT", "DAM", "2024-06-01"),
    ("ERCOT", "DAM", "2026-03-08"),
    ("NYISO", "DAM", "2026-06-01"),
    ("NORDPOOL", "DAM", "2026-06-01"),
    ("EPEX", "DAM", "2026-06-01"),
    ("EPEX", "DAM", "2026-10-25"),
    ("IEX", "DAM", "2026-06-01"),
    ("CAISO", "DAM", "2026-06-01"),
    ("PJM", "DAM", "2026-06-01"),
    ("MISO", "DAM", "2026-06-01"),
];

fn rules((market, product, day): (&str, &str, &str)) -> ProductRules {
    let (market, product) = (market.parse().unwrap(), product.parse().unwrap());
    RuleBook::builtin()
        .at(&market, &product, date(day))
        .unwrap()
}

/// A forecast whose medians and band repeat the given (median, below, above), micros.
fn forecast(rules: &ProductRules, day: &str, prices: &[(i64, i64, i64)]) -> Forecast {
    let day = rules.delivery_day(date(day)).unwrap();
    let points = rules.periods(&day).zip(prices.iter().cycle());
    Forecast {
        market: rules.market.clone(),
        product: rules.product.clone(),
        location: "HB_SOUTH".parse().unwrap(),
        day: day.date(),
        made_at: day.start(),
        method: "given".to_owned(),
        history_days: 30,
        coverage: Ratio::from_ppm(800_000),
        points: points
            .map(|(period, &(median, below, above))| ForecastPoint {
                period,
                median: Price::from_micros(median),
                lower: Price::from_micros(median - below),
                upper: Price::from_micros(median + above),
            })
            .collect(),
    }
}

pub(crate) fn request(
    venue: (&str, &str, &str),
    battery: Battery,
    prices: &[(i64, i64, i64)],
) -> OfferRequest {
    let rules = rules(venue);
    let forecast = forecast(&rules, venue.2, prices);
    OfferRequest::new(battery, forecast, rules)
}

pub(crate) fn build(request: &OfferRequest) -> Offer {
    OpportunityCostOffers::new().build(request).unwrap()
}

/// Whole units, with a band of 5 to either side.
fn units(prices: &[i64]) -> Vec<(i64, i64, i64)> {
    prices
        .iter()
        .map(|p| (p * 1_000_000, 5_000_000, 5_000_000))
        .collect()
}

fn mw(power: &str) -> Power {
    power.parse().unwrap()
}

fn shown(curve: &OfferCurve) -> String {
    curve.to_string()
}

/// The curve of one period of the offer by its index on the day.
fn curve<'a>(offer: &'a Offer, request: &OfferRequest, index: usize) -> Option<&'a OfferCurve> {
    let period = request.forecast.points[index].period;
    offer
        .curves()
        .iter()
        .find(|bid| bid.period == period)
        .map(|BidPeriod { curve, .. }| curve)
}

/// 10 MW, 20 MWh, 0.9 in, all out, wear 3, empty; cheap at 2 and 3, dear at 18 and 19.
fn evening(venue: (&str, &str, &str)) -> OfferRequest {
    let battery = Battery {
        charge_limit: Power::from_megawatts(10),
        discharge_limit: Power::from_megawatts(10),
        energy_capacity: Energy::from_mwh(18),
        max_soc: Energy::from_mwh(18),
        charge_efficiency: Ratio::from_ppm(900_000),
        discharge_efficiency: Ratio::ONE,
        degradation_cost: Price::from_units(3),
        ..one_hour_battery()
    };
    let mut prices = [40; 24];
    (prices[2], prices[3], prices[18], prices[19]) = (20, 22, 60, 80);
    request(venue, battery, &units(&prices))
}

#[test]
fn the_schedule_is_offered_at_what_is_certain_and_the_rest_far_outside_the_band() {
    let request = evening(("ERCOT", "DAM", "2026-06-01"));
    let offer = build(&request);
    let energies: Vec<(usize, Energy)> = offer
        .expected
        .points
        .iter()
        .enumerate()
        .filter(|(_, p)| p.energy != Energy::ZERO)
        .map(|(t, p)| (t, p.energy))
        .collect();
    let mwh = Energy::from_mwh;
    assert_eq!(
        energies,
        [(2, mwh(-10)), (3, mwh(-10)), (18, mwh(8)), (19, mwh(10))]
    );
    // Charging: as scheduled up to what the best hour brings back, (85 - 3) x 0.9. Nothing is stored yet to be sold.
    assert_eq!(
        shown(curve(&offer, &request, 2).unwrap()),
        "-10 MW @ 73.80, 0 MW @ 73.80"
    );
    // Idle and full: sells only at the opportunity cost, here wear and the hour at 18 or 19, far outside the band.
    let idle = curve(&offer, &request, 10).unwrap();
    assert_eq!(idle.side(), CurveSide::Storage);
    assert_eq!(idle.cleared_at(Price::from_units(200)), Power::ZERO);
    assert_eq!(idle.cleared_at(Price::from_units(300)), mw("10"));
    // Discharging: 8 MW from the wear on; what was meant for the next hour at its price and twice the band's best on top.
    let evening = curve(&offer, &request, 18).unwrap();
    assert_eq!(
        shown(evening),
        "0 MW @ 3.00, 8 MW @ 3.00, 8 MW @ 250.00, 10 MW @ 250.00"
    );
    // At the best hour: all of it. What it would be paid for buying now it could still sell at 40, less wear and losses.
    assert_eq!(
        shown(curve(&offer, &request, 19).unwrap()),
        "-8.8 MW @ -136.70, 0 MW @ -136.70, 0 MW @ 3.00, 10 MW @ 3.00"
    );
}

#[test]
fn without_a_storage_curve_a_period_buys_or_sells_as_scheduled() {
    let request = evening(("ERCOT", "DAM", "2024-06-01"));
    let offer = build(&request);
    let side = |t: usize| curve(&offer, &request, t).map(OfferCurve::side);
    assert_eq!(side(2), Some(CurveSide::Buy));
    assert_eq!(side(3), Some(CurveSide::Buy));
    assert_eq!(side(10), Some(CurveSide::Sell));
    assert_eq!(side(18), Some(CurveSide::Sell));
    // Empty and idle: there is nothing to sell, so it may buy.
    assert_eq!(side(0), Some(CurveSide::Buy));
    assert_eq!(
        shown(curve(&offer, &request, 3).unwrap()),
        "0 MW @ 73.80, 10 MW @ 73.80"
    );
}

#[test]
fn steps_where_the_venue_takes_steps() {
    let request = evening(("NYISO", "DAM", "2026-06-01"));
    let offer = build(&request);
    let evening = curve(&offer, &request, 18).unwrap();
    assert_eq!(evening.shape(), CurveShape::Step);
    assert_eq!(shown(evening), "8 MW @ 3.00, 10 MW @ 250.00");
}

#[test]
fn rising_prices_where_the_venue_wants_them() {
    let mut request = evening(("NORDPOOL", "DAM", "2026-06-01"));
    let hours: Vec<i64> = [20, 40, 60, 80].into_iter().flat_map(|p| [p; 24]).collect();
    request.forecast = forecast(&request.rules, "2026-06-01", &units(&hours));
    let offer = build(&request);
    let last = curve(&offer, &request, 95).unwrap();
    let points = last.points();
    assert!(
        points.windows(2).all(|pair| pair[0].price < pair[1].price),
        "{last}"
    );
    assert_eq!(points.last().unwrap().price, Price::from_cents(301));
}

#[test]
fn availability_limits_the_offer() {
    let mut request = evening(("ERCOT", "DAM", "2026-06-01"));
    request.availability = vec![Ratio::from_ppm(500_000); 24];
    request.availability[19] = Ratio::ZERO;
    let offer = build(&request);
    assert!(curve(&offer, &request, 19).is_none());
    for bid in offer.curves() {
        let (low, high) = bid.curve.range();
        assert!(low >= mw("-5") && high <= mw("5"), "{}", bid.curve);
    }
}

/// A target that the band does not pay for is bought all the same.
#[test]
fn charging_that_the_target_needs_is_bid_far_above_the_band() {
    let battery = Battery {
        target_soc: Some(Energy::from_mwh(1)),
        ..one_hour_battery()
    };
    let mut prices = [40; 24];
    prices[23] = 10;
    let request = request(("ERCOT", "DAM", "2026-06-01"), battery, &units(&prices));
    let offer = build(&request);
    let last = curve(&offer, &request, 23).unwrap();
    assert_eq!(last.cleared_at(Price::from_units(29)), mw("-1"));
    assert_eq!(last.cleared_at(Price::from_units(31)), Power::ZERO);
}

#[test]
fn names_what_does_not_fit() {
    let mut bad = evening(("ERCOT", "DAM", "2026-06-01"));
    bad.forecast.market = "CAISO".parse().unwrap();
    bad.forecast.points.pop();
    bad.forecast.points[4].lower = Price::from_units(41);
    let Err(EngineError::Invalid(found)) = OpportunityCostOffers::new().build(&bad) else {
        panic!("accepted");
    };
    let found: Vec<(&str, &str)> = found
        .iter()
        .map(|v| (v.code.as_str(), v.field.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            ("wrong_market", "forecast.market"),
            ("band_crossed", "forecast.points[4].median"),
            ("forecast_does_not_fit", "forecast.points"),
        ]
    );
}

/// Checks every curve against the validator, the battery and the schedule.
fn check(request: &OfferRequest, offer: &Offer) -> Result<(), TestCaseError> {
    if !offer.curves().is_empty() {
        check_valid(request, offer)?;
    }
    let points = request.forecast.points.iter().zip(&offer.expected.points);
    for (t, (point, scheduled)) in points.enumerate() {
        let planned = scheduled.energy.kilowatt_seconds();
        let planned = planned as f64 / point.period.resolution().seconds() as f64;
        check_award(request, curve(offer, request, t), (point, planned))?;
    }
    Ok(())
}

pub(crate) fn check_valid(request: &OfferRequest, offer: &Offer) -> Result<(), TestCaseError> {
    let (rules, battery) = (&request.rules, &request.battery);
    let content = BidContent {
        market: rules.market.clone(),
        product: rules.product.clone(),
        location: request.forecast.location.clone(),
        delivery_day: request.forecast.day,
        currency: rules.currency.value,
        asset: None,
        offer: offer.bid.clone(),
        note: None,
    };
    let day = rules.delivery_day(request.forecast.day).unwrap();
    let first = rules.periods(&day).next().unwrap();
    let context = ValidationContext {
        now: rules.gate_closure(&day, &first).unwrap() - jiff::SignedDuration::from_secs(1),
        location_known: true,
        asset_range: Some((battery.charge_limit.reversed(), battery.discharge_limit)),
        ..ValidationContext::default()
    };
    let verdict = validate(&content, rules, &context);
    prop_assert_eq!(verdict.verdict, Verdict::Accept, "{:?}", verdict.findings);
    Ok(())
}

/// A price tick past the median, on the good side, what is scheduled (kW) is awarded, nothing else, and all of it save for
/// what ticks, minimum, floor and cap cost.
fn check_award(
    request: &OfferRequest,
    curve: Option<&OfferCurve>,
    (point, planned): (&ForecastPoint, f64),
) -> Result<(), TestCaseError> {
    let rules = &request.rules;
    let value = |rule: &Option<Sourced<Price>>| rule.as_ref().map(|rule| rule.value.micros());
    let price_tick = value(&rules.price_tick).unwrap_or(1);
    let shift = if planned > 0.0 {
        price_tick
    } else {
        -price_tick
    };
    let price = Price::from_micros(point.median.micros() + shift);
    let awarded = curve.map_or(Power::ZERO, |curve| curve.cleared_at(price));
    let awarded = awarded.kilowatts() as f64;
    let where_to = format!("{}: {awarded} awarded, {planned} planned", point.period);
    prop_assert!(
        awarded.abs() <= planned.abs() + 1.0 && awarded * planned >= 0.0,
        "{where_to}"
    );
    let tick = rules
        .quantity_tick
        .as_ref()
        .map_or(1, |rule| rule.value.kilowatts()) as f64;
    let floor = value(&rules.floor).unwrap_or(i64::MIN);
    let cap = value(&rules.cap)
        .unwrap_or(i64::MAX)
        .min(value(&rules.soft_cap).unwrap_or(i64::MAX));
    let within = floor < point.median.micros() && point.median.micros() < cap;
    let rises = rules
        .price_order
        .as_ref()
        .is_some_and(|rule| rule.value == PriceOrder::Increasing);
    if planned.abs() >= 2.0 * tick && within && !rises {
        prop_assert!(planned.abs() - awarded.abs() <= tick + 1.0, "{where_to}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn every_venue_takes_every_offer(
        battery in batteries(),
        venue in proptest::sample::select(VENUES.as_slice()),
        prices in prop::collection::vec(
            (-200_000_000_i64..400_000_000, 0_i64..100_000_000, 0_i64..100_000_000), 1..100),
        quarters in prop::collection::vec(0_i64..=4, 100),
        limited in any::<bool>(),
    ) {
        let mut request = request(venue, battery, &prices);
        if limited {
            let count = request.forecast.points.len();
            request.availability = quarters[..count].iter().map(|&q| Ratio::from_ppm(250_000 * q)).collect();
        }
        check(&request, &build(&request))?;
    }

    /// Scarcity, and prices at floor and cap.
    #[test]
    fn every_venue_takes_offers_at_extreme_prices(
        battery in batteries(),
        venue in proptest::sample::select(VENUES.as_slice()),
        prices in prop::collection::vec(
            (prop_oneof![Just(-500_000_000_i64), Just(0), Just(5_000_000_000), -2_000_000_000_i64..20_000_000_000],
             0_i64..1_000_000_000, 0_i64..9_000_000_000), 1..30),
    ) {
        let request = request(venue, battery, &prices);
        check(&request, &build(&request))?;
    }
}

/// A pattern of awards that the store cannot take is found, and cut at a stated cost.
#[test]
fn an_offer_says_whether_every_award_can_be_delivered() {
    let request = evening(("CAISO", "DAM", "2026-06-01"));
    let offer = build(&request);
    let breach = offer.safety.breach.as_ref().unwrap();
    // Idle hours offer to buy in a slump: if all of them clear, the store overflows.
    assert_eq!(breach.limit.field, "battery.max_soc");
    // The awards are ones that the curves really allow.
    for award in &breach.awards {
        let bid = offer.curves().iter().find(|bid| bid.period == award.period);
        let (low, high) = bid.map_or((Power::ZERO, Power::ZERO), |bid| bid.curve.range());
        assert!(low <= award.quantity && award.quantity <= high);
    }
    let safe = build(&OfferRequest {
        safe: true,
        ..request.clone()
    });
    assert!(safe.safety.is_safe());
    assert!(safe.safety.cost.unwrap().minor() >= 0);
    assert!(safe.reasons.iter().all(|step| step.adds_up()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn a_safe_offer_is_taken_by_its_venue_and_stays_safe(
        battery in batteries(),
        venue in proptest::sample::select(VENUES.as_slice()),
        prices in prop::collection::vec(
            (-50_000_000_i64..400_000_000, 0_i64..50_000_000, 0_i64..50_000_000), 1..30),
    ) {
        let request = OfferRequest { safe: true, ..request(venue, battery, &prices) };
        let offer = match OpportunityCostOffers::new().build(&request) {
            Ok(offer) => offer,
            // What the venue's ticks do not allow to be cut is said.
            Err(EngineError::Invalid(found)) => {
                prop_assert!(found.iter().all(|v| v.code == "curve_does_not_fit"), "{found:?}");
                return Ok(());
            }
            Err(error) => return Err(TestCaseError::fail(error.to_string())),
        };
        prop_assert!(offer.safety.is_safe());
        prop_assert!(offer.reasons.iter().all(|step| step.adds_up()));
    }
}
