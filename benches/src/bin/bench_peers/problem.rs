//! The battery problems of the run, and our own answer to each.

use anyhow::{Context as _, ensure};
use optibid_bench::{Measured, measure, reference_battery};
use optibid_engine::battery::{Horizon, Method, Model, Parameters, Solution, solve};

const REPETITIONS: usize = 51;

/// A battery of 1 MW and 2 MWh, half full at the start and at least half full at the end, on the first `periods` hourly
/// prices of the year.
#[derive(Debug)]
pub(crate) struct Problem {
    /// What the command line calls it.
    pub(crate) name: &'static str,
    /// What the table calls it.
    pub(crate) title: &'static str,
    pub(crate) method: Method,
    /// Charging takes all losses of the round trip, and the end is exactly half full.
    pub(crate) energypylinear: bool,
    pub(crate) periods: usize,
    /// The published optimum, EUR.
    published: Option<f64>,
}

pub(crate) const PROBLEMS: [Problem; 4] = [
    Problem {
        name: "relaxed",
        title: "LP, year",
        method: Method::Relaxed,
        energypylinear: false,
        periods: 8760,
        published: Some(100_156.097_148),
    },
    Problem {
        name: "exact",
        title: "exclusive, year",
        method: Method::Exact,
        energypylinear: false,
        periods: 8760,
        published: Some(99_810.764_298),
    },
    Problem {
        name: "energypylinear-weeks",
        title: "energypylinear's model, 4 weeks",
        method: Method::Exact,
        energypylinear: true,
        periods: 672,
        published: None,
    },
    Problem {
        name: "energypylinear-year",
        title: "energypylinear's model, year",
        method: Method::Exact,
        energypylinear: true,
        periods: 8760,
        published: None,
    },
];

impl Problem {
    pub(crate) fn named(name: &str) -> anyhow::Result<&'static Self> {
        PROBLEMS
            .iter()
            .find(|problem| problem.name == name)
            .with_context(|| format!("unknown problem {name:?}"))
    }

    pub(crate) fn parameters(&self) -> Parameters {
        let (charge, discharge) = if self.energypylinear {
            (0.95 * 0.95, 1.0)
        } else {
            (0.95, 0.95)
        };
        Parameters {
            charge_efficiency: charge,
            discharge_efficiency: discharge,
            ..reference_battery(1.0)
        }
    }

    /// The optimum and its schedule, from the parameters.
    pub(crate) fn solve(&self, year: &[f64]) -> anyhow::Result<Solution> {
        let parameters = self.parameters();
        let model = Model::new(parameters)?;
        let prices = self.prices(year)?;
        if !self.energypylinear {
            return Ok(solve(&model, &Horizon::new(prices), self.method)?);
        }
        // The terminal keeps the end from below, this from above.
        let least = vec![parameters.min_mwh; prices.len()];
        let mut most = vec![parameters.max_mwh; prices.len()];
        if let Some(last) = most.last_mut() {
            *last = parameters.initial_mwh;
        }
        let horizon = Horizon::new(prices).with_soc_limits(&least, &most);
        Ok(solve(&model, &horizon, self.method)?)
    }

    /// Times the optimum with its schedule; checks that the schedule earns what is said, and the published figure.
    pub(crate) fn measure(&self, year: &[f64]) -> anyhow::Result<Measured<Solution>> {
        let measured = measure(REPETITIONS, || self.solve(year))?;
        let solution = &measured.answer;
        let model = Model::new(self.parameters())?;
        let earned = solution.schedule.earnings(&model, self.prices(year)?);
        agree(earned, solution.objective, 1e-9)
            .with_context(|| format!("our schedule of {}", self.title))?;
        if let Some(published) = self.published {
            agree(solution.objective, published, 1e-9)
                .with_context(|| format!("our optimum of {}", self.title))?;
        }
        Ok(measured)
    }

    fn prices<'a>(&self, year: &'a [f64]) -> anyhow::Result<&'a [f64]> {
        year.get(..self.periods)
            .with_context(|| format!("{} prices, {} wanted", year.len(), self.periods))
    }
}

/// Equal within a relative `tolerance`.
pub(crate) fn agree(found: f64, expected: f64, tolerance: f64) -> anyhow::Result<()> {
    ensure!(
        (found - expected).abs() <= tolerance * expected.abs(),
        "objective {found}, but the reference says {expected}"
    );
    Ok(())
}
