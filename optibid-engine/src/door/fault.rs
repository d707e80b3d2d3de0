//! The optimiser's complaints in the words of the request.

use crate::battery::{ModelError, SolveError};
use optibid_core::error::Violation;
use optibid_core::ports::EngineError;

/// One broken rule.
pub(crate) fn invalid(
    code: &str,
    field: impl Into<String>,
    value: impl std::fmt::Display,
    rule: impl Into<String>,
) -> EngineError {
    EngineError::Invalid(vec![Violation::new(code, field, value, rule)])
}

/// What the model still refuses once the battery's own rules hold: figures beyond what an `f64` sum stands.
pub(crate) fn model_fault(error: &ModelError) -> EngineError {
    let field = format!("battery.{}", name(error.field));
    invalid(
        "battery_out_of_range",
        field,
        error.value,
        format!("must be {}", error.rule),
    )
}

/// What cannot be reached.
pub(crate) fn solve_fault(error: &SolveError) -> EngineError {
    match error {
        SolveError::TargetUnreachable {
            target_mwh,
            reachable_mwh,
        } => {
            let rule = format!("at most {reachable_mwh} MWh can be stored by the end");
            invalid("target_unreachable", "battery.target_soc", target_mwh, rule)
        }
        SolveError::MinimumUnreachable {
            period,
            minimum_mwh,
            reachable_mwh,
        } => {
            let rule = format!(
                "the standing loss leaves at most {reachable_mwh} MWh after periods[{period}]"
            );
            invalid("minimum_unreachable", "battery.min_soc", minimum_mwh, rule)
        }
        SolveError::InvalidPrice { period, value } => invalid(
            "price_out_of_range",
            format!("prices[{period}].price"),
            value,
            "between -1e12 and 1e12",
        ),
        SolveError::TooManyPieces { .. } => {
            let rule = "the exact optimum must be simple enough: fewer periods, or more even \
                        availability";
            invalid("too_complex", "prices", error, rule)
        }
        SolveError::MaximumUnreachable {
            period,
            maximum_mwh,
            reachable_mwh,
        } => {
            let rule = format!("at least {reachable_mwh} MWh are left after periods[{period}]");
            invalid("maximum_unreachable", "battery.max_soc", maximum_mwh, rule)
        }
        SolveError::SocLimitCount { .. }
        | SolveError::EmptySocRange { .. }
        | SolveError::NotConcave => refused("soc_limits", error),
        SolveError::InvalidBudget { .. }
        | SolveError::BudgetCount { .. }
        | SolveError::BudgetCover { .. }
        | SolveError::BudgetUnreachable { .. }
        | SolveError::NotFound { .. } => refused("cycle_budget", error),
        SolveError::NoPeriods => invalid("no_periods", "prices", "[]", "at least one period"),
        SolveError::LimitCount { .. } | SolveError::InvalidLimit { .. } => invalid(
            "availability_out_of_range",
            "availability",
            "",
            error.to_string(),
        ),
    }
}

/// A limit that the optimiser itself explains.
fn refused(limit: &str, error: &SolveError) -> EngineError {
    let code = format!("{limit}_out_of_range");
    invalid(&code, format!("battery.{limit}"), "", error.to_string())
}

/// The name of the battery's field behind one of the model's.
fn name(field: &str) -> &str {
    match field {
        "charge_mw" => "charge_limit",
        "discharge_mw" => "discharge_limit",
        "min_mwh" => "min_soc",
        "max_mwh" => "max_soc",
        "initial_mwh" => "initial_soc",
        "terminal" => "target_soc",
        "degradation_per_mwh" => "degradation_cost",
        "standing_loss_per_hour" => "standing_loss",
        other => other,
    }
}
