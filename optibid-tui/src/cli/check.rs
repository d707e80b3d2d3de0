//! Connection, session, keys, files: what to look at first when something does not work.

use super::args::Common;
use super::clock::{Clocked, Skew};
use super::exit;
use super::start::{Place, read_config};
use crate::config::ConfigError;
use crate::environment::Environment;
use crate::request::{Failure, FailureKind};
use crate::tokens::TokenFile;
use optibid_client::Client;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// How long a connection, and an answer, may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Looks, and says what it found, line by line.
pub(super) async fn run(common: &Common) -> anyhow::Result<ExitCode> {
    let environment = Environment::read();
    let mut lines = Vec::new();
    let mut say = |what: &str, found: String| lines.push(format!("{what:<12}{found}\n"));
    let paths = &environment.paths;
    let named = common.config.as_deref().unwrap_or(&paths.config);
    let there = if named.exists() {
        ""
    } else {
        " (not there: defaults hold)"
    };
    say("config", format!("{}{there}", named.display()));
    let config = read_config(common.config.as_deref(), &environment)?;
    config.keymap().map_err(ConfigError::Keys)?;
    say("keys", "no key means two things".to_owned());
    say("state", paths.state.display().to_string());
    say("log", paths.log().display().to_string());
    let place = Place::find(common, &config, &environment).await?;
    say(
        "server",
        format!("{} at {}", place.server.name, place.server.url),
    );
    let found = reach(&place, &environment, &mut say).await;
    place.leave().await;
    super::exit::print(&lines.concat())?;
    Ok(match found {
        Ok(()) => ExitCode::SUCCESS,
        Err(kind) => ExitCode::from(exit::of(kind)),
    })
}

async fn reach(
    place: &Place,
    environment: &Environment,
    say: &mut impl FnMut(&str, String),
) -> Result<(), FailureKind> {
    let client = Clocked::new(PATIENCE).and_then(|network| {
        let client = Client::builder(place.server.url.clone())
            .timeout(PATIENCE)
            .transport(network.clone());
        Ok((client.build()?, network))
    });
    let (client, network) = client.map_err(|error| {
        say("connection", error.to_string());
        Failure::from(&error).kind
    })?;
    let began = Instant::now();
    match client.health().await {
        Ok(health) => {
            let status = serde_json::to_value(health.status).ok();
            let status = status
                .as_ref()
                .and_then(|value| value.as_str())
                .unwrap_or_default()
                .to_owned();
            let millis = began.elapsed().as_millis();
            say(
                "connection",
                format!("{status}, version {}, {millis} ms", health.version),
            );
            let skew = network.skew();
            let skew = skew.map_or_else(
                || "the server does not tell its time".to_owned(),
                Skew::told,
            );
            say("clock", skew);
        }
        Err(error) => {
            let failure = Failure::from(&error);
            say("connection", error.to_string());
            return Err(failure.kind);
        }
    }
    signed_in(
        &client,
        place,
        &TokenFile::new(environment.paths.tokens()),
        say,
    )
    .await
}

/// Who the server takes the caller for.
async fn signed_in(
    client: &Client,
    place: &Place,
    tokens: &TokenFile,
    say: &mut impl FnMut(&str, String),
) -> Result<(), FailureKind> {
    // Nobody else exchanges them meanwhile: they are good once.
    let locked = tokens.locked().ok();
    let kept = tokens.load(&place.server.url).ok().flatten();
    let had_tokens = kept.is_some();
    client.set_tokens(kept).await;
    if let Some((email, password)) = &place.login
        && let Err(error) = client.sign_in(email, password).await
    {
        say("sign-in", error.to_string());
        return Err(Failure::from(&error).kind);
    }
    let me = client.me().await;
    // A token that was exchanged on the way is good once: the next run needs the new one.
    let now = client.tokens().await;
    if place.login.is_none() && had_tokens && now.is_some() {
        let saved = locked.map_or(Ok(()), |file| file.save(&place.server.url, now.as_ref()));
        if let Err(error) = saved {
            say("tokens", format!("cannot be written: {error}"));
        }
    }
    match me {
        Ok(me) => {
            let who = format!(
                "{} of {}, {}",
                me.user.email, me.organisation.name, me.user.role
            );
            say("signed in", who);
            if let Some(expires) = now.and_then(|tokens| tokens.expires_at) {
                let left = expires.duration_since(jiff::Timestamp::now());
                say(
                    "token",
                    format!(
                        "ends in {}, is renewed by itself",
                        crate::format::duration(left)
                    ),
                );
            }
            Ok(())
        }
        Err(error) => {
            say("signed in", format!("no: {error}"));
            Err(Failure::from(&error).kind)
        }
    }
}
