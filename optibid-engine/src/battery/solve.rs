//! The optimum and its schedule, by the list or by the tree; one battery or many.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::ending;
use super::error::SolveError;
use super::horizon::Horizon;
use super::ladder;
use super::method::Method;
use super::model::Model;
use super::schedule::{Kept, Leg, Schedule, Solution};

/// Computes the optimum and a schedule that earns it.
pub(super) fn solve(
    model: &Model,
    horizon: &Horizon<'_>,
    method: Method,
    kept: &mut Kept,
) -> Result<Solution, SolveError> {
    horizon.check(model, method)?;
    let mut schedule = Schedule::with_capacity(horizon.periods());
    let leg = Leg {
        model,
        horizon,
        method,
        periods: 0..horizon.periods(),
    };
    let start = model.parameters().initial_mwh;
    let ending = ending::curve(model, horizon);
    let objective = if ladder::pays(model, horizon, method, ladder::FOR_SCHEDULE) {
        ladder::walk(&leg, &ending, start, &mut schedule)
    } else {
        leg.walk(ending, start, kept, &mut schedule)?
    };
    Ok(Solution {
        objective,
        schedule,
    })
}

/// A battery and what it is to be optimised over.
#[derive(Clone, Copy, Debug)]
pub struct Job<'a> {
    /// The battery.
    pub model: Model,
    /// Its prices and limits.
    pub horizon: Horizon<'a>,
}

/// So many batteries are taken from the queue at a time.
const BATCH: usize = 16;

/// [`solve`](super::solve) for many batteries, on `threads` threads (as many as the machine runs at once if not given).
///
/// Results come in the order of the jobs, and each is to the last bit what `solve` gives for it alone; one that fails does not touch
/// the others. Threads take batches from a common queue and keep their buffers from one battery to the next.
///
/// ```
/// use optibid_engine::battery::{self, Horizon, Job, Method, Model, Parameters};
///
/// let parameters = Parameters::new(1.0, 2.0, 1.0);
/// let prices = [20.0, 60.0, 30.0, 80.0];
/// let jobs: Vec<Job<'_>> = (1..=100)
///     .map(|mw| {
///         let model = Model::new(Parameters { charge_mw: f64::from(mw), ..parameters })?;
///         Ok(Job { model, horizon: Horizon::new(&prices) })
///     })
///     .collect::<Result<_, battery::ModelError>>()?;
/// let solutions = battery::solve_many(&jobs, Method::Exact, None);
/// assert_eq!(solutions.len(), 100);
/// assert_eq!(solutions[0].as_ref().map(|solution| solution.objective), Ok(90.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn solve_many(
    jobs: &[Job<'_>],
    method: Method,
    threads: Option<NonZeroUsize>,
) -> Vec<Result<Solution, SolveError>> {
    let threads = threads
        .or_else(|| std::thread::available_parallelism().ok())
        .map_or(1, NonZeroUsize::get)
        .min(jobs.len().div_ceil(BATCH));
    let next = AtomicUsize::new(0);
    let work = || {
        let mut kept = Kept::default();
        let mut done = Vec::new();
        loop {
            let batch = next.fetch_add(1, Ordering::Relaxed);
            let Some(jobs) = jobs.chunks(BATCH).nth(batch) else {
                return done;
            };
            let solved = jobs
                .iter()
                .map(|job| solve(&job.model, &job.horizon, method, &mut kept))
                .collect::<Vec<_>>();
            done.push((batch, solved));
        }
    };
    let mut done = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut done = work();
        for other in others {
            match other.join() {
                Ok(more) => done.extend(more),
                Err(cause) => std::panic::resume_unwind(cause),
            }
        }
        done
    });
    done.sort_unstable_by_key(|(batch, _)| *batch);
    done.into_iter().flat_map(|(_, solved)| solved).collect()
}
