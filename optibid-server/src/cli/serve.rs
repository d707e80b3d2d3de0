//! `optibid serve`: the server, and the demonstration before it.

use super::args::Serve;
use super::backtest::percent;
use super::output::{Output, Sheet, number, text};
use super::settings::config_with;
use crate::config::{Config, Environment};
use crate::demo::{self, Fixture, Summary, World};
use crate::platform::{Local, Platform};
use crate::serve::{Server, asked_to_end};
use anyhow::bail;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use std::io::IsTerminal;
use std::net::SocketAddr;
use tracing_subscriber::EnvFilter;

pub(super) async fn run(args: Serve, output: Output) -> anyhow::Result<()> {
    let mut flags = Vec::new();
    if let Some(port) = args.port {
        flags.push(("PORT", port.to_string()));
    }
    if args.demo {
        // The demo is for looking at: its prices are no secret.
        flags.push(("PUBLIC_MARKET_DATA", "true".to_owned()));
    }
    let config = config_with(&flags)?;
    log(&config)?;
    // Watched from the beginning, so that no request to end is missed while things are set up.
    let mut stop = tokio::spawn(asked_to_end());
    let server = Server::bind(&config).await?;
    let address = server.address()?;
    let live = match args.demo {
        true => tokio::select! {
            rehearsed = rehearse(&config, args.days, output) => Some(rehearsed?),
            _ = &mut stop => return Ok(()),
        },
        false => None,
    };
    let platform = Platform::open(config).await?;
    if let Some((fixture, until)) = live {
        let state = platform.state.clone();
        tokio::spawn(demo::live(state.app, fixture, until, state.stopping));
    }
    greet(address, args.demo, output)?;
    let asked = async {
        // A watcher that failed cannot tell any more: then stopping is the safe side.
        let _ = stop.await;
    };
    server.run(platform, asked).await
}

/// Log lines go to standard error: as JSON for machines, in short for a person at a terminal.
fn log(config: &Config) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&config.log_level)?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let started = if std::io::stderr().is_terminal() {
        lines.compact().try_init()
    } else {
        lines.json().flatten_event(true).try_init()
    };
    started.map_err(|error| anyhow::anyhow!("starting the log: {error}"))
}

/// Replays the days and shows them; answers what is to be played live, and from when.
async fn rehearse(
    config: &Config,
    days: u32,
    output: Output,
) -> anyhow::Result<(Fixture, Timestamp)> {
    if config.environment == Environment::Production {
        bail!("the demo makes users and prices up for show: not with ENVIRONMENT=production");
    }
    let fixture = Fixture::load()?;
    let local = Local::open(config).await?;
    let last = demo::last_day(demo::FIRST_DAY, days);
    let until = demo::end_of(local.app(), &fixture, last)?;
    output.note(format!("prices: {}", demo::SOURCE));
    let world = demo::prepare(local.app(), &fixture, until).await?;
    output.note(format!(
        "stored: {} prices new, {} known already",
        world.imported.inserted, world.imported.unchanged
    ));
    let bar = bar(output, days);
    let mut progress = |done: u32| bar.set_position(u64::from(done));
    let span = (demo::FIRST_DAY, days);
    let summary = demo::replay(local.app(), (&fixture, &world), span, &mut progress).await?;
    bar.finish_and_clear();
    local.close().await;
    show(&summary, &world, output)?;
    Ok((fixture, until))
}

fn bar(output: Output, days: u32) -> ProgressBar {
    if !output.is_watched() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(u64::from(days));
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} days traded") {
        bar.set_style(style);
    }
    bar
}

fn show(summary: &Summary, world: &World, output: Output) -> anyhow::Result<()> {
    output.note(format!(
        "\n{}, bidding day-ahead into ERCOT, day by day:\n",
        demo::BATTERY
    ));
    output.sheet(&sheet(summary)?)?;
    for day in &summary.days {
        if let Err(reason) = &day.outcome {
            output.note(format!("{}: {reason}", day.day));
        }
    }
    output.note(
        "\nRevenue: awards at the day-ahead price, and what was not delivered at the real-time price.\n\
         Perfect foresight: the best schedule of each day in hindsight at day-ahead prices, less wear.\n\
         Every day starts with an empty battery; the bid is taken not to move the price.",
    );
    let password = match &world.login.password {
        Some(password) => format!("{password}   (shown once: it is kept nowhere)"),
        None => "as shown at the first start; for a new one start over with another DATABASE_URL"
            .to_owned(),
    };
    output.banner(&format!(
        "\nlogin     {}\npassword  {password}\n",
        world.login.email
    ))?;
    Ok(())
}

fn sheet(summary: &Summary) -> anyhow::Result<Sheet> {
    let money = |what: &str| format!("{what} ({})", summary.currency);
    let mut sheet = Sheet::new([
        text("day", "Day"),
        number("revenue", &money("Revenue")),
        number("wear", &money("Wear")),
        number("net", &money("Net")),
        number("perfect_foresight", &money("Perfect foresight")),
        number("capture", "Capture (%)"),
    ]);
    for day in &summary.days {
        let date = day.day.to_string();
        match &day.outcome {
            Ok(p) => sheet.row([
                date,
                demo::revenue(p)?.to_string(),
                p.wear.to_string(),
                p.net.to_string(),
                p.perfect_foresight
                    .map(|m| m.to_string())
                    .unwrap_or_default(),
                percent(p.capture),
            ]),
            Err(_) => sheet.row([
                date,
                "-".to_owned(),
                String::new(),
                String::new(),
                String::new(),
                String::new(),
            ]),
        }
    }
    sheet.totals([
        format!("{} days", summary.days.len()),
        summary.revenue.to_string(),
        summary.wear.to_string(),
        summary.net.to_string(),
        summary.perfect_foresight.to_string(),
        percent(summary.capture),
    ]);
    Ok(sheet)
}

fn greet(address: SocketAddr, demo: bool, output: Output) -> anyhow::Result<()> {
    let port = address.port();
    let host = if address.ip().is_unspecified() || address.ip().is_loopback() {
        "localhost".to_owned()
    } else {
        address.ip().to_string()
    };
    let mut lines = vec![
        format!("desk      http://{host}:{port}/"),
        format!("API       http://{host}:{port}/api/docs"),
        format!("health    http://{host}:{port}/health"),
    ];
    if demo {
        lines.push(format!(
            "prices    http://{host}:{port}/api/market-data/latest"
        ));
        lines.push(format!(
            "live      ws://{host}:{port}/api/ws/market/ERCOT   (15 minutes of market a second)"
        ));
        lines.push("\nCtrl-C stops the server.".to_owned());
    }
    output.banner(&(lines.join("\n") + "\n"))?;
    Ok(())
}
