//! The border of a pane, with its title. The focused pane has the only bright one.

use crate::canvas::{Canvas, Target, columns};
use crate::glyphs::Glyphs;
use crate::theme::Tone;
use crate::view::Pane;
use ratatui::layout::Rect;

/// What stands in a border.
#[derive(Default)]
pub(crate) struct Titles {
    /// At the left of the top.
    pub(crate) left: String,
    /// At the right of the top: units, zone, age.
    pub(crate) right: String,
}

impl Titles {
    pub(crate) fn new(left: impl Into<String>, right: impl Into<String>) -> Self {
        Self {
            left: left.into(),
            right: right.into(),
        }
    }
}

/// Draws the border of a pane; what is inside it.
pub(crate) fn frame(
    canvas: &mut Canvas<'_>,
    area: Rect,
    pane: (Pane, bool),
    titles: &Titles,
) -> Rect {
    let (pane, focused) = pane;
    canvas.targets.push((area, Target::Pane(pane)));
    boxed(canvas, area, focused, titles)
}

/// Draws a border that is no pane's.
pub(crate) fn boxed(canvas: &mut Canvas<'_>, area: Rect, bright: bool, titles: &Titles) -> Rect {
    if area.width < 2 || area.height < 2 {
        return Rect::new(area.x, area.y, 0, 0);
    }
    let style = canvas.theme.border(bright);
    let corners = match (canvas.theme.glyphs, bright) {
        (Glyphs::Unicode, _) => ["╭", "╮", "╰", "╯", "─", "│"],
        (Glyphs::Ascii, true) => ["+", "+", "+", "+", "=", "|"],
        (Glyphs::Ascii, false) => ["+", "+", "+", "+", "-", "|"],
    };
    let [tl, tr, bl, br, lying, standing] = corners;
    let (right, bottom) = (area.right() - 1, area.bottom() - 1);
    for x in area.x + 1..right {
        canvas.styled((x, area.y), 1, lying, style);
        canvas.styled((x, bottom), 1, lying, style);
    }
    for y in area.y + 1..bottom {
        canvas.styled((area.x, y), 1, standing, style);
        canvas.styled((right, y), 1, standing, style);
    }
    for (x, y, corner) in [
        (area.x, area.y, tl),
        (right, area.y, tr),
        (area.x, bottom, bl),
        (right, bottom, br),
    ] {
        canvas.styled((x, y), 1, corner, style);
    }
    captions(canvas, area, bright, titles);
    Rect::new(area.x + 1, area.y + 1, area.width - 2, area.height - 2)
}

fn captions(canvas: &mut Canvas<'_>, area: Rect, bright: bool, titles: &Titles) {
    let room = usize::from(area.width.saturating_sub(4));
    let left = columns(&titles.left);
    let tone = if bright { Tone::Strong } else { Tone::Plain };
    if left > 0 {
        let width = u16::try_from(left.min(room)).unwrap_or(0);
        let title = format!(" {} ", titles.left);
        canvas.text((area.x + 1, area.y), width + 2, &title, tone);
    }
    // Where not all of it fits, what stands last: how old the data are.
    let last = titles.right.rsplit(", ").next().unwrap_or_default();
    let fits = |text: &&str| !text.is_empty() && left + columns(text) + 4 <= room;
    if let Some(text) = [titles.right.as_str(), last].into_iter().find(fits) {
        let width = u16::try_from(columns(text) + 2).unwrap_or(0);
        let at = (area.right() - 1 - width, area.y);
        canvas.text(at, width, &format!(" {text} "), Tone::Dim);
    }
}

/// Says in an empty pane what belongs there, one sentence a line.
pub(crate) fn teach(canvas: &mut Canvas<'_>, area: Rect, lines: &[&str]) {
    let mut y = area.y;
    for line in lines {
        for part in wrapped(line, usize::from(area.width.saturating_sub(2))) {
            if y >= area.bottom() {
                return;
            }
            canvas.text(
                (area.x + 1, y),
                area.width.saturating_sub(1),
                &part,
                Tone::Dim,
            );
            y += 1;
        }
    }
}

/// A text in lines of at most that many columns, broken between words.
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        if !line.is_empty() && columns(&line) + 1 + columns(word) > width.max(1) {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}
