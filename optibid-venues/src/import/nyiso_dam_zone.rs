//! NYISO day-ahead zonal LBMP: `YYYYMMDDdamlbmp_zone.csv`.
//!
//! | column | holds |
//! | --- | --- |
//! | `Time Stamp` | hour **beginning**, `MM/DD/YYYY HH:MM`, Eastern prevailing time |
//! | `Name` | zone: `N.Y.C.`, `WEST`, `HUD VL`, or proxy: `H Q`, `PJM` |
//! | `PTID` | NYISO's number of the zone; not used |
//! | `LBMP ($/MWHr)` | price, USD/MWh |
//! | `Marginal Cost Losses ($/MWHr)` | loss component |
//! | `Marginal Cost Congestion ($/MWHr)` | congestion component, **sign reversed**; before July 2016 the header is cut to `($/MWH` |
//!
//! - On the long day 01:00 comes twice without a flag: for each zone the first row in the file is the
//!   first hour (daylight time), the second row the repeat (standard time). One row alone is the
//!   first, and the repeat is reported as a gap; a third row is refused.
//! - The short day has no 02:00; a row for it is refused.
//! - LBMP = energy + losses - congestion as printed. The observation's components add up, so the
//!   sign of congestion is turned and energy = LBMP - losses + printed congestion.
//! - Real-time files have the same header, but stamps with seconds that mark the **end** of the
//!   interval: a stamp with seconds is refused.
//! - Prices are filed as market `NYISO`, product `DAM`, location as named, 60 minutes.
//! - [`KnownAt::Publication`](super::KnownAt::Publication): 09:30 Eastern on the day before
//!   (unverified).
//!
//! Source: NYISO's files for November 2025 and March 2026 as described by public notes on them.

use super::collect::{Collector, Rows};
use super::fault::CellFault;
use super::known::{DayAhead, market, product, zone};
use super::options::ImportOptions;
use super::stamp::{Hours, date_time};
use super::table::{Header, Row};
use jiff::civil::{DateTime, time};
use optibid_core::market::{
    DeliveryPeriod, LocationCode, MarketId, MarketZone, PriceComponents, PriceObservation,
    ProductId,
};
use optibid_core::unit::Price;
use std::collections::HashMap;

const STAMP: &[&str] = &["timestamp"];
const NAME: &[&str] = &["name"];

fn starting(header: &Header, prefix: &str) -> Option<usize> {
    header.position(|name| name.starts_with(prefix))
}

pub(crate) fn fits(header: &Header) -> bool {
    let named = header.find(STAMP).is_some() && header.find(NAME).is_some();
    named && starting(header, "lbmp").is_some()
}

pub(crate) struct Reader {
    stamp: usize,
    name: usize,
    lbmp: usize,
    losses: usize,
    congestion: usize,
    market: MarketId,
    product: ProductId,
    hours: Hours,
    known: DayAhead,
    /// Rows seen of a zone's ambiguous hour.
    repeats: HashMap<LocationCode, (DateTime, u8)>,
}

impl Reader {
    pub(crate) fn new(header: &Header, options: &ImportOptions) -> Result<Self, CellFault> {
        let zone = zone("America/New_York")?;
        let prefixed = |written: &str, prefix: &str| {
            starting(header, prefix).map_or_else(|| header.require(written, &[prefix]), Ok)
        };
        Ok(Self {
            stamp: header.require("Time Stamp", STAMP)?,
            name: header.require("Name", NAME)?,
            lbmp: prefixed("LBMP ($/MWHr)", "lbmp")?,
            losses: prefixed("Marginal Cost Losses ($/MWHr)", "marginalcostlosses")?,
            congestion: prefixed(
                "Marginal Cost Congestion ($/MWHr)",
                "marginalcostcongestion",
            )?,
            market: market(options, "NYISO")?,
            product: product("DAM")?,
            known: DayAhead::new(options.known_at, zone.clone(), time(9, 30, 0, 0)),
            hours: Hours::new(zone),
            repeats: HashMap::new(),
        })
    }

    fn stamp(&self, row: &Row<'_>) -> Result<DateTime, CellFault> {
        let fault = |rule: &str| row.fault(self.stamp, "stamp_not_valid", rule);
        let (stamp, seconds) = date_time(row.cell(self.stamp))
            .ok_or_else(|| fault("a time stamp is MM/DD/YYYY HH:MM"))?;
        if seconds {
            return Err(fault(
                "a day-ahead stamp has no seconds (real-time files, with interval-ending stamps, are not of this format)",
            ));
        }
        if stamp.minute() != 0 {
            return Err(fault("day-ahead prices are hourly"));
        }
        Ok(stamp)
    }

    /// The hour that begins then; of the repeated hour the zone's first row is the first.
    fn period(
        &mut self,
        row: &Row<'_>,
        location: &LocationCode,
    ) -> Result<DeliveryPeriod, CellFault> {
        let stamp = self.stamp(row)?;
        let ambiguous = self.hours.zone().time_zone().to_ambiguous_timestamp(stamp);
        let fold = matches!(ambiguous.offset(), jiff::tz::AmbiguousOffset::Fold { .. });
        let mut repeated = false;
        if fold {
            let seen = self.repeats.entry(location.clone()).or_insert((stamp, 0));
            if seen.0 != stamp {
                *seen = (stamp, 0);
            }
            seen.1 = seen.1.saturating_add(1);
            if seen.1 > 2 {
                let rule = format!("the hour comes twice on {}, not three times", stamp.date());
                return Err(row.fault(self.stamp, "price_duplicate", rule));
            }
            repeated = seen.1 == 2;
        }
        let label = u8::try_from(stamp.hour() + 1).unwrap_or_default();
        self.hours
            .ending(stamp.date(), label, repeated)
            .map_err(|error| row.fault(self.stamp, "hour_missing", error))
    }
}

/// The parts of an LBMP, with the sign of printed congestion turned so that they add up.
fn components(lbmp: Price, losses: Price, printed_congestion: Price) -> Option<PriceComponents> {
    let energy = lbmp.checked_sub(losses)?.checked_add(printed_congestion)?;
    let congestion = Price::ZERO.checked_sub(printed_congestion)?;
    Some(PriceComponents {
        energy,
        congestion,
        loss: losses,
        greenhouse_gas: Price::ZERO,
    })
}

impl Rows for Reader {
    fn row(&mut self, row: &Row<'_>, out: &mut Collector<'_>) {
        let prices = [self.lbmp, self.losses, self.congestion].map(|column| out.price(row, column));
        let location = LocationCode::new(row.cell(self.name))
            .map_err(|error| row.fault(self.name, "location_not_valid", error));
        let Some(location) = out.check(location) else {
            return;
        };
        let Some(period) = out.check(self.period(row, &location)) else {
            return;
        };
        let known_at = self.known.at(period.start());
        let known_at = known_at.map_err(|error| row.fault(self.stamp, "stamp_not_valid", error));
        let ([Some(price), Some(losses), Some(congestion)], Some(known_at)) =
            (prices, out.check(known_at))
        else {
            return;
        };
        let Some(components) = components(price, losses, congestion) else {
            return out.fault(row.fault(self.lbmp, "price_not_a_number", "a price is in range"));
        };
        out.emit(
            row.number,
            PriceObservation {
                market: self.market.clone(),
                product: self.product.clone(),
                location,
                period,
                price,
                components: Some(components),
                known_at,
            },
        );
    }

    fn zone(&self) -> Option<&MarketZone> {
        Some(self.hours.zone())
    }
}
