//! What a battery offers in one period, before the venue's rules.

use crate::battery::ValueFunction;
use crate::door::{self, Window};
use crate::optimizer::Plan;
use optibid_core::forecast::ForecastPoint;
use optibid_core::schedule::Schedule;
use optibid_core::unit::{Energy, Power};

/// A block of power and its price.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Block {
    /// Magnitude of all power offered on this side up to and with this block.
    pub(crate) upto: Power,
    /// Currency per MWh.
    pub(crate) price: f64,
    /// Whether the expected schedule runs it.
    pub(crate) scheduled: bool,
}

/// The day ahead: the schedule at the medians, what energy is worth along it, and the band.
pub(super) struct Prospect<'a> {
    pub(super) window: &'a Window,
    pub(super) schedule: &'a Schedule,
    pub(super) plan: &'a Plan,
    pub(super) points: &'a [ForecastPoint],
}

/// One period: the store before and after the scheduled move, MWh, most energy at the grid, MWh, and what prices may do.
struct Step<'a> {
    t: usize,
    hours: f64,
    held: f64,
    after: f64,
    charge: f64,
    discharge: f64,
    value: ValueFunction,
    point: &'a ForecastPoint,
    /// Highest price that the band holds from this period on, and after it; at least 0.
    best: f64,
    best_later: f64,
}

impl Prospect<'_> {
    /// Blocks to charge and to discharge in period `t`, from zero outwards.
    pub(super) fn blocks(&self, t: usize) -> (Vec<Block>, Vec<Block>) {
        let Some(step) = self.step(t) else {
            return (Vec::new(), Vec::new());
        };
        (self.charge(&step), self.discharge(&step))
    }

    /// Energy in store when period `t` begins, less the standing loss, MWh.
    pub(super) fn held(&self, t: usize) -> Option<f64> {
        let before = match t.checked_sub(1) {
            Some(before) => self.schedule.points.get(before)?.state_of_charge,
            None => self.window.battery.initial_soc,
        };
        Some(door::energy(before) * self.plan.retention)
    }

    /// What stored energy is worth after period `t`; where only its slope on the plan is known, that slope everywhere.
    fn value(&self, t: usize) -> Option<ValueFunction> {
        if let Some(value) = self.plan.values.function(t) {
            return Some(value.clone());
        }
        let limits = self.window.soc_limits(t);
        let ends = vec![door::energy(limits.min), door::energy(limits.max)];
        let slope = self.plan.values.slope(t, door::energy(limits.min))?;
        ValueFunction::new(ends, vec![slope], 0.0).ok()
    }

    fn step(&self, t: usize) -> Option<Step<'_>> {
        let (scheduled, limit) = (self.schedule.points.get(t)?, self.window.limits.get(t)?);
        let held = self.held(t)?;
        let idle = scheduled.energy == Energy::ZERO;
        let best = |from: usize| {
            let rest = self.points.get(from..).unwrap_or_default();
            rest.iter()
                .map(|point| door::price(point.upper))
                .fold(0.0, f64::max)
        };
        Some(Step {
            t,
            hours: self.window.resolution.seconds() as f64 / 3_600.0,
            held,
            after: if idle {
                held
            } else {
                door::energy(scheduled.state_of_charge)
            },
            charge: door::energy(limit.charge),
            discharge: door::energy(limit.discharge),
            value: self.value(t)?,
            point: self.points.get(t)?,
            best: best(t),
            best_later: best(t + 1),
        })
    }

    fn discharge(&self, step: &Step<'_>) -> Vec<Block> {
        let battery = &self.window.battery;
        let efficiency = door::ratio(battery.discharge_efficiency);
        let fee = door::price(battery.discharge_fee);
        let wear = door::price(battery.degradation_cost) + fee;
        let mut blocks = Vec::with_capacity(2);
        let from = step.after.min(step.held);
        if step.moved(from) {
            blocks.push(Block {
                upto: step.power((step.held - from) * efficiency),
                price: wear.min(door::price(step.point.median)),
                scheduled: true,
            });
        }
        let end = (step.held - step.discharge / efficiency)
            .max(step.value.least_mwh())
            .min(from);
        if let Some(worth) = worth(&step.value, end, from) {
            let spent = self.plan.discharge_cost(step.t) + fee;
            let cost = worth / efficiency + spent + FAR * step.best;
            blocks.push(Block {
                upto: step.power((step.held - end) * efficiency),
                price: cost.max(door::price(step.point.upper)),
                scheduled: false,
            });
        }
        blocks
    }

    fn charge(&self, step: &Step<'_>) -> Vec<Block> {
        let battery = &self.window.battery;
        let efficiency = door::ratio(battery.charge_efficiency);
        let wear = door::price(battery.degradation_cost) + door::price(battery.discharge_fee);
        let fee = door::price(battery.charge_fee);
        let mut blocks = Vec::with_capacity(2);
        let upto = step.after.max(step.held);
        if step.moved(upto) {
            let round_trip = efficiency * door::ratio(battery.discharge_efficiency);
            let sold = (step.best_later - wear) * round_trip - fee;
            // What is missing from a target at the end costs its price, which is worth paying now.
            let wanted = battery.target_soc.and(battery.target_price);
            let wanted = wanted.map_or(f64::NEG_INFINITY, |missing| {
                door::price(missing) * efficiency - fee
            });
            let sold = sold.max(wanted);
            // Below the least energy from which the target can still be reached there is no choice.
            let must = step.held < step.value.least_mwh() - ROUNDING;
            let price = if must {
                step.best + door::price(step.point.upper)
            } else {
                sold
            };
            blocks.push(Block {
                upto: step.power((upto - step.held) / efficiency),
                price: price.max(door::price(step.point.median)),
                scheduled: true,
            });
        }
        let end = (step.held + step.charge * efficiency)
            .min(step.value.most_mwh())
            .max(upto);
        if let Some(worth) = worth(&step.value, upto, end) {
            let gain = worth * efficiency - fee - FAR * step.best;
            blocks.push(Block {
                upto: step.power((end - step.held) / efficiency),
                price: gain.min(door::price(step.point.lower)),
                scheduled: false,
            });
        }
        blocks
    }
}

/// How many times the band's highest price lies between the opportunity cost and a price that no error common to the day
/// explains: the band leaves out one outcome in ten at its upper end, and scarcity multiplies a whole day's prices.
const FAR: f64 = 2.0;

/// Below it, MWh, two states of charge are the same: a third of a kW s.
const ROUNDING: f64 = 1e-7;

impl Step<'_> {
    fn moved(&self, soc: f64) -> bool {
        (self.held - soc).abs() > ROUNDING
    }

    /// The power that moves so many MWh at the grid connection in the period.
    fn power(&self, mwh: f64) -> Power {
        door::to_power(mwh / self.hours)
    }
}

/// What each MWh between two states of charge is worth, on the mean; none where nothing is between them.
fn worth(value: &ValueFunction, from: f64, to: f64) -> Option<f64> {
    let inside = |soc: f64| value.value(soc.max(value.least_mwh()).min(value.most_mwh()));
    (to - from > ROUNDING).then(|| Some((inside(to)? - inside(from)?) / (to - from)))?
}
