//! What one period offers a battery near a wanted quantity, as a polyline over the price of stored energy.

use crate::battery::{Model, Terminal};

/// A corner of a falling polyline: at the price `v` of stored energy, an amount of energy `s`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Corner {
    pub(super) v: f64,
    pub(super) s: f64,
}

/// What a schedule may do in a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Mode {
    /// Charge and discharge, at once where burning energy pays.
    #[default]
    Both,
    /// Charge only.
    Charge,
    /// Discharge only.
    Discharge,
}

/// What one period offers near a wanted quantity.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stage<'a> {
    pub(super) battery: &'a Battery,
    /// Net power the period would choose at `v = 0` by what buying costs, and by what selling earns after wear and fees, MW.
    pub(super) buying: f64,
    pub(super) selling: f64,
    pub(super) rho: f64,
    pub(super) mode: Mode,
}

/// The battery's figures, ready for use.
#[derive(Clone, Copy, Debug)]
pub(super) struct Battery {
    pub(super) charge: f64,
    pub(super) discharge: f64,
    pub(super) into: f64,
    pub(super) out_of: f64,
    pub(super) hours: f64,
    pub(super) kept: f64,
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) start: f64,
    /// Below this price of stored energy burning it pays; negative infinity without losses.
    pub(super) burning: f64,
    /// What selling a MWh costs besides energy, and what buying one costs, currency per MWh.
    pub(super) sale: f64,
    pub(super) purchase: f64,
    /// The terminal as corners: the price of stored energy at the end, rising, and the energy.
    pub(super) ending: [Corner; 4],
}

impl Battery {
    pub(super) fn new(model: &Model) -> Self {
        let p = model.parameters();
        let loss = 1.0 / p.discharge_efficiency - p.charge_efficiency;
        let sale = p.degradation_per_mwh + p.discharge_fee_per_mwh;
        let purchase = p.charge_fee_per_mwh;
        Self {
            charge: p.charge_mw,
            discharge: p.discharge_mw,
            into: p.charge_efficiency,
            out_of: 1.0 / p.discharge_efficiency,
            hours: p.period_hours,
            kept: model.retention(),
            low: p.min_mwh,
            high: p.max_mwh,
            start: p.initial_mwh,
            burning: if loss > 1e-9 {
                -(sale + purchase) / loss
            } else {
                f64::NEG_INFINITY
            },
            sale,
            purchase,
            ending: ending(model),
        }
    }
}

/// What the terminal pays for the last MWh, from a full store down to the least.
fn ending(model: &Model) -> [Corner; 4] {
    let p = model.parameters();
    let corner = |v: f64, s: f64| Corner { v, s };
    let (high, low) = (p.max_mwh, model.least_final_mwh());
    match p.terminal {
        Terminal::Free | Terminal::AtLeast(_) => [
            corner(0.0, high),
            corner(0.0, high),
            corner(0.0, low),
            corner(0.0, low),
        ],
        Terminal::Worth { per_mwh: v } => [
            corner(v, high),
            corner(v, high),
            corner(v, low),
            corner(v, low),
        ],
        Terminal::Priced {
            target_mwh,
            shortfall_per_mwh: v,
        } => {
            let target = target_mwh.clamp(low, high);
            [
                corner(0.0, high),
                corner(0.0, target),
                corner(v, target),
                corner(v, low),
            ]
        }
    }
}

impl Stage<'_> {
    /// Net power at the price `v` and the energy released, without burning.
    pub(super) fn plain(&self, v: f64) -> (f64, f64) {
        let b = self.battery;
        let sell = self.selling - v * b.out_of / self.rho;
        if self.mode == Mode::Discharge || (sell > 0.0 && self.mode == Mode::Both) {
            let x = sell.clamp(0.0, b.discharge);
            return (x, b.hours * x * b.out_of);
        }
        let x = (self.buying - v * b.into / self.rho).clamp(-b.charge, 0.0);
        (x, b.hours * x * b.into)
    }

    /// The same where burning pays: both powers as high as the net power allows.
    pub(super) fn burnt(&self, v: f64) -> (f64, f64) {
        let b = self.battery;
        let both = b.discharge - b.charge;
        let sell = self.selling - v * b.out_of / self.rho;
        let buy = self.buying - v * b.into / self.rho;
        let x = if buy > both {
            buy.min(b.discharge)
        } else {
            sell.min(both).max(-b.charge)
        };
        let (c, d) = if x >= both {
            (b.discharge - x, b.discharge)
        } else {
            (b.charge, b.charge + x)
        };
        (x, b.hours * (d * b.out_of - c * b.into))
    }

    /// The released energy as a polyline over the price of stored energy; constant beyond its ends.
    pub(super) fn corners(&self, out: &mut Vec<Corner>) {
        let b = self.battery;
        out.clear();
        let sells = |x: f64| (self.selling - x) * self.rho / b.out_of;
        let buys = |x: f64| (self.buying - x) * self.rho / b.into;
        let edge = if self.mode == Mode::Both {
            b.burning
        } else {
            f64::NEG_INFINITY
        };
        if edge > f64::NEG_INFINITY {
            let both = b.discharge - b.charge;
            for v in [buys(b.discharge), buys(both), sells(both), sells(-b.charge)] {
                if v < edge {
                    out.push(Corner {
                        v,
                        s: self.burnt(v).1,
                    });
                }
            }
            out.push(Corner {
                v: edge,
                s: self.burnt(edge).1,
            });
            out.push(Corner {
                v: edge,
                s: self.plain(edge).1,
            });
        }
        let (sold, bought) = (
            [sells(b.discharge), sells(0.0)],
            [buys(0.0), buys(-b.charge)],
        );
        let sold = sold.into_iter().filter(|_| self.mode != Mode::Charge);
        for v in sold.chain(bought.into_iter().filter(|_| self.mode != Mode::Discharge)) {
            if v > edge {
                out.push(Corner {
                    v,
                    s: self.plain(v).1,
                });
            }
        }
    }
}

impl Battery {
    /// Appends a corner, keeping only one beyond either limit of the store.
    pub(super) fn clip_push(&self, sum: &mut Vec<Corner>, start: usize, corner: Corner) {
        if corner.s >= self.high {
            sum.truncate(start);
        } else if corner.s <= self.low
            && sum.len() > start
            && sum.last().is_some_and(|last| last.s <= self.low)
        {
            return;
        }
        sum.push(corner);
    }

    /// Moves the corners beyond the limits onto them.
    pub(super) fn trim(&self, sum: &mut [Corner], start: usize) {
        let Some(curve) = sum.get_mut(start..) else {
            return;
        };
        if let [first, second, ..] = curve
            && first.s > self.high
        {
            if second.s < first.s {
                first.v += (second.v - first.v) * (first.s - self.high) / (first.s - second.s);
            }
            first.s = self.high;
        }
        if let [.., second, last] = curve
            && last.s < self.low
        {
            if second.s > last.s {
                last.v =
                    second.v + (last.v - second.v) * (second.s - self.low) / (second.s - last.s);
            }
            last.s = self.low;
        }
        if let [only] = curve {
            only.s = only.s.clamp(self.low, self.high);
        }
    }
}
