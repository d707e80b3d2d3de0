//! Short textual keys of markets, products and locations.

use std::fmt;

/// Why a text cannot be a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} {value:?} is not valid: 1 to {max} characters, {allowed}")]
pub struct KeyError {
    kind: &'static str,
    value: String,
    max: usize,
    allowed: &'static str,
}

macro_rules! key {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $max:literal, $allowed:literal, $test:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Checks and wraps a key.
            ///
            /// # Errors
            /// When the text is empty, too long or has a character that is not allowed.
            pub fn new(value: impl Into<String>) -> Result<Self, KeyError> {
                let value = value.into();
                let allowed: fn(char) -> bool = $test;
                if value.is_empty() || value.len() > $max || !value.chars().all(allowed)
                    || value.trim() != value
                {
                    return Err(KeyError { kind: $kind, value, max: $max, allowed: $allowed });
                }
                Ok(Self(value))
            }

            /// The key as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = KeyError;
            fn from_str(text: &str) -> Result<Self, KeyError> {
                Self::new(text)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::new(text).map_err(serde::de::Error::custom)
            }
        }
    };
}

key! {
    /// A market or exchange: `ERCOT`, `CAISO`, `NYISO`, `NORDPOOL`, `EPEX`, `IEX`.
    ///
    /// ```
    /// use optibid_core::market::MarketId;
    /// assert!(MarketId::new("ERCOT").is_ok());
    /// assert!(MarketId::new("er cot").is_err());
    /// ```
    MarketId, "market", 16, "capital letters, digits, '-' and '_'",
    |c| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '-' | '_')
}

key! {
    /// A product of a market: `DAM`, `RTM`.
    ProductId, "product", 16, "capital letters, digits, '-' and '_'",
    |c| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '-' | '_')
}

key! {
    /// A settlement location as its market writes it: `HB_SOUTH`, `TH_NP15_GEN-APND`, `N.Y.C.`, `DE-LU`.
    LocationCode, "location", 64, "printable ASCII without control characters",
    |c| c == ' ' || c.is_ascii_graphic()
}

key! {
    /// An ancillary service as its venue names it: `REGUP`, `ECRS`, `SR`.
    ServiceCode, "service", 32, "capital letters, digits, '-' and '_'",
    |c| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '-' | '_')
}

key! {
    /// The bidder's own name of a block order, group or loop: `evening-1`.
    BlockName, "block name", 32, "letters, digits, '-' and '_'",
    |c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
}
