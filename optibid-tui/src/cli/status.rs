//! How things are, once: for scripts, and where there is no terminal.

use super::args::{Common, Format};
use super::exit;
use super::start::{Place, read_config};
use crate::dashboard::Dashboard;
use crate::environment::Environment;
use crate::feed::Feed;
use crate::known;
use crate::report::{self, Fact};
use crate::request::{Effect, FailureKind, Password, Update};
use crate::state::Settings;
use crate::theme::Theme;
use crate::tokens::TokenFile;
use jiff::Timestamp;
use std::process::ExitCode;
use std::time::Duration;
use tokio::sync::mpsc::unbounded_channel;

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
    Ok(ExitCode::SUCCESS)
}

/// Lets the dashboard read all that it wants.
async fn read(
    dashboard: &mut Dashboard,
    place: &Place,
    environment: &Environment,
) -> Result<(), crate::request::Failure> {
    let (sender, mut updates) = unbounded_channel();
    let tokens = place
        .is_lasting()
        .then(|| TokenFile::new(environment.paths.tokens()));
    let feed = Feed::new(&place.server, tokens, (0, sender)).await;
    let mut feed = feed.map_err(|error| crate::request::Failure::from(&error))?;
    if let Some((email, password)) = place.login.clone() {
        let password = Password(password);
        feed.perform(Effect::SignIn { email, password });
        if let Some((_, Update::SignedIn(outcome))) = updates.recv().await {
            outcome?;
        }
    }
    let mut under_way = 0_usize;
    let began = std::time::Instant::now();
    let mut effects = dashboard.tick(Timestamp::now());
    loop {
        for effect in effects {
            // Events are for those who stay.
            if let Effect::Fetch(_) = effect {
                under_way += 1;
                feed.perform(effect);
            }
        }
        if under_way == 0 || began.elapsed() > LONGEST {
            return Ok(());
        }
        let Some((_, update)) = updates.recv().await else {
            return Ok(());
        };
        under_way -= 1;
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
