//! Offers from price paths: the program against independent optima, every venue's validator, what may be known.

use optibid_core::asset::Battery;
use optibid_core::ports::{EngineError, OfferBuilder};
use optibid_core::schedule::{Offer, OfferMethod, OfferRequest, StepReasons};
use optibid_core::unit::{Energy, Power, Price, Ratio};
use optibid_engine::battery::{self, Horizon, Method, Model, Parameters, Terminal};
use optibid_engine::policy::{self, Dependence, Estimation, History, Options};
use optibid_engine::program::MicroLp;
use optibid_engine::scenario::{
    Effort, Generator, Risk, ScenarioSet, bid_curves, bid_curves_within, bid_program,
    bid_program_within,
};
use optibid_engine::{BatteryOffers, OpportunityCostOffers, PolicyOffers, ScenarioOffers};

use crate::domain::one_hour_battery;
use crate::fixtures::reference_battery;
use crate::invariants::assert_close;
use crate::offers::{self, VENUES};

fn paths(seed: u64, scenarios: usize, periods: usize) -> Vec<Vec<f64>> {
    let mut generator = Generator::new(seed);
    let mut path = || {
        (0..periods)
            .map(|_| (generator.uniform() * 80.0).floor())
            .collect()
    };
    (0..scenarios).map(|_| path()).collect()
}

/// Batteries with fees, each with another end.
fn with_fees() -> Vec<Model> {
    let ends = [
        Terminal::Free,
        Terminal::AtLeast(0.4),
        Terminal::Priced {
            target_mwh: 0.7,
            shortfall_per_mwh: 30.0,
        },
        Terminal::Worth { per_mwh: 25.0 },
    ];
    let model = |terminal| {
        let parameters = Parameters {
            charge_fee_per_mwh: 6.0,
            discharge_fee_per_mwh: 3.0,
            degradation_per_mwh: 2.0,
            terminal,
            ..reference_battery(1.0)
        };
        Model::new(parameters).unwrap()
    };
    ends.map(model).to_vec()
}

const FINE: Effort = Effort {
    gap: 1e-4,
    rounds: 5_000,
    threads: 1,
};

/// On one path the best curves are the best schedule, which dynamic programming finds on its own.
#[test]
fn on_one_path_fees_and_ends_cost_what_the_battery_optimum_says() {
    for (i, model) in with_fees().iter().enumerate() {
        for seed in 0..3 {
            let path = paths(seed, 1, 12);
            let optimum = battery::optimum(model, &Horizon::new(&path[0]), Method::Exact).unwrap();
            let set = ScenarioSet::equally_likely(path).unwrap();
            let exact = bid_program(model, &set, Risk::NEUTRAL, &MicroLp::new()).unwrap();
            assert_close(exact.objective, optimum, 1e-6, &format!("program, end {i}"));
            let plan = bid_curves(model, &set, FINE).unwrap();
            assert_close(
                plan.objective,
                optimum,
                0.02,
                &format!("splitting, end {i}"),
            );
            assert!(plan.bound >= optimum - 1e-6);
        }
    }
}

#[test]
fn fees_and_ends_count_alike_in_both_methods() {
    for (i, model) in with_fees().iter().enumerate() {
        let set = ScenarioSet::equally_likely(paths(7, 5, 8)).unwrap();
        let exact = bid_program(model, &set, Risk::NEUTRAL, &MicroLp::new()).unwrap();
        let plan = bid_curves(model, &set, FINE).unwrap();
        assert!(plan.bound >= exact.objective - 1e-6, "end {i}");
        assert!(plan.objective <= exact.bound + 1e-6, "end {i}");
        assert!(plan.gap() < 0.05, "end {i}: {}", plan.gap());
    }
}

#[test]
fn ranges_hold_in_both_methods() {
    let model = &with_fees()[0];
    let set = ScenarioSet::equally_likely(paths(3, 5, 6)).unwrap();
    let ranges = [
        (-1.0, 0.0),
        (-0.5, 0.5),
        (0.0, 1.0),
        (0.0, 0.0),
        (-1.0, 1.0),
        (0.0, 0.25),
    ];
    let free = bid_program(model, &set, Risk::NEUTRAL, &MicroLp::new()).unwrap();
    let exact = bid_program_within(model, &set, (Risk::NEUTRAL, &ranges), &MicroLp::new()).unwrap();
    let plan = bid_curves_within(model, &set, (Risk::NEUTRAL, &ranges), FINE).unwrap();
    for schedule in exact.schedules.iter().chain(&plan.schedules) {
        for (net, (low, high)) in schedule.net_mw.iter().zip(ranges) {
            assert!(
                (low - 1e-9..=high + 1e-9).contains(net),
                "{net} beyond {low} to {high}"
            );
        }
    }
    assert!(exact.bound <= free.bound + 1e-6);
    assert!(plan.bound >= exact.objective - 1e-6 && plan.objective <= exact.bound + 1e-6);
    let bad = bid_curves_within(model, &set, (Risk::NEUTRAL, &[(0.5, 1.0); 6]), FINE).unwrap_err();
    assert!(bad.to_string().contains("with 0 in it"), "{bad}");
}

/// A day at the medians with paths around them, 24 and more equally spread shifts of a shape.
fn request(venue: (&str, &str, &str), battery: Battery, method: OfferMethod) -> OfferRequest {
    let prices: Vec<(i64, i64, i64)> = (0..24)
        .map(|hour: i64| {
            (
                (20 + 3 * ((hour * 7) % 24)) * 1_000_000,
                15_000_000,
                15_000_000,
            )
        })
        .collect();
    let mut request = offers::request(venue, battery, &prices);
    let mut generator = Generator::new(5);
    let medians: Vec<i64> = request
        .forecast
        .points
        .iter()
        .map(|p| p.median.micros())
        .collect();
    let (count, _) = method.draws().unwrap_or((0, 0));
    request.paths.paths = (0..count)
        .map(|_| {
            let common = generator.uniform();
            let mut price = |m: &i64| {
                let error = 20.0 * (common - 0.5) + 20.0 * (generator.uniform() - 0.5);
                Price::from_micros(m + (error * 1e6) as i64)
            };
            medians.iter().map(&mut price).collect()
        })
        .collect();
    request.method = method;
    request
}

fn ten_megawatts() -> Battery {
    Battery {
        charge_limit: Power::from_megawatts(10),
        discharge_limit: Power::from_megawatts(10),
        energy_capacity: Energy::from_mwh(20),
        max_soc: Energy::from_mwh(20),
        degradation_cost: Price::from_units(3),
        ..one_hour_battery()
    }
}

fn build(request: &OfferRequest) -> Offer {
    BatteryOffers::new().build(request).unwrap()
}

#[test]
fn every_venue_takes_the_curves_and_the_reasons_add_up() {
    let methods = [OfferMethod::scenarios(20, 0), OfferMethod::policy(20, 0)];
    for (venue, method) in VENUES.iter().flat_map(|&v| methods.map(|m| (v, m))) {
        let request = request(venue, ten_megawatts(), method);
        let offer = build(&request);
        assert!(
            offer.curves().len() > 4,
            "{venue:?}: {} periods",
            offer.curves().len()
        );
        offers::check_valid(&request, &offer).unwrap();
        assert!(offer.reasons.iter().all(StepReasons::adds_up), "{venue:?}");
        for bid in offer.curves() {
            let explained = |power| {
                let mut steps = offer.reasons.iter();
                steps.any(|step| step.period == bid.period && step.to == power)
            };
            let points = bid.curve.injection_points();
            let moved = points.iter().filter(|point| point.quantity != Power::ZERO);
            assert!(
                moved.map(|point| point.quantity).all(explained),
                "{venue:?}"
            );
        }
        assert_eq!(offer, build(&request), "{venue:?}");
        let expected = OpportunityCostOffers::new()
            .build(&request)
            .unwrap()
            .expected;
        assert_eq!(offer.expected, expected);
    }
}

#[test]
fn awards_that_cannot_be_delivered_are_cut_where_asked() {
    let venue = ("ERCOT", "DAM", "2026-06-01");
    // From an empty store no sale is safe, since no purchase is sure.
    let battery = Battery {
        initial_soc: Energy::from_mwh(10),
        ..ten_megawatts()
    };
    let plain = request(venue, battery, OfferMethod::scenarios(12, 0));
    let offer = build(&OfferRequest {
        safe: true,
        ..plain.clone()
    });
    assert!(build(&plain).safety.breach.is_some());
    assert_eq!(offer.safety.breach, None);
    offers::check_valid(&plain, &offer).unwrap();
}

/// From an empty store no sale is safe while no purchase is certain: the schedule is then bid at any price, which is.
#[test]
fn an_empty_store_is_bid_at_any_price_where_that_is_what_safety_leaves_most() {
    let venue = ("ERCOT", "DAM", "2026-06-01");
    for method in [
        OfferMethod::OpportunityCost,
        OfferMethod::scenarios(12, 0),
        OfferMethod::policy(12, 0),
    ] {
        let plain = request(venue, ten_megawatts(), method);
        let offer = build(&OfferRequest {
            safe: true,
            ..plain.clone()
        });
        assert_eq!(offer.safety.breach, None);
        offers::check_valid(&plain, &offer).unwrap();
        assert!(offer.reasons.iter().all(StepReasons::adds_up));
        assert!(
            offer.reasons.iter().any(|step| step.to > Power::ZERO),
            "{}: it sells",
            method.name()
        );
        // Whatever the prices between floor and cap, the store can run what is awarded.
        let mut generator = Generator::new(11);
        for _ in 0..200 {
            let mut soc = 0.0_f64;
            for bid in offer.curves() {
                let price = -249.0 + 5_248.0 * generator.uniform().powi(4);
                let price = Price::from_micros((price * 1e6) as i64);
                let mw = bid.curve.cleared_at(price).kilowatts() as f64 / 1e3;
                soc -= if mw > 0.0 { mw / 0.85 } else { mw };
                assert!(
                    (-1e-6..=20.0 + 1e-6).contains(&soc),
                    "{}: {soc} MWh",
                    method.name()
                );
            }
        }
    }
}

#[test]
fn fees_take_out_what_they_cost() {
    let venue = ("ERCOT", "DAM", "2026-06-01");
    let offered = |charge_fee, discharge_fee| {
        let battery = Battery {
            charge_fee,
            discharge_fee,
            ..ten_megawatts()
        };
        build(&request(venue, battery, OfferMethod::scenarios(20, 0)))
    };
    let fee = Price::from_units(8);
    let free = offered(Price::ZERO, Price::ZERO);
    let paid = offered(fee, fee);
    let moved = |offer: &Offer| -> i64 {
        let ends = offer
            .reasons
            .iter()
            .map(|step| (step.to.kilowatts() - step.from.kilowatts()).abs());
        ends.sum()
    };
    assert!(0 < moved(&paid) && moved(&paid) < moved(&free));
    // Nothing is sold below wear and fee.
    let sold = paid.reasons.iter().filter(|step| step.to > Power::ZERO);
    assert!(
        sold.map(|step| step.price)
            .all(|price| price >= Price::from_units(11))
    );
    // No two prices of any path lie this far apart.
    assert!(
        offered(Price::from_units(200), Price::ZERO)
            .curves()
            .is_empty()
    );
    assert!(
        offered(Price::ZERO, Price::from_units(200))
            .curves()
            .is_empty()
    );
}

/// 1 MWh in store; the first hour pays 50 for certain, the second 40 or 80, the others nothing.
fn certain_or_dear(risk_weight: Ratio) -> Vec<i64> {
    let battery = Battery {
        initial_soc: Energy::from_mwh(1),
        discharge_efficiency: Ratio::ONE,
        degradation_cost: Price::from_units(5),
        ..one_hour_battery()
    };
    let method = OfferMethod::Scenarios {
        count: 2,
        seed: 0,
        risk_weight,
        tail: Ratio::from_ppm(500_000),
    };
    let venue = ("ERCOT", "DAM", "2026-06-01");
    let mut request = request(venue, battery, method);
    let day = |second| {
        let mut prices = vec![Price::ZERO; request.forecast.points.len()];
        (prices[0], prices[1]) = (Price::from_units(50), Price::from_units(second));
        prices
    };
    request.paths.paths = vec![day(40), day(80)];
    let offer = build(&request);
    let earned = |path: &Vec<Price>| -> i64 {
        let points = request.forecast.points.iter().zip(path);
        let award = |(point, &price): (&optibid_core::forecast::ForecastPoint, &Price)| {
            let bid = offer.curves().iter().find(|bid| bid.period == point.period);
            let power = bid.map_or(Power::ZERO, |bid| bid.curve.cleared_at(price));
            power.kilowatts() * price.micros() / 1_000_000_000
        };
        points.map(award).sum()
    };
    request.paths.paths.iter().map(earned).collect()
}

#[test]
fn a_weight_on_risk_gives_up_mean_for_the_worst_path() {
    assert_eq!(certain_or_dear(Ratio::ZERO), [40, 80]);
    assert_eq!(certain_or_dear(Ratio::from_ppm(900_000)), [50, 50]);
}

fn violations(answer: Result<Offer, EngineError>) -> Vec<(String, String)> {
    let Err(EngineError::Invalid(found)) = answer else {
        panic!("accepted");
    };
    found.into_iter().map(|v| (v.code, v.field)).collect()
}

fn refused(request: &OfferRequest) -> Vec<(String, String)> {
    violations(ScenarioOffers::new().build(request))
}

#[test]
fn what_the_method_cannot_do_is_refused_by_name() {
    let venue = ("ERCOT", "DAM", "2026-06-01");
    let ramp = Battery {
        ramp_limit: Some(Power::from_kilowatts(100)),
        ..ten_megawatts()
    };
    let bad = request(venue, ramp, OfferMethod::scenarios(3, 0));
    let named = |code: &str, field: &str| vec![(code.to_owned(), field.to_owned())];
    assert_eq!(refused(&bad), named("not_in_method", "battery.ramp_limit"));
    let mut bad = request(venue, ten_megawatts(), OfferMethod::scenarios(3, 0));
    bad.paths.paths[1].pop();
    assert_eq!(refused(&bad), named("paths_do_not_fit", "paths[1]"));
    bad.paths.paths.clear();
    assert_eq!(refused(&bad), named("paths_do_not_fit", "paths"));
    let bad = request(venue, ten_megawatts(), OfferMethod::scenarios(1, 0));
    assert_eq!(
        refused(&bad),
        named("scenario_count_out_of_range", "method.count")
    );
    let mut bad = request(venue, ten_megawatts(), OfferMethod::scenarios(3, 0));
    bad.method = OfferMethod::OpportunityCost;
    assert_eq!(refused(&bad), named("wrong_method", "method"));
    bad.method = OfferMethod::Policy {
        count: 3,
        seed: 0,
        states: 4,
    };
    let found = violations(PolicyOffers::new().build(&bad));
    assert_eq!(found, named("state_count_out_of_range", "method.states"));
    bad.method = OfferMethod::scenarios(3, 0);
    let found = violations(PolicyOffers::new().build(&bad));
    assert_eq!(found, named("wrong_method", "method"));
}

/// At every price that a state stands for, a curve does what the policy itself would, to the tick.
#[test]
fn a_policy_offers_what_it_would_do_at_each_price() {
    let venue = ("CAISO", "DAM", "2026-06-01");
    let request = request(venue, ten_megawatts(), OfferMethod::policy(30, 0));
    let offer = build(&request);
    let prices: Vec<f64> = request
        .paths
        .paths
        .iter()
        .flatten()
        .map(|price| price.micros() as f64 / 1e6)
        .collect();
    let periods = request.forecast.points.len();
    let process = History::of_paths(&prices, periods)
        .unwrap()
        .process(Estimation {
            states: 7,
            dependence: Dependence::Pooled,
            first_slot: 0,
            periods,
        });
    let model = Model::new(Parameters {
        discharge_efficiency: 0.85,
        degradation_per_mwh: 3.0,
        ..Parameters::new(10.0, 20.0, 1.0)
    });
    let policy = policy::solve(&model.unwrap(), &process.unwrap(), &Options::default()).unwrap();
    let mut soc = 0.0;
    let mut moved = 0;
    for (t, point) in offer.expected.points.iter().enumerate() {
        let bid = policy.bid(t, soc, None).unwrap();
        soc = point.state_of_charge.kilowatt_seconds() as f64 / 3_600_000.0;
        let curve = offer
            .curves()
            .iter()
            .find(|curve| curve.period == point.period);
        for &level in policy.process().levels(t) {
            let thresholds = bid
                .steps()
                .iter()
                .map(|step| (step.from_price - level).abs());
            if thresholds.fold(f64::INFINITY, f64::min) < 0.02 {
                continue;
            }
            let price = Price::from_micros((level * 1e6).round() as i64);
            let offered = curve.map_or(Power::ZERO, |bid| bid.curve.cleared_at(price));
            let wanted = bid.net_mw(level);
            assert_close(
                offered.kilowatts() as f64 / 1e3,
                wanted,
                0.051,
                &format!("period {t} at {level}"),
            );
            moved += usize::from(wanted != 0.0);
        }
    }
    assert!(moved > 50, "{moved}");
}

/// Half the power in every period, and none in some: no curve goes beyond it.
#[test]
fn what_is_not_available_is_not_offered() {
    let methods = [OfferMethod::scenarios(12, 0), OfferMethod::policy(12, 0)];
    for (venue, method) in [
        (VENUES[0], methods[0]),
        (VENUES[1], methods[0]),
        (VENUES[0], methods[1]),
    ] {
        let mut request = request(venue, ten_megawatts(), method);
        let share = |t: usize| Ratio::from_ppm(if t.is_multiple_of(5) { 0 } else { 500_000 });
        request.availability = (0..request.forecast.points.len()).map(share).collect();
        let offer = build(&request);
        assert!(!offer.curves().is_empty());
        for (t, point) in request.forecast.points.iter().enumerate() {
            let most = if t.is_multiple_of(5) { 0 } else { 5_000 };
            let bid = offer.curves().iter().find(|bid| bid.period == point.period);
            let points = bid
                .map(|bid| bid.curve.injection_points())
                .unwrap_or_default();
            assert!(
                points
                    .iter()
                    .all(|point| point.quantity.kilowatts().abs() <= most)
            );
        }
    }
}
