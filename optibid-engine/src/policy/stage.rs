//! What a battery can do in a period and what the market pays for it: the one place that reads a battery's costs.

use crate::battery::{Model, Terminal};

/// The moves of a period at a price, measured inside the store.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stage {
    /// What a stored MWh costs, currency.
    pub(super) cost: f64,
    /// What a MWh taken out earns, currency.
    pub(super) earning: f64,
}

impl Stage {
    pub(super) fn new(model: &Model, price: f64) -> Self {
        let p = model.parameters();
        Self {
            cost: (price + p.charge_fee_per_mwh) / p.charge_efficiency,
            earning: (price - p.degradation_per_mwh - p.discharge_fee_per_mwh)
                * p.discharge_efficiency,
        }
    }

    /// Whether charging and discharging at once would not pay.
    pub(super) fn is_concave(&self) -> bool {
        self.cost >= self.earning
    }

    /// What a move earns that adds `stored` MWh to the store (takes them out, if negative).
    pub(super) fn reward(&self, stored: f64) -> f64 {
        -stored
            * if stored > 0.0 {
                self.cost
            } else {
                self.earning
            }
    }
}

/// The price at which storing a MWh that is worth `slope` just pays.
pub(super) fn charge_price(model: &Model, slope: f64) -> f64 {
    let p = model.parameters();
    slope * p.charge_efficiency - p.charge_fee_per_mwh
}

/// The price at which taking out a MWh that is worth `slope` just pays.
pub(super) fn discharge_price(model: &Model, slope: f64) -> f64 {
    let p = model.parameters();
    slope / p.discharge_efficiency + p.degradation_per_mwh + p.discharge_fee_per_mwh
}

/// The most energy a period adds to the store and takes out of it, MWh in store.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Reach {
    pub(super) stored: f64,
    pub(super) taken: f64,
}

impl Reach {
    pub(super) fn new(model: &Model, charge_mw: f64, discharge_mw: f64) -> Self {
        let p = model.parameters();
        let (charge, discharge) = (charge_mw.min(p.charge_mw), discharge_mw.min(p.discharge_mw));
        Self {
            stored: charge * p.period_hours * p.charge_efficiency,
            taken: discharge * p.period_hours / p.discharge_efficiency,
        }
    }
}

/// Power at the grid, MW into it, of a move that adds `stored` MWh to the store.
pub(super) fn net_mw(model: &Model, stored: f64) -> f64 {
    let p = model.parameters();
    if stored > 0.0 {
        -stored / (p.charge_efficiency * p.period_hours)
    } else {
        -stored * p.discharge_efficiency / p.period_hours
    }
}

/// Energy added to the store by a power at the grid, MW into it: the inverse of [`net_mw`].
pub(super) fn stored_mwh(model: &Model, net_mw: f64) -> f64 {
    let p = model.parameters();
    if net_mw > 0.0 {
        -net_mw * p.period_hours / p.discharge_efficiency
    } else {
        -net_mw * p.period_hours * p.charge_efficiency
    }
}

/// The worth of the energy left at the end: what the battery's terminal pays, less `shortfall_price` for each MWh missing to a
/// target that must be met.
pub(super) fn terminal_value(model: &Model, soc_mwh: f64, shortfall_price: f64) -> f64 {
    match model.parameters().terminal {
        Terminal::AtLeast(target) => -shortfall_price * (target - soc_mwh).max(0.0),
        _ => model.terminal_value(soc_mwh),
    }
}

/// A price for missing energy far above any that `highest_price` lets a MWh earn, and far below where it would cost digits.
pub(super) fn shortfall_price(model: &Model, highest_price: f64, periods: usize) -> f64 {
    let p = model.parameters();
    let costs = p.degradation_per_mwh + p.charge_fee_per_mwh + p.discharge_fee_per_mwh;
    let losses = p.charge_efficiency * p.discharge_efficiency;
    let kept = model.retention().powf(periods as f64).max(1e-4);
    100.0 * (highest_price + costs + 1.0) / (losses * kept)
}
