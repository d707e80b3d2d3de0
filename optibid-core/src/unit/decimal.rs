//! Decimal strings to and from scaled integers, without floating point.

use std::fmt;

/// How a value between two representable ones is rounded.
///
/// ```
/// use optibid_core::unit::Rounding;
/// assert_eq!(Rounding::HalfEven.div(25, 10), 2);
/// assert_eq!(Rounding::HalfEven.div(35, 10), 4);
/// assert_eq!(Rounding::HalfAwayFromZero.div(-25, 10), -3);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// To the nearest; a tie goes to the even neighbour (used for observed prices).
    HalfEven,
    /// To the nearest; a tie goes away from zero (used for settlement amounts).
    HalfAwayFromZero,
    /// Towards negative infinity.
    Floor,
    /// Towards positive infinity.
    Ceiling,
    /// Towards zero.
    TowardsZero,
}

impl Rounding {
    /// Divides `numerator` by a positive `denominator`, rounding the quotient to a whole number.
    ///
    /// A denominator below one counts as one.
    #[inline]
    #[must_use]
    pub fn div(self, numerator: i128, denominator: i128) -> i128 {
        let denominator = denominator.max(1);
        let floor = numerator.div_euclid(denominator);
        let remainder = numerator.rem_euclid(denominator);
        if remainder == 0 {
            return floor;
        }
        let twice = remainder.saturating_mul(2);
        let up = match self {
            Self::Floor => false,
            Self::Ceiling => true,
            Self::TowardsZero => numerator < 0,
            Self::HalfEven => twice > denominator || (twice == denominator && floor % 2 != 0),
            Self::HalfAwayFromZero => {
                twice > denominator || (twice == denominator && numerator > 0)
            }
        };
        if up { floor + 1 } else { floor }
    }
}

/// Why a text is not the quantity it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecimalError {
    /// The text is empty or blank.
    #[error("empty: expected a decimal number such as 24.57")]
    Empty,
    /// A comma stands where the decimal point should, or separates thousands.
    #[error("{0:?} has a comma: write the decimal point as '.', and no thousands separator")]
    Comma(String),
    /// Something other than an optional sign, digits and one point (this includes NaN and infinity).
    #[error("{0:?} is not a finite decimal number")]
    NotADecimal(String),
    /// More decimals than the unit can hold.
    #[error("{value:?} has more than {max} decimals")]
    TooFine {
        /// The text as given.
        value: String,
        /// Decimals that the unit holds.
        max: u32,
    },
    /// Larger than the unit can hold.
    #[error("{0:?} is out of range")]
    OutOfRange(String),
}

/// A decimal text split into an integer mantissa and its number of decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Parsed {
    pub(crate) mantissa: i128,
    pub(crate) decimals: u32,
}

/// Reads sign, digits, point, digits and an optional exponent (`1e-3` is what spreadsheets write).
pub(crate) fn parse(text: &str) -> Result<Parsed, DecimalError> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(DecimalError::Empty);
    }
    if trimmed.contains(',') {
        return Err(DecimalError::Comma(trimmed.to_owned()));
    }
    let bad = || DecimalError::NotADecimal(trimmed.to_owned());
    let range = || DecimalError::OutOfRange(trimmed.to_owned());
    let (body, exponent) = match trimmed.split_once(['e', 'E']) {
        Some((body, exp)) => (body, exp.parse::<i32>().map_err(|_| bad())?),
        None => (trimmed, 0),
    };
    let (negative, digits) = match body.as_bytes().first() {
        Some(b'-') => (true, &body[1..]),
        Some(b'+') => (false, &body[1..]),
        _ => (false, body),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty() {
        return Err(bad());
    }
    let mut mantissa: i128 = 0;
    for digit in whole.bytes().chain(fraction.bytes()) {
        if !digit.is_ascii_digit() {
            return Err(bad());
        }
        mantissa = mantissa
            .checked_mul(10)
            .and_then(|m| m.checked_add(i128::from(digit - b'0')))
            .ok_or_else(range)?;
    }
    let mut decimals = i32::try_from(fraction.len())
        .map_err(|_| range())?
        .checked_sub(exponent)
        .ok_or_else(range)?;
    if mantissa == 0 {
        // Zero is zero at any exponent; without this the loops below would count up to 2^31.
        decimals = 0;
    }
    while decimals < 0 {
        mantissa = mantissa.checked_mul(10).ok_or_else(range)?;
        decimals += 1;
    }
    while decimals > 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        decimals -= 1;
    }
    let decimals = u32::try_from(decimals).map_err(|_| range())?;
    Ok(Parsed {
        mantissa: if negative { -mantissa } else { mantissa },
        decimals,
    })
}

/// Ten to the power `n`, or `None` past what an `i128` holds.
pub(crate) fn pow10(n: u32) -> Option<i128> {
    10_i128.checked_pow(n)
}

/// Reads a decimal text into a whole number of `10^-scale`, refusing finer digits.
pub(crate) fn parse_scaled(text: &str, scale: u32) -> Result<i64, DecimalError> {
    let out = || DecimalError::OutOfRange(text.trim().to_owned());
    parse_wide(text, scale).and_then(|wide| i64::try_from(wide).map_err(|_| out()))
}

/// Like [`parse_scaled`], with 128 bits.
pub(crate) fn parse_wide(text: &str, scale: u32) -> Result<i128, DecimalError> {
    let parsed = parse(text)?;
    if parsed.decimals > scale {
        return Err(DecimalError::TooFine {
            value: text.trim().to_owned(),
            max: scale,
        });
    }
    pow10(scale - parsed.decimals)
        .and_then(|factor| parsed.mantissa.checked_mul(factor))
        .ok_or_else(|| DecimalError::OutOfRange(text.trim().to_owned()))
}

/// Like [`parse_scaled`], but rounds finer digits; the flag tells whether it had to.
pub(crate) fn parse_rounded(
    text: &str,
    scale: u32,
    rounding: Rounding,
) -> Result<(i64, bool), DecimalError> {
    let parsed = parse(text)?;
    let range = || DecimalError::OutOfRange(text.trim().to_owned());
    if parsed.decimals <= scale {
        return parse_scaled(text, scale).map(|value| (value, false));
    }
    let rounded = match pow10(parsed.decimals - scale) {
        Some(divisor) => rounding.div(parsed.mantissa, divisor),
        // Past 38 digits the divisor is at least ten times what a mantissa can be: like 0.1 or -0.1.
        None => rounding.div(parsed.mantissa.signum(), 10),
    };
    i64::try_from(rounded)
        .map(|value| (value, true))
        .map_err(|_| range())
}

/// Writes `value` x `10^-scale` with at least `min` decimals and no further trailing zeros.
pub(crate) fn write_scaled(
    f: &mut fmt::Formatter<'_>,
    value: i128,
    scale: u32,
    min: usize,
) -> fmt::Result {
    let unit = pow10(scale).unwrap_or(1).unsigned_abs();
    let magnitude = value.unsigned_abs();
    let mut fraction = format!("{:0width$}", magnitude % unit, width = scale as usize);
    while fraction.len() > min && fraction.ends_with('0') {
        fraction.pop();
    }
    let whole = magnitude / unit;
    let digits = if fraction.is_empty() || scale == 0 {
        whole.to_string()
    } else {
        format!("{whole}.{fraction}")
    };
    // Unlike `pad`, which would cut the digits off at a precision such as `{:.2}`.
    f.pad_integral(value >= 0, "", &digits)
}

/// Implements text and serde conversions of a scaled newtype: a decimal string at the edge.
macro_rules! decimal_string {
    ($type:ty) => {
        impl std::str::FromStr for $type {
            type Err = $crate::unit::DecimalError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
        #[cfg(feature = "api")]
        impl utoipa::PartialSchema for $type {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .description(Some(Self::EDGE))
                    .pattern(Some(r"^-?[0-9]+(\.[0-9]+)?$"))
                    .examples([serde_json::json!(Self::EXAMPLE)])
                    .into()
            }
        }
        #[cfg(feature = "api")]
        impl utoipa::ToSchema for $type {}
    };
}
pub(crate) use decimal_string;
