use crate::app::OptimisationInput;
use crate::backtest::BacktestRequest;
use crate::id::AssetId;
use crate::job::{Job, JobSpec};
use crate::market::ProductId;
use crate::schedule::{PeriodPrice, SocLimits};
use crate::unit::{Energy, Power};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A job as it travels.
pub type JobView = Job;

/// Starts a backtest.
pub type BacktestJobRequest = BacktestRequest;

/// Starts an optimisation over stored prices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OptimisationJobRequest {
    /// The battery.
    pub asset: AssetId,
    /// The product whose prices count.
    pub product: ProductId,
    /// First delivery day.
    pub from: Date,
    /// Last delivery day.
    pub to: Date,
}

impl From<OptimisationJobRequest> for JobSpec {
    fn from(r: OptimisationJobRequest) -> Self {
        Self::Optimisation {
            asset: r.asset,
            product: r.product,
            from: r.from,
            to: r.to,
        }
    }
}

/// Optimises one day at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OptimiseRequest {
    /// The battery.
    pub asset: AssetId,
    /// The product whose prices count.
    pub product: ProductId,
    /// The delivery day.
    pub day: Date,
    /// Prices to optimise against, such as a forecast's medians; absent takes the stored prices of the
    /// day, all of which must be there.
    #[serde(default)]
    pub prices: Vec<PeriodPrice>,
    /// Limits of the stored energy at the end of each period, within the battery's own; absent means those.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub soc_limits: Vec<SocLimits>,
    /// Stored energy at the start, MWh; absent takes the battery's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initial_soc: Option<Energy>,
    /// Power at the grid connection before the first period, MW, positive is injection: where a ramp limit
    /// starts from. Absent leaves the first period free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initial_power: Option<Power>,
}

impl From<OptimiseRequest> for OptimisationInput {
    fn from(r: OptimiseRequest) -> Self {
        Self {
            asset: r.asset,
            product: r.product,
            day: r.day,
            prices: r.prices,
            soc_limits: r.soc_limits,
            initial_soc: r.initial_soc,
            initial_power: r.initial_power,
        }
    }
}
