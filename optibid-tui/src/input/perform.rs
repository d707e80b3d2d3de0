//! What each action does.

use super::movement::{self, half_page};
use super::question;
use crate::action::{Action, Argument, Effects, Screen};
use crate::line_edit::LineEdit;
use crate::request::{Effect, Request};
use crate::screens::{self, Attention};
use crate::state::State;
use crate::theme::{ThemeName, Tone};
use crate::view::{Mode, Pane, RowKey, SignInForm};

/// Does an action, unless it may not be done here.
pub(super) fn act(state: &mut State, action: Action, argument: Option<&str>) -> Vec<Effect> {
    if action.entry().effects == Effects::Act {
        let refusal = if state.settings.readonly {
            Some("this dashboard was started with --readonly")
        } else if state.settings.offline {
            Some("there is no server: this dashboard was started with --offline")
        } else {
            lost(state)
        };
        if let Some(reason) = refusal {
            state.tell(Tone::Warn, format!("{}: {reason}", action.entry().name));
            return Vec::new();
        }
    }
    perform(state, action, argument)
}

/// Why nothing is done to the selected row: it is another one than that which was selected.
fn lost(state: &State) -> Option<&'static str> {
    let gone = state.view.lost.contains(&state.view.focused());
    gone.then_some("what was selected is no longer in the list; look at what is selected now")
}

/// Does an action that may be done.
fn perform(state: &mut State, action: Action, argument: Option<&str>) -> Vec<Effect> {
    if argument.is_some() && action.entry().argument == Argument::None {
        state.tell(
            Tone::Warn,
            format!("{} takes nothing behind it", action.entry().name),
        );
        return Vec::new();
    }
    let pane = state.view.focused();
    match action {
        Action::Show(screen) => show(state, screen),
        Action::NextScreen | Action::PreviousScreen => {
            movement::screen(state, action == Action::NextScreen)
        }
        Action::NextPane | Action::PreviousPane => {
            movement::pane(state, action == Action::NextPane)
        }
        Action::Down => movement::by(state, pane, 1),
        Action::Up => movement::by(state, pane, -1),
        Action::HalfPageDown => movement::by(state, pane, half_page(state, pane)),
        Action::HalfPageUp => movement::by(state, pane, -half_page(state, pane)),
        Action::Left | Action::Right => movement::across(state, action == Action::Right),
        Action::First | Action::Last => movement::to_end(state, pane, action == Action::Last),
        Action::NextMatch | Action::PreviousMatch => {
            movement::to_match(state, action == Action::NextMatch)
        }
        Action::NextDay | Action::PreviousDay => {
            movement::day(state, if action == Action::NextDay { 1 } else { -1 })
        }
        Action::Day => day(state, argument),
        Action::NextSeries => movement::series(state, true),
        Action::Series => series(state, argument),
        Action::Open => open(state),
        Action::Back => back(state),
        Action::Filter => filter(state, argument),
        Action::Command => state.view.mode = Mode::Command(LineEdit::default()),
        Action::Help => state.view.mode = Mode::Help(0),
        Action::Theme => theme(state, argument),
        Action::Reload => reload(state),
        _ => return outward(state, action, argument),
    }
    Vec::new()
}

/// Actions that reach beyond the state.
fn outward(state: &mut State, action: Action, argument: Option<&str>) -> Vec<Effect> {
    match action {
        Action::Submit
        | Action::Withdraw
        | Action::Validate
        | Action::AskVenue
        | Action::CancelJob
        | Action::Acknowledge
        | Action::Shelve
        | Action::Unshelve => question::ask(state, action, argument),
        Action::VerifyAudit if state.settings.offline => {
            state.tell(Tone::Warn, "verify-audit: there is no server");
            Vec::new()
        }
        Action::VerifyAudit => {
            state.slots.begin(&Request::AuditChain);
            vec![Effect::Fetch(Request::AuditChain)]
        }
        Action::Server => server(state, argument),
        Action::Mouse => {
            state.view.mouse_released = !state.view.mouse_released;
            let text = if state.view.mouse_released {
                "the mouse is the terminal's: select text as usual"
            } else {
                "the mouse is the dashboard's"
            };
            state.tell(Tone::Plain, text);
            vec![Effect::Mouse(!state.view.mouse_released)]
        }
        Action::SignIn => {
            if state.settings.offline {
                state.tell(Tone::Warn, "sign-in: there is no server");
            } else {
                state.view.mode = Mode::SignIn(SignInForm::default());
            }
            Vec::new()
        }
        Action::SignOut if !state.settings.offline => vec![Effect::SignOut],
        Action::Redraw => vec![Effect::Redraw],
        Action::Suspend => vec![Effect::Suspend],
        Action::Quit => vec![Effect::Quit],
        _ => Vec::new(),
    }
}

/// Shows a screen.
pub(super) fn show(state: &mut State, screen: Screen) {
    if screen == Screen::Bids && state.view.screen == Screen::Bids {
        state.view.open_bid = None;
    }
    state.view.screen = screen;
}

fn open(state: &mut State) {
    let pane = state.view.focused();
    let Some(row) = screens::selected(state, pane) else {
        return;
    };
    match pane {
        Pane::Blotter => {
            state.view.open_bid = state.data.bids.get(row).map(|bid| bid.id);
            state.view.scrolls.remove(&Pane::Grid);
            state.view.scrolls.remove(&Pane::History);
        }
        Pane::Prices => {
            let series = crate::schedule::shown_series(&state.data)
                .into_iter()
                .nth(row);
            if series != state.view.series {
                (state.view.series, state.view.day, state.view.period) = (series, None, None);
            }
            show(state, Screen::Market);
        }
        Pane::Storage | Pane::Assets => {
            if pane == Pane::Storage {
                show(state, Screen::Assets);
            } else {
                movement::pane(state, true);
            }
        }
        Pane::Gates => show(state, Screen::Bids),
        Pane::Service => show(state, Screen::Logs),
        Pane::Alarms | Pane::Alerts => attend(state, row),
        _ => {}
    }
}

/// To what an alarm is about.
fn attend(state: &mut State, row: usize) {
    match screens::attention(state, row) {
        Some(Attention::Bid(id) | Attention::Outcome(id)) => {
            show(state, Screen::Bids);
            state.view.open_bid = Some(id);
        }
        Some(Attention::Job(id)) => {
            show(state, Screen::Jobs);
            state.view.picked.insert(Pane::Jobs, RowKey::Job(id));
        }
        Some(Attention::Alert(_)) => show(state, Screen::Alerts),
        Some(Attention::Service) => show(state, Screen::Logs),
        None => {}
    }
}

fn back(state: &mut State) {
    let pane = state.view.focused();
    if state.view.filters.remove(&pane).is_none() && state.view.screen == Screen::Bids {
        state.view.open_bid = None;
    }
    state.view.notice = None;
}

fn filter(state: &mut State, argument: Option<&str>) {
    let pane = state.view.focused();
    if screens::table(state, pane).is_none() {
        state.tell(Tone::Plain, "there are no rows to filter here");
        return;
    }
    match argument {
        Some(words) => movement::set_filter(state, words),
        None => {
            let text = state.view.filter(pane).map(ToString::to_string);
            state.view.mode = Mode::Filter(LineEdit::new(&text.unwrap_or_default()));
        }
    }
}

fn day(state: &mut State, argument: Option<&str>) {
    match argument.map(str::parse) {
        None => state.view.day = None,
        Some(Ok(day)) => state.view.day = Some(day),
        Some(Err(_)) => state.tell(Tone::Warn, "day: write it as 2026-11-22"),
    }
}

fn series(state: &mut State, argument: Option<&str>) {
    let Some(words) = argument else {
        movement::series(state, false);
        return;
    };
    let named =
        |series: &&crate::request::Series| series.to_string().eq_ignore_ascii_case(words.trim());
    match state.data.latest.keys().find(named).cloned() {
        Some(series) => (state.view.series, state.view.period) = (Some(series), None),
        None => state.tell(Tone::Warn, format!("no prices are stored of {words}")),
    }
}

fn theme(state: &mut State, argument: Option<&str>) {
    let named = |name: &str| {
        ThemeName::ALL
            .into_iter()
            .find(|theme| theme.code() == name)
    };
    match argument.map(|name| named(name.trim())) {
        None => state.theme.name = state.theme.name.next(),
        Some(Some(name)) => state.theme.name = name,
        Some(None) => {
            let names = ThemeName::ALL.map(ThemeName::code).join(", ");
            state.tell(Tone::Warn, format!("themes: {names}"));
            return;
        }
    }
    state.tell(Tone::Plain, format!("theme {}", state.theme.name.code()));
}

fn reload(state: &mut State) {
    if state.settings.offline {
        state.tell(Tone::Plain, "there is no server to read from");
        return;
    }
    state.slots.touch(|_| true);
    state.tell(Tone::Plain, "everything is read again");
}

fn server(state: &mut State, argument: Option<&str>) -> Vec<Effect> {
    let servers = &state.settings.servers;
    let at = servers
        .iter()
        .position(|held| held.name == state.server.name);
    let next = match argument {
        Some(name) => servers.iter().find(|held| held.name == name.trim()),
        None => servers.get((at.map_or(0, |at| at + 1)) % servers.len().max(1)),
    };
    match next {
        Some(next) if next.name != state.server.name => vec![Effect::Server(next.name.clone())],
        Some(_) => {
            state.tell(Tone::Plain, "the configuration has no other server");
            Vec::new()
        }
        None => {
            let names: Vec<&str> = servers.iter().map(|held| held.name.as_str()).collect();
            state.tell(Tone::Warn, format!("servers: {}", names.join(", ")));
            Vec::new()
        }
    }
}
