//! The bottom line: the connection, and the keys that work now.

use crate::action::{Action, Effects, TABLE};
use crate::canvas::{Canvas, columns};
use crate::format;
use crate::input::worth_asking;
use crate::schedule::may;
use crate::state::{Line, Link, State};
use crate::theme::Tone;
use crate::view::{Mode, Pane};
use optibid_core::auth::Permission;
use ratatui::layout::Rect;

pub(super) fn draw(canvas: &mut Canvas<'_>, state: &State, area: Rect) {
    let (text, tone) = connection(state);
    let taken = 1 + canvas.text((area.x + 1, area.y), area.width / 2, &text, tone);
    let mut left = area.width.saturating_sub(taken + 3);
    let mut shown = Vec::new();
    for (key, word) in keys(state) {
        let width = u16::try_from(columns(&key) + columns(&word) + 3).unwrap_or(u16::MAX);
        if width > left {
            break;
        }
        left -= width;
        shown.extend([
            (format!("  {key}"), Tone::Accent),
            (format!(" {word}"), Tone::Dim),
        ]);
    }
    let width: usize = shown.iter().map(|(text, _)| columns(text)).sum();
    let width = u16::try_from(width).unwrap_or(0);
    canvas.spans(
        (area.right().saturating_sub(width + 1), area.y),
        width,
        &shown,
    );
}

/// How the server is reached, and how old what is shown is.
fn connection(state: &State) -> (String, Tone) {
    let (on, half, off) = state.theme.glyphs.lights();
    let data = || match state.slots.latest() {
        Some(at) => format!("data {}", format::oldness(state.now, at)),
        None => "no data yet".to_owned(),
    };
    let name = &state.server.name;
    match state.link {
        Link::Connecting => (format!("{half} {name} connecting"), Tone::Dim),
        Link::Up if state.signed_out => (format!("{half} {name} not signed in"), Tone::Warn),
        Link::Up if state.line == Line::Listening => (format!("{on} {name} live"), Tone::Plain),
        Link::Up => (format!("{half} {name} polled, {}", data()), Tone::Plain),
        Link::Away { again, .. } => {
            let left = format!("{}s", again.duration_since(state.now).as_secs().max(0));
            (
                format!("{off} {name} AWAY, {}, retry {left:>3}", data()),
                Tone::Danger,
            )
        }
        Link::Offline => (format!("{off} {name} OFFLINE, {}", data()), Tone::Warn),
    }
}

/// The keys that work now, each with its word, the most useful first.
fn keys(state: &State) -> Vec<(String, String)> {
    let fixed = |pairs: &[(&str, &str)]| {
        pairs
            .iter()
            .map(|(key, word)| ((*key).to_owned(), (*word).to_owned()))
            .collect()
    };
    match &state.view.mode {
        Mode::Normal => {}
        Mode::Command(_) => {
            return fixed(&[("enter", "run"), ("tab", "complete"), ("esc", "back")]);
        }
        Mode::Filter(_) => {
            return fixed(&[
                ("enter", "keep"),
                ("esc", "show all"),
                ("!", "first: without"),
            ]);
        }
        Mode::Help(_) => return fixed(&[("j/k", "scroll"), ("any other key", "close")]),
        Mode::Confirm(question) => return fixed(&[("y", question.yes), ("n", "do nothing")]),
        Mode::SignIn(_) => {
            return fixed(&[("enter", "sign in"), ("tab", "field"), ("esc", "back")]);
        }
    }
    let mut rows: Vec<_> = TABLE
        .iter()
        .filter(|entry| entry.hint.1 > 0 && entry.scope.covers(state.view.screen))
        .filter(|entry| works(state, entry.action))
        .collect();
    rows.sort_by_key(|entry| entry.hint.1);
    let key = |action: Action| state.settings.keymap.keys(action).first().cloned();
    let hint = |entry: &&crate::action::Entry| Some((key(entry.action)?, entry.hint.0.to_owned()));
    rows.iter().filter_map(hint).collect()
}

/// Whether an action would do something now.
fn works(state: &State, action: Action) -> bool {
    let pane = state.view.focused();
    match action {
        Action::Open => matches!(
            pane,
            Pane::Blotter
                | Pane::Prices
                | Pane::Gates
                | Pane::Storage
                | Pane::Alarms
                | Pane::Alerts
                | Pane::Service
        ),
        Action::Back => state.view.open_bid.is_some() || state.view.filter(pane).is_some(),
        Action::NextPane => state.view.panes().len() > 1,
        Action::VerifyAudit => may(state, Permission::VerifyAudit),
        _ if action.entry().effects == Effects::Act => worth_asking(state, action),
        _ => true,
    }
}
