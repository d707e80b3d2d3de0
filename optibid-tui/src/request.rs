//! What is asked of the server and done there, and what comes back.

use crate::action::Screen;
use crate::password::Password;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use optibid_client::{Error, TransportError};
use optibid_core::alert::WatchedRule;
use optibid_core::api::{
    AlertView, AuditView, BidView, DayView, Health, JobView, MarketView, MeView, PriceView,
    TelemetryView,
};
use optibid_core::app::{AuditVerdict, Maintenance};
use optibid_core::asset::Asset;
use optibid_core::bid::BidEvent;
use optibid_core::error::Code;
use optibid_core::event::Event;
use optibid_core::forecast::Forecast;
use optibid_core::id::{AlertId, AlertRuleId, AssetId, BidId, JobId};
use optibid_core::market::{LocationCode, MarketId, ProductId};
use optibid_core::portfolio::{Award, ProfitAndLoss};
use std::fmt;

/// A price series.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Series {
    /// The market.
    pub market: MarketId,
    /// The product.
    pub product: ProductId,
    /// The location.
    pub location: LocationCode,
}

impl Series {
    /// The series that a price belongs to.
    #[must_use]
    pub fn of(price: &PriceView) -> Self {
        Self {
            market: price.market.clone(),
            product: price.product.clone(),
            location: price.location.clone(),
        }
    }
}

impl fmt::Display for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.market, self.product, self.location)
    }
}

/// Something to read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Request {
    /// How the service is. Also the probe of a server that is away.
    Health,
    /// Whether writes are refused.
    Maintenance,
    /// Who is signed in.
    Me,
    /// Markets with their next gates.
    Markets,
    /// The latest price of every series.
    Latest,
    /// Prices of a series over delivery days.
    Prices {
        /// The series.
        series: Series,
        /// First day.
        from: Date,
        /// Last day.
        to: Date,
    },
    /// Periods and gates of a delivery day.
    Day {
        /// The market.
        market: MarketId,
        /// The product.
        product: ProductId,
        /// The day.
        day: Date,
    },
    /// The latest bids.
    Bids,
    /// One bid.
    Bid(BidId),
    /// What became of a bid.
    History(BidId),
    /// Awards of a bid.
    Awards(BidId),
    /// All assets.
    Assets,
    /// What an asset measured in the last day.
    Telemetry(AssetId),
    /// The latest jobs.
    Jobs,
    /// A forecast.
    Forecast {
        /// The series.
        series: Series,
        /// The day.
        day: Date,
    },
    /// Profit and loss of days.
    Profit {
        /// First day.
        from: Date,
        /// Last day.
        to: Date,
    },
    /// The latest audit entries.
    Audit,
    /// Whether the audit chain is whole.
    AuditChain,
    /// Alarms: all that are outstanding, and the latest past ones.
    Alerts,
    /// What is watched.
    AlertRules,
}

/// Days of the heat rows.
pub const HEAT_DAYS: i64 = 14;

impl Request {
    /// Prices of so many days up to the last.
    #[must_use]
    pub fn prices(series: Series, last: Date, days: i64) -> Self {
        Self::Prices {
            series,
            from: last.saturating_sub((days - 1).max(0).days()),
            to: last,
        }
    }

    /// Profit and loss of thirty days up to the last.
    #[must_use]
    pub fn profit_to(last: Date) -> Self {
        Self::Profit {
            from: last.saturating_sub(29.days()),
            to: last,
        }
    }
}

/// What a request got.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Of [`Request::Health`].
    Health(Health),
    /// Of [`Request::Maintenance`].
    Maintenance(Maintenance),
    /// Of [`Request::Me`].
    Me(Box<MeView>),
    /// Of [`Request::Markets`].
    Markets(Vec<MarketView>),
    /// Of [`Request::Latest`] and [`Request::Prices`].
    Prices(Vec<PriceView>),
    /// Of [`Request::Day`].
    Day(Box<DayView>),
    /// Of [`Request::Bids`].
    Bids(Vec<BidView>),
    /// Of [`Request::Bid`] and of what is done to a bid.
    Bid(Box<BidView>),
    /// Of [`Request::History`].
    History(Vec<BidEvent>),
    /// Of [`Request::Awards`].
    Awards(Vec<Award>),
    /// Of [`Request::Assets`].
    Assets(Vec<Asset>),
    /// Of [`Request::Telemetry`].
    Telemetry(TelemetryView),
    /// Of [`Request::Jobs`].
    Jobs(Vec<JobView>),
    /// Of what is done to a job.
    Job(Box<JobView>),
    /// Of [`Request::Forecast`].
    Forecast(Box<Forecast>),
    /// Of [`Request::Profit`].
    Profit(Vec<ProfitAndLoss>),
    /// Of [`Request::Audit`].
    Audit(Vec<AuditView>),
    /// Of [`Request::AuditChain`].
    AuditChain(AuditVerdict),
    /// Of [`Request::Alerts`].
    Alerts(Vec<AlertView>),
    /// Of what is done to an alarm.
    Alert(Box<AlertView>),
    /// Of [`Request::AlertRules`].
    AlertRules(Vec<WatchedRule>),
    /// Of what is done to a rule.
    AlertRule(Box<WatchedRule>),
}

/// Something to do at the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Submits a bid, if it is still at the version that was shown.
    Submit(BidId, u64),
    /// Withdraws a bid, if it is still at the version that was shown.
    Withdraw(BidId, u64),
    /// Checks a draft against the venue's rules.
    Validate(BidId),
    /// Asks the venue again what became of a bid.
    AskVenue(BidId),
    /// Asks a job to end.
    CancelJob(JobId),
    /// Answers an alarm.
    Acknowledge(AlertId),
    /// Silences a rule for so many minutes.
    Shelve(AlertRuleId, u32),
    /// Ends a rule's silence.
    Unshelve(AlertRuleId),
}

impl Act {
    /// What is done, in words.
    #[must_use]
    pub fn words(&self) -> String {
        use crate::format::{duration, short};
        match self {
            Self::Submit(id, _) => format!("submit bid {}", short(id)),
            Self::Withdraw(id, _) => format!("withdraw bid {}", short(id)),
            Self::Validate(id) => format!("validate bid {}", short(id)),
            Self::AskVenue(id) => format!("ask the venue about bid {}", short(id)),
            Self::CancelJob(id) => format!("cancel job {}", short(id)),
            Self::Acknowledge(id) => format!("acknowledge alarm {}", short(id)),
            Self::Shelve(id, minutes) => {
                let span = SignedDuration::from_mins(i64::from(*minutes));
                format!("shelve rule {} for {}", short(id), duration(span))
            }
            Self::Unshelve(id) => format!("unshelve rule {}", short(id)),
        }
    }

    /// The bid that it is done to.
    #[must_use]
    pub const fn bid(&self) -> Option<BidId> {
        match self {
            Self::Submit(id, _)
            | Self::Withdraw(id, _)
            | Self::Validate(id)
            | Self::AskVenue(id) => Some(*id),
            _ => None,
        }
    }
}

/// Why something did not work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What follows from it.
    pub kind: FailureKind,
    /// In words.
    pub reason: String,
    /// Whether it certainly had no effect.
    pub certainly_not_applied: bool,
}

/// What follows from a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// The server is not reached: try again later.
    Away,
    /// Nobody is signed in, or no longer.
    SignedOut,
    /// The role does not allow it: asking again makes no sense.
    Forbidden,
    /// The server said no.
    Refused,
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        let kind = match (error, error.code()) {
            (Error::SignedOut(_), _) | (_, Some(Code::Unauthenticated)) => FailureKind::SignedOut,
            (_, Some(Code::Forbidden)) => FailureKind::Forbidden,
            (Error::Transport(_) | Error::Unexpected { .. }, _) => FailureKind::Away,
            (_, Some(Code::Unavailable | Code::Timeout)) => FailureKind::Away,
            _ => FailureKind::Refused,
        };
        let reason = match error {
            Error::Transport(TransportError::NotSent(_)) => "the server is not reached".to_owned(),
            Error::Problem { problem, .. } => {
                let reference = format!(" (reference {})", problem.request_id);
                let shown = if problem.status >= 500 {
                    reference
                } else {
                    String::new()
                };
                let broken: Vec<String> =
                    problem.violations.iter().map(ToString::to_string).collect();
                let broken = if broken.is_empty() {
                    problem.detail.clone()
                } else {
                    broken.join("; ")
                };
                format!("{broken}{shown}")
            }
            other => other.to_string(),
        };
        Self {
            kind,
            reason,
            certainly_not_applied: error.certainly_not_applied(),
        }
    }
}

/// What the dashboard wants done outside of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Read.
    Fetch(Request),
    /// Do.
    Act(Act),
    /// Listen to events from now on.
    Listen,
    /// Sign in.
    SignIn {
        /// The address.
        email: String,
        /// The password.
        password: Password,
    },
    /// Sign out and forget the tokens.
    SignOut,
    /// Another person asks from now on: what is under way is let go.
    LetGo,
    /// Go to another server of the configuration.
    Server(String),
    /// Capture the mouse, or release it.
    Mouse(bool),
    /// Draw the screen anew.
    Redraw,
    /// Stop until the shell brings the dashboard back.
    Suspend,
    /// Panic, to see that the terminal is restored; debug builds only.
    Panic,
    /// End.
    Quit,
}

/// What comes from outside.
#[derive(Debug, Clone, PartialEq)]
pub enum Update {
    /// What a request got.
    Got(Request, Result<Answer, Failure>),
    /// What came of an act.
    Done(Act, Result<Answer, Failure>),
    /// Something happened at the server.
    Event(Box<Event>),
    /// Events were lost: what they concern is read again.
    Gap,
    /// The line of events stands: what is read from now on lacks nothing.
    LineStands,
    /// The line of events broke and is being made again.
    LineBroken,
    /// The line of events is over.
    LineOver(Failure),
    /// Somebody is signing in: what needs a session waits.
    SigningIn,
    /// Somebody signed out: what was read is theirs.
    SignedOut,
    /// Whether signing in worked.
    SignedIn(Result<(), Failure>),
    /// Another server is in use.
    Server(ServerName),
    /// A line of the dashboard's own log.
    Logged(LogLine),
    /// A screen to begin with.
    Show(Screen),
}

/// A server of the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServerName {
    /// The name.
    pub name: String,
    /// The address.
    pub url: String,
}

/// A line of the dashboard's own log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// When.
    pub at: Timestamp,
    /// How grave: `ERROR`, `WARN`, `INFO`.
    pub level: &'static str,
    /// What.
    pub text: String,
}
