//! The schedule of a big store: its steps undone one by one on the way forward.
//!
//! The pieces are kept in two trees, those below the energy stored and those above it. Undoing a step puts back what it cut and
//! takes its two moves out again; how much of each lay below says what the battery does. Nothing is searched for, so a
//! period costs `O(log n)` like the step itself.

use std::ops::Range;

use super::super::curve::Curve;
use super::super::method::Method;
use super::super::recursion::Stage;
use super::super::schedule::{Decision, Leg, Schedule};
use super::{Ladder, Log, Pieces, SMALLEST_SCALE, Slope, go_back};

/// Most periods whose steps are remembered at once.
const BLOCK: usize = 1 << 16;

/// As [`Leg::walk`], for a value that stays concave.
///
/// The pieces are kept at the end of every block of 65,536 periods (fewer if the standing loss stretches them too much), and what
/// steps cut for one block at a time.
pub(crate) fn walk(leg: &Leg<'_>, ending: &Curve, mut soc: f64, schedule: &mut Schedule) -> f64 {
    let blocks = blocks(leg);
    let mut ladder = Ladder::new(ending);
    let mut checkpoints = Vec::with_capacity(blocks.len());
    for block in blocks.iter().rev() {
        ladder.settle();
        checkpoints.push(ladder.clone());
        if block.start > leg.periods.start {
            for period in block.clone().rev() {
                go_back(leg, period, &mut ladder, None);
            }
        }
    }
    let mut value = None;
    let mut log = Log::default();
    for (block, mut ladder) in blocks.into_iter().zip(checkpoints.into_iter().rev()) {
        for period in block.clone().rev() {
            go_back(leg, period, &mut ladder, Some(&mut log));
        }
        value.get_or_insert_with(|| ladder.value(soc));
        soc = Descent::new(leg, ladder, soc).run(block, &mut log, schedule);
    }
    value.unwrap_or_default()
}

fn blocks(leg: &Leg<'_>) -> Vec<Range<usize>> {
    let loss = -leg.model.retention().ln();
    let stretched = -SMALLEST_SCALE.ln() / loss.max(1e-300);
    let length = (stretched as usize).clamp(1, BLOCK);
    let starts = leg.periods.clone().step_by(length);
    starts
        .map(|start| start..(start + length).min(leg.periods.end))
        .collect()
}

/// A value function split at the energy stored.
struct Descent<'a> {
    leg: &'a Leg<'a>,
    below: Pieces,
    above: Pieces,
    soc: f64,
    /// Lengths that differ by less are the same, MWh.
    sliver: f64,
}

impl<'a> Descent<'a> {
    fn new(leg: &'a Leg<'a>, ladder: Ladder, soc: f64) -> Self {
        let (mut below, mut above) = (Pieces::new(), Pieces::new());
        let mut rest = (soc - ladder.lo).max(0.0) * ladder.scale;
        for (key, length) in ladder.pieces {
            let part = length.min(rest);
            rest -= part;
            for (half, length) in [(&mut below, part), (&mut above, length - part)] {
                if length > 0.0 {
                    half.insert(key, length);
                }
            }
        }
        let p = leg.model.parameters();
        Self {
            leg,
            below,
            above,
            soc,
            sliver: 1e-13 * (p.max_mwh - p.min_mwh),
        }
    }

    /// Decides the periods of a block, undoing its steps, and returns the energy stored at its end.
    fn run(mut self, block: Range<usize>, log: &mut Log, schedule: &mut Schedule) -> f64 {
        let Leg {
            model,
            horizon,
            method,
            ..
        } = *self.leg;
        for period in block {
            let Some(cuts) = log.steps.pop() else { break };
            for count in 0..cuts.right + cuts.left {
                let Some((key, length)) = log.cuts.pop() else {
                    break;
                };
                let half = if count < cuts.right {
                    &mut self.above
                } else {
                    &mut self.below
                };
                *half.entry(key).or_insert(0.0) += length;
            }
            let stage = Stage::new(model, horizon, method, period);
            let decision = self.decide(&stage, cuts.scale, horizon.soc_after(model, period));
            self.soc = decision.soc;
            let most_mw = (
                horizon.charge_limit(model, period),
                horizon.discharge_limit(model, period),
            );
            schedule.push(model, most_mw, decision);
        }
        self.soc
    }

    /// Takes the moves of a period out. Of pieces with the same slope the charging one lies lowest and the
    /// discharging one highest.
    fn decide(&mut self, stage: &Stage, scale: f64, (least, most): (f64, f64)) -> Decision {
        let sliver = self.sliver * scale;
        let (charge, discharge) = (stage.charge, stage.discharge);
        let key = Slope::new(discharge.slope / scale);
        let wanted = discharge.length * scale;
        let left = wanted - take(&mut self.above, key, wanted, sliver);
        take(&mut self.below, key, left, sliver);
        let key = Slope::new(charge.slope / scale);
        let wanted = charge.length * scale;
        let right = wanted - take(&mut self.below, key, wanted, sliver);
        take(&mut self.above, key, right, sliver);
        let (mut stored, mut taken) = (right / scale, left / scale);
        if self.leg.method == Method::Exact {
            // Both only tie where a MWh costs what it earns.
            let both = stored.min(taken);
            (stored, taken) = (stored - both, taken - both);
        }
        let held = self.leg.model.retention() * self.soc;
        Decision {
            stored,
            taken,
            soc: (held + stored - taken).max(least).min(most),
        }
    }
}

/// Takes up to `wanted` from the piece at `key` and returns how much was there.
fn take(pieces: &mut Pieces, key: Slope, wanted: f64, sliver: f64) -> f64 {
    if wanted <= 0.0 {
        return 0.0;
    }
    let std::collections::btree_map::Entry::Occupied(mut entry) = pieces.entry(key) else {
        return 0.0;
    };
    let length = *entry.get();
    if length > wanted + sliver {
        *entry.get_mut() -= wanted;
        return wanted;
    }
    entry.remove();
    if length >= wanted - sliver {
        wanted
    } else if length <= sliver {
        0.0
    } else {
        length
    }
}
