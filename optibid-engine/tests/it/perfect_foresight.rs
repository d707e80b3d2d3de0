//! Each day of the perfect-foresight references: start empty, end free, no costs.

use std::collections::BTreeMap;
use std::path::Path;

use optibid_engine::battery::{Method, Model, Parameters, Terminal};

use crate::fixtures::{ercot, fixture, reference_battery, rows, text};
use crate::invariants::checked;

type Days = BTreeMap<String, Vec<f64>>;

/// Compares every row of the reference with the optimum of its day, to 1e-4; returns the number of days and the total.
fn compare(parameters: Parameters, days: &Days, reference: &Path) -> (usize, f64) {
    let model = Model::new(Parameters {
        initial_mwh: 0.0,
        terminal: Terminal::Free,
        ..parameters
    })
    .unwrap();
    let text = text(reference);
    let rows = rows(&text);
    let mut total = 0.0;
    for row in &rows {
        let (day, expected) = (row[0], row[1].parse::<f64>().unwrap());
        let found = checked(&model, &days[day], None, Method::Exact).objective;
        assert!(
            (found - expected).abs() <= 1e-4,
            "{day}: {found} but expected {expected}"
        );
        total += found;
    }
    (rows.len(), total)
}

#[test]
fn ercot_real_time_by_quarter_hours() {
    let mut days = Days::new();
    for (day, _, real_time) in ercot() {
        days.entry(day).or_default().push(real_time);
    }
    assert!(days.values().all(|prices| prices.len() == 96));
    let battery = Parameters {
        charge_efficiency: 0.927,
        discharge_efficiency: 0.927,
        ..reference_battery(0.25)
    };
    let reference =
        fixture("perfect_foresight/perfect_foresight_ercot_hb_south_rtm_15min_2MWh.csv");
    let (count, total) = compare(battery, &days, &reference);
    assert_eq!(count, 213);
    assert!((total - 33_135.102_5).abs() < 1e-3, "{total}");
}

#[test]
fn ercot_day_ahead_by_hours() {
    let mut days = Days::new();
    for (day, day_ahead, _) in ercot().into_iter().step_by(4) {
        days.entry(day).or_default().push(day_ahead);
    }
    assert!(days.values().all(|prices| prices.len() == 24));
    let battery = Parameters {
        charge_efficiency: 1.0,
        discharge_efficiency: 0.85,
        max_mwh: 1.0,
        ..reference_battery(1.0)
    };
    let reference =
        fixture("perfect_foresight/perfect_foresight_ercot_hb_south_dam_hourly_1MWh.csv");
    let (count, total) = compare(battery, &days, &reference);
    assert_eq!(count, 213);
    assert!((total - 12_629.225_5).abs() < 1e-3, "{total}");
}

/// The prices may not ship, hence the folder.
#[test]
fn germany_2017_by_hours() {
    let Some(folder) = optibid_core::testing::data::folder("germany_2017_by_hours") else {
        return;
    };
    let prices = text(&folder.join("epf_prices_forecasts/EPF_DE.csv.gz"));
    let mut days = Days::new();
    for row in rows(&prices) {
        days.entry(row[0][..10].to_owned())
            .or_default()
            .push(row[1].parse().unwrap());
    }
    let battery = Parameters {
        charge_efficiency: 0.9,
        max_mwh: 4.0,
        ..reference_battery(1.0)
    };
    let reference = folder.join("bess_reference/perfect_foresight_epf_DE_2017_hourly_4MWh.csv");
    let (count, total) = compare(battery, &days, &reference);
    assert_eq!(count, 365);
    assert!((total - 31_614.780_7).abs() < 1e-3, "{total}");
}
