//! From a schedule to loops: the matching of what is charged with what is discharged.

use super::Loop;
use super::subset::{Overrun, reach};
use crate::battery::{Model, Schedule};
use std::collections::BTreeMap;
use thiserror::Error;

/// Why a schedule does not come apart into loops.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum BlockError {
    /// Charge and discharge have different lengths.
    #[error("{charge} periods to charge and {discharge} to discharge")]
    PeriodCount {
        /// Length of the charge powers.
        charge: usize,
        /// Length of the discharge powers.
        discharge: usize,
    },
    /// A power is negative or no number.
    #[error("the power of period {period} is {mw} MW, but must be finite and not below 0")]
    InvalidPower {
        /// The period, from 0.
        period: usize,
        /// The power found, MW.
        mw: f64,
    },
    /// Loops are blocks in different periods.
    #[error("period {period} both charges and discharges")]
    Simultaneous {
        /// The period, from 0.
        period: usize,
    },
    /// The schedule breaks a limit, or the store does without it.
    #[error(transparent)]
    Overrun(#[from] Overrun),
}

/// Energy that entered (or, below the baseline, left) the store and has not yet been matched.
struct Lot {
    period: usize,
    run: usize,
    mw: f64,
    /// What is left of it now, MWh in store.
    mwh: f64,
    charges: bool,
}

/// The matches of one run that opens with one run that closes; both `None` where nothing closes.
type Key = (usize, Option<usize>);

/// What opens and what closes, MW by period.
#[derive(Default)]
struct Match {
    opening: BTreeMap<usize, f64>,
    closing: BTreeMap<usize, f64>,
    charges_first: bool,
    /// Left in the store at the end, MWh; negative where it is missing.
    left: f64,
}

/// Lots smaller than this, MWh, are rounding.
const ROUNDING: f64 = 1e-9;

/// Takes a schedule apart into loops of which every subset keeps the battery's limits, and which earn together what the schedule
/// earns.
///
/// `stored_value` is what a MWh in store is worth at the end, currency; it enters the limit of loops that stay open. Closed loops come
/// first by the time they open, then by the time they close.
///
/// # Errors
/// [`BlockError`] for powers that are no schedule, for a period that both charges and discharges, and for a schedule that breaks a
/// limit of the battery, or a store that falls below its minimum by its standing loss alone.
pub fn loops(
    model: &Model,
    schedule: &Schedule,
    stored_value: f64,
) -> Result<Vec<Loop>, BlockError> {
    check(schedule)?;
    let p = model.parameters();
    let mut matches: BTreeMap<Key, Match> = BTreeMap::new();
    let mut lots: Vec<Lot> = Vec::new();
    let (mut run, mut last) = (0, None);
    let powers = schedule.charge_mw.iter().zip(&schedule.discharge_mw);
    for (period, (&charge, &discharge)) in powers.enumerate() {
        for lot in &mut lots {
            lot.mwh *= model.retention();
        }
        let (mw, charges) = if charge > 0.0 {
            (charge, true)
        } else {
            (discharge, false)
        };
        if mw <= 0.0 {
            continue;
        }
        if last.replace(charges) != Some(charges) {
            run += 1;
        }
        let per_mw = if charges {
            p.charge_efficiency
        } else {
            1.0 / p.discharge_efficiency
        };
        let per_mw = per_mw * p.period_hours;
        let left = close(
            &mut lots,
            &mut matches,
            (period, run, charges),
            [mw * per_mw, per_mw],
        );
        if left > ROUNDING {
            lots.push(Lot {
                period,
                run,
                mw: left / per_mw,
                mwh: left,
                charges,
            });
        }
    }
    for lot in lots {
        let it = matches.entry((lot.run, None)).or_default();
        it.charges_first = lot.charges;
        *it.opening.entry(lot.period).or_default() += lot.mw;
        it.left += if lot.charges { lot.mwh } else { -lot.mwh };
    }
    let (closed, open): (Vec<_>, Vec<_>) =
        matches.into_iter().partition(|(key, _)| key.1.is_some());
    let all = closed.into_iter().chain(open);
    let loops: Vec<Loop> = all
        .map(|(_, it)| it.into_loop(model, stored_value))
        .collect();
    reach(model, schedule.charge_mw.len(), &loops)?;
    Ok(loops)
}

/// Closes the lots opened last with energy of the other direction (MWh in store, and MWh for each MW); returns what is left.
fn close(
    lots: &mut Vec<Lot>,
    matches: &mut BTreeMap<Key, Match>,
    (period, run, charges): (usize, usize, bool),
    [mut left, per_mw]: [f64; 2],
) -> f64 {
    while let Some(lot) = lots
        .last_mut()
        .filter(|lot| left > ROUNDING && lot.charges != charges)
    {
        let share = (left / lot.mwh).min(1.0);
        let it = matches.entry((lot.run, Some(run))).or_default();
        it.charges_first = lot.charges;
        let matched = lot.mwh * share;
        *it.opening.entry(lot.period).or_default() += lot.mw * share;
        *it.closing.entry(period).or_default() += matched / per_mw;
        left -= matched;
        lot.mw *= 1.0 - share;
        lot.mwh -= matched;
        if lot.mwh > ROUNDING {
            break;
        }
        lots.pop();
    }
    left
}

impl Match {
    fn into_loop(self, model: &Model, stored_value: f64) -> Loop {
        let p = model.parameters();
        let (opening, closing) = (
            self.opening.into_iter().collect::<Vec<_>>(),
            self.closing.into_iter().collect::<Vec<_>>(),
        );
        let (charge, discharge) = if self.charges_first {
            (opening, closing)
        } else {
            (closing, opening)
        };
        let fed: f64 = discharge.iter().map(|at| at.1 * p.period_hours).sum();
        let drawn: f64 = charge.iter().map(|at| at.1 * p.period_hours).sum();
        let paid =
            (p.degradation_per_mwh + p.discharge_fee_per_mwh) * fed + p.charge_fee_per_mwh * drawn;
        let limit = paid - stored_value * self.left;
        Loop {
            charge,
            discharge,
            limit,
        }
    }
}

fn check(schedule: &Schedule) -> Result<(), BlockError> {
    let (charge, discharge) = (schedule.charge_mw.len(), schedule.discharge_mw.len());
    if charge != discharge {
        return Err(BlockError::PeriodCount { charge, discharge });
    }
    let powers = schedule.charge_mw.iter().zip(&schedule.discharge_mw);
    for (period, (&charge, &discharge)) in powers.enumerate() {
        let bad = [charge, discharge]
            .into_iter()
            .find(|mw| !(mw.is_finite() && *mw >= 0.0));
        if let Some(mw) = bad {
            return Err(BlockError::InvalidPower { period, mw });
        }
        if charge > 0.0 && discharge > 0.0 {
            return Err(BlockError::Simultaneous { period });
        }
    }
    Ok(())
}
