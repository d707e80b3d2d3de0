//! Where the money between perfect foresight and the settlement went.

use crate::unit::{Currency, Money};
use serde::{Deserialize, Serialize};

/// What took money away from perfect foresight, in the order of the bid cycle.
///
/// - `forecast_error`: the best schedule at the strategy's own point forecast instead of that at the prices that came;
/// - `risk_and_limits`: what the strategy meant to do instead of that schedule, prices it wanted and power it held back;
/// - `bid_form`: what its curves or blocks were awarded, on the venue's ticks, segments and sides;
/// - `partial_fill`: what was filled of the awards;
/// - `delivery`: what the battery could deliver of it, what is missing valued at the price it was sold at;
/// - `settlement`: what is missing at the balancing price instead, and rounding to the minor unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RegretCause {
    /// The best schedule at the strategy's own point forecast instead of that at the prices that came.
    ForecastError,
    /// What the strategy meant to do instead: prices it wanted, power it held back.
    RiskAndLimits,
    /// What its curves were awarded, on the venue's ticks, segments and sides.
    BidForm,
    /// What was filled of the awards.
    PartialFill,
    /// What the battery could deliver of it, what is missing valued at the price it was sold at.
    Delivery,
    /// Settlement: what is missing at the balancing price instead, and rounding to the minor unit.
    Settlement,
}

impl RegretCause {
    /// All of them, in the order of the bid cycle.
    pub const ALL: [Self; 6] = [
        Self::ForecastError,
        Self::RiskAndLimits,
        Self::BidForm,
        Self::PartialFill,
        Self::Delivery,
        Self::Settlement,
    ];

    /// The name on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::ForecastError => "forecast_error",
            Self::RiskAndLimits => "risk_and_limits",
            Self::BidForm => "bid_form",
            Self::PartialFill => "partial_fill",
            Self::Delivery => "delivery",
            Self::Settlement => "settlement",
        }
    }
}

/// One step of the waterfall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct WaterfallStep {
    /// What it is.
    pub cause: RegretCause,
    /// Negative when it cost, positive when it earned.
    pub amount: Money,
}

/// From perfect foresight to the net settled: `perfect_foresight + sum of the steps = net`, to the minor unit.
///
/// # The levels
/// Each step is the difference of two values, each the net (revenue less wear, fees and shortfall) of energies at the prices that came:
///
/// 0. the best schedule in hindsight (the day's `perfect_foresight`),
/// 1. the best schedule at the strategy's own point forecast, as it stated it at the gate of each period,
/// 2. what the strategy meant to run at the prices that came, before the venue's form,
/// 3. what its curves were awarded,
/// 4. what was filled,
/// 5. what was delivered, energy short of the fill being lost at the price it was sold at,
/// 6. what was settled: `net`.
///
/// A level that a strategy does not state equals the next one, so that nothing is put down to a cause it did not name. The
/// levels 1 to 4 are energies on paper: where gates follow each other through the day the store may not be able to run them,
/// which then shows in the step of delivery; wear by cycle depth and the shortfall of a target count what the store can run of
/// them. A step may be positive.
///
/// ```
/// use optibid_core::backtest::Waterfall;
/// use optibid_core::unit::{Currency, Money};
/// let usd = |cents| Money::from_minor(cents, Currency::Usd);
/// let day = Waterfall::of([1_000, 900, 910, 905, 905, 890, 889].map(usd)).ok_or("sums fit")?;
/// assert_eq!(day.steps[0].amount, usd(-100));
/// assert_eq!(day.net.minor(), 1_000 + day.steps.iter().map(|s| s.amount.minor()).sum::<i64>());
/// # Ok::<(), &str>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct Waterfall {
    /// Where it starts.
    pub perfect_foresight: Money,
    /// Every cause once, in the order of the bid cycle.
    pub steps: Vec<WaterfallStep>,
    /// Where it ends.
    pub net: Money,
}

impl Waterfall {
    /// The differences of the seven levels; none when currencies differ or an amount is out of range.
    #[must_use]
    pub fn of(levels: [Money; 7]) -> Option<Self> {
        let steps = levels.windows(2).zip(RegretCause::ALL);
        let steps = steps.map(|(pair, cause)| match pair {
            [before, after] => Some(WaterfallStep {
                cause,
                amount: after.checked_sub(*before)?,
            }),
            _ => None,
        });
        Some(Self {
            perfect_foresight: levels[0],
            steps: steps.collect::<Option<_>>()?,
            net: levels[6],
        })
    }

    /// The sum of waterfalls, step by step; none when currencies differ or an amount is out of range.
    #[must_use]
    pub fn sum<'a>(days: impl IntoIterator<Item = &'a Self>, currency: Currency) -> Option<Self> {
        let zero = Self::of([Money::zero(currency); 7]);
        days.into_iter().fold(zero, |sum, day| {
            let sum = sum?;
            let steps = sum.steps.iter().zip(&day.steps);
            let steps = steps.map(|(a, b)| {
                Some(WaterfallStep {
                    cause: a.cause,
                    amount: a.amount.checked_add(b.amount)?,
                })
            });
            Some(Self {
                perfect_foresight: sum.perfect_foresight.checked_add(day.perfect_foresight)?,
                steps: steps.collect::<Option<_>>()?,
                net: sum.net.checked_add(day.net)?,
            })
        })
    }
}
