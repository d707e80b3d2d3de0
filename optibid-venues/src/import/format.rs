//! The names of the formats.

use std::fmt;

/// A format of price files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// [`ercot_hub_history`](super::ercot_hub_history).
    ErcotHubHistory,
    /// [`ercot_dam_spp`](super::ercot_dam_spp).
    ErcotDamSpp,
    /// [`caiso_oasis_lmp`](super::caiso_oasis_lmp).
    CaisoOasisLmp,
    /// [`nyiso_dam_zone`](super::nyiso_dam_zone).
    NyisoDamZone,
    /// [`epf`](super::epf).
    Epf,
    /// [`generic`](super::generic).
    Generic,
}

/// A name that is not a format's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a price file format (ercot-hub-history, ercot-dam-spp, caiso-oasis-lmp, nyiso-dam-zone, epf, generic)"
)]
pub struct UnknownFormat(pub String);

impl Format {
    /// All formats.
    pub const ALL: [Self; 6] = [
        Self::ErcotHubHistory,
        Self::ErcotDamSpp,
        Self::CaisoOasisLmp,
        Self::NyisoDamZone,
        Self::Epf,
        Self::Generic,
    ];

    /// The name used on the command line and in the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::ErcotHubHistory => "ercot-hub-history",
            Self::ErcotDamSpp => "ercot-dam-spp",
            Self::CaisoOasisLmp => "caiso-oasis-lmp",
            Self::NyisoDamZone => "nyiso-dam-zone",
            Self::Epf => "epf",
            Self::Generic => "generic",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl std::str::FromStr for Format {
    type Err = UnknownFormat;
    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        Self::ALL
            .into_iter()
            .find(|format| format.code() == text)
            .ok_or_else(|| UnknownFormat(text.to_owned()))
    }
}
