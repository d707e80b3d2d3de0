//! The optimum of the linear programme under all limits on discharging.

use super::super::error::SolveError;
use super::super::schedule::{Kept, Schedule};
use super::chain::{Chain, Rest};
use super::recovery::{Site, net, recover};
use super::shadow;

/// Most prices tried for the limit on the whole horizon.
const MOST_TRIALS: usize = 100;

/// A schedule within all limits and a bound on what any can earn.
#[derive(Clone, Debug)]
pub(super) struct Relaxation {
    pub(super) bound: f64,
    pub(super) objective: f64,
    pub(super) schedule: Schedule,
    /// What another MWh of each group's limit is worth.
    pub(super) group_prices: Vec<f64>,
    /// What another MWh of the limit on the whole horizon is worth.
    pub(super) total_price: f64,
}

/// The decomposition at rest under one price on all discharging.
struct Stand {
    price: f64,
    rest: Rest,
    chain: Chain,
}

impl Stand {
    fn new(mut chain: Chain, price: f64, tolerance: f64) -> Self {
        chain.rebase(price);
        let rest = chain.settle(tolerance);
        Self { price, rest, chain }
    }

    /// The schedule found earns this.
    fn earned(&self) -> f64 {
        self.rest.value + self.price * self.rest.discharged
    }

    fn finish(
        &self,
        site: Site<'_>,
        tolerance: f64,
        kept: &mut Kept,
    ) -> Result<Schedule, SolveError> {
        let schedule = recover(site, &self.chain, &self.rest, kept)?;
        for (index, group) in self.chain.groups.iter().enumerate() {
            let part = schedule.discharged_within(site.model, group.periods.clone());
            if part > group.limit + tolerance {
                return Err(SolveError::BudgetUnreachable {
                    group: Some(index),
                    limit_mwh: group.limit,
                    least_mwh: part,
                });
            }
        }
        Ok(schedule)
    }
}

/// Optimises `chain` under a limit of `total_mwh` on the whole horizon (infinite without one), to `relative` of the optimum.
///
/// # Errors
/// When what must be discharged exceeds a limit.
pub(super) fn relax(
    site: Site<'_>,
    chain: &Chain,
    total_mwh: f64,
    relative: f64,
) -> Result<Relaxation, SolveError> {
    let kept = &mut Kept::default();
    let near = site.model.tolerance();
    let scale = |chain: &Chain| {
        // A first idea of the optimum's size.
        let bound = chain.clone().settle(f64::INFINITY).bound;
        relative * bound.abs().max(1.0)
    };
    let tolerance = scale(chain);
    let mut eager = Stand::new(chain.clone(), 0.0, tolerance);
    let mut bound = eager.rest.bound;
    let mut sparing: Option<Stand> = None;
    for _ in 0..MOST_TRIALS {
        if eager.rest.discharged <= total_mwh + near {
            break;
        }
        let next = match &sparing {
            None if eager.price >= chain.field.highest => {
                return Err(SolveError::BudgetUnreachable {
                    group: None,
                    limit_mwh: total_mwh,
                    least_mwh: eager.rest.discharged,
                });
            }
            None => (2.0 * eager.price + 8.0).min(chain.field.highest),
            Some(sparing) => {
                let (more, less) = (eager.rest.discharged, sparing.rest.discharged);
                let price = (eager.earned() - sparing.earned()) / (more - less);
                let met = eager.earned() + price * (total_mwh - more);
                if bound - met <= tolerance || price <= eager.price || price >= sparing.price {
                    break;
                }
                price
            }
        };
        let stand = Stand::new(eager.chain.clone(), next, tolerance);
        bound = bound.min(stand.rest.bound + next * total_mwh);
        if stand.rest.discharged > total_mwh {
            eager = stand;
        } else {
            sparing = Some(stand);
        }
    }
    let mut schedule = eager.finish(site, near, kept)?;
    if let Some(sparing) = sparing {
        let other = sparing.finish(site, near, kept)?;
        mix(site, total_mwh, &mut schedule, &other);
    }
    let end = schedule.soc_mwh.last().copied().unwrap_or_default();
    let objective = schedule.earnings(site.model, site.horizon.prices()) + chain.final_value(end);
    let (group_prices, total_price) = shadow::prices(site, chain, total_mwh, &schedule);
    Ok(Relaxation {
        bound,
        objective,
        schedule,
        group_prices,
        total_price,
    })
}

/// Mixes two schedules such that together they discharge `total_mwh`.
fn mix(site: Site<'_>, total_mwh: f64, schedule: &mut Schedule, other: &Schedule) {
    let more = schedule.discharged_mwh(site.model);
    let less = other.discharged_mwh(site.model);
    let share = if more > less {
        ((total_mwh - less) / (more - less)).clamp(0.0, 1.0)
    } else {
        0.0
    };
    schedule.mix(share, other);
    net(site, schedule);
}
