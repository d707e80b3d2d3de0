//! The strategies that come with the engine.

mod daily;
mod oracle;
mod policy;
mod rolling;
mod schedule;
mod similar;
mod top_bottom;

pub use daily::Strategy;
pub use policy::PolicyGates;
pub use rolling::Rolling;
pub use schedule::ScheduleOffers;
pub use top_bottom::TopBottomOffers;

use super::gate::BidStrategy;
use optibid_core::backtest::{BacktestInput, StrategySpec};
use std::sync::Arc;

/// The strategy that a request names.
pub(super) fn named(spec: StrategySpec, input: &BacktestInput) -> Arc<dyn BidStrategy> {
    match spec {
        StrategySpec::PerfectForesight => Arc::new(Strategy::perfect_foresight(input)),
        StrategySpec::OpportunityCost => Arc::new(Strategy::default()),
        StrategySpec::SelfSchedule => Arc::new(Strategy::self_schedule()),
        StrategySpec::TopBottom { hours } => Arc::new(Strategy::top_bottom(hours)),
        StrategySpec::Blended => Arc::new(Strategy::blended()),
        StrategySpec::Rolling => Arc::new(Rolling::new()),
        StrategySpec::Scenarios => Arc::new(Strategy::scenarios(input.request.settings.seed)),
        StrategySpec::Blocks => Arc::new(Strategy::blocks()),
        StrategySpec::Policy => Arc::new(PolicyGates::new(input.request.settings.seed)),
    }
}
