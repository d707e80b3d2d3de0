//! How things are, once: for scripts, and where there is no terminal.

use super::args::{Common, Format};
use super::exit;
use super::start::{Place, read_config};
use crate::dashboard::Dashboard;
use crate::environment::Environment;
use crate::feed::Feed;
use crate::known;
use crate::password::Password;
use crate::report::{self, Fact};
use crate::request::{Effect, Failure, FailureKind, Request, Update};
use crate::schedule;
use crate::state::{Settings, State};
use crate::theme::Theme;
use crate::tokens::TokenFile;
use jiff::Timestamp;
use std::process::ExitCode;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// Longest time until everything has been read.
const LONGEST: Duration = Duration::from_secs(45);

/// Reads what the overview shows, and prints it.
pub(super) async fn run(common: &Common, format: Format) -> anyhow::Result<ExitCode> {
    let environment = Environment::read();
    let config = read_config(common.config.as_deref(), &environment)?;
    let place = Place::find(common, &config, &environment).await?;
    let settings = Settings {
        offline: common.offline,
        ..Settings::default()
    };
    let mut dashboard = Dashboard::new(settings, Theme::default(), place.server.clone());
    let ended = if common.offline {
        let (data, slots) = known::load(&environment.paths.known(&place.server.name))?;
        dashboard.restore(data, slots);
        dashboard.tick(Timestamp::now());
        Ok(())
    } else {
        read(&mut dashboard, &place, &environment).await
    };
    place.leave().await;
    if let Err(failure) = ended {
        exit::complain(&format!("error: {}", failure.reason));
        return Ok(ExitCode::from(exit::of(failure.kind)));
    }
    super::exit::print(&written(&report::facts(dashboard.state()), format)?)?;
    if common.offline {
        return Ok(ExitCode::SUCCESS);
    }
    let missing = missing(dashboard.state());
    for (what, failure) in &missing {
        let reason = failure.map_or("no answer in time", |failure| failure.reason.as_str());
        exit::complain(&format!("error: {what} could not be read: {reason}"));
    }
    let kind = |(_, failure): &(_, Option<&Failure>)| failure.map(|failure| failure.kind);
    let worst = missing
        .first()
        .map(|first| kind(first).unwrap_or(FailureKind::Away));
    Ok(worst.map_or(ExitCode::SUCCESS, |kind| ExitCode::from(exit::of(kind))))
}

/// What is wanted and was not read, with the reason where one is known.
fn missing(state: &State) -> Vec<(&'static str, Option<&Failure>)> {
    let wanted = schedule::wanted(state).into_iter();
    let of = |(request, _): (Request, _)| {
        let slot = state.slots.get(&request);
        let failure = slot.and_then(|slot| slot.failure.as_ref());
        let read = failure.is_none() && slot.is_some_and(|slot| slot.got.is_some());
        (!read).then_some((name(&request), failure))
    };
    wanted.filter_map(of).collect()
}

const fn name(request: &Request) -> &'static str {
    match request {
        Request::Health => "the service's health",
        Request::Maintenance => "the maintenance state",
        Request::Me => "who is signed in",
        Request::Markets => "markets",
        Request::Latest | Request::Prices { .. } => "prices",
        Request::Day { .. } => "a delivery day",
        Request::Bids | Request::Bid(_) | Request::History(_) => "bids",
        Request::Awards(_) => "awards",
        Request::Assets => "assets",
        Request::Telemetry(_) => "telemetry",
        Request::Jobs => "jobs",
        Request::Forecast { .. } => "a forecast",
        Request::Profit { .. } => "profit and loss",
        Request::Audit | Request::AuditChain => "audit entries",
        Request::Alerts => "alarms",
        Request::AlertRules => "what is watched",
    }
}

/// Lets the dashboard read all that it wants. A session that is made for it ends with it, and the dashboard's stays.
async fn read(
    dashboard: &mut Dashboard,
    place: &Place,
    environment: &Environment,
) -> Result<(), Failure> {
    let (sender, updates) = unbounded_channel();
    let lasting = place.is_lasting() && place.login.is_none();
    let tokens = lasting.then(|| TokenFile::new(environment.paths.tokens()));
    let feed = Feed::new(&place.server, tokens, (0, sender)).await;
    let mut feed = feed.map_err(|error| Failure::from(&error))?;
    let read = read_by(dashboard, place, (&mut feed, updates)).await;
    if place.login.is_some()
        && let Err(error) = feed.client().sign_out().await
    {
        tracing::warn!(%error, "the session could not be ended");
    }
    feed.finish(Duration::ZERO).await;
    read
}

async fn read_by(
    dashboard: &mut Dashboard,
    place: &Place,
    (feed, mut updates): (&mut Feed, UnboundedReceiver<(u64, Update)>),
) -> Result<(), Failure> {
    if let Some((email, password)) = place.login.clone() {
        let password = Password(password);
        feed.perform(Effect::SignIn { email, password });
        if let Some((_, Update::SignedIn(outcome))) = updates.recv().await {
            outcome?;
        }
    }
    let mut under_way = 0_usize;
    let end = tokio::time::Instant::now() + LONGEST;
    let mut effects = dashboard.tick(Timestamp::now());
    loop {
        for effect in effects {
            // Events are for those who stay.
            if let Effect::Fetch(_) = effect {
                under_way += 1;
                feed.perform(effect);
            }
        }
        if under_way == 0 {
            return Ok(());
        }
        // What has not come by then is named as missing.
        let Ok(Some((_, update))) = tokio::time::timeout_at(end, updates.recv()).await else {
            return Ok(());
        };
        under_way -= usize::from(matches!(update, Update::Got(..)));
        if let Update::Got(_, Err(failure)) = &update
            && matches!(failure.kind, FailureKind::Away | FailureKind::SignedOut)
        {
            return Err(failure.clone());
        }
        effects = dashboard.apply(update);
    }
}

fn written(facts: &[Fact], format: Format) -> anyhow::Result<String> {
    Ok(match format {
        Format::Table => report::table(facts),
        Format::Json => report::json(facts) + "\n",
        Format::Csv => report::csv(facts)?,
    })
}
