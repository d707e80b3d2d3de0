//! Data table: everything a person can do, once. Keymap, help, bottom line, commands and the manual are made of it.

/// A screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Screen {
    /// What is happening now.
    #[default]
    Overview,
    /// Prices of a day and the own offers.
    Market,
    /// The blotter, a bid, its grid.
    Bids,
    /// Batteries and plants.
    Assets,
    /// Forecasts.
    Forecasts,
    /// Long work.
    Jobs,
    /// Alerts and their rules.
    Alerts,
    /// The audit trail.
    Audit,
    /// What the dashboard itself logged.
    Logs,
}

impl Screen {
    /// All screens in the order of their tabs.
    pub const ALL: [Self; 9] = [
        Self::Overview,
        Self::Market,
        Self::Bids,
        Self::Assets,
        Self::Forecasts,
        Self::Jobs,
        Self::Alerts,
        Self::Audit,
        Self::Logs,
    ];

    /// The word on its tab.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Market => "Market",
            Self::Bids => "Bids",
            Self::Assets => "Assets",
            Self::Forecasts => "Forecasts",
            Self::Jobs => "Jobs",
            Self::Alerts => "Alerts",
            Self::Audit => "Audit",
            Self::Logs => "Logs",
        }
    }
}

/// Something a person can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Shows a screen.
    Show(Screen),
    /// The screen to the right.
    NextScreen,
    /// The screen to the left.
    PreviousScreen,
    /// The next pane.
    NextPane,
    /// The pane before.
    PreviousPane,
    /// One row down.
    Down,
    /// One row up.
    Up,
    /// One period or column left.
    Left,
    /// One period or column right.
    Right,
    /// The first row.
    First,
    /// The last row.
    Last,
    /// Half a page down.
    HalfPageDown,
    /// Half a page up.
    HalfPageUp,
    /// The next row that matches.
    NextMatch,
    /// The row before that matches.
    PreviousMatch,
    /// Opens the selected row.
    Open,
    /// Back: closes what is open, clears the filter.
    Back,
    /// Filters rows.
    Filter,
    /// Opens the command line.
    Command,
    /// Shows what can be done here.
    Help,
    /// A later day.
    NextDay,
    /// An earlier day.
    PreviousDay,
    /// Back to today, or a given day.
    Day,
    /// The next price series.
    NextSeries,
    /// The series before, or a given one.
    Series,
    /// Submits the bid.
    Submit,
    /// Withdraws the bid.
    Withdraw,
    /// Checks the draft against the venue's rules.
    Validate,
    /// Asks the venue again what became of the bid.
    AskVenue,
    /// Cancels the job.
    CancelJob,
    /// Acknowledges the alert.
    Acknowledge,
    /// Shelves the alert for an hour, or a given time.
    Shelve,
    /// Takes the alert off the shelf.
    Unshelve,
    /// Verifies the audit chain.
    VerifyAudit,
    /// Reads everything again.
    Reload,
    /// Another server.
    Server,
    /// Another theme.
    Theme,
    /// Releases or captures the mouse.
    Mouse,
    /// Opens the sign-in form.
    SignIn,
    /// Signs out.
    SignOut,
    /// Draws the screen anew.
    Redraw,
    /// Suspends the dashboard.
    Suspend,
    /// Ends the dashboard.
    Quit,
}

/// What an action does to the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effects {
    /// It changes what is shown, or who is signed in.
    View,
    /// It changes something at the server: refused by `--readonly` and `--offline`.
    Act,
}

/// Where an action works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// On every screen.
    Everywhere,
    /// On these.
    On(&'static [Screen]),
}

impl Scope {
    /// Whether it works on a screen.
    #[must_use]
    pub fn covers(self, screen: Screen) -> bool {
        match self {
            Self::Everywhere => true,
            Self::On(screens) => screens.contains(&screen),
        }
    }

    /// Whether there is a screen where both work.
    #[must_use]
    pub fn meets(self, other: Self) -> bool {
        Screen::ALL
            .into_iter()
            .any(|screen| self.covers(screen) && other.covers(screen))
    }
}

/// What may be written behind a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Argument {
    /// Nothing.
    None,
    /// The name of a server.
    Server,
    /// The name of a theme.
    Theme,
    /// A delivery day.
    Day,
    /// Market, product and location.
    Series,
    /// Words to filter by.
    Words,
    /// Minutes.
    Minutes,
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The action.
    pub action: Action,
    /// Its name in commands and in the configuration.
    pub name: &'static str,
    /// Other names in commands.
    pub aliases: &'static [&'static str],
    /// Its keys where the configuration says nothing else.
    pub keys: &'static [&'static str],
    /// Where it works.
    pub scope: Scope,
    /// What it does to the world.
    pub effects: Effects,
    /// What may follow its name.
    pub argument: Argument,
    /// In the bottom line: a word, and its place (0 is not shown there).
    pub hint: (&'static str, u8),
    /// In the help and in the manual.
    pub about: &'static str,
}

const BASE: Entry = Entry {
    action: Action::Quit,
    name: "",
    aliases: &[],
    keys: &[],
    scope: Scope::Everywhere,
    effects: Effects::View,
    argument: Argument::None,
    hint: ("", 0),
    about: "",
};

const fn entry(
    action: Action,
    name: &'static str,
    keys: &'static [&'static str],
    about: &'static str,
) -> Entry {
    Entry {
        action,
        name,
        keys,
        about,
        ..BASE
    }
}

const fn show(
    screen: Screen,
    name: &'static str,
    keys: &'static [&'static str],
    about: &'static str,
) -> Entry {
    entry(Action::Show(screen), name, keys, about)
}

const fn act(
    action: Action,
    name: &'static str,
    keys: &'static [&'static str],
    about: &'static str,
) -> Entry {
    Entry {
        effects: Effects::Act,
        ..entry(action, name, keys, about)
    }
}

impl Entry {
    const fn on(self, screens: &'static [Screen]) -> Self {
        Self {
            scope: Scope::On(screens),
            ..self
        }
    }

    const fn hint(self, word: &'static str, place: u8) -> Self {
        Self {
            hint: (word, place),
            ..self
        }
    }

    const fn also(self, aliases: &'static [&'static str]) -> Self {
        Self { aliases, ..self }
    }

    const fn with(self, argument: Argument) -> Self {
        Self { argument, ..self }
    }
}

const PRICED: &[Screen] = &[Screen::Market, Screen::Forecasts];
const BIDS: &[Screen] = &[Screen::Bids];
const ALERTS: &[Screen] = &[Screen::Overview, Screen::Alerts];

/// The table.
pub const TABLE: &[Entry] = &[
    show(
        Screen::Overview,
        "overview",
        &["1"],
        "what is happening now",
    )
    .also(&["home", "o"]),
    show(
        Screen::Market,
        "market",
        &["2"],
        "prices of a day, heat rows, order stack",
    )
    .also(&["prices", "m"]),
    show(Screen::Bids, "bids", &["3"], "blotter, bid, grid").also(&["blotter", "b"]),
    show(
        Screen::Assets,
        "assets",
        &["4"],
        "batteries and plants with telemetry",
    )
    .also(&["a"]),
    show(
        Screen::Forecasts,
        "forecasts",
        &["5"],
        "price forecasts with their band",
    )
    .also(&["f"]),
    show(Screen::Jobs, "jobs", &["6"], "long work with its progress").also(&["j"]),
    show(
        Screen::Alerts,
        "alerts",
        &["7"],
        "active alerts, their rules and history",
    )
    .also(&["alarms"]),
    show(Screen::Audit, "audit", &["8"], "who did what when"),
    show(
        Screen::Logs,
        "logs",
        &["9"],
        "what the dashboard itself logged",
    )
    .also(&["log"]),
    entry(
        Action::NextScreen,
        "next-screen",
        &["}"],
        "the screen to the right",
    ),
    entry(
        Action::PreviousScreen,
        "previous-screen",
        &["{"],
        "the screen to the left",
    ),
    entry(Action::NextPane, "next-pane", &["tab"], "the next pane").hint("pane", 40),
    entry(
        Action::PreviousPane,
        "previous-pane",
        &["backtab"],
        "the pane before",
    ),
    entry(Action::Down, "down", &["j", "down"], "one row down").hint("down", 60),
    entry(Action::Up, "up", &["k", "up"], "one row up").hint("up", 61),
    entry(
        Action::Left,
        "left",
        &["h", "left"],
        "one period or column to the left",
    ),
    entry(
        Action::Right,
        "right",
        &["l", "right"],
        "one period or column to the right",
    ),
    entry(Action::First, "first", &["g", "home"], "the first row"),
    entry(Action::Last, "last", &["G", "end"], "the last row"),
    entry(
        Action::HalfPageDown,
        "half-page-down",
        &["ctrl-d", "pagedown"],
        "half a page down",
    ),
    entry(
        Action::HalfPageUp,
        "half-page-up",
        &["ctrl-u", "pageup"],
        "half a page up",
    ),
    entry(
        Action::NextMatch,
        "next-match",
        &["n"],
        "the next row that has the words of the last filter",
    ),
    entry(
        Action::PreviousMatch,
        "previous-match",
        &["N"],
        "the row before that has them",
    ),
    entry(Action::Open, "open", &["enter"], "open the selected row").hint("open", 20),
    entry(
        Action::Back,
        "back",
        &["esc", "backspace"],
        "close what is open; clear the filter",
    )
    .hint("back", 21),
    entry(
        Action::Filter,
        "filter",
        &["/"],
        "show only rows with all of these words; with ! before them, only rows without",
    )
    .with(Argument::Words)
    .hint("filter", 50),
    entry(Action::Command, "command", &[":"], "open the command line").hint("command", 51),
    entry(Action::Help, "help", &["?", "f1"], "what can be done here")
        .also(&["h"])
        .hint("help", 52),
    entry(Action::NextDay, "next-day", &[">"], "the next delivery day")
        .on(PRICED)
        .hint("next day", 31),
    entry(
        Action::PreviousDay,
        "previous-day",
        &["<"],
        "the delivery day before",
    )
    .on(PRICED)
    .hint("day before", 30),
    entry(
        Action::Day,
        "day",
        &["t"],
        "today, or the delivery day that is named",
    )
    .on(PRICED)
    .with(Argument::Day)
    .also(&["today"])
    .hint("today", 32),
    entry(
        Action::NextSeries,
        "next-series",
        &["]"],
        "the next market, product and location",
    )
    .on(PRICED)
    .hint("next series", 33),
    entry(
        Action::Series,
        "series",
        &["["],
        "the series before, or the one that is named",
    )
    .on(PRICED)
    .with(Argument::Series),
    act(
        Action::Submit,
        "submit",
        &["s"],
        "submit the bid to its venue, after a question that says what will happen",
    )
    .on(BIDS)
    .hint("submit", 10),
    act(
        Action::Withdraw,
        "withdraw",
        &["w"],
        "withdraw the bid, after a question",
    )
    .on(BIDS)
    .hint("withdraw", 11),
    act(
        Action::Validate,
        "validate",
        &["v"],
        "check the draft against the venue's rules",
    )
    .on(BIDS)
    .hint("validate", 12),
    act(
        Action::AskVenue,
        "ask-venue",
        &["r"],
        "ask the venue again what became of the bid",
    )
    .on(BIDS),
    act(
        Action::CancelJob,
        "cancel-job",
        &["x"],
        "cancel the job, after a question",
    )
    .on(&[Screen::Jobs])
    .also(&["cancel"])
    .hint("cancel", 10),
    act(
        Action::Acknowledge,
        "acknowledge",
        &["a"],
        "acknowledge the alert",
    )
    .on(ALERTS)
    .also(&["ack"])
    .hint("acknowledge", 10),
    act(
        Action::Shelve,
        "shelve",
        &["z"],
        "shelve the alert for an hour, or for the minutes that are named",
    )
    .on(ALERTS)
    .with(Argument::Minutes)
    .hint("shelve", 11),
    act(
        Action::Unshelve,
        "unshelve",
        &["u"],
        "take the alert off the shelf",
    )
    .on(ALERTS)
    .hint("unshelve", 12),
    entry(
        Action::VerifyAudit,
        "verify-audit",
        &["v"],
        "verify the chain of audit entries",
    )
    .on(&[Screen::Audit])
    .hint("verify", 10),
    entry(
        Action::Reload,
        "reload",
        &["R", "f5"],
        "read everything on this screen again",
    )
    .also(&["refresh"]),
    entry(
        Action::Server,
        "server",
        &["S"],
        "the next server of the configuration, or the one that is named",
    )
    .with(Argument::Server),
    entry(
        Action::Theme,
        "theme",
        &["T"],
        "the next theme, or the one that is named",
    )
    .with(Argument::Theme),
    entry(
        Action::Mouse,
        "mouse",
        &["m"],
        "release the mouse, to select text, or take it back",
    ),
    entry(Action::SignIn, "sign-in", &[], "open the sign-in form").also(&["login"]),
    entry(
        Action::SignOut,
        "sign-out",
        &[],
        "sign out and forget the tokens",
    )
    .also(&["logout"]),
    entry(
        Action::Redraw,
        "redraw",
        &["ctrl-l"],
        "draw the screen anew",
    ),
    entry(
        Action::Suspend,
        "suspend",
        &["ctrl-z"],
        "suspend the dashboard; fg brings it back",
    ),
    entry(Action::Quit, "quit", &["q", "ctrl-c"], "end the dashboard")
        .also(&["q", "exit"])
        .hint("quit", 53),
];

impl Action {
    /// Its row of the table.
    #[must_use]
    pub fn entry(self) -> &'static Entry {
        TABLE
            .iter()
            .find(|entry| entry.action == self)
            .unwrap_or(&BASE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_name_and_alias_is_there_once() {
        let mut seen = BTreeSet::new();
        for entry in TABLE {
            assert!(seen.insert(entry.name), "{} twice", entry.name);
            for alias in entry.aliases {
                assert!(seen.insert(alias), "{alias} twice");
            }
            assert_eq!(entry.action.entry().name, entry.name);
            assert!(!entry.about.is_empty());
        }
    }
}
