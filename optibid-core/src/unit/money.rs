use super::decimal::{self, DecimalError};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The currency of a market's prices and settlements (ISO 4217).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum Currency {
    /// US dollar.
    Usd,
    /// Euro.
    Eur,
    /// Pound sterling.
    Gbp,
    /// Indian rupee.
    Inr,
    /// Australian dollar.
    Aud,
}

/// A currency code that no supported market uses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a supported currency (USD, EUR, GBP, INR, AUD)")]
pub struct UnknownCurrency(pub String);

impl Currency {
    /// The ISO 4217 code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Usd => "USD",
            Self::Eur => "EUR",
            Self::Gbp => "GBP",
            Self::Inr => "INR",
            Self::Aud => "AUD",
        }
    }

    /// Minor units in one unit: 100 for every supported currency.
    #[must_use]
    pub const fn minor_per_unit(self) -> i64 {
        match self {
            Self::Usd | Self::Eur | Self::Gbp | Self::Inr | Self::Aud => 100,
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl std::str::FromStr for Currency {
    type Err = UnknownCurrency;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Usd, Self::Eur, Self::Gbp, Self::Inr, Self::Aud]
            .into_iter()
            .find(|c| c.code() == text)
            .ok_or_else(|| UnknownCurrency(text.to_owned()))
    }
}

/// An amount in minor units of its currency; positive is received, negative is paid.
///
/// ```
/// use optibid_core::unit::{Currency, Money};
/// let a = Money::from_minor(1_050, Currency::Eur);
/// let b = Money::parse("-0.50", Currency::Eur)?;
/// assert_eq!(a.checked_add(b), Some(Money::from_minor(1_000, Currency::Eur)));
/// assert_eq!(a.checked_add(Money::zero(Currency::Usd)), None);
/// # Ok::<(), optibid_core::unit::DecimalError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    const SCALE: u32 = 2;

    /// From minor units (cents, paise).
    #[must_use]
    pub const fn from_minor(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self::from_minor(0, currency)
    }

    /// The amount in minor units.
    #[must_use]
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// Reads an amount from a decimal string exactly.
    ///
    /// # Errors
    /// When the text is not a finite decimal, is finer than the minor unit or is out of range.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, DecimalError> {
        decimal::parse_scaled(text, Self::SCALE).map(|minor| Self { minor, currency })
    }

    /// Sum; `None` on overflow or when the currencies differ.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        (self.currency == other.currency)
            .then(|| self.minor.checked_add(other.minor))?
            .map(|minor| Self { minor, ..self })
    }

    /// Difference; `None` on overflow or when the currencies differ.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        (self.currency == other.currency)
            .then(|| self.minor.checked_sub(other.minor))?
            .map(|minor| Self { minor, ..self })
    }

    /// Sum of many; `None` on overflow or when a currency differs from `currency`.
    pub fn sum(items: impl IntoIterator<Item = Self>, currency: Currency) -> Option<Self> {
        items
            .into_iter()
            .try_fold(Self::zero(currency), Self::checked_add)
    }
}

/// The amount without its currency, always with two decimals.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        decimal::write_scaled(f, i128::from(self.minor), Self::SCALE, 2)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(
    expecting = "an amount with its currency, such as {\"amount\": \"-500.00\", \"currency\": \"USD\"}"
)]
struct Wire<'a> {
    #[serde(borrow)]
    amount: std::borrow::Cow<'a, str>,
    currency: Currency,
}

impl Serialize for Money {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Wire {
            amount: self.to_string().into(),
            currency: self.currency,
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wire = Wire::deserialize(deserializer)?;
        Self::parse(&wire.amount, wire.currency).map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "api")]
mod schema {
    use super::{Currency, Money};
    use utoipa::openapi::{ObjectBuilder, RefOr, schema::Schema, schema::Type};

    impl utoipa::PartialSchema for Money {
        fn schema() -> RefOr<Schema> {
            ObjectBuilder::new()
                .description(Some("An amount with its currency; positive is received"))
                .property(
                    "amount",
                    ObjectBuilder::new()
                        .schema_type(Type::String)
                        .pattern(Some(r"^-?[0-9]+\.[0-9]{2}$"))
                        .examples([serde_json::json!("1234.56")]),
                )
                .property("currency", <Currency as utoipa::PartialSchema>::schema())
                .required("amount")
                .required("currency")
                .into()
        }
    }
    impl utoipa::ToSchema for Money {}
}
