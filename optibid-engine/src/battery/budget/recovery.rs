//! The schedule of a horizon whose groups have been decided.

use super::super::error::SolveError;
use super::super::horizon::Horizon;
use super::super::method::Method;
use super::super::model::Model;
use super::super::recursion::Stage;
use super::super::schedule::{Kept, Leg, Schedule};
use super::chain::{Chain, Rest, Use};

/// What a schedule is made for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Site<'a> {
    pub(super) model: &'a Model,
    pub(super) horizon: &'a Horizon<'a>,
}

/// Goes both ways of every group and mixes them such that the limit is kept.
///
/// Where doing both at once does not pay, what the mixture does both ways in a period is netted: that stores the same,
/// discharges less and earns no less.
pub(super) fn recover(
    site: Site<'_>,
    chain: &Chain,
    rest: &Rest,
    kept: &mut Kept,
) -> Result<Schedule, SolveError> {
    let Site { model, horizon } = site;
    let mut schedule = Schedule::with_capacity(horizon.periods());
    let (mut eager, mut sparing) = (Schedule::default(), Schedule::default());
    let mut soc = model.parameters().initial_mwh;
    for (group, Use { choice, ending }) in chain.groups.iter().zip(&rest.uses) {
        let mut walk = |price: f64, way: &mut Schedule| -> Result<(), SolveError> {
            way.clear();
            let leg = Leg {
                model: &model.taxed(price),
                horizon,
                method: Method::Relaxed,
                periods: group.periods.clone(),
            };
            leg.walk(ending.clone(), soc, kept, way)?;
            Ok(())
        };
        walk(choice.eager.price, &mut eager)?;
        let most = eager.discharged_mwh(model);
        if most > group.limit && choice.share < 1.0 {
            walk(choice.sparing.price, &mut sparing)?;
            let least = sparing.discharged_mwh(model);
            let share = if most > least {
                ((group.limit - least) / (most - least)).clamp(0.0, 1.0)
            } else {
                0.0
            };
            eager.mix(share, &sparing);
        }
        soc = eager.soc_mwh.last().copied().unwrap_or(soc);
        schedule.append(&mut eager);
    }
    net(site, &mut schedule);
    Ok(schedule)
}

/// Nets what is charged and discharged in the same period where that does not pay.
pub(super) fn net(site: Site<'_>, schedule: &mut Schedule) {
    let p = site.model.parameters();
    let powers = schedule
        .charge_mw
        .iter_mut()
        .zip(&mut schedule.discharge_mw);
    for (period, (charge, discharge)) in powers.enumerate() {
        if charge.min(*discharge) <= 0.0 {
            continue;
        }
        if Stage::new(site.model, site.horizon, Method::Relaxed, period).is_concave() {
            let stored = *charge * p.charge_efficiency - *discharge / p.discharge_efficiency;
            *charge = (stored.max(0.0) / p.charge_efficiency).min(*charge);
            *discharge = ((-stored).max(0.0) * p.discharge_efficiency).min(*discharge);
        }
    }
}
