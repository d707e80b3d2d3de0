//! The flags that choose how offer curves are built.

use clap::Args;
use optibid_core::error::Error;
use optibid_core::schedule::OfferMethod;
use optibid_core::unit::Ratio;

/// How offer curves are built.
#[derive(Debug, Args)]
pub(super) struct MethodFlags {
    /// How to build the curves.
    #[arg(long, value_enum, default_value_t)]
    method: MethodName,
    /// Scenarios: price paths drawn from past forecast errors, 2 to 500; 50 when absent.
    #[arg(long, value_name = "COUNT")]
    scenarios: Option<u16>,
    /// Scenarios: where the draws start from; 0 when absent.
    #[arg(long)]
    seed: Option<u64>,
    /// Scenarios: weight of the worst paths' mean profit, 0 to 1; 0 when absent.
    #[arg(long, value_name = "WEIGHT")]
    risk: Option<Ratio>,
    /// Scenarios: share of the worst paths that --risk weighs; 0.05 when absent.
    #[arg(long, value_name = "SHARE")]
    tail: Option<Ratio>,
}

/// The name of a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
#[value(rename_all = "snake_case")]
enum MethodName {
    /// Opportunity cost of stored energy around the schedule at the forecast's medians.
    #[default]
    OpportunityCost,
    /// The curves that are best over price paths drawn from past forecast errors.
    Scenarios,
}

impl MethodFlags {
    /// The method that the flags name. A setting of scenarios without them would be ignored, so it is refused.
    pub(super) fn method(&self) -> Result<OfferMethod, Error> {
        let given = [
            ("--scenarios", self.scenarios.map(|count| count.to_string())),
            ("--seed", self.seed.map(|seed| seed.to_string())),
            ("--risk", self.risk.map(|weight| weight.to_string())),
            ("--tail", self.tail.map(|share| share.to_string())),
        ];
        if self.method == MethodName::OpportunityCost {
            let first = given
                .into_iter()
                .find_map(|(flag, value)| Some((flag, value?)));
            return first.map_or(Ok(OfferMethod::OpportunityCost), |(flag, value)| {
                let rule = "goes with --method scenarios";
                Err(Error::field("not_this_method", flag, value, rule))
            });
        }
        let method = OfferMethod::Scenarios {
            count: self.scenarios.unwrap_or(OfferMethod::PATHS),
            seed: self.seed.unwrap_or_default(),
            risk_weight: self.risk.unwrap_or(Ratio::ZERO),
            tail: self.tail.unwrap_or(OfferMethod::TAIL),
        };
        match method.violations("method") {
            found if found.is_empty() => Ok(method),
            found => Err(Error::invalid(found)),
        }
    }
}
