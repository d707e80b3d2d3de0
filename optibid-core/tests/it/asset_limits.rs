//! What an asset may be: every limit broken on its own, and all at once.

use optibid_core::asset::{Asset, AssetContent, AssetKind, Battery, Load, NewAsset};
use optibid_core::asset::{Renewable, Thermal};
use optibid_core::error::{Code, Violation};
use optibid_core::id::{AssetId, OrgId};
use optibid_core::unit::{Currency, Degrees, Energy, Money, Power, Price, Ratio};
use proptest::prelude::*;
use uuid::Uuid;

pub(crate) fn battery() -> Battery {
    Battery {
        charge_limit: Power::from_megawatts(8),
        discharge_limit: Power::from_megawatts(10),
        energy_capacity: Energy::from_mwh(20),
        min_soc: Energy::from_mwh(1),
        max_soc: Energy::from_mwh(19),
        charge_efficiency: Ratio::from_ppm(900_000),
        discharge_efficiency: Ratio::from_ppm(950_000),
        initial_soc: Energy::from_mwh(10),
        target_soc: Some(Energy::from_mwh(5)),
        cycle_budget: Some(Ratio::from_ppm(1_500_000)),
        degradation_cost: Price::from_units(4),
        standing_loss: Ratio::from_ppm(50),
        ..Battery::symmetric(Power::ZERO, Energy::ZERO, Ratio::ONE)
    }
}

fn thermal() -> Thermal {
    Thermal {
        min_power: Power::from_megawatts(120),
        max_power: Power::from_megawatts(400),
        ramp_up: Power::from_megawatts(8),
        ramp_down: Power::from_megawatts(10),
        start_up_cost: Money::from_minor(2_500_000, Currency::Usd),
        no_load_cost: Money::from_minor(150_000, Currency::Usd),
        marginal_cost: Price::from_units(32),
        min_up_minutes: 240,
        min_down_minutes: 120,
    }
}

fn content(kind: AssetKind) -> AssetContent {
    AssetContent {
        name: "Río Bravo storage".to_owned(),
        market: "ERCOT".parse().unwrap(),
        location: "HB_SOUTH".parse().unwrap(),
        latitude: Some("29.4241".parse().unwrap()),
        longitude: Some("-98.4936".parse().unwrap()),
        kind,
    }
}

pub(crate) fn asset(kind: AssetKind) -> Asset {
    let new = NewAsset {
        id: AssetId::from_uuid(Uuid::from_u128(7)),
        org: OrgId::from_uuid(Uuid::from_u128(8)),
        at: "2024-05-01T00:00:00Z".parse().unwrap(),
    };
    Asset::create(new, content(kind)).unwrap()
}

pub(crate) fn names(found: &[Violation]) -> Vec<(&str, &str)> {
    found
        .iter()
        .map(|v| (v.code.as_str(), v.field.as_str()))
        .collect()
}

type Change = fn(&mut Battery);

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn each_limit_of_a_battery_is_named_when_it_alone_is_broken() {
    assert_eq!(battery().violations("kind"), []);
    let cases: &[(Change, &str, &str)] = &[
        (
            |b| b.charge_limit = Power::ZERO,
            "not_positive",
            "charge_limit",
        ),
        (
            |b| b.charge_limit = Power::from_megawatts(-8),
            "not_positive",
            "charge_limit",
        ),
        (
            |b| b.charge_limit = Power::from_kilowatts(100_000_001),
            "too_large",
            "charge_limit",
        ),
        (
            |b| b.discharge_limit = Power::from_kilowatts(0),
            "not_positive",
            "discharge_limit",
        ),
        (
            |b| b.discharge_limit = Power::from_kilowatts(i64::MAX),
            "too_large",
            "discharge_limit",
        ),
        (
            |b| b.energy_capacity = Energy::from_mwh(100_000_001),
            "too_large",
            "energy_capacity",
        ),
        (
            |b| b.charge_efficiency = Ratio::ZERO,
            "efficiency_out_of_range",
            "charge_efficiency",
        ),
        (
            |b| b.discharge_efficiency = Ratio::from_ppm(1_000_001),
            "efficiency_out_of_range",
            "discharge_efficiency",
        ),
        (
            |b| b.min_soc = Energy::from_kilowatt_seconds(-1),
            "soc_negative",
            "min_soc",
        ),
        (
            |b| b.max_soc = Energy::from_kilowatt_seconds(20 * Energy::PER_MWH + 1),
            "soc_above_capacity",
            "max_soc",
        ),
        (
            |b| b.initial_soc = Energy::ZERO,
            "soc_out_of_window",
            "initial_soc",
        ),
        (
            |b| b.initial_soc = Energy::from_mwh(20),
            "soc_out_of_window",
            "initial_soc",
        ),
        (
            |b| b.target_soc = Some(Energy::from_mwh(20)),
            "soc_out_of_window",
            "target_soc",
        ),
        (
            |b| b.cycle_budget = Some(Ratio::ZERO),
            "cycle_budget_out_of_range",
            "cycle_budget",
        ),
        (
            |b| b.degradation_cost = Price::from_micros(-1),
            "negative",
            "degradation_cost",
        ),
        (
            |b| b.degradation_cost = Price::from_units(1_000_001),
            "too_large",
            "degradation_cost",
        ),
        (
            |b| b.standing_loss = Ratio::ONE,
            "standing_loss_out_of_range",
            "standing_loss",
        ),
        (
            |b| b.standing_loss = Ratio::from_ppm(-1),
            "standing_loss_out_of_range",
            "standing_loss",
        ),
    ];
    for (change, code, field) in cases {
        let mut broken = battery();
        change(&mut broken);
        let path = format!("kind.{field}");
        assert_eq!(names(&broken.violations("kind")), [(*code, path.as_str())]);
    }
}

#[test]
fn the_edges_of_the_limits_are_allowed() {
    let edges: &[Change] = &[
        |b| b.charge_limit = Power::from_kilowatts(1),
        |b| b.charge_limit = Power::from_megawatts(100_000),
        |b| b.charge_efficiency = Ratio::from_ppm(1),
        |b| b.discharge_efficiency = Ratio::ONE,
        |b| b.min_soc = Energy::ZERO,
        |b| b.max_soc = b.energy_capacity,
        |b| b.initial_soc = b.min_soc,
        |b| b.initial_soc = b.max_soc,
        |b| b.target_soc = Some(b.max_soc),
        |b| b.target_soc = None,
        |b| b.cycle_budget = None,
        |b| b.degradation_cost = Price::ZERO,
        |b| b.standing_loss = Ratio::from_ppm(999_999),
    ];
    for change in edges {
        let mut battery = battery();
        change(&mut battery);
        assert_eq!(battery.violations(""), []);
    }
}

#[test]
fn a_window_without_width_is_no_window() {
    let mut empty = battery();
    empty.max_soc = empty.min_soc;
    empty.initial_soc = empty.min_soc;
    empty.target_soc = None;
    assert_eq!(
        names(&empty.violations("")),
        [("soc_window_empty", "min_soc")]
    );
    assert_eq!(empty.usable_energy(), Energy::ZERO);
}

#[test]
fn everything_wrong_is_said_at_once() {
    let kind = AssetKind::Battery(Battery {
        charge_limit: Power::ZERO,
        charge_efficiency: Ratio::from_ppm(1_100_000),
        initial_soc: Energy::from_mwh(30),
        ..battery()
    });
    let wrong = AssetContent {
        name: " ".to_owned(),
        latitude: Some(Degrees::from_e7(900_000_001)),
        longitude: None,
        ..content(kind)
    };
    let new = NewAsset {
        id: AssetId::from_uuid(Uuid::from_u128(7)),
        org: OrgId::from_uuid(Uuid::from_u128(8)),
        at: "2024-05-01T00:00:00Z".parse().unwrap(),
    };
    let error = Asset::create(new, wrong).unwrap_err();
    assert_eq!(error.code(), Code::Invalid);
    let expected = [
        ("name_blank", "name"),
        ("coordinate_out_of_range", "latitude"),
        ("coordinate_missing", "longitude"),
        ("not_positive", "kind.charge_limit"),
        ("efficiency_out_of_range", "kind.charge_efficiency"),
        ("soc_out_of_window", "kind.initial_soc"),
    ];
    assert_eq!(names(error.violations()), expected);
    let soc = &error.violations()[5];
    assert_eq!(soc.value, "30");
    assert_eq!(soc.rule, "between min_soc and max_soc: 1 to 19 MWh");
}

#[test]
fn names_and_places_have_limits() {
    let name = |name: &str| {
        let named = AssetContent {
            name: name.to_owned(),
            ..content(AssetKind::Battery(battery()))
        };
        named
            .violations()
            .into_iter()
            .map(|v| v.code)
            .collect::<Vec<_>>()
    };
    assert_eq!(name(&"é".repeat(120)), Vec::<String>::new());
    assert_eq!(name(&"é".repeat(121)), ["name_too_long"]);
    assert_eq!(name(" padded"), ["name_padded"]);
    assert_eq!(name("bell\u{7}"), ["name_not_printable"]);
    let place = |latitude: Option<i64>, longitude: Option<i64>| {
        let placed = AssetContent {
            latitude: latitude.map(Degrees::from_e7),
            longitude: longitude.map(Degrees::from_e7),
            ..content(AssetKind::Battery(battery()))
        };
        names(&placed.violations())
            .iter()
            .map(|(c, f)| format!("{c} {f}"))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        place(Some(-900_000_000), Some(1_800_000_000)),
        Vec::<String>::new()
    );
    assert_eq!(place(None, None), Vec::<String>::new());
    assert_eq!(
        place(Some(0), Some(-1_800_000_001)),
        ["coordinate_out_of_range longitude"]
    );
    assert_eq!(place(None, Some(0)), ["coordinate_missing latitude"]);
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn each_limit_of_the_other_kinds_is_named() {
    type ThermalChange = fn(&mut Thermal);
    let edges: &[ThermalChange] = &[
        |_| (),
        |t| t.min_power = Power::ZERO,
        |t| t.min_power = t.max_power,
        |t| t.start_up_cost = Money::zero(Currency::Usd),
        |t| t.min_up_minutes = 40_320,
        |t| t.marginal_cost = Price::from_units(-1_000_000),
    ];
    for change in edges {
        let mut plant = thermal();
        change(&mut plant);
        assert_eq!(plant.violations(""), []);
    }
    let cases: &[(ThermalChange, &str, &str)] = &[
        (
            |t| t.min_power = Power::from_kilowatts(-1),
            "negative",
            "min_power",
        ),
        (
            |t| t.min_power = Power::from_kilowatts(400_001),
            "min_above_max",
            "min_power",
        ),
        (|t| t.ramp_up = Power::ZERO, "not_positive", "ramp_up"),
        (
            |t| t.ramp_down = Power::from_kilowatts(-5),
            "not_positive",
            "ramp_down",
        ),
        (
            |t| t.start_up_cost = Money::from_minor(-1, Currency::Usd),
            "negative",
            "start_up_cost",
        ),
        (
            |t| t.no_load_cost = Money::from_minor(1_000_000_000_001, Currency::Usd),
            "too_large",
            "no_load_cost",
        ),
        (
            |t| t.no_load_cost = Money::from_minor(5, Currency::Eur),
            "currency_mismatch",
            "no_load_cost",
        ),
        (
            |t| t.marginal_cost = Price::from_units(-1_000_001),
            "too_large",
            "marginal_cost",
        ),
        (|t| t.min_up_minutes = 40_321, "too_large", "min_up_minutes"),
        (
            |t| t.min_down_minutes = u32::MAX,
            "too_large",
            "min_down_minutes",
        ),
    ];
    for (change, code, field) in cases {
        let mut broken = thermal();
        change(&mut broken);
        assert_eq!(names(&broken.violations("")), [(*code, *field)]);
    }
    let wind = Renewable {
        capacity: Power::ZERO,
        curtailment_cost: Price::from_micros(-1),
    };
    let expected = [
        ("not_positive", "kind.capacity"),
        ("negative", "kind.curtailment_cost"),
    ];
    assert_eq!(names(&AssetKind::Wind(wind).violations("kind")), expected);
    assert_eq!(names(&AssetKind::Solar(wind).violations("kind")), expected);
    let load = Load {
        max_power: Power::from_kilowatts(-1),
        value_of_lost_load: Price::from_micros(-1),
    };
    let expected = [
        ("not_positive", "kind.max_power"),
        ("negative", "kind.value_of_lost_load"),
    ];
    assert_eq!(names(&AssetKind::Load(load).violations("kind")), expected);
}

#[test]
fn an_asset_travels_as_json_and_refuses_what_it_does_not_know() {
    let plant = Renewable {
        capacity: Power::from_kilowatts(45_500),
        curtailment_cost: Price::from_cents(1_250),
    };
    let load = Load {
        max_power: Power::from_megawatts(30),
        value_of_lost_load: Price::from_units(5_000),
    };
    let kinds = [
        AssetKind::Battery(battery()),
        AssetKind::Solar(plant),
        AssetKind::Wind(plant),
        AssetKind::Thermal(thermal()),
        AssetKind::Load(load),
    ];
    for kind in kinds {
        let json = serde_json::to_value(asset(kind.clone())).unwrap();
        assert_eq!(json["kind"]["type"], kind.code());
        let text = json.to_string();
        assert_eq!(
            serde_json::from_str::<Asset>(&text).unwrap(),
            asset(kind.clone())
        );
        assert_eq!(
            serde_json::from_value::<Asset>(json.clone()).unwrap(),
            asset(kind.clone())
        );
        let mut kind_json = json["kind"].clone();
        kind_json["colour"] = "red".into();
        let error = serde_json::from_value::<AssetKind>(kind_json)
            .unwrap_err()
            .to_string();
        assert!(error.contains("unknown field `colour`"), "{error}");
        let written = asset(kind.clone()).content();
        let mut written_json = serde_json::to_value(&written).unwrap();
        assert_eq!(
            serde_json::from_value::<AssetContent>(written_json.clone()).unwrap(),
            written
        );
        written_json["owner"] = "me".into();
        let error = serde_json::from_value::<AssetContent>(written_json)
            .unwrap_err()
            .to_string();
        assert!(error.contains("unknown field `owner`"), "{error}");
    }
    let json = serde_json::to_value(AssetKind::Battery(battery())).unwrap();
    assert_eq!(json["discharge_limit"], "10");
    assert_eq!(json["charge_efficiency"], "0.9");
    assert_eq!(json["degradation_cost"], "4.00");
    let number = r#"{"type": "wind", "capacity": 45.5}"#;
    assert!(serde_json::from_str::<AssetKind>(number).is_err());
    let not_a_number = r#"{"type": "wind", "capacity": "NaN"}"#;
    assert!(serde_json::from_str::<AssetKind>(not_a_number).is_err());
}

#[test]
fn an_edit_keeps_identity_and_counts_up() {
    let before = asset(AssetKind::Battery(battery()));
    let later = "2024-06-01T00:00:00Z".parse().unwrap();
    let smaller = AssetKind::Battery(Battery {
        charge_limit: Power::from_megawatts(5),
        ..battery()
    });
    let after = before
        .clone()
        .edit(content(smaller.clone()), later)
        .unwrap();
    assert_eq!(
        (after.id, after.org, after.version),
        (before.id, before.org, 2)
    );
    assert_eq!(
        (after.created_at, after.updated_at),
        (before.created_at, later)
    );
    assert_eq!(after.kind, smaller);
    assert_eq!(after.content(), content(smaller));
}

proptest! {
    /// The stored order `0 <= min < max <= capacity`, `min <= initial, target <= max` is accepted
    /// exactly when it holds.
    #[test]
    fn stored_energies_are_accepted_exactly_when_in_order(
        capacity in 1_i64..6, low in -1_i64..6, high in -1_i64..7, initial in -1_i64..7,
        target in proptest::option::of(-1_i64..7),
    ) {
        let energy = Energy::from_kilowatt_seconds;
        let battery = Battery {
            energy_capacity: energy(capacity),
            min_soc: energy(low),
            max_soc: energy(high),
            initial_soc: energy(initial),
            target_soc: target.map(energy),
            ..battery()
        };
        let sorted = |x: i64| low <= x && x <= high;
        let good = 0 <= low && low < high && high <= capacity && sorted(initial)
            && target.is_none_or(sorted);
        prop_assert_eq!(battery.violations("").is_empty(), good);
    }

    /// Half-even by cases: the product of two ppm is below 1e12, so the tie is at 500,000.
    #[test]
    fn round_trip_is_the_product_to_the_nearest_millionth(c in 1_i64..=1_000_000, d in 1_i64..=1_000_000) {
        let battery = Battery {
            charge_efficiency: Ratio::from_ppm(c),
            discharge_efficiency: Ratio::from_ppm(d),
            ..battery()
        };
        let (whole, rest) = (c * d / 1_000_000, c * d % 1_000_000);
        let up = rest > 500_000 || (rest == 500_000 && whole % 2 == 1);
        prop_assert_eq!(battery.round_trip().ppm(), whole + i64::from(up));
    }
}
