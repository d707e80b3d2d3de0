//! Brings terminal, dashboard and feed together: one loop that sleeps until something happens.

use crate::dashboard::Dashboard;
use crate::feed::Feed;
use crate::known::Keeper;
use crate::login::Login;
use crate::request::{Effect, ServerName, Update};
use crate::terminal::Surface;
use crate::tokens::TokenFile;
use crossterm::event::Event;
use futures::{Stream, StreamExt as _};
use jiff::Timestamp;
use std::io;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio::time::{MissedTickBehavior, interval};

/// Least time between two frames: thirty a second.
const FRAME: Duration = Duration::from_millis(34);
/// How long acts that are under way may take once somebody ends the dashboard.
const LAST_ACTS: Duration = Duration::from_secs(10);

/// Updates with the generation of the feed they are from; those of the highest are from no feed.
pub type Updates = (
    UnboundedSender<(u64, Update)>,
    UnboundedReceiver<(u64, Update)>,
);

/// Why the dashboard ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Somebody asked for it.
    Quit,
    /// A signal came.
    Signal(u8),
}

/// What the loop works with.
pub struct Runner {
    dashboard: Dashboard,
    feed: Option<Feed>,
    tokens: Option<TokenFile>,
    keeper: Keeper,
    login: Option<Login>,
    updates: Updates,
    generation: u64,
}

/// What is to be done with the terminal.
enum Wish {
    Mouse(bool),
    Redraw,
    Suspend,
    Quit,
}

impl Runner {
    /// A runner; without a feed for `--offline`, without a file of tokens for a server that lives no longer than the dashboard.
    #[must_use]
    pub const fn new(
        dashboard: Dashboard,
        tokens: Option<TokenFile>,
        keeper: Keeper,
        updates: Updates,
    ) -> Self {
        Self {
            dashboard,
            feed: None,
            tokens,
            keeper,
            login: None,
            updates,
            generation: 0,
        }
    }

    /// Goes to a server; reading from the one before ends.
    ///
    /// # Errors
    /// When its address is none.
    pub async fn connect(&mut self, server: &ServerName) -> anyhow::Result<()> {
        self.generation += 1;
        let updates = (self.generation, self.updates.0.clone());
        self.feed = Some(Feed::new(server, self.tokens.clone(), updates).await?);
        Ok(())
    }

    /// Signs in with a login, now and whenever the session has ended.
    pub fn sign_in(&mut self, login: Login) {
        if let Some(feed) = &mut self.feed {
            feed.perform(login.effect());
        }
        self.login = Some(login);
    }

    /// The feed, where there is one.
    pub const fn feed(&mut self) -> Option<&mut Feed> {
        self.feed.as_mut()
    }

    /// Runs until somebody ends it. What is known is written down and acts are waited for however it ends.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub async fn run(
        mut self,
        surface: &mut impl Surface,
        events: impl Stream<Item = io::Result<Event>> + Unpin,
    ) -> anyhow::Result<Ended> {
        let ended = self.turns(surface, events).await;
        let feed = self.feed.take();
        let acts = async {
            match feed {
                Some(feed) => feed.finish(LAST_ACTS).await,
                None => true,
            }
        };
        let (kept, acted) = tokio::join!(self.keeper.finish(self.dashboard.state()), acts);
        if !kept {
            tracing::warn!("the disk is too slow; not all that is known was written down");
        }
        if !acted {
            tracing::warn!(
                "an act was under way when the dashboard ended; what came of it is not known here"
            );
        }
        ended
    }

    async fn turns(
        &mut self,
        surface: &mut impl Surface,
        mut events: impl Stream<Item = io::Result<Event>> + Unpin,
    ) -> anyhow::Result<Ended> {
        let mut signals = signals::Signals::new()?;
        let mut second = interval(Duration::from_secs(1));
        second.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut drawn: Option<Instant> = None;
        let mut changed = true;
        loop {
            changed |= self.dashboard.take_changed();
            let wait = drawn.map_or(Duration::ZERO, |at| FRAME.saturating_sub(at.elapsed()));
            if changed && wait.is_zero() {
                surface.draw(&mut self.dashboard)?;
                (drawn, changed) = (Some(Instant::now()), false);
            }
            let effects = tokio::select! {
                biased;
                signal = signals.next() => match signal {
                    signals::Signal::End(number) => return Ok(Ended::Signal(number)),
                    signals::Signal::Stop => vec![Effect::Suspend],
                },
                event = events.next() => match event {
                    Some(event) => self.dashboard.input(&event?),
                    None => return Ok(Ended::Signal(1)),
                },
                () = tokio::time::sleep(wait), if changed => Vec::new(),
                Some(update) = self.updates.1.recv() => self.take(update),
                _ = second.tick() => self.second(),
            };
            for wish in self.perform(effects).await {
                match wish {
                    Wish::Mouse(capture) => surface.capture_mouse(capture)?,
                    Wish::Redraw => surface.redraw()?,
                    Wish::Suspend => surface.suspend()?,
                    Wish::Quit => return Ok(Ended::Quit),
                }
                changed = true;
            }
        }
    }

    fn second(&mut self) -> Vec<Effect> {
        let mut effects = self.dashboard.tick(Timestamp::now());
        self.keeper.keep(self.dashboard.state());
        let login = self.login.as_mut();
        if let Some(effect) = login.and_then(|login| login.due(self.dashboard.state())) {
            effects.extend(self.dashboard.apply(Update::SigningIn));
            effects.push(effect);
        }
        effects
    }

    fn take(&mut self, update: (u64, Update)) -> Vec<Effect> {
        let (generation, update) = update;
        if generation != self.generation && generation != u64::MAX {
            return Vec::new();
        }
        self.keeper.hear(&update, self.dashboard.state().now);
        if let Some(login) = &mut self.login {
            login.hear(&update);
        }
        self.dashboard.apply(update)
    }

    async fn perform(&mut self, effects: Vec<Effect>) -> Vec<Wish> {
        let mut wishes = Vec::new();
        for effect in effects {
            match effect {
                Effect::Mouse(capture) => wishes.push(Wish::Mouse(capture)),
                Effect::Redraw => wishes.push(Wish::Redraw),
                Effect::Suspend => wishes.push(Wish::Suspend),
                Effect::Quit => wishes.push(Wish::Quit),
                Effect::Panic => panicked(),
                Effect::Server(name) => self.change_server(&name).await,
                other => {
                    if let Some(feed) = &mut self.feed {
                        feed.perform(other);
                        self.generation = feed.generation();
                    }
                }
            }
        }
        wishes
    }

    async fn change_server(&mut self, name: &str) {
        let servers = &self.dashboard.state().settings.servers;
        let Some(server) = servers.iter().find(|server| server.name == name).cloned() else {
            return;
        };
        // The way there is made first: without one this server stays in use.
        let updates = (self.generation + 1, self.updates.0.clone());
        let feed = match Feed::new(&server, self.tokens.clone(), updates).await {
            Ok(feed) => feed,
            Err(error) => {
                tracing::error!(%error, server = name, "the server cannot be used");
                self.dashboard.warn(format!("server {name}: {error}"));
                return;
            }
        };
        // What is being done here is not let go half-way.
        if let Some(feed) = self.feed.take()
            && !feed.finish(LAST_ACTS).await
        {
            tracing::warn!(
                name,
                "an act was under way when the server was changed; what came of it is not known here"
            );
        }
        while let Ok(update) = self.updates.1.try_recv() {
            self.take(update);
        }
        self.keeper.go_to(&server.name, self.dashboard.state());
        let feed = self.feed.insert(feed);
        let effects = self.dashboard.apply(Update::Server(server));
        effects.into_iter().for_each(|effect| feed.perform(effect));
        self.generation = feed.generation();
    }
}

#[expect(
    clippy::panic,
    reason = "asked for, in debug builds, to see that the terminal is given back"
)]
fn panicked() {
    panic!("asked for by the command panic");
}

#[cfg(unix)]
mod signals {
    use tokio::signal::unix::{self, SignalKind};

    /// Signals that concern the dashboard.
    pub(super) struct Signals {
        terminate: unix::Signal,
        hangup: unix::Signal,
        interrupt: unix::Signal,
        stop: unix::Signal,
    }

    pub(super) enum Signal {
        /// To end, by that number.
        End(u8),
        /// To stop until the shell goes on with it.
        Stop,
    }

    impl Signals {
        pub(super) fn new() -> std::io::Result<Self> {
            Ok(Self {
                terminate: unix::signal(SignalKind::terminate())?,
                hangup: unix::signal(SignalKind::hangup())?,
                interrupt: unix::signal(SignalKind::interrupt())?,
                stop: unix::signal(SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw()))?,
            })
        }

        pub(super) async fn next(&mut self) -> Signal {
            tokio::select! {
                _ = self.terminate.recv() => Signal::End(15),
                _ = self.hangup.recv() => Signal::End(1),
                _ = self.interrupt.recv() => Signal::End(2),
                _ = self.stop.recv() => Signal::Stop,
            }
        }
    }
}

#[cfg(not(unix))]
mod signals {
    pub(super) struct Signals;

    #[expect(dead_code, reason = "there are no such signals here")]
    pub(super) enum Signal {
        End(u8),
        Stop,
    }

    impl Signals {
        pub(super) fn new() -> std::io::Result<Self> {
            Ok(Self)
        }

        pub(super) async fn next(&mut self) -> Signal {
            std::future::pending().await
        }
    }
}
