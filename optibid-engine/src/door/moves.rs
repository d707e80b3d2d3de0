//! From a path of stored energy in MWh to whole kW s.

use super::limits::{Limit, Window};
use super::{ratio, to_energy, whole};
use optibid_core::ports::EngineError;
use optibid_core::unit::Energy;

/// What the battery does in one period, in whole kW s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Move {
    /// At the grid connection: positive discharged, negative charged.
    pub(crate) grid: Energy,
    /// Stored at the end.
    pub(crate) soc: Energy,
}

/// Rounds the stored energy after each period (MWh) and finds the energy at the grid that comes nearest to its change.
///
/// The stored energy keeps its limits exactly, the grid energy its power limit. With `r` the share kept over a period,
/// `|s_t - r * s_(t-1) - stored_t|` is at most 1 kW s: half for each rounding of a state of charge or, where no limit is in
/// the way, half a kW s at the grid.
///
/// # Errors
/// When an energy is past what the domain holds.
pub(crate) fn moves(
    window: &Window,
    retention: f64,
    path: &[f64],
) -> Result<Vec<Move>, EngineError> {
    let battery = &window.battery;
    let efficiencies = (
        ratio(battery.charge_efficiency),
        ratio(battery.discharge_efficiency),
    );
    let mut soc = battery.initial_soc;
    let mut before_mwh = super::energy(soc);
    let mut moves = Vec::with_capacity(path.len());
    for (t, (&after_mwh, limit)) in path.iter().zip(&window.limits).enumerate() {
        let stored = window.soc_limits(t);
        let after = to_energy(after_mwh)?.clamp(stored.min, stored.max);
        let held = soc.kilowatt_seconds() as f64 * retention;
        let change = after.kilowatt_seconds() as f64 - held;
        let idle = (after_mwh - before_mwh * retention).abs() * Energy::PER_MWH as f64 <= IDLE;
        let grid = if idle {
            0
        } else {
            grid(change, efficiencies, limit)?
        };
        soc = after;
        before_mwh = after_mwh;
        moves.push(Move {
            grid: Energy::from_kilowatt_seconds(grid),
            soc,
        });
    }
    Ok(moves)
}

/// A change in store that is rounding and no movement, kW s.
const IDLE: f64 = 1e-3;

fn grid(change: f64, efficiencies: (f64, f64), limit: &Limit) -> Result<i64, EngineError> {
    let out = || EngineError::OutOfRange("an energy");
    if change > 0.0 {
        let charged = whole(change / efficiencies.0).ok_or_else(out)?;
        return Ok(-charged.min(limit.charge.kilowatt_seconds()));
    }
    let discharged = whole(-change * efficiencies.1).ok_or_else(out)?;
    Ok(discharged.min(limit.discharge.kilowatt_seconds()))
}
