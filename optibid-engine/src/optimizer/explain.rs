//! Why each move of a schedule is made.
//!
//! A discharge of `E` MWh at the grid at price `p` gives up `taken` MWh of store, worth `v` each on the mean (the fall of
//! the value of stored energy over what is taken): `p E = v E + v (taken - E) + k E + m E + f E + gain`, with wear `k`, cycle
//! price `m` and fee `f`. A charge of `c` MWh stores `stored`, worth `v` each: `-p c = -v c + v (c - stored) + f c + gain`. In
//! an optimal schedule the gain of a whole move is not below zero but for rounding.
//!
//! Parts are rounded to minor units one by one; what rounding leaves goes into the gain, so the parts add up exactly.

use super::worth::Worth;
use crate::door::{self, Bands, Ledger};
use optibid_core::ports::EngineError;
use optibid_core::schedule::{MoneyPart, MoveReasons, ReasonKind, Schedule, SchedulePoint};
use optibid_core::unit::{Energy, Money, Price};

/// One entry for each period in which energy moves.
pub(super) fn moves(
    worth: &Worth<'_>,
    schedule: &Schedule,
) -> Result<Vec<MoveReasons>, EngineError> {
    let battery = &worth.problem.window.battery;
    let mut before = battery.initial_soc;
    let mut bands = Bands::new(battery);
    let mut moves = Vec::new();
    for (t, (point, &price)) in schedule
        .points
        .iter()
        .zip(&worth.problem.prices)
        .enumerate()
    {
        let mut worn = Ledger::new(worth.problem.currency);
        let above = point.state_of_charge.checked_sub(battery.min_soc);
        let state = (worth.plan.retention, above.unwrap_or_default());
        bands.run(state, point.energy, |cost, part, whole| {
            worn.add_part(cost, part, whole);
        });
        if point.energy != Energy::ZERO {
            let depth = door::money(worn.total()?);
            moves.push(reasons(worth, t, (before, point), (price, depth))?);
        }
        before = point.state_of_charge;
    }
    Ok(moves)
}

fn reasons(
    worth: &Worth<'_>,
    t: usize,
    (before, point): (Energy, &SchedulePoint),
    (price, depth): (Price, f64),
) -> Result<MoveReasons, EngineError> {
    let battery = &worth.problem.window.battery;
    let held = door::energy(before) * worth.plan.retention;
    let after = door::energy(point.state_of_charge);
    let value = worth.mean(t, held, after);
    let grid = door::energy(point.energy);
    let mut parts = vec![
        (ReasonKind::StoredEnergy, value * grid),
        (ReasonKind::EfficiencyLoss, value * (held - after - grid)),
    ];
    if grid > 0.0 {
        let wear = door::price(battery.degradation_cost);
        let fee = door::price(battery.discharge_fee);
        parts.extend([
            (ReasonKind::Wear, wear * grid + depth),
            (ReasonKind::CycleBudget, worth.plan.cycle_price(t) * grid),
            (ReasonKind::GridFee, fee * grid),
        ]);
    } else {
        let fee = door::price(battery.charge_fee);
        parts.push((ReasonKind::GridFee, -fee * grid));
    }
    let revenue = door::amount(price, point.energy, worth.problem.currency)?;
    Ok(MoveReasons {
        period: point.period,
        energy: point.energy,
        price,
        revenue,
        parts: settle(revenue, &parts)?,
        next_best: worth.next_best(t, after),
    })
}

/// The parts in minor units, without those of nothing, and the gain that is left of the revenue.
fn settle(revenue: Money, parts: &[(ReasonKind, f64)]) -> Result<Vec<MoneyPart>, EngineError> {
    let out = EngineError::OutOfRange("a part of a revenue");
    let mut left = revenue;
    let mut settled = Vec::with_capacity(parts.len() + 1);
    for &(kind, value) in parts {
        let amount = door::to_money(value, revenue.currency())?;
        if amount.minor() != 0 {
            left = left.checked_sub(amount).ok_or(out.clone())?;
            settled.push(MoneyPart { kind, amount });
        }
    }
    // Parts are rounded one by one, so that a move without any gain may miss by a minor unit each.
    let rounding = -i64::try_from(parts.len()).unwrap_or(i64::MAX);
    let forced = left.minor() < rounding;
    settled.push(MoneyPart {
        kind: if forced {
            ReasonKind::Limits
        } else {
            ReasonKind::Gain
        },
        amount: left,
    });
    Ok(settled)
}
