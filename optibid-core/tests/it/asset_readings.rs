//! Availability and telemetry.

use super::asset_limits::{asset, battery, names};
use jiff::{SignedDuration, Timestamp};
use optibid_core::asset::{
    AssetKind, Availability, Load, Renewable, Telemetry, available_share, available_shares,
};
use optibid_core::id::AssetId;
use optibid_core::market::{DeliveryPeriod, Resolution};
use optibid_core::unit::{Energy, Power, Price, Ratio};
use proptest::prelude::*;
use uuid::Uuid;

const START: i64 = 1_714_521_600;

fn minute(n: i64) -> Timestamp {
    Timestamp::from_second(START + n * 60).unwrap()
}

fn window(from: i64, until: i64, ppm: i64) -> Availability {
    Availability {
        asset: AssetId::from_uuid(Uuid::from_u128(7)),
        from: minute(from),
        until: minute(until),
        limit: Ratio::from_ppm(ppm),
        reason: "maintenance".to_owned(),
    }
}

fn sample(power: Power, stored: Option<Energy>) -> Telemetry {
    Telemetry {
        asset: AssetId::from_uuid(Uuid::from_u128(7)),
        at: minute(0),
        power,
        state_of_charge: stored,
        available: Some(true),
        source: "scada".to_owned(),
    }
}

#[test]
fn a_window_is_half_open() {
    let period = |n| DeliveryPeriod::new(minute(n), Resolution::Min15).unwrap();
    let windows = [window(15, 30, 250_000)];
    let shares = available_shares(&windows, &[period(0), period(15), period(30)]);
    assert_eq!(shares, [Ratio::ONE, Ratio::from_ppm(250_000), Ratio::ONE]);
    assert_eq!(available_shares(&[], &[period(0)]), [Ratio::ONE]);
}

#[test]
fn each_fault_of_a_window_is_named() {
    let own = AssetId::from_uuid(Uuid::from_u128(7));
    let good = window(0, 60, 500_000);
    assert_eq!(good.violations(own, "windows[0]"), []);
    let cases = [
        (
            Availability {
                until: good.from,
                ..good.clone()
            },
            ("window_empty", "windows[0].until"),
        ),
        (
            Availability {
                limit: Ratio::from_ppm(1_000_001),
                ..good.clone()
            },
            ("not_a_share", "windows[0].limit"),
        ),
        (
            Availability {
                limit: Ratio::from_ppm(-1),
                ..good.clone()
            },
            ("not_a_share", "windows[0].limit"),
        ),
        (
            Availability {
                reason: "\t".to_owned(),
                ..good.clone()
            },
            ("reason_blank", "windows[0].reason"),
        ),
        (
            Availability {
                reason: "x".repeat(501),
                ..good.clone()
            },
            ("reason_too_long", "windows[0].reason"),
        ),
        (
            Availability {
                asset: AssetId::from_uuid(Uuid::from_u128(9)),
                ..good
            },
            ("asset_mismatch", "windows[0].asset"),
        ),
    ];
    for (broken, expected) in cases {
        assert_eq!(names(&broken.violations(own, "windows[0]")), [expected]);
    }
}

#[test]
fn a_sample_is_held_to_the_rating_and_a_tenth() {
    let battery = asset(AssetKind::Battery(battery()));
    let plant = Renewable {
        capacity: Power::from_kilowatts(1_001),
        curtailment_cost: Price::ZERO,
    };
    let wind = asset(AssetKind::Wind(plant));
    let load = asset(AssetKind::Load(Load {
        max_power: Power::from_megawatts(30),
        value_of_lost_load: Price::from_units(5_000),
    }));
    // 10 MW out and 8 MW in, and 1 MW of tolerance; 1.001 MW and 0.101; 30 MW and 3.
    let edges = [
        (&battery, -9_000, 11_000),
        (&wind, -101, 1_102),
        (&load, -33_000, 3_000),
    ];
    for (asset, low, high) in edges {
        for (kilowatts, within) in [
            (low, true),
            (high, true),
            (low - 1, false),
            (high + 1, false),
        ] {
            let found =
                sample(Power::from_kilowatts(kilowatts), None).violations(asset, minute(0), "");
            let expected: &[_] = if within {
                &[]
            } else {
                &[("power_out_of_range", "power")]
            };
            assert_eq!(
                names(&found),
                expected,
                "{kilowatts} kW of {}",
                asset.kind.code()
            );
        }
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn each_fault_of_a_sample_is_named() {
    let battery = asset(AssetKind::Battery(battery()));
    let now = minute(0);
    let good = sample(Power::ZERO, Some(Energy::from_mwh(20)));
    assert_eq!(good.violations(&battery, now, "samples[3]"), []);
    let late = |seconds| Telemetry {
        at: now + SignedDuration::from_secs(seconds),
        ..good.clone()
    };
    assert_eq!(late(300).violations(&battery, now, "samples[3]"), []);
    let over = Energy::from_kilowatt_seconds(20 * Energy::PER_MWH + 1);
    let under = Energy::from_kilowatt_seconds(-1);
    let cases = [
        (late(301), ("in_future", "samples[3].at")),
        (
            Telemetry {
                state_of_charge: Some(over),
                ..good.clone()
            },
            ("soc_out_of_range", "samples[3].state_of_charge"),
        ),
        (
            Telemetry {
                state_of_charge: Some(under),
                ..good.clone()
            },
            ("soc_out_of_range", "samples[3].state_of_charge"),
        ),
        (
            Telemetry {
                source: String::new(),
                ..good.clone()
            },
            ("source_blank", "samples[3].source"),
        ),
        (
            Telemetry {
                source: "s".repeat(121),
                ..good.clone()
            },
            ("source_too_long", "samples[3].source"),
        ),
        (
            Telemetry {
                asset: AssetId::from_uuid(Uuid::from_u128(9)),
                ..good.clone()
            },
            ("asset_mismatch", "samples[3].asset"),
        ),
    ];
    for (broken, expected) in cases {
        assert_eq!(
            names(&broken.violations(&battery, now, "samples[3]")),
            [expected]
        );
    }
    let plant = Renewable {
        capacity: Power::from_megawatts(10),
        curtailment_cost: Price::ZERO,
    };
    let solar = asset(AssetKind::Solar(plant));
    let expected = [("soc_not_applicable", "state_of_charge")];
    assert_eq!(names(&good.violations(&solar, now, "")), expected);
}

proptest! {
    /// The share of a period is the lowest limit that is in force in any of its minutes.
    #[test]
    fn available_share_is_the_lowest_of_any_minute(
        windows in prop::collection::vec((0_i64..180, 1_i64..90, 0_i64..=10), 0..6),
        quarter in 0_i64..12, hourly in any::<bool>(),
    ) {
        let resolution = if hourly { Resolution::Hour } else { Resolution::Min15 };
        let first = if hourly { quarter / 4 * 60 } else { quarter * 15 };
        let minutes = resolution.seconds() / 60;
        let limit_at = |m: i64| {
            let in_force = windows.iter().filter(|(from, length, _)| *from <= m && m < from + length);
            in_force.map(|(_, _, tenths)| *tenths).min().unwrap_or(10)
        };
        let expected = (first..first + minutes).map(limit_at).min().unwrap();
        let windows: Vec<_> = windows
            .iter()
            .map(|(from, length, tenths)| window(*from, from + length, tenths * 100_000))
            .collect();
        let period = DeliveryPeriod::new(minute(first), resolution).unwrap();
        prop_assert_eq!(available_share(&windows, &period), Ratio::from_ppm(expected * 100_000));
    }
}
