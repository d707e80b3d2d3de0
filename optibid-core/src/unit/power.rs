use super::Energy;
use super::decimal::{self, DecimalError, decimal_string};
use jiff::SignedDuration;
use std::fmt;

/// Power in kW.
///
/// Sign convention, stated here once for the whole of OptiBid: **positive is injection into the
/// grid: discharge, generation, sell; negative is withdrawal: charge, consumption, buy.**
///
/// ```
/// use optibid_core::unit::Power;
/// let power: Power = "-1.5".parse()?;
/// assert_eq!(power.kilowatts(), -1_500);
/// assert_eq!(power.to_string(), "-1.5");
/// # Ok::<(), optibid_core::unit::DecimalError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Power(i64);

impl Power {
    /// Zero.
    pub const ZERO: Self = Self(0);
    #[cfg(feature = "api")]
    const EDGE: &'static str = "Power in MW, at most three decimals; positive is injection";
    #[cfg(feature = "api")]
    const EXAMPLE: &'static str = "10.5";
    const SCALE: u32 = 3;

    /// From kW.
    #[inline]
    #[must_use]
    pub const fn from_kilowatts(kilowatts: i64) -> Self {
        Self(kilowatts)
    }

    /// From whole MW.
    #[must_use]
    pub const fn from_megawatts(megawatts: i32) -> Self {
        Self(megawatts as i64 * 1_000)
    }

    /// The value in kW.
    #[inline]
    #[must_use]
    pub const fn kilowatts(self) -> i64 {
        self.0
    }

    /// Reads MW from a decimal string exactly.
    ///
    /// # Errors
    /// When the text is not a finite decimal, is finer than 1 kW or is out of range.
    pub fn parse(text: &str) -> Result<Self, DecimalError> {
        decimal::parse_scaled(text, Self::SCALE).map(Self)
    }

    /// Sum, or `None` on overflow.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// Difference, or `None` on overflow.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The opposite direction, saturating.
    #[must_use]
    pub const fn reversed(self) -> Self {
        Self(self.0.saturating_neg())
    }

    /// The magnitude, saturating.
    #[must_use]
    pub const fn magnitude(self) -> Self {
        Self(self.0.saturating_abs())
    }

    /// Whether the power is a whole multiple of `tick`; any power is on a zero tick.
    #[must_use]
    pub const fn is_on_tick(self, tick: Self) -> bool {
        tick.0 == 0 || self.0 % tick.0 == 0
    }

    /// Power held for `duration` (whole seconds), or `None` on overflow.
    #[must_use]
    pub fn over(self, duration: SignedDuration) -> Option<Energy> {
        self.0
            .checked_mul(duration.as_secs())
            .map(Energy::from_kilowatt_seconds)
    }
}

impl fmt::Display for Power {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        decimal::write_scaled(f, i128::from(self.0), Self::SCALE, 0)
    }
}

decimal_string!(Power);
