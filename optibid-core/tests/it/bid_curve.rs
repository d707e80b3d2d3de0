//! Offer curves against a reference that prices every kilowatt by itself.

use optibid_core::bid::{CurvePoint, CurveShape, CurveSide, OfferCurve};
use optibid_core::unit::{Power, Price};
use proptest::prelude::*;

fn kw(kilowatts: i64) -> Power {
    Power::from_kilowatts(kilowatts)
}

fn micros(micros: i64) -> Price {
    Price::from_micros(micros)
}

fn curve(side: CurveSide, shape: CurveShape, points: &[(i64, i64)]) -> OfferCurve {
    let points = points
        .iter()
        .map(|&(q, p)| CurvePoint::new(kw(q), micros(p)))
        .collect();
    OfferCurve::new(side, shape, points).unwrap()
}

/// Price at the far end of one kilowatt as numerator and positive denominator, and whether the price
/// changes along it: the `k`-th kW of injection for positive `k`, of withdrawal for negative. `None`
/// when it is not on offer.
fn kilowatt(curve: &OfferCurve, k: i64) -> Option<(i128, i128, bool)> {
    let raw = |p: &CurvePoint| {
        (
            i128::from(p.quantity.kilowatts()),
            i128::from(p.price.micros()),
        )
    };
    let mut ladder: Vec<(i128, i128)> = curve.points().iter().map(raw).collect();
    let k = i128::from(k);
    // Each ladder leads away from zero in the direction of `k`, in positive quantities.
    match curve.side() {
        CurveSide::Sell if k < 0 => return None,
        CurveSide::Buy if k > 0 => return None,
        CurveSide::Storage if k < 0 => {
            ladder.reverse();
            ladder.iter_mut().for_each(|p| p.0 = -p.0);
        }
        _ => {}
    }
    let k = k.abs();
    let end = ladder.iter().position(|p| p.0 >= k)?;
    let (quantity, price) = ladder[end];
    match curve.shape() {
        CurveShape::Linear if end > 0 => {
            let (before, from) = ladder[end - 1];
            let run = quantity - before;
            Some((
                from * run + (price - from) * (k - before),
                run,
                price != from,
            ))
        }
        _ => Some((price, 1, false)),
    }
}

/// Smallest and largest injection accepted at a price, counted kilowatt by kilowatt.
fn reference(curve: &OfferCurve, price: i64, reach: i64) -> (i64, i64) {
    let price = i128::from(price);
    // Of a kilowatt whose price changes only the very end lies at its end price.
    let injects = |k: &i64, ties: bool| {
        let better = |(n, d, slopes)| n < price * d || ((ties || slopes) && n == price * d);
        kilowatt(curve, *k).is_some_and(better)
    };
    let draws = |k: &i64, ties: bool| {
        let better = |(n, d, slopes)| n > price * d || ((ties || slopes) && n == price * d);
        kilowatt(curve, -*k).is_some_and(better)
    };
    let count = |f: &dyn Fn(&i64) -> bool| (1..=reach).take_while(f).count() as i64;
    let low = count(&|k| injects(k, false)) - count(&|k| draws(k, true));
    let high = count(&|k| injects(k, true)) - count(&|k| draws(k, false));
    (low, high)
}

fn shapes() -> impl Strategy<Value = CurveShape> {
    prop_oneof![Just(CurveShape::Step), Just(CurveShape::Linear)]
}

fn sides() -> impl Strategy<Value = CurveSide> {
    prop_oneof![
        Just(CurveSide::Sell),
        Just(CurveSide::Buy),
        Just(CurveSide::Storage)
    ]
}

/// Small curves, dense in ties, vertical and horizontal pieces.
fn small() -> impl Strategy<Value = OfferCurve> {
    let steps = prop::collection::vec((0..6_i64, 0..5_i64), 1..7);
    (sides(), shapes(), -18..4_i64, -12..12_i64, steps).prop_map(|(side, shape, q0, p0, steps)| {
        let mut points: Vec<(i64, i64)> = Vec::new();
        let (mut q, mut p) = (
            if side == CurveSide::Storage {
                q0
            } else {
                q0.rem_euclid(3)
            },
            p0,
        );
        for (run, rise) in steps {
            if let Some(&last) = points.last() {
                q += run;
                p += if side == CurveSide::Buy { -rise } else { rise };
                if q == last.0 && (shape == CurveShape::Step || p == last.1) {
                    q += 1;
                }
            }
            if q == 0 && shape == CurveShape::Step {
                q = 1;
            }
            points.push((q, p));
        }
        curve(side, shape, &points)
    })
}

/// Curves over the whole range of the units.
fn extreme() -> impl Strategy<Value = OfferCurve> {
    let points = prop::collection::vec((any::<i64>(), any::<i64>()), 1..6);
    (sides(), shapes(), points).prop_filter_map("not a curve", |(side, shape, points)| {
        let (mut q, mut p): (Vec<i64>, Vec<i64>) = points.into_iter().unzip();
        if side != CurveSide::Storage {
            q.iter_mut().for_each(|q| *q = q.saturating_abs());
        }
        q.sort_unstable();
        p.sort_unstable();
        if side == CurveSide::Buy {
            p.reverse();
        }
        let points = q
            .into_iter()
            .zip(p)
            .map(|(q, p)| CurvePoint::new(kw(q), micros(p)))
            .collect();
        OfferCurve::new(side, shape, points).ok()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn clears_what_the_kilowatts_add_up_to(curve in small()) {
        for price in -40..60 {
            let expected = reference(&curve, price, 80);
            let (low, high) = curve.accepted_range(micros(price));
            prop_assert_eq!((low.kilowatts(), high.kilowatts()), expected, "{} at {}", curve, price);
            let cleared = if expected.1 > 0 { expected.1 } else { expected.0 };
            prop_assert_eq!(curve.cleared_at(micros(price)).kilowatts(), cleared);
        }
    }

    #[test]
    fn marginal_price_is_where_the_kilowatt_begins_to_clear(curve in small()) {
        let (low, high) = curve.range();
        for k in -80..=80_i64 {
            let marginal = curve.marginal_price(kw(k)).map(Price::micros);
            if k == 0 || kw(k) < low || kw(k) > high {
                prop_assert_eq!(marginal, None, "{} kW", k);
                continue;
            }
            let price = marginal.unwrap();
            let accepts = |p: i64| {
                let (low, high) = reference(&curve, p, 80);
                if k > 0 { high >= k } else { low <= k }
            };
            let beyond = if k > 0 { price - 1 } else { price + 1 };
            prop_assert!(accepts(price), "{} does not take {} kW at {}", curve, k, price);
            prop_assert!(!accepts(beyond), "{} takes {} kW at {} already", curve, k, beyond);
        }
    }

    #[test]
    fn rises_with_the_price_and_stays_on_offer(
        curve in prop_oneof![small(), extreme()],
        mut prices in prop::collection::vec(prop_oneof![any::<i64>(), -40..60_i64], 2..12),
    ) {
        prices.extend(curve.points().iter().map(|p| p.price.micros()));
        prices.extend([i64::MIN, i64::MAX]);
        prices.sort_unstable();
        let (low, high) = curve.range();
        let mut before = low;
        for price in prices {
            let cleared = curve.cleared_at(micros(price));
            prop_assert!(before <= cleared && low <= cleared && cleared <= high);
            let accepted = curve.accepted_range(micros(price));
            prop_assert!(accepted.0 <= cleared && cleared <= accepted.1);
            before = cleared;
        }
        for point in curve.injection_points() {
            prop_assert_eq!(
                curve.marginal_price(point.quantity).is_none(),
                point.quantity == Power::ZERO
            );
        }
    }

    #[test]
    fn buying_mirrors_selling(curve in small(), price in -40..60_i64) {
        let (side, sign) = match curve.side() {
            CurveSide::Sell => (CurveSide::Buy, 1),
            CurveSide::Buy => (CurveSide::Sell, 1),
            CurveSide::Storage => (CurveSide::Storage, -1),
        };
        let mut points: Vec<CurvePoint> = curve
            .points()
            .iter()
            .map(|p| CurvePoint::new(kw(sign * p.quantity.kilowatts()), micros(-p.price.micros())))
            .collect();
        if sign < 0 {
            points.reverse();
        }
        let mirrored = OfferCurve::new(side, curve.shape(), points).unwrap();
        let (low, high) = curve.accepted_range(micros(price));
        let opposite = (high.reversed(), low.reversed());
        prop_assert_eq!(mirrored.accepted_range(micros(-price)), opposite);
    }

    #[test]
    fn survives_json(curve in prop_oneof![small(), extreme()]) {
        let json = serde_json::to_string(&curve).unwrap();
        prop_assert_eq!(serde_json::from_str::<OfferCurve>(&json).unwrap(), curve);
    }

    #[test]
    fn constructs_exactly_the_monotone(
        side in sides(),
        shape in shapes(),
        raw in prop::collection::vec((-4..5_i64, -3..4_i64), 0..4),
    ) {
        let signed = raw.iter().all(|&(q, _)| side == CurveSide::Storage || q >= 0);
        let zero = shape == CurveShape::Linear || raw.iter().all(|&(q, _)| q != 0);
        let ordered = raw.windows(2).all(|w| {
            let rise = if side == CurveSide::Buy { w[0].1 - w[1].1 } else { w[1].1 - w[0].1 };
            let run = w[1].0 - w[0].0;
            rise >= 0 && (run > 0 || (run == 0 && rise > 0 && shape == CurveShape::Linear))
        });
        let points = raw.iter().map(|&(q, p)| CurvePoint::new(kw(q), micros(p))).collect();
        let made = OfferCurve::new(side, shape, points);
        prop_assert_eq!(made.is_ok(), !raw.is_empty() && signed && zero && ordered);
    }
}

#[test]
fn steps_clear_at_their_price_and_not_a_micro_before() {
    let sell = curve(
        CurveSide::Sell,
        CurveShape::Step,
        &[(5, 20), (8, 20), (9, 30)],
    );
    let cleared = |c: &OfferCurve, p| c.cleared_at(micros(p)).kilowatts();
    assert_eq!([19, 20, 29, 30].map(|p| cleared(&sell, p)), [0, 8, 8, 9]);
    let buy = curve(CurveSide::Buy, CurveShape::Step, &[(5, 30), (8, 20)]);
    assert_eq!(
        [19, 20, 21, 30, 31].map(|p| cleared(&buy, p)),
        [-8, -8, -5, -5, 0]
    );
    let storage = curve(
        CurveSide::Storage,
        CurveShape::Step,
        &[(-9, 5), (-4, 20), (6, 20)],
    );
    assert_eq!(
        [5, 6, 19, 20].map(|p| cleared(&storage, p)),
        [-9, -4, -4, 6]
    );
    assert_eq!(storage.accepted_range(micros(20)), (kw(-4), kw(6)));
}

#[test]
fn lines_are_cut_towards_zero() {
    let storage = curve(CurveSide::Storage, CurveShape::Linear, &[(-10, 0), (10, 7)]);
    // Exactly -10, -7.14, -4.29, -1.43, 1.43, 4.29, 7.14, 10 kW.
    let cleared = [0, 1, 2, 3, 4, 5, 6, 7].map(|p| storage.cleared_at(micros(p)).kilowatts());
    assert_eq!(cleared, [-10, -7, -4, -1, 1, 4, 7, 10]);
    let buy = curve(
        CurveSide::Buy,
        CurveShape::Linear,
        &[(0, 50), (10, 50), (20, 20)],
    );
    let cleared = [19, 20, 35, 50, 51].map(|p| buy.cleared_at(micros(p)).kilowatts());
    assert_eq!(cleared, [-20, -20, -15, -10, 0]);
}

fn parse(json: &str) -> Result<OfferCurve, String> {
    serde_json::from_str(json).map_err(|e| e.to_string())
}

#[test]
fn json_faults_name_the_point_and_come_all_at_once() {
    let error = parse(
        r#"{"side":"sell","shape":"step","points":[
            {"quantity":"5","price":"30"},{"quantity":"5","price":"20"},{"quantity":"-1","price":"10"}]}"#,
    )
    .unwrap_err();
    for part in [
        r#"points[1].quantity = "5""#,
        r#"points[1].price = "20.00""#,
        r#"points[2].quantity = "-1""#,
        r#"points[2].price = "10.00""#,
    ] {
        assert!(error.contains(part), "{part} is not in {error}");
    }
    let error = parse(
        r#"{"side":"sell","shape":"step","points":[
            {"quantity":"0.0001","price":"NaN"},{"quantity":"2","price":"24,57"}]}"#,
    )
    .unwrap_err();
    for part in [
        r#"points[0].quantity = "0.0001": "0.0001" has more than 3 decimals"#,
        r#"points[0].price = "NaN": "NaN" is not a finite decimal number"#,
        r#"points[1].price = "24,57": "24,57" has a comma"#,
    ] {
        assert!(error.contains(part), "{part} is not in {error}");
    }
}

#[test]
fn json_refuses_what_it_does_not_know() {
    let good = r#"{"side":"buy","shape":"linear","points":[{"quantity":"5","price":"30"}]}"#;
    assert!(parse(good).is_ok());
    for (from, to) in [
        (r#""shape""#, r#""colour":1,"shape""#),
        (r#""price""#, r#""volume":"1","price""#),
        (r#""buy""#, r#""bye""#),
        (r#""30""#, "30"),
        (r#"[{"quantity":"5","price":"30"}]"#, "[]"),
    ] {
        let bad = good.replace(from, to);
        assert!(parse(&bad).is_err(), "{bad}");
    }
}

#[test]
fn a_line_may_rise_at_one_quantity_but_repeats_no_point() {
    let point = |q, p| CurvePoint::new(kw(q), micros(p));
    let made = |shape, points: Vec<CurvePoint>| OfferCurve::sell(shape, points).is_ok();
    assert!(made(CurveShape::Linear, vec![point(5, 20), point(5, 30)]));
    assert!(!made(CurveShape::Linear, vec![point(5, 20), point(5, 20)]));
    assert!(!made(CurveShape::Step, vec![point(5, 20), point(5, 30)]));
}
