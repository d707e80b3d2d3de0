//! ERCOT day-ahead settlement point prices: report NP4-190-CD (type 12331), CSV.
//!
//! | column | holds |
//! | --- | --- |
//! | `DeliveryDate` | `08/05/2025` (month first) or `2025-08-05` |
//! | `HourEnding` | `01:00` to `24:00`, Central prevailing time; older files `1` to `24`, and `2*` for the repeat |
//! | `SettlementPoint` | `HB_SOUTH`, `7RNCHSLR_ALL` |
//! | `SettlementPointPrice` | USD/MWh, often with a space before it |
//! | `DSTFlag` | the repeated hour of the long day; also `RepeatedHourFlag`, `Repeated Hour Flag`; may be absent |
//!
//! - The short day has no hour ending 03:00; a row for it is refused.
//! - On the long day 02:00 comes twice. `Y` (or `true`) marks the **second**, in standard time, as
//!   the library gridstatus has read these files for years; other notes read the flag the other way
//!   round, so the reading is in one function and should be checked with ERCOT's report definition.
//!   A flag on any other hour, and two unflagged rows for one hour, are refused.
//! - Prices are filed as market `ERCOT`, product `DAM`, 60 minutes.
//! - [`KnownAt::Publication`](super::KnownAt::Publication): 13:30 Central on the day before (results
//!   come by about then; unverified).
//!
//! Source: public notes on the report's file heads, and ERCOT's own answers for 2025-11-02 and 2026-03-08.

use super::collect::{Collector, Rows};
use super::fault::CellFault;
use super::known::{DayAhead, market, product, zone};
use super::options::ImportOptions;
use super::stamp::{Hours, date, two_digits};
use super::table::{Header, Row};
use jiff::civil::time;
use optibid_core::market::{LocationCode, MarketId, MarketZone, PriceObservation, ProductId};

const DATE: &[&str] = &["deliverydate"];
const HOUR: &[&str] = &["hourending"];
const POINT: &[&str] = &["settlementpoint", "settlementpointname"];
const PRICE: &[&str] = &["settlementpointprice"];
const FLAG: &[&str] = &["dstflag", "repeatedhourflag"];

pub(crate) fn fits(header: &Header) -> bool {
    [DATE, HOUR, POINT, PRICE]
        .into_iter()
        .all(|names| header.find(names).is_some())
}

pub(crate) struct Reader {
    date: usize,
    hour: usize,
    point: usize,
    price: usize,
    flag: Option<usize>,
    market: MarketId,
    product: ProductId,
    hours: Hours,
    known: DayAhead,
}

impl Reader {
    pub(crate) fn new(header: &Header, options: &ImportOptions) -> Result<Self, CellFault> {
        let zone = zone("America/Chicago")?;
        Ok(Self {
            date: header.require("DeliveryDate", DATE)?,
            hour: header.require("HourEnding", HOUR)?,
            point: header.require("SettlementPoint", POINT)?,
            price: header.require("SettlementPointPrice", PRICE)?,
            flag: header.find(FLAG),
            market: market(options, "ERCOT")?,
            product: product("DAM")?,
            known: DayAhead::new(options.known_at, zone.clone(), time(13, 30, 0, 0)),
            hours: Hours::new(zone),
        })
    }

    /// Whether the row is the second hour of that label.
    fn repeated(&self, row: &Row<'_>) -> Result<bool, CellFault> {
        let starred = row.cell(self.hour).ends_with('*');
        let Some(column) = self.flag else {
            return Ok(starred);
        };
        let flag = is_repeated_hour(row.cell(column))
            .ok_or_else(|| row.fault(column, "flag_unknown", "a flag is Y or N, true or false"))?;
        Ok(flag || starred)
    }

    fn period(&mut self, row: &Row<'_>) -> Result<optibid_core::market::DeliveryPeriod, CellFault> {
        let day = date(row.cell(self.date)).ok_or_else(|| {
            row.fault(
                self.date,
                "date_not_valid",
                "a date is MM/DD/YYYY or YYYY-MM-DD",
            )
        })?;
        let label = hour_label(row.cell(self.hour)).ok_or_else(|| {
            row.fault(
                self.hour,
                "hour_not_valid",
                "an hour ending is 01:00 to 24:00 or 1 to 24",
            )
        })?;
        let repeated = self.repeated(row)?;
        self.hours.ending(day, label, repeated).map_err(|error| {
            if repeated && self.hours.ending(day, label, false).is_ok() {
                let column = self.flag.unwrap_or(self.hour);
                let rule = format!("hour ending {label} of {day} is not repeated");
                return row.fault(column, "hour_not_repeated", rule);
            }
            row.fault(self.hour, "hour_missing", error)
        })
    }
}

/// Reads the flag of the repeated hour: true is the second hour, in standard time.
fn is_repeated_hour(flag: &str) -> Option<bool> {
    match flag {
        "Y" | "y" | "true" | "True" | "TRUE" => Some(true),
        "N" | "n" | "false" | "False" | "FALSE" | "" => Some(false),
        _ => None,
    }
}

/// `01:00`, `1`, `2*` or `24:00` as 1..=24.
fn hour_label(text: &str) -> Option<u8> {
    let text = text.strip_suffix('*').unwrap_or(text);
    let hour = text.strip_suffix(":00").unwrap_or(text);
    let label = u8::try_from(two_digits(hour)?).ok()?;
    (1..=24).contains(&label).then_some(label)
}

impl Rows for Reader {
    fn row(&mut self, row: &Row<'_>, out: &mut Collector<'_>) {
        let price = out.price(row, self.price);
        let location = LocationCode::new(row.cell(self.point))
            .map_err(|error| row.fault(self.point, "location_not_valid", error));
        let (location, period) = (out.check(location), out.check(self.period(row)));
        let (Some(price), Some(location), Some(period)) = (price, location, period) else {
            return;
        };
        let known_at = self.known.at(period.start());
        let known_at = known_at.map_err(|error| row.fault(self.date, "date_not_valid", error));
        let Some(known_at) = out.check(known_at) else {
            return;
        };
        out.emit(
            row.number,
            PriceObservation {
                market: self.market.clone(),
                product: self.product.clone(),
                location,
                period,
                price,
                components: None,
                known_at,
            },
        );
    }

    fn zone(&self) -> Option<&MarketZone> {
        Some(self.hours.zone())
    }
}
