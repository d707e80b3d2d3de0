//! Which format a header belongs to.

use super::format::Format;
use super::table::Header;
use super::{caiso_oasis_lmp, epf, ercot_dam_spp, ercot_hub_history, generic, nyiso_dam_zone};

impl Format {
    /// Recognises a format by the first line of a file.
    ///
    /// ```
    /// use optibid_venues::import::Format;
    /// assert_eq!(Format::detect("market,product,location,start,resolution,price"), Some(Format::Generic));
    /// assert_eq!(Format::detect("name,colour"), None);
    /// ```
    #[must_use]
    pub fn detect(header: &str) -> Option<Self> {
        of(&Header::parse(header.trim_end())?)
    }
}

/// The format of a header.
pub(crate) fn of(header: &Header) -> Option<Format> {
    let fits: fn(Format, &Header) -> bool = |format, header| match format {
        Format::ErcotHubHistory => ercot_hub_history::fits(header),
        Format::ErcotDamSpp => ercot_dam_spp::fits(header),
        Format::CaisoOasisLmp => caiso_oasis_lmp::fits(header),
        Format::NyisoDamZone => nyiso_dam_zone::fits(header),
        Format::Epf => epf::fits(header),
        Format::Generic => generic::fits(header),
    };
    Format::ALL.into_iter().find(|format| fits(*format, header))
}
