//! Bid submission: the use case against a bare insert of the same rows, on SQLite and PostgreSQL.
//!
//! Sixty-four writers, each with one bid under way, call `App::draft_bid` and wait for the durable
//! acknowledgement: rule check, idempotency key, bid, event, audit entry in the hash chain and outbox
//! message. Beside it, in the same run on the same server and disk, the same rows are inserted bare: no check, no
//! chain, no reading; one transaction each, and many in one. The rounds alternate, so that a busy
//! moment of the machine strikes all.
//!
//! `OPTIBID_BENCH_POSTGRES_URL` (or `OPTIBID_TEST_POSTGRES_URL`) names the PostgreSQL; `--seconds N` is the
//! length of a round.

#![expect(clippy::print_stdout, reason = "a bench prints its table")]

mod bare;
mod disk;
mod load;
mod platform;
mod row;

use anyhow::{Context, bail, ensure};
use disk::Disk;
use load::{Sample, drive};
use optibid_bench::header;
use platform::Platform;
use std::sync::Arc;
use std::time::Duration;

const COMMAND: &str = "make bench (scripts/bench.sh bench_bids)";
const WRITERS: usize = 64;
/// Bare rows of so many bids go into one transaction of the batched variant.
const BATCH: usize = 64;
const ROUNDS: usize = 3;
const WARM_UP: Duration = Duration::from_secs(1);

fn main() -> anyhow::Result<()> {
    ensure!(
        !cfg!(debug_assertions),
        "an unoptimised build measures nothing: use --release"
    );
    let seconds = seconds()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(run(Duration::from_secs(seconds)))
}

fn seconds() -> anyhow::Result<u64> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [] => Ok(5),
        [name, value] if name == "--seconds" => value.parse().context("--seconds takes a number"),
        other => bail!("unknown arguments {other:?}: --seconds N"),
    }
}

async fn run(length: Duration) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let disk = Disk::of(folder.path())?;
    print!("{}", header(COMMAND));
    println!("disk: {}", disk.describe());
    println!(
        "one flush of 4 KiB: {:.2} ms (median of 200)",
        disk.flush_ms(folder.path())?
    );
    println!(
        "load: {WRITERS} writers, {ROUNDS} rounds of {} s each after {} s",
        length.as_secs(),
        WARM_UP.as_secs()
    );
    let urls = [
        Some(format!(
            "sqlite:{}",
            folder.path().join("bids.db").display()
        )),
        postgres_server()?,
    ];
    let mut tables = String::new();
    for url in urls.into_iter().flatten() {
        tables += &one_database(&url, (length, &disk)).await?;
    }
    println!(
        "\n| database | variant | bids/s | of bare | p50 ms | p95 ms | p99 ms | bids a flush |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- |");
    print!("{tables}");
    Ok(())
}

fn postgres_server() -> anyhow::Result<Option<String>> {
    let names = ["OPTIBID_BENCH_POSTGRES_URL", "OPTIBID_TEST_POSTGRES_URL"];
    let url = names.into_iter().find_map(|name| std::env::var(name).ok());
    if url.is_none() {
        println!("PostgreSQL: NOT MEASURED ({} is unset)", names[0]);
    }
    Ok(url)
}

/// Measures all variants on one database and answers the lines of the table.
async fn one_database(url: &str, (length, disk): (Duration, &Disk)) -> anyhow::Result<String> {
    let place = bare::Place::make(url).await?;
    let platform = Arc::new(Platform::open(place.url()).await?);
    let sample_row = Arc::new(platform.one_row(place.url()).await?);
    let bare = Arc::new(bare::Bare::open(place.bare_url(), (sample_row, WRITERS)).await?);
    println!("{}: {}", place.name(), bare.durability().await?);
    let mut samples = [Sample::default(), Sample::default(), Sample::default()];
    for _ in 0..ROUNDS {
        let [single, product, batched] = &mut samples;
        let (times, writer) = ((WARM_UP, length), bare.clone());
        single.add(
            drive(disk, (WRITERS, 1, times), move |n| {
                let bare = writer.clone();
                async move { bare.insert_one(n).await }
            })
            .await?,
        );
        let app = platform.clone();
        product.add(
            drive(disk, (WRITERS, 1, times), move |_| {
                let app = app.clone();
                async move { app.draft().await }
            })
            .await?,
        );
        let writer = bare.clone();
        batched.add(
            drive(disk, (1, BATCH, times), move |n| {
                let bare = writer.clone();
                async move { bare.insert_many(n, BATCH).await }
            })
            .await?,
        );
    }
    println!("{}: {}", place.name(), platform.close().await?);
    let variants = [
        "bare insert, one transaction each",
        "OptiBid",
        "bare insert, 64 bids a transaction",
    ];
    let base = samples.first().map_or(0.0, Sample::rate);
    let name = place.name().to_owned();
    bare.close().await?;
    place.remove().await?;
    let lines = variants.iter().zip(&samples);
    Ok(lines
        .map(|(variant, sample)| format!("| {name} | {variant} | {} |\n", sample.line(base)))
        .collect())
}
