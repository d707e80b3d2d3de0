//! Keys of markets and places, and figures over prices.

use jiff::Timestamp;
use optibid_core::market::{
    DeliveryPeriod, LocationCode, MarketId, PriceObservation, PriceSummary, ProductId, Resolution,
};
use optibid_core::unit::Price;
use proptest::prelude::*;

#[test]
fn keys_take_what_markets_write_and_nothing_else() {
    for good in ["ERCOT", "ISO-NE", "X", "A_B-9", "ABCDEFGHIJKLMNOP"] {
        assert_eq!(MarketId::new(good).unwrap().as_str(), good);
        assert_eq!(ProductId::new(good).unwrap().to_string(), good);
    }
    for bad in [
        "",
        "ercot",
        "ER COT",
        "ERCOT ",
        "ÉRCOT",
        "ABCDEFGHIJKLMNOPQ",
        "A/B",
    ] {
        assert!(MarketId::new(bad).is_err(), "{bad:?}");
        assert!(ProductId::new(bad).is_err(), "{bad:?}");
        let json = serde_json::to_string(bad).unwrap();
        assert!(serde_json::from_str::<MarketId>(&json).is_err(), "{bad:?}");
    }
    for good in [
        "N.Y.C.",
        "HUD VL",
        ".I.ROSETON 345 1",
        "0096WD_7_N001",
        "10YBE----------2",
    ] {
        assert_eq!(LocationCode::new(good).unwrap().as_str(), good);
    }
    let long = "x".repeat(65);
    for bad in [
        "",
        " HB_SOUTH",
        "HB_SOUTH ",
        "HB\tSOUTH",
        "HB\nSOUTH",
        "Zürich",
        &long,
    ] {
        assert!(LocationCode::new(bad).is_err(), "{bad:?}");
    }
    assert_eq!(
        MarketId::new("ercot").unwrap_err().to_string(),
        "market \"ercot\" is not valid: 1 to 16 characters, capital letters, digits, '-' and '_'"
    );
}

fn observation(hour: i64, micros: i64) -> PriceObservation {
    let start = Timestamp::from_second(hour * 3_600).unwrap();
    PriceObservation {
        market: MarketId::new("ERCOT").unwrap(),
        product: ProductId::new("DAM").unwrap(),
        location: LocationCode::new("HB_SOUTH").unwrap(),
        period: DeliveryPeriod::new(start, Resolution::Hour).unwrap(),
        price: Price::from_micros(micros),
        components: None,
        known_at: start,
    }
}

#[test]
fn nothing_has_no_summary() {
    assert_eq!(PriceSummary::of([]), None);
}

proptest! {
    #[test]
    fn a_summary_is_that_of_the_sorted_prices(micros in prop::collection::vec(prop_oneof![any::<i64>(), -2_i64..3], 1..40)) {
        // Later hours first, so that the order of arrival cannot pass for the order of time.
        let mut prices: Vec<_> =
            (0_i64..).zip(&micros).map(|(hour, price)| observation(hour, *price)).collect();
        prices.reverse();
        let summary = PriceSummary::of(&prices).unwrap();
        let mut sorted = micros.clone();
        sorted.sort_unstable();
        prop_assert_eq!(summary.count, micros.len() as u64);
        prop_assert_eq!(summary.min.micros(), sorted[0]);
        prop_assert_eq!(summary.max.micros(), sorted[sorted.len() - 1]);
        prop_assert_eq!(summary.negative, sorted.partition_point(|price| *price < 0) as u64);
        prop_assert_eq!(summary.first.start().as_second(), 0);
        prop_assert_eq!(summary.last.start().as_second(), (micros.len() as i64 - 1) * 3_600);
        let sum: i128 = micros.iter().map(|price| i128::from(*price)).sum();
        let error = sum - i128::from(summary.mean.micros()) * micros.len() as i128;
        prop_assert!(2 * error.abs() <= micros.len() as i128, "the mean is half a micro off or more");
    }
}
