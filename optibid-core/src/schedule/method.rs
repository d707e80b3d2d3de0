//! How offers are built.

use crate::error::Violation;
use crate::unit::Ratio;
use serde::{Deserialize, Serialize};

/// How an offer is built from what is known of the prices to come.
///
/// ```
/// use optibid_core::schedule::OfferMethod;
/// let method: OfferMethod = serde_json::from_str(r#"{ "kind": "scenarios", "seed": 7 }"#)?;
/// assert_eq!(method.draws(), Some((50, 7)));
/// assert!(method.violations("method").is_empty());
/// assert_eq!(OfferMethod::default(), OfferMethod::OpportunityCost);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(
    tag = "kind",
    rename_all = "snake_case",
    deny_unknown_fields,
    from = "Written"
)]
pub enum OfferMethod {
    /// Opportunity cost of stored energy around the schedule at the forecast's medians.
    #[default]
    OpportunityCost,
    /// The curves that are best over price paths drawn from past forecast errors: a two-stage stochastic program.
    Scenarios {
        /// Paths drawn, 2 to 500.
        #[cfg_attr(
            feature = "api",
            schema(required = false, default = 50, minimum = 2, maximum = 500)
        )]
        count: u16,
        /// Where the draws start from: the same seed draws the same paths.
        #[cfg_attr(feature = "api", schema(required = false, default = 0))]
        seed: u64,
        /// Weight of the worst paths' mean profit (conditional value at risk) in the objective, 0 to 1; 0 maximises
        /// the mean alone.
        #[cfg_attr(feature = "api", schema(required = false, default = "0"))]
        risk_weight: Ratio,
        /// Share of the worst paths whose mean profit is weighed, above 0 and at most 1.
        #[cfg_attr(feature = "api", schema(required = false, default = "0.05"))]
        tail: Ratio,
    },
    /// The curves of a policy over stored energy and price states: what to do at each price, knowing that later periods are
    /// bid for with their prices before them seen. The chain of price states is estimated from drawn price paths.
    Policy {
        /// Paths drawn, 2 to 500.
        #[cfg_attr(
            feature = "api",
            schema(required = false, default = 50, minimum = 2, maximum = 500)
        )]
        count: u16,
        /// Where the draws start from: the same seed draws the same paths.
        #[cfg_attr(feature = "api", schema(required = false, default = 0))]
        seed: u64,
        /// Price states in each period, 2 to 21 and at most one for each path.
        #[cfg_attr(
            feature = "api",
            schema(required = false, default = 7, minimum = 2, maximum = 21)
        )]
        states: u8,
    },
    /// The schedule at the forecast's medians as loops of two blocks, or linked blocks, that can be delivered whichever of them
    /// are accepted; where the venue takes such blocks.
    Blocks,
}

/// The same as it is read: a variant without fields would take any. (With braces, so that unknown ones are refused.)
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum Written {
    OpportunityCost {},
    Scenarios {
        #[serde(default = "paths_drawn")]
        count: u16,
        #[serde(default)]
        seed: u64,
        #[serde(default)]
        risk_weight: Ratio,
        #[serde(default = "worst_share")]
        tail: Ratio,
    },
    Policy {
        #[serde(default = "paths_drawn")]
        count: u16,
        #[serde(default)]
        seed: u64,
        #[serde(default = "price_states")]
        states: u8,
    },
    Blocks {},
}

impl From<Written> for OfferMethod {
    fn from(written: Written) -> Self {
        match written {
            Written::OpportunityCost {} => Self::OpportunityCost,
            Written::Scenarios {
                count,
                seed,
                risk_weight,
                tail,
            } => Self::Scenarios {
                count,
                seed,
                risk_weight,
                tail,
            },
            Written::Policy {
                count,
                seed,
                states,
            } => Self::Policy {
                count,
                seed,
                states,
            },
            Written::Blocks {} => Self::Blocks,
        }
    }
}

const fn paths_drawn() -> u16 {
    OfferMethod::PATHS
}

const fn worst_share() -> Ratio {
    OfferMethod::TAIL
}

const fn price_states() -> u8 {
    OfferMethod::STATES
}

impl OfferMethod {
    /// Paths drawn where nothing else is said.
    pub const PATHS: u16 = 50;
    /// Share of the worst paths where nothing else is said.
    pub const TAIL: Ratio = Ratio::from_ppm(50_000);
    /// Most paths drawn.
    pub const MOST_PATHS: u16 = 500;

    /// Price states of a policy where nothing else is said.
    pub const STATES: u8 = 7;
    /// Most price states of a policy.
    pub const MOST_STATES: u8 = 21;

    /// Whether it is the method of requests that name none.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Scenarios that maximise the mean.
    #[must_use]
    pub const fn scenarios(count: u16, seed: u64) -> Self {
        Self::Scenarios {
            count,
            seed,
            risk_weight: Ratio::ZERO,
            tail: Self::TAIL,
        }
    }

    /// A policy with as many price states as where nothing else is said.
    #[must_use]
    pub const fn policy(count: u16, seed: u64) -> Self {
        Self::Policy {
            count,
            seed,
            states: Self::STATES,
        }
    }

    /// Its name: the `kind` it is written with.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::OpportunityCost => "opportunity_cost",
            Self::Scenarios { .. } => "scenarios",
            Self::Policy { .. } => "policy",
            Self::Blocks => "blocks",
        }
    }

    /// How many price paths it needs and the seed they are drawn from; none where it needs none.
    #[must_use]
    pub const fn draws(&self) -> Option<(u16, u64)> {
        match self {
            Self::OpportunityCost | Self::Blocks => None,
            Self::Scenarios { count, seed, .. } | Self::Policy { count, seed, .. } => {
                Some((*count, *seed))
            }
        }
    }

    /// Every setting that is out of range, its name under `field`.
    #[must_use]
    pub fn violations(&self, field: &str) -> Vec<Violation> {
        let mut found = Vec::new();
        let mut check =
            |fits: bool, (code, name): (&'static str, &str), value: String, rule: String| {
                if !fits {
                    found.push(Violation::new(code, format!("{field}.{name}"), value, rule));
                }
            };
        if let Some((count, _)) = self.draws() {
            check(
                (2..=Self::MOST_PATHS).contains(&count),
                ("scenario_count_out_of_range", "count"),
                count.to_string(),
                format!("2 to {}", Self::MOST_PATHS),
            );
        }
        match self {
            Self::OpportunityCost | Self::Blocks => {}
            Self::Scenarios {
                risk_weight, tail, ..
            } => {
                check(
                    risk_weight.is_share(),
                    ("risk_weight_out_of_range", "risk_weight"),
                    risk_weight.to_string(),
                    "between 0 and 1".to_owned(),
                );
                check(
                    tail.is_share() && *tail > Ratio::ZERO,
                    ("tail_out_of_range", "tail"),
                    tail.to_string(),
                    "above 0 and at most 1".to_owned(),
                );
            }
            Self::Policy { count, states, .. } => {
                let most = u16::from(Self::MOST_STATES).min(*count);
                check(
                    (2..=most).contains(&u16::from(*states)),
                    ("state_count_out_of_range", "states"),
                    states.to_string(),
                    format!("2 to {most}: at most one for each path"),
                );
            }
        }
        found
    }
}
