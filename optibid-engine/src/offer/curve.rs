//! From rungs to a curve that the venue takes.

use super::blocks::Block;
use super::rungs::{Bounds, Direction, Rung};
use optibid_core::bid::{CurvePoint, CurveShape, OfferCurve};
use optibid_core::market::rules::{ProductRules, ShapeRule};
use optibid_core::ports::EngineError;
use optibid_core::unit::{Power, Price};

/// How a venue takes curves.
pub(crate) struct Venue {
    bounds: Bounds,
    shape: CurveShape,
    points: (usize, usize),
    storage: bool,
}

/// The points of one side from zero outwards, quantities as magnitudes.
type Outwards = Vec<CurvePoint>;

impl Venue {
    pub(crate) fn new(rules: &ProductRules) -> Self {
        let linear = rules
            .shape
            .as_ref()
            .is_some_and(|rule| rule.value == ShapeRule::Linear);
        let count = |rule: &Option<optibid_core::market::rules::Sourced<u16>>, otherwise: usize| {
            rule.as_ref()
                .map_or(otherwise, |rule| usize::from(rule.value))
        };
        Self {
            bounds: Bounds::of(rules),
            shape: if linear {
                CurveShape::Linear
            } else {
                CurveShape::Step
            },
            points: (
                count(&rules.min_points, 1),
                count(&rules.max_points, usize::MAX),
            ),
            storage: rules.takes_storage_curves(),
        }
    }

    /// The curve of these blocks (each side from zero outwards); none when nothing is left that the venue takes.
    pub(crate) fn curve(
        &self,
        charge: &[Block],
        discharge: &[Block],
    ) -> Result<Option<OfferCurve>, EngineError> {
        let mut charge = self.bounds.rungs(Direction::Charge, charge)?;
        let mut discharge = self.bounds.rungs(Direction::Discharge, discharge)?;
        if !self.storage {
            // One direction only: the scheduled one, else the one that sells.
            let buys = charge.first().is_some_and(|rung| rung.scheduled);
            if buys || discharge.is_empty() {
                discharge.clear();
            } else {
                charge.clear();
            }
        }
        // Each round takes a rung off at most one side, so that it ends.
        while !(charge.is_empty() && discharge.is_empty()) {
            let (buy, sell) = self.sides(&charge, &discharge);
            let (low, high) = (buy.last().copied(), sell.last().copied());
            if low.is_some_and(|point| point.price < self.bounds.floor) {
                self.drop_outermost(&mut charge);
            } else if high.is_some_and(|point| point.price > self.bounds.sell_cap) {
                self.drop_outermost(&mut discharge);
            } else if self.joined(&buy, &sell).len() > self.points.1 {
                self.shorten(&mut charge, &mut discharge);
            } else {
                return self.build(&buy, &sell);
            }
        }
        Ok(None)
    }

    /// The points of both sides, with prices that run the venue's way. Where the sides meet, the scheduled one keeps its price.
    fn sides(&self, charge: &[Rung], discharge: &[Rung]) -> (Outwards, Outwards) {
        let gap = if self.bounds.increasing {
            self.bounds.step()
        } else {
            0
        };
        let (mut buy, mut sell) = (self.draw(charge), self.draw(discharge));
        if charge.first().is_some_and(|rung| rung.scheduled) {
            falling(&mut buy, i64::MAX, gap);
            let meeting = buy.first().map_or(i64::MIN, |first| first.price.micros());
            rising(&mut sell, meeting.saturating_add(self.bounds.step()), gap);
        } else {
            rising(&mut sell, i64::MIN, gap);
            let meeting = sell.first().map_or(i64::MAX, |first| first.price.micros());
            falling(&mut buy, meeting.saturating_sub(gap), gap);
        }
        (buy, sell)
    }

    /// The points of one side: the ends of its steps, or the two ends of each level line.
    fn draw(&self, rungs: &[Rung]) -> Outwards {
        let mut points: Outwards = Vec::with_capacity(rungs.len() * 2);
        let mut near = Power::ZERO;
        for (i, rung) in rungs.iter().enumerate() {
            if self.shape == CurveShape::Linear {
                points.push(CurvePoint::new(near, rung.price));
            } else if i + 1 == rungs.len() && points.len() + 1 < self.points.0 {
                // The venue wants more steps than there are: the last one in two parts.
                let middle = near.kilowatts().midpoint(rung.upto.kilowatts());
                let middle = self.bounds.cut(Power::from_kilowatts(middle));
                if middle > near {
                    points.push(CurvePoint::new(middle, rung.price));
                }
            }
            points.push(CurvePoint::new(rung.upto, rung.price));
            near = rung.upto;
        }
        points.dedup();
        points
    }

    /// Both sides in one row from the largest withdrawal to the largest injection.
    fn joined(&self, buy: &Outwards, sell: &Outwards) -> Vec<CurvePoint> {
        let withdrawn = |p: &CurvePoint| CurvePoint::new(p.quantity.reversed(), p.price);
        let mut points: Vec<CurvePoint> = buy.iter().rev().map(withdrawn).collect();
        points.extend(sell);
        points.dedup();
        points
    }

    fn build(&self, buy: &Outwards, sell: &Outwards) -> Result<Option<OfferCurve>, EngineError> {
        let curve = if self.storage {
            OfferCurve::storage(self.shape, self.joined(buy, sell))
        } else if sell.is_empty() {
            OfferCurve::buy(self.shape, buy.clone())
        } else {
            OfferCurve::sell(self.shape, sell.clone())
        };
        let curve = curve.map_err(|error| EngineError::Invalid(error.0))?;
        Ok((curve.points().len() >= self.points.0).then_some(curve))
    }

    /// Takes the outermost rung off, and all when less than the minimum is left.
    fn drop_outermost(&self, rungs: &mut Vec<Rung>) {
        rungs.pop();
        if rungs
            .last()
            .is_some_and(|rung| rung.upto < self.bounds.min_quantity)
        {
            rungs.clear();
        }
    }

    /// Saves points: joins the two outermost rungs of the longer side at the price of the outer one, or gives up the side that
    /// is not scheduled.
    fn shorten(&self, charge: &mut Vec<Rung>, discharge: &mut Vec<Rung>) {
        let longer = if charge.len() > discharge.len() {
            &mut *charge
        } else {
            &mut *discharge
        };
        if longer.len() > 1 {
            longer.remove(longer.len() - 2);
        } else if charge.first().is_some_and(|rung| rung.scheduled) {
            discharge.clear();
        } else {
            charge.clear();
        }
    }
}

/// Raises prices where they do not rise by `gap` from point to point, starting at `least`.
fn rising(points: &mut Outwards, mut least: i64, gap: i64) {
    for point in points {
        point.price = point.price.max(Price::from_micros(least));
        least = point.price.micros().saturating_add(gap);
    }
}

/// Lowers prices where they do not fall by `gap` from point to point, starting at `most`.
fn falling(points: &mut Outwards, mut most: i64, gap: i64) {
    for point in points {
        point.price = point.price.min(Price::from_micros(most));
        most = point.price.micros().saturating_sub(gap);
    }
}
