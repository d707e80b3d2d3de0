//! The exact recursion under given shadow prices: a bound on every exclusive schedule, and one to imitate.

use super::super::curve::Curve;
use super::super::ending;
use super::super::error::{Side, SolveError};
use super::super::method::Method;
use super::super::recursion::{Recursion, Stage};
use super::super::schedule::{Kept, Leg, Schedule};
use super::chain::Chain;
use super::recovery::Site;
use super::relaxation::Relaxation;

/// What the exact recursion says when limits are replaced by prices.
#[derive(Clone, Debug)]
pub(super) struct Guide {
    /// No exclusive schedule within the limits earns more.
    pub(super) bound: f64,
    /// For each period where doing both would pay, the direction that its schedule does not use.
    pub(super) forbidden: Vec<(usize, Side)>,
}

/// Prices every limit as in `relaxation` and solves what is left exactly: Lagrangian relaxation, no weaker than the
/// linear one.
///
/// # Errors
/// [`SolveError::TooManyPieces`].
pub(super) fn guide(
    site: Site<'_>,
    chain: &Chain,
    total_mwh: f64,
    relaxation: &Relaxation,
) -> Result<Guide, SolveError> {
    let Site { model, horizon } = site;
    let mut bound = priced(relaxation.total_price, total_mwh);
    let mut curve = ending::curve(model, horizon);
    let mut endings: Vec<Curve> = Vec::with_capacity(chain.groups.len());
    let prices = || chain.groups.iter().zip(&relaxation.group_prices);
    for (group, &price) in prices().rev() {
        bound += priced(price, group.limit);
        endings.push(curve.clone());
        let taxed = model.taxed(price + relaxation.total_price);
        let mut recursion = Recursion::resume(&taxed, horizon, Method::Exact, curve);
        for period in group.periods.clone().rev() {
            recursion.step(period)?;
        }
        curve = recursion.curve;
    }
    let mut soc = model.parameters().initial_mwh;
    bound += curve.value(soc);
    let mut schedule = Schedule::with_capacity(horizon.periods());
    let mut kept = Kept::default();
    for ((group, &price), ending) in prices().zip(endings.into_iter().rev()) {
        let leg = Leg {
            model: &model.taxed(price + relaxation.total_price),
            horizon,
            method: Method::Exact,
            periods: group.periods.clone(),
        };
        leg.walk(ending, soc, &mut kept, &mut schedule)?;
        soc = schedule.soc_mwh.last().copied().unwrap_or(soc);
    }
    let burns = |period: &usize| !Stage::new(model, horizon, Method::Relaxed, *period).is_concave();
    let unused = |period: usize| {
        let used = schedule
            .discharge_mw
            .get(period)
            .is_some_and(|mw| *mw > 0.0);
        (period, if used { Side::Charge } else { Side::Discharge })
    };
    Ok(Guide {
        bound,
        forbidden: (0..horizon.periods()).filter(burns).map(unused).collect(),
    })
}

/// What an allowance is worth; nothing at no price, however much it is.
fn priced(price: f64, mwh: f64) -> f64 {
    if price > 0.0 { price * mwh } else { 0.0 }
}
