//! Price processes: their rules, and their estimation from days made by a known law.

use optibid_engine::policy::{Dependence, Estimation, History, PriceProcess};

fn wanted(states: usize, dependence: Dependence, periods: usize) -> Estimation {
    Estimation {
        states,
        dependence,
        first_slot: 0,
        periods,
    }
}

/// Days of four slots: scale and level by slot, over an autoregression with the given correlation.
fn days(count: usize, correlation: f64) -> Vec<f64> {
    let mut seed = 7_u64;
    let mut uniform = || {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((seed >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    };
    let mut score = 0.0_f64;
    (0..count * 4)
        .map(|t| {
            // Box and Muller 1958.
            let (u, v) = (uniform(), uniform());
            let shock = (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos();
            score = correlation * score + (1.0 - correlation * correlation).sqrt() * shock;
            let slot = (t % 4) as f64;
            20.0 * slot + (0.3 * (slot + 1.0) * score).exp()
        })
        .collect()
}

#[test]
fn rows_are_distributions_and_means_are_those_of_the_days() {
    let prices = days(150, 0.7);
    let history = History::new(&prices, 4).unwrap();
    for dependence in [
        Dependence::Pooled,
        Dependence::BySlot,
        Dependence::Counts { prior_moves: 20.0 },
    ] {
        let process = history.process(wanted(15, dependence, 9)).unwrap();
        assert_eq!((process.periods(), process.states()), (9, 15));
        for t in 0..8 {
            for state in 0..15 {
                let row = process.row(t, state);
                assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-12);
                assert!(row.iter().all(|chance| *chance >= 0.0));
            }
        }
        if matches!(dependence, Dependence::Counts { .. }) {
            continue;
        }
        for t in 0..9 {
            let slot = prices.iter().skip(t % 4).step_by(4);
            let mean = slot.sum::<f64>() / 150.0;
            assert!(
                (process.expected(t) - mean).abs() < 1e-9 * mean,
                "{dependence:?} {t}"
            );
        }
    }
}

#[test]
fn a_known_correlation_is_found_again() {
    // The chance of staying above the median is 1/2 + asin(rho) / pi for jointly normal scores (Sheppard 1899).
    for correlation in [0.0, 0.5, 0.9] {
        let prices = days(4000, correlation);
        let history = History::new(&prices, 4).unwrap();
        let staying = 0.5 + f64::asin(correlation) / std::f64::consts::PI;
        for dependence in [
            Dependence::Pooled,
            Dependence::BySlot,
            Dependence::Counts { prior_moves: 1.0 },
        ] {
            let process = history.process(wanted(20, dependence, 5)).unwrap();
            for t in 0..4 {
                let upper: f64 = (10..20)
                    .map(|state| process.row(t, state)[10..].iter().sum::<f64>() / 10.0)
                    .sum();
                assert!(
                    (upper - staying).abs() < 0.02,
                    "{dependence:?} {correlation}: {upper}"
                );
            }
        }
    }
}

#[test]
fn counts_keep_what_a_correlation_cannot_say() {
    // Every third day dear in all slots, and nothing in between: calm stays calm, dear stays dear.
    let prices: Vec<f64> = (0..300)
        .flat_map(|day| {
            [if day % 3 == 0 {
                200.0
            } else {
                20.0 + f64::from(day) * 0.01
            }; 4]
        })
        .collect();
    let history = History::new(&prices, 4).unwrap();
    let process = history
        .process(wanted(3, Dependence::Counts { prior_moves: 1.0 }, 4))
        .unwrap();
    assert_eq!(process.levels(0)[2], 200.0);
    // Three moves of four stay within the day; from the last slot of a dear day the next is calm.
    let stays = process.row(0, 2)[2];
    assert!((stays - 0.75).abs() < 0.01, "{stays}");
}

#[test]
fn a_start_seen_a_profile_and_a_sample_keep_the_law() {
    let prices = days(100, 0.8);
    let process = History::new(&prices, 4)
        .unwrap()
        .process(wanted(5, Dependence::Pooled, 6))
        .unwrap();
    let after = process.after(1, 4).unwrap();
    assert_eq!(after.periods(), 4);
    assert_eq!(after.initial(), process.row(1, 4));
    assert_eq!(after.levels(0), process.levels(2));
    let ahead = process.expected_after(1, 4);
    for (one, other) in after.expected_all().iter().zip(&ahead) {
        assert!((one - other).abs() < 1e-12);
    }
    let shifted = process
        .clone()
        .around(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
        .unwrap();
    assert!((shifted.expected(4) - process.expected(4) - 5.0).abs() < 1e-9);
    assert_eq!(shifted.state_of(2, 3.0 + process.levels(2)[3]), 3);

    let paths: Vec<Vec<f64>> = (0..20_000).map(|seed| process.sample_path(seed)).collect();
    assert_eq!(paths[5], process.sample_path(5));
    for t in 0..6 {
        let mean = paths.iter().map(|path| path[t]).sum::<f64>() / 20_000.0;
        assert!((mean - process.expected(t)).abs() < 0.02 * process.expected(t));
        let stay = paths.iter().filter(|path| {
            t > 0 && process.state_of(t - 1, path[t - 1]) == 4 && process.state_of(t, path[t]) == 4
        });
        let expected = if t > 0 {
            process.row(t - 1, 4)[4] / 5.0
        } else {
            0.0
        };
        assert!((stay.count() as f64 / 20_000.0 - expected).abs() < 0.01);
    }
}

#[test]
fn what_is_no_process_is_refused_with_the_rule() {
    let says = |levels: &[Vec<f64>], initial: &[f64], matrix: Vec<Vec<f64>>| {
        PriceProcess::new(levels, initial, &[matrix])
            .unwrap_err()
            .to_string()
    };
    let levels = [vec![1.0, 2.0], vec![3.0, 4.0]];
    let even = vec![vec![0.5, 0.5]; 2];
    assert_eq!(
        says(&levels, &[0.5, 0.5], vec![vec![0.5, 0.4], vec![0.5, 0.5]]),
        "transitions is 0.9, but must be rows of probabilities that sum to 1"
    );
    assert_eq!(
        says(&levels, &[1.5, -0.5], even.clone()),
        "initial is 1.5, but must be a probability between 0 and 1"
    );
    assert_eq!(
        says(&[vec![2.0, 1.0], vec![3.0, 4.0]], &[0.5, 0.5], even.clone()),
        "levels is 1, but must be between -1e12 and 1e12 and not below the state before, in period 0"
    );
    assert!(
        says(
            &[vec![1.0, f64::NAN], vec![3.0, 4.0]],
            &[0.5, 0.5],
            even.clone()
        )
        .contains("NaN")
    );
    assert!(PriceProcess::new(&levels, &[0.5, 0.5], &[]).is_err());
    assert!(PriceProcess::new(&[], &[], &[]).is_err());
    assert!(History::new(&[1.0, 2.0, 3.0], 2).is_err());
    let history = [1.0, 2.0, 3.0, 4.0];
    let history = History::new(&history, 2).unwrap();
    let error = history
        .process(wanted(3, Dependence::Pooled, 2))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "states is 3, but must be between 1 and the 2 days of history"
    );
    let prior = Dependence::Counts { prior_moves: 0.0 };
    assert!(history.process(wanted(2, prior, 2)).is_err());
}
