//! What curves are made of.

use crate::error::Violation;
use crate::unit::{Power, Price};
use serde::{Deserialize, Serialize};

/// What a curve offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CurveSide {
    /// Supply: quantities are positive MW of injection, prices do not fall with quantity.
    Sell,
    /// Demand: quantities are positive MW of withdrawal, prices do not rise with quantity.
    Buy,
    /// Storage: one curve from charging (negative MW) to discharging (positive MW), prices do not
    /// fall from left to right.
    Storage,
}

/// How the curve runs between its points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CurveShape {
    /// Blocks: each point is the end of a block that lies farther from zero; the block from the point
    /// nearer to zero (or from zero) up to this quantity is offered at this price.
    Step,
    /// Straight lines between points. From zero to the point nearest to it, when the curve does not
    /// reach zero, lies a block at that point's price; so a curve of one point is a block.
    Linear,
}

impl CurveShape {
    /// The name on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Step => "step",
            Self::Linear => "linear",
        }
    }
}

/// One point: a quantity and its price. Quantities are cumulative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CurvePoint {
    /// Cumulative quantity; its sign is explained at [`CurveSide`].
    pub quantity: Power,
    /// Price per MWh.
    pub price: Price,
}

impl CurvePoint {
    /// A point.
    #[must_use]
    pub const fn new(quantity: Power, price: Price) -> Self {
        Self { quantity, price }
    }
}

/// Why points do not make a curve; all faults at once.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an offer curve: {}", list(.0))]
pub struct CurveError(pub Vec<Violation>);

fn list(violations: &[Violation]) -> String {
    violations
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}
