//! Several backtests on several threads.

use optibid_core::backtest::{BacktestInput, BacktestReport};
use optibid_core::ports::{EngineError, Flow, Progress};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc;

/// Runs one backtest.
type One<'a> =
    dyn Fn(&BacktestInput, &mut Progress<'_>) -> Result<BacktestReport, EngineError> + Sync + 'a;

/// Each thread takes the next input that nobody has taken. Nothing is shared but the counters, so that a report does not
/// depend on which thread made it.
pub(super) fn run(
    one: &One<'_>,
    inputs: &[BacktestInput],
    threads: usize,
    progress: &mut Progress<'_>,
) -> Result<Vec<BacktestReport>, EngineError> {
    let total = inputs.iter().map(|input| input.rules.len()).sum::<usize>();
    let total = u64::try_from(total).unwrap_or(u64::MAX);
    let (next, done, stop) = (
        AtomicUsize::new(0),
        AtomicU64::new(0),
        AtomicBool::new(false),
    );
    let results: Vec<Mutex<Option<Result<BacktestReport, EngineError>>>> =
        inputs.iter().map(|_| Mutex::new(None)).collect();
    let (tell, told) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..threads.clamp(1, inputs.len().max(1)) {
            let tell = tell.clone();
            let (next, done, stop, results) = (&next, &done, &stop, &results);
            scope.spawn(move || {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    let (Some(input), Some(result)) = (inputs.get(i), results.get(i)) else {
                        break;
                    };
                    let mut step = |_, _| {
                        // The receiver outlives every thread; a count that is not told is told by the next.
                        let _ = tell.send(done.fetch_add(1, Ordering::Relaxed) + 1);
                        if stop.load(Ordering::Relaxed) {
                            Flow::Stop
                        } else {
                            Flow::Continue
                        }
                    };
                    let report = one(input, &mut step);
                    if report.is_err() {
                        stop.store(true, Ordering::Relaxed);
                    }
                    if let Ok(mut result) = result.lock() {
                        *result = Some(report);
                    }
                }
            });
        }
        drop(tell);
        let mut most = 0;
        for count in told {
            // Threads may overtake each other between counting and telling.
            if count > most {
                most = count;
                if progress(count, total) == Flow::Stop {
                    stop.store(true, Ordering::Relaxed);
                }
            }
        }
    });
    collect(results)
}

type Slot = Mutex<Option<Result<BacktestReport, EngineError>>>;

/// The reports in order; an error of an input goes before the cancelling of others that it caused.
fn collect(results: Vec<Slot>) -> Result<Vec<BacktestReport>, EngineError> {
    let mut reports = Vec::with_capacity(results.len());
    let mut cancelled = false;
    for result in results {
        match result.into_inner() {
            Ok(Some(Ok(report))) => reports.push(report),
            Ok(Some(Err(EngineError::Cancelled)) | None) | Err(_) => cancelled = true,
            Ok(Some(Err(error))) => return Err(error),
        }
    }
    if cancelled {
        return Err(EngineError::Cancelled);
    }
    Ok(reports)
}
