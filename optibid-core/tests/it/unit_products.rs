//! Products and sums of quantities against exact arithmetic.

use jiff::SignedDuration;
use optibid_core::unit::{Currency, Energy, Money, Power, Price, Rounding};
use proptest::prelude::*;

const ROUNDINGS: [Rounding; 5] = [
    Rounding::HalfEven,
    Rounding::HalfAwayFromZero,
    Rounding::Floor,
    Rounding::Ceiling,
    Rounding::TowardsZero,
];

/// Whether `quotient` is `numerator / denominator` rounded so, by the definition of the mode: no
/// division is made here.
fn is_rounded(quotient: i128, numerator: i128, denominator: i128, rounding: Rounding) -> bool {
    let error = numerator - quotient * denominator;
    let nearest = 2 * error.abs() <= denominator;
    let tie = 2 * error.abs() == denominator;
    match rounding {
        Rounding::Floor => (0..denominator).contains(&error),
        Rounding::Ceiling => (0..denominator).contains(&-error),
        Rounding::TowardsZero => {
            error.abs() < denominator && (error == 0 || (error < 0) == (numerator < 0))
        }
        Rounding::HalfEven => nearest && (!tie || quotient % 2 == 0),
        Rounding::HalfAwayFromZero => {
            nearest && (!tie || (quotient * denominator).abs() > numerator.abs())
        }
    }
}

#[test]
fn rounding_follows_its_definition_at_every_small_quotient() {
    for denominator in 1..=12_i128 {
        for numerator in -40..=40_i128 {
            for rounding in ROUNDINGS {
                let quotient = rounding.div(numerator, denominator);
                assert!(
                    is_rounded(quotient, numerator, denominator, rounding),
                    "{rounding:?}: {numerator} / {denominator} = {quotient}"
                );
            }
        }
    }
}

#[test]
fn price_times_energy_by_hand() {
    let cases = [
        // 24.57 a MWh for 10 MW over 15 minutes: 2.5 MWh, 61.425 exactly.
        ("24.57", "2.5", Rounding::HalfEven, "61.42"),
        ("24.57", "2.5", Rounding::HalfAwayFromZero, "61.43"),
        ("24.57", "2.5", Rounding::Floor, "61.42"),
        ("-24.57", "2.5", Rounding::Floor, "-61.43"),
        ("0.01", "0.5", Rounding::HalfEven, "0.00"),
        ("0.01", "0.5", Rounding::HalfAwayFromZero, "0.01"),
        ("0.03", "0.5", Rounding::HalfEven, "0.02"),
        ("-0.01", "0.5", Rounding::HalfAwayFromZero, "-0.01"),
        ("-500", "-1000", Rounding::HalfEven, "500000.00"),
        ("9999.999999", "0", Rounding::Ceiling, "0.00"),
    ];
    for (price, energy, rounding, expected) in cases {
        let (price, energy): (Price, Energy) = (price.parse().unwrap(), energy.parse().unwrap());
        let money = price.times(energy, Currency::Usd, rounding).unwrap();
        assert_eq!(
            money.to_string(),
            expected,
            "{price} x {energy} {rounding:?}"
        );
        assert_eq!(money.currency(), Currency::Usd);
    }
}

#[test]
fn power_over_time_is_energy_without_a_remainder() {
    let power: Power = "0.001".parse().unwrap();
    let five = SignedDuration::from_mins(5);
    assert_eq!(power.over(five), Some(Energy::from_kilowatt_seconds(300)));
    let hour = (0..12).try_fold(Energy::ZERO, |sum, _| sum.checked_add(power.over(five)?));
    assert_eq!(hour, power.over(SignedDuration::from_hours(1)));
    assert_eq!(Power::from_kilowatts(i64::MAX).over(five), None);
}

#[test]
fn sums_refuse_overflow_and_foreign_currencies() {
    let eur = |minor| Money::from_minor(minor, Currency::Eur);
    assert_eq!(
        eur(1).checked_add(Money::from_minor(1, Currency::Usd)),
        None
    );
    assert_eq!(
        eur(1).checked_sub(Money::from_minor(1, Currency::Usd)),
        None
    );
    assert_eq!(eur(i64::MAX).checked_add(eur(1)), None);
    assert_eq!(eur(i64::MIN).checked_sub(eur(1)), None);
    assert_eq!(Money::sum([eur(5), eur(-7)], Currency::Eur), Some(eur(-2)));
    assert_eq!(Money::sum([eur(5)], Currency::Usd), None);
    assert_eq!(
        Price::from_micros(i64::MAX).checked_add(Price::from_micros(1)),
        None
    );
    assert_eq!(
        Power::from_kilowatts(i64::MIN).reversed().kilowatts(),
        i64::MAX
    );
    assert!(Price::from_cents(3).is_on_tick(Price::from_cents(1)));
    assert!(!Price::from_micros(5_000).is_on_tick(Price::from_cents(1)));
    assert!(Power::from_kilowatts(-100).is_on_tick(Power::from_kilowatts(100)));
    assert!(!Power::from_kilowatts(-150).is_on_tick(Power::from_kilowatts(100)));
}

proptest! {
    #[test]
    fn price_times_energy_is_exact(
        price in -20_000_000_000_i64..20_000_000_000,
        energy in -100_000_000_000_000_i64..100_000_000_000_000,
    ) {
        // micro-currency per MWh x kW s x 100 cents / (1e6 x 3,600,000 kW s per MWh)
        let numerator = i128::from(price) * i128::from(energy) * 100;
        let denominator = 3_600_000_000_000_i128;
        for rounding in ROUNDINGS {
            let money = Price::from_micros(price)
                .times(Energy::from_kilowatt_seconds(energy), Currency::Eur, rounding)
                .unwrap();
            prop_assert!(is_rounded(i128::from(money.minor()), numerator, denominator, rounding));
        }
    }

    #[test]
    fn a_product_past_the_range_of_money_is_none(
        price in any::<i64>(),
        energy in -100_000_000_000_i64..100_000_000_000,
    ) {
        let money = Price::from_micros(price).times(
            Energy::from_kilowatt_seconds(energy),
            Currency::Eur,
            Rounding::TowardsZero,
        );
        // The common factor 100 is cancelled first; truncation is what TowardsZero does.
        let cents = i128::from(price) * i128::from(energy) / 36_000_000_000;
        prop_assert_eq!(money.map(|m| i128::from(m.minor())), i64::try_from(cents).ok().map(i128::from));
    }
}
