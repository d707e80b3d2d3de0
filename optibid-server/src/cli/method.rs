//! The flags that choose how offer curves are built.

use clap::{Args, ValueEnum as _};
use optibid_core::error::Error;
use optibid_core::schedule::OfferMethod;
use optibid_core::unit::Ratio;

/// How offer curves are built.
#[derive(Debug, Args)]
pub(super) struct MethodFlags {
    /// How to build the curves.
    #[arg(long, value_enum, default_value_t)]
    method: MethodName,
    /// Scenarios and policy: price paths drawn from past forecast errors, 2 to 500; 50 when absent.
    #[arg(long, value_name = "COUNT", allow_negative_numbers = true)]
    paths: Option<u16>,
    /// Scenarios and policy: where the draws start from; 0 when absent.
    #[arg(long, allow_negative_numbers = true)]
    seed: Option<u64>,
    /// Scenarios: weight of the worst paths' mean profit, 0 to 1; 0 when absent.
    #[arg(long, value_name = "WEIGHT", allow_negative_numbers = true)]
    risk: Option<Ratio>,
    /// Scenarios: share of the worst paths that --risk weighs; 0.05 when absent.
    #[arg(long, value_name = "SHARE", allow_negative_numbers = true)]
    tail: Option<Ratio>,
    /// Policy: price states in each period, 2 to 21, at most one for each path; 7 when absent.
    #[arg(long, value_name = "COUNT", allow_negative_numbers = true)]
    states: Option<u8>,
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
    /// What a policy over stored energy and price states, estimated from such paths, does at each price.
    Policy,
    /// The schedule at the forecast's medians as loops or linked blocks, where the venue takes them.
    Blocks,
}

impl MethodFlags {
    /// The method that the flags name. A setting of another method would be ignored, so it is refused.
    pub(super) fn method(&self) -> Result<OfferMethod, Error> {
        use MethodName::{Policy, Scenarios};
        let (paths, seed) = (
            self.paths.unwrap_or(OfferMethod::PATHS),
            self.seed.unwrap_or_default(),
        );
        self.check(&[
            (shown("--paths", self.paths), &[Scenarios, Policy]),
            (shown("--seed", self.seed), &[Scenarios, Policy]),
            (shown("--risk", self.risk), &[Scenarios]),
            (shown("--tail", self.tail), &[Scenarios]),
            (shown("--states", self.states), &[Policy]),
        ])?;
        let method = match self.method {
            MethodName::OpportunityCost => OfferMethod::OpportunityCost,
            MethodName::Blocks => OfferMethod::Blocks,
            Scenarios => OfferMethod::Scenarios {
                count: paths,
                seed,
                risk_weight: self.risk.unwrap_or(Ratio::ZERO),
                tail: self.tail.unwrap_or(OfferMethod::TAIL),
            },
            Policy => OfferMethod::Policy {
                count: paths,
                seed,
                // Not more than there are paths, where only those are named.
                states: self.states.unwrap_or_else(|| {
                    let most = u8::try_from(paths).unwrap_or(u8::MAX);
                    OfferMethod::STATES.min(most.max(2))
                }),
            },
        };
        match method.violations("method") {
            found if found.is_empty() => Ok(method),
            found => Err(Error::invalid(found)),
        }
    }

    /// Refuses what is given and goes with other methods than the chosen one.
    fn check(&self, flags: &[(Option<Given>, &[MethodName])]) -> Result<(), Error> {
        let stray = flags.iter().find_map(|(given, methods)| {
            let given = given.as_ref().filter(|_| !methods.contains(&self.method))?;
            Some((given, methods))
        });
        stray.map_or(Ok(()), |((flag, value), methods)| {
            let names = methods.iter().filter_map(|name| name.to_possible_value());
            let names: Vec<_> = names.map(|name| name.get_name().to_owned()).collect();
            let rule = format!("goes with --method {}", names.join(" or "));
            Err(Error::field("not_this_method", *flag, value, rule))
        })
    }
}

/// A flag and its value.
type Given = (&'static str, String);

fn shown<T: ToString>(flag: &'static str, value: Option<T>) -> Option<Given> {
    Some((flag, value?.to_string()))
}
