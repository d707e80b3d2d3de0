use super::decimal::{self, DecimalError, Rounding, decimal_string};
use std::fmt;

/// Energy in kW s, so that 1 kW for five minutes is a whole number.
///
/// At the edge it is MWh with up to nine decimals, which tells every kW s apart (1 kW s is
/// 2.78e-7 MWh), so that text and back is exact. Positive is injection, as for
/// [`Power`](super::Power).
///
/// ```
/// use optibid_core::unit::Energy;
/// let energy = Energy::from_kilowatt_seconds(300);
/// assert_eq!(energy.to_string(), "0.000083333");
/// assert_eq!("0.000083333".parse(), Ok(energy));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Energy(i64);

impl Energy {
    /// Zero.
    pub const ZERO: Self = Self(0);
    /// kW s in one MWh.
    pub const PER_MWH: i64 = 3_600_000;
    #[cfg(feature = "api")]
    const EDGE: &'static str = "Energy in MWh, at most nine decimals";
    #[cfg(feature = "api")]
    const EXAMPLE: &'static str = "2.5";
    const SCALE: u32 = 9;
    const NANOS: i128 = 1_000_000_000;

    /// From kW s.
    #[inline]
    #[must_use]
    pub const fn from_kilowatt_seconds(value: i64) -> Self {
        Self(value)
    }

    /// From kWh.
    #[must_use]
    pub const fn from_kwh(kwh: i32) -> Self {
        Self(kwh as i64 * 3_600)
    }

    /// From whole MWh.
    #[must_use]
    pub const fn from_mwh(mwh: i32) -> Self {
        Self(mwh as i64 * Self::PER_MWH)
    }

    /// The value in kW s.
    #[inline]
    #[must_use]
    pub const fn kilowatt_seconds(self) -> i64 {
        self.0
    }

    /// Reads MWh from a decimal string.
    ///
    /// # Errors
    /// When the text is not a finite decimal, names no whole kW s (to nine decimals of a MWh), or
    /// is out of range.
    pub fn parse(text: &str) -> Result<Self, DecimalError> {
        let range = || DecimalError::OutOfRange(text.trim().to_owned());
        let nanos = decimal::parse_wide(text, Self::SCALE)?;
        let scaled = nanos
            .checked_mul(i128::from(Self::PER_MWH))
            .ok_or_else(range)?;
        let value = Rounding::HalfEven.div(scaled, Self::NANOS);
        let energy = i64::try_from(value).map(Self).map_err(|_| range())?;
        if energy.nanos() != nanos {
            return Err(DecimalError::TooFine {
                value: text.trim().to_owned(),
                max: 6,
            });
        }
        Ok(energy)
    }

    /// The value in 1e-9 MWh, rounded: what the text form shows.
    fn nanos(self) -> i128 {
        Rounding::HalfEven.div(i128::from(self.0) * Self::NANOS, i128::from(Self::PER_MWH))
    }

    /// Sum, or `None` on overflow.
    #[inline]
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// Difference, or `None` on overflow.
    #[inline]
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The magnitude, saturating.
    #[inline]
    #[must_use]
    pub const fn magnitude(self) -> Self {
        Self(self.0.saturating_abs())
    }
}

impl fmt::Display for Energy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        decimal::write_scaled(f, self.nanos(), Self::SCALE, 0)
    }
}

decimal_string!(Energy);
