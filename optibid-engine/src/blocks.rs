//! A battery's schedule as blocks that a venue accepts together or not at all.
//!
//! # The problem
//! Where a venue has no model of storage, the European day-ahead coupling for one, a battery can still say "charge then only if
//! you also discharge then": as a *loop*, two blocks accepted together, or as a *linked family*, a parent that children
//! need. The venue may accept any of them and reject the others. Wanted is a set of loops that make up a schedule (MW per
//! period) such that **every accepted subset** keeps the state of charge and the power within their limits, each with the limit
//! from which its acceptance pays wear and losses.
//!
//! # The method
//! Without any loop the store rests on a baseline `b_t = r^t * s_initial` (MWh, retention `r`). The schedule's path runs above it and
//! below it. What is charged opens a lot, what is discharged closes the lots opened last (last in, first out), and below the
//! baseline the other way round: the matching of brackets, which is the decomposition of a walk into its excursions. A loop gathers
//! the matches between one run of periods that charge and one that discharges, so that one block ends before the other
//! begins. What is never closed is a loop with one block, an [open](Loop::is_closed) one. It takes `O(T)` steps for the matches, of
//! which there are at most two for each period.
//!
//! # Why every subset is safe
//! The store is linear: the path of a subset is the baseline plus the excursions of its loops. A loop that charges first is
//! never below the baseline, one that discharges first never above it. At any time lots of only one kind are open, so the excursion
//! of any subset lies between the baseline and the schedule's own path, both within the limits. [`reach`] proves it again for
//! any set of loops, from the sums of positive and of negative excursions at each time: exact, because these sums are
//! themselves subsets. Exact to rounding (1e-9 of the store's size).
//!
//! # Example
//! ```
//! use optibid_engine::battery::{self, Horizon, Method, Model, Parameters, Terminal};
//! use optibid_engine::blocks;
//!
//! let model = Model::new(Parameters {
//!     charge_mw: 1.0, discharge_mw: 1.0, min_mwh: 0.0, max_mwh: 2.0, charge_efficiency: 0.9,
//!     discharge_efficiency: 1.0, initial_mwh: 0.0, terminal: Terminal::Free, degradation_per_mwh: 5.0,
//!     standing_loss_per_hour: 0.0, period_hours: 1.0,
//! })?;
//! let prices = [20.0, 60.0, 30.0, 80.0];
//! let solution = battery::solve(&model, &Horizon::new(&prices), Method::Exact)?;
//! // Charges at 20 and 30, discharges 0.8 MW at 60 and 1 MW at 80: 0.1 MWh are kept from the first hour to the last.
//! let loops = blocks::loops(&model, &solution.schedule, 0.0)?;
//! assert_eq!(loops.len(), 3);
//! let profit: f64 = loops.iter().map(|it| it.profit(&model, &prices)).sum();
//! assert!((profit - solution.objective).abs() < 1e-9);
//! assert!(blocks::reach(&model, prices.len(), &loops).is_ok());
//! // A venue that takes two prices: one to charge at, one to discharge at, which just pay for each other.
//! let (charge, discharge) = loops[0].limit_prices(&model, 25.0);
//! assert_eq!(charge, Some(25.0));
//! assert!(discharge.is_some_and(|price| (price - (25.0 / 0.9 + 5.0)).abs() < 1e-9));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod excursion;
mod family;
mod matching;
mod subset;

pub use family::{Family, families};
pub use matching::{BlockError, loops};
pub use subset::{Overrun, reach};

use crate::battery::Model;

/// Blocks that are accepted together: power in some periods drawn, in others fed in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Loop {
    /// Period from 0 and MW drawn from the grid, in order of time.
    pub charge: Vec<(usize, f64)>,
    /// Period from 0 and MW fed into the grid, in order of time.
    pub discharge: Vec<(usize, f64)>,
    /// Least income of both blocks together (sales less purchases, currency) from which acceptance pays: wear, and for an
    /// open loop what the energy it takes from the store is worth at the end, less what it leaves there.
    pub limit: f64,
}

impl Loop {
    /// Whether both blocks are there: what one puts in, the other takes out.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        !(self.charge.is_empty() || self.discharge.is_empty())
    }

    /// Whether the store is charged first.
    #[must_use]
    pub fn charges_first(&self) -> bool {
        match (self.charge.first(), self.discharge.first()) {
            (Some(charge), Some(discharge)) => charge.0 < discharge.0,
            (charge, _) => charge.is_some(),
        }
    }

    /// Sales less purchases at the given prices (currency per MWh for each period), currency. A period without a price
    /// earns nothing.
    #[must_use]
    pub fn income(&self, model: &Model, prices: &[f64]) -> f64 {
        let hours = model.parameters().period_hours;
        let paid = |block: &[(usize, f64)]| -> f64 {
            block
                .iter()
                .map(|&(t, mw)| prices.get(t).copied().unwrap_or(0.0) * mw * hours)
                .sum()
        };
        paid(&self.discharge) - paid(&self.charge)
    }

    /// What acceptance earns at the given prices beyond its limit, currency: zero or more where it pays.
    #[must_use]
    pub fn profit(&self, model: &Model, prices: &[f64]) -> f64 {
        self.income(model, prices) - self.limit
    }

    /// Limit prices (currency per MWh) of the two blocks that together ask for the limit: for the charge block the given
    /// one, for the discharge block what then has to come in. A block that is not there has none, and the price of an open loop
    /// follows from its limit alone.
    #[must_use]
    pub fn limit_prices(&self, model: &Model, charge_price: f64) -> (Option<f64>, Option<f64>) {
        let hours = model.parameters().period_hours;
        let mwh = |block: &[(usize, f64)]| block.iter().map(|at| at.1 * hours).sum::<f64>();
        let (drawn, fed) = (mwh(&self.charge), mwh(&self.discharge));
        match (drawn > 0.0, fed > 0.0) {
            (true, true) => (
                Some(charge_price),
                Some((charge_price * drawn + self.limit) / fed),
            ),
            (true, false) => (Some(-self.limit / drawn), None),
            (false, true) => (None, Some(self.limit / fed)),
            (false, false) => (None, None),
        }
    }

    /// The loop in multiples of `tick_mw`, neither block with more power: the block that comes second gives or takes no more
    /// than the first one leaves it. None when nothing is left. What rounding leaves over stays in the store, so that a
    /// set of such loops is proved again with [`reach`].
    #[must_use]
    pub fn on_ticks(&self, model: &Model, tick_mw: f64) -> Option<Self> {
        if !(tick_mw > 0.0) {
            return Some(self.clone());
        }
        let cut = |mw: f64| (mw / tick_mw + 1e-9).floor() * tick_mw;
        let whole = |block: &[(usize, f64)]| -> Vec<(usize, f64)> {
            let cut = block.iter().map(|&(t, mw)| (t, cut(mw)));
            cut.filter(|at| at.1 > 0.0).collect()
        };
        let mut rounded = Self {
            limit: 0.0,
            charge: whole(&self.charge),
            discharge: whole(&self.discharge),
        };
        if self.is_closed() {
            excursion::trim(model, &mut rounded, self.charges_first(), cut);
        }
        let p = model.parameters();
        let fed = |it: &Self| it.discharge.iter().map(|at| at.1).sum::<f64>();
        let (before, after) = (fed(self), fed(&rounded));
        // Wear goes with the energy fed in; what else the limit holds goes with the energy moved.
        let wear = p.degradation_per_mwh * p.period_hours;
        let drawn = |it: &Self| it.charge.iter().map(|at| at.1).sum::<f64>();
        let share = (after + drawn(&rounded)) / (before + drawn(self));
        rounded.limit = wear * after + (self.limit - wear * before) * share;
        let left = !(rounded.charge.is_empty() && rounded.discharge.is_empty());
        (left && rounded.is_closed() == self.is_closed()).then_some(rounded)
    }
}
