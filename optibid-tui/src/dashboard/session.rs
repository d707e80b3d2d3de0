//! Who is signed in, at which server: what was read belongs to them.

use super::Dashboard;
use crate::data::Data;
use crate::request::{Failure, ServerName};
use crate::state::{Line, Link};
use crate::theme::Tone;
use crate::view::{Mode, SignInForm};
use optibid_core::api::MeView;

impl Dashboard {
    /// Whose data are read from now on. Those of somebody else are forgotten.
    pub(super) fn is_signed_in(&mut self, me: &MeView) {
        let person = (me.user.id, me.organisation.id);
        if self.state.person.is_some_and(|before| before != person) {
            self.forget();
        }
        self.state.person = Some(person);
    }

    pub(super) fn signed_out(&mut self) {
        self.forget();
        self.state.person = None;
        self.sign_in_again();
        let text = "signed out; what was read is forgotten here";
        self.state.tell(Tone::Plain, text);
    }

    /// Forgets what was read, and what is asked about it.
    fn forget(&mut self) {
        let log = std::mem::take(&mut self.state.data.log);
        self.state.data = Data {
            log,
            ..Data::default()
        };
        self.state.slots.clear();
        self.state.open_outcomes.clear();
        self.state.line = Line::Down;
        self.lets_go = true;
        let view = &mut self.state.view;
        (view.open_bid, view.series, view.day, view.period) = (None, None, None, None);
        view.scrolls.clear();
        view.picked.clear();
        view.filters.clear();
        if matches!(view.mode, Mode::Confirm(_)) {
            view.mode = Mode::Normal;
        }
    }

    pub(super) fn sign_in_again(&mut self) {
        self.state.signed_out = true;
        self.state.line = Line::Down;
        if self.state.view.mode == Mode::Normal {
            self.state.view.mode = Mode::SignIn(SignInForm::default());
        }
    }

    pub(super) fn signed_in(&mut self, outcome: Result<(), Failure>) {
        self.state.signing_in = false;
        match outcome {
            Ok(()) => {
                self.state.signed_out = false;
                self.state.reached();
                // Who it is is asked first: until then nothing of anybody is.
                self.state.data.me = None;
                self.state.slots.abandon();
                self.state.slots.touch(|_| true);
                self.state.line = Line::Down;
                self.lets_go = true;
                if matches!(self.state.view.mode, Mode::SignIn(_)) {
                    self.state.view.mode = Mode::Normal;
                }
                self.state.tell(Tone::Plain, "signed in");
            }
            Err(failure) => {
                let reason = failure.reason.clone();
                match &mut self.state.view.mode {
                    Mode::SignIn(form) => {
                        form.asking = false;
                        form.failure = Some(failure.reason);
                    }
                    mode => {
                        *mode = Mode::SignIn(SignInForm {
                            failure: Some(failure.reason),
                            ..SignInForm::default()
                        });
                    }
                }
                self.state.tell(Tone::Warn, format!("sign-in: {reason}"));
            }
        }
    }

    pub(super) fn moved(&mut self, server: ServerName) {
        let text = format!("server {} at {}", server.name, server.url);
        self.forget();
        self.state.person = None;
        self.state.server = server;
        self.state.link = Link::Connecting;
        self.state.signed_out = false;
        self.state.signing_in = false;
        self.state.tell(Tone::Plain, text);
    }
}
