//! Where the optimiser could stumble.

use optibid_engine::battery::{
    Horizon, Method, Model, Parameters, SolveError, Terminal, optimum, solve,
};

use crate::fixtures::{bench_prices, reference_battery};
use crate::invariants::{assert_close, checked};

fn free(period_hours: f64) -> Parameters {
    Parameters {
        initial_mwh: 0.0,
        terminal: Terminal::Free,
        ..reference_battery(period_hours)
    }
}

fn both(parameters: Parameters, prices: &[f64]) -> (f64, f64) {
    let model = Model::new(parameters).unwrap();
    (
        checked(&model, prices, None, Method::Relaxed).objective,
        checked(&model, prices, None, Method::Exact).objective,
    )
}

#[test]
fn one_period_sells_what_is_there() {
    let battery = Parameters {
        initial_mwh: 1.0,
        ..free(1.0)
    };
    // 1 MWh inside gives 0.95 MWh at 40 outside.
    let (relaxed, exact) = both(battery, &[40.0]);
    assert_close(relaxed, 38.0, 1e-12, "relaxed");
    assert_close(exact, 38.0, 1e-12, "exact");
}

#[test]
fn one_period_at_a_negative_price_burns_only_when_relaxed() {
    // Charging 1 MW earns 10. The programme that may do both keeps the battery full by feeding 0.95 * 0.95 back,
    // here not yet: 2 MWh take the whole hour.
    let (relaxed, exact) = both(free(1.0), &[-10.0]);
    assert_close(relaxed, 10.0, 1e-12, "relaxed");
    assert_close(exact, 10.0, 1e-12, "exact");
    // Full at the start: charging 1 and discharging 0.9025 earns 0.975; exactly, nothing can be earned.
    let (relaxed, exact) = both(
        Parameters {
            initial_mwh: 2.0,
            ..free(1.0)
        },
        &[-10.0],
    );
    assert_close(relaxed, 0.975, 1e-12, "relaxed");
    assert_close(exact, 0.0, 1e-12, "exact");
}

#[test]
fn all_prices_negative_fill_the_store_and_cycle() {
    // 8 hours at -10: exactly, 2 MWh are stored at most; discharging costs 0.95 * 10 a MWh inside, charging earns 10 / 0.95.
    let battery = Parameters {
        charge_mw: 2.0 / 0.95,
        discharge_mw: 1.9,
        ..free(1.0)
    };
    let (_, exact) = both(battery, &[-10.0; 3]);
    assert_close(
        exact,
        2.0 * (2.0 / 0.95) * 10.0 - 19.0,
        1e-12,
        "full, empty, full",
    );
}

#[test]
fn zero_prices_earn_nothing_and_move_nothing() {
    for method in [Method::Relaxed, Method::Exact] {
        let model = Model::new(reference_battery(0.25)).unwrap();
        let solution = checked(&model, &[0.0; 96], None, method);
        assert_eq!(solution.objective, 0.0);
        assert!(
            solution
                .schedule
                .charge_mw
                .iter()
                .chain(&solution.schedule.discharge_mw)
                .all(|mw| *mw == 0.0)
        );
    }
}

#[test]
fn equal_prices_do_not_cycle() {
    let model = Model::new(Parameters {
        initial_mwh: 0.5,
        ..free(1.0)
    })
    .unwrap();
    for method in [Method::Relaxed, Method::Exact] {
        let solution = checked(&model, &[25.0; 48], None, method);
        assert_close(
            solution.objective,
            0.5 * 0.95 * 25.0,
            1e-12,
            "sells the start once",
        );
        assert_eq!(solution.schedule.charge_mw.iter().sum::<f64>(), 0.0);
    }
}

#[test]
fn tiny_and_huge_powers() {
    let prices = bench_prices("prices_week_q.csv");
    // 1 kW for a store of 2 GWh never meets a limit: every period decides alone, buying for the end is never worth it,
    // so it sells from the stock in the periods with the best prices, all of them positive.
    let model = Model::new(Parameters {
        charge_mw: 1e-3,
        discharge_mw: 1e-3,
        max_mwh: 2_000.0,
        initial_mwh: 1_000.0,
        ..free(0.25)
    })
    .unwrap();
    let sold: f64 = prices.iter().filter(|price| **price > 0.0).sum::<f64>() * 0.25e-3;
    let bought: f64 = prices.iter().filter(|price| **price < 0.0).sum::<f64>() * -0.25e-3;
    let exact = checked(&model, &prices, None, Method::Exact).objective;
    assert_close(exact, sold + bought, 1e-9, "tiny");
    // A gigawatt empties or fills the store in an instant: the optimum is that of unlimited power.
    let huge = Model::new(Parameters {
        charge_mw: 1e9,
        discharge_mw: 1e9,
        ..free(0.25)
    })
    .unwrap();
    let enough = Model::new(Parameters {
        charge_mw: 100.0,
        discharge_mw: 100.0,
        ..free(0.25)
    })
    .unwrap();
    let (found, expected) = (
        checked(&huge, &prices, None, Method::Exact).objective,
        checked(&enough, &prices, None, Method::Exact).objective,
    );
    assert_close(found, expected, 1e-9, "huge");
}

#[test]
fn equal_limits_leave_nothing_to_do() {
    let battery = Parameters {
        min_mwh: 1.0,
        max_mwh: 1.0,
        initial_mwh: 1.0,
        terminal: Terminal::Free,
        ..free(1.0)
    };
    let (relaxed, exact) = both(battery, &[10.0, 80.0, -40.0]);
    assert_close(exact, 0.0, 1e-12, "exact");
    // Only burning is left: 1 - 0.9025 of a MWh at -40.
    assert_close(relaxed, 0.0975 * 40.0, 1e-12, "relaxed");
}

#[test]
fn a_standing_loss_is_made_good() {
    // 1 % an hour of 1 MWh must be bought back each hour.
    let battery = Parameters {
        min_mwh: 1.0,
        max_mwh: 1.0,
        initial_mwh: 1.0,
        standing_loss_per_hour: 0.01,
        ..reference_battery(1.0)
    };
    let (relaxed, exact) = both(battery, &[50.0; 24]);
    assert_close(relaxed, -24.0 * 50.0 * 0.01 / 0.95, 1e-9, "relaxed");
    assert_close(exact, -24.0 * 50.0 * 0.01 / 0.95, 1e-9, "exact");
}

#[test]
fn a_target_only_just_reachable_is_reached() {
    // Full power in all 7 periods, whatever the price: 7 * 0.25 * 0.95.
    let target = 7.0 * 0.25 * 0.95;
    let prices = [500.0, 20.0, -3.0, 0.0, 77.0, 91.0, 12.0];
    let battery = Parameters {
        terminal: Terminal::AtLeast(target),
        ..free(0.25)
    };
    let (relaxed, exact) = both(battery, &prices);
    let cost = -0.25 * prices.iter().sum::<f64>();
    assert_close(relaxed, cost, 1e-9, "relaxed");
    assert_close(exact, cost, 1e-9, "exact");
}

#[test]
fn a_target_out_of_reach_says_what_is_in_reach() {
    let battery = Parameters {
        terminal: Terminal::AtLeast(1.7),
        ..free(0.25)
    };
    let model = Model::new(battery).unwrap();
    for method in [Method::Relaxed, Method::Exact] {
        let error = solve(&model, &Horizon::new(&[10.0; 7]), method).unwrap_err();
        let SolveError::TargetUnreachable {
            target_mwh,
            reachable_mwh,
        } = error
        else {
            panic!("{error}")
        };
        assert_eq!(target_mwh, 1.7);
        assert_close(reachable_mwh, 7.0 * 0.25 * 0.95, 1e-12, "reachable");
    }
}

#[test]
fn a_minimum_that_leaks_away_names_the_period() {
    let battery = Parameters {
        min_mwh: 1.0,
        initial_mwh: 1.5,
        standing_loss_per_hour: 0.2,
        charge_mw: 0.0,
        terminal: Terminal::Free,
        ..reference_battery(1.0)
    };
    let error = optimum(
        &Model::new(battery).unwrap(),
        &Horizon::new(&[10.0; 4]),
        Method::Exact,
    )
    .unwrap_err();
    let SolveError::MinimumUnreachable {
        period,
        minimum_mwh,
        reachable_mwh,
    } = error
    else {
        panic!("{error}")
    };
    assert_eq!((period, minimum_mwh), (1, 1.0));
    assert_close(reachable_mwh, 0.96, 1e-12, "reachable");
}

#[test]
fn an_outage_stands_still() {
    let model = Model::new(Parameters {
        initial_mwh: 1.0,
        ..free(1.0)
    })
    .unwrap();
    let limits = vec![(1.0, 0.0), (1.0, 0.5), (1.0, 1.0)];
    // The best hour is lost, half of the second best is there, the rest goes at the third.
    let solution = checked(&model, &[90.0, 80.0, 20.0], Some(&limits), Method::Exact);
    assert_eq!(solution.schedule.discharge_mw[0], 0.0);
    assert_close(
        solution.objective,
        0.5 * 80.0 + (0.95 - 0.5) * 20.0,
        1e-12,
        "objective",
    );
}

/// Everything at the ends of what is accepted: no panic, no endless loop, and numbers that are numbers.
#[test]
fn the_largest_numbers_accepted_stay_finite() {
    for (power, capacity, efficiency) in [
        (1e12, 1e12, 1e-6),
        (1e12, 1e-9, 1.0),
        (1e-9, 1e12, 1.0),
        (0.0, 0.0, 0.5),
    ] {
        let model = Model::new(Parameters {
            charge_mw: power,
            discharge_mw: power,
            max_mwh: capacity,
            charge_efficiency: efficiency,
            discharge_efficiency: efficiency,
            degradation_per_mwh: 1e12,
            period_hours: 1e6,
            ..free(1.0)
        })
        .unwrap();
        let prices: Vec<f64> = (0..50)
            .map(|t| if t % 3 == 0 { -1e12 } else { 1e12 })
            .collect();
        for method in [Method::Relaxed, Method::Exact] {
            let solution = solve(&model, &Horizon::new(&prices), method).unwrap();
            let schedule = &solution.schedule;
            let all = schedule
                .charge_mw
                .iter()
                .chain(&schedule.discharge_mw)
                .chain(&schedule.soc_mwh);
            assert!(solution.objective.is_finite() && all.copied().all(f64::is_finite));
        }
    }
}

/// A store that holds a year's charging never drops a piece of its value function.
#[test]
fn a_store_without_end_is_still_solved() {
    let prices = bench_prices("prices_year_h.csv.gz");
    let battery = Parameters {
        max_mwh: 1e6,
        initial_mwh: 5e5,
        ..free(1.0)
    };
    let model = Model::new(battery).unwrap();
    let solution = checked(&model, &prices, None, Method::Exact);
    let expected: f64 = prices.iter().map(|price| price.abs()).sum();
    assert_close(
        solution.objective,
        expected,
        1e-9,
        "every period decides alone",
    );
}
