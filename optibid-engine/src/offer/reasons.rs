//! Why each step of a curve has its price.
//!
//! Selling a MWh at the grid gives up `1 / e_d` MWh of store worth `v` each: `price = v + v (1 / e_d - 1) + k + m + f +
//! premium + tick`, with wear `k`, cycle price `m` and fee `f`. Buying one stores `e_c` MWh: `price = v - v (1 - e_c) - f -
//! premium + tick`, the premium being negative as far as the bid lies above what the energy is worth. `v` is the mean
//! value of the stored energy that the step moves. Parts are rounded to 1e-6 one by one; the premium takes what that leaves.

use super::blocks::Block;
use crate::door;
use crate::optimizer::Worth;
use optibid_core::bid::OfferCurve;
use optibid_core::market::DeliveryPeriod;
use optibid_core::ports::EngineError;
use optibid_core::schedule::{PricePart, ReasonKind, StepReasons};
use optibid_core::unit::{Power, Price};

/// A curve with the blocks it was made of, in period `t`.
pub(crate) struct Drawn<'a> {
    pub(crate) t: usize,
    pub(crate) period: DeliveryPeriod,
    /// Energy in store before the period, less the standing loss, MWh.
    pub(crate) held: f64,
    pub(crate) curve: &'a OfferCurve,
    /// Blocks to charge and to discharge, from zero outwards.
    pub(crate) blocks: (&'a [Block], &'a [Block]),
}

/// The steps from zero outwards: those that charge, then those that discharge.
pub(crate) fn reasons(
    worth: &Worth<'_>,
    drawn: &Drawn<'_>,
) -> Result<Vec<StepReasons>, EngineError> {
    let points = drawn.curve.injection_points();
    let mut found = Vec::with_capacity(points.len());
    let charging = points.iter().rev().filter(|p| p.quantity < Power::ZERO);
    let discharging = points.iter().filter(|p| p.quantity > Power::ZERO);
    let mut near = Power::ZERO;
    // On the way down the points come from zero outwards once reversed.
    for point in charging {
        if point.quantity < near {
            found.push(step(worth, drawn, (near, point.quantity), point.price)?);
            near = point.quantity;
        }
    }
    near = Power::ZERO;
    for point in discharging {
        if point.quantity > near {
            found.push(step(worth, drawn, (near, point.quantity), point.price)?);
            near = point.quantity;
        }
    }
    Ok(found)
}

fn step(
    worth: &Worth<'_>,
    drawn: &Drawn<'_>,
    (from, to): (Power, Power),
    price: Price,
) -> Result<StepReasons, EngineError> {
    let battery = &worth.problem.window.battery;
    let hours = worth.problem.window.resolution.seconds() as f64 / 3_600.0;
    let sells = to > Power::ZERO;
    let per_grid = if sells {
        1.0 / door::ratio(battery.discharge_efficiency)
    } else {
        door::ratio(battery.charge_efficiency)
    };
    let soc = |power: Power| drawn.held - door::power(power) * hours * per_grid;
    let value = worth.mean(drawn.t, soc(from), soc(to));
    let mut parts = vec![
        (ReasonKind::StoredEnergy, value),
        (ReasonKind::EfficiencyLoss, value * (per_grid - 1.0)),
    ];
    if sells {
        let wear = door::price(battery.degradation_cost);
        let fee = door::price(battery.discharge_fee);
        parts.extend([
            (ReasonKind::Wear, wear),
            (ReasonKind::CycleBudget, worth.plan.cycle_price(drawn.t)),
            (ReasonKind::GridFee, fee),
        ]);
    } else {
        parts.push((ReasonKind::GridFee, -door::price(battery.charge_fee)));
    }
    let asked = asked(drawn, to).map_or(Ok(price), door::to_price)?;
    Ok(StepReasons {
        period: drawn.period,
        from,
        to,
        price,
        parts: settle(price, asked, &parts)?,
        next_best: worth.next_best(drawn.t, soc(to)),
    })
}

/// The price asked before the venue's ticks and limits.
fn asked(drawn: &Drawn<'_>, to: Power) -> Option<f64> {
    let (charge, discharge) = drawn.blocks;
    let blocks = if to < Power::ZERO { charge } else { discharge };
    let magnitude = to.magnitude();
    let block = blocks.iter().find(|block| block.upto >= magnitude);
    block.map(|block| block.price)
}

/// The parts to 1e-6, without those of nothing; the premium is what the asked price leaves, the tick what the price leaves.
fn settle(
    price: Price,
    asked: Price,
    parts: &[(ReasonKind, f64)],
) -> Result<Vec<PricePart>, EngineError> {
    let out = EngineError::OutOfRange("a part of a price");
    let mut premium = asked;
    let mut settled = Vec::with_capacity(parts.len() + 2);
    for &(kind, value) in parts {
        let amount = door::to_price(value)?;
        premium = premium.checked_sub(amount).ok_or(out.clone())?;
        settled.push(PricePart { kind, amount });
    }
    settled.push(PricePart {
        kind: ReasonKind::RiskPremium,
        amount: premium,
    });
    settled.push(PricePart {
        kind: ReasonKind::VenueTick,
        amount: price.checked_sub(asked).ok_or(out)?,
    });
    settled.retain(|part| part.amount != Price::ZERO);
    Ok(settled)
}
