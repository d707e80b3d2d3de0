//! CAISO OASIS day-ahead locational marginal prices: query `PRC_LMP`, version 12, CSV.
//!
//! | column | holds |
//! | --- | --- |
//! | `INTERVALSTARTTIME_GMT`, `INTERVALENDTIME_GMT` | the period in UTC: the key |
//! | `OPR_DT`, `OPR_HR` | delivery day and hour ending, Pacific prevailing time; checked against the key |
//! | `NODE` | pricing node: `TH_SP15_GEN-APND` |
//! | `MARKET_RUN_ID` | `DAM`: the product |
//! | `LMP_TYPE` | `LMP`, or one of its parts: `MCE` energy, `MCC` congestion, `MCL` loss, `MGHG` greenhouse gas |
//! | `MW` | the **price** in USD/MWh, in spite of the name |
//! | others | not used |
//!
//! - Rows come in no order, five a node and hour; LMP = MCE + MCC + MCL + MGHG up to the venue's
//!   rounding. They are joined; a file with `LMP` rows alone gives prices without parts, and parts
//!   without their `LMP` are refused. A file without `MGHG` has zero there.
//! - On the long day `OPR_HR` 25 stands between 2 and 3 for the repeated hour; the short day leaves out 3.
//!   The hour is therefore never the key.
//! - A request window that starts at the wrong UTC hour brings the last hour of the day before; it is
//!   kept, under its own day.
//! - Prices are filed as market `CAISO`, with the period's own length.
//! - [`KnownAt::Publication`]: 13:00 Pacific on the day before
//!   (unverified) for `DAM`, the end of the period for other runs.
//!
//! Source: OASIS answers for 2025-11-02, 2026-03-08 and 2026-07-14.

use super::collect::{Collector, Rows};
use super::fault::CellFault;
use super::known::{DayAhead, after, market, zone};
use super::options::{ImportOptions, KnownAt};
use super::stamp::{date, two_digits};
use super::table::{Header, Row};
use jiff::Timestamp;
use jiff::civil::time;
use optibid_core::market::{
    DeliveryPeriod, LocationCode, MarketId, MarketZone, PriceComponents, PriceObservation,
    ProductId, Resolution,
};
use optibid_core::unit::Price;
use std::collections::BTreeMap;

const START: &str = "INTERVALSTARTTIME_GMT";
const END: &str = "INTERVALENDTIME_GMT";
/// The sum of a node's parts may differ from its LMP by the rounding of five printed figures.
const ROUNDING: i64 = 100;

pub(crate) fn fits(header: &Header) -> bool {
    header.has(&[
        "intervalstarttimegmt",
        "intervalendtimegmt",
        "node",
        "lmptype",
        "mw",
    ])
}

/// Rows of one node and period, waiting for each other.
struct Parts {
    row: u64,
    known_at: Timestamp,
    /// LMP, MCE, MCC, MCL, MGHG.
    prices: [Option<Price>; 5],
}

const TYPES: [&str; 5] = ["LMP", "MCE", "MCC", "MCL", "MGHG"];

type Key = (LocationCode, ProductId, DeliveryPeriod);

pub(crate) struct Reader {
    start: usize,
    end: usize,
    day: usize,
    hour: usize,
    node: usize,
    run: usize,
    kind: usize,
    price: usize,
    market: MarketId,
    zone: MarketZone,
    known_at: KnownAt,
    known: DayAhead,
    waiting: BTreeMap<Key, Parts>,
    unequal: u64,
    without_gas: u64,
    without_parts: u64,
}

impl Reader {
    pub(crate) fn new(header: &Header, options: &ImportOptions) -> Result<Self, CellFault> {
        let zone = zone("America/Los_Angeles")?;
        Ok(Self {
            start: header.require(START, &["intervalstarttimegmt"])?,
            end: header.require(END, &["intervalendtimegmt"])?,
            day: header.require("OPR_DT", &["oprdt"])?,
            hour: header.require("OPR_HR", &["oprhr"])?,
            node: header.require("NODE", &["node"])?,
            run: header.require("MARKET_RUN_ID", &["marketrunid"])?,
            kind: header.require("LMP_TYPE", &["lmptype"])?,
            price: header.require("MW", &["mw"])?,
            market: market(options, "CAISO")?,
            known_at: options.known_at,
            known: DayAhead::new(options.known_at, zone.clone(), time(13, 0, 0, 0)),
            zone,
            waiting: BTreeMap::new(),
            unequal: 0,
            without_gas: 0,
            without_parts: 0,
        })
    }

    fn period(&self, row: &Row<'_>) -> Result<DeliveryPeriod, CellFault> {
        let at = |column: usize| -> Result<Timestamp, CellFault> {
            row.cell(column).parse().map_err(|_| {
                row.fault(
                    column,
                    "stamp_not_valid",
                    "a stamp is an instant such as 2026-07-14T07:00:00-00:00",
                )
            })
        };
        let (start, end) = (at(self.start)?, at(self.end)?);
        let seconds = end.as_second().saturating_sub(start.as_second());
        let resolution = Resolution::from_minutes(seconds / 60).filter(|r| r.seconds() == seconds);
        let resolution = resolution.ok_or_else(|| {
            row.fault(
                self.end,
                "stamp_not_valid",
                "a period is 5, 15, 30 or 60 minutes long",
            )
        })?;
        DeliveryPeriod::new(start, resolution)
            .map_err(|error| row.fault(self.start, "stamp_not_valid", error))
    }

    /// Whether the delivery day and hour say what the instant says.
    fn check_hour(&self, row: &Row<'_>, period: DeliveryPeriod) -> Result<(), CellFault> {
        let local = self.zone.local(period.start());
        if date(row.cell(self.day)) != Some(local.date()) {
            let rule = format!(
                "{} lies on {} in Pacific time",
                period.start(),
                local.date()
            );
            return Err(row.fault(self.day, "day_mismatch", rule));
        }
        let ambiguous = self
            .zone
            .time_zone()
            .to_ambiguous_timestamp(local.datetime());
        let fold = matches!(ambiguous.offset(), jiff::tz::AmbiguousOffset::Fold { .. });
        let second = fold
            && ambiguous
                .earlier()
                .is_ok_and(|first| first < local.timestamp());
        let expected = if second { 25 } else { local.hour() + 1 };
        if two_digits(row.cell(self.hour)) != Some(expected) {
            let rule = format!("{} lies in hour {expected} of its day", period.start());
            return Err(row.fault(self.hour, "hour_mismatch", rule));
        }
        Ok(())
    }

    fn key(&self, row: &Row<'_>) -> Result<Key, CellFault> {
        let period = self.period(row)?;
        self.check_hour(row, period)?;
        let node = LocationCode::new(row.cell(self.node))
            .map_err(|error| row.fault(self.node, "location_not_valid", error))?;
        let run = ProductId::new(row.cell(self.run))
            .map_err(|error| row.fault(self.run, "product_not_valid", error))?;
        Ok((node, run, period))
    }

    fn known_at(&mut self, row: &Row<'_>, key: &Key) -> Result<Timestamp, CellFault> {
        if key.1.as_str() != "DAM" {
            return Ok(after(self.known_at, key.2.end()));
        }
        let known = self.known.at(key.2.start());
        known.map_err(|error| row.fault(self.start, "stamp_not_valid", error))
    }

    fn emit(&mut self, key: Key, parts: &Parts, out: &mut Collector<'_>) {
        let (location, product, period) = key;
        let Some(price) = parts.prices[0] else {
            let rule = "the parts of a price come with its LMP row";
            let value = format!("{location} {period}");
            return out.fault(CellFault::new(
                parts.row,
                TYPES[0],
                &value,
                "lmp_missing",
                rule,
            ));
        };
        let components = self.components(price, parts.prices);
        let market = self.market.clone();
        let known_at = parts.known_at;
        out.emit(
            parts.row,
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

    fn components(&mut self, price: Price, parts: [Option<Price>; 5]) -> Option<PriceComponents> {
        let [_, Some(energy), Some(congestion), Some(loss), gas] = parts else {
            self.without_parts += 1;
            return None;
        };
        self.without_gas += u64::from(gas.is_none());
        let greenhouse_gas = gas.unwrap_or_default();
        let sum = [congestion, loss, greenhouse_gas]
            .into_iter()
            .try_fold(energy, Price::checked_add)
            .and_then(|sum| sum.checked_sub(price));
        let equal = sum.is_some_and(|rest| (-ROUNDING..=ROUNDING).contains(&rest.micros()));
        self.unequal += u64::from(!equal);
        Some(PriceComponents {
            energy,
            congestion,
            loss,
            greenhouse_gas,
        })
    }
}

impl Rows for Reader {
    fn row(&mut self, row: &Row<'_>, out: &mut Collector<'_>) {
        let price = out.price(row, self.price);
        let kind = row.cell(self.kind);
        let kind = TYPES.iter().position(|name| *name == kind).ok_or_else(|| {
            row.fault(
                self.kind,
                "lmp_type_unknown",
                "an LMP_TYPE is LMP, MCE, MCC, MCL or MGHG",
            )
        });
        let (kind, key) = (out.check(kind), out.check(self.key(row)));
        let (Some(price), Some(kind), Some(key)) = (price, kind, key) else {
            return;
        };
        let Some(known_at) = out.check(self.known_at(row, &key)) else {
            return;
        };
        let empty = || Parts {
            row: row.number,
            known_at,
            prices: [None; 5],
        };
        let parts = self.waiting.entry(key.clone()).or_insert_with(empty);
        let Some(place) = parts.prices.get_mut(kind) else {
            return;
        };
        if place.replace(price).is_some() {
            let rule = "a node and hour have one row of each LMP_TYPE";
            return out.fault(row.fault(self.kind, "price_duplicate", rule));
        }
        if parts.prices.iter().all(Option::is_some)
            && let Some(parts) = self.waiting.remove(&key)
        {
            self.emit(key, &parts, out);
        }
    }

    fn finish(&mut self, out: &mut Collector<'_>) {
        for (key, parts) in std::mem::take(&mut self.waiting) {
            self.emit(key, &parts, out);
        }
        if self.without_parts > 0 {
            out.note(format!(
                "{} prices without all of MCE, MCC and MCL",
                self.without_parts
            ));
        }
        if self.without_gas > 0 {
            out.note(format!(
                "{} prices without MGHG, taken as zero",
                self.without_gas
            ));
        }
        if self.unequal > 0 {
            out.note(format!(
                "{} prices differ from the sum of their parts",
                self.unequal
            ));
        }
    }

    fn zone(&self) -> Option<&MarketZone> {
        Some(&self.zone)
    }
}
