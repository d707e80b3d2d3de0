//! The screens, one a file: each draws from the state, and gives the tables of its lists.

mod alerts;
mod assets;
mod attention;
mod audit;
mod bid;
mod bids;
mod forecasts;
mod gates;
mod jobs;
mod logs;
mod market;
mod overview;
mod parts;
mod readout;
mod rows;
mod series_chart;

use crate::action::Screen;
use crate::canvas::Canvas;
use crate::format;
use crate::state::State;
use crate::theme::Tone;
use crate::view::Pane;
use crate::widgets::table::Table;
use ratatui::layout::Rect;

pub(crate) use alerts::{selected_alert, selected_rule};
pub(crate) use attention::{Attention, Item, is_silent, items as alarms};
pub(crate) use bids::{selected_bid, summary_lines};
pub(crate) use jobs::selected_job;
pub(crate) use market::{period, series_days};
pub(crate) use rows::keys;

/// What a row of the alarms is about.
pub(crate) fn attention(state: &State, row: usize) -> Option<Attention> {
    attention::items(state).get(row).map(|item| item.subject)
}

/// Draws the screen in view.
pub(crate) fn draw(canvas: &mut Canvas<'_>, state: &State, area: Rect) {
    match state.view.screen {
        Screen::Overview => overview::draw(canvas, state, area),
        Screen::Market => market::draw(canvas, state, area),
        Screen::Bids if state.view.open_bid.is_some() => bid::draw(canvas, state, area),
        Screen::Bids => bids::draw(canvas, state, area),
        Screen::Assets => assets::draw(canvas, state, area),
        Screen::Forecasts => forecasts::draw(canvas, state, area),
        Screen::Jobs => jobs::draw(canvas, state, area),
        Screen::Alerts => alerts::draw(canvas, state, area),
        Screen::Audit => audit::draw(canvas, state, area),
        Screen::Logs => logs::draw(canvas, state, area),
    }
}

/// The table of a list, filtered as it is shown; none for panes that are no lists.
pub(crate) fn table(state: &State, pane: Pane) -> Option<Table> {
    let table = match pane {
        Pane::Prices => overview::prices(state),
        Pane::Gates => gates::table(state),
        Pane::Storage => assets::storage(state),
        Pane::Profit => overview::profit(state),
        Pane::Alarms | Pane::Alerts => attention::table(state),
        Pane::Service => overview::service(state),
        Pane::Blotter => bids::table(state),
        Pane::Grid => bid::grid(state),
        Pane::History => bid::history(state),
        Pane::Assets => assets::table(state),
        Pane::ForecastTable => forecasts::table(state),
        Pane::Jobs => jobs::table(state),
        Pane::Rules => alerts::rules(state),
        Pane::PastAlerts => alerts::past(state),
        Pane::Audit => audit::table(state),
        Pane::Log => logs::table(state),
        Pane::Chart | Pane::Heat | Pane::Stack | Pane::Telemetry | Pane::ForecastChart => {
            return None;
        }
    };
    Some(table.filtered(state.view.filter(pane)))
}

/// The place of the selected row in the list that its table was made of.
pub(crate) fn selected(state: &State, pane: Pane) -> Option<usize> {
    parts::chosen(state, pane, table(state, pane)?)
}

/// The own gate that closes next, for the context line.
pub(crate) fn next_gate(state: &State) -> Vec<(String, Tone)> {
    let Some(gate) = gates::next(state)
        .into_iter()
        .find(|gate| gate.own && gate.closes > state.now)
    else {
        return Vec::new();
    };
    let left = gate.closes.duration_since(state.now);
    let what = format!(
        "{} {} for {}: gate in ",
        gate.market,
        gate.product.product,
        format::day(gate.day)
    );
    // The line ends at the right edge: all of it would move with the width of the countdown.
    let width = format::DURATION;
    let countdown = format!("{:<width$}", format::countdown(left));
    vec![(what, Tone::Dim), (countdown, gates::urgency(left))]
}
