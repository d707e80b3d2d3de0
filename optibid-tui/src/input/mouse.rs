//! The mouse: tabs, rows, periods, the wheel.

use super::movement;
use crate::action::Screen;
use crate::canvas::Target;
use crate::request::Effect;
use crate::state::State;
use crate::view::{Mode, Pane};
use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

/// Rows of a turn of the wheel.
const WHEEL: isize = 3;

pub(super) fn take(
    state: &mut State,
    mouse: MouseEvent,
    targets: &[(Rect, Target)],
) -> Vec<Effect> {
    if let Mode::Help(top) = &mut state.view.mode {
        match mouse.kind {
            MouseEventKind::ScrollDown => *top += 3,
            MouseEventKind::ScrollUp => *top = top.saturating_sub(3),
            _ => {}
        }
        return Vec::new();
    }
    if state.view.mode != Mode::Normal {
        return Vec::new();
    }
    let at = Position::new(mouse.column, mouse.row);
    let hit = targets
        .iter()
        .rev()
        .find(|(area, _)| area.contains(at))
        .map(|(_, target)| *target);
    match (mouse.kind, hit) {
        (MouseEventKind::Down(MouseButton::Left), Some(target)) => click(state, target),
        (MouseEventKind::ScrollDown, Some(target)) => wheel(state, target, WHEEL),
        (MouseEventKind::ScrollUp, Some(target)) => wheel(state, target, -WHEEL),
        _ => Vec::new(),
    }
}

fn focus(state: &mut State, pane: Pane) {
    if state.view.panes().contains(&pane) {
        state.view.focus.insert(state.view.screen, pane);
    }
}

fn click(state: &mut State, target: Target) -> Vec<Effect> {
    match target {
        Target::Tab(screen) => super::perform::show(state, screen),
        Target::Pane(pane) => focus(state, pane),
        Target::Period(pane, period) => {
            focus(state, pane);
            if state.view.screen == Screen::Market {
                state.view.period = Some(period);
            }
        }
        Target::Row(pane, row) => {
            let again = state.view.focused() == pane && state.view.scroll(pane).cursor == row;
            focus(state, pane);
            state.view.scrolls.entry(pane).or_default().cursor = row;
            if again {
                return super::perform::act(state, crate::action::Action::Open, None);
            }
        }
    }
    Vec::new()
}

fn wheel(state: &mut State, target: Target, rows: isize) -> Vec<Effect> {
    match target {
        Target::Pane(pane) | Target::Row(pane, _) | Target::Period(pane, _) => {
            let rows = if pane == Pane::Heat {
                rows.signum()
            } else {
                rows
            };
            movement::by(state, pane, rows);
        }
        Target::Tab(_) => {}
    }
    Vec::new()
}
