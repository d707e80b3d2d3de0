//! The linear programme behind a cut.
//!
//! Variables are the MW `w` kept of each piece of each curve, `0 <= w <= W`. Of each MW of a piece some share may be awarded and
//! some share is awarded for certain (0 under every pattern; in a band of prices what lies beyond its other end). Per period
//!
//! ```text
//! low_t  = r * low_(t-1)  + k * (e_c * certain purchases - possible sales / e_d)    >= 0           above min_soc, MWh
//! high_t = r * high_(t-1) + k * (e_c * possible purchases - certain sales / e_d) - (1 - r) * min    <= max - min
//! possible sales, possible purchases <= available power, h * sum of possible sales <= cycle budget
//! maximise the sum of h * expected profit per MWh * w
//! ```
//!
//! with `r` over the whole period and `k` the hours that a MW acts, weighed by what is retained of them until its end. Within a
//! period awards do not change sides of their range, so that the paths are monotone there and its end is enough. The true paths lie
//! between the two: their loss stops at `min_soc`, which is neither this nor that where both are above 0.

use super::Case;
use super::reach;
use crate::battery::Model;
use crate::door;
use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};
use optibid_core::ports::EngineError;
use optibid_core::unit::{Power, Price};

/// A piece of a curve on one side of zero.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Part {
    pub(super) period: usize,
    pub(super) sells: bool,
    /// Its width, and what is kept of it.
    pub(super) full: Power,
    pub(super) kept: Power,
    /// At the end of the larger withdrawal or smaller injection, and at the other.
    pub(super) prices: [Price; 2],
    /// Expected profit of a MW, currency per hour.
    pub(super) profit: f64,
    /// The shares that may be awarded and that are awarded for certain.
    pub(super) possible: f64,
    pub(super) certain: f64,
    /// Whether nothing may be kept.
    pub(super) forbidden: bool,
}

impl Part {
    /// Sets the expected profit, given what each MWh sold costs or each MWh bought is worth.
    pub(super) fn weigh(&mut self, scenarios: &[(f64, f64)], worth: f64) {
        let total: f64 = scenarios.iter().map(|scenario| scenario.1).sum();
        let gains = scenarios.iter().map(|&(price, weight)| {
            let gain = if self.sells {
                price - worth
            } else {
                worth - price
            };
            gain * self.accepted(price, true) * weight / total
        });
        self.profit = gains.sum();
    }

    /// Sets what is possible and what is certain when prices keep to a band.
    pub(super) fn bound_by(&mut self, band: Option<[f64; 2]>) {
        (self.possible, self.certain) = match (band, self.sells) {
            (None, _) => (1.0, 0.0),
            (Some([low, high]), true) => (self.accepted(high, true), self.accepted(low, false)),
            (Some([low, high]), false) => (self.accepted(low, true), self.accepted(high, false)),
        };
    }

    /// The share accepted at a price; a step at exactly that price counts in full or not at all.
    fn accepted(&self, price: f64, at_the_margin: bool) -> f64 {
        let [low, high] = self.prices.map(door::price);
        if low < high {
            let share = ((price - low) / (high - low)).clamp(0.0, 1.0);
            return if self.sells { share } else { 1.0 - share };
        }
        let better = if self.sells { price > low } else { price < low };
        f64::from(u8::from(better || (at_the_margin && price == low)))
    }
}

/// What is kept back from each limit, because ticks and kW miss it by that much.
#[derive(Clone, Debug)]
pub(super) struct Margins {
    /// After each period bid for.
    pub(super) low_mwh: Vec<f64>,
    pub(super) high_mwh: Vec<f64>,
    pub(super) cycles_mwh: f64,
    pub(super) power_mw: f64,
}

impl Margins {
    /// Nothing is kept back.
    pub(super) fn none(periods: usize) -> Self {
        let zeros = vec![0.0; periods];
        Self {
            low_mwh: zeros.clone(),
            high_mwh: zeros,
            cycles_mwh: 0.0,
            power_mw: 0.0,
        }
    }
}

/// The widths (MW) with the highest expected profit for which the limits hold.
///
/// # Errors
/// `not_repairable` when nothing within the margins does.
pub(super) fn widths(
    case: &Case<'_>,
    model: &Model,
    parts: &[Part],
    margins: &Margins,
) -> Result<Vec<f64>, EngineError> {
    let hours = case.interval.seconds() as f64 / 3_600.0;
    let mut problem = Problem::new(OptimizationDirection::Maximize);
    let variables: Vec<Variable> = parts
        .iter()
        .map(|part| {
            let most = if part.forbidden {
                0.0
            } else {
                door::power(part.full)
            };
            problem.add_var(part.profit * hours, (0.0, most))
        })
        .collect();
    let best = parts
        .iter()
        .map(|part| part.profit.abs())
        .fold(1.0, f64::max);
    let pace = Pace::of(case, model, 1e3 * best * hours);
    let pieces: Vec<Piece<'_>> = variables.iter().copied().zip(parts).collect();
    let (mut before, mut cycles) = (None, Vec::new());
    for t in 0..case.offers.len() {
        let mine: Vec<Piece<'_>> = pieces.iter().filter(|p| p.1.period == t).copied().collect();
        let paths = pace.paths(&mut problem, margins, t);
        pace.flow(&mut problem, &mine, (before, paths));
        limit_power(&mut problem, (case, model), (t, &mine), margins.power_mw);
        let sold = mine.iter().filter(|piece| piece.1.sells);
        cycles.extend(sold.map(|(variable, part)| (*variable, hours * part.possible)));
        before = Some(paths);
    }
    let budget = reach::cycle_budget(case);
    if budget.is_finite() && !cycles.is_empty() {
        problem.add_constraint(
            &cycles,
            ComparisonOp::Le,
            (budget - margins.cycles_mwh).max(0.0),
        );
    }
    let solution = problem
        .solve()
        .ok()
        .and_then(|outcome| outcome.into_solution().ok());
    let Some(solution) = solution else {
        let rule = "some cut must keep the limits whatever is awarded";
        return Err(door::invalid(
            "not_repairable",
            "offers",
            "no cut does",
            rule,
        ));
    };
    Ok(variables
        .iter()
        .map(|&variable| solution[variable])
        .collect())
}

/// The variable of a piece's width with the piece.
type Piece<'a> = (Variable, &'a Part);

/// What a period does to the two paths.
struct Pace {
    /// Share retained over a period.
    kept: f64,
    /// MWh stored by a MW drawn, and taken by a MW fed in, as retained at the period's end.
    stores: f64,
    takes: f64,
    /// Stored above the lowest state of charge at the start, and most that may be, MWh.
    start: f64,
    room: f64,
    /// The loss of what lies below the lowest state of charge, MWh: counted against the upper path only, each path the
    /// lenient way.
    sinks: f64,
    /// What missing a margin costs, currency per MWh: more than any cut.
    dear: f64,
}

impl Pace {
    fn of(case: &Case<'_>, model: &Model, dear: f64) -> Self {
        let p = model.parameters();
        let retained = |parts: i64| {
            let parts = i32::try_from(parts).unwrap_or(i32::MAX);
            model.retention().powi(parts)
        };
        let acts = (0..case.parts())
            .map(|part| retained(part) * p.period_hours)
            .sum::<f64>();
        let kept = retained(case.parts());
        Self {
            kept,
            stores: p.charge_efficiency * acts,
            takes: acts / p.discharge_efficiency,
            start: p.initial_mwh - p.min_mwh,
            room: p.max_mwh - p.min_mwh,
            sinks: (1.0 - kept) * p.min_mwh,
            dear,
        }
    }

    /// The variables of the lowest and the highest energy after a period, with what is kept back from their limits.
    fn paths(&self, problem: &mut Problem, margins: &Margins, t: usize) -> [Variable; 2] {
        let low = problem.add_var(0.0, (0.0, f64::INFINITY));
        let high = problem.add_var(0.0, (f64::NEG_INFINITY, self.room));
        let sides = [
            (low, 1.0, &margins.low_mwh, 0.0),
            (high, -1.0, &margins.high_mwh, -self.room),
        ];
        for (path, sign, margins, limit) in sides {
            let margin = margins.get(t).copied().unwrap_or(0.0);
            if margin > 0.0 {
                // Where no cut keeps the margin back, as much of it as a cut can.
                let missed = problem.add_var(-self.dear, (0.0, margin));
                let row = [(path, sign), (missed, 1.0)];
                problem.add_constraint(row, ComparisonOp::Ge, limit + margin);
            }
        }
        [low, high]
    }

    /// From the paths before a period to those after it.
    fn flow(
        &self,
        problem: &mut Problem,
        pieces: &[Piece<'_>],
        (before, after): (Option<[Variable; 2]>, [Variable; 2]),
    ) {
        let mut rows = after.map(|path| vec![(path, 1.0)]);
        let mut held = self.kept * self.start;
        if let Some(before) = before {
            for (row, path) in rows.iter_mut().zip(before) {
                row.push((path, -self.kept));
            }
            held = 0.0;
        }
        for (variable, part) in pieces {
            let shares = if part.sells {
                [self.takes * part.possible, self.takes * part.certain]
            } else {
                [-self.stores * part.certain, -self.stores * part.possible]
            };
            for (row, share) in rows.iter_mut().zip(shares) {
                row.push((*variable, share));
            }
        }
        for (row, sinks) in rows.iter().zip([0.0, self.sinks]) {
            problem.add_constraint(row, ComparisonOp::Eq, held - sinks);
        }
    }
}

/// Keeps what may be sold and what may be bought in a period within the available power.
fn limit_power(
    problem: &mut Problem,
    (case, model): (&Case<'_>, &Model),
    (t, pieces): (usize, &[Piece<'_>]),
    margin_mw: f64,
) {
    let p = model.parameters();
    let share = case
        .offers
        .get(t)
        .map_or(0.0, |offered| door::ratio(offered.available));
    for (sells, limit) in [(true, p.discharge_mw), (false, p.charge_mw)] {
        let mine = pieces.iter().filter(|piece| piece.1.sells == sells);
        let row: Vec<_> = mine
            .map(|(variable, part)| (*variable, part.possible))
            .collect();
        if !row.is_empty() {
            let limit = (limit * share - margin_mw).max(0.0);
            problem.add_constraint(&row, ComparisonOp::Le, limit);
        }
    }
}
