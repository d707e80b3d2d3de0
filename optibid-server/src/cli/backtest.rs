//! `optibid backtest`: the bid cycle over past days, gate by gate.

use super::args::Backtest;
use super::battery::battery;
use super::input::{Chosen, dates, history_start, span};
use super::output::{Output, Sheet, number, text};
use super::settings::config;
use crate::platform::Local;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;
use optibid_core::app::SeriesInput;
use optibid_core::backtest::{BacktestInput, BacktestReport, BacktestRequest};
use optibid_core::error::Error;
use optibid_core::market::PriceObservation;
use optibid_core::market::rules::RuleBook;
use optibid_core::ports::{Backtester, Flow, SeriesKey};
use optibid_core::unit::{Money, Ratio};
use optibid_engine::GateBacktester;

/// Most prices that are read from the database.
const PRICE_LIMIT: u32 = 400_000;

pub(super) async fn run(args: Backtest, output: Output) -> anyhow::Result<()> {
    let battery = battery(&args.battery)?;
    let rules = RuleBook::builtin();
    let mut series = args.prices.series;
    if args.prices.sample {
        series.product.get_or_insert("DAM".parse()?);
    }
    let all = match (&args.user, args.database) {
        (Some(user), true) => stored(&series, user, &rules).await?,
        _ => super::args::Prices {
            series: series.clone(),
            ..args.prices
        }
        .read()?,
    };
    let chosen = series.choose(all)?;
    let days = series.days(&rules, &chosen)?;
    let input = input(&rules, &chosen, days, battery)?;
    let bar = bar(output, dates(days).count());
    let shown = bar.clone();
    let report = tokio::task::spawn_blocking(move || {
        let mut progress = |done, total| {
            shown.set_length(total);
            shown.set_position(done);
            Flow::Continue
        };
        GateBacktester::default().run(&input, &mut progress)
    })
    .await?;
    bar.finish_and_clear();
    let report = report.map_err(Error::from)?;
    output.sheet(&sheet(&report))?;
    for skipped in &report.skipped {
        output.note(format!("{} left out: {}", skipped.day, skipped.reason));
    }
    output.note(format!("strategy: {}", report.strategy));
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
    chosen: &Chosen,
    days: (Date, Date),
    battery: optibid_core::asset::Battery,
) -> anyhow::Result<BacktestInput> {
    let (start, end) = span(rules, chosen, days)?;
    let history = history_start(start)?;
    let within = |p: &&PriceObservation| history <= p.period.start() && p.period.end() <= end;
    let of_day = |day| {
        rules
            .at(&chosen.market, &chosen.product, day)
            .map_err(Error::from)
    };
    Ok(BacktestInput {
        request: BacktestRequest {
            market: chosen.market.clone(),
            product: chosen.product.clone(),
            location: chosen.location.clone(),
            from: days.0,
            to: days.1,
            battery,
        },
        rules: dates(days).map(of_day).collect::<Result<_, _>>()?,
        prices: chosen.prices.iter().filter(within).cloned().collect(),
    })
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

fn sheet(report: &BacktestReport) -> Sheet {
    let money = |what: &str| format!("{what} ({})", report.revenue.currency());
    let mut sheet = Sheet::new([
        text("day", "Day"),
        number("revenue", &money("Revenue")),
        number("wear", &money("Wear")),
        number("net", &money("Net")),
        number("perfect_foresight", &money("Perfect foresight")),
        number("capture", "Capture (%)"),
        number("cycles", "Cycles"),
        number("undelivered", "Undelivered (MWh)"),
    ]);
    for day in &report.days {
        sheet.row([
            day.day.to_string(),
            day.revenue.to_string(),
            day.wear.to_string(),
            net(day.revenue, day.wear),
            day.perfect_foresight.to_string(),
            percent(day.capture),
            day.cycles.to_string(),
            day.undelivered.to_string(),
        ]);
    }
    sheet.totals([
        format!("{} days", report.days.len()),
        report.revenue.to_string(),
        report.wear.to_string(),
        net(report.revenue, report.wear),
        report.perfect_foresight.to_string(),
        percent(report.capture),
        report.cycles.to_string(),
        String::new(),
    ]);
    sheet
}

fn net(revenue: Money, wear: Money) -> String {
    revenue
        .checked_sub(wear)
        .map(|net| net.to_string())
        .unwrap_or_default()
}

/// A share in percent with one decimal, half-even; empty where there is none.
pub(super) fn percent(share: Option<Ratio>) -> String {
    let Some(share) = share else {
        return String::new();
    };
    let tenths = optibid_core::unit::Rounding::HalfEven.div(i128::from(share.ppm()), 1_000);
    let sign = if tenths < 0 { "-" } else { "" };
    format!("{sign}{}.{}", tenths.abs() / 10, tenths.abs() % 10)
}
