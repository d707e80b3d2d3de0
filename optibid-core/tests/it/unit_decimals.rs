//! Decimal texts: what is refused, and that what is taken comes back.

use optibid_core::unit::{Currency, DecimalError, Degrees, Energy, Money, Power, Price, Ratio};
use proptest::prelude::*;

#[test]
fn a_decimal_comma_is_named() {
    for text in ["24,57", "1,234.5", "1.234,5", ","] {
        assert_eq!(
            Price::parse(text),
            Err(DecimalError::Comma(text.to_owned())),
            "{text}"
        );
    }
    assert_eq!(
        Price::parse("24,57").unwrap_err().to_string(),
        "\"24,57\" has a comma: write the decimal point as '.', and no thousands separator"
    );
}

#[test]
fn what_is_no_finite_decimal_is_refused() {
    let texts = [
        "NaN",
        "nan",
        "inf",
        "-inf",
        "Infinity",
        "0x10",
        "1.2.3",
        "--1",
        "+-1",
        "1-",
        "-",
        "+",
        ".",
        "1e",
        "e5",
        "1e1.5",
        "1 000",
        "1_000",
        "$5",
        "5 USD",
        "\u{2212}5",
        "\u{661}",
        "1\u{0}",
    ];
    for text in texts {
        assert_eq!(
            Price::parse(text),
            Err(DecimalError::NotADecimal(text.to_owned())),
            "{text:?}"
        );
    }
    for text in ["", " ", "\t\n"] {
        assert_eq!(Price::parse(text), Err(DecimalError::Empty), "{text:?}");
    }
}

#[test]
fn signs_blanks_and_exponents_are_read() {
    let cases = [
        ("24.57", 24_570_000),
        (" 24.57\t", 24_570_000),
        ("+24.57", 24_570_000),
        ("-0.01", -10_000),
        (".5", 500_000),
        ("5.", 5_000_000),
        ("1e-3", 1_000),
        ("1.5E+2", 150_000_000),
        ("2457e-2", 24_570_000),
        ("24.570000000", 24_570_000),
        ("-0", 0),
        ("-0.000", 0),
    ];
    for (text, micros) in cases {
        assert_eq!(Price::parse(text).map(Price::micros), Ok(micros), "{text}");
    }
}

#[test]
fn finer_digits_are_refused_not_rounded() {
    let fine = |value: &str, max| {
        Err(DecimalError::TooFine {
            value: value.to_owned(),
            max,
        })
    };
    assert_eq!(Price::parse("0.0000001").map(|_| ()), fine("0.0000001", 6));
    assert_eq!(Power::parse("0.0001").map(|_| ()), fine("0.0001", 3));
    assert_eq!(
        Money::parse("0.001", Currency::Eur).map(|_| ()),
        fine("0.001", 2)
    );
    assert_eq!(Ratio::parse("1e-7").map(|_| ()), fine("1e-7", 6));
    assert_eq!(
        Degrees::parse("0.00000001").map(|_| ()),
        fine("0.00000001", 7)
    );
    assert!(matches!(
        Energy::parse("0.0000000001"),
        Err(DecimalError::TooFine { .. })
    ));
    // One kW s is 2.78e-7 MWh: 1e-7 MWh lies between two of them.
    assert!(matches!(
        Energy::parse("0.0000001"),
        Err(DecimalError::TooFine { .. })
    ));
}

#[test]
fn the_ends_of_the_range_are_exact() {
    assert_eq!(
        Price::parse("9223372036854.775807").map(Price::micros),
        Ok(i64::MAX)
    );
    assert_eq!(
        Price::parse("-9223372036854.775808").map(Price::micros),
        Ok(i64::MIN)
    );
    let texts = [
        "9223372036854.775808",
        "-9223372036854.775809",
        "1e13",
        "1e2147483647",
        "999999999999999999999999999999999999999999",
    ];
    for text in texts {
        assert_eq!(
            Price::parse(text),
            Err(DecimalError::OutOfRange(text.to_owned())),
            "{text}"
        );
    }
}

/// Counting the exponent down one by one took seconds here.
#[test]
fn zero_with_a_huge_exponent_is_zero_at_once() {
    for text in ["0e2147483647", "0.000e-2147483640", "-0e2000000000"] {
        assert_eq!(Price::parse(text).map(Price::micros), Ok(0), "{text}");
    }
}

#[test]
fn observed_prices_round_half_to_even_and_say_so() {
    let cases = [
        ("1.0000005", 1_000_000, true),
        ("1.0000015", 1_000_002, true),
        ("-1.0000005", -1_000_000, true),
        ("-1.0000015", -1_000_002, true),
        ("1.00000050000000000000000001", 1_000_001, true),
        ("24.57", 24_570_000, false),
        ("24.5700000", 24_570_000, false),
        ("1e-2000000000", 0, true),
        ("170141183460469231731687303715884105727e-45", 0, true),
    ];
    for (text, micros, rounded) in cases {
        let read = Price::parse_observed(text).map(|(price, flag)| (price.micros(), flag));
        assert_eq!(read, Ok((micros, rounded)), "{text}");
    }
    assert!(Price::parse_observed("NaN").is_err());
}

#[test]
fn a_format_with_width_or_precision_never_cuts_digits() {
    let price: Price = "-24.57".parse().unwrap();
    assert_eq!(format!("{price:.1}"), "-24.57");
    assert_eq!(
        format!("{price:>10}|{price:<10}|{price:10}"),
        "    -24.57|-24.57    |    -24.57"
    );
    assert_eq!(format!("{:+}", Power::from_megawatts(2)), "+2");
    assert_eq!(Price::from_units(3).to_string(), "3.00");
    assert_eq!(Price::from_micros(-1).to_string(), "-0.000001");
}

#[test]
fn json_takes_strings_only() {
    assert_eq!(
        serde_json::to_string(&Price::from_cents(2_457)).unwrap(),
        "\"24.57\""
    );
    assert_eq!(
        serde_json::from_str::<Price>("\"24.57\"").unwrap(),
        Price::from_cents(2_457)
    );
    for json in ["24.57", "24", "null", "\"24,57\"", "\"NaN\""] {
        assert!(serde_json::from_str::<Price>(json).is_err(), "{json}");
    }
    let money = Money::from_minor(-105, Currency::Inr);
    let json = serde_json::to_string(&money).unwrap();
    assert_eq!(json, r#"{"amount":"-1.05","currency":"INR"}"#);
    assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), money);
    assert!(serde_json::from_str::<Money>(r#"{"amount":"1","currency":"INR","x":1}"#).is_err());
    assert!(serde_json::from_str::<Money>(r#"{"amount":"1","currency":"CHF"}"#).is_err());
}

proptest! {
    #[test]
    fn every_quantity_reads_back_what_it_writes(value in any::<i64>()) {
        let price = Price::from_micros(value);
        prop_assert_eq!(price.to_string().parse(), Ok(price));
        let power = Power::from_kilowatts(value);
        prop_assert_eq!(power.to_string().parse(), Ok(power));
        let energy = Energy::from_kilowatt_seconds(value);
        prop_assert_eq!(energy.to_string().parse(), Ok(energy));
        let ratio = Ratio::from_ppm(value);
        prop_assert_eq!(ratio.to_string().parse(), Ok(ratio));
        let degrees = Degrees::from_e7(value);
        prop_assert_eq!(degrees.to_string().parse(), Ok(degrees));
        let money = Money::from_minor(value, Currency::Eur);
        prop_assert_eq!(Money::parse(&money.to_string(), Currency::Eur), Ok(money));
        let json = serde_json::to_string(&energy).unwrap();
        prop_assert_eq!(serde_json::from_str::<Energy>(&json).unwrap(), energy);
    }

    /// The value is put together from its digits here, in another way than the parser does.
    #[test]
    fn digits_signs_and_exponents_mean_what_they_say(
        negative in any::<bool>(),
        whole in 0_i64..1_000_000,
        micros in 0_i64..1_000_000,
        zeros in 0_usize..4,
    ) {
        let expected = (whole * 1_000_000 + micros) * if negative { -1 } else { 1 };
        let sign = if negative { "-" } else { "" };
        let plain = format!("{sign}{}{whole}.{micros:06}", "0".repeat(zeros));
        prop_assert_eq!(Price::parse(&plain).map(Price::micros), Ok(expected));
        // The same number written as a whole number of 10^-6 with its point moved.
        let moved = format!("{sign}{}e{}", i128::from(expected.abs()) * 1_000, -9);
        prop_assert_eq!(Price::parse(&moved).map(Price::micros), Ok(expected));
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in ".{0,24}") {
        let _ = Price::parse(&text);
        let _ = Price::parse_observed(&text);
        let _ = Energy::parse(&text);
    }
}
