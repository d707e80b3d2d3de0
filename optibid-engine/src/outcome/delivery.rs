//! What a battery delivers of what clears.

use super::grid::Grid;
use crate::door::{self, Bands, Ledger, Limit, Store, Window};
use optibid_core::asset::Battery;
use optibid_core::error::Violation;
use optibid_core::outcome::{OutcomeRequest, ShortfallCause};
use optibid_core::ports::EngineError;
use optibid_core::unit::Energy;

/// What rounding to whole kW s may add up to, kW s a period: one for what is stored, one for what is taken.
const ROUNDING: i64 = 2;

/// A battery at the start of the day.
pub(super) struct Dispatch {
    store: Store,
    /// None without wear by depth.
    bands: Option<Bands>,
    limits: Vec<Limit>,
    retention: f64,
    least: Energy,
    /// Shortfall below which there is none, kW s.
    tolerance: i64,
}

/// A battery on its way through the day.
pub(super) struct Run<'a> {
    dispatch: &'a Dispatch,
    store: Store,
    bands: Option<Bands>,
}

/// What it did in one period.
#[derive(Clone, Copy)]
pub(super) struct Step {
    /// At the grid connection.
    pub(super) energy: Energy,
    /// Stored at the end.
    pub(super) soc: Energy,
    /// What is missing from what cleared, beyond rounding.
    pub(super) short: Option<(Energy, ShortfallCause)>,
}

impl Dispatch {
    /// Checks the battery and its shares; none without a battery.
    pub(super) fn new(request: &OutcomeRequest, grid: Grid) -> Result<Option<Self>, EngineError> {
        let Some(battery) = &request.battery else {
            return Ok(None);
        };
        check(battery, request, grid)?;
        let shares = &request.availability;
        let window = Window::new(battery.clone(), grid.resolution, shares, grid.len);
        let hours = grid.resolution.seconds() as f64 / 3_600.0;
        let periods = i64::try_from(grid.len).unwrap_or(i64::MAX);
        let by_depth = !battery.depth_wear.is_empty();
        Ok(Some(Self {
            bands: by_depth.then(|| Bands::new(battery)),
            store: Store::new(battery.clone()),
            limits: window.limits,
            retention: (1.0 - door::ratio(battery.standing_loss)).powf(hours),
            least: battery.min_soc,
            tolerance: periods.saturating_mul(ROUNDING),
        }))
    }

    /// At the start of the day.
    pub(super) fn start(&self) -> Run<'_> {
        Run {
            dispatch: self,
            store: self.store.clone(),
            bands: self.bands.clone(),
        }
    }
}

impl Run<'_> {
    /// Lives through period `t`, in which `wanted` cleared; `wear` is told what cycle depth costs.
    pub(super) fn step(&mut self, t: usize, wanted: Energy, wear: &mut Ledger) -> Step {
        const NONE: Limit = Limit {
            charge: Energy::ZERO,
            discharge: Energy::ZERO,
            ramp: None,
        };
        let Dispatch {
            limits, retention, ..
        } = self.dispatch;
        let limit = limits.get(t).unwrap_or(&NONE);
        let (energy, cause) = self.store.follow(wanted, limit, *retention);
        let soc = self.store.soc();
        if let Some(bands) = &mut self.bands {
            let above = soc.checked_sub(self.dispatch.least).unwrap_or_default();
            bands.run((*retention, above), energy, |cost, part, whole| {
                wear.add_part(cost, part, whole);
            });
        }
        let short = cause.and_then(|cause| {
            let missing = wanted.checked_sub(energy)?;
            let counts = missing.kilowatt_seconds().abs() > self.dispatch.tolerance;
            counts.then_some((missing, cause))
        });
        Step { energy, soc, short }
    }

    /// Stored energy.
    pub(super) const fn soc(&self) -> Energy {
        self.store.soc()
    }
}

fn check(battery: &Battery, request: &OutcomeRequest, grid: Grid) -> Result<(), EngineError> {
    let mut found = battery.violations("battery");
    let shares = &request.availability;
    if !shares.is_empty() && shares.len() != grid.len {
        let rule = format!("empty, or one share for each of the {} periods", grid.len);
        let (code, field) = ("availability_length", "availability");
        found.push(Violation::new(code, field, shares.len(), rule));
    }
    for (i, share) in shares.iter().enumerate().filter(|(_, s)| !s.is_share()) {
        let (code, rule) = ("availability_out_of_range", "between 0 and 1");
        let field = format!("availability[{i}]");
        found.push(Violation::new(code, field, share, rule));
    }
    match found.is_empty() {
        true => Ok(()),
        false => Err(EngineError::Invalid(found)),
    }
}
