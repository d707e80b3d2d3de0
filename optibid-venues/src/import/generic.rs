//! OptiBid's own price file: a CSV that any spreadsheet or script can write.
//!
//! | column | needed | holds |
//! | --- | --- | --- |
//! | `market` | yes | `ERCOT`, `NORDPOOL`: capital letters, digits, `-`, `_` |
//! | `product` | yes | `DAM`, `RTM` |
//! | `location` | yes | the market's code of the node, hub, zone or area |
//! | `start` | yes | start of the period, RFC 3339 with its offset: `2026-03-29T01:00:00+01:00` or `...Z` |
//! | `resolution` | yes | `PT5M`, `PT15M`, `PT30M`, `PT60M` (or `PT1H`) |
//! | `price` | yes | the market's currency per MWh, decimal point |
//! | `energy`, `congestion`, `loss` | no | parts of the price, all three or none, in the header and in a row |
//! | `greenhouse_gas` | no | fourth part, empty is zero |
//! | `known_at` | no | when this figure became known, RFC 3339; empty as [`ImportOptions::known_at`] says |
//!
//! - Columns in any order; a column with another name is refused, so that a misspelt one is not lost.
//! - A start without an offset is refused: on the day the clocks go back it would be two instants.
//! - `;` between cells, a decimal comma or a thousands separator are refused with the cell's address.
//! - A period may come again with another `known_at`: a restatement.
//! - [`KnownAt::Publication`]: the end of the period, whatever the
//!   product, so that a backtest sees no price early.
//!
//! [`export_generic`] writes the same format, and what it wrote reads back equal.

use super::collect::{Collector, Rows};
use super::fault::CellFault;
use super::known::after;
use super::options::{ImportOptions, KnownAt};
use super::table::{Header, Row};
use jiff::Timestamp;
use optibid_core::market::{
    DeliveryPeriod, LocationCode, MarketId, PriceComponents, PriceObservation, ProductId,
    Resolution,
};
use optibid_core::unit::Price;
use std::fmt::Display;
use std::io::{self, Write};

const REQUIRED: [&str; 6] = [
    "market",
    "product",
    "location",
    "start",
    "resolution",
    "price",
];
const PARTS: [&str; 4] = ["energy", "congestion", "loss", "greenhouse_gas"];
const KNOWN_AT: &str = "known_at";

fn plain(name: &str) -> String {
    name.to_ascii_lowercase()
}

pub(crate) fn fits(header: &Header) -> bool {
    REQUIRED
        .iter()
        .all(|name| header.columns.iter().any(|column| plain(column) == *name))
}

pub(crate) struct Reader {
    required: [usize; 6],
    parts: Option<[Option<usize>; 4]>,
    known_at: Option<usize>,
    otherwise: KnownAt,
}

impl Reader {
    pub(crate) fn new(header: &Header, options: &ImportOptions) -> Result<Self, Vec<CellFault>> {
        let mut faults = Vec::new();
        let mut fault = |column: &str, code, rule: String| {
            faults.push(CellFault::new(
                header.row,
                column,
                &header.text(),
                code,
                rule,
            ));
        };
        let columns: Vec<String> = header.columns.iter().map(|name| plain(name)).collect();
        for (at, name) in columns.iter().enumerate() {
            let known = REQUIRED
                .iter()
                .chain(&PARTS)
                .chain([&KNOWN_AT])
                .any(|n| n == name);
            if !known {
                let all = [REQUIRED.as_slice(), &PARTS, &[KNOWN_AT]]
                    .concat()
                    .join(", ");
                fault(
                    &header.name(at),
                    "column_unknown",
                    format!("a column is one of {all}"),
                );
            } else if columns.iter().take(at).any(|earlier| earlier == name) {
                fault(name, "column_duplicate", "a column comes once".to_owned());
            }
        }
        let find = |name: &str| columns.iter().position(|column| column == name);
        let required = REQUIRED.map(|name| {
            find(name).unwrap_or_else(|| {
                fault(
                    name,
                    "column_missing",
                    format!("the header names a column {name}"),
                );
                usize::MAX
            })
        });
        let parts = PARTS.map(find);
        let given = parts.iter().filter(|part| part.is_some()).count();
        let all = parts.iter().take(3).all(Option::is_some);
        if given > 0 && !all {
            let rule = "energy, congestion and loss come together".to_owned();
            fault("energy", "column_missing", rule);
        }
        let known_at = find(KNOWN_AT);
        let otherwise = options.known_at;
        if faults.is_empty() {
            Ok(Self {
                required,
                parts: all.then_some(parts),
                known_at,
                otherwise,
            })
        } else {
            Err(faults)
        }
    }

    fn parts(&self, row: &Row<'_>, out: &mut Collector<'_>) -> Option<Option<PriceComponents>> {
        let Some([Some(energy), Some(congestion), Some(loss), gas]) = self.parts else {
            return Some(None);
        };
        let gas = gas.filter(|column| !row.cell(*column).is_empty());
        let columns = [Some(energy), Some(congestion), Some(loss), gas];
        if columns
            .iter()
            .flatten()
            .all(|column| row.cell(*column).is_empty())
        {
            return Some(None);
        }
        let [energy, congestion, loss, greenhouse_gas] =
            columns.map(|column| column.map_or(Some(Price::ZERO), |column| out.price(row, column)));
        Some(Some(PriceComponents {
            energy: energy?,
            congestion: congestion?,
            loss: loss?,
            greenhouse_gas: greenhouse_gas?,
        }))
    }

    fn known_at(&self, row: &Row<'_>, period: DeliveryPeriod) -> Result<Timestamp, CellFault> {
        match self.known_at.filter(|column| !row.cell(*column).is_empty()) {
            Some(column) => instant(row, column),
            None => Ok(after(self.otherwise, period.end())),
        }
    }
}

fn instant(row: &Row<'_>, column: usize) -> Result<Timestamp, CellFault> {
    let rule = "an instant is RFC 3339 with its offset: 2026-03-29T01:00:00+01:00";
    row.cell(column)
        .parse()
        .map_err(|_| row.fault(column, "stamp_not_valid", rule))
}

fn parsed<T>(row: &Row<'_>, column: usize, code: &'static str) -> Result<T, CellFault>
where
    T: std::str::FromStr<Err: Display>,
{
    row.cell(column)
        .parse()
        .map_err(|error: T::Err| row.fault(column, code, error))
}

impl Rows for Reader {
    fn row(&mut self, row: &Row<'_>, out: &mut Collector<'_>) {
        let [market, product, location, start, resolution, price] = self.required;
        let market: Option<MarketId> = out.check(parsed(row, market, "market_not_valid"));
        let product: Option<ProductId> = out.check(parsed(row, product, "product_not_valid"));
        let location: Option<LocationCode> = out.check(parsed(row, location, "location_not_valid"));
        let length: Option<Resolution> = out.check(parsed(row, resolution, "resolution_not_valid"));
        let begin = out.check(instant(row, start));
        let price = out.price(row, price);
        let components = self.parts(row, out);
        let (Some(begin), Some(length)) = (begin, length) else {
            return;
        };
        let period = DeliveryPeriod::new(begin, length)
            .map_err(|error| row.fault(start, "period_not_aligned", error));
        let Some(period) = out.check(period) else {
            return;
        };
        let known_at = out.check(self.known_at(row, period));
        if let (
            Some(market),
            Some(product),
            Some(location),
            Some(price),
            Some(components),
            Some(known_at),
        ) = (market, product, location, price, components, known_at)
        {
            out.emit(
                row.number,
                PriceObservation {
                    market,
                    product,
                    location,
                    period,
                    price,
                    components,
                    known_at,
                },
            );
        }
    }
}

/// Writes prices in the generic format, with all columns.
///
/// ```
/// use optibid_venues::import::{Format, ImportOptions, KnownAt, export_generic, import};
/// let file = "market,product,location,start,resolution,price\n\
///             NORDPOOL,DAM,SE3,2026-03-29T01:00:00+01:00,PT15M,-0.5\n";
/// let options = ImportOptions::new(KnownAt::Publication);
/// let first = import(Format::Generic, file.as_bytes(), &options)?;
/// let mut copy = Vec::new();
/// export_generic(&mut copy, &first.prices)?;
/// assert_eq!(import(Format::Generic, copy.as_slice(), &options)?.prices, first.prices);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// What the writer answers.
pub fn export_generic<'a>(
    mut writer: impl Write,
    prices: impl IntoIterator<Item = &'a PriceObservation>,
) -> io::Result<()> {
    let columns = [REQUIRED.as_slice(), &PARTS, &[KNOWN_AT]].concat();
    writeln!(writer, "{}", columns.join(","))?;
    for item in prices {
        let (market, product, start) = (&item.market, &item.product, item.period.start());
        let location = quoted(item.location.as_str());
        write!(
            writer,
            "{market},{product},{location},{start},{},{}",
            item.period.resolution(),
            item.price
        )?;
        match item.components {
            Some(PriceComponents {
                energy,
                congestion,
                loss,
                greenhouse_gas,
            }) => {
                write!(writer, ",{energy},{congestion},{loss},{greenhouse_gas}")?;
            }
            None => write!(writer, ",,,,")?,
        }
        writeln!(writer, ",{}", item.known_at)?;
    }
    writer.flush()
}

/// A cell that may hold commas and quotes.
fn quoted(cell: &str) -> String {
    if cell.contains([',', '"']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}
