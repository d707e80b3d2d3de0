//! An offer on many price paths.

use super::case::Case;
use optibid_core::outcome::{OutcomeRisk, PeriodPaths};
use optibid_core::ports::EngineError;
use optibid_core::unit::{Money, Power, Ratio, Rounding};

/// What all paths come to.
pub(super) struct Paths {
    nets: Vec<Money>,
    /// Paths that fall short somewhere.
    short: usize,
    periods: Vec<Tally>,
    delivers: bool,
}

/// One period over all paths.
#[derive(Clone, Copy, Default)]
struct Tally {
    /// Sum of what clears, kW.
    kilowatts: i128,
    clears: usize,
    short: usize,
}

impl Paths {
    /// Runs every path; none without paths.
    pub(super) fn of(case: &Case<'_>) -> Result<Option<Self>, EngineError> {
        let paths = &case.request.paths.paths;
        if paths.is_empty() {
            return Ok(None);
        }
        let mut nets = Vec::with_capacity(paths.len());
        let mut periods = vec![Tally::default(); case.grid.len];
        let mut short = 0;
        let mut room = Vec::with_capacity(case.grid.len);
        for path in paths {
            let mut falls = false;
            let totals = case.run(path, &mut room, |passed| {
                if let Some(tally) = periods.get_mut(passed.t) {
                    tally.kilowatts += i128::from(passed.cleared.kilowatts());
                    tally.clears += usize::from(passed.cleared != Power::ZERO);
                    if passed.step.is_some_and(|step| step.short.is_some()) {
                        tally.short += 1;
                        falls = true;
                    }
                }
                Ok(())
            })?;
            short += usize::from(falls);
            nets.push(totals.net);
        }
        Ok(Some(Self {
            nets,
            short,
            periods,
            delivers: case.delivers(),
        }))
    }

    /// One period over all paths.
    pub(super) fn period(&self, t: usize) -> Option<PeriodPaths> {
        let tally = self.periods.get(t)?;
        let count = i128::try_from(self.nets.len()).ok()?;
        let share = |some: usize| {
            let part = i128::try_from(some).ok()? * i128::from(Ratio::ONE.ppm());
            let ppm = i64::try_from(Rounding::HalfEven.div(part, count)).ok()?;
            Some(Ratio::from_ppm(ppm))
        };
        let mean = Rounding::HalfEven.div(tally.kilowatts, count);
        Some(PeriodPaths {
            mean_cleared: Power::from_kilowatts(i64::try_from(mean).ok()?),
            clears: share(tally.clears)?,
            falls_short: match self.delivers {
                true => Some(share(tally.short)?),
                false => None,
            },
        })
    }

    pub(super) fn into_risk(self) -> Result<OutcomeRisk, EngineError> {
        let short = self.delivers.then_some(self.short);
        OutcomeRisk::of(self.nets, short).ok_or(EngineError::OutOfRange("the risk"))
    }
}
