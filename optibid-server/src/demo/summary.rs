//! What the days earned together.

use jiff::civil::Date;
use optibid_core::error::{Error, Result};
use optibid_core::portfolio::{ProfitAndLoss, capture_ratio};
use optibid_core::unit::{Currency, Money, Ratio};

/// One delivery day of the cycle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CycleDay {
    /// The delivery day.
    pub day: Date,
    /// What it earned, or why there is nothing to earn.
    pub outcome: std::result::Result<ProfitAndLoss, String>,
}

/// The days and their sums.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Day by day, in order.
    pub days: Vec<CycleDay>,
    /// The currency of all amounts.
    pub currency: Currency,
    /// Energy sold less energy bought.
    pub revenue: Money,
    /// Cost of wear.
    pub wear: Money,
    /// Revenue and fees less wear.
    pub net: Money,
    /// What the best schedules in hindsight would have made, over the days where that is known.
    pub perfect_foresight: Money,
    /// Net over perfect foresight.
    pub capture: Option<Ratio>,
}

impl Summary {
    /// Adds up days of one currency.
    ///
    /// # Errors
    /// When the days have several currencies, or a sum is out of range.
    pub fn of(days: Vec<CycleDay>) -> Result<Self> {
        let earned: Vec<_> = days
            .iter()
            .filter_map(|day| day.outcome.as_ref().ok())
            .collect();
        let currency = earned.first().map_or(Currency::Usd, |p| p.currency);
        let sum = |amounts: Vec<Money>| {
            Money::sum(amounts, currency).ok_or_else(|| {
                let rule = "one currency, and sums that fit 64 bits of minor units";
                Error::field("out_of_range", "days", currency, rule)
            })
        };
        let revenue = sum(earned
            .iter()
            .flat_map(|p| p.revenue.iter().map(|r| r.amount))
            .collect())?;
        let wear = sum(earned.iter().map(|p| p.wear).collect())?;
        let net = sum(earned.iter().map(|p| p.net).collect())?;
        let best = sum(earned.iter().filter_map(|p| p.perfect_foresight).collect())?;
        let complete = earned.iter().all(|p| p.perfect_foresight.is_some());
        let capture = if complete {
            capture_ratio(net, best)
        } else {
            None
        };
        Ok(Self {
            currency,
            revenue,
            wear,
            net,
            perfect_foresight: best,
            capture,
            days,
        })
    }
}

/// Energy sold less energy bought on one day, over all products.
///
/// # Errors
/// When the sum is out of range.
pub fn revenue(day: &ProfitAndLoss) -> Result<Money> {
    Money::sum(day.revenue.iter().map(|r| r.amount), day.currency).ok_or_else(|| {
        Error::field(
            "out_of_range",
            "revenue",
            day.day,
            "fits 64 bits of minor units",
        )
    })
}
