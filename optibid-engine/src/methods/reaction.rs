//! From what a period's curve does on each path to a target for [`fit`](crate::curve::fit).

use crate::curve::{Density, Step, Target};
use crate::door;
use crate::policy::BidCurve;
use optibid_core::asset::Battery;
use optibid_core::market::rules::ProductRules;

/// Below it, MW, two quantities are the same: a thousandth of a kW.
const SAME: f64 = 1e-6;

/// What bounds a period's quantities and, where no path tells, its prices.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ends {
    /// Least and most net power, MW.
    pub(crate) range: (f64, f64),
    /// The venue's quantity tick, MW, above 0.
    pub(crate) tick: f64,
    /// What discharging a MWh costs besides energy: nothing is sold below it.
    pub(crate) sale: f64,
    /// What a MWh bought now can bring at the dearest price of any path after the period: nothing is bought above it.
    pub(crate) purchase: f64,
}

/// The ends of consecutive periods: `densities` holds the prices that may come in each with their weights, `ranges` least and
/// most net power, MW, and `wear` is what discharging a MWh costs in a period besides energy and fee.
pub(crate) fn ends(
    (battery, rules): (&Battery, &ProductRules),
    densities: &[Prices],
    ranges: &[(f64, f64)],
    wear: impl Fn(usize) -> f64,
) -> Vec<Ends> {
    let round_trip =
        door::ratio(battery.charge_efficiency) * door::ratio(battery.discharge_efficiency);
    let tick = rules.quantity_tick.as_ref();
    let tick = tick.map_or(0.0, |rule| door::power(rule.value)).max(1e-3);
    let mut dearest = f64::NEG_INFINITY;
    let periods = densities.iter().zip(ranges).enumerate().rev();
    let end = |(t, (prices, &range)): (usize, (&Prices, &(f64, f64)))| {
        let sale = wear(t) + door::price(battery.discharge_fee);
        let purchase = (dearest - sale) * round_trip - door::price(battery.charge_fee);
        let highest = prices.iter().map(|(price, _)| *price);
        dearest = highest.fold(dearest, f64::max);
        Ends {
            range,
            tick,
            sale,
            purchase,
        }
    };
    let mut ends: Vec<_> = periods.map(end).collect();
    ends.reverse();
    ends
}

/// The prices of a period with their weights.
pub(crate) type Prices = Vec<(f64, f64)>;

/// What all prices weigh together that no state holds.
const UNSEEN: f64 = 0.01;

/// The price states of a policy as a density for a target's fit: with a little weight on prices around each step of the target too.
/// A few levels say nothing of prices beyond them, and a fit to them alone would not offer what pays there.
pub(crate) fn with_unseen(target: Target, prices: &[(f64, f64)]) -> Target {
    let mut steps = target.steps.iter().map(|step| step.price);
    let between = steps.clone().zip(steps.clone().skip(1));
    let (Some(first), Some(last)) = (steps.clone().next(), steps.next_back()) else {
        return target;
    };
    let far = |price: f64| 0.5 * price.abs() + 1.0;
    let ends = [first - far(first), last + far(last)];
    let unseen: Vec<f64> = between
        .map(|(low, high)| f64::midpoint(low, high))
        .chain(ends)
        .collect();
    let weight = UNSEEN / unseen.len() as f64;
    let all = prices
        .iter()
        .copied()
        .chain(unseen.into_iter().map(|price| (price, weight)));
    Target {
        density: Density::Scenarios(all.collect()),
        ..target
    }
}

/// What is best at each price, as a method found it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reaction {
    /// The lowest and the highest price that the method looked at.
    prices: (f64, f64),
    /// Net power at the lowest prices, MW.
    first_mw: f64,
    /// From which price on which net power is best; both rise.
    changes: Vec<(f64, f64)>,
}

impl Reaction {
    /// From points by rising price, the net power of one path each: between the prices of two the change lies half way.
    pub(crate) fn of_points(points: &[(f64, f64)]) -> Option<Self> {
        let (first, last) = (points.first()?, points.last()?);
        let pairs = points.iter().zip(points.iter().skip(1));
        Some(Self {
            prices: (first.0, last.0),
            first_mw: first.1,
            changes: pairs
                .map(|(low, high)| (f64::midpoint(low.0, high.0), high.1))
                .collect(),
        })
    }

    /// From the bid of a policy, whose price states have these levels.
    pub(crate) fn of_bid(bid: &BidCurve, levels: &[f64]) -> Option<Self> {
        let (first, others) = bid.steps().split_first()?;
        Some(Self {
            prices: (*levels.first()?, *levels.last()?),
            first_mw: first.net_mw,
            changes: others
                .iter()
                .map(|step| (step.from_price, step.net_mw))
                .collect(),
        })
    }

    /// As a target. What is sold at every price is sold down to its cost, what is bought at every price up to what it can
    /// bring back. Quantities go to the nearest tick, for a program solved to a tenth of a percent would otherwise lose
    /// a whole one. None where nothing is ever moved.
    pub(crate) fn target(&self, ends: Ends, density: Density) -> Option<Target> {
        let (least, most) = ends.range;
        let clean = |mw: f64| ((mw / ends.tick).round() * ends.tick).max(least).min(most);
        let first = clean(self.first_mw);
        let last = self.changes.last().map_or(first, |last| clean(last.1));
        let below_mw = first.min(0.0);
        let mut before = below_mw;
        let mut steps = Vec::with_capacity(self.changes.len() + 2);
        let mut step = |price: f64, mw: f64| {
            if mw > before + SAME || (mw == 0.0 && before < 0.0) {
                steps.push(Step { price, mw });
                before = mw;
            }
        };
        step(self.prices.0.min(ends.sale), first);
        for &(price, mw) in &self.changes {
            step(price, clean(mw));
        }
        if last < 0.0 {
            step(self.prices.1.max(ends.purchase), 0.0);
        }
        (!steps.is_empty()).then_some(Target {
            below_mw,
            steps,
            density,
        })
    }
}

/// What a target gains on the mean over prices with weights, against no offer: currency per hour.
pub(crate) fn gain(target: &Target, prices: &[(f64, f64)]) -> f64 {
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

/// The side of a target that gains more over prices with weights, for a venue that takes one alone.
pub(crate) fn better_side(target: &Target, prices: &[(f64, f64)]) -> Option<Target> {
    match target.sides() {
        (Some(buy), Some(sell)) if gain(&buy, prices) > gain(&sell, prices) => Some(buy),
        (_, Some(sell)) => Some(sell),
        (buy, None) => buy,
    }
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
        let reaction = Reaction::of_points(points)?;
        let target = reaction.target(ENDS, Density::Scenarios(vec![(1.0, 1.0)]))?;
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
