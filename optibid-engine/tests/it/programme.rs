//! Every feature of the battery's problem as a linear programme given to microlp, and random cases for it.

use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};
use optibid_engine::battery::{Budgets, Horizon, Model, Parameters, Schedule, Terminal};
use proptest::prelude::*;

use crate::reference::Mode;

/// A battery, its horizon and limits on discharging.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) battery: Parameters,
    pub(crate) prices: Vec<f64>,
    pub(crate) charge: Vec<f64>,
    pub(crate) discharge: Vec<f64>,
    pub(crate) least: Vec<f64>,
    pub(crate) most: Vec<f64>,
    pub(crate) groups: Vec<usize>,
    pub(crate) group_mwh: Vec<f64>,
    pub(crate) total_mwh: f64,
}

impl Case {
    pub(crate) fn model(&self) -> Model {
        Model::new(self.battery).unwrap()
    }

    pub(crate) fn horizon(&self) -> Horizon<'_> {
        Horizon::new(&self.prices)
            .with_charge_limits(&self.charge)
            .with_discharge_limits(&self.discharge)
            .with_soc_limits(&self.least, &self.most)
    }

    pub(crate) fn budgets(&self) -> Budgets<'_> {
        Budgets::new()
            .with_groups(&self.groups, &self.group_mwh)
            .with_total(self.total_mwh)
    }

    pub(crate) fn unlimited(&self) -> Self {
        Self {
            group_mwh: vec![f64::INFINITY; self.groups.len()],
            total_mwh: f64::INFINITY,
            ..self.clone()
        }
    }

    /// The optimum with the given modes; none if infeasible.
    pub(crate) fn linear(&self, modes: &[Mode]) -> Option<f64> {
        let (model, p) = (self.model(), &self.battery);
        let h = p.period_hours;
        let mut problem = Problem::new(OptimizationDirection::Maximize);
        let mut discharged: Vec<Variable> = Vec::new();
        let mut before: Option<Variable> = None;
        for (t, &mode) in modes.iter().enumerate() {
            let may = |forbidden: Mode, limit: f64| if mode == forbidden { 0.0 } else { limit };
            let most_in = may(Mode::DischargeOnly, self.charge[t].min(p.charge_mw));
            let most_out = may(Mode::ChargeOnly, self.discharge[t].min(p.discharge_mw));
            let buys = -h * (self.prices[t] + p.charge_fee_per_mwh);
            let sells = h * (self.prices[t] - p.degradation_per_mwh - p.discharge_fee_per_mwh);
            let charge = problem.add_var(buys, (0.0, most_in));
            let discharge = problem.add_var(sells, (0.0, most_out));
            discharged.push(discharge);
            let end = t + 1 == self.prices.len();
            let (mut least, most) = (self.least[t].max(p.min_mwh), self.most[t].min(p.max_mwh));
            let mut worth = 0.0;
            match p.terminal {
                Terminal::AtLeast(target) if end => least = least.max(target),
                Terminal::Worth { per_mwh } if end => worth = per_mwh,
                _ => {}
            }
            if least > most {
                return None;
            }
            let soc = problem.add_var(worth, (least, most));
            if let (
                true,
                Terminal::Priced {
                    target_mwh,
                    shortfall_per_mwh,
                },
            ) = (end, p.terminal)
            {
                let missing = problem.add_var(-shortfall_per_mwh, (0.0, f64::INFINITY));
                problem.add_constraint([(soc, 1.0), (missing, 1.0)], ComparisonOp::Ge, target_mwh);
            }
            let mut row = vec![
                (soc, 1.0),
                (charge, -h * p.charge_efficiency),
                (discharge, h / p.discharge_efficiency),
            ];
            row.extend(before.map(|before| (before, -model.retention())));
            let right = if before.is_some() {
                0.0
            } else {
                model.retention() * p.initial_mwh
            };
            problem.add_constraint(&row, ComparisonOp::Eq, right);
            before = Some(soc);
        }
        self.add_rows(&mut problem, &discharged);
        let solution = problem.solve().ok()?.into_solution().ok()?;
        Some(solution.objective())
    }

    /// A row for each limit on discharging.
    fn add_rows(&self, problem: &mut Problem, discharged: &[Variable]) {
        let mut limit = |of: &[Variable], mwh: f64| {
            let row: Vec<_> = of
                .iter()
                .map(|discharge| (*discharge, self.battery.period_hours))
                .collect();
            if mwh.is_finite() && !row.is_empty() {
                problem.add_constraint(&row, ComparisonOp::Le, mwh);
            }
        };
        let mut rest = discharged;
        for (&length, &mwh) in self.groups.iter().zip(&self.group_mwh) {
            let (group, after) = rest.split_at(length);
            limit(group, mwh);
            rest = after;
        }
        limit(discharged, self.total_mwh);
    }

    /// The optimum if both directions may be used at once.
    pub(crate) fn relaxed(&self) -> Option<f64> {
        self.linear(&vec![Mode::Both; self.prices.len()])
    }

    /// The optimum over all patterns in which each period either charges or discharges.
    pub(crate) fn exclusive(&self) -> Option<f64> {
        let mode = |on: bool| {
            if on {
                Mode::ChargeOnly
            } else {
                Mode::DischargeOnly
            }
        };
        (0..1_u32 << self.prices.len())
            .filter_map(|pattern| {
                let modes: Vec<Mode> = (0..self.prices.len())
                    .map(|t| mode(pattern >> t & 1 == 1))
                    .collect();
                self.linear(&modes)
            })
            .reduce(f64::max)
    }

    /// Asserts that a schedule keeps every rule, and returns what it earns, the terminal included.
    pub(crate) fn earned(&self, schedule: &Schedule, exclusive: bool) -> f64 {
        let (model, p) = (self.model(), &self.battery);
        let (h, near) = (p.period_hours, 1e-7);
        let (mut before, mut earned) = (p.initial_mwh, 0.0);
        for t in 0..self.prices.len() {
            let (charge, discharge) = (schedule.charge_mw[t], schedule.discharge_mw[t]);
            let soc = schedule.soc_mwh[t];
            assert!(
                charge >= 0.0 && charge <= self.charge[t].min(p.charge_mw),
                "{charge} in {t}"
            );
            assert!(
                discharge >= 0.0 && discharge <= self.discharge[t].min(p.discharge_mw),
                "{discharge} in {t}"
            );
            assert!(
                soc >= self.least[t].max(p.min_mwh) - near,
                "{soc} after {t}"
            );
            assert!(soc <= self.most[t].min(p.max_mwh) + near, "{soc} after {t}");
            let moved = h * (charge * p.charge_efficiency - discharge / p.discharge_efficiency);
            assert!(
                (model.retention() * before + moved - soc).abs() < near,
                "balance in {t}"
            );
            assert!(!exclusive || charge.min(discharge) <= 1e-9, "both in {t}");
            earned -= h * charge * (self.prices[t] + p.charge_fee_per_mwh);
            earned +=
                h * discharge * (self.prices[t] - p.degradation_per_mwh - p.discharge_fee_per_mwh);
            before = soc;
        }
        let mut from = 0;
        for (&length, &limit) in self.groups.iter().zip(&self.group_mwh) {
            let fed_in: f64 = schedule.discharge_mw[from..from + length].iter().sum();
            assert!(h * fed_in <= limit + near, "{} of {limit} MWh", h * fed_in);
            from += length;
        }
        let fed_in: f64 = schedule.discharge_mw.iter().sum();
        assert!(
            h * fed_in <= self.total_mwh + near,
            "{} of {} MWh",
            h * fed_in,
            self.total_mwh
        );
        match p.terminal {
            Terminal::Free => {}
            Terminal::AtLeast(target) => assert!(before >= target - near),
            Terminal::Priced {
                target_mwh,
                shortfall_per_mwh,
            } => {
                earned -= shortfall_per_mwh * (target_mwh - before).max(0.0);
            }
            Terminal::Worth { per_mwh } => earned += per_mwh * before,
        }
        earned
    }
}

fn price() -> impl Strategy<Value = f64> {
    prop_oneof![
        3 => -80.0..120.0_f64,
        2 => prop::sample::select(vec![-50.0, -10.0, 0.0, 10.0, 30.0, 30.0, 50.0]),
        1 => -500.0..4_000.0_f64,
    ]
}

fn cost() -> impl Strategy<Value = f64> {
    prop_oneof![2 => Just(0.0), 1 => 0.0..30.0_f64]
}

fn limit() -> impl Strategy<Value = f64> {
    prop_oneof![4 => Just(1e3), 1 => 0.0..2.0_f64, 1 => Just(0.0)]
}

prop_compose! {
    fn battery()(
        powers in (0.05..3.0_f64, 0.05..3.0_f64),
        efficiencies in (prop_oneof![Just(1.0), 0.5..1.0_f64], prop_oneof![Just(1.0), 0.5..1.0_f64]),
        range in (prop_oneof![Just(0.0), 0.0..1.0_f64], 0.1..4.0_f64),
        share in (0.0..=1.0_f64, 0.0..=1.0_f64),
        end in 0..4_u8,
        worth in -50.0..150.0_f64,
        costs in (cost(), cost(), cost()),
        standing in prop_oneof![3 => Just(0.0), 1 => 0.0..0.1_f64],
        period_hours in prop::sample::select(vec![0.25, 0.5, 1.0]),
    ) -> Parameters {
        let (min_mwh, max_mwh) = (range.0, range.0 + range.1);
        let at = |share: f64| (min_mwh + share * (max_mwh - min_mwh)).clamp(min_mwh, max_mwh);
        Parameters {
            charge_mw: powers.0,
            discharge_mw: powers.1,
            min_mwh,
            max_mwh,
            charge_efficiency: efficiencies.0,
            discharge_efficiency: efficiencies.1,
            initial_mwh: at(share.0),
            terminal: match end {
                0 => Terminal::Free,
                1 => Terminal::AtLeast(at(share.1)),
                2 => Terminal::Priced { target_mwh: at(share.1), shortfall_per_mwh: worth.abs() },
                _ => Terminal::Worth { per_mwh: worth },
            },
            degradation_per_mwh: costs.0,
            charge_fee_per_mwh: costs.1,
            discharge_fee_per_mwh: costs.2,
            standing_loss_per_hour: standing,
            period_hours,
        }
    }
}

prop_compose! {
    /// Limits of the stored energy move now and then; limits on discharging bind often.
    pub(crate) fn case(longest: usize)(
        battery in battery(),
        rows in prop::collection::vec(
            (price(), limit(), limit(), prop_oneof![5 => Just((0.0, 1.0)), 1 => (0.0..0.4_f64, 0.6..1.0_f64)]),
            1..=longest,
        ),
        cuts in prop::collection::vec(1..=longest, 0..4),
        shares in prop::collection::vec(prop_oneof![1 => Just(f64::INFINITY), 4 => 0.0..1.0_f64], 8),
        total in prop_oneof![1 => Just(f64::INFINITY), 1 => 0.0..1.0_f64],
    ) -> Case {
        let range = battery.max_mwh - battery.min_mwh;
        let at = |share: f64| battery.min_mwh + share * range;
        let mut ends: Vec<usize> = cuts.into_iter().filter(|cut| *cut < rows.len()).collect();
        ends.push(rows.len());
        ends.sort_unstable();
        ends.dedup();
        let starts = std::iter::once(0).chain(ends.iter().copied());
        let groups: Vec<usize> = ends.iter().zip(starts).map(|(end, start)| end - start).collect();
        let mwh = |share: f64, periods: usize| share * periods as f64 * battery.period_hours * battery.discharge_mw;
        Case {
            battery,
            prices: rows.iter().map(|row| row.0).collect(),
            charge: rows.iter().map(|row| row.1).collect(),
            discharge: rows.iter().map(|row| row.2).collect(),
            least: rows.iter().map(|row| at(row.3.0)).collect(),
            most: rows.iter().map(|row| at(row.3.1)).collect(),
            group_mwh: groups.iter().zip(&shares).map(|(&periods, &share)| mwh(share, periods)).collect(),
            groups,
            total_mwh: mwh(total, rows.len()),
        }
    }
}
