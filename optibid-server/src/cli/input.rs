//! Prices from files, standard input, or the file that is built in.

use super::args::{Prices, Series};
use crate::demo::Fixture;
use anyhow::Context;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use optibid_core::error::Error;
use optibid_core::market::rules::RuleBook;
use optibid_core::market::{LocationCode, MarketId, MarketZone, PriceObservation, ProductId};
use optibid_venues::import::{Format, ImportOptions, ImportOutcome, KnownAt, import};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Days before the first delivery day whose prices are kept: what a forecast rests on.
const HISTORY: i32 = 70;

/// Opens a file, or standard input for `-`.
pub(super) fn open(path: &Path) -> anyhow::Result<Box<dyn Read>> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdin().lock()));
    }
    match File::open(path) {
        Ok(file) => Ok(Box::new(file)),
        Err(error) => {
            let missing = error.kind() == io::ErrorKind::NotFound;
            let place = path.display().to_string();
            let known = if missing {
                Error::not_found("file", &place)
            } else {
                Error::field("unreadable", "file", &place, error.to_string())
            };
            Err(known.into())
        }
    }
}

/// The format of that name.
pub(super) fn format(name: Option<&str>) -> anyhow::Result<Option<Format>> {
    let parsed = name.map(str::parse::<Format>).transpose();
    Ok(parsed.map_err(|e| {
        Error::field(
            "input_format",
            "--input-format",
            name.unwrap_or(""),
            e.to_string(),
        )
    })?)
}

/// One series of prices, in order of time.
pub(super) struct Chosen {
    pub(super) market: MarketId,
    pub(super) product: ProductId,
    pub(super) location: LocationCode,
    pub(super) prices: Vec<PriceObservation>,
}

impl Prices {
    /// Reads the prices that the flags name.
    pub(super) fn read(&self) -> anyhow::Result<Vec<PriceObservation>> {
        let Some(file) = &self.file else {
            if self.sample {
                return Ok(Fixture::load()?.prices);
            }
            let rule = "name a file of prices, - for standard input, or --sample";
            return Err(Error::field("missing", "FILE", "", rule).into());
        };
        let mut options = ImportOptions::new(KnownAt::Publication);
        if let Some(location) = &self.series.location {
            options = options.location(location.clone());
        }
        let format = format(self.input_format.as_deref())?;
        let outcome: ImportOutcome = import(format, open(file)?, &options)
            .with_context(|| format!("reading {}", file.display()))?;
        Ok(outcome.prices)
    }
}

impl Series {
    /// The one series that the flags leave.
    pub(super) fn choose(&self, prices: Vec<PriceObservation>) -> anyhow::Result<Chosen> {
        let fits = |p: &PriceObservation| {
            self.market.as_ref().is_none_or(|m| *m == p.market)
                && self.product.as_ref().is_none_or(|v| *v == p.product)
                && self.location.as_ref().is_none_or(|v| *v == p.location)
                && self.resolution.is_none_or(|v| v == p.period.resolution())
        };
        let (mut prices, others): (Vec<_>, Vec<_>) = prices.into_iter().partition(fits);
        prices.sort_by_key(|p| p.period);
        let name = |p: &PriceObservation| {
            format!(
                "{} {} {} {}",
                p.market,
                p.product,
                p.location,
                p.period.resolution()
            )
        };
        let series: BTreeSet<String> = prices.iter().map(name).collect();
        let Some(first) = prices.first() else {
            let held: BTreeSet<String> = others.iter().map(name).collect();
            let held: Vec<String> = held.into_iter().take(12).collect();
            let rule = match held.is_empty() {
                true => "no price of it is in the input, nor any other".to_owned(),
                false => format!(
                    "no price of it is in the input, which holds {}",
                    held.join("; ")
                ),
            };
            return Err(Error::field("no_prices", "series", self.asked(), rule).into());
        };
        if series.len() > 1 {
            let all = series
                .iter()
                .take(12)
                .cloned()
                .collect::<Vec<_>>()
                .join("; ");
            let rule = "choose one with --market, --product, --location and --resolution";
            return Err(Error::field("several_series", "series", all, rule).into());
        }
        Ok(Chosen {
            market: first.market.clone(),
            product: first.product.clone(),
            location: first.location.clone(),
            prices,
        })
    }

    /// The series as far as the flags name it.
    fn asked(&self) -> String {
        let parts = [
            self.market.as_ref().map(ToString::to_string),
            self.product.as_ref().map(ToString::to_string),
            self.location.as_ref().map(ToString::to_string),
            self.resolution.map(|resolution| resolution.to_string()),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        parts.join(" ")
    }

    /// The first and the last delivery day: as named, or those of the prices.
    pub(super) fn days(&self, rules: &RuleBook, chosen: &Chosen) -> anyhow::Result<(Date, Date)> {
        let zone = zone(rules, chosen, self.from)?;
        let ends = chosen.prices.first().zip(chosen.prices.last());
        let (first, last) = ends.ok_or_else(|| Error::not_found("price", &chosen.market))?;
        let day = |p: &PriceObservation| zone.day_of(p.period.start()).map(|day| day.date());
        let days = (
            self.from.map_or_else(|| day(first), Ok)?,
            self.to.map_or_else(|| day(last), Ok)?,
        );
        if days.1 < days.0 {
            let rule = format!("must not be before {}", days.0);
            return Err(Error::field("span_reversed", "--to", days.1, rule).into());
        }
        Ok(days)
    }
}

/// The market's zone; UTC for a market that the rules do not know.
pub(super) fn zone(
    rules: &RuleBook,
    chosen: &Chosen,
    day: Option<Date>,
) -> anyhow::Result<MarketZone> {
    let start = chosen
        .prices
        .first()
        .map_or(Timestamp::UNIX_EPOCH, |p| p.period.start());
    let day = day.unwrap_or_else(|| start.to_zoned(jiff::tz::TimeZone::UTC).date());
    match rules.at(&chosen.market, &chosen.product, day) {
        Ok(rules) => Ok(rules.zone.value),
        Err(_) => Ok(MarketZone::new("UTC", 0)?),
    }
}

/// The start of the first and the end of the last day.
pub(super) fn span(
    rules: &RuleBook,
    chosen: &Chosen,
    (from, to): (Date, Date),
) -> anyhow::Result<(Timestamp, Timestamp)> {
    let zone = zone(rules, chosen, Some(from))?;
    Ok((zone.day(from)?.start(), zone.day(to)?.end()))
}

impl Chosen {
    /// The prices of a span, none of which may be missing: neither inside nor, where a day was named, at that end.
    pub(super) fn whole(
        &self,
        zone: &MarketZone,
        (start, end): (Timestamp, Timestamp),
        (from_named, to_named): (bool, bool),
    ) -> anyhow::Result<Vec<&PriceObservation>> {
        let within = |p: &&PriceObservation| start <= p.period.start() && p.period.end() <= end;
        let prices: Vec<_> = self.prices.iter().filter(within).collect();
        let missing = |from: Timestamp, until: Timestamp| {
            let value = format!("{} to {}", zone.local(from), zone.local(until));
            let rule =
                "no price of that time is in the input: choose other days with --from and --to";
            Error::field("missing_price", "prices", value, rule)
        };
        let (Some(first), Some(last)) = (prices.first(), prices.last()) else {
            return Err(missing(start, end).into());
        };
        if from_named && first.period.start() > start {
            return Err(missing(start, first.period.start()).into());
        }
        for (before, after) in prices.iter().zip(prices.iter().skip(1)) {
            if before.period.end() < after.period.start() {
                return Err(missing(before.period.end(), after.period.start()).into());
            }
        }
        if to_named && last.period.end() < end {
            return Err(missing(last.period.end(), end).into());
        }
        Ok(prices)
    }
}

/// The start of the history that a forecast of the first day may rest on.
pub(super) fn history_start(start: Timestamp) -> anyhow::Result<Timestamp> {
    Ok(start.checked_sub(SignedDuration::from_hours(24 * i64::from(HISTORY)))?)
}
