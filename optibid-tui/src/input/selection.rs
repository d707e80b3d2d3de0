//! Keeps a selection on what it was put on: rows move as things change.

use crate::screens;
use crate::state::State;
use crate::view::{Pane, RowKey, Scroll};
use std::collections::BTreeMap;

/// Brings the cursors of the lists in view back to what was selected, before a frame or a key.
pub(crate) fn follow(state: &mut State) {
    for pane in state.view.panes() {
        let Some(rows) = screens::keys(state, *pane) else {
            continue;
        };
        let picked = state.view.picked.get(pane);
        let row = picked.and_then(|key| rows.iter().position(|row| row == key));
        match row {
            Some(row) => state.view.scrolls.entry(*pane).or_default().cursor = row,
            None => {
                if picked.is_some() {
                    state.view.lost.insert(*pane);
                }
                pick(state, *pane, &rows);
            }
        }
    }
}

/// Notes what is selected now, after a key: where the cursor was moved, what it stands on.
pub(super) fn settle(state: &mut State, before: &BTreeMap<Pane, Scroll>) {
    state.view.lost.clear();
    for pane in state.view.panes() {
        let Some(rows) = screens::keys(state, *pane) else {
            continue;
        };
        let stood = before.get(pane).map_or(0, |scroll| scroll.cursor);
        let picked = state.view.picked.get(pane);
        let row = picked.and_then(|key| rows.iter().position(|row| row == key));
        match row {
            Some(row) if state.view.scroll(*pane).cursor == stood => {
                state.view.scrolls.entry(*pane).or_default().cursor = row;
            }
            _ => pick(state, *pane, &rows),
        }
    }
}

fn pick(state: &mut State, pane: Pane, rows: &[RowKey]) {
    let last = rows.len().saturating_sub(1);
    match rows.get(state.view.scroll(pane).cursor.min(last)) {
        Some(key) => {
            state.view.picked.insert(pane, key.clone());
        }
        None => {
            state.view.picked.remove(&pane);
        }
    }
}
