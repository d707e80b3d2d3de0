//! Alarms: what is outstanding, what is watched, what was.

use super::attention::{self, Attention, is_outstanding};
use super::parts::{List, chosen, cut, freshness, list};
use crate::canvas::Canvas;
use crate::format;
use crate::request::Request;
use crate::state::State;
use crate::theme::Tone;
use crate::view::Pane;
use crate::widgets::table::{Cell, Column, Table};
use optibid_core::alert::{AlertState, Severity, WatchedRule};
use optibid_core::api::AlertView;
use ratatui::layout::{Constraint, Layout, Rect};

pub(super) fn draw(canvas: &mut Canvas<'_>, state: &State, area: Rect) {
    let [top, bottom] = Layout::vertical([Constraint::Fill(1), Constraint::Fill(1)]).areas(area);
    let [left, right] =
        Layout::horizontal([Constraint::Fill(1), Constraint::Fill(1)]).areas(bottom);
    let alarms = List {
        pane: Pane::Alerts,
        left: attention::title(state),
        right: freshness(state, &Request::Alerts),
        lesson: &["Nothing needs you now."],
        table: attention::table(state),
    };
    list(canvas, state, top, alarms);
    let watched = List {
        pane: Pane::Rules,
        left: cut("Watched".to_owned(), state.data.rules.len()),
        right: freshness(state, &Request::AlertRules),
        lesson: &[
            "Rules that watch prices, charge, gates and data stand here.",
            "POST /api/alert-rules makes one.",
        ],
        table: rules(state),
    };
    list(canvas, state, left, watched);
    let before = List {
        pane: Pane::PastAlerts,
        left: "Past alarms".to_owned(),
        right: state.zone_name(),
        lesson: &["Alarms that ended and were answered stand here."],
        table: past(state),
    };
    list(canvas, state, right, before);
}

const fn tone(severity: Severity) -> Tone {
    match severity {
        Severity::Critical => Tone::Danger,
        Severity::Warning => Tone::Warn,
        Severity::Info => Tone::Plain,
    }
}

/// What is watched, and where it stands.
pub(super) fn rules(state: &State) -> Table {
    let mut table = Table::new([
        Column::text("state", 0),
        Column::wide("rule"),
        Column::text("alarm when", 2),
        Column::text("severity", 1),
        Column::age("for", 3),
    ]);
    for watched in &state.data.rules {
        let (content, standing) = (&watched.rule.content, &watched.standing);
        let shelved = standing
            .shelved
            .as_ref()
            .filter(|shelving| shelving.until > state.now);
        let (word, colour) = match (standing.state, shelved) {
            _ if !content.enabled => ("off".to_owned(), Tone::Dim),
            (_, Some(shelving)) => {
                let left = format::duration(shelving.until.duration_since(state.now));
                // As wide at its end as at its beginning: the columns behind it stay where they are.
                let width = format::DURATION;
                (format!("shelved {left:<width$}"), Tone::Dim)
            }
            (AlertState::Normal, None) => ("normal".to_owned(), Tone::Plain),
            (AlertState::Active, None) => ("ALARM".to_owned(), tone(content.severity)),
            (AlertState::NoData, None) => ("no data".to_owned(), tone(content.severity)),
        };
        table.row([
            Cell::new(word, colour),
            Cell::from(content.name.as_str()),
            Cell::new(content.condition.limit_in_words(), Tone::Dim),
            Cell::new(content.severity.code(), Tone::Dim),
            Cell::new(format::age(state.now, standing.since), Tone::Dim),
        ]);
    }
    table
}

pub(super) fn past_alerts(state: &State) -> impl Iterator<Item = &AlertView> {
    state
        .data
        .alerts
        .iter()
        .filter(|alert| !is_outstanding(alert.status))
}

/// Alarms that need nobody any more, the newest first.
pub(super) fn past(state: &State) -> Table {
    let mut table = Table::new([
        Column::text("began", 0),
        Column::text("severity", 2),
        Column::wide("what"),
        Column::text("status", 1),
    ])
    .explaining(2);
    let zone = state.time_zone();
    for alert in past_alerts(state) {
        table.row([
            Cell::new(format::full_stamp(&zone, alert.raised_at), Tone::Dim),
            Cell::new(alert.severity.code(), Tone::Dim),
            Cell::from(format!("{}: {}", alert.name, alert.message)),
            Cell::new(alert.status.code(), Tone::Dim),
        ]);
    }
    table
}

/// The alarm that is selected in the focused pane.
pub(crate) fn selected_alert(state: &State) -> Option<&AlertView> {
    let pane = state.view.focused();
    if !matches!(pane, Pane::Alarms | Pane::Alerts) {
        return None;
    }
    let row = chosen(state, pane, attention::table(state))?;
    match attention::items(state).get(row)?.subject {
        Attention::Alert(id) => state.data.alerts.iter().find(|alert| alert.id == id),
        _ => None,
    }
}

/// The rule that is selected in the focused pane, or whose alarm is.
pub(crate) fn selected_rule(state: &State) -> Option<&WatchedRule> {
    if state.view.focused() == Pane::Rules {
        return state
            .data
            .rules
            .get(chosen(state, Pane::Rules, rules(state))?);
    }
    let rule = selected_alert(state)?.rule;
    state
        .data
        .rules
        .iter()
        .find(|watched| watched.rule.id == rule)
}
