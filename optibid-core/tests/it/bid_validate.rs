//! The validator: every code, with the field, value, rule and source that it reports.

use crate::bid_samples::{DAY, content, curve, hours, zone};
use jiff::civil::{Date, date, time};
use optibid_core::bid::{
    BidContent, BidOffer, BidPeriod, CODES, CurvePoint, CurveShape, CurveSide, Finding,
    FindingSeverity, OfferCurve, Validation, ValidationContext, Verdict, validate,
};
use optibid_core::market::rules::{
    Confidence, Gate, PriceOrder, ProductKind, ProductRules, RuleBook, ShapeRule, Sourced,
};
use optibid_core::market::{DeliveryPeriod, LocationCode, MarketId, ProductId, Resolution};
use optibid_core::unit::{Currency, Power, Price};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn sourced<T>(value: T) -> Sourced<T> {
    let confidence = Confidence::Verified;
    Sourced {
        value,
        source: "rulebook".into(),
        valid_from: date(2020, 1, 1),
        confidence,
    }
}

/// Rules in which every limit is set, whatever the table says: lines, up to ten points.
fn rules() -> ProductRules {
    let book = RuleBook::builtin();
    let rules = book
        .at(&"ERCOT".parse().unwrap(), &"DAM".parse().unwrap(), DAY)
        .unwrap();
    let price = |text: &str| Some(sourced(text.parse::<Price>().unwrap()));
    let power = |text: &str| Some(sourced(text.parse::<Power>().unwrap()));
    ProductRules {
        kind: ProductKind::DayAhead,
        zone: sourced(zone()),
        currency: sourced(Currency::Usd),
        interval: sourced(Resolution::Hour),
        gate: sourced(Gate::day_before(10, 0)),
        floor: price("-250"),
        cap: price("5000"),
        soft_cap: price("2000"),
        price_tick: price("0.01"),
        quantity_tick: power("0.1"),
        min_quantity: power("1"),
        min_points: Some(sourced(2)),
        max_points: Some(sourced(10)),
        shape: Some(sourced(ShapeRule::Linear)),
        price_order: Some(sourced(PriceOrder::NonDecreasing)),
        storage_curve: Some(sourced(true)),
        ..rules
    }
}

fn context() -> ValidationContext {
    let now = zone()
        .instant(date(2026, 11, 20), time(9, 59, 59, 0))
        .unwrap();
    let mw = Power::from_megawatts;
    ValidationContext {
        now,
        location_known: true,
        asset_range: Some((mw(-10), mw(10))),
        ..ValidationContext::default()
    }
}

struct Case {
    content: BidContent,
    rules: ProductRules,
    context: ValidationContext,
}

impl Case {
    /// Puts one curve into the fourth hour.
    fn offer(&mut self, side: CurveSide, shape: CurveShape, points: &[(&str, &str)]) {
        self.content.curves_mut().unwrap()[3].curve = curve(side, shape, points);
    }

    fn sell(&mut self, points: &[(&str, &str)]) {
        self.offer(CurveSide::Sell, CurveShape::Linear, points);
    }
}

fn run(change: impl FnOnce(&mut Case)) -> Validation {
    let mut case = Case {
        content: content(),
        rules: rules(),
        context: context(),
    };
    change(&mut case);
    validate(&case.content, &case.rules, &case.context)
}

/// The only finding there is.
fn only(change: impl FnOnce(&mut Case)) -> Finding {
    let validation = run(change);
    let [finding] = validation.findings.as_slice() else {
        panic!("{:#?}", validation.findings)
    };
    finding.clone()
}

fn told(finding: &Finding) -> [&str; 4] {
    let v = &finding.violation;
    [&v.code, &v.field, &v.value, &v.rule]
}

#[test]
fn a_good_bid_is_accepted_up_to_the_last_second() {
    let validation = run(|_| {});
    assert_eq!(
        validation,
        Validation {
            verdict: Verdict::Accept,
            findings: Vec::new()
        }
    );
}

#[test]
fn the_gate_is_told_in_market_time() {
    let at_the_gate = "2026-11-20T10:00:00-06:00[America/Chicago]";
    let finding = only(|c| c.context.now = "2026-11-20T16:00:00Z".parse().unwrap());
    let expected = [
        "gate_closed",
        "delivery_day",
        "2026-11-21",
        &format!("closed at {at_the_gate}"),
    ];
    assert_eq!(told(&finding), expected);
    assert_eq!(finding.violation.source.as_deref(), Some("rulebook"));
    assert_eq!(
        (finding.severity, finding.confidence),
        (FindingSeverity::Error, Some(Confidence::Verified))
    );

    let mut gate = Gate::day_before(10, 0);
    if let Gate::DayBefore { opens, .. } = &mut gate {
        *opens = Some(time(9, 0, 0, 0));
    }
    let finding = only(|c| {
        c.rules.gate = sourced(gate);
        c.context.now = "2026-11-20T14:59:59Z".parse().unwrap();
    });
    let rule = "opens at 2026-11-20T09:00:00-06:00[America/Chicago]";
    assert_eq!(
        told(&finding),
        ["gate_not_open", "delivery_day", "2026-11-21", rule]
    );
}

#[test]
fn a_gate_close_to_delivery_closes_hour_by_hour() {
    let validation = run(|c| {
        c.rules.kind = ProductKind::RealTime;
        c.rules.gate = sourced("60 min before the hour".parse().unwrap());
        c.context.now = "2026-11-21T07:30:00Z".parse().unwrap();
    });
    let told: Vec<_> = validation.findings.iter().map(told).collect();
    let closed = |i: usize, at: &str| {
        let rule = format!("closed at 2026-11-{at}:00:00-06:00[America/Chicago]");
        [
            "gate_closed".to_owned(),
            format!("periods[{i}].period"),
            format!("2026-11-21T0{i}:00:00-06:00[America/Chicago]"),
            rule,
        ]
    };
    assert_eq!(
        told,
        [closed(0, "20T23"), closed(1, "21T00"), closed(2, "21T01")]
    );
}

#[test]
fn an_unverified_rule_rejects_and_says_so() {
    let finding = only(|c| {
        c.sell(&[("0", "20"), ("10", "5000.01")]);
        c.rules.cap.as_mut().unwrap().confidence = Confidence::Unverified;
    });
    let rule = "must not be above 5000.00 USD/MWh";
    assert_eq!(
        told(&finding),
        [
            "price_above_cap",
            "periods[3].curve.points[1].price",
            "5000.01",
            rule
        ]
    );
    assert_eq!(finding.confidence, Some(Confidence::Unverified));
    assert_eq!(
        finding.violation.source.as_deref(),
        Some("rulebook (unverified)")
    );
}

/// Verdict, and weight and value of everything found, which is about the soft cap alone.
fn soft_cap(change: impl FnOnce(&mut Case)) -> (Verdict, Vec<(FindingSeverity, String)>) {
    let validation = run(change);
    let told = |f: &Finding| {
        assert_eq!(f.violation.code, "price_above_soft_cap");
        (f.severity, f.violation.value.clone())
    };
    (
        validation.verdict,
        validation.findings.iter().map(told).collect(),
    )
}

#[test]
fn the_soft_cap_asks_for_the_cost_of_supply_only() {
    use FindingSeverity::{NeedsVerification, Warning};
    let found = |severity, value: &str| (severity, value.to_owned());
    assert_eq!(
        soft_cap(|c| c.sell(&[("0", "20"), ("10", "2000.01")])),
        (
            Verdict::SubjectToVerification,
            vec![found(NeedsVerification, "2000.01")]
        )
    );
    assert_eq!(
        soft_cap(|c| c.sell(&[("0", "20"), ("10", "2000")])),
        (Verdict::Accept, Vec::new())
    );
    let linear = CurveShape::Linear;
    assert_eq!(
        soft_cap(|c| c.offer(CurveSide::Buy, linear, &[("1", "3000"), ("10", "20")])),
        (Verdict::Accept, vec![found(Warning, "3000.00")])
    );
    assert_eq!(
        soft_cap(|c| c.offer(CurveSide::Storage, linear, &[("-5", "2500"), ("5", "2600")])),
        (
            Verdict::SubjectToVerification,
            vec![
                found(Warning, "2500.00"),
                found(NeedsVerification, "2600.00")
            ]
        )
    );
    let above_both = only(|c| c.sell(&[("0", "20"), ("10", "5001")]));
    assert_eq!(
        above_both.violation.code, "price_above_cap",
        "the hard cap alone is told"
    );
}

#[test]
fn a_demand_curve_is_held_to_the_same_limits() {
    let validation = run(|c| {
        let points = [
            ("0.5", "5000.01"),
            ("2", "10.001"),
            ("2.05", "10.001"),
            ("11", "-250.01"),
        ];
        c.offer(CurveSide::Buy, CurveShape::Linear, &points);
        c.rules.price_order = Some(sourced(PriceOrder::Increasing));
    });
    let told: Vec<_> = validation.findings.iter().map(told).collect();
    let at = |i: usize, name: &str| format!("periods[3].curve.points[{i}].{name}");
    let expected = [
        [
            "equal_prices",
            &at(2, "price"),
            "10.001",
            "must be below the price before it (10.001)",
        ],
        [
            "price_above_cap",
            &at(0, "price"),
            "5000.01",
            "must not be above 5000.00 USD/MWh",
        ],
        [
            "price_off_tick",
            &at(1, "price"),
            "10.001",
            "must be a multiple of 0.01 USD/MWh",
        ],
        [
            "price_off_tick",
            &at(2, "price"),
            "10.001",
            "must be a multiple of 0.01 USD/MWh",
        ],
        [
            "price_below_floor",
            &at(3, "price"),
            "-250.01",
            "must not be below -250.00 USD/MWh",
        ],
        [
            "quantity_off_tick",
            &at(2, "quantity"),
            "2.05",
            "must be a multiple of 0.1 MW",
        ],
        [
            "outside_asset_limits",
            &at(3, "quantity"),
            "11",
            "the asset can inject from -10 to 10 MW",
        ],
    ];
    assert_eq!(told, expected);
}

#[test]
fn the_eleventh_point_is_one_too_many() {
    let points: Vec<(String, String)> = (0..11)
        .map(|i| (i.to_string(), (20 + i).to_string()))
        .collect();
    let points: Vec<(&str, &str)> = points.iter().map(|(q, p)| (&**q, &**p)).collect();
    assert_eq!(run(|c| c.sell(&points[..10])).verdict, Verdict::Accept);
    let finding = only(|c| {
        c.context.asset_range = None;
        c.sell(&points);
    });
    let rule = "a curve has at most 10 points";
    assert_eq!(
        told(&finding),
        ["too_many_points", "periods[3].curve.points", "11", rule]
    );
}

#[test]
fn each_direction_of_a_storage_curve_reaches_the_minimum() {
    let ends = |low: &'static str, high: &'static str| {
        let validation = run(|c| {
            c.offer(
                CurveSide::Storage,
                CurveShape::Linear,
                &[(low, "10"), (high, "20")],
            );
        });
        validation
            .findings
            .iter()
            .map(|f| f.violation.value.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(ends("-1", "1"), [""; 0]);
    assert_eq!(ends("-0.9", "1"), ["0.9"]);
    assert_eq!(ends("-0.9", "0.8"), ["0.9", "0.8"]);
    assert_eq!(
        ends("0", "5"),
        [""; 0],
        "what is not offered need not reach it"
    );
}

fn on(day: Date, change: impl FnOnce(&mut BidContent)) -> Validation {
    run(|c| {
        let curve = c.content.curves()[0].curve.clone();
        c.content.delivery_day = day;
        *c.content.curves_mut().unwrap() = hours(day, &curve);
        c.context.now = "2025-01-01T00:00:00Z".parse().unwrap();
        change(&mut c.content);
    })
}

#[test]
fn the_short_and_the_long_day_have_their_own_hours() {
    let (spring, autumn) = (date(2026, 3, 8), date(2026, 11, 1));
    assert_eq!(
        on(spring, |c| assert_eq!(c.curves().len(), 23)).verdict,
        Verdict::Accept
    );
    assert_eq!(
        on(autumn, |c| assert_eq!(c.curves().len(), 25)).verdict,
        Verdict::Accept
    );

    // Twenty-four hours counted from midnight on a day that lacks one.
    let validation = on(spring, |c| {
        let last = c.curves()[22].clone();
        let period = DeliveryPeriod::new(last.period.end(), Resolution::Hour).unwrap();
        c.curves_mut().unwrap().push(BidPeriod { period, ..last });
    });
    let rule = "delivery day 2026-03-08 has 23 hours, from 2026-03-08T00:00:00-06:00[America/Chicago] \
                until before 2026-03-09T00:00:00-05:00[America/Chicago]; on 2026-03-08 the clocks go \
                forward from 02:00:00 to 03:00:00, so that hour does not exist";
    let value = "2026-03-09T00:00:00-05:00[America/Chicago]";
    let told_once: Vec<_> = validation.findings.iter().map(told).collect();
    assert_eq!(
        told_once,
        [[
            "period_outside_day",
            "periods[23].period.start",
            value,
            rule
        ]]
    );

    // Hour 3 by the clock before the change is the instant of hour 4.
    let validation = on(spring, |c| {
        let start = "2026-03-08T02:00:00-06:00".parse().unwrap();
        let period = DeliveryPeriod::new(start, Resolution::Hour).unwrap();
        let third = c.curves()[2].clone();
        c.curves_mut()
            .unwrap()
            .insert(2, BidPeriod { period, ..third });
    });
    let told_once: Vec<_> = validation.findings.iter().map(told).collect();
    let rule = "periods[2] bids for it already; on 2026-03-08 the clocks go forward from 02:00:00 to \
                03:00:00, so that hour does not exist";
    let value = "2026-03-08T03:00:00-05:00[America/Chicago]";
    assert_eq!(
        told_once,
        [["duplicate_period", "periods[3].period.start", value, rule]]
    );

    let validation = on(autumn, |c| {
        c.curves_mut().unwrap()[2] = c.curves()[1].clone()
    });
    let rule = &validation.findings[0].violation.rule;
    assert!(
        rule.ends_with("go back from 02:00:00 to 01:00:00, so that hour comes twice"),
        "{rule}"
    );
}

#[test]
fn all_faults_come_at_once_and_in_the_order_of_the_fields() {
    let validation = run(|c| {
        c.content.currency = Currency::Eur;
        c.context.location_known = false;
        c.context.now = "2026-11-21T00:00:00Z".parse().unwrap();
        c.content.curves_mut().unwrap().swap(0, 1);
        c.sell(&[("0", "20.001"), ("11", "6000")]);
    });
    assert_eq!(validation.verdict, Verdict::Reject);
    let codes: Vec<&str> = validation
        .findings
        .iter()
        .map(|f| &*f.violation.code)
        .collect();
    let expected = [
        "unknown_location",
        "wrong_currency",
        "gate_closed",
        "periods_out_of_order",
        "price_off_tick",
        "price_above_cap",
        "outside_asset_limits",
    ];
    assert_eq!(codes, expected);
    assert_eq!(validation.errors().count(), 7);
}

#[test]
fn buying_is_limited_by_what_the_asset_draws() {
    let mw = Power::from_megawatts;
    let limited = |side, points: &[(&str, &str)]| {
        let validation = run(|c| {
            c.context.asset_range = Some((mw(-4), mw(6)));
            let idle = curve(
                CurveSide::Storage,
                CurveShape::Linear,
                &[("-4", "15"), ("6", "40")],
            );
            c.content
                .curves_mut()
                .unwrap()
                .iter_mut()
                .for_each(|p| p.curve = idle.clone());
            c.offer(side, CurveShape::Linear, points);
        });
        validation
            .findings
            .iter()
            .map(|f| f.violation.value.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(limited(CurveSide::Buy, &[("4", "30"), ("5", "20")]), ["5"]);
    assert_eq!(
        limited(CurveSide::Sell, &[("5", "20"), ("6", "30"), ("7", "40")]),
        ["7"]
    );
    assert_eq!(
        limited(CurveSide::Storage, &[("-5", "20"), ("7", "30")]),
        ["-5", "7"]
    );
}

#[test]
fn every_period_that_follows_a_later_one_is_out_of_order() {
    let validation = run(|c| c.content.curves_mut().unwrap()[3..6].rotate_right(1));
    let told: Vec<_> = validation.findings.iter().map(told).collect();
    let rule = "must come before the period of 2026-11-21T05:00:00-06:00[America/Chicago]";
    let late = |i: usize, hour: &str| {
        let value = format!("2026-11-21T{hour}:00:00-06:00[America/Chicago]");
        let field = format!("periods[{i}].period.start");
        [
            "periods_out_of_order".to_owned(),
            field,
            value,
            rule.to_owned(),
        ]
    };
    assert_eq!(told, [late(4, "03"), late(5, "04")]);
}

#[test]
fn a_period_of_another_length_is_not_measured_by_the_grid() {
    let finding = only(|c| {
        let start = "2026-11-21T11:30:00Z".parse().unwrap();
        c.rules.interval = sourced(Resolution::Min15);
        c.content.curves_mut().unwrap().truncate(1);
        c.content.curves_mut().unwrap()[0].period =
            DeliveryPeriod::new(start, Resolution::Hour).unwrap();
    });
    assert_eq!(finding.violation.code, "wrong_resolution");
}

/// What makes the validator report a code.
type Trigger = fn(&mut Case);

const TRIGGERS: &[(&str, &str, Trigger)] = &[
    ("wrong_market", "market", |c| {
        c.content.market = MarketId::new("CAISO").unwrap()
    }),
    ("wrong_product", "product", |c| {
        c.content.product = ProductId::new("RTM").unwrap()
    }),
    ("unknown_location", "location", |c| {
        c.context.location_known = false
    }),
    ("wrong_currency", "currency", |c| {
        c.content.currency = Currency::Eur
    }),
    ("delivery_day_out_of_range", "delivery_day", |c| {
        c.content.delivery_day = Date::MAX
    }),
    ("delivery_day_out_of_range", "delivery_day", |c| {
        c.content.delivery_day = Date::MIN
    }),
    ("gate_closed", "delivery_day", |c| {
        c.context.now = c.content.curves()[0].period.start()
    }),
    ("gate_not_open", "delivery_day", |c| {
        let gate = "10:00 (opens 09:59) market time 1 day before delivery";
        c.rules.gate = sourced(gate.parse().unwrap());
        c.context.now = "2026-11-20T15:58:59Z".parse().unwrap();
    }),
    ("no_periods", "periods", |c| {
        c.content.curves_mut().unwrap().clear()
    }),
    ("wrong_resolution", "periods[5].period.resolution", |c| {
        let start = c.content.curves()[5].period.start();
        c.content.curves_mut().unwrap()[5].period =
            DeliveryPeriod::new(start, Resolution::Min15).unwrap();
    }),
    ("period_outside_day", "periods[23].period.start", |c| {
        let end = c.content.curves()[23].period.end();
        c.content.curves_mut().unwrap()[23].period =
            DeliveryPeriod::new(end, Resolution::Hour).unwrap();
    }),
    ("period_off_grid", "periods[5].period.start", |c| {
        let start = "2026-11-21T11:30:00Z".parse().unwrap();
        c.content.curves_mut().unwrap()[5].period =
            DeliveryPeriod::new(start, Resolution::Hour).unwrap();
    }),
    ("duplicate_period", "periods[4].period.start", |c| {
        c.content.curves_mut().unwrap()[4] = c.content.curves()[3].clone();
    }),
    ("periods_out_of_order", "periods[8].period.start", |c| {
        c.content.curves_mut().unwrap().swap(7, 8)
    }),
    ("curve_shape_not_taken", "periods[3].curve.shape", |c| {
        c.offer(
            CurveSide::Sell,
            CurveShape::Step,
            &[("2", "20"), ("5", "30")],
        );
    }),
    ("curve_shape_not_taken", "periods[0].curve.shape", |c| {
        c.rules.shape = Some(sourced(ShapeRule::Step));
    }),
    ("storage_curve_not_taken", "periods[0].curve.side", |c| {
        c.rules.storage_curve = Some(sourced(false));
    }),
    ("storage_curve_not_taken", "periods[0].curve.side", |c| {
        c.rules.storage_curve = None
    }),
    ("too_many_points", "periods[0].curve.points", |c| {
        c.rules.max_points = Some(sourced(1))
    }),
    ("too_few_points", "periods[0].curve.points", |c| {
        c.rules.min_points = Some(sourced(3))
    }),
    ("equal_prices", "periods[3].curve.points[1].price", |c| {
        c.rules.price_order = Some(sourced(PriceOrder::Increasing));
        c.sell(&[("1", "20"), ("2", "20")]);
    }),
    ("price_off_tick", "periods[3].curve.points[0].price", |c| {
        c.sell(&[("1", "20.005"), ("2", "30")]);
    }),
    (
        "price_below_floor",
        "periods[3].curve.points[0].price",
        |c| {
            c.sell(&[("1", "-250.01"), ("2", "30")]);
        },
    ),
    ("price_above_cap", "periods[3].curve.points[1].price", |c| {
        c.sell(&[("1", "20"), ("2", "5000.01")]);
    }),
    (
        "price_above_soft_cap",
        "periods[3].curve.points[1].price",
        |c| {
            c.sell(&[("1", "20"), ("2", "2000.01")]);
        },
    ),
    (
        "quantity_off_tick",
        "periods[3].curve.points[1].quantity",
        |c| {
            c.sell(&[("1", "20"), ("2.05", "30")]);
        },
    ),
    ("quantity_below_minimum", "periods[3].curve.points", |c| {
        c.sell(&[("0", "20"), ("0.9", "30")]);
    }),
    ("nothing_offered", "periods[3].curve.points", |c| {
        c.rules.min_points = None;
        c.sell(&[("0", "20")]);
    }),
    (
        "outside_asset_limits",
        "periods[3].curve.points[1].quantity",
        |c| {
            c.sell(&[("0", "20"), ("10.1", "30")]);
        },
    ),
];

/// The codes of what cannot even be built or stored.
fn codes_before_the_validator() -> BTreeSet<String> {
    let mut long = content();
    let point = |i| CurvePoint::new(Power::from_megawatts(i), Price::from_units(i));
    let many = (1..=301).map(point).collect();
    *long.curves_mut().unwrap() = vec![long.curves()[0].clone(); 301];
    long.curves_mut().unwrap()[0].curve = OfferCurve::sell(CurveShape::Step, many).unwrap();
    long.note = Some("n".repeat(2_001));
    let form = long.check_form().unwrap_err();
    let mut codes: BTreeSet<String> = form.violations().iter().map(|v| v.code.clone()).collect();
    let at = |mw, price| CurvePoint::new(Power::from_megawatts(mw), Price::from_units(price));
    for points in [vec![], vec![at(-1, 20), at(-2, 10)]] {
        let error = OfferCurve::sell(CurveShape::Step, points).unwrap_err();
        codes.extend(error.0.into_iter().map(|v| v.code));
    }
    let nan = r#"{"side":"sell","shape":"step","points":[{"quantity":"1","price":"NaN"}]}"#;
    let error = serde_json::from_str::<OfferCurve>(nan)
        .unwrap_err()
        .to_string();
    assert!(error.contains("points[0].price"), "{error}");
    codes.insert("not_a_decimal".to_owned());
    codes
}

#[test]
fn every_code_is_reported_and_none_besides() {
    let mut reported = codes_before_the_validator();
    reported.extend(crate::bid_kinds::reported_codes());
    for (code, field, trigger) in TRIGGERS {
        let findings = run(*trigger).findings;
        let found = findings.iter().find(|f| f.violation.code == *code);
        let found = found.unwrap_or_else(|| panic!("{code} is not in {findings:#?}"));
        assert_eq!(found.violation.field, *field, "{code}");
        reported.insert((*code).to_owned());
    }
    let documented: BTreeSet<String> = CODES.iter().map(|(code, _)| (*code).to_owned()).collect();
    assert_eq!(documented.len(), CODES.len(), "a code is listed once");
    assert_eq!(reported, documented);
}

#[test]
fn the_documentation_lists_the_codes() {
    let source = include_str!("../../src/bid/validate.rs");
    let rows: Vec<(String, String)> = source
        .lines()
        .filter_map(|line| {
            line.strip_prefix("//! | `")?
                .strip_suffix(" |")?
                .split_once("` | ")
        })
        .map(|(code, meaning)| (code.to_owned(), meaning.to_owned()))
        .collect();
    let codes: Vec<(String, String)> = CODES
        .iter()
        .map(|(c, m)| ((*c).to_owned(), (*m).to_owned()))
        .collect();
    assert_eq!(rows, codes);
}

#[test]
fn a_storage_curve_without_a_rule_is_taken_with_a_warning() {
    let validation = run(|c| c.rules.storage_curve = None);
    assert_eq!(validation.verdict, Verdict::Accept);
    assert!(
        validation
            .findings
            .iter()
            .all(|f| f.severity == FindingSeverity::Warning)
    );
    assert_eq!(validation.findings.len(), 1, "it is told once");
}

#[test]
fn findings_are_flat_json() {
    let finding = only(|c| c.content.currency = Currency::Eur);
    let json = serde_json::to_value(&finding).unwrap();
    let expected = serde_json::json!({
        "severity": "error", "confidence": "verified", "code": "wrong_currency",
        "field": "currency", "value": "EUR", "rule": "ERCOT takes prices in USD",
        "source": "rulebook",
    });
    assert_eq!(json, expected);
}

fn any_curve() -> impl Strategy<Value = OfferCurve> {
    let points = prop::collection::vec((any::<i64>(), any::<i64>()), 1..5);
    (0..3_u8, any::<bool>(), points).prop_filter_map("not a curve", |(side, step, points)| {
        let (mut q, mut p): (Vec<i64>, Vec<i64>) = points.into_iter().unzip();
        q.sort_unstable();
        p.sort_unstable();
        let side = [CurveSide::Sell, CurveSide::Buy, CurveSide::Storage][usize::from(side)];
        if side != CurveSide::Storage {
            q.iter_mut().for_each(|q| *q = q.saturating_abs());
            q.sort_unstable();
        }
        if side == CurveSide::Buy {
            p.reverse();
        }
        let point = |(q, p)| CurvePoint::new(Power::from_kilowatts(q), Price::from_micros(p));
        let shape = if step {
            CurveShape::Step
        } else {
            CurveShape::Linear
        };
        OfferCurve::new(side, shape, q.into_iter().zip(p).map(point).collect()).ok()
    })
}

fn any_content() -> impl Strategy<Value = BidContent> {
    let instants = prop_oneof![
        -377_700_000_000_i64..253_400_000_000,
        Just(-377_705_023_201_i64),
        1_794_000_000_i64..1_796_000_000,
    ];
    let period =
        (instants, 0..4_usize, any_curve()).prop_filter_map("no instant", |(s, r, curve)| {
            let start = jiff::Timestamp::from_second(s - s.rem_euclid(1_800)).ok()?;
            let period = DeliveryPeriod::new(start, Resolution::ALL[r]).ok()?;
            Some(BidPeriod { period, curve })
        });
    let day = prop_oneof![
        Just(Date::MIN),
        Just(Date::MAX),
        (2025..2027_i16, 1..13_i8, 1..29_i8).prop_map(|(y, m, d)| date(y, m, d)),
        (-9999..=9999_i16, 1..13_i8, 1..29_i8).prop_map(|(y, m, d)| date(y, m, d)),
    ];
    (
        day,
        "[ -~]{1,64}",
        "[A-Z0-9_-]{1,16}",
        prop::collection::vec(period, 0..6),
    )
        .prop_filter_map("no key", |(delivery_day, location, market, periods)| {
            let location = LocationCode::new(location).ok()?;
            let market = MarketId::new(market).ok()?;
            Some(BidContent {
                delivery_day,
                location,
                market,
                offer: BidOffer::Curve(periods),
                ..content()
            })
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn nothing_makes_it_panic(
        content in any_content(),
        now in -377_700_000_000_i64..253_400_000_000,
        range in any::<Option<(i64, i64)>>(),
        lenient in any::<bool>(),
        gate in prop_oneof![
            Just("10:00 market time 1 day before delivery"),
            Just("60 min before the hour"),
            Just("75 min before the period"),
        ],
    ) {
        let mut rules = rules();
        rules.gate = sourced(gate.parse().unwrap());
        if lenient {
            (rules.floor, rules.cap, rules.soft_cap, rules.price_tick) = (None, None, None, None);
            (rules.quantity_tick, rules.min_quantity, rules.shape) = (None, None, None);
            (rules.min_points, rules.max_points, rules.storage_curve) = (None, None, None);
        }
        let kw = Power::from_kilowatts;
        let context = ValidationContext {
            now: jiff::Timestamp::from_second(now).unwrap(),
            location_known: lenient,
            asset_range: range.map(|(low, high)| (kw(low), kw(high))),
            ..ValidationContext::default()
        };
        let validation = validate(&content, &rules, &context);
        let rejects = validation.errors().next().is_some();
        prop_assert_eq!(validation.verdict == Verdict::Reject, rejects);
        for finding in &validation.findings {
            let v = &finding.violation;
            prop_assert!(CODES.iter().any(|(code, _)| *code == v.code), "{}", v.code);
            prop_assert!(!v.field.is_empty() && !v.value.is_empty() && !v.rule.is_empty());
            prop_assert_eq!(finding.confidence.is_some(), v.source.is_some());
        }
        let json = serde_json::to_string(&validation).unwrap();
        prop_assert_eq!(serde_json::from_str::<Validation>(&json).unwrap(), validation);
    }
}
