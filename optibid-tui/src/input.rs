//! What keys and the mouse do to the state.

mod command;
mod mouse;
mod movement;
mod perform;
mod question;
mod selection;

use crate::action::Action;
use crate::canvas::Target;
use crate::line_edit::LineEdit;
use crate::password::Password;
use crate::request::Effect;
use crate::state::State;
use crate::theme::Tone;
use crate::view::{Mode, SignInForm};
use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use ratatui::layout::Rect;

pub(crate) use command::completions;
pub(crate) use question::worth_asking;
pub(crate) use selection::follow;

/// Takes an event of the terminal.
pub(crate) fn take(state: &mut State, event: &Event, targets: &[(Rect, Target)]) -> Vec<Effect> {
    selection::follow(state);
    let before = state.view.scrolls.clone();
    let effects = match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => key_pressed(state, *key),
        Event::Mouse(mouse) => mouse::take(state, *mouse, targets),
        Event::Paste(text) => {
            paste(state, text);
            Vec::new()
        }
        _ => return Vec::new(),
    };
    selection::settle(state, &before);
    effects
}

fn key_pressed(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    let ends = key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL);
    let mode = std::mem::take(&mut state.view.mode);
    match mode {
        Mode::Normal => {
            let action = state.settings.keymap.action(key, state.view.screen);
            action.map_or_else(Vec::new, |action| perform::act(state, action, None))
        }
        Mode::Command(line) if !ends => in_command(state, line, key),
        Mode::Filter(line) if !ends => in_filter(state, line, key),
        Mode::Help(top) if !ends => {
            in_help(state, top, key);
            Vec::new()
        }
        Mode::Confirm(question) if !ends => match key.code {
            KeyCode::Char('y') if key.modifiers.is_empty() && question.seen => {
                vec![Effect::Act(question.act)]
            }
            KeyCode::Char('n' | 'N' | 'q') | KeyCode::Esc => {
                state.tell(
                    Tone::Plain,
                    format!("nothing was done: {}", question.act.words()),
                );
                Vec::new()
            }
            code => {
                if code == KeyCode::Char('y') && !question.seen {
                    let text = "nothing was done: not all of the question is on the screen, which is too small for it";
                    state.tell(Tone::Warn, text);
                }
                state.view.mode = Mode::Confirm(question);
                Vec::new()
            }
        },
        Mode::SignIn(form) if !ends => in_form(state, form, key),
        _ => vec![Effect::Quit],
    }
}

fn in_command(state: &mut State, mut line: LineEdit, key: KeyEvent) -> Vec<Effect> {
    match key.code {
        KeyCode::Esc => return Vec::new(),
        KeyCode::Enter => return command::run(state, &line.text()),
        KeyCode::Backspace if line.is_empty() => return Vec::new(),
        KeyCode::Tab => {
            if let Some(text) = command::complete(state, &line.text()) {
                line = LineEdit::new(&text);
            }
        }
        _ => {
            line.key(key);
        }
    }
    state.view.mode = Mode::Command(line);
    Vec::new()
}

fn in_filter(state: &mut State, mut line: LineEdit, key: KeyEvent) -> Vec<Effect> {
    let pane = state.view.focused();
    match key.code {
        KeyCode::Esc => {
            state.view.filters.remove(&pane);
            return Vec::new();
        }
        KeyCode::Enter => {
            movement::set_filter(state, &line.text());
            return Vec::new();
        }
        KeyCode::Backspace if line.is_empty() => {
            state.view.filters.remove(&pane);
            return Vec::new();
        }
        _ => {
            line.key(key);
        }
    }
    movement::set_filter(state, &line.text());
    state.view.mode = Mode::Filter(line);
    Vec::new()
}

fn in_help(state: &mut State, top: usize, key: KeyEvent) {
    let action = state.settings.keymap.action(key, state.view.screen);
    let top = match action {
        Some(Action::Down) => top + 1,
        Some(Action::Up) => top.saturating_sub(1),
        Some(Action::HalfPageDown) => top + 10,
        Some(Action::HalfPageUp) => top.saturating_sub(10),
        Some(Action::First) => 0,
        Some(Action::Last) => usize::MAX / 2,
        _ => return,
    };
    state.view.mode = Mode::Help(top);
}

fn in_form(state: &mut State, mut form: SignInForm, key: KeyEvent) -> Vec<Effect> {
    match key.code {
        KeyCode::Esc => return Vec::new(),
        KeyCode::Tab | KeyCode::BackTab | KeyCode::Up | KeyCode::Down => {
            form.on_password = !form.on_password;
        }
        KeyCode::Enter if !form.on_password => form.on_password = true,
        KeyCode::Enter if !form.asking => {
            form.asking = true;
            form.failure = None;
            let effect = Effect::SignIn {
                email: form.email.text(),
                password: Password(form.password.text()),
            };
            state.view.mode = Mode::SignIn(form);
            return vec![effect];
        }
        _ if form.on_password => {
            form.password.key(key);
        }
        _ => {
            form.email.key(key);
        }
    }
    state.view.mode = Mode::SignIn(form);
    Vec::new()
}

fn paste(state: &mut State, text: &str) {
    match &mut state.view.mode {
        Mode::Command(line) | Mode::Filter(line) => line.insert(text),
        Mode::SignIn(form) if form.on_password => form.password.insert(text),
        Mode::SignIn(form) => form.email.insert(text),
        _ => {}
    }
}
