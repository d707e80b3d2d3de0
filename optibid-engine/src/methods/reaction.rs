//! From what a period's curve does on each path to a target for [`fit`](crate::curve::fit).

use crate::curve::{Density, Step, Target};

/// Below it, MW, two quantities are the same: a thousandth of a kW.
const SAME: f64 = 1e-6;

/// What bounds a period's quantities and, where no path tells, its prices.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ends {
    /// Least and most net power, MW.
    pub(super) range: (f64, f64),
    /// The venue's quantity tick, MW, above 0.
    pub(super) tick: f64,
    /// What discharging a MWh costs besides energy: nothing is sold below it.
    pub(super) sale: f64,
    /// What a MWh bought now can bring at the dearest price of any path after the period: nothing is bought above it.
    pub(super) purchase: f64,
}

/// The target of points by rising price. Between two paths' prices the change lies half way; what is sold on every path is
/// sold down to its cost, what is bought on every path up to what it can bring back. Quantities go to the nearest tick, for a
/// program solved to a tenth of a percent would otherwise lose a whole one. None where nothing is ever moved.
pub(super) fn target(points: &[(f64, f64)], ends: Ends, density: Density) -> Option<Target> {
    let (least, most) = ends.range;
    let clean = |mw: f64| ((mw / ends.tick).round() * ends.tick).max(least).min(most);
    let (first, last) = (*points.first()?, *points.last()?);
    let mut steps = Vec::with_capacity(points.len() + 1);
    let mut before = clean(first.1).min(0.0);
    let below_mw = before;
    let mut step = |price: f64, mw: f64| {
        if mw > before + SAME || (mw == 0.0 && before < 0.0) {
            steps.push(Step { price, mw });
            before = mw;
        }
    };
    step(first.0.min(ends.sale), clean(first.1));
    for (low, high) in points.iter().zip(points.iter().skip(1)) {
        step(f64::midpoint(low.0, high.0), clean(high.1));
    }
    if clean(last.1) < 0.0 {
        step(last.0.max(ends.purchase), 0.0);
    }
    (!steps.is_empty()).then_some(Target {
        below_mw,
        steps,
        density,
    })
}

/// What a target gains on the mean over prices with weights, against no offer: currency per hour.
pub(super) fn gain(target: &Target, prices: &[(f64, f64)]) -> f64 {
    let mut before = target.below_mw;
    let mut sum = 0.0;
    for step in &target.steps {
        let bought = (step.mw.min(0.0) - before).max(0.0);
        let sold = (step.mw - before.max(0.0)).max(0.0);
        for (price, weight) in prices {
            let above = price - step.price;
            sum += weight * (sold * above.max(0.0) + bought * (-above).max(0.0));
        }
        before = step.mw;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENDS: Ends = Ends {
        range: (-5.0, 6.05),
        tick: 0.1,
        sale: 5.0,
        purchase: 90.0,
    };

    fn found(points: &[(f64, f64)]) -> Option<(f64, Vec<(f64, f64)>)> {
        let target = target(points, ENDS, Density::Scenarios(vec![(1.0, 1.0)]))?;
        let steps = target.steps.iter().map(|step| (step.price, step.mw));
        Some((target.below_mw, steps.collect()))
    }

    #[test]
    fn changes_lie_half_way_between_the_prices_of_two_paths() {
        let points = [(10.0, -4.0), (20.0, 0.0), (40.0, 0.0), (50.0, 6.0)];
        assert_eq!(found(&points), Some((-4.0, vec![(15.0, 0.0), (45.0, 6.0)])));
        assert_eq!(found(&[(10.0, -0.04), (20.0, 0.04)]), None);
    }

    #[test]
    fn quantities_go_to_the_nearest_tick_within_the_range() {
        let points = [(10.0, -4.999), (20.0, 0.0), (40.0, 6.049)];
        assert_eq!(found(&points), Some((-5.0, vec![(15.0, 0.0), (30.0, 6.0)])));
        assert_eq!(found(&[(40.0, 6.2)]), Some((0.0, vec![(5.0, 6.05)])));
    }

    #[test]
    fn what_every_path_moves_ends_at_its_cost_and_at_what_it_can_bring_back() {
        assert_eq!(found(&[(30.0, 2.0)]), Some((0.0, vec![(5.0, 2.0)])));
        assert_eq!(found(&[(30.0, -2.0)]), Some((-2.0, vec![(90.0, 0.0)])));
        // A price below the cost, at which the store is to be emptied, is met.
        assert_eq!(found(&[(-3.0, 2.0)]), Some((0.0, vec![(-3.0, 2.0)])));
    }

    #[test]
    fn a_side_gains_what_the_price_lies_beyond_its_steps() {
        let steps = [(20.0, -1.0), (25.0, 0.0), (60.0, 2.0)];
        let target = Target {
            below_mw: -3.0,
            steps: steps.map(|(price, mw)| Step { price, mw }).to_vec(),
            density: Density::Scenarios(vec![(1.0, 1.0)]),
        };
        // At 10: 2 MW bought 10 below and 1 MW 15 below their worth. At 70: 2 MW sold 10 above their cost.
        assert_eq!(gain(&target, &[(10.0, 1.0)]), 35.0);
        assert_eq!(gain(&target, &[(10.0, 0.5), (70.0, 0.5)]), 27.5);
    }
}
