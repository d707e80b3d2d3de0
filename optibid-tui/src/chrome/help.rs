//! The help: what can be done here, made of the table of actions.

use crate::action::{Scope, TABLE};
use crate::canvas::{Canvas, columns};
use crate::state::State;
use crate::theme::Tone;
use crate::widgets::frame::{Titles, boxed, wrapped};
use ratatui::layout::Rect;

pub(super) fn draw(canvas: &mut Canvas<'_>, state: &State, body: Rect, top: usize) {
    let width = body.width.min(100);
    let area = Rect::new(
        body.x + (body.width - width) / 2,
        body.y,
        width,
        body.height,
    );
    canvas.clear(area);
    let title = format!("What can be done on {}", state.view.screen.title());
    let inner = boxed(
        canvas,
        area,
        true,
        &Titles::new(title, "keys, command, what it does"),
    );
    let lines = lines(state, usize::from(inner.width.saturating_sub(2)));
    let top = top.min(lines.len().saturating_sub(usize::from(inner.height)));
    for (y, line) in (inner.y..inner.bottom()).zip(lines.iter().skip(top)) {
        canvas.spans((inner.x + 1, y), inner.width.saturating_sub(2), line);
    }
}

type Line = Vec<(String, Tone)>;

fn lines(state: &State, width: usize) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let here = |scope: Scope| matches!(scope, Scope::On(_)) && scope.covers(state.view.screen);
    let groups: [(&str, &dyn Fn(Scope) -> bool); 2] = [
        ("On this screen", &here),
        ("Everywhere", &|scope| scope == Scope::Everywhere),
    ];
    for (title, belongs) in groups {
        let rows: Vec<_> = TABLE.iter().filter(|entry| belongs(entry.scope)).collect();
        if rows.is_empty() {
            continue;
        }
        lines.push(vec![(title.to_owned(), Tone::Strong)]);
        for entry in rows {
            let keys = state.settings.keymap.keys(entry.action).join(" ");
            let room = width.saturating_sub(36).max(10);
            for (i, part) in wrapped(entry.about, room).into_iter().enumerate() {
                let (keys, name) = if i == 0 {
                    (keys.as_str(), entry.name)
                } else {
                    ("", "")
                };
                lines.push(vec![
                    (padded(keys, 16), Tone::Accent),
                    (
                        padded(
                            &format!(":{name}").trim_end_matches(':').replace("::", ":"),
                            19,
                        ),
                        Tone::Dim,
                    ),
                    (part, Tone::Plain),
                ]);
            }
        }
        lines.push(Line::new());
    }
    lines
}

fn padded(text: &str, width: usize) -> String {
    let blanks = width.saturating_sub(columns(text)).max(1);
    format!("{text}{}", " ".repeat(blanks))
}
