use super::decimal::{self, DecimalError, decimal_string};
use std::fmt;

/// A dimensionless fraction in parts per million: efficiencies, shares of capacity, quantiles.
///
/// ```
/// use optibid_core::unit::Ratio;
/// assert_eq!("0.95".parse(), Ok(Ratio::from_ppm(950_000)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Ratio(i64);

impl Ratio {
    /// Zero.
    pub const ZERO: Self = Self(0);
    /// One.
    pub const ONE: Self = Self(1_000_000);
    #[cfg(feature = "api")]
    const EDGE: &'static str = "A fraction, at most six decimals (0.95 is 95 %)";
    #[cfg(feature = "api")]
    const EXAMPLE: &'static str = "0.95";
    const SCALE: u32 = 6;

    /// From parts per million.
    #[must_use]
    pub const fn from_ppm(ppm: i64) -> Self {
        Self(ppm)
    }

    /// Parts per million.
    #[inline]
    #[must_use]
    pub const fn ppm(self) -> i64 {
        self.0
    }

    /// Reads a fraction from a decimal string exactly.
    ///
    /// # Errors
    /// When the text is not a finite decimal, has more than six decimals or is out of range.
    pub fn parse(text: &str) -> Result<Self, DecimalError> {
        decimal::parse_scaled(text, Self::SCALE).map(Self)
    }

    /// Whether the fraction lies in 0..=1.
    #[must_use]
    pub const fn is_share(self) -> bool {
        0 <= self.0 && self.0 <= Self::ONE.0
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        decimal::write_scaled(f, i128::from(self.0), Self::SCALE, 0)
    }
}

decimal_string!(Ratio);

/// A latitude or longitude in 1e-7 degrees (about a centimetre).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Degrees(i64);

impl Degrees {
    #[cfg(feature = "api")]
    const EDGE: &'static str = "Degrees, at most seven decimals";
    #[cfg(feature = "api")]
    const EXAMPLE: &'static str = "29.4241";
    const SCALE: u32 = 7;

    /// From 1e-7 degrees.
    #[must_use]
    pub const fn from_e7(value: i64) -> Self {
        Self(value)
    }

    /// The value in 1e-7 degrees.
    #[must_use]
    pub const fn e7(self) -> i64 {
        self.0
    }

    /// Reads degrees from a decimal string exactly.
    ///
    /// # Errors
    /// When the text is not a finite decimal, has more than seven decimals or is out of range.
    pub fn parse(text: &str) -> Result<Self, DecimalError> {
        decimal::parse_scaled(text, Self::SCALE).map(Self)
    }
}

impl fmt::Display for Degrees {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        decimal::write_scaled(f, i128::from(self.0), Self::SCALE, 0)
    }
}

decimal_string!(Degrees);
