//! A login that is known without asking: it is used again when the session has ended.

use crate::password::Password;
use crate::request::{Effect, FailureKind, Update};
use crate::slots::pause;
use crate::state::{Link, State};
use crate::view::Mode;
use jiff::Timestamp;

/// Who signs in by themselves, at which server.
#[derive(Debug, Clone)]
pub struct Login {
    url: String,
    email: String,
    password: Password,
    /// Attempts in a row.
    attempts: u32,
    not_before: Option<Timestamp>,
    /// Whether it is no good, or somebody wants to be signed out.
    over: bool,
}

impl Login {
    /// A login at the server of that address.
    #[must_use]
    pub const fn new(url: String, email: String, password: Password) -> Self {
        Self {
            url,
            email,
            password,
            attempts: 0,
            not_before: None,
            over: false,
        }
    }

    /// What signs in.
    #[must_use]
    pub fn effect(&self) -> Effect {
        Effect::SignIn {
            email: self.email.clone(),
            password: self.password.clone(),
        }
    }

    /// Takes what came: a login that the server does not know is not tried again, nor one that somebody signed out.
    pub fn hear(&mut self, update: &Update) {
        match update {
            Update::SignedOut => self.over = true,
            Update::SignedIn(Ok(())) => self.attempts = 0,
            Update::SignedIn(Err(failure)) => self.over |= failure.kind == FailureKind::SignedOut,
            _ => {}
        }
    }

    /// What signs in again, where that is due: after a pause, the longer the more often it did not work.
    pub fn due(&mut self, state: &State) -> Option<Effect> {
        let wanted = state.signed_out && !state.signing_in && state.link == Link::Up;
        let waits = self.not_before.is_some_and(|then| state.now < then);
        // Somebody who writes in the form is not disturbed.
        let written = match &state.view.mode {
            Mode::SignIn(form) => {
                form.asking || !form.email.is_empty() || !form.password.is_empty()
            }
            _ => false,
        };
        if self.over || !wanted || waits || written || state.server.url != self.url {
            return None;
        }
        self.attempts = self.attempts.saturating_add(1);
        self.not_before = state.now.checked_add(pause(self.attempts + 2)).ok();
        Some(self.effect())
    }
}
