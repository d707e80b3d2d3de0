//! One scenario's best schedule near wanted quantities.
//!
//! # The problem
//! Maximise `sum over t of h * (p_t * x_t - (k + f_d) * d_t - f_c * c_t - rho / 2 * (x_t - a_t)^2)`, `x = d - c`, plus what the terminal pays, within
//! the limits of the relaxed
//! battery of [`crate::battery`].
//!
//! # The method
//! Dynamic programming on the value of stored energy. The value is concave and piecewise quadratic, its slope (the price
//! of stored energy, `v`) piecewise linear, so the inverse `s(v)`, the energy at which the slope is `v`, is a falling polyline.
//! What a period releases at the price `v` is a falling polyline as well, and the maximum over a split adds the two (the
//! conjugate of a supremal convolution is a sum: Rockafellar 1970, Convex Analysis, theorem 16.4); the store's limits clip
//! the sum. A step adds at most ten corners and clips most again: `O(T n)` for `n` corners alive. Exact to rounding.

use crate::battery::Model;

use super::stage::{Battery, Corner, Mode, Stage};

/// A scenario and what its schedule shall be near to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Near<'a> {
    /// Currency per MWh.
    pub(super) prices: &'a [f64],
    /// Net powers, MW.
    pub(super) wanted: &'a [f64],
    /// Weight of a squared MW, currency per MWh and MW.
    pub(super) rho: f64,
    /// Whether periods that burn energy are held to one mode from the next time on.
    pub(super) hold: bool,
}

/// Walks along a polyline by rising price.
struct Walk<'a> {
    corners: &'a [Corner],
    at: usize,
}

impl Walk<'_> {
    /// The amounts just below and just above the price `v`, which must not fall from call to call.
    fn limits(&mut self, v: f64) -> (f64, f64) {
        while self.corners.get(self.at).is_some_and(|corner| corner.v < v) {
            self.at += 1;
        }
        let before = self.at.checked_sub(1).and_then(|at| self.corners.get(at));
        match (before, self.corners.get(self.at)) {
            (_, Some(first)) if first.v == v => {
                let mut last = *first;
                while let Some(corner) = self.corners.get(self.at).filter(|corner| corner.v == v) {
                    last = *corner;
                    self.at += 1;
                }
                (first.s, last.s)
            }
            (Some(a), Some(b)) => {
                let s = a.s + (b.s - a.s) * ((v - a.v) / (b.v - a.v));
                (s, s)
            }
            (None, Some(only)) | (Some(only), None) => (only.s, only.s),
            (None, None) => (0.0, 0.0),
        }
    }

    fn next_price(&self) -> f64 {
        self.corners
            .get(self.at)
            .map_or(f64::INFINITY, |corner| corner.v)
    }
}

/// The solver of one scenario after the other; keeps its memory.
#[derive(Debug)]
pub(super) struct Proximal {
    battery: Battery,
    /// The value functions of all times, last first, and where each begins.
    arena: Vec<Corner>,
    starts: Vec<usize>,
    release: Vec<Corner>,
    old: Vec<Corner>,
}

impl Proximal {
    pub(super) fn new(model: &Model) -> Self {
        Self {
            battery: Battery::new(model),
            arena: Vec::new(),
            starts: Vec::new(),
            release: Vec::new(),
            old: Vec::new(),
        }
    }

    /// The best net powers (MW) into `x`. Each period keeps to its mode.
    pub(super) fn solve(&mut self, near: Near<'_>, modes: &mut [Mode], x: &mut [f64]) {
        let battery = self.battery;
        let rho = near.rho;
        self.arena.clear();
        self.starts.clear();
        self.starts.push(0);
        self.arena.extend(battery.ending);
        self.arena.dedup();
        let stage = |price: f64, wanted: f64, mode: Mode| Stage {
            battery: &battery,
            buying: wanted + (price + battery.purchase) / rho,
            selling: wanted + (price - battery.sale) / rho,
            rho,
            mode,
        };
        for ((price, wanted), mode) in near.prices.iter().zip(near.wanted).zip(modes.iter()).rev() {
            stage(*price, *wanted, *mode).corners(&mut self.release);
            self.step_back();
        }
        let mut soc = battery.start;
        let mut level = self.starts.len();
        for (((price, wanted), mode), x) in near.prices.iter().zip(near.wanted).zip(modes).zip(x) {
            level -= 1;
            let v = price_at(self.function(level), soc) / battery.kept;
            let stage = stage(*price, *wanted, *mode);
            let may_burn = *mode == Mode::Both && v <= battery.burning;
            let (net, released) = if may_burn && v < battery.burning {
                stage.burnt(v)
            } else {
                stage.plain(v)
            };
            *x = net;
            let mut next = (battery.kept * soc - released).clamp(battery.low, battery.high);
            let mut burnt = v < battery.burning;
            if may_burn && let Some(after) = level.checked_sub(1) {
                let most = Walk {
                    corners: self.function(after),
                    at: 0,
                }
                .limits(v)
                .0;
                burnt |= next > most + 1e-9;
                next = next.min(most);
            }
            if near.hold && may_burn && burnt {
                *mode = if net < 0.0 {
                    Mode::Charge
                } else {
                    Mode::Discharge
                };
            }
            soc = next;
        }
    }

    fn function(&self, level: usize) -> &[Corner] {
        let from = self.starts.get(level).copied().unwrap_or_default();
        let to = self
            .starts
            .get(level + 1)
            .copied()
            .unwrap_or(self.arena.len());
        self.arena.get(from..to).unwrap_or_default()
    }

    /// Adds the period's release to the value function after it, and clips the sum to the store.
    fn step_back(&mut self) {
        let from = self.starts.last().copied().unwrap_or_default();
        let start = self.arena.len();
        let kept = self.battery.kept;
        self.old.clear();
        self.old.extend(self.arena.iter().skip(from));
        let mut after = Walk {
            corners: &self.old,
            at: 0,
        };
        let mut release = Walk {
            corners: &self.release,
            at: 0,
        };
        loop {
            let v = after.next_price().min(release.next_price());
            if v == f64::INFINITY {
                break;
            }
            let (a, b) = (after.limits(v), release.limits(v));
            let corner = |s: f64| Corner {
                v: v * kept,
                s: s / kept,
            };
            self.battery
                .clip_push(&mut self.arena, start, corner(a.0 + b.0));
            if a.0 + b.0 != a.1 + b.1 {
                self.battery
                    .clip_push(&mut self.arena, start, corner(a.1 + b.1));
            }
        }
        self.battery.trim(&mut self.arena, start);
        self.starts.push(start);
    }
}

/// The price of stored energy at `soc`.
fn price_at(curve: &[Corner], soc: f64) -> f64 {
    let index = curve.partition_point(|corner| corner.s > soc);
    let before = index.checked_sub(1).and_then(|at| curve.get(at));
    match (before, curve.get(index)) {
        (Some(a), Some(b)) if a.s > b.s => a.v + (b.v - a.v) * ((a.s - soc) / (a.s - b.s)),
        (_, Some(only)) | (Some(only), None) => only.v,
        (None, None) => 0.0,
    }
}
