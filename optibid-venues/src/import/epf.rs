//! The open day-ahead price benchmark (EPF: Lago, Marcjasz, De Schutter, Weron, Applied Energy 2021).
//!
//! | series | header | price column | filed at |
//! | --- | --- | --- | --- |
//! | DE | `,Price,Ampirion Load Forecast,PV+Wind Forecast` (first column unnamed) | `Price` | `DE` |
//! | DE, TimeXer copy | `date, Wind power forecast, Ampirion zonal load forecast,OT` | `OT` | `DE` |
//! | NP | `Date, Price, Grid load forecast, Wind power forecast` | `Price` | `NP` |
//! | PJM | `Date, Zonal COMED price, System load forecast, Zonal COMED load foecast` (sic) | `Zonal COMED price` | `PJM-COMED` |
//! | BE, FR | `Date, Price, Generation forecast, System load forecast` | `Price` | [`ImportOptions::location`] |
//!
//! - Stamps are naive and local, hour beginning: `2013-01-01 00:00:00` or `2012/1/9 0:00`.
//! - **Every day has 24 rows**: the authors took the clock changes out (they interpolated the missing
//!   hour in spring and merged the repeated one in autumn). There is no true instant for such a row, so
//!   stamps are read at the fixed standard offset of the market (UTC+1; PJM UTC-5): days stay whole,
//!   24 hours each, and from spring to autumn an instant is one hour later than the delivery was.
//!   Prices are therefore filed under a market of their own, `EPF`, product `DAM`, 60 minutes, and never mix
//!   with a real market's unless [`ImportOptions::market`] says so.
//! - Only the price is read; the two forecasts are not prices.
//! - A truncated or repeated last row, which copies of these files have, is refused with its position.
//! - [`KnownAt::Publication`](super::KnownAt::Publication): 13:00 at the fixed offset on the day
//!   before (unverified).
//!
//! Source: the files of the benchmark's authors and the copy used by TimeXer.

use super::collect::{Collector, Rows};
use super::fault::CellFault;
use super::known::{DayAhead, builtin, market, product, zone};
use super::options::ImportOptions;
use super::stamp::date_time;
use super::table::{Header, Row, normal};
use jiff::civil::time;
use optibid_core::market::{
    DeliveryPeriod, LocationCode, MarketId, MarketZone, PriceObservation, ProductId, Resolution,
};

/// Normal names of the price column.
const PRICE: &[&str] = &["price", "zonalcomedprice", "ot"];
/// Normal names of the forecasts that tell the series apart, their location and offset zone.
const SERIES: &[(&str, Option<&str>, &str)] = &[
    ("ampirionloadforecast", Some("DE"), "Etc/GMT-1"),
    ("ampirionzonalloadforecast", Some("DE"), "Etc/GMT-1"),
    ("gridloadforecast", Some("NP"), "Etc/GMT-1"),
    ("zonalcomedprice", Some("PJM-COMED"), "Etc/GMT+5"),
    ("generationforecast", None, "Etc/GMT-1"),
];

fn series(header: &Header) -> Option<(Option<&'static str>, &'static str)> {
    let found = SERIES
        .iter()
        .find(|(name, ..)| header.find(&[name]).is_some());
    found.map(|(_, location, zone)| (*location, *zone))
}

pub(crate) fn fits(header: &Header) -> bool {
    let first = header.columns.first().map(|name| normal(name));
    let dated = first.is_some_and(|name| name.is_empty() || name == "date");
    dated && header.find(PRICE).is_some() && series(header).is_some()
}

pub(crate) struct Reader {
    price: usize,
    market: MarketId,
    product: ProductId,
    location: LocationCode,
    zone: MarketZone,
    known: DayAhead,
}

impl Reader {
    pub(crate) fn new(header: &Header, options: &ImportOptions) -> Result<Self, CellFault> {
        let fault =
            |rule: &str| CellFault::new(header.row, "", &header.text(), "series_unknown", rule);
        let (location, offset) = series(header).ok_or_else(|| {
            fault("the header is that of a series of the benchmark (DE, NP, PJM, BE, FR)")
        })?;
        let location = match (options.location.clone(), location) {
            (Some(given), _) => given,
            (None, Some(own)) => builtin(LocationCode::new(own))?,
            (None, None) => {
                return Err(fault(
                    "BE and FR have the same header: the location must be given",
                ));
            }
        };
        let zone = zone(offset)?;
        Ok(Self {
            price: header.require("Price", PRICE)?,
            market: market(options, "EPF")?,
            product: product("DAM")?,
            location,
            known: DayAhead::new(options.known_at, zone.clone(), time(13, 0, 0, 0)),
            zone,
        })
    }

    fn period(&self, row: &Row<'_>) -> Result<DeliveryPeriod, CellFault> {
        let fault = |rule: String| row.fault(0, "stamp_not_valid", rule);
        let (stamp, _) = date_time(row.cell(0))
            .ok_or_else(|| fault("a stamp is YYYY-MM-DD HH:MM:SS or YYYY/M/D H:MM".to_owned()))?;
        let start = self.zone.instant(stamp.date(), stamp.time());
        let start = start.map_err(|error| fault(error.to_string()))?;
        if stamp.minute() != 0 {
            return Err(fault("the benchmark's prices are hourly".to_owned()));
        }
        DeliveryPeriod::new(start, Resolution::Hour).map_err(|error| fault(error.to_string()))
    }
}

impl Rows for Reader {
    fn row(&mut self, row: &Row<'_>, out: &mut Collector<'_>) {
        let price = out.price(row, self.price);
        let Some(period) = out.check(self.period(row)) else {
            return;
        };
        let known_at = self.known.at(period.start());
        let known_at = known_at.map_err(|error| row.fault(0, "stamp_not_valid", error));
        let (Some(price), Some(known_at)) = (price, out.check(known_at)) else {
            return;
        };
        out.emit(
            row.number,
            PriceObservation {
                market: self.market.clone(),
                product: self.product.clone(),
                location: self.location.clone(),
                period,
                price,
                components: None,
                known_at,
            },
        );
    }

    fn finish(&mut self, out: &mut Collector<'_>) {
        out.note(format!(
            "days of 24 hours by the benchmark's authors: stamps are read at the fixed offset of {}",
            self.zone.name()
        ));
    }

    fn zone(&self) -> Option<&MarketZone> {
        Some(&self.zone)
    }
}
