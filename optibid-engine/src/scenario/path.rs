//! What a battery can really do in each scenario, and following wanted quantities as nearly as it can.

use crate::battery::{Model, Parameters};

use super::set::{ScenarioError, ScenarioSet};

/// The schedule of one scenario. A period charges or discharges, never both.
#[derive(Clone, Debug, PartialEq)]
pub struct NetSchedule {
    /// Power fed into the grid (negative: drawn from it) in each period, MW.
    pub net_mw: Vec<f64>,
    /// Energy stored after each period, MWh.
    pub soc_mwh: Vec<f64>,
    /// What the scenario's prices pay for it less wear and fees, and what the terminal pays for the energy left, currency.
    pub profit: f64,
}

/// Quantities by period (outer) and scenario (inner), MW fed into the grid.
pub(super) type Quantities = Vec<Vec<f64>>;

/// The scenarios of one curve by rising price, those of equal price together.
pub(super) type Groups = Vec<Vec<usize>>;

/// The limits that a path must keep.
#[derive(Clone, Debug)]
pub(super) struct Limits<'a> {
    pub(super) model: &'a Model,
    set: &'a ScenarioSet,
    /// For each period, for each of its curves, the scenarios on it by rising price, equal prices together.
    pub(super) curves: Vec<Vec<Groups>>,
    /// Least energy after each period from which the target can still be met, MWh.
    floors: Vec<f64>,
    /// Least and most net power of each period, MW.
    pub(super) ranges: Vec<(f64, f64)>,
}

impl<'a> Limits<'a> {
    /// # Errors
    /// If the target is out of reach.
    pub(super) fn new(model: &'a Model, set: &'a ScenarioSet) -> Result<Self, ScenarioError> {
        Self::within(model, set, &[])
    }

    /// With least and most net powers of their own for each period; none are the battery's.
    ///
    /// # Errors
    /// If the target is out of reach, or the ranges are not one for each period, each with zero in it.
    pub(super) fn within(
        model: &'a Model,
        set: &'a ScenarioSet,
        ranges: &[(f64, f64)],
    ) -> Result<Self, ScenarioError> {
        let ranges = checked(model, set, ranges)?;
        // The battery's own check of the horizon, so that both refuse the same things.
        for path in set.paths() {
            crate::battery::optimum(
                model,
                &crate::battery::Horizon::new(path),
                crate::battery::Method::Relaxed,
            )?;
        }
        let p = model.parameters();
        let mut floor = model.least_final_mwh();
        let mut floors: Vec<f64> = ranges
            .iter()
            .rev()
            .map(|(least, _)| {
                let here = floor;
                let most = -least * p.period_hours * p.charge_efficiency;
                floor = ((floor - most) / model.retention()).max(p.min_mwh);
                here
            })
            .collect();
        floors.reverse();
        let curves = (0..set.periods())
            .map(|period| vec![groups(set, period)])
            .collect();
        Ok(Self {
            model,
            set,
            curves,
            floors,
            ranges,
        })
    }

    /// With a curve for each node of a tree: `node` says for a period and a scenario which it is on.
    pub(super) fn on_tree(mut self, node: impl Fn(usize, usize) -> usize) -> Self {
        for (t, curves) in self.curves.iter_mut().enumerate() {
            let groups: Groups = curves.drain(..).flatten().collect();
            let nodes = groups
                .iter()
                .flatten()
                .map(|&scenario| node(t, scenario) + 1);
            *curves = vec![Groups::new(); nodes.max().unwrap_or_default()];
            for group in groups {
                for (at, curve) in curves.iter_mut().enumerate() {
                    let member = |scenario: &usize| node(t, *scenario) == at;
                    let own: Vec<usize> = group.iter().copied().filter(member).collect();
                    if !own.is_empty() {
                        curve.push(own);
                    }
                }
            }
        }
        self
    }

    fn parameters(&self) -> &Parameters {
        self.model.parameters()
    }

    /// What a net power earns in a period at a price, less wear and fees, currency.
    fn earned(&self, price: f64, net: f64) -> f64 {
        let p = self.parameters();
        let per_mwh = if net > 0.0 {
            price - p.degradation_per_mwh - p.discharge_fee_per_mwh
        } else {
            price + p.charge_fee_per_mwh
        };
        p.period_hours * per_mwh * net
    }

    /// Stored energy after a period with the given net power.
    fn after(&self, soc: f64, net: f64) -> f64 {
        let p = self.parameters();
        let taken = if net > 0.0 {
            net / p.discharge_efficiency
        } else {
            net * p.charge_efficiency
        };
        self.model.retention() * soc - p.period_hours * taken
    }

    /// The least and largest net power that lead from `soc` to an allowed energy.
    fn range(&self, soc: f64, (floor, (low, high)): (f64, (f64, f64))) -> (f64, f64) {
        let p = self.parameters();
        let power = |released: f64| {
            let factor = if released > 0.0 {
                p.discharge_efficiency
            } else {
                1.0 / p.charge_efficiency
            };
            released * factor / p.period_hours
        };
        let kept = self.model.retention() * soc;
        let least = power((kept - p.max_mwh).min(0.0)).max(low);
        let most = power(kept - floor).clamp(low, high);
        (least, most.max(least))
    }

    /// The quantities nearest to the wanted ones, period after period, that every scenario can deliver with one
    /// nondecreasing curve a period; `share` of the wanted ones is mixed with a plan that keeps clear of all limits. None if
    /// no curve serves all scenarios in some period.
    fn follow(&self, wanted: &Quantities, share: f64) -> Option<Vec<NetSchedule>> {
        let p = self.parameters();
        let quiet = (p.max_mwh + self.floors.last()?) / 2.0;
        let mut quiet_soc = p.initial_mwh;
        let empty = NetSchedule {
            net_mw: Vec::new(),
            soc_mwh: Vec::new(),
            profit: 0.0,
        };
        let mut schedules = vec![empty; self.set.paths().len()];
        let mut socs = vec![p.initial_mwh; schedules.len()];
        let bounds = self.floors.iter().copied().zip(self.ranges.iter().copied());
        for (t, ((wanted, curves), bound)) in
            wanted.iter().zip(&self.curves).zip(bounds).enumerate()
        {
            let room = quiet - self.model.retention() * quiet_soc;
            let calm = -(room / p.charge_efficiency / p.period_hours).clamp(0.0, -bound.1.0);
            quiet_soc = self.after(quiet_soc, calm);
            let corridors = curves.iter().flat_map(|groups| {
                let ranges = self.corridor(groups, &socs, bound);
                groups.iter().zip(ranges).collect::<Vec<_>>()
            });
            for (group, (least, most)) in corridors.collect::<Vec<_>>() {
                if least > most + 1e-12 {
                    return None;
                }
                let first = group.first().and_then(|&scenario| wanted.get(scenario))?;
                let net = (share * first + (1.0 - share) * calm).max(least).min(most);
                for &scenario in group {
                    let soc = socs.get_mut(scenario)?;
                    *soc = self.after(*soc, net).clamp(p.min_mwh, p.max_mwh);
                    let schedule = schedules.get_mut(scenario)?;
                    schedule.net_mw.push(net);
                    schedule.soc_mwh.push(*soc);
                    schedule.profit += self.earned(self.set.price(scenario, t), net);
                }
            }
        }
        for (schedule, soc) in schedules.iter_mut().zip(socs) {
            schedule.profit += self.model.terminal_value(soc);
        }
        Some(schedules)
    }

    /// For each group of equal prices the range that keeps every scenario within its limits and the curve nondecreasing.
    fn corridor(
        &self,
        groups: &[Vec<usize>],
        socs: &[f64],
        bound: (f64, (f64, f64)),
    ) -> Vec<(f64, f64)> {
        let mut ranges: Vec<(f64, f64)> = groups
            .iter()
            .map(|group| {
                let socs = group.iter().filter_map(|&scenario| socs.get(scenario));
                socs.map(|&soc| self.range(soc, bound))
                    .fold((f64::NEG_INFINITY, f64::INFINITY), |a, b| {
                        (a.0.max(b.0), a.1.min(b.1))
                    })
            })
            .collect();
        let mut least = f64::NEG_INFINITY;
        for range in &mut ranges {
            least = least.max(range.0);
            range.0 = least;
        }
        let mut most = f64::INFINITY;
        for range in ranges.iter_mut().rev() {
            most = most.min(range.1);
            range.1 = most;
        }
        ranges
    }

    /// What a scenario's net powers earn, and the terminal pays for what they leave.
    pub(super) fn profit(&self, scenario: usize, net_mw: &[f64]) -> f64 {
        let mut soc = self.parameters().initial_mwh;
        let mut profit = 0.0;
        for (t, &net) in net_mw.iter().enumerate() {
            soc = self.after(soc, net);
            profit += self.earned(self.set.price(scenario, t), net);
        }
        profit + self.model.terminal_value(soc)
    }

    /// What a scenario's net powers do to the store and earn.
    pub(super) fn schedule(&self, scenario: usize, net_mw: Vec<f64>) -> NetSchedule {
        let p = self.parameters();
        let mut soc = p.initial_mwh;
        let mut profit = 0.0;
        let step = |(t, &net): (usize, &f64)| {
            soc = self.after(soc, net).clamp(p.min_mwh, p.max_mwh);
            profit += self.earned(self.set.price(scenario, t), net);
            soc
        };
        let soc_mwh = net_mw.iter().enumerate().map(step).collect();
        profit += self.model.terminal_value(soc);
        NetSchedule {
            net_mw,
            soc_mwh,
            profit,
        }
    }

    /// Schedules that follow nondecreasing quantities with as little of the quiet plan as it takes.
    pub(super) fn deliver(&self, wanted: &Quantities) -> Option<Vec<NetSchedule>> {
        const SHARES: [f64; 8] = [1.0, 0.999, 0.995, 0.98, 0.95, 0.8, 0.5, 0.0];
        SHARES.iter().find_map(|&share| self.follow(wanted, share))
    }

    /// The points of each curve that the schedules share, by period and node: price and net power, prices rising.
    pub(super) fn points(&self, schedules: &[NetSchedule]) -> Vec<Vec<Curve>> {
        let point = |t: usize, group: &Vec<usize>| {
            let &scenario = group.first()?;
            Some((
                self.set.price(scenario, t),
                *schedules.get(scenario)?.net_mw.get(t)?,
            ))
        };
        let curve =
            |t: usize, groups: &Groups| groups.iter().filter_map(|group| point(t, group)).collect();
        let periods = self.curves.iter().enumerate();
        periods
            .map(|(t, curves)| curves.iter().map(|groups| curve(t, groups)).collect())
            .collect()
    }
}

/// The points of a curve: price, currency per MWh, and net power, MW.
pub(super) type Curve = Vec<(f64, f64)>;

/// The ranges of all periods; the battery's own where none are given.
#[expect(clippy::cast_precision_loss, reason = "a count, for the message")]
fn checked(
    model: &Model,
    set: &ScenarioSet,
    ranges: &[(f64, f64)],
) -> Result<Vec<(f64, f64)>, ScenarioError> {
    let (p, wanted) = (model.parameters(), set.periods());
    if ranges.is_empty() {
        return Ok(vec![(-p.charge_mw, p.discharge_mw); wanted]);
    }
    if ranges.len() != wanted {
        return Err(ScenarioError::Length {
            field: "ranges",
            length: ranges.len(),
            wanted,
        });
    }
    let fits = |&(low, high): &(f64, f64)| {
        (-p.charge_mw..=0.0).contains(&low) && (0.0..=p.discharge_mw).contains(&high)
    };
    match ranges.iter().position(|range| !fits(range)) {
        None => Ok(ranges.to_vec()),
        Some(at) => Err(ScenarioError::Value {
            field: "index of a range",
            value: at as f64,
            rule: "that of one from minus the charge limit or more to the discharge limit or less, with 0 in it",
        }),
    }
}

/// The scenarios of a period by rising price, those of equal price together.
fn groups(set: &ScenarioSet, period: usize) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut last = f64::NAN;
    for scenario in set.ranking(period) {
        let price = set.price(scenario, period);
        match groups.last_mut() {
            Some(group) if price == last => group.push(scenario),
            _ => groups.push(vec![scenario]),
        }
        last = price;
    }
    groups
}
