//! A loop and what it alone does to the store.

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
    /// set of such loops is proved again with [`reach`](super::reach).
    #[must_use]
    pub fn on_ticks(&self, model: &Model, tick_mw: f64) -> Option<Self> {
        if tick_mw <= 0.0 || tick_mw.is_nan() {
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
            trim(model, &mut rounded, self.charges_first(), cut);
        }
        let p = model.parameters();
        let fed = |it: &Self| it.discharge.iter().map(|at| at.1).sum::<f64>();
        let (before, after) = (fed(self), fed(&rounded));
        let drawn = |it: &Self| it.charge.iter().map(|at| at.1).sum::<f64>();
        let (drawn_before, drawn_after) = (drawn(self), drawn(&rounded));
        // Wear and fees go with the energy at the grid; what else the limit holds goes with the energy moved.
        let out = (p.degradation_per_mwh + p.discharge_fee_per_mwh) * p.period_hours;
        let fee = p.charge_fee_per_mwh * p.period_hours;
        let share = (after + drawn_after) / (before + drawn_before);
        let else_before = self.limit - out * before - fee * drawn_before;
        rounded.limit = out * after + fee * drawn_after + else_before * share;
        let left = !(rounded.charge.is_empty() && rounded.discharge.is_empty());
        (left && rounded.is_closed() == self.is_closed()).then_some(rounded)
    }
}

/// Stored energy above (or, negative, below) the baseline after each of `periods` periods, MWh.
pub(super) fn excursion(model: &Model, it: &Loop, periods: usize) -> Vec<f64> {
    let mut changes = vec![0.0; periods];
    let p = model.parameters();
    let blocks = [
        (&it.charge, p.charge_efficiency),
        (&it.discharge, -1.0 / p.discharge_efficiency),
    ];
    for (block, stored) in blocks {
        for &(t, mw) in block {
            if let Some(change) = changes.get_mut(t) {
                *change += mw * p.period_hours * stored;
            }
        }
    }
    let mut energy = 0.0;
    for change in &mut changes {
        energy = energy * model.retention() + *change;
        *change = energy;
    }
    changes
}

/// Lowers the second block of a loop so that it never crosses the baseline; `cut` puts a power on its tick.
fn trim(model: &Model, it: &mut Loop, charges_first: bool, cut: impl Fn(f64) -> f64) {
    let p = model.parameters();
    let (first, second, into, out) = if charges_first {
        (
            &it.charge,
            &mut it.discharge,
            p.charge_efficiency,
            1.0 / p.discharge_efficiency,
        )
    } else {
        (
            &it.discharge,
            &mut it.charge,
            1.0 / p.discharge_efficiency,
            p.charge_efficiency,
        )
    };
    let (mut energy, mut before) = (0.0, 0);
    let decayed = |energy: f64, periods: usize| {
        energy
            * model
                .retention()
                .powi(i32::try_from(periods).unwrap_or(i32::MAX))
    };
    for &(t, mw) in first {
        energy = decayed(energy, t.saturating_sub(before)) + mw * p.period_hours * into;
        before = t;
    }
    for (t, mw) in second.iter_mut() {
        energy = decayed(energy, t.saturating_sub(before));
        before = *t;
        *mw = mw.min(cut(energy / (p.period_hours * out)));
        energy -= *mw * p.period_hours * out;
    }
    second.retain(|at| at.1 > 0.0);
}
