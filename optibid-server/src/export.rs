//! Tables as files: comma-separated values and workbooks.

mod books;
mod comma;
mod table;
mod workbook;

pub(crate) use books::{profit, settlements};
pub(crate) use table::Table;

use optibid_core::api::FileFormat;
use optibid_core::error::{Code, Error};

/// The table as a file.
///
/// # Errors
/// When it cannot be written: a defect, or a table beyond what a sheet holds.
pub(crate) fn write(table: &Table, format: FileFormat) -> Result<Vec<u8>, Error> {
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| {
        Error::new(Code::Internal, "writing the file failed").with_source(error)
    };
    match format {
        FileFormat::Csv => comma::write(table).map_err(|error| failed(error.into())),
        FileFormat::Xlsx => workbook::write(table).map_err(|error| failed(error.into())),
    }
}
