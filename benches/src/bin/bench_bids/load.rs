//! Writers that each wait for an answer before they ask again.

use crate::disk::Disk;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// What was measured.
#[derive(Debug, Default)]
pub(crate) struct Sample {
    bids: usize,
    seconds: f64,
    flushes: u64,
    /// How long each answer took, ascending after [`Sample::add`].
    times: Vec<Duration>,
}

impl Sample {
    /// Joins another round.
    pub(crate) fn add(&mut self, other: Self) {
        self.bids += other.bids;
        self.seconds += other.seconds;
        self.flushes += other.flushes;
        self.times.extend(other.times);
        self.times.sort_unstable();
    }

    /// Bids a second.
    pub(crate) fn rate(&self) -> f64 {
        self.bids as f64 / self.seconds
    }

    /// The share of answers that came within this time, milliseconds.
    fn quantile_ms(&self, share: f64) -> f64 {
        let index = (self.times.len() as f64 * share) as usize;
        let last = self.times.len().saturating_sub(1);
        self.times
            .get(index.min(last))
            .map_or(0.0, |time| time.as_secs_f64() * 1e3)
    }

    /// The cells of a table's line; `base` is the rate that others are compared with.
    pub(crate) fn line(&self, base: f64) -> String {
        format!(
            "{:.0} | {:.2} | {:.1} | {:.1} | {:.1} | {:.1}",
            self.rate(),
            self.rate() / base,
            self.quantile_ms(0.5),
            self.quantile_ms(0.95),
            self.quantile_ms(0.99),
            self.bids as f64 / self.flushes.max(1) as f64
        )
    }
}

/// Runs `writers` that each repeat `work`, which stores `bids` at a time, for the warm-up and then under the
/// clock. `work` gets the number of the writer.
///
/// # Errors
/// The first error of `work`.
pub(crate) async fn drive<F, W>(
    disk: &Disk,
    (writers, bids, (warm_up, length)): (usize, usize, (Duration, Duration)),
    work: F,
) -> anyhow::Result<Sample>
where
    F: Fn(usize) -> W + Send + Sync + 'static,
    W: Future<Output = anyhow::Result<()>> + Send,
{
    let work = Arc::new(work);
    let counted = Arc::new(AtomicUsize::new(0));
    let from = Instant::now() + warm_up;
    let until = from + length;
    let tasks: Vec<_> = (0..writers)
        .map(|number| {
            let (work, counted) = (work.clone(), counted.clone());
            tokio::spawn(async move {
                let mut times = Vec::new();
                loop {
                    let start = Instant::now();
                    if start >= until {
                        return anyhow::Ok(times);
                    }
                    work(number).await?;
                    let end = Instant::now();
                    if (from..until).contains(&end) {
                        times.push(end - start);
                        counted.fetch_add(bids, Ordering::Relaxed);
                    }
                }
            })
        })
        .collect();
    tokio::time::sleep_until(from.into()).await;
    let flushes = disk.flushes()?;
    tokio::time::sleep_until(until.into()).await;
    let flushes = disk.flushes()? - flushes;
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await??);
    }
    Ok(Sample {
        bids: counted.load(Ordering::Relaxed),
        seconds: length.as_secs_f64(),
        flushes,
        times,
    })
}
