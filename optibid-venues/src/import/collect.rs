//! Gathers the prices and faults of a file: batches, duplicates, gaps.

use super::fault::{CellFault, ImportError, MAX_FAULTS};
use super::format::Format;
use super::report::{Gap, ImportReport, MAX_GAPS};
use super::table::Row;
use jiff::Timestamp;
use optibid_core::error::Error;
use optibid_core::market::{
    LocationCode, MarketId, MarketZone, PriceObservation, ProductId, Resolution,
};
use optibid_core::unit::Price;
use std::collections::{HashMap, HashSet};

/// Takes batches of prices.
pub(crate) type Sink<'s> = &'s mut dyn FnMut(Vec<PriceObservation>) -> Result<(), Error>;

/// How a format turns rows into prices.
pub(crate) trait Rows {
    /// Reads a row; its prices and faults go to `out`.
    fn row(&mut self, row: &Row<'_>, out: &mut Collector<'_>);

    /// The file is over.
    fn finish(&mut self, _out: &mut Collector<'_>) {}

    /// The zone of the delivery days, where the format has one.
    fn zone(&self) -> Option<&MarketZone> {
        None
    }
}

struct Series {
    market: MarketId,
    product: ProductId,
    location: LocationCode,
    resolution: Resolution,
}

/// What was read so far.
pub(crate) struct Collector<'s> {
    sink: Sink<'s>,
    batch: Vec<PriceObservation>,
    batch_size: usize,
    pub(crate) report: ImportReport,
    faults: Vec<CellFault>,
    refused: Option<Error>,
    series: Vec<Series>,
    by_location: HashMap<LocationCode, Vec<usize>>,
    seen: HashSet<(usize, i64, Timestamp)>,
}

impl<'s> Collector<'s> {
    pub(crate) fn new(format: Format, batch_size: usize, sink: Sink<'s>) -> Self {
        Self {
            sink,
            batch: Vec::new(),
            batch_size: batch_size.max(1),
            report: ImportReport::new(format),
            faults: Vec::new(),
            refused: None,
            series: Vec::new(),
            by_location: HashMap::new(),
            seen: HashSet::new(),
        }
    }

    /// Whether reading on is of no use.
    pub(crate) const fn stopped(&self) -> bool {
        self.faults.len() >= MAX_FAULTS || self.refused.is_some()
    }

    pub(crate) fn fault(&mut self, fault: CellFault) {
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(fault);
        }
    }

    /// The value, or its fault is kept.
    pub(crate) fn check<T>(&mut self, value: Result<T, CellFault>) -> Option<T> {
        value.map_err(|fault| self.fault(fault)).ok()
    }

    /// Reads an observed price, counting what had to be rounded.
    pub(crate) fn price(&mut self, row: &Row<'_>, column: usize) -> Option<Price> {
        match Price::parse_observed(row.cell(column)) {
            Ok((price, rounded)) => {
                self.report.rounded += u64::from(rounded);
                Some(price)
            }
            Err(error) => {
                self.fault(row.fault(column, "price_not_a_number", error));
                None
            }
        }
    }

    pub(crate) fn note(&mut self, note: impl Into<String>) {
        self.report.notes.push(note.into());
    }

    /// Takes a price; the second price of a period is a fault of its row.
    pub(crate) fn emit(&mut self, row: u64, observation: PriceObservation) {
        let series = self.series_of(&observation);
        let start = observation.period.start();
        if !self
            .seen
            .insert((series, start.as_second(), observation.known_at))
        {
            let value = format!("{} {}", observation.location, observation.period);
            let rule = "a file gives the price of a period once";
            return self.fault(CellFault::new(row, "", &value, "price_duplicate", rule));
        }
        self.report.prices += 1;
        if !self.faults.is_empty() {
            return self.batch.clear();
        }
        self.batch.push(observation);
        if self.batch.len() >= self.batch_size {
            self.flush();
        }
    }

    fn flush(&mut self) {
        if self.batch.is_empty() || self.refused.is_some() {
            return;
        }
        if let Err(error) = (self.sink)(std::mem::take(&mut self.batch)) {
            self.refused = Some(error);
        }
    }

    fn series_of(&mut self, price: &PriceObservation) -> usize {
        let resolution = price.period.resolution();
        let known = self
            .by_location
            .get(&price.location)
            .into_iter()
            .flatten()
            .copied()
            .find(|at| {
                self.series.get(*at).is_some_and(|series| {
                    series.resolution == resolution
                        && series.product == price.product
                        && series.market == price.market
                })
            });
        known.unwrap_or_else(|| {
            let at = self.series.len();
            self.by_location
                .entry(price.location.clone())
                .or_default()
                .push(at);
            self.series.push(Series {
                market: price.market.clone(),
                product: price.product.clone(),
                location: price.location.clone(),
                resolution,
            });
            at
        })
    }

    /// Hands the last batch on and answers the report, or the faults.
    pub(crate) fn finish(mut self, zone: Option<&MarketZone>) -> Result<ImportReport, ImportError> {
        if !self.faults.is_empty() {
            self.faults.sort_by_key(|fault| fault.row);
            return Err(ImportError::Cells(self.faults));
        }
        self.flush();
        if let Some(error) = self.refused {
            return Err(ImportError::Sink(error));
        }
        let mut starts: Vec<(usize, i64)> = self.seen.drain().map(|(s, t, _)| (s, t)).collect();
        starts.sort_unstable();
        starts.dedup();
        self.find_gaps(&starts);
        if let Some(zone) = zone {
            self.note_open_end(&starts, zone);
        }
        Ok(self.report)
    }

    fn find_gaps(&mut self, starts: &[(usize, i64)]) {
        for pair in starts.windows(2) {
            let &[(series, start), (next_series, next)] = pair else {
                continue;
            };
            let Some(of) = self.series.get(series).filter(|_| series == next_series) else {
                continue;
            };
            let end = start + of.resolution.seconds();
            if next <= end {
                continue;
            }
            self.report.gap_count += 1;
            let (Ok(from), Ok(until)) = (Timestamp::from_second(end), Timestamp::from_second(next))
            else {
                continue;
            };
            if self.report.gaps.len() < MAX_GAPS {
                self.report.gaps.push(Gap {
                    market: of.market.clone(),
                    product: of.product.clone(),
                    location: of.location.clone(),
                    resolution: of.resolution,
                    from,
                    until,
                });
            }
        }
    }

    /// A file cut at the end of a row shows only in days that end early.
    fn note_open_end(&mut self, starts: &[(usize, i64)], zone: &MarketZone) {
        let last: HashMap<usize, i64> = starts.iter().copied().collect();
        let open = last.iter().filter(|(series, start)| {
            let length = self
                .series
                .get(**series)
                .map_or(0, |s| s.resolution.seconds());
            let day = Timestamp::from_second(**start)
                .ok()
                .and_then(|at| zone.day_of(at).ok());
            day.is_some_and(|day| *start + length < day.end().as_second())
        });
        let open = open.count();
        if open > 0 {
            let of = last.len();
            self.note(format!(
                "{open} of {of} series end before their last delivery day does"
            ));
        }
    }
}
