//! Bids: a quantity for every price of a period, before the price is known.

use super::choice::{Later, candidates};
use super::error::PolicyError;
use super::solved::{Policy, marginal};
use super::stage::{Stage, charge_price, discharge_price, net_mw};
use crate::battery::Marginal;

/// From a price up, a power.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BidStep {
    /// The lowest price of the step, currency per MWh; minus infinity for the first one.
    pub from_price: f64,
    /// Power into the grid, MW; negative when charging. Grows from step to step.
    pub net_mw: f64,
    /// Stored energy after the period at this step, MWh.
    pub soc_mwh: f64,
    /// The price state at the start of the step, to which the worth of energy belongs.
    pub state: usize,
    /// What a MWh less and a MWh more in store would be worth after the period: why the step ends where it does,
    /// currency per MWh.
    pub marginal: Marginal,
}

/// A bid for one period: power as a function of the period's price that never falls.
#[derive(Clone, Debug, PartialEq)]
pub struct BidCurve {
    steps: Vec<BidStep>,
}

impl BidCurve {
    /// The steps, from the lowest price (charging) to the highest (discharging); never empty.
    #[must_use]
    pub fn steps(&self) -> &[BidStep] {
        &self.steps
    }

    /// Power into the grid at a price, MW.
    #[must_use]
    pub fn net_mw(&self, price: f64) -> f64 {
        let at = self.steps.partition_point(|step| step.from_price <= price);
        let step = self.steps.get(at.saturating_sub(1));
        step.map_or(0.0, |step| step.net_mw)
    }
}

/// An interval of prices in which the best move stays the same.
#[derive(Clone, Copy, Debug)]
struct Band {
    from_price: f64,
    /// A price inside, at which moves are compared.
    price: f64,
    state: usize,
    weight: f64,
}

impl Policy {
    /// The bid for `period` with `soc_mwh` in store, the price of the period before having been in state `before` (none
    /// where no price of the process has been seen).
    ///
    /// Of all curves that never fall with the price it is the one that earns most on average, now and later, every price
    /// leading to the future of its own state. Mostly that is [`decide`](Self::decide) at every price. Where
    /// a higher price promises so much more later that a lone decision would sell less, markets take no such curve, and
    /// prices are pooled as in isotonic regression (Best, Chakravarti and Ubhaya 2000, SIAM Journal on Optimization
    /// 10(3), 658-672), here by dynamic programming over the candidate quantities, which needs no concavity.
    ///
    /// ```
    /// use optibid_engine::battery::{Model, Parameters};
    /// use optibid_engine::policy::{self, Options, PriceProcess};
    ///
    /// # let parameters = Parameters {
    /// #     charge_efficiency: 0.9, initial_mwh: 1.0, degradation_per_mwh: 5.0,
    /// #     ..Parameters::new(1.0, 2.0, 1.0)
    /// # };
    /// let levels = [vec![40.0, 70.0], vec![20.0, 100.0]];
    /// let process = PriceProcess::new(&levels, &[0.5, 0.5], &[vec![vec![0.5, 0.5]; 2]])?;
    /// let policy = policy::solve(&Model::new(parameters)?, &process, &Options::default())?;
    /// let bid = policy.bid(0, 1.0, None)?;
    /// // One more stored MWh cannot be sold any more, the one in store earns (20 - 5 + 100 - 5) / 2 = 55 in the last hour:
    /// // free energy is stored, the energy in store is sold above 60, wear included.
    /// let steps: Vec<_> = bid.steps().iter().map(|step| (step.from_price.round(), step.net_mw)).collect();
    /// assert_eq!(steps[1..], [(0.0, 0.0), (60.0, 1.0)]);
    /// assert_eq!(bid.steps()[2].marginal.right.map(f64::round), Some(55.0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`PolicyError::Field`] for a period, state or energy that does not exist.
    pub fn bid(
        &self,
        period: usize,
        soc_mwh: f64,
        before: Option<usize>,
    ) -> Result<BidCurve, PolicyError> {
        self.check(period, soc_mwh, before.unwrap_or(0))?;
        let from = self.model.retention() * soc_mwh;
        let reach = self.later(period, 0).reach;
        let mut moves: Vec<f64> = candidates(self.grid, reach, from).chain([0.0]).collect();
        // From charging most to discharging most, as prices rise.
        moves.sort_unstable_by(|one, other| other.total_cmp(one));
        let bands = self.bands(period, from, before);
        let chosen = self.rising(period, from, &bands, &moves);
        let mut steps: Vec<BidStep> = Vec::new();
        let mut last = None;
        for (band, &choice) in bands.iter().zip(&chosen) {
            if last == Some(choice) {
                continue;
            }
            last = Some(choice);
            let stored = moves.get(choice).copied().unwrap_or(0.0);
            steps.push(BidStep {
                from_price: band.from_price,
                net_mw: net_mw(&self.model, stored),
                soc_mwh: from + stored,
                state: band.state,
                marginal: marginal(&self.later(period, band.state), from + stored),
            });
        }
        Ok(BidCurve { steps })
    }

    /// The prices of each state, cut where its decision changes.
    fn bands(&self, period: usize, from: f64, before: Option<usize>) -> Vec<Band> {
        let odds = self.odds(period, before);
        let limits = self.process.limits(period);
        let mut bands = Vec::new();
        let levels = self.process.levels(period).iter();
        for (state, (&level, &odds)) in levels.zip(odds.iter()).enumerate() {
            let below = state.checked_sub(1).and_then(|below| limits.get(below));
            let low = below.copied().unwrap_or(f64::NEG_INFINITY);
            let high = limits.get(state).copied().unwrap_or(f64::INFINITY);
            if low >= high {
                continue;
            }
            let mut cuts = self.turns(&self.later(period, state), from);
            cuts.retain(|&price| price > low && price < high);
            cuts.sort_unstable_by(f64::total_cmp);
            cuts.dedup_by(|one, other| (*one - *other).abs() < 1e-9);
            let starts = std::iter::once(low).chain(cuts.iter().copied());
            let ends = cuts.iter().copied().chain([high]);
            let count = (cuts.len() + 1) as f64;
            bands.extend(starts.zip(ends).map(|(start, end)| Band {
                from_price: start,
                price: inside(start, end, level),
                state,
                // A price that cannot come gets a sensible quantity too.
                weight: odds.max(1e-9) / count,
            }));
        }
        bands
    }

    /// The prices at which moving on from one node to the next starts or stops to pay.
    fn turns(&self, later: &Later<'_>, from: f64) -> Vec<f64> {
        let first = self.grid.place(from - later.reach.taken).node;
        let last = self.grid.place(from + later.reach.stored).node;
        let slopes = (first..=last).filter_map(|node| self.grid.slope(later.worth, node));
        slopes
            .flat_map(|slope| {
                [
                    charge_price(&self.model, slope),
                    discharge_price(&self.model, slope),
                ]
            })
            .collect()
    }

    /// For each band the index of a move, never falling, of the greatest weighted value.
    fn rising(&self, period: usize, from: f64, bands: &[Band], moves: &[f64]) -> Vec<usize> {
        let mut sums = vec![0.0_f64; moves.len()];
        let mut came_from: Vec<usize> = Vec::with_capacity(bands.len() * moves.len());
        // What each move leaves is worth the same in all bands of a state.
        let mut worth = (usize::MAX, Vec::new());
        for band in bands {
            if worth.0 != band.state {
                let later = self.later(period, band.state);
                let left = moves.iter().map(|stored| later.at(from + stored));
                worth = (band.state, left.collect());
            }
            let stage = Stage::new(&self.model, band.price);
            let mut best = (f64::NEG_INFINITY, 0);
            let choices = moves.iter().zip(&worth.1);
            for (index, (sum, (&stored, left))) in sums.iter_mut().zip(choices).enumerate() {
                if *sum > best.0 {
                    best = (*sum, index);
                }
                came_from.push(best.1);
                *sum = best.0 + band.weight * (stage.reward(stored) + left);
            }
        }
        let mut at = 0;
        for (index, sum) in sums.iter().enumerate() {
            if sums.get(at).is_some_and(|best| sum > best) {
                at = index;
            }
        }
        let mut chosen = Vec::with_capacity(bands.len());
        for row in came_from.chunks_exact(moves.len()).rev() {
            chosen.push(at);
            at = row.get(at).copied().unwrap_or(at);
        }
        chosen.reverse();
        chosen
    }
}

/// A price between two, which may be infinite; the level where it lies inside an open interval.
fn inside(low: f64, high: f64, level: f64) -> f64 {
    match (low.is_finite(), high.is_finite()) {
        (true, true) => 0.5 * (low + high),
        (true, false) => level.max(low + 1.0),
        (false, true) => level.min(high - 1.0),
        (false, false) => level,
    }
}
