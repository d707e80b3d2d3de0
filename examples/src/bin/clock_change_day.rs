//! Days of 23, 24 and 25 hours: periods, labels and gates when the clock changes.
//!
//! An instant is UTC, a delivery day is its market's. Code that counts on 24 hours is wrong twice a year, and it is wrong in different hours
//! in every market. [`DeliveryDay`](optibid_core::market::DeliveryDay) knows how many periods a day has, which of two equal hours is meant
//! and when the gate closes in the market's own clock.
//!
//! # Prints
//! ```text
//! EPEX     2026-03-29  23 hours,  92 quarters  gate 2026-03-28T11:00:00Z
//! EPEX     2026-03-30  24 hours,  96 quarters  gate 2026-03-29T10:00:00Z
//! EPEX     2026-10-25  25 hours, 100 quarters  gate 2026-10-24T10:00:00Z
//! ERCOT    2026-11-01  25 hours, 100 quarters  gate 2026-10-31T15:00:00Z
//! ERCOT calls its hours 1 2 2* 3 4 …
//! hour 2 is 2026-11-01T06:00:00Z and 2* is 2026-11-01T07:00:00Z
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use optibid_core::market::Resolution;
use optibid_core::market::rules::RuleBook;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let book = RuleBook::builtin();
    let product = "DAM".parse()?;
    for (market, date) in [
        ("EPEX", "2026-03-29"),
        ("EPEX", "2026-03-30"),
        ("EPEX", "2026-10-25"),
        ("ERCOT", "2026-11-01"),
        ("IEX", "2026-11-01"),
    ] {
        let rules = book.at(&market.parse()?, &product, date.parse()?)?;
        let day = rules.delivery_day(date.parse()?)?;
        let first = rules.periods(&day).next().ok_or("a day without periods")?;
        println!(
            "{market:<8} {date}  {} hours, {:>3} quarters  gate {}",
            day.len(Resolution::Hour),
            day.len(Resolution::Min15),
            rules.gate_closure(&day, &first)?,
        );
    }

    // Markets count hours by their ends and mark the one that comes twice.
    let rules = book.at(&"ERCOT".parse()?, &product, "2026-11-01".parse()?)?;
    let day = rules.delivery_day("2026-11-01".parse()?)?;
    let labels = day
        .periods(Resolution::Hour)
        .filter_map(|hour| day.hour_label(hour.start()));
    let labels =
        labels.map(|(hour, repeated)| format!("{hour}{}", if repeated { "*" } else { "" }));
    println!(
        "ERCOT calls its hours {}",
        labels.collect::<Vec<_>>().join(" ")
    );
    let (once, again) = (day.hour_ending(2, false)?, day.hour_ending(2, true)?);
    println!("hour 2 is {} and 2* is {}", once.start(), again.start());
    Ok(())
}
