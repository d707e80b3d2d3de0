use super::decimal::{self, DecimalError, Rounding, decimal_string};
use super::{Currency, Energy, Money};
use std::fmt;

/// A price in 1e-6 currency units per MWh; the currency is the market's.
///
/// ```
/// use optibid_core::unit::{Currency, Energy, Price, Rounding};
/// let price: Price = "24.57".parse()?;
/// assert_eq!(price.micros(), 24_570_000);
/// let money = price.times(Energy::from_mwh(2), Currency::Usd, Rounding::HalfEven);
/// assert_eq!(money.map(|m| m.to_string()).as_deref(), Some("49.14"));
/// # Ok::<(), optibid_core::unit::DecimalError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Price(i64);

impl Price {
    /// Zero.
    pub const ZERO: Self = Self(0);
    #[cfg(feature = "api")]
    const EDGE: &'static str = "Price in the market's currency per MWh, at most six decimals";
    #[cfg(feature = "api")]
    const EXAMPLE: &'static str = "24.57";
    const SCALE: u32 = 6;

    /// From 1e-6 currency per MWh.
    #[inline]
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// From whole currency units per MWh.
    #[must_use]
    pub const fn from_units(units: i32) -> Self {
        Self(units as i64 * 1_000_000)
    }

    /// From hundredths of a currency unit per MWh.
    #[must_use]
    pub const fn from_cents(cents: i32) -> Self {
        Self(cents as i64 * 10_000)
    }

    /// The value in 1e-6 currency per MWh.
    #[inline]
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Reads a decimal string exactly.
    ///
    /// # Errors
    /// When the text is not a finite decimal, has more than six decimals or is out of range.
    pub fn parse(text: &str) -> Result<Self, DecimalError> {
        decimal::parse_scaled(text, Self::SCALE).map(Self)
    }

    /// Reads an observed price, rounding finer digits; the flag tells whether it had to.
    ///
    /// Only for data that others published: a bid is never rounded.
    ///
    /// # Errors
    /// When the text is not a finite decimal or is out of range.
    pub fn parse_observed(text: &str) -> Result<(Self, bool), DecimalError> {
        decimal::parse_rounded(text, Self::SCALE, Rounding::HalfEven).map(|(v, r)| (Self(v), r))
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

    /// Whether the price is a whole multiple of `tick`; any price is on a zero tick.
    #[must_use]
    pub const fn is_on_tick(self, tick: Self) -> bool {
        tick.0 == 0 || self.0 % tick.0 == 0
    }

    /// Price x energy, in minor units of `currency`; `None` past what [`Money`] holds.
    ///
    /// The product is formed exactly in 128 bits and rounded once.
    #[must_use]
    pub fn times(self, energy: Energy, currency: Currency, rounding: Rounding) -> Option<Money> {
        let numerator = i128::from(self.0)
            .checked_mul(i128::from(energy.kilowatt_seconds()))?
            .checked_mul(i128::from(currency.minor_per_unit()))?;
        let minor = rounding.div(numerator, 1_000_000 * i128::from(Energy::PER_MWH));
        i64::try_from(minor)
            .ok()
            .map(|minor| Money::from_minor(minor, currency))
    }
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        decimal::write_scaled(f, i128::from(self.0), Self::SCALE, 2)
    }
}

decimal_string!(Price);
