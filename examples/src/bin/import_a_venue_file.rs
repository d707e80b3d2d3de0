//! Prices from a file as a market publishes it, with every fault named by its cell.
//!
//! Importers are tolerant of how markets write (byte order marks, either line end, gzip, their own labels for the hour that comes twice) and
//! strict about what they say: a bad cell is reported with row, column, value and rule, and then no price of the file counts.
//!
//! # Prints
//! ```text
//! ercot-dam-spp: 4 prices
//! 2025-11-02T06:00:00Z  HB_SOUTH   21.07  known 2025-11-01T18:30:00Z
//! 2025-11-02T07:00:00Z  HB_SOUTH   19.88  known 2025-11-01T18:30:00Z
//! row 3, column 6 = … (a decimal comma splits a number in two)
//! as OptiBid's own CSV:
//! ERCOT,DAM,HB_SOUTH,2025-11-02T06:00:00Z,PT60M,21.07,,,,,2025-11-01T18:30:00Z
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use optibid_venues::import::{ImportOptions, KnownAt, export_generic, import};

/// ERCOT's day-ahead prices of the day on which the clocks go back: the hour ending at 02:00 comes twice.
const FILE: &str = "DeliveryDate,HourEnding,SettlementPoint,SettlementPointPrice,DSTFlag
11/02/2025,01:00,HB_SOUTH, 23.94,N
11/02/2025,02:00,HB_SOUTH, 21.07,N
11/02/2025,02:00,HB_SOUTH, 19.88,Y
11/02/2025,03:00,HB_SOUTH, 18.40,N
";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // `Publication`: each price counts as known from the time the market publishes it, which is what a backtest needs.
    let options = ImportOptions::new(KnownAt::Publication);
    // No format is named: the header tells.
    let read = import(None, FILE.as_bytes(), &options)?;
    println!(
        "{}: {} prices",
        read.report.format.code(),
        read.report.prices
    );
    for price in &read.prices {
        println!(
            "{}  {}  {:>6}  known {}",
            price.period.start(),
            price.location,
            price.price,
            price.known_at
        );
    }

    let broken = FILE.replace("21.07", "21,07");
    match import(None, broken.as_bytes(), &options) {
        Ok(_) => return Err("a decimal comma was taken for a price".into()),
        Err(error) => println!("{error}"),
    }

    println!("as OptiBid's own CSV:");
    let mut csv = Vec::new();
    export_generic(&mut csv, &read.prices)?;
    print!("{}", String::from_utf8(csv)?);
    Ok(())
}
