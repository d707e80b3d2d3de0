//! Curves with few points: accepted by core's validator for every market, and never worse than what brute force finds.

use optibid_core::bid::{
    BidContent, BidOffer, BidPeriod, CurvePoint, CurveShape, CurveSide, OfferCurve,
    ValidationContext, Verdict, validate,
};
use optibid_core::market::rules::{
    Confidence, PriceOrder, ProductRules, RuleBook, ShapeRule, Sourced,
};
use optibid_core::unit::{Power, Price};
use optibid_engine::battery::{self, Horizon, Method, Model, Parameters, Terminal};
use optibid_engine::curve::{self, Density, Guard, Step, Target};
use proptest::prelude::*;

use crate::domain::date;

fn rules(market: &str, product: &str) -> ProductRules {
    let (market, product) = (market.parse().unwrap(), product.parse().unwrap());
    RuleBook::builtin()
        .at(&market, &product, date("2026-06-01"))
        .unwrap()
}

/// What the validator says about the curve in the first period of the day.
fn verdict(rules: &ProductRules, curve: &OfferCurve) -> (Verdict, String) {
    let day = rules.delivery_day(date("2026-06-01")).unwrap();
    let period = rules.periods(&day).next().unwrap();
    let opens = rules.gate_opening(&day, &period).unwrap();
    let closes = rules.gate_closure(&day, &period).unwrap();
    let content = BidContent {
        market: rules.market.clone(),
        product: rules.product.clone(),
        location: "ANY".parse().unwrap(),
        delivery_day: day.date(),
        currency: rules.currency.value,
        offer: BidOffer::Curve(vec![BidPeriod {
            period,
            curve: curve.clone(),
        }]),
        asset: None,
        note: None,
    };
    let context = ValidationContext {
        now: opens.unwrap_or(closes - std::time::Duration::from_secs(60)),
        location_known: true,
        asset_range: None,
        ..ValidationContext::default()
    };
    let validation = validate(&content, rules, &context);
    (validation.verdict, format!("{:?}", validation.findings))
}

/// Rules of a made-up venue with coarse ticks, so that all its curves can be listed.
fn coarse(shape: ShapeRule, order: PriceOrder, points: u16) -> ProductRules {
    fn sourced<T>(value: T) -> Option<Sourced<T>> {
        let (source, confidence) = ("made up".into(), Confidence::Unverified);
        Some(Sourced {
            value,
            source,
            valid_from: date("2026-01-01"),
            confidence,
        })
    }
    ProductRules {
        floor: sourced(Price::from_units(0)),
        cap: sourced(Price::from_units(50)),
        soft_cap: None,
        price_tick: sourced(Price::from_units(10)),
        quantity_tick: sourced(Power::from_megawatts(1)),
        min_quantity: None,
        min_points: None,
        max_points: sourced(points),
        shape: sourced(shape),
        price_order: sourced(order),
        storage_curve: sourced(true),
        ..rules("ERCOT", "DAM")
    }
}

fn target(below_mw: f64, steps: &[(f64, f64)], density: Density) -> Target {
    let steps = steps
        .iter()
        .map(|&(price, mw)| Step { price, mw })
        .collect();
    Target {
        below_mw,
        steps,
        density,
    }
}

/// The cost of the MW around a signed injection.
fn cost_at(target: &Target, mw: f64) -> f64 {
    target.steps.iter().find(|step| step.mw > mw).unwrap().price
}

/// The loss by its definition: thin slices of a MW, scenario by scenario. `asked` gives what the curve asks for it.
fn slow_loss(target: &Target, scenarios: &[(f64, f64)], asked: impl Fn(f64) -> f64) -> f64 {
    let total: f64 = scenarios.iter().map(|s| s.1).sum();
    let (from, to) = (target.below_mw, target.steps.last().unwrap().mw);
    let slices = ((to - from) * 40.0).round() as usize;
    let mut loss = 0.0;
    for i in 0..slices {
        let mw = from + (i as f64 + 0.5) / 40.0;
        let (cost, asked) = (cost_at(target, mw), asked(mw));
        for &(price, weight) in scenarios {
            if price > cost.min(asked) && price < cost.max(asked) {
                loss += (price - cost).abs() * weight / total / 40.0;
            }
        }
    }
    loss
}

/// Targets with quantities on quarters of a MW and prices on halves, from -3 to 3 MW at most.
fn small_targets() -> impl Strategy<Value = Target> {
    let steps = prop::collection::vec((1_u32..6, 0_u32..16), 1..7);
    let scenarios = prop::collection::vec((-10_i32..70, 1_u32..4), 1..8);
    (steps, 0_i32..13, scenarios).prop_map(|(steps, below, scenarios)| {
        let below = -f64::from(below) / 4.0;
        let (mut mw, mut price) = (below, 0.0);
        let mut list: Vec<(f64, f64)> = Vec::new();
        for (width, rise) in steps {
            mw = (mw + f64::from(width) / 4.0).min(3.0);
            price += f64::from(rise) * 0.75;
            if list.last().map_or(below, |step| step.1) < mw {
                list.push((price, mw));
            }
        }
        if mw < 0.0 {
            list.push((price, 0.0));
        }
        // Scenarios are off all costs and ticks, where accepting and not accepting are both right.
        let scenarios = scenarios
            .iter()
            .map(|&(p, w)| (f64::from(p) + 0.123, f64::from(w)));
        target(below, &list, Density::Scenarios(scenarios.collect()))
    })
}

fn scenarios(target: &Target) -> &[(f64, f64)] {
    match &target.density {
        Density::Scenarios(scenarios) => scenarios,
        Density::Uniform { .. } => &[],
    }
}

/// The least loss over every step curve of the coarse venue, MW by MW: -infinity and infinity stand for what is not offered.
fn brute_force(target: &Target, guard: Guard, strict: bool, points: usize) -> f64 {
    let most = |mw: f64| (mw + 1e-9).floor() as i32;
    let (charge, discharge) = (
        most(-target.below_mw),
        most(target.steps.last().unwrap().mw.max(0.0)),
    );
    let unoffered = |mw: f64| {
        if mw < 0.0 {
            f64::NEG_INFINITY
        } else {
            f64::INFINITY
        }
    };
    // The loss of each whole MW at each price, once; the broken MW at the ends are never offered.
    let prices: Vec<f64> = [
        f64::NEG_INFINITY,
        0.0,
        10.0,
        20.0,
        30.0,
        40.0,
        50.0,
        f64::INFINITY,
    ]
    .to_vec();
    let of_mw = |k: i32, price: f64| {
        let (from, to) = (f64::from(k), f64::from(k + 1));
        let loses = (0..40).any(|i| {
            let mw = from + (f64::from(i) + 0.5) / 40.0;
            let cost = cost_at(target, mw);
            if k < 0 { price > cost } else { price < cost }
        });
        if guard == Guard::NeverLose && loses {
            return f64::INFINITY;
        }
        slow_loss(target, scenarios(target), |mw| {
            if from < mw && mw < to {
                price
            } else {
                cost_at(target, mw)
            }
        })
    };
    let ends = slow_loss(target, scenarios(target), |mw| {
        let whole = f64::from(-charge) < mw && mw < f64::from(discharge);
        if whole {
            cost_at(target, mw)
        } else {
            unoffered(mw)
        }
    });
    let table: Vec<Vec<f64>> = (-charge..discharge)
        .map(|k| prices.iter().map(|&price| of_mw(k, price)).collect())
        .collect();
    least(&table, (charge, ends), strict, points)
}

/// The least sum over all runs of prices that do not fall, MW by MW; the first and the last price stand for what is not offered.
fn least(table: &[Vec<f64>], (charge, ends): (i32, f64), strict: bool, points: usize) -> f64 {
    let count = table.first().map_or(0, Vec::len);
    let mut best = f64::INFINITY;
    let mut stack: Vec<(usize, usize, usize, f64)> = vec![(0, 0, 0, ends)];
    while let Some((i, last, used, loss)) = stack.pop() {
        if i == table.len() {
            best = best.min(loss);
            continue;
        }
        let k = i as i32 - charge;
        for (price, mw_loss) in table[i].iter().enumerate().skip(last) {
            let forbidden = if k < 0 { count - 1 } else { 0 };
            if price == forbidden {
                continue;
            }
            let offered = price != 0 && price != count - 1;
            let begins = i == 0 || k == 0 || price != last;
            if strict && k == 0 && i > 0 && offered && price == last {
                continue;
            }
            let used = used + usize::from(offered && begins);
            if used <= points {
                stack.push((i + 1, price, used, loss + mw_loss));
            }
        }
    }
    best
}

fn piece_price(curve: Option<&OfferCurve>, mw: f64) -> f64 {
    let otherwise = if mw < 0.0 {
        f64::NEG_INFINITY
    } else {
        f64::INFINITY
    };
    let Some(curve) = curve else { return otherwise };
    let kw = Power::from_kilowatts((mw * 1e3).abs().ceil() as i64 * if mw < 0.0 { -1 } else { 1 });
    curve
        .marginal_price(kw)
        .map_or(otherwise, |price| price.micros() as f64 / 1e6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// The best steps lose what the best of all curves on the ticks loses, and the loss is what the fit says.
    #[test]
    fn steps_are_as_good_as_the_best_of_all(
        target in small_targets(), points in 1_u16..5, strict: bool, guarded: bool,
    ) {
        let order = if strict { PriceOrder::Increasing } else { PriceOrder::NonDecreasing };
        let guard = if guarded { Guard::NeverLose } else { Guard::LeastLoss };
        let fitted = curve::fit(&target, &coarse(ShapeRule::Step, order, points), guard).unwrap();
        let brute = brute_force(&target, guard, strict, usize::from(points));
        prop_assert!((fitted.expected_loss - brute).abs() < 1e-6, "{fitted:?} {brute}");
        let slow = slow_loss(&target, scenarios(&target), |mw| piece_price(fitted.curve.as_ref(), mw));
        prop_assert!((fitted.expected_loss - slow).abs() < 1e-6, "{fitted:?} {slow}");
    }

    /// No line through ends of steps at the costs beside them loses less, and the loss is what the fit says.
    #[test]
    fn lines_are_as_good_as_all_lines_through_the_steps(target in small_targets(), guarded: bool) {
        let guard = if guarded { Guard::NeverLose } else { Guard::LeastLoss };
        let rules = ProductRules {
            price_tick: None, quantity_tick: None, ..coarse(ShapeRule::Linear, PriceOrder::NonDecreasing, 3)
        };
        let fitted = curve::fit(&target, &rules, guard).unwrap();
        let slow = |curve: Option<&OfferCurve>| {
            slow_loss(&target, scenarios(&target), |mw| line_price(curve, mw))
        };
        let found = slow(fitted.curve.as_ref());
        prop_assert!((fitted.expected_loss - found).abs() < 0.05 + 0.05 * found, "{fitted:?} {found}");
        let at = |mw: f64, price: f64| {
            CurvePoint::new(Power::from_kilowatts((mw * 1e3) as i64), Price::from_micros((price * 1e6) as i64))
        };
        let mut vertices = Vec::new();
        let (mut mw, mut before) = (target.below_mw, target.steps[0].price);
        for step in &target.steps {
            vertices.extend([at(mw, before), at(mw, step.price)]);
            (mw, before) = (step.mw, step.price);
        }
        vertices.push(at(mw, before));
        for (i, a) in vertices.iter().enumerate() {
            for (j, b) in vertices.iter().enumerate().skip(i) {
                for c in vertices.iter().skip(j) {
                    let mut points = vec![*a, *b, *c];
                    points.dedup();
                    let Ok(other) = OfferCurve::storage(CurveShape::Linear, points) else { continue };
                    if other.points().iter().any(|point| point.price > Price::from_units(50)) {
                        continue;
                    }
                    if guard == Guard::NeverLose && loses(&target, &other) {
                        continue;
                    }
                    let loss = slow(Some(&other));
                    prop_assert!(fitted.expected_loss <= loss * 1.05 + 0.05, "{fitted:?} {other} {loss}");
                }
            }
        }
    }

    /// Whatever the target, the venue takes the curve as it is.
    #[test]
    fn every_market_takes_the_curve(target in wild_targets(), guarded: bool, which in 0_usize..1_000) {
        let book = RuleBook::builtin();
        let products: Vec<_> = book
            .markets()
            .into_iter()
            .flat_map(|market| {
                let products = book.products(&market).unwrap();
                products.into_iter().map(move |product| (market.clone(), product))
            })
            .collect();
        let (market, product) = &products[which % products.len()];
        let rules = book.at(market, product, date("2026-06-01")).unwrap();
        let guard = if guarded { Guard::NeverLose } else { Guard::LeastLoss };
        let targets = if rules.storage_curve.as_ref().is_some_and(|rule| rule.value) {
            vec![target]
        } else {
            let sides = target.sides();
            sides.0.into_iter().chain(sides.1).collect()
        };
        for target in targets {
            let fitted = curve::fit(&target, &rules, guard).unwrap();
            prop_assert!(fitted.expected_loss.is_finite() && fitted.expected_loss >= 0.0);
            if let Some(curve) = &fitted.curve {
                let (verdict, findings) = verdict(&rules, curve);
                prop_assert_eq!(verdict, Verdict::Accept, "{} {}: {}", market, curve, findings);
                if guarded && curve.shape() == CurveShape::Step {
                    prop_assert!(!loses(&target, curve), "{target:?} {curve}");
                }
            }
        }
    }

    /// The reaction read off a value function earns at every price what the best of all reactions earns.
    #[test]
    fn a_value_function_gives_the_best_reaction(
        prices in prop::collection::vec(5.0..90.0_f64, 5), soc in 0.0..3.0_f64, now in 0.0..100.0_f64,
    ) {
        let model = Model::new(Parameters {
            charge_mw: 1.0, discharge_mw: 1.5, min_mwh: 0.0, max_mwh: 3.0, charge_efficiency: 0.9,
            discharge_efficiency: 0.95, initial_mwh: 1.0, terminal: Terminal::Free, degradation_per_mwh: 4.0,
            charge_fee_per_mwh: 1.5, discharge_fee_per_mwh: 0.5,
            standing_loss_per_hour: 0.01, period_hours: 1.0,
        }).unwrap();
        let values = battery::value_functions(&model, &Horizon::new(&prices), Method::Relaxed).unwrap();
        let value = &values[1];
        let density = Density::Uniform { low: 0.0, high: 100.0 };
        let target = Target::from_value(&model, value, soc, density).unwrap();
        let earned = |mw: f64| {
            let change = if mw < 0.0 { -mw * 0.9 } else { -mw / 0.95 };
            let after = (soc * 0.99 + change).clamp(0.0, 3.0);
            now * mw - 4.5 * mw.max(0.0) + 1.5 * mw.min(0.0) + value.value(after).unwrap()
        };
        let reacted = target.steps.iter().rev().find(|s| s.price <= now).map_or(target.below_mw, |s| s.mw);
        let (low, high) = (target.below_mw, target.steps.last().unwrap().mw);
        for i in 0..=200 {
            let other = low + (high - low) * f64::from(i) / 200.0;
            prop_assert!(earned(reacted) >= earned(other) - 1e-6, "{target:?} {now}: {reacted} {other}");
        }
    }
}

/// Any number of steps at any price, off all ticks.
fn wild_targets() -> impl Strategy<Value = Target> {
    let steps = prop::collection::vec((0.01..40.0_f64, 0.0..400.0_f64), 1..25);
    (steps, -120.0..0.0_f64, -900.0..4_000.0_f64, prop::bool::ANY).prop_map(
        |(steps, below, from, zero)| {
            let below = if zero { 0.0 } else { below };
            let (mut mw, mut price) = (below, from);
            let mut list = Vec::new();
            for (width, rise) in steps {
                (mw, price) = (mw + width, price + rise);
                list.push((price, mw));
            }
            if mw < 0.0 {
                list.push((price + 1.0, 0.0));
            }
            target(
                below,
                &list,
                Density::Uniform {
                    low: from - 100.0,
                    high: price + 300.0,
                },
            )
        },
    )
}

fn line_price(curve: Option<&OfferCurve>, mw: f64) -> f64 {
    let unoffered = if mw < 0.0 {
        f64::NEG_INFINITY
    } else {
        f64::INFINITY
    };
    let Some(curve) = curve else { return unoffered };
    let mut points: Vec<(f64, f64)> = curve
        .injection_points()
        .iter()
        .map(|p| {
            (
                p.quantity.kilowatts() as f64 / 1e3,
                p.price.micros() as f64 / 1e6,
            )
        })
        .collect();
    let (first, last) = (points[0], points[points.len() - 1]);
    if first.0 > 0.0 {
        points.insert(0, (0.0, first.1));
    }
    if last.0 < 0.0 {
        points.push((0.0, last.1));
    }
    let on = points
        .windows(2)
        .find(|w| w[0].0 <= mw && mw <= w[1].0 && w[0].0 < w[1].0);
    on.map_or(unoffered, |w| {
        w[0].1 + (w[1].1 - w[0].1) * (mw - w[0].0) / (w[1].0 - w[0].0)
    })
}

/// Whether some MW is sold below or bought above its cost.
fn loses(target: &Target, curve: &OfferCurve) -> bool {
    let (from, to) = (target.below_mw, target.steps.last().unwrap().mw);
    let line = curve.shape() == CurveShape::Linear;
    (0..400).any(|i| {
        let mw = from + (to - from) * (f64::from(i) + 0.5) / 400.0;
        let asked = if line {
            line_price(Some(curve), mw)
        } else {
            piece_price(Some(curve), mw)
        };
        let cost = cost_at(target, mw);
        if mw < 0.0 {
            asked > cost + 1e-6
        } else {
            asked < cost - 1e-6
        }
    })
}

#[test]
fn a_target_on_the_ticks_with_points_enough_is_met_exactly() {
    let steps = [
        (12.0, -4.0),
        (15.0, 0.0),
        (60.0, 5.0),
        (61.5, 10.0),
        (70.0, 12.0),
    ];
    let target = target(
        -10.0,
        &steps,
        Density::Uniform {
            low: 0.0,
            high: 100.0,
        },
    );
    for (market, guard) in [
        ("CAISO", Guard::LeastLoss),
        ("ERCOT", Guard::NeverLose),
        ("ERCOT", Guard::LeastLoss),
    ] {
        let fitted = curve::fit(&target, &rules(market, "DAM"), guard).unwrap();
        let what = format!("{market} {:?}", fitted.curve);
        assert!(
            fitted.expected_loss < 1e-9 && fitted.worst_gap < 1e-9,
            "{what} {}",
            fitted.expected_loss
        );
        assert_eq!(
            (fitted.charge_left_out_mw, fitted.discharge_left_out_mw),
            (0.0, 0.0),
            "{what}"
        );
        assert_eq!(fitted.curve.unwrap().side(), CurveSide::Storage);
    }
}

#[test]
fn what_the_venue_does_not_take_is_named() {
    let steps = [(15.0, 0.0), (60.0, 5.0)];
    let both = target(
        -10.0,
        &steps,
        Density::Uniform {
            low: 0.0,
            high: 100.0,
        },
    );
    let error = curve::fit(&both, &rules("ISONE", "DAM"), Guard::LeastLoss).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("not known to take a curve from charging"),
        "{error}"
    );
    let (charge, discharge) = both.sides();
    let buys = curve::fit(&charge.unwrap(), &rules("ISONE", "DAM"), Guard::LeastLoss).unwrap();
    assert_eq!(buys.curve.unwrap().to_string(), "10 MW @ 15.00");
    let sells = curve::fit(
        &discharge.unwrap(),
        &rules("ISONE", "DAM"),
        Guard::LeastLoss,
    )
    .unwrap();
    assert_eq!(sells.curve.unwrap().to_string(), "5 MW @ 60.00");
    let falling = target(
        0.0,
        &[(20.0, 5.0), (19.0, 6.0)],
        Density::Uniform {
            low: 0.0,
            high: 1.0,
        },
    );
    let error = curve::fit(&falling, &rules("ISONE", "DAM"), Guard::LeastLoss).unwrap_err();
    assert!(error.to_string().contains("target.steps[1]"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// With more steps than lines are fitted to one by one, nothing is lost where nothing may be, and little is left unearned.
    #[test]
    fn lines_for_many_steps_never_lose_and_earn_nearly_all(
        gains in prop::collection::vec(0.0_f64..4.0, 40..80), widths in prop::collection::vec(0.1_f64..0.6, 80),
    ) {
        let rules = rules("NORDPOOL", "DAM");
        prop_assert!(rules.shape.as_ref().is_some_and(|shape| shape.value == ShapeRule::Linear));
        let (mut price, mut mw) = (5.0, 0.0);
        let steps: Vec<Step> = gains.iter().zip(&widths).map(|(gain, width)| {
            price += gain;
            mw += width;
            Step { price, mw }
        }).collect();
        let target = Target { below_mw: 0.0, steps: steps.clone(), density: Density::Uniform { low: 0.0, high: 300.0 } };
        let fitted = curve::fit(&target, &rules, Guard::NeverLose).unwrap();
        let curve = fitted.curve.unwrap();
        let best = |at: f64| steps.iter().rfind(|step| step.price <= at).map_or(0.0, |step| step.mw);
        for at in 0..3_000 {
            let at = f64::from(at) / 10.0;
            let sold = curve.cleared_at(Price::from_micros((at * 1e6).round() as i64));
            prop_assert!(sold.kilowatts() as f64 / 1e3 <= best(at) + 1e-6, "{sold} at {at}");
        }
        // What the whole target gains on the mean, against what the fit gives up of it.
        let mut before = 0.0;
        let gain: f64 = steps.iter().map(|step| {
            let width = step.mw - before;
            before = step.mw;
            width * (300.0 - step.price).powi(2) / 600.0
        }).sum();
        prop_assert!(fitted.expected_loss < 0.02 * gain, "{} of {gain}", fitted.expected_loss);
    }
}
