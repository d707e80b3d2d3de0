//! Price files to [`PriceObservation`](optibid_core::market::PriceObservation)s: tolerant of how
//! markets write, strict about what they say.
//!
//! | [`Format`] | file | time in the file | page |
//! | --- | --- | --- | --- |
//! | `ErcotHubHistory` | ERCOT hub day-ahead and real-time, 15 minutes | start, naive Central | [`ercot_hub_history`] |
//! | `ErcotDamSpp` | ERCOT day-ahead settlement point prices (NP4-190-CD) | hour ending, Central, flag | [`ercot_dam_spp`] |
//! | `CaisoOasisLmp` | CAISO OASIS `PRC_LMP` version 12 | UTC start and end | [`caiso_oasis_lmp`] |
//! | `NyisoDamZone` | NYISO day-ahead zonal LBMP | hour beginning, Eastern, no flag | [`nyiso_dam_zone`] |
//! | `Epf` | the open day-ahead price benchmark | 24 naive rows a day | [`epf`] |
//! | `Generic` | OptiBid's own CSV | RFC 3339 | [`generic`] |
//!
//! All formats share these rules:
//!
//! - plain or gzip, recognised by content; a byte order mark, stray spaces, quotes and either line
//!   end are accepted; the separator is a comma and the decimal mark a point;
//! - a price with more than six decimals is rounded half-even and counted, nothing else is changed;
//! - every bad cell is reported with its row (line in the file, the header is row 1), column, value
//!   and rule, up to [`MAX_FAULTS`] of them, and then no price counts: a caller
//!   applies what it was given only when the import answers `Ok`;
//! - a row cut short, a gzip file cut short, a period given twice are errors; missing periods are
//!   [`Gap`]s of the [`ImportReport`];
//! - memory is bounded: lines by 64 KiB, files by [`ImportOptions::max_bytes`] after decompression.
//!
//! ```
//! use optibid_venues::import::{Format, ImportOptions, KnownAt, import};
//! let file = "DeliveryDate,HourEnding,SettlementPoint,SettlementPointPrice,DSTFlag\n\
//!             08/05/2025,01:00,HB_SOUTH, 23.94,N\n\
//!             08/05/2025,02:00,HB_SOUTH, 21.07,N\n";
//! let outcome = import(Format::ErcotDamSpp, file.as_bytes(), &ImportOptions::new(KnownAt::Publication))?;
//! assert_eq!(outcome.prices[0].price.to_string(), "23.94");
//! assert_eq!(outcome.prices[0].period.start().to_string(), "2025-08-05T05:00:00Z");
//! assert_eq!(outcome.report.prices, 2);
//! # Ok::<(), optibid_venues::import::ImportError>(())
//! ```

pub mod caiso_oasis_lmp;
mod collect;
mod detect;
pub mod epf;
pub mod ercot_dam_spp;
pub mod ercot_hub_history;
mod fault;
mod format;
pub mod generic;
mod known;
pub mod nyiso_dam_zone;
mod options;
mod report;
mod run;
mod source;
mod stamp;
mod table;

pub use fault::{CellFault, ImportError, MAX_FAULTS};
pub use format::{Format, UnknownFormat};
pub use generic::export_generic;
pub use options::{ImportOptions, KnownAt};
pub use report::{Gap, ImportOutcome, ImportReport, MAX_GAPS};
pub use run::{import, import_batches};
