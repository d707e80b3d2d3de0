//! Why a step of a curve has its price, and a scheduled move its worth: in money, part by part.

use crate::market::DeliveryPeriod;
use crate::unit::{Energy, Money, Power, Price};
use serde::{Deserialize, Serialize};

/// What a part of a price stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReasonKind {
    /// What the stored energy is worth at its next-best use.
    StoredEnergy,
    /// What is lost between the store and the grid.
    EfficiencyLoss,
    /// Degradation, that of cycle depth included.
    Wear,
    /// What a cycle of a limited budget would earn elsewhere.
    CycleBudget,
    /// The grid's fee for the direction.
    GridFee,
    /// How far the forecast must be wrong before the battery leaves its plan.
    RiskPremium,
    /// Rounding to the venue's price tick, and its floor and cap.
    VenueTick,
    /// What is left: the gain over the next-best use.
    Gain,
    /// What a limit costs that forces the move: a hard target, a ramp, a band of cycle depth.
    Limits,
}

/// The hour that a move displaces: where the energy would have been sold, or bought, otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct NextBest {
    /// The period.
    pub period: DeliveryPeriod,
    /// Its price.
    pub price: Price,
    /// Whether the energy would be sold then; otherwise it would be bought then.
    pub sells: bool,
}

/// A part of the price of a step, per MWh at the grid connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct PricePart {
    /// What it stands for.
    pub kind: ReasonKind,
    /// How much, of either sign.
    pub amount: Price,
}

/// Why a step of an offer curve has its price.
///
/// The parts add up to the price exactly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct StepReasons {
    /// The period.
    pub period: DeliveryPeriod,
    /// Signed power at which the step begins, nearer to zero: positive is injection.
    pub from: Power,
    /// Signed power at which it ends.
    pub to: Power,
    /// Its price.
    pub price: Price,
    /// The parts of the price.
    pub parts: Vec<PricePart>,
    /// The hour that the step's energy would serve otherwise; absent where energy left over is worth
    /// nothing, or only its target's price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_best: Option<NextBest>,
}

impl StepReasons {
    /// Whether the parts add up to the price.
    #[must_use]
    pub fn adds_up(&self) -> bool {
        let sum = self
            .parts
            .iter()
            .try_fold(0_i64, |sum, part| sum.checked_add(part.amount.micros()));
        sum == Some(self.price.micros())
    }
}

/// A part of what a move earns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct MoneyPart {
    /// What it stands for.
    pub kind: ReasonKind,
    /// How much, of either sign.
    pub amount: Money,
}

/// Why a scheduled move is made.
///
/// The parts add up to the revenue to the last minor unit: what is sold pays for the stored energy, the loss,
/// wear and fees, and leaves the gain; what is bought costs its price because the stored energy is worth that
/// and the gain more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct MoveReasons {
    /// The period.
    pub period: DeliveryPeriod,
    /// Energy at the grid connection: positive discharged, negative charged.
    pub energy: Energy,
    /// The price it is planned at.
    pub price: Price,
    /// Price times energy.
    pub revenue: Money,
    /// The parts of the revenue.
    pub parts: Vec<MoneyPart>,
    /// The hour that the energy would serve otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_best: Option<NextBest>,
}

impl MoveReasons {
    /// Whether the parts add up to the revenue.
    #[must_use]
    pub fn adds_up(&self) -> bool {
        let sum = self
            .parts
            .iter()
            .try_fold(0_i64, |sum, part| sum.checked_add(part.amount.minor()));
        sum == Some(self.revenue.minor())
    }
}
