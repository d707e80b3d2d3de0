//! Reads a file in its format.

use super::collect::{Collector, Rows};
use super::fault::{CellFault, ImportError};
use super::format::Format;
use super::options::ImportOptions;
use super::report::{ImportOutcome, ImportReport};
use super::table::{Header, RowError, Table};
use super::{caiso_oasis_lmp, detect, epf, ercot_dam_spp, ercot_hub_history, generic};
use super::{nyiso_dam_zone, source};
use optibid_core::error::Error;
use optibid_core::market::PriceObservation;
use std::io::Read;

/// Reads a whole file into memory.
///
/// `format` may be `None`: then the header decides ([`Format::detect`]).
///
/// # Errors
/// When the file cannot be read, is cut off or too large, or has bad cells: see [`ImportError`].
pub fn import(
    format: impl Into<Option<Format>>,
    reader: impl Read,
    options: &ImportOptions,
) -> Result<ImportOutcome, ImportError> {
    let mut prices = Vec::new();
    let report = import_batches(format, reader, options, &mut |batch: Vec<
        PriceObservation,
    >| {
        prices.extend(batch);
        Ok(())
    })?;
    Ok(ImportOutcome { prices, report })
}

/// Reads a file in batches of at most [`ImportOptions::batch`] prices, so that a large one is not
/// held in memory.
///
/// A fault may come after batches were handed on: the caller applies them only when this answers
/// `Ok`, in one transaction, or reads the file twice, first with a sink that does nothing.
///
/// # Errors
/// As [`import`], and what the sink answers.
pub fn import_batches(
    format: impl Into<Option<Format>>,
    reader: impl Read,
    options: &ImportOptions,
    sink: &mut dyn FnMut(Vec<PriceObservation>) -> Result<(), Error>,
) -> Result<ImportReport, ImportError> {
    let cannot_open = |source| ImportError::Read { row: 0, source };
    let content = source::open(reader, options.max_bytes).map_err(cannot_open)?;
    let mut table = Table::new(content, options.max_bytes);
    let header = table.header().map_err(stop)?;
    let format = match format.into().or_else(|| detect::of(&header)) {
        Some(format) => format,
        None => return Err(stop(RowError::Fault(unknown(&header)))),
    };
    let rows = rows(format, &header, options).map_err(ImportError::Cells)?;
    read(
        &mut table,
        &header,
        rows,
        Collector::new(format, options.batch, sink),
    )
}

fn read<R: std::io::BufRead>(
    table: &mut Table<R>,
    header: &Header,
    mut rows: Box<dyn Rows>,
    mut out: Collector<'_>,
) -> Result<ImportReport, ImportError> {
    while !out.stopped() {
        match table.next(header) {
            Ok(Some(row)) => {
                out.report.rows += 1;
                rows.row(&row, &mut out);
            }
            Ok(None) => break,
            Err(RowError::Fault(fault)) => out.fault(fault),
            Err(RowError::Fatal(error)) => return Err(fatal(error, out)),
        }
    }
    rows.finish(&mut out);
    if !table.terminated() {
        out.note(
            "the last row has no line end: if the file was cut there, its last number may be short",
        );
    }
    out.finish(rows.zone())
}

/// A line that ends the reading joins the faults found before it.
fn fatal(error: ImportError, mut out: Collector<'_>) -> ImportError {
    let ImportError::Cells(faults) = error else {
        return error;
    };
    for fault in &faults {
        out.fault(fault.clone());
    }
    out.finish(None).err().unwrap_or(ImportError::Cells(faults))
}

fn stop(error: RowError) -> ImportError {
    match error {
        RowError::Fault(fault) => ImportError::Cells(vec![fault]),
        RowError::Fatal(error) => error,
    }
}

fn unknown(header: &Header) -> CellFault {
    let known = Format::ALL.map(Format::code).join(", ");
    let rule = format!("the header is that of a known format ({known})");
    CellFault::new(header.row, "", &header.text(), "format_unknown", rule)
}

fn rows(
    format: Format,
    header: &Header,
    options: &ImportOptions,
) -> Result<Box<dyn Rows>, Vec<CellFault>> {
    let one = |fault: CellFault| vec![fault];
    Ok(match format {
        Format::ErcotHubHistory => {
            Box::new(ercot_hub_history::Reader::new(header, options).map_err(one)?)
        }
        Format::ErcotDamSpp => Box::new(ercot_dam_spp::Reader::new(header, options).map_err(one)?),
        Format::CaisoOasisLmp => {
            Box::new(caiso_oasis_lmp::Reader::new(header, options).map_err(one)?)
        }
        Format::NyisoDamZone => {
            Box::new(nyiso_dam_zone::Reader::new(header, options).map_err(one)?)
        }
        Format::Epf => Box::new(epf::Reader::new(header, options).map_err(one)?),
        Format::Generic => Box::new(generic::Reader::new(header, options)?),
    })
}
