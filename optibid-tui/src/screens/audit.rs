//! Who did what when.

use super::parts::{List, freshness, list};
use crate::canvas::Canvas;
use crate::format;
use crate::request::Request;
use crate::state::State;
use crate::theme::Tone;
use crate::view::Pane;
use crate::widgets::table::{Cell, Column, Table};
use optibid_core::audit::Actor;
use ratatui::layout::Rect;

pub(super) fn draw(canvas: &mut Canvas<'_>, state: &State, area: Rect) {
    let chain = match &state.data.audit_chain {
        None => String::new(),
        Some(verdict) => match verdict.broken_at {
            None => format!("  chain whole: {} entries", verdict.entries),
            Some(at) => format!(
                "  CHAIN BROKEN at {at}: {}",
                verdict.reason.clone().unwrap_or_default()
            ),
        },
    };
    let fresh = freshness(state, &Request::Audit);
    let (left, right) = (
        format!("Audit trail{chain}"),
        format!("{}, {fresh}", state.zone_name()),
    );
    let lesson = &[
        "Everything that is done leaves an entry here. Reading it is for administrators of the organisation.",
    ];
    list(
        canvas,
        state,
        area,
        List {
            pane: Pane::Audit,
            left,
            right,
            lesson,
            table: table(state),
        },
    );
}

/// Entries, the latest first.
pub(super) fn table(state: &State) -> Table {
    let mut table = Table::new([
        Column::number("no", 3),
        Column::text("time", 0),
        Column::text("who", 0),
        Column::text("what", 0),
        Column::text("of", 1),
        Column::wide("facts"),
    ])
    .explaining(5);
    let me = state.data.me.as_ref().map(|me| &me.user);
    let zone = state.time_zone();
    for entry in &state.data.audit {
        let who = match entry.actor {
            Actor::System => "system".to_owned(),
            Actor::Venue => "venue".to_owned(),
            Actor::User(user) => match me.filter(|me| me.id == user) {
                Some(me) => me.email.clone(),
                None => format!("user {}", format::short(&user)),
            },
        };
        let subject = match entry.subject.split_once('/') {
            Some((kind, id)) => format!("{kind} {}", format::short(&id)),
            None => entry.subject.clone(),
        };
        table.row([
            Cell::new(entry.sequence.to_string(), Tone::Dim),
            Cell::new(format::exact_stamp(&zone, entry.at), Tone::Dim),
            Cell::from(who),
            Cell::new(entry.action.as_str(), Tone::Strong),
            Cell::from(subject),
            Cell::new(entry.detail.as_str(), Tone::Dim),
        ]);
    }
    table
}
