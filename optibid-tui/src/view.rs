//! What is shown: screen, focus, cursors, prompts.

use crate::action::Screen;
use crate::filter::Filter;
use crate::line_edit::LineEdit;
use crate::request::{Act, Series};
use crate::theme::Tone;
use jiff::Timestamp;
use jiff::civil::Date;
use optibid_core::id::{AlertId, AlertRuleId, AssetId, BidId, JobId};
use std::collections::{BTreeMap, BTreeSet};

/// A pane of a screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pane {
    /// Latest prices.
    Prices,
    /// Next gate closures.
    Gates,
    /// State of charge.
    Storage,
    /// Profit and loss.
    Profit,
    /// Alarms.
    Alarms,
    /// Service health.
    Service,
    /// The price chart.
    Chart,
    /// Heat rows.
    Heat,
    /// The own offers of a period by price.
    Stack,
    /// The blotter.
    Blotter,
    /// A bid's offer by period.
    Grid,
    /// What became of a bid.
    History,
    /// Assets.
    Assets,
    /// Telemetry of an asset.
    Telemetry,
    /// The forecast chart.
    ForecastChart,
    /// The forecast by period.
    ForecastTable,
    /// Jobs.
    Jobs,
    /// Active alerts.
    Alerts,
    /// Alert rules.
    Rules,
    /// Past alarms.
    PastAlerts,
    /// Audit entries.
    Audit,
    /// Log lines.
    Log,
}

impl Pane {
    /// The panes of a screen in the order of the tab key.
    #[must_use]
    pub const fn of(screen: Screen, bid_open: bool) -> &'static [Self] {
        match screen {
            Screen::Overview => &[
                Self::Alarms,
                Self::Gates,
                Self::Prices,
                Self::Storage,
                Self::Profit,
                Self::Service,
            ],
            Screen::Market => &[Self::Chart, Self::Heat, Self::Stack],
            Screen::Bids if bid_open => &[Self::Grid, Self::History],
            Screen::Bids => &[Self::Blotter],
            Screen::Assets => &[Self::Assets, Self::Telemetry],
            Screen::Forecasts => &[Self::ForecastChart, Self::ForecastTable],
            Screen::Jobs => &[Self::Jobs],
            Screen::Alerts => &[Self::Alerts, Self::Rules, Self::PastAlerts],
            Screen::Audit => &[Self::Audit],
            Screen::Logs => &[Self::Log],
        }
    }
}

/// Where a list stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scroll {
    /// The selected row.
    pub cursor: usize,
    /// The first row that is drawn.
    pub top: usize,
    /// Rows that fit.
    pub page: usize,
}

/// What a row is about. Rows move as things change; this does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RowKey {
    Bid(BidId),
    Job(JobId),
    Asset(AssetId),
    Alert(AlertId),
    Rule(AlertRuleId),
    Series(Series),
    /// What came of an act on a bid.
    Outcome(BidId),
    /// Something that the dashboard itself sees.
    Own(&'static str),
}

/// What the keyboard is for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Mode {
    /// Keys are actions.
    #[default]
    Normal,
    /// A command is written.
    Command(LineEdit),
    /// A filter is written.
    Filter(LineEdit),
    /// The help is open, scrolled so far.
    Help(usize),
    /// A question waits for an answer.
    Confirm(Box<Question>),
    /// The sign-in form is open.
    SignIn(SignInForm),
}

/// A question before an act: it says in numbers what will happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What will be done when the answer is yes.
    pub act: Act,
    /// The question.
    pub title: String,
    /// What will happen, line by line: label and text.
    pub lines: Vec<(String, String)>,
    /// The word for yes.
    pub yes: &'static str,
    /// Whether every line of it is on the screen: only then yes is an answer.
    pub seen: bool,
}

/// The sign-in form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SignInForm {
    /// The address.
    pub email: LineEdit,
    /// The password.
    pub password: LineEdit,
    /// Whether the cursor is in the password.
    pub on_password: bool,
    /// Whether the server is being asked.
    pub asking: bool,
    /// Why it did not work.
    pub failure: Option<String>,
}

/// A message to the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What.
    pub text: String,
    /// How grave.
    pub tone: Tone,
    /// When.
    pub at: Timestamp,
}

/// What is shown.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// The screen.
    pub screen: Screen,
    /// The focused pane of each screen that is not the first one.
    pub focus: BTreeMap<Screen, Pane>,
    /// Where lists stand.
    pub scrolls: BTreeMap<Pane, Scroll>,
    /// What the selected rows are about.
    pub(crate) picked: BTreeMap<Pane, RowKey>,
    /// Lists whose selected row went away: what stands there now was not chosen.
    pub(crate) lost: BTreeSet<Pane>,
    /// Filters of lists.
    pub filters: BTreeMap<Pane, Filter>,
    /// The filter that was set last, which the next match is looked for with.
    pub last_filter: Option<Filter>,
    /// The bid that is open.
    pub open_bid: Option<BidId>,
    /// The series that was chosen.
    pub series: Option<Series>,
    /// The delivery day that was chosen.
    pub day: Option<Date>,
    /// The period of the day that the cursor is on.
    pub period: Option<usize>,
    /// What the keyboard is for.
    pub mode: Mode,
    /// The last message.
    pub notice: Option<Notice>,
    /// Whether the terminal has the mouse.
    pub mouse_released: bool,
}

impl View {
    /// The panes of the screen.
    #[must_use]
    pub const fn panes(&self) -> &'static [Pane] {
        Pane::of(self.screen, self.open_bid.is_some())
    }

    /// The pane that keys go to.
    #[must_use]
    pub fn focused(&self) -> Pane {
        let panes = self.panes();
        let chosen = self.focus.get(&self.screen).copied();
        let first = panes.first().copied().unwrap_or(Pane::Log);
        chosen.filter(|pane| panes.contains(pane)).unwrap_or(first)
    }

    /// Where a list stands.
    #[must_use]
    pub fn scroll(&self, pane: Pane) -> Scroll {
        self.scrolls.get(&pane).copied().unwrap_or_default()
    }

    /// The filter of a list.
    #[must_use]
    pub fn filter(&self, pane: Pane) -> Option<&Filter> {
        self.filters.get(&pane)
    }
}
