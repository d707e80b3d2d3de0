//! ERCOT hub prices, day-ahead and real-time side by side, 15 minutes: the file that ships with
//! OptiBid (`fixtures/ercot_hb_south_2024`).
//!
//! | column | holds |
//! | --- | --- |
//! | `interval_start_local` | start of the quarter hour, `2024-06-01 00:00:00`, naive Central prevailing time |
//! | `HB_SOUTH_DAM` | the hourly day-ahead price, repeated in the four quarters of its hour, USD/MWh |
//! | `HB_SOUTH_RTM` | the 15-minute real-time price, USD/MWh |
//! | others | weather; not used |
//!
//! Another hub's file has its name in place of `HB_SOUTH`.
//!
//! - Each hour gives one day-ahead price (product `DAM`, 60 minutes), each row one real-time price
//!   (product `RTM`, 15 minutes), market `ERCOT`, location from the column's name.
//! - The four quarters of an hour must have the same day-ahead price; a row that differs is refused.
//! - The author wrote 96 rows for every day. Where the clocks change that cannot be: for 2024-11-03, a
//!   day of 100 quarters, the file has 96 rows on a straight line from the last price before to the
//!   first price after. Such a day, recognised by quarters that differ on a day that is not 24 hours
//!   long, holds no market price: it is left out, counted as skipped, noted and reported as a gap.
//!   On such a day without that mark, rows of a repeated hour are its first occurrence and the
//!   repeat is a gap; rows of an hour that the day lacks are skipped and noted.
//! - [`KnownAt::Publication`]: day-ahead 13:30 Central on the day before
//!   (unverified), real-time at the end of the quarter.
//!
//! Source: ThibaudCambronne/MPC-BESS-ERCOT (MIT), `interval_analysis_20240601.csv`.

use super::collect::{Collector, Rows};
use super::fault::CellFault;
use super::known::{DayAhead, after, builtin, market, product, zone};
use super::options::{ImportOptions, KnownAt};
use super::stamp::date_time;
use super::table::{Header, Row};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, time};
use optibid_core::market::{
    DayError, DeliveryPeriod, LocationCode, MarketId, MarketZone, PriceObservation, ProductId,
    Resolution,
};
use optibid_core::unit::Price;

const STAMP: &[&str] = &["intervalstartlocal"];

/// Number of the column whose name ends so, and the name before the ending.
fn ending<'a>(header: &'a Header, suffix: &str) -> Option<(usize, &'a str)> {
    let mut named = header.columns.iter().enumerate();
    named.find_map(|(at, name)| Some((at, name.strip_suffix(suffix)?)))
}

pub(crate) fn fits(header: &Header) -> bool {
    let both = [ending(header, "_DAM"), ending(header, "_RTM")];
    header.find(STAMP).is_some() && both.iter().all(Option::is_some)
}

struct Quarter {
    row: u64,
    stamp: DateTime,
    day_ahead: Price,
    real_time: Price,
}

pub(crate) struct Reader {
    stamp: usize,
    day_ahead: usize,
    real_time: usize,
    day_ahead_name: String,
    market: MarketId,
    products: [ProductId; 2],
    location: LocationCode,
    zone: MarketZone,
    known_at: KnownAt,
    known: DayAhead,
    day: Vec<Quarter>,
}

impl Reader {
    pub(crate) fn new(header: &Header, options: &ImportOptions) -> Result<Self, CellFault> {
        let zone = zone("America/Chicago")?;
        let column = |suffix: &str| {
            ending(header, suffix).ok_or_else(|| {
                let rule = format!("the header names a column of prices that ends in {suffix}");
                CellFault::new(header.row, suffix, &header.text(), "column_missing", rule)
            })
        };
        let (day_ahead, hub) = column("_DAM")?;
        let (real_time, other) = column("_RTM")?;
        if hub != other {
            let rule = format!("both price columns are of one hub, {hub} or {other}");
            return Err(CellFault::new(
                header.row,
                other,
                &header.text(),
                "hub_mismatch",
                rule,
            ));
        }
        Ok(Self {
            stamp: header.require("interval_start_local", STAMP)?,
            day_ahead,
            real_time,
            day_ahead_name: header.name(day_ahead),
            market: market(options, "ERCOT")?,
            products: [product("DAM")?, product("RTM")?],
            location: builtin(LocationCode::new(hub))?,
            known_at: options.known_at,
            known: DayAhead::new(options.known_at, zone.clone(), time(13, 30, 0, 0)),
            zone,
            day: Vec::new(),
        })
    }

    fn quarter(&self, row: &Row<'_>) -> Result<DateTime, CellFault> {
        let fault = |rule| row.fault(self.stamp, "stamp_not_valid", rule);
        let (stamp, _) = date_time(row.cell(self.stamp))
            .ok_or_else(|| fault("a stamp is YYYY-MM-DD HH:MM:SS"))?;
        if stamp.minute() % 15 != 0 || stamp.second() != 0 {
            return Err(fault("a stamp is on the quarter hour"));
        }
        Ok(stamp)
    }

    /// Emits the buffered day.
    fn flush(&mut self, out: &mut Collector<'_>) {
        let quarters = std::mem::take(&mut self.day);
        let Some(first) = quarters.first() else {
            return;
        };
        let date = first.stamp.date();
        let length = match self.zone.day(date) {
            Ok(day) => day.len(Resolution::Min15),
            Err(error) => {
                let value = date.to_string();
                return out.fault(CellFault::new(
                    first.row,
                    "",
                    &value,
                    "stamp_not_valid",
                    error,
                ));
            }
        };
        if length == 96 {
            for row in uneven(&quarters) {
                let rule =
                    "the hourly day-ahead price is the same in the four quarters of its hour";
                let (column, value) = (self.day_ahead_name.as_str(), row.day_ahead.to_string());
                out.fault(CellFault::new(
                    row.row,
                    column,
                    &value,
                    "hourly_price_differs",
                    rule,
                ));
            }
        } else if self.is_made_up(&quarters) {
            out.report.skipped += quarters.len() as u64;
            return out.note(format!(
                "{date} left out: {} interpolated rows for a day of {length} quarter hours",
                quarters.len()
            ));
        }
        self.emit_day(date, &quarters, out);
    }

    fn is_made_up(&self, quarters: &[Quarter]) -> bool {
        uneven(quarters).any(|q| self.zone.instant(q.stamp.date(), q.stamp.time()).is_ok())
    }

    fn emit_day(&mut self, date: Date, quarters: &[Quarter], out: &mut Collector<'_>) {
        let mut lacking = 0_u64;
        let mut hour = None;
        for quarter in quarters {
            let start = match self.zone.instant(date, quarter.stamp.time()) {
                Ok(start) => start,
                Err(DayError::SkippedHour { .. }) => {
                    lacking += 1;
                    continue;
                }
                Err(error) => {
                    let value = quarter.stamp.to_string();
                    let fault = CellFault::new(quarter.row, "", &value, "stamp_not_valid", error);
                    return out.fault(fault);
                }
            };
            if hour.replace(quarter.stamp.hour()) != Some(quarter.stamp.hour()) {
                self.emit_hour(quarter, start, out);
            }
            self.emit_quarter(quarter, start, out);
        }
        if lacking > 0 {
            out.report.skipped += lacking;
            out.note(format!(
                "{date}: {lacking} rows of an hour that the day does not have left out"
            ));
        }
    }

    /// The day-ahead price of the hour that the quarter lies in.
    fn emit_hour(&mut self, quarter: &Quarter, start: Timestamp, out: &mut Collector<'_>) {
        let into = i64::from(quarter.stamp.minute()) * 60;
        let hour = Timestamp::from_second(start.as_second() - into).unwrap_or(start);
        let period = DeliveryPeriod::new(hour, Resolution::Hour);
        let known_at = self.known.at(hour);
        if let (Ok(period), Ok(known_at)) = (period, known_at) {
            let price = self.observation(0, period, quarter.day_ahead, known_at);
            out.emit(quarter.row, price);
        }
    }

    fn emit_quarter(&self, quarter: &Quarter, start: Timestamp, out: &mut Collector<'_>) {
        if let Ok(period) = DeliveryPeriod::new(start, Resolution::Min15) {
            let known_at = after(self.known_at, period.end());
            out.emit(
                quarter.row,
                self.observation(1, period, quarter.real_time, known_at),
            );
        }
    }

    fn observation(
        &self,
        product: usize,
        period: DeliveryPeriod,
        price: Price,
        known_at: Timestamp,
    ) -> PriceObservation {
        PriceObservation {
            market: self.market.clone(),
            product: self.products[product.min(1)].clone(),
            location: self.location.clone(),
            period,
            price,
            components: None,
            known_at,
        }
    }
}

/// Quarters whose day-ahead price is not that of the quarter before in the same hour.
fn uneven(quarters: &[Quarter]) -> impl Iterator<Item = &Quarter> {
    quarters.windows(2).filter_map(|pair| {
        let [before, quarter] = pair else { return None };
        let same_hour = before.stamp.hour() == quarter.stamp.hour();
        (same_hour && before.day_ahead != quarter.day_ahead).then_some(quarter)
    })
}

impl Rows for Reader {
    fn row(&mut self, row: &Row<'_>, out: &mut Collector<'_>) {
        let prices = [self.day_ahead, self.real_time].map(|column| out.price(row, column));
        let Some(stamp) = out.check(self.quarter(row)) else {
            return;
        };
        if self
            .day
            .first()
            .is_some_and(|first| first.stamp.date() != stamp.date())
        {
            self.flush(out);
        }
        if let [Some(day_ahead), Some(real_time)] = prices {
            self.day.push(Quarter {
                row: row.number,
                stamp,
                day_ahead,
                real_time,
            });
        }
    }

    fn finish(&mut self, out: &mut Collector<'_>) {
        self.flush(out);
    }

    fn zone(&self) -> Option<&MarketZone> {
        Some(&self.zone)
    }
}
