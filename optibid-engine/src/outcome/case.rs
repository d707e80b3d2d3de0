//! An offer that has been checked, run at the prices of a day.

use super::books::Books;
use super::clearing::Clearing;
use super::delivery::{Dispatch, Step};
use super::grid::Grid;
use optibid_core::outcome::{OutcomeRequest, OutcomeTotals};
use optibid_core::ports::EngineError;
use optibid_core::unit::{Energy, Power, Price};

/// An offer, its periods and its battery.
pub(super) struct Case<'a> {
    pub(super) request: &'a OutcomeRequest,
    pub(super) grid: Grid,
    clearing: Clearing<'a>,
    /// None without a battery.
    dispatch: Option<Dispatch>,
}

/// One period of a run.
pub(super) struct Passed<'a> {
    pub(super) t: usize,
    pub(super) cleared: Power,
    pub(super) step: Option<Step>,
    /// Sums up to this period.
    pub(super) books: &'a Books<'a>,
}

impl<'a> Case<'a> {
    pub(super) fn new(request: &'a OutcomeRequest) -> Result<Self, EngineError> {
        let grid = Grid::new(request)?;
        Ok(Self {
            request,
            grid,
            clearing: Clearing::new(&request.offer, grid)?,
            dispatch: Dispatch::new(request, grid)?,
        })
    }

    /// Whether a battery delivers.
    pub(super) const fn delivers(&self) -> bool {
        self.dispatch.is_some()
    }

    /// Runs the day at these prices, telling each period; `cleared` is room to work in.
    pub(super) fn run(
        &self,
        prices: &[Price],
        cleared: &mut Vec<Power>,
        mut told: impl FnMut(&Passed<'_>) -> Result<(), EngineError>,
    ) -> Result<OutcomeTotals, EngineError> {
        self.clearing.powers(prices, cleared)?;
        let mut books = Books::new(self.request);
        let mut store = self.dispatch.as_ref().map(Dispatch::start);
        for (t, (&power, &price)) in cleared.iter().zip(prices).enumerate() {
            let wanted: Energy = self.grid.energy(power)?;
            let step = store.as_mut();
            let step = step.map(|store| store.step(t, wanted, &mut books.wear));
            books.add(price, wanted, step.as_ref())?;
            told(&Passed {
                t,
                cleared: power,
                step,
                books: &books,
            })?;
        }
        books.totals(store.map(|store| store.soc()))
    }
}
