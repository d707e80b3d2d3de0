//! Commands that need no server and no database.

use super::process::Folder;
use serde_json::Value;

/// Four hours whose best schedule can be found by hand.
const FOUR_HOURS: &str = "market,product,location,start,resolution,price
ERCOT,DAM,HB_SOUTH,2024-06-01T05:00:00Z,PT1H,20
ERCOT,DAM,HB_SOUTH,2024-06-01T06:00:00Z,PT1H,60
ERCOT,DAM,HB_SOUTH,2024-06-01T07:00:00Z,PT1H,30
ERCOT,DAM,HB_SOUTH,2024-06-01T08:00:00Z,PT1H,80
";

const LOSSLESS: [&str; 8] = [
    "--power",
    "10",
    "--energy",
    "10",
    "--efficiency",
    "1",
    "--wear",
    "5",
];

#[test]
fn optimise_finds_the_schedule_that_can_be_found_by_hand() {
    let folder = Folder::new();
    folder.write("prices.csv", FOUR_HOURS);
    let done = folder.run(
        &[
            &["optimise", "prices.csv", "--format", "csv"],
            &LOSSLESS[..],
        ]
        .concat(),
    );
    let done = done.expect(0);
    // Buys 10 MWh at 20 and at 30, sells them at 60 and at 80; 20 MWh discharged wear 100 off.
    let columns: Vec<Vec<&str>> = done.out.lines().map(|l| l.split(',').collect()).collect();
    assert_eq!(
        columns[0][1..5],
        ["price", "power", "energy", "state_of_charge"]
    );
    let power: Vec<&str> = columns[1..].iter().map(|row| row[2]).collect();
    assert_eq!(power, ["-10", "10", "-10", "10"]);
    assert!(
        done.err
            .contains("revenue 900.00 less wear 100.00 = 800.00 USD, 2 cycles"),
        "{}",
        done.err
    );
}

#[test]
fn prices_also_come_on_standard_input_and_quiet_prints_results_alone() {
    let folder = Folder::new();
    let args = [
        &["optimise", "-", "--quiet", "--format", "json"],
        &LOSSLESS[..],
    ]
    .concat();
    let done = folder.run_fed(&args, FOUR_HOURS).expect(0);
    assert_eq!(done.rows()[3]["power"], "10");
    assert_eq!(done.err, "");
}

#[test]
fn the_backtest_of_the_sample_adds_up() {
    let folder = Folder::new();
    let args = [
        "backtest",
        "--sample",
        "--from",
        "2024-08-12",
        "--to",
        "2024-08-14",
        "--wear",
        "5",
    ];
    let done = folder
        .run(&[&args[..], &["--format", "json"]].concat())
        .expect(0);
    let whole: Value = serde_json::from_str(&done.out).unwrap();
    let rows = done.rows();
    assert_eq!(rows.len(), 3);
    for key in ["revenue", "wear", "net", "perfect_foresight"] {
        let sum: i64 = rows.iter().map(|row| cents(&row[key])).sum();
        assert_eq!(sum, cents(&whole["totals"][key]), "{key}");
    }
    for row in &rows {
        assert_eq!(
            cents(&row["net"]),
            cents(&row["revenue"]) - cents(&row["wear"])
        );
        assert!(
            cents(&row["net"]) <= cents(&row["perfect_foresight"]),
            "better than hindsight: {row}"
        );
    }
    let table = folder.run(&args).expect(0);
    assert!(table.out.contains("3 days"), "{}", table.out);
    assert!(
        !table.err.contains('█'),
        "a progress bar where nobody watches: {}",
        table.err
    );
}

#[test]
fn a_day_bid_again_shows_the_same_hashes_and_strategies_stand_side_by_side() {
    let folder = Folder::new();
    let days = ["--from", "2024-08-12", "--to", "2024-08-13"];
    let run = |more: &[&str]| {
        let args = [&["backtest", "--sample"], &days[..], more].concat();
        folder
            .run(&[&args[..], &["--format", "json"]].concat())
            .expect(0)
    };
    let both = ["--balancing", "RTM", "--strategy", "rolling"];
    let gates = run(&[&both[..], &["--rerun", "2024-08-13"]].concat()).rows();
    assert_eq!(gates.len(), 25, "one auction and 24 hours of real time");
    for gate in &gates {
        assert_eq!(gate["hash"], gate["again"]);
        assert_eq!(gate["hash"].as_str().unwrap().len(), 64);
        assert_eq!(gate["same"], "yes");
    }
    let detail = run(&[&both[..], &["--detail", "--seed", "3"]].concat()).rows();
    assert_eq!(detail.len(), 2 * 96);
    let compared = run(&["--compare", "--threads", "2"]).rows();
    assert_eq!(compared[0]["strategy"], "perfect_foresight");
    assert_eq!(compared.len(), 9, "ERCOT takes no linked blocks");
    folder
        .run(&["backtest", "--sample", "--strategy", "tb13"])
        .expect(2);
}

/// Hourly prices of an area for 40 days, in OptiBid's own format, dear in the evening.
fn area_prices() -> String {
    let mut file = "market,product,location,start,resolution,price,known_at\n".to_owned();
    let first: jiff::Timestamp = "2026-03-31T22:00:00Z".parse().unwrap();
    for hour in 0..40 * 24 {
        let start = first + jiff::SignedDuration::from_hours(hour);
        let known = start - jiff::SignedDuration::from_hours(40);
        let price = 20 + (hour * 7) % 24 + if hour % 24 > 17 { 60 } else { 0 };
        file += &format!("NORDPOOL,DAM,SE3,{start},PT60M,{price},{known}\n");
    }
    file
}

#[test]
fn where_the_market_takes_blocks_they_are_offered_replayed_and_compared() {
    let folder = Folder::new();
    folder.write("se3.csv", &area_prices());
    let run = |args: &[&str]| folder.run(args).expect(0);
    let curve = [
        "curve",
        "se3.csv",
        "--day",
        "2026-04-20",
        "--method",
        "blocks",
    ];
    let table = run(&curve);
    assert!(table.out.contains("loop-1"), "{}", table.out);
    assert!(
        table.err.contains("every award can be delivered"),
        "{}",
        table.err
    );
    let json = run(&[&curve[..], &["--format", "json"]].concat()).out;
    let offer: Value = serde_json::from_str(&json).unwrap();
    let blocks = offer["content"]["blocks"].as_array().unwrap();
    assert!(
        blocks.len() >= 2 && blocks.len().is_multiple_of(2),
        "{blocks:?}"
    );
    let days = [
        "--from",
        "2026-04-20",
        "--to",
        "2026-04-22",
        "--format",
        "json",
    ];
    let replay = |more: &[&str]| run(&[&["backtest", "se3.csv"], &days[..], more].concat()).rows();
    for day in replay(&["--strategy", "blocks"]) {
        assert_eq!(day["undelivered"], "0", "{day}");
        assert!(cents(&day["net"]) > 0, "{day}");
    }
    let compared = replay(&["--compare"]);
    assert_eq!(compared.len(), 10);
    assert_eq!(compared[9]["strategy"], "blocks");
    let refused = folder.run(&[
        "curve",
        "--sample",
        "--day",
        "2024-08-20",
        "--method",
        "blocks",
    ]);
    let refused = refused.expect(3).err;
    assert!(refused.contains("loop or linked blocks"), "{refused}");
}

#[test]
fn a_backtest_that_can_replay_no_day_fails_and_says_why() {
    let folder = Folder::new();
    let args = ["backtest", "--sample", "--from", "2024-01-01", "--to"];
    for more in [&[][..], &["--compare"][..]] {
        let done = folder.run(&[&args[..], &["2024-01-02"], more].concat());
        let done = done.expect(4);
        assert_eq!(done.out, "");
        for said in [
            "error: no day of the range can be replayed",
            "2024-01-01 left out: no price for the period of 2024-01-01T00:00:00-06:00",
            "2024-01-02 left out",
        ] {
            assert!(done.err.contains(said), "{said} is not in {}", done.err);
        }
    }
}

#[test]
fn a_span_whose_prices_are_not_all_there_is_not_cut_to_those_that_are() {
    let folder = Folder::new();
    let run = |from: &str, to: &str| {
        let series = ["--product", "DAM", "--from", from, "--to", to];
        let args = [&["optimise", "--sample"], &series[..]].concat();
        folder.run(&args).expect(3).err
    };
    let beyond = run("2024-12-30", "2025-01-05");
    assert!(
        beyond.contains("2025-01-01T00:00:00-06:00[America/Chicago] to 2025-01-06"),
        "{beyond}"
    );
    let hole = run("2024-11-01", "2024-11-05");
    assert!(
        hole.contains("2024-11-03T00:00:00-05:00[America/Chicago] to 2024-11-04"),
        "{hole}"
    );
    let nothing = run("2023-01-01", "2023-01-02");
    assert!(nothing.contains("--from and --to"), "{nothing}");
    let other = ["optimise", "--sample", "--market", "CAISO"];
    let other = folder.run(&other).expect(3).err;
    assert!(
        other.contains("CAISO") && other.contains("ERCOT DAM HB_SOUTH"),
        "{other}"
    );
}

#[test]
fn strategies_are_compared_over_the_same_days() {
    let folder = Folder::new();
    let days = [
        "--from",
        "2024-06-05",
        "--to",
        "2024-06-12",
        "--format",
        "json",
    ];
    let args = [
        &["backtest", "--sample", "--compare", "--ramp", "0.1"],
        &days[..],
    ]
    .concat();
    let done = folder.run(&args).expect(0);
    let rows = done.rows();
    let days: Vec<_> = rows
        .iter()
        .map(|row| row["days"].as_str().unwrap().to_owned())
        .collect();
    assert!(days.iter().all(|count| *count == days[0]), "{days:?}");
    // A ramp is in no offer by scenarios or policy: they are named once, not compared with zeros.
    assert_eq!(rows.len(), 7);
    for strategy in ["scenarios", "policy"] {
        let told = format!("{strategy} can replay no day; the first: 2024-06-05");
        assert_eq!(done.err.matches(&told).count(), 1, "{}", done.err);
    }
}

/// Minor units of an amount with two digits after the point.
fn cents(value: &Value) -> i64 {
    value.as_str().unwrap().replace('.', "").parse().unwrap()
}

#[test]
fn every_broken_rule_is_named_with_field_and_value() {
    let folder = Folder::new();
    let done = folder
        .run(&[
            "backtest",
            "--sample",
            "--efficiency",
            "1.5",
            "--initial",
            "99",
        ])
        .expect(3);
    assert!(
        done.err
            .contains("battery.discharge_efficiency = \"1.5\": above 0 and at most 1")
    );
    assert!(done.err.contains("battery.initial_soc = \"99\""));
    assert_eq!(done.out, "");
}

#[test]
fn a_bad_file_names_row_and_column() {
    let folder = Folder::new();
    folder.write(
        "bad.csv",
        &FOUR_HOURS
            .replace("60\n", "\"60,5\"\n")
            .replace("30\n", "NaN\n"),
    );
    let done = folder.run(&["optimise", "bad.csv"]).expect(3);
    assert!(
        done.err.contains("row 3, column price = \"60,5\""),
        "{}",
        done.err
    );
    assert!(
        done.err.contains("row 4, column price = \"NaN\""),
        "{}",
        done.err
    );
}

#[test]
fn several_series_are_listed_instead_of_guessed_at() {
    let folder = Folder::new();
    let done = folder.run(&["optimise", "--sample"]).expect(3);
    assert!(
        done.err
            .contains("ERCOT DAM HB_SOUTH PT60M; ERCOT RTM HB_SOUTH PT15M"),
        "{}",
        done.err
    );
    folder.run(&["optimise"]).expect(3);
    folder
        .run(&["optimise", "--sample", "--market", "CAISO"])
        .expect(3);
}

#[test]
fn exit_codes_tell_the_kinds_of_failure_apart() {
    let folder = Folder::new();
    folder.run(&["--help"]).expect(0);
    folder.run(&["nonsense"]).expect(2);
    folder.run(&["backtest", "--from", "yesterday"]).expect(2);
    let one_of_many = ["backtest", "--sample", "--compare", "--strategy", "tb2"];
    folder.run(&one_of_many).expect(2);
    folder.run(&["optimise", "missing.csv"]).expect(4);
    folder
        .run(&["smoke", "--url", "http://127.0.0.1:9"])
        .expect(5);
    let nowhere = [("DATABASE_URL", "mysql://x")];
    folder.run_with(&["migrate", "status"], &nowhere).expect(3);
}

#[test]
fn settings_are_shown_without_secrets_and_checked_by_name() {
    let folder = Folder::new();
    let secret = "0123456789abcdef0123456789abcdef";
    let variables = [("JWT_SECRET", secret), ("PORT", "9000")];
    let done = folder
        .run_with(&["config", "print", "--format", "json"], &variables)
        .expect(0);
    assert!(!done.out.contains(secret));
    let rows = done.rows();
    let row = |name: &str| rows.iter().find(|row| row["name"] == name).unwrap();
    assert_eq!(
        (&row("JWT_SECRET")["value"], &row("PORT")["value"]),
        (&"…".into(), &"9000".into())
    );
    assert_eq!(row("HOST")["origin"], "default");
    let done = folder
        .run_with(&["config", "check"], &[("PORT", "many")])
        .expect(3);
    assert!(done.err.contains("PORT = \"many\""), "{}", done.err);
}

#[test]
fn the_description_is_openapi_and_every_shell_gets_completions() {
    let folder = Folder::new();
    let done = folder.run(&["openapi"]).expect(0);
    let api: Value = serde_json::from_str(&done.out).unwrap();
    assert!(api["openapi"].as_str().unwrap().starts_with("3.1"));
    assert!(api["paths"]["/api/ws/market/{market}"]["get"].is_object());
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(
            folder
                .run(&["completions", shell])
                .expect(0)
                .out
                .contains("optibid"),
            "{shell}"
        );
    }
}
