//! The best offer curve with few points for an opportunity cost with many steps.
//!
//! # The problem
//! The best reaction of a battery to the price `p` of one period is a net injection `Q(p)` (MW, charging negative) that does
//! not fall with the price: MW by MW, `c(q)` (currency per MWh) is the price from which injection `q` is right. A venue takes at
//! most `n` points, on its ticks. A curve that asks `a(q)` instead of `c(q)` is wrong at the prices between the two, by
//! `|p - c(q)|` for each MWh, so that with the density `f` of the price it loses
//!
//! ```text
//! integral over q of phi(c(q), a(q)),   phi(c, a) = | integral from c to a of (p - c) f(p) dp |     currency per hour
//! ```
//!
//! MW that are not offered lose as if asked for at an infinite price. Constraints: `a` does not fall (rises, where the venue
//! wants that), lies on price ticks between floor and cap (below the soft cap when it sells), the quantities lie on
//! quantity ticks, number of points and total lie within the venue's limits. With [`Guard::NeverLose`] no MW is ever
//! sold below or bought above its cost: discharging prices go up, charging prices down; quantities are cut towards zero either way.
//!
//! # The method
//! Steps: dynamic programming over the ends of segments, the optimal `k`-segmentation of Bellman (1961, On the approximation
//! of curves by line segments using dynamic programming, Communications of the ACM 4(6), 284). The loss of one segment at price
//! `a` has the derivative `f(a) * MW * (a - mean cost)`: whatever the density, the best price is the mean cost of the segment, on
//! the better one of the two ticks beside it, and sums up to each candidate end make that `O(1)`. Between two segments the loss is
//! linear in where they meet as long as that stays within one step of the target, so that the ticks next to the ends of steps are
//! all the candidates there are. Each side of zero is solved for every number of segments and the best division is taken;
//! where both sides want the same price and the venue wants it to rise, one side gives way by a tick, whichever is cheaper.
//!
//! Lines: the same recursion over pairs of a place (ticks next to the ends of steps) and a price (ticks next to the costs there and to
//! the means of neighbouring costs; from nine steps on the ends and the costs alone). Lines are slanted, upright, or level where the venue allows that.
//!
//! # Cost
//! With `m` candidates, steps take `O(n m^2)`; lines with `m` points and `s` steps `O(m^2 (n + s))`. Of a target with more than 16
//! steps, lines are fitted to one in which those that differ least are merged; the loss stated is that against the target itself.
//!
//! # When it is exact
//! Steps: always. The one exception is a venue with a least number of points that the optimum does not reach: the
//! largest segment is then divided, at one price, or with prices a tick apart where they must rise. Lines: for targets of up to 16 steps, among curves through the
//! candidate points; prices between them could be better by less than the distance of the candidates.
//!
//! # Example
//! ```
//! use optibid_core::market::rules::RuleBook;
//! use optibid_engine::curve::{self, Density, Guard, Step, Target};
//!
//! let rules = RuleBook::builtin().at(&"NYISO".parse()?, &"DAM".parse()?, "2026-06-01".parse()?)?;
//! // Charges 10 MW below 12.001, 4 MW below 15; discharges 5 MW from 60 on and 10 MW from 61.234 on.
//! let steps = [(12.001, -4.0), (15.0, 0.0), (60.0, 5.0), (61.234, 10.0)];
//! let target = Target {
//!     below_mw: -10.0,
//!     steps: steps.map(|(price, mw)| Step { price, mw }).to_vec(),
//!     density: Density::Uniform { low: 0.0, high: 100.0 },
//! };
//! let fitted = curve::fit(&target, &rules, Guard::NeverLose)?;
//! let curve = fitted.curve.ok_or("nothing to offer")?;
//! assert_eq!(curve.to_string(), "-10 MW @ 12.00, -4 MW @ 15.00, 5 MW @ 60.00, 10 MW @ 61.24");
//! // A tenth of a cent on 6 MW, 0.6 of a cent on 5 MW: next to nothing in an hour.
//! assert!(fitted.expected_loss < 1e-5 && fitted.worst_gap < 0.0061);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod density;
mod guard;
mod lines;
mod merge;
mod pieces;
mod steps;
mod target;

pub use density::Density;
pub use guard::Guard;
pub(crate) use pieces::{Piece, pieces};
pub use target::{Step, Target};

use crate::door;
use crate::offer::rungs::Bounds;
use density::Distribution;
use lines::Lines;
use merge::merged;
use optibid_core::bid::{CurvePoint, CurveShape, CurveSide, OfferCurve};
use optibid_core::market::rules::{ProductRules, ShapeRule, Sourced};
use optibid_core::ports::EngineError;
use optibid_core::unit::{Power, Price};
use steps::{Best, Direction, Segment, Side};
use target::Slice;

/// A curve and how far it is from its target.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitted {
    /// The curve; none when the venue takes nothing of the target, or offering nothing loses least.
    pub curve: Option<OfferCurve>,
    /// What it loses against the target on the mean over the density of prices, currency per hour of the period.
    pub expected_loss: f64,
    /// Largest distance between an offered price and the opportunity cost of the same MW, currency per MWh.
    pub worst_gap: f64,
    /// MW of the target to charge that the curve does not offer, as a magnitude.
    pub charge_left_out_mw: f64,
    /// MW of the target to discharge that the curve does not offer.
    pub discharge_left_out_mw: f64,
}

/// Finds the best curve for a target under a venue's rules.
///
/// The curve has lines where the venue takes lines only, else steps; it sells or buys where the target only discharges or only
/// charges.
///
/// # Errors
/// [`EngineError::Invalid`] with `quantity_sign`, `target_not_monotone`, `nothing_offered`, `density_out_of_range` for what
/// is no target, and `storage_curve_not_taken` when the target charges and discharges and the venue is not known to
/// take that in one curve (see [`Target::sides`]). [`EngineError::OutOfRange`] for prices past what the domain holds.
pub fn fit(target: &Target, rules: &ProductRules, guard: Guard) -> Result<Fitted, EngineError> {
    let slices = target.slices()?;
    let density = Distribution::of(&target.density)?;
    let bounds = Bounds::of(rules);
    let storage = rules.takes_storage_curves();
    let side = match (
        target.below_mw < 0.0,
        slices.last().is_some_and(|s| s.to > 0.0),
    ) {
        (true, true) if !storage => {
            let rule = "the venue is not known to take a curve from charging to discharging";
            let (code, field) = ("storage_curve_not_taken", "target");
            return Err(door::invalid(code, field, "charges and discharges", rule));
        }
        (true, true) => CurveSide::Storage,
        (true, false) => CurveSide::Buy,
        (false, _) => CurveSide::Sell,
    };
    let linear = |rule: &Sourced<ShapeRule>| rule.value == ShapeRule::Linear;
    let shape = if rules.shape.as_ref().is_some_and(linear) {
        CurveShape::Linear
    } else {
        CurveShape::Step
    };
    let limits = Limits {
        guard,
        points: number_of_points(rules),
    };
    let points = match shape {
        CurveShape::Linear => {
            let lines = Lines {
                guard,
                bounds: &bounds,
                density: &density,
                slices: &merged(&slices, LINE_SLICES, guard),
            };
            lines.best(limits.points)?
        }
        CurveShape::Step => stepwise(&limits, &bounds, &density, &slices)?,
    };
    let curve = built(side, shape, points)?;
    let curve = curve.filter(|curve| curve.points().len() >= limits.points.0);
    Ok(measured(curve, &density, &slices))
}

/// Most steps of a target that lines are fitted to one by one.
const LINE_SLICES: usize = 16;

/// How the venue takes curves.
struct Limits {
    guard: Guard,
    points: (usize, usize),
}

fn number_of_points(rules: &ProductRules) -> (usize, usize) {
    let count = |rule: &Option<Sourced<u16>>, otherwise: usize| {
        rule.as_ref()
            .map_or(otherwise, |rule| usize::from(rule.value))
    };
    (
        count(&rules.min_points, 1),
        count(&rules.max_points, usize::MAX),
    )
}

/// The best steps as signed points in rising order.
fn stepwise(
    limits: &Limits,
    bounds: &Bounds,
    density: &Distribution,
    slices: &[Slice],
) -> Result<Vec<CurvePoint>, EngineError> {
    let most = limits.points.1;
    let of = |direction| Side::new(direction, limits.guard, bounds, (density, slices));
    let (charge, discharge) = (of(Direction::Charge), of(Direction::Discharge));
    let all = [bounds.floor, bounds.buy_cap];
    let asked = [bounds.floor, bounds.sell_cap];
    let tables = (charge.best(most, all)?, discharge.best(most, asked)?);
    let gap = if bounds.increasing { bounds.step() } else { 0 };
    let mut best: Option<(f64, Best, Best)> = None;
    let mut take = |buy: &Best, sell: &Best| {
        let loss = buy.loss + sell.loss;
        if best.as_ref().is_none_or(|best| loss < best.0 - 1e-9) {
            best = Some((loss, buy.clone(), sell.clone()));
        }
    };
    for (k, buy) in tables.0.iter().enumerate().take(most.saturating_add(1)) {
        let left = (most - k).min(tables.1.len() - 1);
        let Some(sell) = tables.1.get(left) else {
            continue;
        };
        let meeting = buy.segments.first().zip(sell.segments.first());
        let crossed =
            |pair: &(&Segment, &Segment)| pair.0.price.micros() + gap > pair.1.price.micros();
        let Some((inner, outer)) = meeting.filter(crossed) else {
            take(buy, sell);
            continue;
        };
        // One side gives way.
        let below = Price::from_micros(outer.price.micros().saturating_sub(gap));
        let above = Price::from_micros(inner.price.micros().saturating_add(gap));
        let lower = charge.best(k, [bounds.floor, below.min(bounds.buy_cap)])?;
        let higher = discharge.best(left, [above.max(bounds.floor), bounds.sell_cap])?;
        if let Some(lower) = lower.last() {
            take(lower, sell);
        }
        if let Some(higher) = higher.last() {
            take(buy, higher);
        }
    }
    let Some((_, buy, sell)) = best else {
        return Ok(Vec::new());
    };
    let (mut buy, mut sell) = (buy.segments, sell.segments);
    pad(&mut buy, &mut sell, limits.points.0, bounds);
    let withdrawn = |s: &Segment| CurvePoint::new(s.upto.reversed(), s.price);
    let mut points: Vec<CurvePoint> = buy.iter().rev().map(withdrawn).collect();
    points.extend(sell.iter().map(|s| CurvePoint::new(s.upto, s.price)));
    Ok(points)
}

/// Divides outermost segments until there are enough of them, as far as ticks allow.
fn pad(buy: &mut Vec<Segment>, sell: &mut Vec<Segment>, least: usize, bounds: &Bounds) {
    let gap = if bounds.increasing { bounds.step() } else { 0 };
    while !(buy.is_empty() && sell.is_empty()) && buy.len() + sell.len() < least {
        let (longer, gap, cap) = if buy.is_empty() {
            (&mut *sell, gap, bounds.sell_cap)
        } else {
            (&mut *buy, -gap, bounds.buy_cap)
        };
        let Some(outer) = longer.pop() else { return };
        let near = longer.last().map_or(Power::ZERO, |segment| segment.upto);
        let middle = near.kilowatts().midpoint(outer.upto.kilowatts());
        let middle = bounds.cut(Power::from_kilowatts(middle));
        let price = Price::from_micros(outer.price.micros().saturating_add(gap));
        if middle <= near || price < bounds.floor || price > cap {
            longer.push(outer);
            return;
        }
        longer.push(Segment {
            upto: middle,
            price: outer.price,
        });
        longer.push(Segment { price, ..outer });
    }
}

/// The curve through signed points; none through none.
fn built(
    side: CurveSide,
    shape: CurveShape,
    mut points: Vec<CurvePoint>,
) -> Result<Option<OfferCurve>, EngineError> {
    if points.iter().all(|point| point.quantity == Power::ZERO) {
        return Ok(None);
    }
    if side == CurveSide::Buy {
        points.reverse();
        for point in &mut points {
            point.quantity = point.quantity.reversed();
        }
    }
    let curve = OfferCurve::new(side, shape, points);
    curve
        .map(Some)
        .map_err(|error| EngineError::Invalid(error.0))
}

/// Measures a curve against its target, piece by piece.
fn measured(curve: Option<OfferCurve>, density: &Distribution, slices: &[Slice]) -> Fitted {
    let offered = curve.as_ref().map(pieces).unwrap_or_default();
    let mut fitted = Fitted {
        curve,
        expected_loss: 0.0,
        worst_gap: 0.0,
        charge_left_out_mw: 0.0,
        discharge_left_out_mw: 0.0,
    };
    for slice in slices {
        let mut left = slice.to - slice.from;
        for piece in &offered {
            let [from, to] = [piece.from, piece.to].map(door::power);
            let [low, high] = piece.prices.map(door::price);
            let (near, far) = (slice.from.max(from), slice.to.min(to));
            if far <= near {
                continue;
            }
            let price = |mw: f64| low + (high - low) * (mw - from) / (to - from);
            let prices = [price(near), price(far)];
            left -= far - near;
            fitted.expected_loss += (far - near) * density.mean_loss(slice.cost, prices);
            let gap = prices.iter().map(|p| (p - slice.cost).abs());
            fitted.worst_gap = gap.fold(fitted.worst_gap, f64::max);
        }
        if left > 1e-9 {
            let (direction, sum) = if slice.from < 0.0 {
                (Direction::Charge, &mut fitted.charge_left_out_mw)
            } else {
                (Direction::Discharge, &mut fitted.discharge_left_out_mw)
            };
            *sum += left;
            fitted.expected_loss += left * direction.never(density, slice.cost);
        }
    }
    fitted
}
