//! What a rule sees.

use jiff::Timestamp;

/// What was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// As a figure.
    pub figure: Figure,
    /// In words, with what it is the figure of.
    pub told: String,
    /// Which of several like events is seen, such as the gate that closes then. An alarm about one of them ends when another
    /// is seen, however soon that one follows.
    pub occasion: Option<Timestamp>,
}

impl Reading {
    /// A figure in the unit of the condition.
    pub fn level(level: i64, told: impl Into<String>) -> Self {
        Self {
            figure: Figure::Level(level),
            told: told.into(),
            occasion: None,
        }
    }

    /// Whether it is as the condition says.
    pub fn holds(holds: bool, told: impl Into<String>) -> Self {
        Self {
            figure: Figure::Holds(holds),
            told: told.into(),
            occasion: None,
        }
    }

    /// Nothing could be seen, and why.
    pub fn missing(told: impl Into<String>) -> Self {
        Self {
            figure: Figure::Missing,
            told: told.into(),
            occasion: None,
        }
    }

    /// The reading, of one occasion among several.
    #[must_use]
    pub fn of(self, occasion: Timestamp) -> Self {
        Self {
            occasion: Some(occasion),
            ..self
        }
    }
}

/// A reading as a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// In the unit of the condition: 1e-6 currency per MWh, kW s, seconds of age, minor units of money.
    Level(i64),
    /// Whether it is as the condition says.
    Holds(bool),
    /// Nothing could be seen.
    Missing,
}
