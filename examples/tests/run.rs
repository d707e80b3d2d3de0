//! Runs every example and looks at what it prints.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::process::Command;

fn output(program: &str) -> String {
    let output = Command::new(program).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{text}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    text
}

#[test]
fn validate_a_bid_names_both_rules() {
    let text = output(env!("CARGO_BIN_EXE_validate_a_bid"));
    assert!(text.starts_with("Reject"), "{text}");
    assert!(
        text.contains("24.571") && text.contains("6000.00"),
        "{text}"
    );
}

#[test]
fn optimise_a_day_prints_24_hours_and_a_profit() {
    let text = output(env!("CARGO_BIN_EXE_optimise_a_day"));
    assert_eq!(text.lines().count(), 26, "{text}");
    assert!(text.contains("revenue"), "{text}");
}

#[test]
fn backtest_a_battery_prints_a_month_and_its_capture() {
    let text = output(env!("CARGO_BIN_EXE_backtest_a_battery"));
    assert_eq!(text.lines().count(), 32, "{text}");
    let all = text.lines().last().unwrap();
    let capture: f64 = all.split_whitespace().last().unwrap().parse().unwrap();
    assert!(capture > 0.5 && capture <= 1.0, "{all}");
}
