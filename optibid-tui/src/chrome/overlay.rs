//! What lies on top: prompts with their completions, questions, the sign-in form.

use crate::canvas::{Canvas, columns};
use crate::input::completions;
use crate::line_edit::LineEdit;
use crate::state::State;
use crate::theme::Tone;
use crate::view::{Mode, Question, SignInForm};
use crate::widgets::frame::{Titles, boxed, wrapped};
use ratatui::layout::{Position, Rect};

/// Completions shown above the command line.
const SHOWN: usize = 8;

/// A line that is being written at the foot of the screen.
pub(super) fn prompt(
    canvas: &mut Canvas<'_>,
    state: &State,
    area: Rect,
    prompt: (&str, &LineEdit),
) {
    let (mark, line) = prompt;
    canvas.clear(area);
    canvas.text((area.x + 1, area.y), 1, mark, Tone::Accent);
    written(canvas, (area.x + 2, area.y), area.width - 3, (line, false));
    if !matches!(state.view.mode, Mode::Command(_)) {
        return;
    }
    let found = completions(state, &line.text());
    let height = u16::try_from(found.len().min(SHOWN)).unwrap_or(0);
    let list = Rect::new(area.x, area.y.saturating_sub(height), area.width, height);
    canvas.clear(list);
    let ground = canvas.theme.selected(false);
    for (y, (text, about)) in (list.y..list.bottom()).zip(found) {
        canvas.text((list.x + 2, y), 28, &text, Tone::Accent);
        canvas.text(
            (list.x + 31, y),
            list.width.saturating_sub(32),
            about,
            Tone::Dim,
        );
        canvas
            .buf
            .set_style(Rect::new(list.x, y, list.width, 1), ground);
    }
}

/// A text that is being written, with the terminal's cursor in it.
fn written(canvas: &mut Canvas<'_>, at: (u16, u16), width: u16, line: (&LineEdit, bool)) {
    let (line, masked) = line;
    let text = if masked {
        "*".repeat(line.text().chars().count())
    } else {
        line.text()
    };
    let before: String = text.chars().take(line.cursor()).collect();
    // What is left of the cursor goes out of sight when there is no room.
    let skip = columns(&before).saturating_sub(usize::from(width.saturating_sub(1)));
    let shown: String = text.chars().skip(skip).collect();
    canvas.text(at, width, &shown, Tone::Strong);
    let x = u16::try_from(columns(&before) - skip.min(columns(&before))).unwrap_or(0);
    canvas.caret = Some(Position::new(at.0 + x.min(width.saturating_sub(1)), at.1));
}

fn middle(body: Rect, size: (u16, u16)) -> Rect {
    let (width, height) = (size.0.min(body.width), size.1.min(body.height));
    Rect::new(
        body.x + (body.width - width) / 2,
        body.y + (body.height - height) / 2,
        width,
        height,
    )
}

/// A question before an act.
pub(super) fn question(canvas: &mut Canvas<'_>, body: Rect, question: &Question) {
    let width = body.width.min(96);
    let room = usize::from(width.saturating_sub(16));
    let mut lines = Vec::new();
    for (label, text) in &question.lines {
        for (i, part) in wrapped(text, room).into_iter().enumerate() {
            lines.push((if i == 0 { label.clone() } else { String::new() }, part));
        }
    }
    let height = u16::try_from(lines.len() + 4).unwrap_or(u16::MAX);
    let area = middle(body, (width, height));
    canvas.clear(area);
    let inner = boxed(canvas, area, true, &Titles::new(question.title.clone(), ""));
    let last = inner.bottom().saturating_sub(1);
    canvas.asked = lines.len() < usize::from(inner.height)
        && columns(&question.title) + 6 <= usize::from(area.width)
        && lines.iter().all(|(_, text)| columns(text) <= room);
    for (y, (label, text)) in (inner.y..last).zip(&lines) {
        let tone = match label.as_str() {
            "buy" => Tone::Buy,
            "sell" => Tone::Sell,
            _ => Tone::Dim,
        };
        canvas.text((inner.x + 1, y), 10, label, tone);
        canvas.text(
            (inner.x + 11, y),
            inner.width.saturating_sub(12),
            text,
            Tone::Plain,
        );
    }
    let answer = [
        ("y".to_owned(), Tone::Accent),
        (format!(" {}     ", question.yes), Tone::Strong),
        ("n".to_owned(), Tone::Accent),
        (" do nothing".to_owned(), Tone::Strong),
    ];
    canvas.spans((inner.x + 1, last), inner.width.saturating_sub(2), &answer);
}

/// The sign-in form.
pub(super) fn sign_in(canvas: &mut Canvas<'_>, state: &State, body: Rect, form: &SignInForm) {
    let area = middle(body, (64, 9));
    canvas.clear(area);
    let title = format!("Sign in to {}", state.server.name);
    let inner = boxed(
        canvas,
        area,
        true,
        &Titles::new(title, state.server.url.clone()),
    );
    let width = inner.width.saturating_sub(13);
    for (row, (label, line)) in (1..).zip([("address", &form.email), ("password", &form.password)])
    {
        let y = inner.y + row;
        let masked = row == 2;
        let here = masked == form.on_password;
        canvas.text(
            (inner.x + 1, y),
            10,
            label,
            if here { Tone::Accent } else { Tone::Dim },
        );
        let caret = canvas.caret;
        written(canvas, (inner.x + 12, y), width, (line, masked));
        if !here {
            canvas.caret = caret;
        }
    }
    let (text, tone) = match (&form.failure, form.asking) {
        (_, true) => ("asking the server".to_owned(), Tone::Dim),
        (Some(failure), _) => (failure.clone(), Tone::Warn),
        (None, _) => (
            "The tokens are kept in a file that only you can read.".to_owned(),
            Tone::Dim,
        ),
    };
    for (y, part) in (inner.y + 4..inner.bottom())
        .zip(wrapped(&text, usize::from(inner.width.saturating_sub(2))))
    {
        canvas.text((inner.x + 1, y), inner.width.saturating_sub(2), &part, tone);
    }
}
