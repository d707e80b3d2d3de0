//! The dashboard without terminal and server: events and updates go in, effects and frames come out.

mod session;

use crate::canvas::{Canvas, Target};
use crate::chrome;
use crate::data::Data;
use crate::format::short;
use crate::input;
use crate::request::{Act, Answer, Effect, Failure, FailureKind, Request, ServerName, Update};
use crate::schedule;
use crate::slots::Slots;
use crate::state::{Line, Link, OpenOutcome, Settings, State};
use crate::theme::{Theme, Tone};
use crate::view::Mode;
use crossterm::event::Event;
use jiff::{SignedDuration, Timestamp};
use optibid_core::api::BidView;
use optibid_core::bid::BidState;
use optibid_core::event::EventKind;
use optibid_core::id::BidId;
use ratatui::Frame;
use ratatui::layout::Rect;

/// The dashboard.
///
/// ```
/// use optibid_tui::dashboard::Dashboard;
/// use optibid_tui::request::{Effect, Request};
/// let mut dashboard = Dashboard::new(Default::default(), Default::default(), Default::default());
/// let effects = dashboard.tick("2026-11-21T12:00:00Z".parse()?);
/// assert_eq!(effects, [Effect::Fetch(Request::Health)]);
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Dashboard {
    state: State,
    targets: Vec<(Rect, Target)>,
    changed: bool,
    /// Whether what is under way was asked for by somebody else.
    lets_go: bool,
}

impl Dashboard {
    /// A dashboard that knows nothing yet.
    #[must_use]
    pub fn new(settings: Settings, theme: Theme, server: ServerName) -> Self {
        let link = if settings.offline {
            Link::Offline
        } else {
            Link::Connecting
        };
        let state = State {
            settings,
            theme,
            server,
            link,
            ..State::default()
        };
        Self {
            state,
            changed: true,
            ..Self::default()
        }
    }

    /// All that it knows.
    #[must_use]
    pub const fn state(&self) -> &State {
        &self.state
    }

    /// Fills it with what was known in an earlier run.
    pub fn restore(&mut self, data: Data, slots: Slots) {
        let log = std::mem::take(&mut self.state.data.log);
        self.state.data = Data { log, ..data };
        self.state.slots = slots;
        self.changed = true;
    }

    /// Whether a frame would differ from the one before; asking forgets it.
    pub fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    /// Takes an event of the terminal.
    pub fn input(&mut self, event: &Event) -> Vec<Effect> {
        self.changed = true;
        let mut effects = input::take(&mut self.state, event, &self.targets);
        effects.extend(schedule::due(&mut self.state));
        effects
    }

    /// Takes what came from outside.
    pub fn apply(&mut self, update: Update) -> Vec<Effect> {
        self.changed = true;
        match update {
            Update::Got(request, answer) => self.got(&request, answer),
            Update::Done(act, answer) => self.done(&act, answer),
            Update::Event(event) => {
                self.heard(&event.kind);
                self.state.data.hear(*event);
            }
            Update::Gap => {
                self.state.slots.touch(|_| true);
                self.state.tell(
                    Tone::Plain,
                    "events were lost on the way; everything is read again",
                );
            }
            Update::LineBroken => self.state.line = Line::Asked,
            Update::LineStands => {
                self.state.line = Line::Listening;
                // What was read before may lack what happened in between.
                self.state.slots.touch(|request| {
                    matches!(
                        request,
                        Request::Latest
                            | Request::Bids
                            | Request::Jobs
                            | Request::Alerts
                            | Request::AlertRules
                    )
                });
            }
            Update::LineOver(failure) => {
                let again = self.state.now.saturating_add(SignedDuration::from_secs(10));
                self.state.line = match failure.kind {
                    FailureKind::Forbidden => Line::Denied,
                    _ => Line::Paused(again.unwrap_or(Timestamp::MAX)),
                };
                if failure.kind == FailureKind::SignedOut {
                    self.sign_in_again();
                }
            }
            Update::SignedIn(outcome) => self.signed_in(outcome),
            Update::SignedOut => self.signed_out(),
            Update::SigningIn => self.state.signing_in = true,
            Update::Server(server) => self.moved(server),
            Update::Logged(line) => self.state.data.log(line),
            Update::Show(screen) => self.state.view.screen = screen,
        }
        let let_go = std::mem::take(&mut self.lets_go).then_some(Effect::LetGo);
        let due = schedule::due(&mut self.state);
        let_go.into_iter().chain(due).collect()
    }

    /// Time passes: what is due is asked for. A frame shows ages and countdowns, which change by the second.
    pub fn tick(&mut self, now: Timestamp) -> Vec<Effect> {
        self.changed |= self.state.now.as_second() != now.as_second();
        self.state.now = now;
        schedule::due(&mut self.state)
    }

    fn got(&mut self, request: &Request, answer: Result<Answer, Failure>) {
        let now = self.state.now;
        match answer {
            Ok(answer) => {
                if let Answer::Me(me) = &answer {
                    self.is_signed_in(me);
                }
                self.state.reached();
                self.state.slots.succeed(request, now);
                if *request == Request::Me {
                    self.state.signed_out = false;
                }
                if let Answer::AuditChain(verdict) = &answer {
                    let text = match verdict.broken_at {
                        None => format!("the audit chain is whole: {} entries", verdict.entries),
                        Some(at) => format!("the audit chain is broken at entry {at}"),
                    };
                    let tone = if verdict.broken_at.is_some() {
                        Tone::Danger
                    } else {
                        Tone::Plain
                    };
                    self.state.tell(tone, text);
                }
                let read = in_hand(&self.state, request, &answer);
                self.state.data.keep(request, answer);
                self.outcomes_read(&read);
            }
            Err(failure) => {
                self.state.failed(&failure);
                if *request == Request::AuditChain {
                    self.state
                        .tell(Tone::Warn, format!("verify: {}", failure.reason));
                }
                if failure.kind == FailureKind::SignedOut {
                    self.sign_in_again();
                }
                self.state.slots.fail(request, failure, now);
            }
        }
    }

    fn done(&mut self, act: &Act, answer: Result<Answer, Failure>) {
        let words = act.words();
        match answer {
            Ok(answer) => {
                let outcome = match &answer {
                    Answer::Bid(bid) => format!("done: {words}; it is {}", bid.state),
                    Answer::Alert(alert) => format!("done: {words}; it is {}", alert.status),
                    Answer::Job(job) => format!("done: {words}; it is {}", job.state.code()),
                    _ => format!("done: {words}"),
                };
                self.state.tell(Tone::Strong, outcome);
                self.state.data.keep(&Request::Bids, answer);
            }
            Err(failure) => {
                self.state.failed(&failure);
                let (tone, kept) = if failure.certainly_not_applied {
                    (Tone::Warn, "nothing was changed")
                } else {
                    (
                        Tone::Danger,
                        "it may have been done all the same; what came of it is read again",
                    )
                };
                if let Some(bid) = act.bid().filter(|_| !failure.certainly_not_applied) {
                    let text = format!("{words}: {}; it may have been done", failure.reason);
                    let at = self.state.now;
                    self.state.open_outcomes.retain(|open| open.bid != bid);
                    self.state.open_outcomes.push(OpenOutcome { bid, text, at });
                }
                self.state
                    .tell(tone, format!("{words}: {}; {kept}", failure.reason));
            }
        }
        let bid = act.bid();
        self.state.slots.touch(|request| match request {
            Request::Bids
            | Request::Jobs
            | Request::Audit
            | Request::Alerts
            | Request::AlertRules => true,
            Request::Bid(id) | Request::History(id) | Request::Awards(id) => Some(*id) == bid,
            _ => false,
        });
    }

    /// Tells how the bids stand whose acts had no known outcome.
    fn outcomes_read(&mut self, read: &[(BidId, BidState)]) {
        for (bid, state) in read {
            let open = self.state.open_outcomes.len();
            self.state.open_outcomes.retain(|open| open.bid != *bid);
            if self.state.open_outcomes.len() < open {
                let text = format!("bid {} was read again: it is {state}", short(bid));
                self.state.tell(Tone::Strong, text);
            }
        }
    }

    /// What an event makes old.
    fn heard(&mut self, kind: &EventKind) {
        match kind {
            EventKind::Price(_) => {}
            EventKind::Bid(moved) => {
                let settled = moved.to == BidState::Settled;
                self.state.slots.touch(|request| match request {
                    Request::Bids | Request::Audit => true,
                    Request::Bid(id) | Request::History(id) | Request::Awards(id) => {
                        *id == moved.bid
                    }
                    Request::Profit { .. } => settled,
                    _ => false,
                });
            }
            EventKind::Alert(_) => {
                self.state
                    .slots
                    .touch(|request| matches!(request, Request::Alerts | Request::AlertRules));
            }
            EventKind::Job(moved) => {
                let known = self.state.data.jobs.iter().any(|job| job.id == moved.job);
                if !known || moved.state.is_final() {
                    self.state.slots.touch(|request| *request == Request::Jobs);
                }
            }
        }
    }

    /// Warns of something that did not work outside.
    pub fn warn(&mut self, text: String) {
        self.state.tell(Tone::Warn, text);
        self.changed = true;
    }

    /// Draws a frame.
    pub fn draw(&mut self, frame: &mut Frame<'_>) {
        input::follow(&mut self.state);
        let mut canvas = Canvas {
            buf: frame.buffer_mut(),
            theme: self.state.theme,
            targets: Vec::new(),
            scrolls: Vec::new(),
            caret: None,
            asked: false,
        };
        chrome::draw(&mut canvas, &self.state);
        let Canvas {
            targets,
            scrolls,
            caret,
            asked,
            ..
        } = canvas;
        self.targets = targets;
        self.state.view.scrolls.extend(scrolls);
        if let Mode::Confirm(question) = &mut self.state.view.mode {
            question.seen = asked;
        }
        if let Some(caret) = caret {
            frame.set_cursor_position(caret);
        }
    }
}

/// The states of bids in an answer that was asked for after every act that has ended by now.
fn in_hand(state: &State, request: &Request, answer: &Answer) -> Vec<(BidId, BidState)> {
    if state.slots.get(request).is_some_and(|slot| slot.dirty) {
        return Vec::new();
    }
    let of = |bid: &BidView| (bid.id, bid.state);
    match answer {
        Answer::Bids(bids) => bids.iter().map(of).collect(),
        Answer::Bid(bid) => vec![of(bid)],
        _ => Vec::new(),
    }
}
