//! A battery with what couples its periods otherwise than through the stored energy.
//!
//! # The problem
//! To the problem of [`crate::battery`] (prices `p_t`, power drawn `c_t` and fed in `d_t` in MW, stored energy in MWh, period of
//! `h` hours) this adds fees in each direction, moving limits, and
//!
//! ```text
//! |x_t - x_(t-1)| <= R,  x_t = d_t - c_t, x_(-1) given                  ramp limit, MW between periods
//! sum over t in B of h * d_t <= U_B                                     discharge budgets, MWh fed into the grid
//! s_t = sum over j of e_tj,  0 <= e_tj <= E_j                           the store cut into segments by depth
//! e_tj = r * e_(t-1)j + h * (e_c * c_tj - d_tj / e_d),  cost w_j a MWh fed into the grid from segment j
//! ```
//!
//! The last two rows are the wear by cycle depth of Xu, Zhao, Zheng, Litvinov and Kirschen (2018, IEEE Transactions on Power Systems
//! 33(2), 2248-2259): shallow cycles use the cheap segments, deep ones the dear ones. Costs must not fall with depth, so
//! that the programme uses cheap segments first; [`super::depth_cost`] evaluates the schedule independently by rainflow.
//!
//! # The method
//! A linear programme; binaries keep a period from charging and discharging at once only where that could pay,
//! `p_t < threshold`: without coupling, where `(p_t - k_d) * e_c * e_d > p_t + k_c`. Where ramps or limits that rise force the store to move,
//! burning may pay at other prices too: periods found to do both are given a binary and the programme is solved again, so
//! that the result is exact whatever the prices.

use super::battery::{BatteryProgram, DepthSegment, Target};
use super::dual::row_values;
use super::linear::{Column, LinearProgram, LinearSolver, LpSolution, ProgramError, Row};

/// The best schedule.
#[derive(Clone, Debug, PartialEq)]
pub struct BatterySchedule {
    /// Power drawn from the grid in each period, MW.
    pub charge_mw: Vec<f64>,
    /// Power fed into the grid in each period, MW; zero where it charges.
    pub discharge_mw: Vec<f64>,
    /// Energy stored after each period, MWh.
    pub soc_mwh: Vec<f64>,
    /// Revenue less fees, wear and the price of a missed target, currency.
    pub objective: f64,
}

/// A schedule with what its limits are worth, given where it charges and where it discharges.
#[derive(Clone, Debug, PartialEq)]
pub struct ValuedSchedule {
    /// The schedule.
    pub schedule: BatterySchedule,
    /// What one MWh more in store at the end of each period would be worth from then on, currency per MWh. With bands of depth,
    /// in the band that makes most of it among those with room.
    pub stored: Vec<f64>,
    /// What one MWh more in each budget is worth, currency per MWh.
    pub budgets: Vec<f64>,
}

/// The columns and rows of the programme that are read back.
struct Built {
    program: LinearProgram,
    charge: Vec<Vec<usize>>,
    discharge: Vec<Vec<usize>>,
    stored: Vec<Vec<usize>>,
    /// Rows that carry stored energy over, of each period and band.
    balances: Vec<Vec<usize>>,
    budgets: Vec<usize>,
    exclusive: Vec<bool>,
}

impl BatteryProgram {
    /// The best schedule, by the solver named.
    ///
    /// ```
    /// use optibid_engine::program::{BatteryProgram, DepthSegment, Target, default_solver};
    ///
    /// let program = BatteryProgram {
    ///     prices: vec![20.0, 20.0, 60.0, 45.0],
    ///     period_hours: 1.0,
    ///     charge_mw: vec![1.0; 4],
    ///     discharge_mw: vec![1.0; 4],
    ///     min_mwh: vec![0.0; 4],
    ///     max_mwh: vec![2.0; 4],
    ///     charge_efficiency: 1.0,
    ///     discharge_efficiency: 1.0,
    ///     standing_loss_per_hour: 0.0,
    ///     initial_mwh: 0.0,
    ///     target: Target::Free,
    ///     charge_fee: 0.0,
    ///     discharge_fee: 0.0,
    ///     ramp_mw: None,
    ///     initial_net_mw: None,
    ///     depth: vec![DepthSegment { mwh: 1.0, cost: 5.0 }, DepthSegment { mwh: 1.0, cost: 30.0 }],
    ///     budgets: Vec::new(),
    /// };
    /// // The second MWh would wear the battery by 30 to earn 25: one shallow cycle is all that pays.
    /// let schedule = program.solve(&default_solver())?;
    /// assert!((schedule.objective - (60.0 - 20.0 - 5.0)).abs() < 1e-6);
    /// # Ok::<(), optibid_engine::program::ProgramError>(())
    /// ```
    ///
    /// # Errors
    /// [`ProgramError::Input`] for a field out of range, [`ProgramError::Infeasible`] if no schedule keeps all limits, or what
    /// the solver reports.
    pub fn solve(&self, solver: &dyn LinearSolver) -> Result<BatterySchedule, ProgramError> {
        let (built, solution) = self.solved(solver)?;
        Ok(Self::read(&built, &solution))
    }

    /// The best schedule with the values of stored energy and of the budgets: one more linear programme where the solver
    /// reports none.
    ///
    /// # Errors
    /// As [`solve`](Self::solve).
    pub fn solve_valued(&self, solver: &dyn LinearSolver) -> Result<ValuedSchedule, ProgramError> {
        let (built, solution) = self.solved(solver)?;
        let values = row_values(&built.program, &solution, solver)?;
        let bands = self.bands();
        let kept = (1.0 - self.standing_loss_per_hour).powf(self.period_hours);
        // What is stored at the end of a period is carried into the next one, whose rows say what it is worth there.
        let after = |(stored, rows): (&Vec<usize>, &Vec<usize>)| {
            let worth = stored.iter().zip(rows).zip(&bands);
            let room = worth
                .clone()
                .filter(|((column, _), band)| solution.value(**column) < band.mwh - 1e-9);
            let best = room.map(|((_, row), _)| at(&values, *row)).reduce(f64::max);
            let best = best.or_else(|| {
                worth
                    .map(|((_, row), _)| at(&values, *row))
                    .reduce(f64::min)
            });
            kept * best.unwrap_or_default()
        };
        let schedule = Self::read(&built, &solution);
        let later = built.stored.iter().zip(built.balances.iter().skip(1));
        let mut stored: Vec<f64> = later.map(after).collect();
        let end = schedule.soc_mwh.last().copied().unwrap_or_default();
        stored.push(match self.target {
            Target::Priced { mwh, price } if end < mwh - 1e-9 => price,
            _ => 0.0,
        });
        Ok(ValuedSchedule {
            schedule,
            stored,
            budgets: built.budgets.iter().map(|&row| at(&values, row)).collect(),
        })
    }

    fn solved(&self, solver: &dyn LinearSolver) -> Result<(Built, LpSolution), ProgramError> {
        self.check()?;
        let mut built = self.build();
        for t in 0..self.prices.len() {
            if self.burning_pays(t) {
                self.exclude(&mut built, t);
            }
        }
        loop {
            let solution = solver.solve(&built.program)?;
            let schedule = Self::read(&built, &solution);
            let powers = schedule
                .charge_mw
                .iter()
                .zip(&schedule.discharge_mw)
                .enumerate();
            let both: Vec<usize> = powers
                .filter(|(t, (c, d))| c.min(**d) > 1e-6 && built.exclusive.get(*t) == Some(&false))
                .map(|(t, _)| t)
                .collect();
            if both.is_empty() {
                return Ok((built, solution));
            }
            for t in both {
                self.exclude(&mut built, t);
            }
        }
    }

    fn burning_pays(&self, t: usize) -> bool {
        let price = at(&self.prices, t);
        (price - self.discharge_fee) * self.charge_efficiency * self.discharge_efficiency
            > price + self.charge_fee
    }

    /// Adds the binary of a period: 1 if it charges.
    fn exclude(&self, built: &mut Built, t: usize) {
        let charges = built.program.column(Column::binary(0.0));
        let sum = |columns: Option<&Vec<usize>>, factor: f64| {
            let mut terms: Vec<_> = columns
                .into_iter()
                .flatten()
                .map(|&column| (column, 1.0))
                .collect();
            terms.push((charges, factor));
            terms
        };
        let (most_in, most_out) = (at(&self.charge_mw, t), at(&self.discharge_mw, t));
        built
            .program
            .row(Row::at_most(sum(built.charge.get(t), -most_in), 0.0));
        built.program.row(Row::at_most(
            sum(built.discharge.get(t), most_out),
            most_out,
        ));
        if let Some(exclusive) = built.exclusive.get_mut(t) {
            *exclusive = true;
        }
    }

    fn build(&self) -> Built {
        let periods = self.prices.len();
        let mut built = Built {
            program: LinearProgram::new(),
            charge: Vec::new(),
            discharge: Vec::new(),
            stored: Vec::new(),
            balances: Vec::new(),
            budgets: Vec::new(),
            exclusive: vec![false; periods],
        };
        let bands = self.bands();
        for t in 0..periods {
            self.add_period(&mut built, &bands, t);
        }
        self.add_ramps(&mut built);
        for budget in &self.budgets {
            let columns = built
                .discharge
                .iter()
                .skip(budget.periods.start)
                .take(budget.periods.len());
            let terms = columns
                .flatten()
                .map(|&column| (column, self.period_hours))
                .collect();
            built
                .budgets
                .push(built.program.row(Row::at_most(terms, budget.mwh)));
        }
        if let Target::Priced { mwh, price } = self.target {
            let missing = built
                .program
                .column(Column::continuous(0.0, f64::INFINITY, -price));
            let mut terms: Vec<_> = built
                .stored
                .last()
                .into_iter()
                .flatten()
                .map(|&s| (s, 1.0))
                .collect();
            terms.push((missing, 1.0));
            built.program.row(Row::at_least(terms, mwh));
        }
        built
    }

    /// The bands, or the whole store as one without a cost.
    fn bands(&self) -> Vec<DepthSegment> {
        if self.depth.is_empty() {
            let mwh = self
                .max_mwh
                .iter()
                .copied()
                .fold(self.initial_mwh, f64::max);
            vec![DepthSegment { mwh, cost: 0.0 }]
        } else {
            self.depth.clone()
        }
    }

    fn add_period(&self, built: &mut Built, bands: &[DepthSegment], t: usize) {
        let (h, price) = (self.period_hours, at(&self.prices, t));
        let kept = (1.0 - self.standing_loss_per_hour).powf(h);
        let (mut charge, mut discharge, mut stored) = (Vec::new(), Vec::new(), Vec::new());
        let mut balances = Vec::with_capacity(bands.len());
        let mut start = self.initial_mwh;
        for (j, band) in bands.iter().enumerate() {
            let first = start.min(band.mwh);
            start -= first;
            let (bought, sold) = (
                -h * (price + self.charge_fee),
                h * (price - self.discharge_fee - band.cost),
            );
            let c = built
                .program
                .column(Column::continuous(0.0, at(&self.charge_mw, t), bought));
            let d = built
                .program
                .column(Column::continuous(0.0, at(&self.discharge_mw, t), sold));
            let e = built.program.column(Column::continuous(0.0, band.mwh, 0.0));
            let mut terms = vec![
                (e, 1.0),
                (c, -h * self.charge_efficiency),
                (d, h / self.discharge_efficiency),
            ];
            let before = t
                .checked_sub(1)
                .and_then(|t| built.stored.get(t)?.get(j))
                .copied();
            terms.extend(before.map(|before| (before, -kept)));
            let right = if before.is_some() { 0.0 } else { kept * first };
            balances.push(built.program.row(Row::equal(terms, right)));
            charge.push(c);
            discharge.push(d);
            stored.push(e);
        }
        self.bound_sums(built, t, [&charge, &discharge, &stored]);
        built.charge.push(charge);
        built.discharge.push(discharge);
        built.stored.push(stored);
        built.balances.push(balances);
    }

    /// Limits the sums over the bands: power drawn, power fed in, energy stored.
    fn bound_sums(&self, built: &mut Built, t: usize, columns: [&[usize]; 3]) {
        let [charge, discharge, stored] = columns;
        let ones = |columns: &[usize]| {
            columns
                .iter()
                .map(|&column| (column, 1.0))
                .collect::<Vec<_>>()
        };
        let mut least = at(&self.min_mwh, t);
        if let Target::AtLeast(target) = self.target
            && t + 1 == self.prices.len()
        {
            least = least.max(target);
        }
        let upper = at(&self.max_mwh, t);
        built.program.row(Row {
            terms: ones(stored),
            lower: least,
            upper,
        });
        if stored.len() > 1 {
            built
                .program
                .row(Row::at_most(ones(charge), at(&self.charge_mw, t)));
            built
                .program
                .row(Row::at_most(ones(discharge), at(&self.discharge_mw, t)));
        }
    }

    fn add_ramps(&self, built: &mut Built) {
        let Some(ramp) = self.ramp_mw else { return };
        let mut before: Option<Vec<(usize, f64)>> = None;
        for (charge, discharge) in built.charge.iter().zip(&built.discharge) {
            let out = discharge.iter().map(|&column| (column, 1.0));
            let net: Vec<_> = out
                .chain(charge.iter().map(|&column| (column, -1.0)))
                .collect();
            let (mut terms, mut middle) = (net.clone(), Some(0.0));
            match &before {
                Some(before) => terms.extend(before.iter().map(|(column, sign)| (*column, -sign))),
                None => middle = self.initial_net_mw,
            }
            if let Some(middle) = middle {
                built.program.row(Row {
                    terms,
                    lower: middle - ramp,
                    upper: middle + ramp,
                });
            }
            before = Some(net);
        }
    }

    fn read(built: &Built, solution: &LpSolution) -> BatterySchedule {
        let sums = |columns: &[Vec<usize>]| -> Vec<f64> {
            columns
                .iter()
                .map(|bands| bands.iter().map(|&column| solution.value(column)).sum())
                .collect()
        };
        BatterySchedule {
            charge_mw: sums(&built.charge),
            discharge_mw: sums(&built.discharge),
            soc_mwh: sums(&built.stored),
            objective: solution.objective,
        }
    }
}

fn at(values: &[f64], index: usize) -> f64 {
    values.get(index).copied().unwrap_or_default()
}
