//! `explain`, `curve`, and what `optimise` says of its limits.

use super::process::{Done, Folder};
use jiff::civil::date;
use optibid_core::bid::BidContent;
use optibid_core::market::{MarketZone, Resolution};
use optibid_core::schedule::StepReasons;
use serde_json::Value;
use std::fmt::Write;

const FOUR_HOURS: &str = "market,product,location,start,resolution,price
ERCOT,DAM,HB_SOUTH,2024-06-01T05:00:00Z,PT1H,20
ERCOT,DAM,HB_SOUTH,2024-06-01T06:00:00Z,PT1H,60
ERCOT,DAM,HB_SOUTH,2024-06-01T07:00:00Z,PT1H,30
ERCOT,DAM,HB_SOUTH,2024-06-01T08:00:00Z,PT1H,80
";

/// A battery of 10 MW and 10 MWh.
const ONE_HOUR: &str = "--power 10 --energy 10";

/// Runs a command on the four hours, with a battery that loses nothing.
fn on_four_hours(command: &str, flags: &str) -> Done {
    let folder = Folder::new();
    folder.write("prices.csv", FOUR_HOURS);
    let all = format!("{command} prices.csv --efficiency 1 --wear 5 --format json {flags}");
    folder.run(&all.split_whitespace().collect::<Vec<_>>())
}

/// A decimal in millionths; nothing is zero.
fn micros(value: Option<&Value>) -> i64 {
    let Some(text) = value.and_then(Value::as_str) else {
        return 0;
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{fraction:0<6}").parse().unwrap()
}

fn sum(row: &Value, keys: &[&str]) -> i64 {
    keys.iter().map(|key| micros(row.get(key))).sum()
}

const OF_MOVES: [&str; 6] = [
    "stored_energy",
    "efficiency_loss",
    "wear",
    "cycle_budget",
    "grid_fee",
    "gain",
];

#[test]
fn the_reasons_of_every_move_add_up_to_its_revenue() {
    let done = on_four_hours(
        "explain",
        &format!("{ONE_HOUR} --charge-fee 1 --cycles 1.5"),
    )
    .expect(0);
    let whole: Value = serde_json::from_str(&done.out).unwrap();
    let rows = done.rows();
    assert_eq!(rows.len(), 4, "{rows:?}");
    for row in rows.iter().chain([&whole["totals"]]) {
        assert_eq!(sum(row, &OF_MOVES), micros(row.get("revenue")), "{row}");
        assert_ne!(micros(row.get("revenue")), 0, "{row}");
    }
    let revenue = &whole["schedule"]["revenue"]["amount"];
    assert_eq!(&whole["totals"]["revenue"], revenue);
    // Of 15 MWh, 10 are sold at 80 and 5 at 60; 10 are bought at 20 and 5 at 30.
    assert_eq!(revenue, "750.00");
    // 5 of wear for each MWh discharged, 1 of fee for each one charged.
    assert_eq!(whole["totals"]["wear"], "75.00");
    assert_eq!(whole["totals"]["grid_fee"], "15.00");
    let next = |hour: &Value| hour["next_best"].as_str().map(str::len);
    assert!(rows.iter().any(|row| next(row) == Some(20)), "{rows:?}");
}

#[test]
fn optimise_says_what_limits_cost() {
    let done = on_four_hours(
        "optimise",
        &format!("{ONE_HOUR} --charge-fee 1 --cycles 1.5"),
    )
    .expect(0);
    // One MWh more than the budget: sold at 60, bought back at 30, with 5 of wear and 1 of fee.
    let binds = done
        .err
        .lines()
        .find(|line| line.starts_with("cycle budget of 2024-06-01: "));
    let said = " of 15 MWh discharged; one more MWh would earn 24.00 USD";
    assert!(
        binds.is_some_and(|line| line.ends_with(said)),
        "{}",
        done.err
    );
    assert!(
        done.err
            .contains("revenue 750.00 less wear 75.00, grid fees 15.00 = 660.00 USD"),
        "{}",
        done.err
    );
    assert!(done.err.contains("method: dynamic program"), "{}", done.err);
    let whole: Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!(whole["schedule"]["budgets"][0]["shadow_price"], "24.00");
    let done = on_four_hours(
        "optimise",
        "--power 1 --energy 10 --target 6 --target-price 100",
    )
    .expect(0);
    assert!(
        done.err.contains("2 MWh of the target are missing"),
        "{}",
        done.err
    );
    assert!(done.err.contains("a shortfall of 200.00"), "{}", done.err);
    let done = on_four_hours("optimise", "--quiet --cycles 1.5").expect(0);
    assert_eq!(done.err, "");
}

#[test]
fn limits_that_contradict_each_other_are_named_with_ways_out_that_work() {
    for command in ["optimise", "explain"] {
        let done = on_four_hours(command, "--power 2 --energy 20 --target 20").expect(3);
        assert_eq!(done.out, "");
        for said in [
            "these limits contradict each other",
            "battery.charge_limit = \"2\"",
            "battery.target_soc = \"20\"",
            "ways out, the cheapest first:",
            "battery.target_soc from 20 to 8",
        ] {
            assert!(done.err.contains(said), "{said}: {}", done.err);
        }
        on_four_hours(command, "--power 2 --energy 20 --target 8").expect(0);
    }
}

#[test]
fn limits_of_single_hours_come_from_a_file() {
    let folder = Folder::new();
    folder.write("prices.csv", FOUR_HOURS);
    folder.write("limits.csv", "min,max\n0,10\n0,10\n0,4\n0,10\n");
    let base = "optimise prices.csv --power 10 --energy 10 --efficiency 1 --format json --soc-limits limits.csv";
    let args: Vec<&str> = base.split_whitespace().collect();
    let stored: Vec<Value> = folder
        .run(&args)
        .expect(0)
        .rows()
        .iter()
        .map(|row| row["state_of_charge"].clone())
        .collect();
    assert_eq!(stored, ["10", "0", "4", "0"]);
    folder.write("limits.csv", "min,max\n0,10\n0,much\n0,4\n0,10\n");
    let done = folder.run(&args).expect(3);
    assert!(
        done.err.contains("--soc-limits") && done.err.contains("line: 3"),
        "{}",
        done.err
    );
    folder.write("limits.csv", "min,max\n0,10\n");
    let done = folder.run(&args).expect(3);
    assert!(done.err.contains("soc_limits = \"1\""), "{}", done.err);
}

const OF_STEPS: [&str; 7] = [
    "stored_energy",
    "efficiency_loss",
    "wear",
    "cycle_budget",
    "grid_fee",
    "risk_premium",
    "venue_tick",
];

#[test]
fn the_reasons_of_every_step_add_up_to_its_price_and_the_curves_are_a_bid() {
    let folder = Folder::new();
    let args = ["curve", "--sample", "--day", "2024-08-20", "--wear", "5"];
    let run = |format| {
        folder
            .run(&[&args[..], &["--format", format]].concat())
            .expect(0)
    };
    let offer: Value = serde_json::from_str(&run("json").out).unwrap();
    let content: BidContent = serde_json::from_value(offer["content"].clone()).unwrap();
    assert_eq!(content.delivery_day, date(2024, 8, 20));
    let steps: Vec<StepReasons> = serde_json::from_value(offer["reasons"].clone()).unwrap();
    assert!(steps.len() >= content.curves().len() && !content.curves().is_empty());
    assert!(steps.iter().all(StepReasons::adds_up));
    let done = run("csv");
    let mut rows = csv::Reader::from_reader(done.out.as_bytes());
    let keys = rows.headers().unwrap().clone();
    let rows: Vec<Value> = rows
        .records()
        .map(|row| {
            let row = row.unwrap();
            let cells = keys
                .iter()
                .zip(row.iter())
                .filter(|(_, cell)| !cell.is_empty());
            cells
                .map(|(key, cell)| (key.to_owned(), Value::from(cell)))
                .collect()
        })
        .collect();
    assert_eq!(rows.len(), steps.len());
    for (row, step) in rows.iter().zip(&steps) {
        assert_eq!(sum(row, &OF_STEPS), micros(row.get("price")), "{row}");
        assert_eq!(row["price"], step.price.to_string());
    }
    let table = run("table");
    assert!(table.out.contains("Risk premium"), "{}", table.out);
    assert!(
        table.err.contains("2024-08-19T10:00:00-05:00"),
        "the gate: {}",
        table.err
    );
}

/// Thirty days of hourly prices up to 30 June 2024, some of them dearer by 100.
fn june(dear: impl Fn(jiff::civil::Date) -> bool) -> String {
    let zone = MarketZone::new("America/Chicago", 0).unwrap();
    let mut text = "market,product,location,start,resolution,price\n".to_owned();
    for day in date(2024, 6, 1).series(jiff::ToSpan::days(1)).take(30) {
        let periods = zone.day(day).unwrap().periods(Resolution::Hour);
        for (hour, period) in periods.enumerate() {
            let usual = if (17..21).contains(&hour) { 90 } else { 20 };
            let price = usual + if dear(day) { 100 } else { 0 };
            let start = period.start();
            writeln!(text, "ERCOT,DAM,HB_SOUTH,{start},PT1H,{price}").unwrap();
        }
    }
    text
}

#[test]
fn a_curve_rests_on_what_was_known_at_its_gate_alone() {
    let folder = Folder::new();
    let day = date(2024, 6, 25);
    let curve = |prices: &str| {
        folder.write("prices.csv", prices);
        let done = folder.run(&[
            "curve",
            "prices.csv",
            "--day",
            "2024-06-25",
            "--format",
            "csv",
        ]);
        done.expect(0).out
    };
    let plain = curve(&june(|_| false));
    assert_eq!(
        curve(&june(|d| d >= day)),
        plain,
        "it knew the day's own prices"
    );
    assert_ne!(curve(&june(|d| d < day)), plain, "it knew nothing");
    let early = folder
        .run(&["curve", "prices.csv", "--day", "2024-06-02"])
        .expect(3);
    assert!(
        early.err.contains("history = \"1 days\"") || early.err.contains("history = \"0 days\""),
        "{}",
        early.err
    );
    folder.run(&["curve", "prices.csv"]).expect(2);
    folder
        .run(&[
            "curve",
            "prices.csv",
            "--day",
            "2024-06-25",
            "--from",
            "2024-06-01",
        ])
        .expect(2);
}

#[test]
fn a_curve_is_built_by_the_method_that_is_asked_for() {
    let folder = Folder::new();
    let curve = |more: &[&str], code| {
        let args = [
            "curve",
            "--sample",
            "--day",
            "2024-08-20",
            "--format",
            "json",
        ];
        folder.run(&[&args[..], more].concat()).expect(code)
    };
    let scenarios = ["--method", "scenarios", "--paths", "12", "--seed", "1"];
    let drawn = curve(&scenarios, 0).out;
    assert_eq!(drawn, curve(&scenarios, 0).out);
    assert_ne!(drawn, curve(&[], 0).out);
    let averse = curve(
        &[&scenarios[..], &["--risk", "0.5", "--tail", "0.25"]].concat(),
        0,
    )
    .out;
    assert_ne!(drawn, averse);
    let policy = ["--method", "policy", "--paths", "30", "--states", "5"];
    let decided = curve(&policy, 0).out;
    assert_ne!(decided, drawn);
    assert_ne!(
        decided,
        curve(&["--method", "policy", "--paths", "30"], 0).out
    );
    for text in [drawn, averse, decided] {
        let offer: Value = serde_json::from_str(&text).unwrap();
        let steps: Vec<StepReasons> = serde_json::from_value(offer["reasons"].clone()).unwrap();
        assert!(!steps.is_empty() && steps.iter().all(StepReasons::adds_up));
    }
    let ignored = curve(&["--seed", "1"], 3).err;
    assert!(ignored.contains("--seed"), "{ignored}");
    let few = curve(&["--method", "scenarios", "--paths", "1"], 3).err;
    assert!(few.contains("method.count"), "{few}");
    let other = curve(&["--method", "scenarios", "--states", "5"], 3).err;
    assert!(other.contains("--method policy"), "{other}");
    let few = ["--method", "policy", "--paths", "4"];
    curve(&few, 0);
    let crowded = curve(&[&few[..], &["--states", "5"]].concat(), 3).err;
    assert!(crowded.contains("method.states"), "{crowded}");
    let negative = curve(&["--method", "policy", "--paths", "-4"], 2).err;
    assert!(negative.contains("'-4' for '--paths"), "{negative}");
}
