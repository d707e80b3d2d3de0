//! What can be reached: the recursion over the lowest and the highest state of charge.

use super::Case;
use crate::battery::Model;
use crate::door;
use optibid_core::unit::Power;

/// Safe or not.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// No pattern of awards breaks a limit.
    Safe(Proof),
    /// One does.
    Unsafe(Breach),
}

impl Verdict {
    /// Whether no pattern breaks a limit.
    #[must_use]
    pub const fn is_safe(&self) -> bool {
        matches!(self, Self::Safe(_))
    }
}

/// What every pattern of awards keeps to.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// Lowest and highest stored energy that awards can lead to after each settlement period, MWh: every value between them
    /// can be reached, none outside.
    pub reachable_mwh: Vec<(f64, f64)>,
    /// Most that may be discharged over all periods, MWh at the grid connection.
    pub discharged_mwh: f64,
}

/// A limit of the battery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Limit {
    /// Available power to charge.
    ChargePower,
    /// Available power to discharge.
    DischargePower,
    /// Lowest state of charge.
    MinSoc,
    /// Highest state of charge.
    MaxSoc,
    /// Cycle budget.
    Cycles,
}

impl Limit {
    /// The name in machine-readable reports.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::ChargePower => "charge_power",
            Self::DischargePower => "discharge_power",
            Self::MinSoc => "min_soc",
            Self::MaxSoc => "max_soc",
            Self::Cycles => "cycles",
        }
    }
}

/// A pattern of awards that breaks a limit.
#[derive(Clone, Debug, PartialEq)]
pub struct Breach {
    /// What is broken.
    pub limit: Limit,
    /// The period bid for in which that happens, from 0.
    pub period: usize,
    /// The settlement period in which that happens, from 0 over all periods.
    pub settlement: usize,
    /// By how much: MW for power, MWh in store for states of charge, MWh at the grid connection for cycles.
    pub by: f64,
    /// The awards of all settlement periods up to and with that one, signed.
    pub awards: Vec<Power>,
}

/// One end of the interval: stored energy, MWh, and the awards that lead there.
struct Path {
    soc: f64,
    awards: Vec<Power>,
}

impl Path {
    fn walk(&mut self, model: &Model, award: Power) {
        let p = model.parameters();
        let mw = door::power(award);
        let change = if mw > 0.0 {
            -mw / p.discharge_efficiency
        } else {
            -mw * p.charge_efficiency
        };
        self.soc = (self.soc * model.retention()).max(p.min_mwh) + change * p.period_hours;
        self.awards.push(award);
    }
}

pub(super) fn verdict(case: &Case<'_>, model: &Model) -> Verdict {
    let p = model.parameters();
    let tolerance = tolerance(model);
    let budget = cycle_budget(case);
    let start = || Path {
        soc: p.initial_mwh,
        awards: Vec::new(),
    };
    let (mut low, mut high) = (start(), start());
    let (mut reachable_mwh, mut discharged_mwh) = (Vec::new(), 0.0);
    let (mut settlement, parts) = (0, case.parts());
    for (period, offered) in case.offers.iter().enumerate() {
        let (least, most) = offered.range();
        let share = door::ratio(offered.available);
        for _ in 0..parts {
            low.walk(model, most);
            high.walk(model, least);
            discharged_mwh += door::power(most).max(0.0) * p.period_hours;
            let charged = -door::power(least) - p.charge_mw * share;
            let discharged = door::power(most) - p.discharge_mw * share;
            let found = [
                (Limit::ChargePower, charged, &high),
                (Limit::DischargePower, discharged, &low),
                (Limit::MinSoc, p.min_mwh - low.soc, &low),
                (Limit::MaxSoc, high.soc - p.max_mwh, &high),
                (Limit::Cycles, discharged_mwh - budget, &low),
            ];
            let broken = found.into_iter().find(|(_, by, _)| *by > tolerance);
            if let Some((limit, by, path)) = broken {
                let awards = path.awards.clone();
                return Verdict::Unsafe(Breach {
                    limit,
                    period,
                    settlement,
                    by,
                    awards,
                });
            }
            reachable_mwh.push((low.soc, high.soc));
            settlement += 1;
        }
    }
    Verdict::Safe(Proof {
        reachable_mwh,
        discharged_mwh,
    })
}

/// How far rounding may miss a limit, MWh or MW.
pub(super) fn tolerance(model: &Model) -> f64 {
    1e-9 * model.parameters().max_mwh.max(1.0)
}

/// Most energy at the grid connection that the cycle budget lets out, MWh; infinite without one.
pub(super) fn cycle_budget(case: &Case<'_>) -> f64 {
    let usable = door::energy(case.battery.usable_energy());
    let budget = case.battery.cycle_budget;
    budget.map_or(f64::INFINITY, |cycles| door::ratio(cycles) * usable)
}
