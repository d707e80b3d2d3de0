//! The award check against simulated patterns of awards, and the repair against every cut on a grid.

use optibid_core::asset::Battery;
use optibid_core::bid::{CurvePoint, CurveShape, OfferCurve};
use optibid_core::market::Resolution;
use optibid_core::market::rules::{Confidence, ProductRules, RuleBook, Sourced};
use optibid_core::unit::{Energy, Power, Price, Ratio};
use optibid_engine::awards::{self, Case, Limit, Offered, Outlook, Verdict};
use proptest::prelude::*;

use crate::domain::date;

fn mwh(value: f64) -> Energy {
    Energy::from_kilowatt_seconds((value * 3.6e6).round() as i64)
}

fn battery(store: [f64; 3], loss: i64, cycles: Option<i64>) -> Battery {
    let [min, initial, max] = store;
    Battery {
        charge_limit: Power::from_megawatts(4),
        discharge_limit: Power::from_megawatts(5),
        energy_capacity: mwh(max),
        min_soc: mwh(min),
        max_soc: mwh(max),
        charge_efficiency: Ratio::from_ppm(900_000),
        discharge_efficiency: Ratio::from_ppm(800_000),
        initial_soc: mwh(initial),
        target_soc: None,
        cycle_budget: cycles.map(Ratio::from_ppm),
        degradation_cost: Price::from_units(2),
        standing_loss: Ratio::from_ppm(loss),
        ..Battery::symmetric(Power::ZERO, Energy::ZERO, Ratio::ONE)
    }
}

fn batteries() -> impl Strategy<Value = Battery> {
    let stores = (0_u32..3, 0_u32..9, 1_u32..9);
    let losses = prop_oneof![Just(0_i64), Just(20_000), Just(100_000)];
    let cycles = prop_oneof![Just(None), (200_000_i64..2_000_000).prop_map(Some)];
    (stores, losses, cycles).prop_map(|((min, above, room), loss, cycles)| {
        let min = f64::from(min);
        let initial = min + f64::from(above.min(room));
        battery([min, initial, min + f64::from(room)], loss, cycles)
    })
}

/// Points of a storage curve: (MW, price) on whole numbers, from -4 to 5 MW.
fn curves() -> impl Strategy<Value = Option<OfferCurve>> {
    let widths = (
        prop::collection::vec(1_i32..4, 0..3),
        prop::collection::vec(1_i32..4, 0..3),
    );
    (widths, prop::collection::vec(0_i32..25, 5), any::<bool>()).prop_map(
        |((buy, sell), rises, line)| {
            let total: i32 = buy.iter().sum();
            let (mut mw, mut price) = (-total, -5);
            let mut points = Vec::new();
            let mut rises = rises.into_iter();
            let at = |mw: i32, price: i32| {
                CurvePoint::new(Power::from_megawatts(mw), Price::from_units(price))
            };
            for width in buy {
                price += rises.next().unwrap_or(3);
                points.push(at(mw, price));
                mw += width;
            }
            for width in sell {
                mw += width;
                price += rises.next().unwrap_or(3);
                points.push(at(mw, price));
            }
            let shape = if line {
                CurveShape::Linear
            } else {
                CurveShape::Step
            };
            (!points.is_empty()).then(|| OfferCurve::storage(shape, points).unwrap())
        },
    )
}

fn offers(banded: bool) -> impl Strategy<Value = Vec<Offered>> {
    let one = (curves(), -10_i32..60, 0_i32..30, 700_000_i64..=1_000_000);
    prop::collection::vec(one, 1..5).prop_map(move |list| {
        let offered = |(curve, low, width, share): (_, i32, i32, i64)| Offered {
            curve,
            available: Ratio::from_ppm(share),
            prices: banded.then(|| [Price::from_units(low), Price::from_units(low + width)]),
        };
        list.into_iter().map(offered).collect()
    })
}

/// What a pattern of awards breaks first, by the equations alone: the settlement period and the limits broken there.
fn simulate(case: &Case<'_>, awards: &[f64]) -> Option<(usize, Vec<(Limit, f64)>)> {
    let b = case.battery;
    let energy = |e: Energy| e.kilowatt_seconds() as f64 / 3.6e6;
    let share = |r: Ratio| r.ppm() as f64 / 1e6;
    let power = |p: Power| p.kilowatts() as f64 / 1e3;
    let (min, max) = (energy(b.min_soc), energy(b.max_soc));
    let hours = case.settlement.seconds() as f64 / 3_600.0;
    let parts = (case.interval.seconds() / case.settlement.seconds()) as usize;
    let (mut soc, mut sold) = (energy(b.initial_soc), 0.0);
    for (i, &mw) in awards.iter().enumerate() {
        let available = share(case.offers[i / parts].available);
        soc = (soc * (1.0 - share(b.standing_loss)).powf(hours)).max(min);
        if mw > 0.0 {
            soc -= mw * hours / share(b.discharge_efficiency);
            sold += mw * hours;
        } else {
            soc -= mw * hours * share(b.charge_efficiency);
        }
        let budget = b
            .cycle_budget
            .map_or(f64::INFINITY, |c| share(c) * (max - min));
        let broken = [
            (Limit::ChargePower, -mw - power(b.charge_limit) * available),
            (
                Limit::DischargePower,
                mw - power(b.discharge_limit) * available,
            ),
            (Limit::MinSoc, min - soc),
            (Limit::MaxSoc, soc - max),
            (Limit::Cycles, sold - budget),
        ];
        let broken: Vec<_> = broken.into_iter().filter(|(_, by)| *by > 1e-7).collect();
        if !broken.is_empty() {
            return Some((i, broken));
        }
    }
    None
}

/// The ends of what may be awarded in each settlement period, MW, read off the curve price by price.
fn ends(case: &Case<'_>) -> Vec<(f64, f64)> {
    let parts = (case.interval.seconds() / case.settlement.seconds()) as usize;
    let mw = |p: Power| p.kilowatts() as f64 / 1e3;
    let mut ends = Vec::new();
    for offered in case.offers {
        let [low, high] = offered.prices.map_or([-1_000, 1_000], |prices| {
            prices.map(|price| price.micros() / 1_000_000)
        });
        let mut range: Option<(f64, f64)> = None;
        for price in low..=high {
            let (from, to) = offered
                .curve
                .as_ref()
                .map_or((Power::ZERO, Power::ZERO), |curve| {
                    curve.accepted_range(Price::from_micros(price * 1_000_000))
                });
            let (least, most) = range.unwrap_or((f64::INFINITY, f64::NEG_INFINITY));
            range = Some((least.min(mw(from)), most.max(mw(to))));
        }
        let (mut least, mut most) = range.unwrap();
        if offered.prices.is_none() {
            (least, most) = (least.min(0.0), most.max(0.0));
        }
        ends.extend(std::iter::repeat_n((least, most), parts));
    }
    ends
}

fn quarters(offers: &[Offered], battery: &Battery) -> Verdict {
    let (interval, settlement) = (Resolution::Hour, Resolution::Min30);
    awards::check(&Case {
        battery,
        offers,
        interval,
        settlement,
    })
    .unwrap()
}

fn corners(ends: &[(f64, f64)]) -> impl Iterator<Item = Vec<f64>> {
    (0..1_u32 << ends.len()).map(move |bits| {
        let end =
            |(i, range): (usize, &(f64, f64))| if bits >> i & 1 == 1 { range.1 } else { range.0 };
        ends.iter().enumerate().map(end).collect()
    })
}

fn agree(battery: &Battery, offers: &[Offered], fills: &[f64]) {
    let (interval, settlement) = (Resolution::Hour, Resolution::Min30);
    let case = Case {
        battery,
        offers,
        interval,
        settlement,
    };
    let ends = ends(&case);
    let broken = corners(&ends).find(|pattern| simulate(&case, pattern).is_some());
    let inside: Vec<f64> = ends
        .iter()
        .zip(fills)
        .map(|(&(low, high), fill)| low + (high - low) * fill)
        .collect();
    match quarters(offers, battery) {
        Verdict::Safe(proof) => {
            assert_eq!(broken, None, "{offers:?}");
            assert_eq!(simulate(&case, &inside), None, "{offers:?} {inside:?}");
            assert_eq!(proof.reachable_mwh.len(), ends.len());
        }
        Verdict::Unsafe(breach) => {
            assert!(broken.is_some(), "{breach:?} {offers:?}");
            let awards: Vec<f64> = breach
                .awards
                .iter()
                .map(|p| p.kilowatts() as f64 / 1e3)
                .collect();
            for (award, (low, high)) in awards.iter().zip(&ends) {
                assert!(
                    (low - 1e-9..=high + 1e-9).contains(award),
                    "{breach:?} {ends:?}"
                );
            }
            let (at, limits) = simulate(&case, &awards).unwrap();
            assert_eq!(
                (at, at / 2),
                (breach.settlement, breach.period),
                "{breach:?}"
            );
            let found = limits.iter().find(|limit| limit.0 == breach.limit).unwrap();
            assert!((found.1 - breach.by).abs() < 1e-6, "{breach:?} {found:?}");
        }
    }
}

fn rules(tick: Option<Power>) -> ProductRules {
    let (market, product) = ("CAISO".parse().unwrap(), "DAM".parse().unwrap());
    let rules = RuleBook::builtin()
        .at(&market, &product, date("2026-06-01"))
        .unwrap();
    let quantity_tick = tick.map(|value| Sourced {
        value,
        source: "made up".into(),
        valid_from: date("2026-01-01"),
        confidence: Confidence::Unverified,
    });
    ProductRules {
        quantity_tick,
        min_quantity: None,
        max_points: None,
        price_tick: None,
        ..rules
    }
}

/// Expected profit of a curve in an hour by its definition, price by price.
fn expected(
    battery: &Battery,
    curve: Option<&OfferCurve>,
    scenarios: &[(f64, f64)],
    stored: f64,
) -> f64 {
    let Some(curve) = curve else { return 0.0 };
    let share = |r: Ratio| r.ppm() as f64 / 1e6;
    let total: f64 = scenarios.iter().map(|s| s.1).sum();
    let profit = |&(price, weight): &(f64, f64)| {
        let mw = curve
            .cleared_at(Price::from_micros((price * 1e6) as i64))
            .kilowatts() as f64
            / 1e3;
        let wear = battery.degradation_cost.micros() as f64 / 1e6;
        let gain = if mw > 0.0 {
            mw * (price - wear - stored / share(battery.discharge_efficiency))
        } else {
            mw * (price - stored * share(battery.charge_efficiency))
        };
        gain * weight / total
    };
    scenarios.iter().map(profit).sum()
}

/// Scenarios a little off whole prices, so that none is at the margin of a step.
fn scenarios(count: usize) -> impl Strategy<Value = Vec<Vec<(f64, f64)>>> {
    let price = (-10_i32..90, 1_u32..4).prop_map(|(p, w)| (f64::from(p) + 0.25, f64::from(w)));
    prop::collection::vec(prop::collection::vec(price, 1..4), count)
}

/// Every way to narrow the steps of one curve, in whole MW.
fn narrowings(curve: Option<&OfferCurve>) -> Vec<Option<OfferCurve>> {
    let Some(curve) = curve else {
        return vec![None];
    };
    let mut steps: Vec<(i64, Price)> = Vec::new();
    let (mut before, mut buys) = (0, 0);
    for (i, p) in curve.points().iter().enumerate() {
        let mw = p.quantity.kilowatts() / 1_000;
        if mw < 0 {
            let next = curve
                .points()
                .get(i + 1)
                .map_or(0, |n| n.quantity.kilowatts() / 1_000);
            steps.push((next.min(0) - mw, p.price));
            buys += 1;
        } else {
            steps.push((mw - before, p.price));
            before = mw;
        }
    }
    let mut lists = vec![Vec::new()];
    for &(width, _) in &steps {
        lists = lists
            .into_iter()
            .flat_map(|list: Vec<i64>| (0..=width).map(move |w| [list.clone(), vec![w]].concat()))
            .collect();
    }
    let curve_of = |widths: Vec<i64>| {
        let total: i64 = widths.iter().take(buys).sum();
        let mut at = -total;
        let mut points = Vec::new();
        for (i, (width, (_, price))) in widths.iter().zip(&steps).enumerate() {
            let mw = if i < buys { at } else { at + width };
            at += width;
            if *width > 0 {
                points.push(CurvePoint::new(Power::from_kilowatts(mw * 1_000), *price));
            }
        }
        (!points.is_empty()).then(|| OfferCurve::storage(CurveShape::Step, points).unwrap())
    };
    lists.into_iter().map(curve_of).collect()
}

/// The highest expected profit of all narrowings that no corner of awards breaks.
fn best_cut(case: &Case<'_>, scenarios: &[Vec<(f64, f64)>], stored: f64) -> f64 {
    let mut best = f64::NEG_INFINITY;
    let mut stack: Vec<(Vec<Offered>, f64)> = vec![(Vec::new(), 0.0)];
    while let Some((list, profit)) = stack.pop() {
        let part = Case {
            offers: &list,
            ..*case
        };
        if !list.is_empty() && corners(&ends(&part)).any(|p| simulate(&part, &p).is_some()) {
            continue;
        }
        let Some(next) = case.offers.get(list.len()) else {
            best = best.max(profit);
            continue;
        };
        for curve in narrowings(next.curve.as_ref()) {
            let more = expected(case.battery, curve.as_ref(), &scenarios[list.len()], stored);
            let mut list = list.clone();
            list.push(Offered {
                curve,
                ..next.clone()
            });
            stack.push((list, profit + more));
        }
    }
    best
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_check_agrees_with_every_pattern(
        battery in batteries(), offers in offers(false), fills in prop::collection::vec(0.0..=1.0_f64, 8),
    ) {
        agree(&battery, &offers, &fills);
    }

    #[test]
    fn the_check_agrees_with_every_price_of_a_band(
        battery in batteries(), offers in offers(true), fills in prop::collection::vec(0.0..=1.0_f64, 8),
    ) {
        agree(&battery, &offers, &fills);
    }

    /// What comes out is safe by its own check, on the ticks, within the bound, and costs what it says.
    #[test]
    fn repaired_sets_are_safe(
        battery in batteries(), offers in offers(false), scenarios in scenarios(4), stored in 0.0..60.0_f64,
    ) {
        repaired_is_safe(&battery, &offers, &scenarios, stored)?;
    }

    #[test]
    fn repaired_sets_are_safe_in_a_band(
        battery in batteries(), offers in offers(true), scenarios in scenarios(4), stored in 0.0..60.0_f64,
    ) {
        repaired_is_safe(&battery, &offers, &scenarios, stored)?;
    }
}

fn repaired_is_safe(
    battery: &Battery,
    offers: &[Offered],
    scenarios: &[Vec<(f64, f64)>],
    stored_value: f64,
) -> Result<(), TestCaseError> {
    let (interval, settlement) = (Resolution::Hour, Resolution::Min30);
    let case = Case {
        battery,
        offers,
        interval,
        settlement,
    };
    let outlook = Outlook {
        scenarios: &scenarios[..offers.len()],
        stored_value,
    };
    let tick = Power::from_kilowatts(100);
    let repaired = match awards::repair(&case, &outlook, &rules(Some(tick))) {
        Ok(repaired) => repaired,
        Err(error) => return Err(TestCaseError::fail(error.to_string())),
    };
    let list: Vec<Offered> = offers
        .iter()
        .zip(&repaired.curves)
        .map(|(offered, curve)| Offered {
            curve: curve.clone(),
            ..offered.clone()
        })
        .collect();
    let after = Case {
        offers: &list,
        ..case
    };
    prop_assert!(awards::check(&after).unwrap().is_safe());
    prop_assert!(corners(&ends(&after)).all(|pattern| simulate(&after, &pattern).is_none()));
    prop_assert!(
        repaired.profit_after <= repaired.bound + 1e-4,
        "{repaired:?}"
    );
    let mut profits = [0.0; 2];
    for (i, (before, curve)) in offers.iter().zip(&repaired.curves).enumerate() {
        for point in curve.iter().flat_map(|curve| curve.points()) {
            prop_assert!(point.quantity.is_on_tick(tick), "{curve:?}");
        }
        for (sum, curve) in profits.iter_mut().zip([&before.curve, curve]) {
            *sum += expected(battery, curve.as_ref(), &scenarios[i], stored_value);
        }
    }
    let lines = offers
        .iter()
        .filter_map(|o| o.curve.as_ref())
        .any(|c| c.shape() == CurveShape::Linear);
    // Lines are awarded in whole kW, and where one crosses zero its price there is on the tick.
    let near = if lines { 0.5 } else { 1e-6 };
    prop_assert!(
        (profits[0] - repaired.profit_before).abs() < near,
        "{profits:?} {repaired:?}"
    );
    prop_assert!(
        (profits[1] - repaired.profit_after).abs() < near,
        "{profits:?} {repaired:?}"
    );
    Ok(())
}

fn steps_only(offers: Vec<Offered>) -> Vec<Offered> {
    let step = |curve: &OfferCurve| {
        OfferCurve::storage(CurveShape::Step, curve.points().to_vec()).unwrap()
    };
    let list = offers.into_iter().take(3);
    list.map(|o| Offered {
        curve: o.curve.as_ref().map(step),
        available: Ratio::ONE,
        ..o
    })
    .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Without a standing loss every MW weighs the same, and the cut is the best of all on the ticks.
    #[test]
    fn the_cut_is_the_best_on_the_ticks(
        battery in batteries(), offers in offers(false).prop_map(steps_only), scenarios in scenarios(3),
        stored in 0.0..60.0_f64,
    ) {
        let battery = Battery { standing_loss: Ratio::ZERO, ..battery };
        let hour = Resolution::Hour;
        let case = Case { battery: &battery, offers: &offers, interval: hour, settlement: hour };
        prop_assume!(!awards::check(&case).unwrap().is_safe());
        let outlook = Outlook { scenarios: &scenarios[..offers.len()], stored_value: stored };
        let repaired = awards::repair(&case, &outlook, &rules(Some(Power::from_megawatts(1)))).unwrap();
        let best = best_cut(&case, &scenarios, stored);
        prop_assert!((repaired.profit_after - best).abs() < 1e-6, "{repaired:?} {best}");
    }

    /// In a band, or with a loss, the best of all cuts lies between the result and the bound.
    #[test]
    fn the_bound_bounds_every_cut(
        battery in batteries(), offers in offers(true).prop_map(steps_only), scenarios in scenarios(3),
        stored in 0.0..60.0_f64,
    ) {
        let hour = Resolution::Hour;
        let case = Case { battery: &battery, offers: &offers, interval: hour, settlement: hour };
        let outlook = Outlook { scenarios: &scenarios[..offers.len()], stored_value: stored };
        let repaired = awards::repair(&case, &outlook, &rules(Some(Power::from_megawatts(1)))).unwrap();
        let best = best_cut(&case, &scenarios, stored);
        prop_assert!(best <= repaired.bound + 1e-4, "{repaired:?} {best}");
        prop_assume!(repaired.profit_after < repaired.profit_before - 1e-9);
        prop_assert!(repaired.profit_after <= best + 1e-6, "{repaired:?} {best}");
    }
}

#[test]
fn what_is_no_case_is_refused() {
    let battery = battery([0.0, 2.0, 4.0], 0, None);
    let offers = [Offered {
        prices: Some([Price::from_units(9), Price::from_units(3)]),
        ..Offered::nothing()
    }];
    let case = Case {
        battery: &battery,
        offers: &offers,
        interval: Resolution::Hour,
        settlement: Resolution::Min5,
    };
    let error = awards::check(&case).unwrap_err();
    assert!(error.to_string().contains("offers[0].prices"), "{error}");
    let crossed = Case {
        interval: Resolution::Min15,
        settlement: Resolution::Hour,
        offers: &[],
        ..case
    };
    let error = awards::check(&crossed).unwrap_err().to_string();
    assert!(
        error.contains("must divide the interval") && error.contains("at least one period"),
        "{error}"
    );
    let offers = [Offered::nothing()];
    let case = Case {
        offers: &offers,
        ..case
    };
    let outlook = Outlook {
        scenarios: &[],
        stored_value: 0.0,
    };
    let error = awards::repair(&case, &outlook, &rules(None)).unwrap_err();
    assert!(
        error.to_string().contains("one list for each of 1 periods"),
        "{error}"
    );
}
