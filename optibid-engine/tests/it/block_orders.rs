//! A battery's day as block orders: taken by the venue's validator, safe in every subset, and worth accepting.

use optibid_core::asset::Battery;
use optibid_core::bid::{
    BidContent, BidOffer, BlockOrders, BlockRelation, ValidationContext, Verdict, validate,
};
use optibid_core::market::rules::{ProductRules, RuleBook};
use optibid_core::ports::{EngineError, OfferBuilder};
use optibid_core::schedule::{OfferMethod, PeriodPrice, ScheduleRequest};
use optibid_core::unit::{Energy, Power, Price, Ratio};
use optibid_engine::blocks::block_orders;
use optibid_engine::{BatteryOffers, BlockOffers};
use proptest::prelude::*;

use crate::domain::date;
use crate::offers;

const DAY: &str = "2026-06-01";

fn rules(market: &str) -> ProductRules {
    let (market, product) = (market.parse().unwrap(), "DAM".parse().unwrap());
    RuleBook::builtin()
        .at(&market, &product, date(DAY))
        .unwrap()
}

fn battery() -> Battery {
    Battery {
        degradation_cost: Price::from_units(4),
        charge_fee: Price::from_units(1),
        initial_soc: Energy::from_mwh(5),
        ..Battery::symmetric(
            Power::from_megawatts(10),
            Energy::from_mwh(20),
            Ratio::from_ppm(950_000),
        )
    }
}

fn request(rules: &ProductRules, prices: &[i32]) -> ScheduleRequest {
    let day = rules.delivery_day(date(DAY)).unwrap();
    let periods = rules.periods(&day).zip(prices.iter().cycle());
    let prices = periods.map(|(period, &price)| PeriodPrice {
        period,
        price: Price::from_units(price),
    });
    let (zone, currency) = (rules.zone.value.clone(), rules.currency.value);
    ScheduleRequest::new(battery(), zone, prices.collect(), currency)
}

/// What the validator of the market says.
fn verdict(rules: &ProductRules, orders: &BlockOrders) -> (Verdict, String) {
    let day = rules.delivery_day(date(DAY)).unwrap();
    let content = BidContent {
        market: rules.market.clone(),
        product: rules.product.clone(),
        location: "ANY".parse().unwrap(),
        delivery_day: day.date(),
        currency: rules.currency.value,
        offer: BidOffer::Block(orders.clone()),
        asset: None,
        note: None,
    };
    let first = rules.periods(&day).next().unwrap();
    let context = ValidationContext {
        now: rules.gate_closure(&day, &first).unwrap() - jiff::SignedDuration::from_secs(1),
        location_known: true,
        asset_range: Some((Power::from_megawatts(-10), Power::from_megawatts(10))),
        ..ValidationContext::default()
    };
    let validation = validate(&content, rules, &context);
    (validation.verdict, format!("{:?}", validation.findings))
}

/// Stored energy stays within 0 and 20 MWh for every way the pairs may be accepted: whole or not, or their first block alone.
fn every_acceptance_is_deliverable(orders: &BlockOrders, hours: f64) -> Result<(), TestCaseError> {
    let pairs: Vec<_> = orders.blocks().chunks(2).collect();
    let linked = matches!(
        orders.blocks()[0].relation,
        BlockRelation::Alone | BlockRelation::ChildOf(_)
    );
    let ways: usize = if linked { 3 } else { 2 };
    for pattern in 0..ways.pow(u32::try_from(pairs.len().min(8)).unwrap()) {
        let mut changes: std::collections::BTreeMap<_, f64> = std::collections::BTreeMap::new();
        let mut code = pattern;
        for pair in pairs.iter().take(8) {
            let accepted = match code % ways {
                0 => Vec::new(),
                1 => pair.iter().collect(),
                _ => pair
                    .iter()
                    .filter(|block| block.relation == BlockRelation::Alone)
                    .collect::<Vec<_>>(),
            };
            code /= ways;
            for volume in accepted.iter().flat_map(|block| &block.profile) {
                let mw = volume.quantity.kilowatts() as f64 / 1e3;
                let change = if mw < 0.0 { -mw * 0.95 } else { -mw / 0.95 };
                *changes.entry(volume.period).or_default() += change * hours;
            }
        }
        let mut soc = 5.0;
        for change in changes.values() {
            soc += change;
            prop_assert!((-1e-6..=20.0 + 1e-6).contains(&soc), "{soc} in {orders:?}");
        }
    }
    Ok(())
}

#[test]
fn a_venue_without_blocks_is_told_so() {
    let caiso = rules("CAISO");
    let Err(EngineError::Invalid(found)) = block_orders(&request(&caiso, &[10, 90]), &caiso) else {
        panic!("CAISO takes no blocks")
    };
    assert_eq!(found[0].code, "blocks_not_taken");
    let flat = rules("EPEX");
    let Err(EngineError::Invalid(found)) = block_orders(&request(&flat, &[50]), &flat) else {
        panic!("nothing pays")
    };
    assert_eq!(found[0].code, "nothing_offered");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn the_venue_takes_them_and_every_acceptance_is_deliverable(
        market in proptest::sample::select(["EPEX", "NORDPOOL", "IEX"].as_slice()),
        prices in prop::collection::vec(1_i32..150, 4..40),
    ) {
        let rules = rules(market);
        let request = request(&rules, &prices);
        let orders = match block_orders(&request, &rules) {
            Ok(orders) => orders,
            Err(EngineError::Invalid(found)) => {
                prop_assert_eq!(&found[0].code, "nothing_offered");
                return Ok(());
            }
            Err(error) => return Err(TestCaseError::fail(error.to_string())),
        };
        let (verdict, findings) = verdict(&rules, &orders);
        prop_assert!(verdict != Verdict::Reject, "{findings}");
        let hours = rules.interval.value.seconds() as f64 / 3_600.0;
        every_acceptance_is_deliverable(&orders, hours)?;
        // At the prices they were made for no pair loses: what it sells for covers what it buys for, wear and fees. A pair that
        // earns just nothing is as good as none.
        let price = |period| request.prices.iter().find(|p| p.period == period).unwrap().price.micros() as f64 / 1e6;
        for pair in orders.blocks().chunks(2) {
            let earned: f64 = pair.iter().flat_map(|block| &block.profile).map(|volume| {
                let mwh = volume.quantity.kilowatts() as f64 / 1e3 * hours;
                mwh * price(volume.period) - 4.0 * mwh.max(0.0) + mwh.min(0.0)
            }).sum();
            prop_assert!(earned > -1e-6, "{earned}");
        }
    }
}

#[test]
fn a_spread_becomes_a_loop_that_shares_its_gain() {
    let epex = rules("EPEX");
    // Two cheap and two dear hours of four quarters each, then nothing to gain.
    let prices: Vec<i32> = [20, 20, 90, 90]
        .iter()
        .flat_map(|&p| [p; 4])
        .chain([50; 80])
        .collect();
    let orders = block_orders(&request(&epex, &prices), &epex).unwrap();
    let [buys, sells] = &orders.blocks()[..2] else {
        panic!("{orders:?}")
    };
    assert_eq!(
        buys.relation,
        BlockRelation::Loop("loop-1".parse().unwrap())
    );
    assert_eq!(sells.relation, buys.relation);
    assert!(!buys.sells() && sells.sells());
    // Between what the hour costs and what the other one pays for it.
    assert!(
        buys.price > Price::from_units(20) && buys.price < Price::from_units(90),
        "{}",
        buys.price
    );
    assert!(
        sells.price > buys.price && sells.price < Price::from_units(90),
        "{}",
        sells.price
    );
}

#[test]
fn the_offer_method_bids_the_blocks_of_the_medians() {
    let venue = ("EPEX", "DAM", DAY);
    let medians: Vec<(i64, i64, i64)> = (0..96)
        .map(|t: i64| ((20 + (t * 7) % 90) * 1_000_000, 1_000_000, 1_000_000))
        .collect();
    let mut asked = offers::request(venue, battery(), &medians);
    asked.method = OfferMethod::Blocks;
    let offer = BatteryOffers::new().build(&asked).unwrap();
    let prices: Vec<i32> = (0..96).map(|t| 20 + (t * 7) % 90).collect();
    let rules = rules("EPEX");
    let orders = block_orders(&request(&rules, &prices), &rules).unwrap();
    assert_eq!(offer.bid, BidOffer::Block(orders));
    assert!(offer.curves().is_empty() && offer.reasons.is_empty());
    // A pair that is not accepted leaves a jump of power, which no set of blocks can rule out.
    let mut ramped = asked.clone();
    ramped.battery.ramp_limit = Some(Power::from_kilowatts(100));
    let Err(EngineError::Invalid(found)) = BatteryOffers::new().build(&ramped) else {
        panic!("a ramp limit")
    };
    assert_eq!(
        (found[0].code.as_str(), found[0].field.as_str()),
        ("not_in_method", "battery.ramp_limit")
    );
    // Nothing pays where all prices are one.
    let mut flat = offers::request(venue, battery(), &[(50_000_000, 0, 0)]);
    flat.method = OfferMethod::Blocks;
    let nothing = BatteryOffers::new().build(&flat).unwrap();
    assert_eq!(nothing.bid, BidOffer::Curve(Vec::new()));
    flat.method = OfferMethod::default();
    let Err(EngineError::Invalid(found)) = BlockOffers::new().build(&flat) else {
        panic!("another method")
    };
    assert_eq!(found[0].code, "wrong_method");
}
