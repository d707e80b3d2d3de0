//! What widgets draw on: the buffer of a frame, and what of it answers to the mouse.

use crate::action::Screen;
use crate::theme::{Theme, Tone};
use crate::view::{Pane, Scroll};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr as _;

/// What a click means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// A tab.
    Tab(Screen),
    /// A row of a list.
    Row(Pane, usize),
    /// A period of the day.
    Period(Pane, usize),
    /// Anywhere in a pane.
    Pane(Pane),
}

/// A frame that is being drawn.
pub(crate) struct Canvas<'a> {
    pub(crate) buf: &'a mut Buffer,
    pub(crate) theme: Theme,
    /// What answers to the mouse; later ones lie on top.
    pub(crate) targets: Vec<(Rect, Target)>,
    /// Where lists stand after drawing.
    pub(crate) scrolls: Vec<(Pane, Scroll)>,
    /// Where the terminal's cursor blinks.
    pub(crate) caret: Option<Position>,
    /// Whether a question was drawn with every line of it.
    pub(crate) asked: bool,
}

impl Canvas<'_> {
    /// Writes a text of a tone, cut at `width`; the columns it took.
    pub(crate) fn text(&mut self, at: (u16, u16), width: u16, text: &str, tone: Tone) -> u16 {
        self.styled(at, width, text, self.theme.style(tone))
    }

    /// Writes a text, cut at `width` with a mark; the columns it took.
    pub(crate) fn styled(&mut self, at: (u16, u16), width: u16, text: &str, style: Style) -> u16 {
        let (x, y) = at;
        let area = *self.buf.area();
        if y < area.top() || y >= area.bottom() || x >= area.right() || width == 0 {
            return 0;
        }
        let width = width.min(area.right() - x);
        let fits = columns(text) <= usize::from(width);
        let cut;
        let shown = if fits {
            text
        } else {
            cut = shortened(text, usize::from(width), self.theme.glyphs.ellipsis());
            &cut
        };
        let (end, _) = self.buf.set_stringn(x, y, shown, usize::from(width), style);
        end - x
    }

    /// Writes texts of several tones one after the other; the columns they took.
    pub(crate) fn spans(&mut self, at: (u16, u16), width: u16, spans: &[(String, Tone)]) -> u16 {
        let mut taken = 0;
        for (text, tone) in spans {
            let left = width.saturating_sub(taken);
            taken += self.text((at.0 + taken, at.1), left, text, *tone);
        }
        taken
    }

    /// Writes a text that ends at the right edge of `width`.
    pub(crate) fn right(&mut self, at: (u16, u16), width: u16, text: &str, tone: Tone) {
        let taken = u16::try_from(columns(text)).unwrap_or(u16::MAX).min(width);
        self.text((at.0 + width - taken, at.1), taken, text, tone);
    }

    /// Fills an area with blanks on the ground.
    pub(crate) fn clear(&mut self, area: Rect) {
        let ground = self.theme.ground();
        for position in area.intersection(*self.buf.area()).positions() {
            if let Some(cell) = self.buf.cell_mut(position) {
                cell.reset();
                cell.set_style(ground);
            }
        }
    }
}

/// Columns of a text on the terminal.
pub(crate) fn columns(text: &str) -> usize {
    text.width()
}

/// A text cut to that many columns, with a mark at its end.
pub(crate) fn shortened(text: &str, width: usize, mark: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        let with = columns(&out) + columns(letter.encode_utf8(&mut [0; 4]));
        if with + columns(mark) > width {
            break;
        }
        out.push(letter);
    }
    out + mark
}
