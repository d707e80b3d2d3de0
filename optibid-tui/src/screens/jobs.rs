//! Long work with its progress.

use super::parts::{List, freshness, list};
use crate::canvas::Canvas;
use crate::format;
use crate::request::Request;
use crate::state::State;
use crate::theme::Tone;
use crate::view::Pane;
use crate::widgets::frame::{self, Titles};
use crate::widgets::table::{Cell, Column, Table};
use optibid_core::api::JobView;
use optibid_core::job::{JobResult, JobSpec, JobState};
use ratatui::layout::{Constraint, Layout, Rect};

const BAR: usize = 12;

pub(super) fn draw(canvas: &mut Canvas<'_>, state: &State, area: Rect) {
    let [jobs, detail] = Layout::vertical([Constraint::Fill(1), Constraint::Length(6)]).areas(area);
    let (left, right) = ("Jobs".to_owned(), freshness(state, &Request::Jobs));
    let lesson = &[
        "Backtests, optimisations and offers that run stand here. Start one with POST /api/jobs.",
    ];
    list(
        canvas,
        state,
        jobs,
        List {
            pane: Pane::Jobs,
            left,
            right,
            lesson,
            table: table(state),
        },
    );
    let Some(job) = selected_job(state) else {
        return;
    };
    let titles = Titles::new(format!("{} {}", job.spec.kind(), job.id), String::new());
    let inner = frame::boxed(canvas, detail, false, &titles);
    for (y, (label, text, tone)) in (inner.y..inner.bottom()).zip(facts(state, job)) {
        canvas.text((inner.x + 1, y), 10, label, Tone::Dim);
        canvas.text(
            (inner.x + 11, y),
            inner.width.saturating_sub(12),
            &text,
            tone,
        );
    }
}

fn facts(state: &State, job: &JobView) -> Vec<(&'static str, String, Tone)> {
    let mut facts = vec![("what", what(state, &job.spec), Tone::Plain)];
    if let Some(error) = &job.error {
        facts.push(("failed", error.clone(), Tone::Danger));
    }
    if let Some(result) = &job.result {
        facts.push(("result", told(result), Tone::Plain));
    }
    let times = format!(
        "asked for {}, last moved {}",
        format::exact_stamp(&state.time_zone(), job.created_at),
        format::ago(state.now, job.updated_at)
    );
    facts.push(("times", times, Tone::Dim));
    if job.cancel_requested && !job.state.is_final() {
        facts.push(("cancel", "its end was asked for".to_owned(), Tone::Warn));
    }
    facts
}

fn told(result: &JobResult) -> String {
    match result {
        JobResult::Backtest(report) => {
            format!("{} replayed", format::count(report.days.len(), "day"))
        }
        JobResult::Backtests(reports) => format::count(reports.len(), "report"),
        JobResult::Optimisation(schedule) => format!(
            "worth {} {}",
            format::money(schedule.value),
            schedule.value.currency()
        ),
        JobResult::Explanation(told) => {
            format!(
                "worth {} {}",
                format::money(told.schedule.value),
                told.schedule.value.currency()
            )
        }
        JobResult::Offer(_) => "an offer, ready to be drafted".to_owned(),
    }
}

fn what(state: &State, spec: &JobSpec) -> String {
    let name = |id| {
        let asset = state.data.assets.iter().find(|asset| asset.id == id);
        asset.map_or_else(|| format::short(&id), |asset| asset.name.clone())
    };
    match spec {
        JobSpec::Backtest { request } => {
            format!(
                "{} {} {}, {} to {}",
                request.market, request.product, request.location, request.from, request.to
            )
        }
        JobSpec::Backtests { requests } => format::count(requests.len(), "backtest"),
        JobSpec::Optimisation {
            asset,
            product,
            from,
            to,
        }
        | JobSpec::Explanation {
            asset,
            product,
            from,
            to,
        } => format!("{}, {product}, {from} to {to}", name(*asset)),
        JobSpec::Offer {
            asset,
            product,
            day,
            ..
        } => format!("{}, {product}, {day}", name(*asset)),
    }
}

/// Jobs, the latest first.
pub(super) fn table(state: &State) -> Table {
    let mut table = Table::new([
        Column::text("job", 3),
        Column::text("kind", 0),
        Column::text("state", 0),
        Column::text("progress", 1),
        Column::number("done", 0),
        Column::number("of", 0),
        Column::wide("what"),
        Column::age("moved", 2),
    ]);
    let (full, empty) = state.theme.glyphs.bar();
    for job in &state.data.jobs {
        let tone = match job.state {
            JobState::Queued | JobState::Cancelled => Tone::Dim,
            JobState::Running => Tone::Accent,
            JobState::Done => Tone::Plain,
            JobState::Failed => Tone::Danger,
        };
        let share =
            |total: u64| usize::try_from(job.done.min(total) * BAR as u64 / total).unwrap_or(0);
        let bar = match job.total {
            0 => String::new(),
            total => format!(
                "{}{}",
                full.repeat(share(total)),
                empty.repeat(BAR - share(total))
            ),
        };
        table.row([
            Cell::new(format::short(&job.id), Tone::Dim),
            Cell::from(job.spec.kind()),
            Cell::new(job.state.code(), tone),
            Cell::new(bar, tone),
            Cell::from(job.done.to_string()),
            Cell::from(if job.total == 0 {
                "?".to_owned()
            } else {
                job.total.to_string()
            }),
            Cell::from(what(state, &job.spec)),
            Cell::new(format::age(state.now, job.updated_at), Tone::Dim),
        ]);
    }
    table
}

/// The selected job.
pub(crate) fn selected_job(state: &State) -> Option<&JobView> {
    state
        .data
        .jobs
        .get(super::parts::chosen(state, Pane::Jobs, table(state))?)
}
