//! `optibid backtest`: the bid cycle over past days, gate by gate.

mod sheets;

pub(super) use sheets::percent;

use super::args::Backtest;
use super::battery::battery;
use super::failure::{Exit, Found};
use super::input::{Chosen, history_start, span};
use super::output::Output;
use super::settings::config;
use crate::platform::Local;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;
use optibid_core::app::SeriesInput;
use optibid_core::backtest::{
    BacktestInput, BacktestReport, BacktestRequest, BacktestSettings, SkippedDay, StrategySpec,
};
use optibid_core::error::Error;
use optibid_core::market::PriceObservation;
use optibid_core::market::rules::RuleBook;
use optibid_core::ports::{Backtester, Flow, SeriesKey};
use optibid_core::unit::Energy;
use optibid_engine::GateBacktester;

/// Most prices that are read from the database.
const PRICE_LIMIT: u32 = 400_000;

pub(super) async fn run(args: Backtest, output: Output) -> anyhow::Result<()> {
    let battery = battery(&args.battery)?;
    let settings = settings(&args);
    let rules = RuleBook::builtin();
    let mut series = args.prices.series.clone();
    if args.prices.sample {
        series.product.get_or_insert("DAM".parse()?);
    }
    let all = read(&args, &series, &rules).await?;
    let other = settings.balancing.clone();
    let other = all.iter().filter(|p| Some(&p.product) == other.as_ref());
    let other: Vec<_> = other.cloned().collect();
    let mut chosen = series.choose(all)?;
    let days = series.days(&rules, &chosen)?;
    if settings.balancing.as_ref() != Some(&chosen.product) {
        chosen.prices.extend(other);
    }
    let input = input(&rules, (&chosen, settings), days, battery)?;
    if let Some(day) = args.rerun {
        return rerun(input, day, output).await;
    }
    let inputs = match args.compare {
        true => sheets::compared(&input.rules)
            .into_iter()
            .map(|strategy| of(&input, strategy))
            .collect(),
        false => vec![input],
    };
    let threads = args.threads.map_or_else(cores, usize::from);
    let reports = replay(inputs, threads, output).await?;
    show(&reports, &args, output)
}

/// Prints what the flags ask for; the reasons for days left out come first if no day is left.
fn show(reports: &[BacktestReport], args: &Backtest, output: Output) -> anyhow::Result<()> {
    if reports.iter().all(|report| report.days.is_empty()) {
        note_skipped(reports, output);
        let message = "no day of the range can be replayed".to_owned();
        let exit = Exit::NotFound;
        return Err(Found { exit, message }.into());
    }
    if args.compare {
        let common = sheets::common(reports);
        output.sheet(&sheets::comparison(reports, &common))?;
        output.note(format!(
            "over the {} days that every strategy replayed; each day's perfect foresight starts from the energy that the strategy has \
             in store then, so that who keeps energy has a higher one",
            common.len()
        ));
    }
    let Some(report) = reports.first() else {
        return Ok(());
    };
    if !args.compare {
        output.sheet(&match args.detail {
            true => sheets::periods(report),
            false => sheets::days(report),
        })?;
        output.note(format!("strategy: {}", report.strategy));
        if let Some(waterfall) = &report.waterfall {
            output.note(sheets::waterfall(waterfall));
        }
        note_undelivered(report, output);
    }
    if args.balancing.is_some() {
        output.note(
            "perfect foresight with --balancing also holds awards at full power on the better side of every difference between the \
             two prices: a bound that no battery reaches",
        );
    }
    note_skipped(reports, output);
    Ok(())
}

/// Says what energy that was awarded and not delivered has cost: nothing, where no product settles deviations.
fn note_undelivered(report: &BacktestReport, output: Output) {
    let energy = sheets::undelivered(&report.days);
    let free = report.request.settings.balancing.is_none();
    if energy > Energy::ZERO && free {
        output.note(format!(
            "{energy} MWh that were awarded could not be delivered and neither earned nor cost anything: --balancing names a product \
             that settles them"
        ));
    }
}

/// Says which days were left out and why, once what the first strategy leaves out too.
fn note_skipped(reports: &[BacktestReport], output: Output) {
    let Some((first, others)) = reports.split_first() else {
        return;
    };
    let told = |skipped: &SkippedDay| format!("{} left out: {}", skipped.day, skipped.reason);
    first
        .skipped
        .iter()
        .map(told)
        .for_each(|line| output.note(line));
    for report in others {
        let strategy = report.request.settings.strategy;
        if let (true, Some(day)) = (report.days.is_empty(), report.skipped.first()) {
            output.note(format!(
                "{strategy} can replay no day; the first: {}",
                told(day)
            ));
            continue;
        }
        let more = report
            .skipped
            .iter()
            .filter(|day| !first.skipped.contains(day));
        more.for_each(|day| output.note(format!("{strategy}: {}", told(day))));
    }
}

fn settings(args: &Backtest) -> BacktestSettings {
    BacktestSettings {
        strategy: args.strategy,
        balancing: args.balancing.clone(),
        seed: args.seed,
        fill: args.fill,
        detail: args.detail || args.rerun.is_some(),
    }
}

fn of(input: &BacktestInput, strategy: StrategySpec) -> BacktestInput {
    let mut input = input.clone();
    input.request.settings.strategy = strategy;
    input
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The prices that the flags name, of the product and of the balancing product.
async fn read(
    args: &Backtest,
    series: &super::args::Series,
    rules: &RuleBook,
) -> anyhow::Result<Vec<PriceObservation>> {
    if let (Some(user), true) = (&args.user, args.database) {
        let mut all = stored(series, user, rules).await?;
        if let Some(product) = args
            .balancing
            .clone()
            .filter(|p| series.product.as_ref() != Some(p))
        {
            let other = super::args::Series {
                product: Some(product),
                ..series.clone()
            };
            all.extend(stored(&other, user, rules).await?);
        }
        return Ok(all);
    }
    let prices = super::args::Prices {
        series: series.clone(),
        ..args.prices.clone()
    };
    prices.read()
}

/// Runs the backtests on threads of their own, with a bar for who watches.
async fn replay(
    inputs: Vec<BacktestInput>,
    threads: usize,
    output: Output,
) -> anyhow::Result<Vec<BacktestReport>> {
    let bar = bar(output, inputs.iter().map(|input| input.rules.len()).sum());
    let shown = bar.clone();
    let reports = tokio::task::spawn_blocking(move || {
        let mut progress = |done, total| {
            shown.set_length(total);
            shown.set_position(done);
            Flow::Continue
        };
        GateBacktester::new().run_many(&inputs, threads, &mut progress)
    })
    .await?;
    bar.finish_and_clear();
    Ok(reports.map_err(Error::from)?)
}

/// Replays up to the day, bids at its gates again and shows both hashes.
async fn rerun(input: BacktestInput, day: Date, output: Output) -> anyhow::Result<()> {
    let reports = replay(vec![input.clone()], 1, output).await?;
    let row = reports.iter().flat_map(|report| &report.days);
    let Some(row) = row.clone().find(|row| row.day == day) else {
        return Err(Error::not_found("day of the backtest", day).into());
    };
    let again = GateBacktester::new().rerun(&input, row);
    output.sheet(&sheets::gates(row, &again.map_err(Error::from)?))?;
    Ok(())
}

fn bar(output: Output, days: usize) -> ProgressBar {
    if !output.is_watched() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(days as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} days, {eta} left") {
        bar.set_style(style);
    }
    bar
}

fn input(
    rules: &RuleBook,
    (chosen, settings): (&Chosen, BacktestSettings),
    days: (Date, Date),
    battery: optibid_core::asset::Battery,
) -> anyhow::Result<BacktestInput> {
    let (start, end) = span(rules, chosen, days)?;
    let history = history_start(start)?;
    let within = |p: &&PriceObservation| history <= p.period.start() && p.period.end() <= end;
    let request = BacktestRequest {
        market: chosen.market.clone(),
        product: chosen.product.clone(),
        location: chosen.location.clone(),
        from: days.0,
        to: days.1,
        battery,
        settings,
    };
    let prices = chosen.prices.iter().filter(within).cloned().collect();
    Ok(BacktestInput::new(request, rules, prices)?)
}

/// The prices that a user sees in the local database.
async fn stored(
    series: &super::args::Series,
    user: &str,
    rules: &RuleBook,
) -> anyhow::Result<Vec<PriceObservation>> {
    let missing = |flag: &str| Error::field("missing", flag, "", "name it with --database");
    let key = SeriesKey {
        market: series.market.clone().ok_or_else(|| missing("--market"))?,
        product: series.product.clone().ok_or_else(|| missing("--product"))?,
        location: series
            .location
            .clone()
            .ok_or_else(|| missing("--location"))?,
    };
    let from = series.from.ok_or_else(|| missing("--from"))?;
    let to = series.to.ok_or_else(|| missing("--to"))?;
    let zone = rules
        .at(&key.market, &key.product, from)
        .map_err(Error::from)?
        .zone
        .value;
    let local = Local::open(&config()?).await?;
    let who = local.app().act_as(user).await?;
    let input = SeriesInput {
        series: key,
        resolution: series.resolution,
        from: history_start(zone.day(from)?.start())?,
        until: zone.day(to)?.end(),
        as_of: None,
        limit: PRICE_LIMIT,
    };
    let prices = local.app().price_history(&who, input).await;
    local.close().await;
    Ok(prices?)
}
