//! All that the dashboard knows: the world, what is shown, the connection.

use crate::data::Data;
use crate::keymap::Keymap;
use crate::request::{Failure, FailureKind, Request, Series, ServerName};
use crate::slots::{Slots, pause};
use crate::theme::{Theme, Tone};
use crate::view::{Notice, View};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use optibid_core::api::BidView;
use optibid_core::id::{BidId, OrgId, UserId};
use optibid_core::market::{DeliveryDay, MarketZone};

/// How the server is reached.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Link {
    /// Nothing was heard yet.
    #[default]
    Connecting,
    /// It answers.
    Up,
    /// It does not answer.
    Away {
        /// Since then.
        since: Timestamp,
        /// Attempts that failed.
        failures: u32,
        /// When it is tried again.
        again: Timestamp,
    },
    /// There is no server: what was written down is shown.
    Offline,
}

/// The line of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Line {
    /// Not asked for yet, or over: it is made again then.
    #[default]
    Down,
    /// Over; made again not before that.
    Paused(Timestamp),
    /// Being made.
    Asked,
    /// Listening.
    Listening,
    /// The role may not listen: lists are read from time to time.
    Denied,
}

/// An act of which it is not known whether it was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OpenOutcome {
    pub(crate) bid: BidId,
    /// What was to be done, and why it is not known.
    pub(crate) text: String,
    pub(crate) at: Timestamp,
}

/// What does not change while the dashboard runs.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Which key does what.
    pub keymap: Keymap,
    /// Whether acts are refused.
    pub readonly: bool,
    /// Whether there is no server.
    pub offline: bool,
    /// The servers of the configuration.
    pub servers: Vec<ServerName>,
}

/// All that the dashboard knows.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// What does not change.
    pub settings: Settings,
    /// Colours and marks.
    pub theme: Theme,
    /// The time.
    pub now: Timestamp,
    /// The server in use.
    pub server: ServerName,
    /// How it is reached.
    pub link: Link,
    /// The line of events.
    pub line: Line,
    /// Whether somebody must sign in before more is read.
    pub signed_out: bool,
    /// Whether somebody is signing in just now: what needs a session waits for it.
    pub signing_in: bool,
    /// Whose data these are: user and organisation.
    pub(crate) person: Option<(UserId, OrgId)>,
    /// Acts whose outcome a later read must show.
    pub(crate) open_outcomes: Vec<OpenOutcome>,
    /// The world.
    pub data: Data,
    /// What is known of each request.
    pub slots: Slots,
    /// What is shown.
    pub view: View,
}

impl State {
    /// Tells the person something.
    pub fn tell(&mut self, tone: Tone, text: impl Into<String>) {
        // What is grave stays until something else is, or somebody closes it.
        let grave = |notice: &Notice| notice.tone == Tone::Danger;
        if tone == Tone::Plain && self.view.notice.as_ref().is_some_and(grave) {
            return;
        }
        self.view.notice = Some(Notice {
            text: text.into(),
            tone,
            at: self.now,
        });
    }

    /// The series that is looked at: the chosen one, or one of the own assets' places, or the first.
    #[must_use]
    pub fn series(&self) -> Option<Series> {
        let chosen = self.view.series.clone();
        let own = |series: &&Series| {
            let at = |asset: &optibid_core::asset::Asset| {
                asset.market == series.market && asset.location == series.location
            };
            self.data.assets.iter().any(at)
        };
        chosen
            .or_else(|| self.data.latest.keys().find(own).cloned())
            .or_else(|| self.data.latest.keys().next().cloned())
    }

    /// The delivery day that is looked at.
    #[must_use]
    pub fn day(&self) -> Option<Date> {
        let natural = || self.data.natural_day(&self.series()?, self.now);
        self.view.day.or_else(natural)
    }

    /// The zone of the series that is looked at.
    #[must_use]
    pub fn zone(&self) -> Option<MarketZone> {
        let series = self.series()?;
        self.data.zone(&series.market, &series.product)
    }

    /// The time zone of the series that is looked at, which times of no market are shown in too; UTC where it is not known.
    #[must_use]
    pub fn time_zone(&self) -> TimeZone {
        self.zone()
            .map_or(TimeZone::UTC, |zone| zone.time_zone().clone())
    }

    /// The name of that time zone.
    #[must_use]
    pub fn zone_name(&self) -> String {
        self.zone()
            .map_or_else(|| "UTC".to_owned(), |zone| zone.name().to_owned())
    }

    /// The delivery day that is looked at, with its start and end.
    #[must_use]
    pub fn delivery_day(&self) -> Option<DeliveryDay> {
        self.zone()?.day(self.day()?).ok()
    }

    /// The time zone of a bid's product.
    #[must_use]
    pub fn zone_of(&self, bid: &BidView) -> TimeZone {
        let content = &bid.content;
        self.data.time_zone(&content.market, &content.product)
    }

    /// The span of days whose profit is shown: thirty, up to the last that was bid for.
    #[must_use]
    pub fn profit_span(&self) -> Request {
        let today = self.now.to_zoned(TimeZone::UTC).date();
        let known = self.data.profit.last().map(|day| day.day);
        // Offline it is what was written down, whenever that was.
        let known = known.filter(|_| self.link == Link::Offline);
        let last = self.data.last_settled_day().or(known);
        Request::profit_to(last.unwrap_or(today))
    }

    /// Whether requests make sense: there is a server, it answers, and it knows who asks.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        matches!(self.link, Link::Up) && !self.signed_out && !self.signing_in
    }

    /// The server answered.
    pub fn reached(&mut self) {
        if matches!(self.link, Link::Away { .. }) {
            self.tell(Tone::Plain, "the server is back; everything is read again");
            self.slots.touch(|_| true);
        }
        if self.link != Link::Offline {
            self.link = Link::Up;
        }
    }

    /// Something failed: what follows for the connection.
    pub fn failed(&mut self, failure: &Failure) {
        match failure.kind {
            FailureKind::Away => {
                let (since, failures) = match self.link {
                    Link::Away {
                        since,
                        failures,
                        again,
                    } if again <= self.now => (since, failures.saturating_add(1)),
                    // Answers of calls that were under way say nothing new.
                    Link::Away { .. } | Link::Offline => return,
                    Link::Connecting | Link::Up => (self.now, 1),
                };
                let again = self.now.checked_add(pause(failures));
                self.link = Link::Away {
                    since,
                    failures,
                    again: again.unwrap_or(Timestamp::MAX),
                };
            }
            FailureKind::SignedOut => {
                self.reached();
                self.signed_out = true;
            }
            FailureKind::Forbidden | FailureKind::Refused => self.reached(),
        }
    }
}
