//! A share as a bar that lies.

use crate::canvas::Canvas;
use crate::theme::Tone;

/// Draws `part` of `whole` over `width` columns.
pub(crate) fn meter(
    canvas: &mut Canvas<'_>,
    at: (u16, u16),
    width: u16,
    share: (i64, i64),
    tone: Tone,
) {
    let (part, whole) = (i128::from(share.0.max(0)), i128::from(share.1.max(1)));
    let full = (part * i128::from(width) + whole / 2) / whole;
    let full = u16::try_from(full).unwrap_or(width).min(width);
    let (on, off) = canvas.theme.glyphs.bar();
    canvas.text(at, full, &on.repeat(usize::from(full)), tone);
    let rest = width - full;
    canvas.text(
        (at.0 + full, at.1),
        rest,
        &off.repeat(usize::from(rest)),
        Tone::Line,
    );
}
