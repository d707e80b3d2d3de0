//! Offers by price: megawatts across, price up, buying left of zero, selling right of it.

use crate::canvas::Canvas;
use crate::theme::Tone;
use ratatui::layout::Rect;

/// A step of the stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StackStep {
    /// Its price, for the order.
    pub(crate) micros: i64,
    /// The price as text.
    pub(crate) price: String,
    /// Where it begins, kW from zero; negative is bought.
    pub(crate) near: i64,
    /// Where it ends.
    pub(crate) far: i64,
    /// The step and the sum so far, as texts.
    pub(crate) texts: (String, String),
}

/// Draws the steps, the dearest at the top, with the line of the clearing price where it is known.
pub(crate) fn draw(
    canvas: &mut Canvas<'_>,
    area: Rect,
    steps: &[StackStep],
    cleared: Option<(i64, String)>,
) {
    let price = width(steps.iter().map(|s| &s.price)).max(8);
    let step = width(steps.iter().map(|s| &s.texts.0)).max(4);
    let sum = width(steps.iter().map(|s| &s.texts.1)).max(4);
    let taken = price + step + sum + 6;
    let bars = area.width.saturating_sub(taken);
    if bars < 6 || area.height < 2 {
        return;
    }
    let left = area.x + price + 2;
    let zero = left + bars / 2;
    let half = i128::from(bars / 2 - 1).max(1);
    let most = steps
        .iter()
        .map(|s| s.far.unsigned_abs())
        .max()
        .unwrap_or(1)
        .max(1);
    let place = |kw: i64| {
        let columns = i128::from(kw) * half / i128::from(most);
        u16::try_from(i128::from(zero) + columns).unwrap_or(zero)
    };
    canvas.right((area.x, area.y), price, "price", Tone::Dim);
    canvas.text((left, area.y), bars, "buy", Tone::Buy);
    canvas.right((left, area.y), bars, "sell", Tone::Sell);
    let (steps_at, sums_at) = (left + bars + 2, left + bars + 4 + step);
    canvas.right((steps_at, area.y), step, "MW", Tone::Dim);
    canvas.right((sums_at, area.y), sum, "sum", Tone::Dim);
    let mut cleared = cleared;
    let mut y = area.y + 1;
    for item in steps {
        if let Some((at, text)) = cleared.take_if(|(at, _)| *at >= item.micros) {
            clearing(canvas, (area, y), (price, &text, at));
            y += 1;
        }
        if y >= area.bottom() {
            return;
        }
        let tone = if item.far < 0 { Tone::Buy } else { Tone::Sell };
        canvas.right((area.x, y), price, &item.price, Tone::Plain);
        let (from, to) = (
            place(item.near.min(item.far)),
            place(item.near.max(item.far)),
        );
        let bar = canvas.theme.glyphs.bar().0;
        let columns = (to - from).max(1);
        let from = if item.far < 0 {
            from.min(zero - 1)
        } else {
            from.max(zero + 1)
        };
        canvas.text((from, y), columns, &bar.repeat(usize::from(columns)), tone);
        canvas.text((zero, y), 1, canvas.theme.glyphs.rules().0, Tone::Dim);
        canvas.right((steps_at, y), step, &item.texts.0, tone);
        canvas.right((sums_at, y), sum, &item.texts.1, Tone::Plain);
        y += 1;
    }
    if let Some((at, text)) = cleared {
        clearing(canvas, (area, y), (price, &text, at));
    }
}

fn clearing(canvas: &mut Canvas<'_>, at: (Rect, u16), price: (u16, &str, i64)) {
    let (area, y) = at;
    if y >= area.bottom() {
        return;
    }
    let rule = canvas.theme.glyphs.rules().1;
    canvas.text(
        (area.x, y),
        area.width,
        &rule.repeat(usize::from(area.width)),
        Tone::Line,
    );
    canvas.right((area.x, y), price.0, price.1, Tone::Accent);
    canvas.text(
        (area.x + price.0 + 1, y),
        16,
        " market price ",
        Tone::Accent,
    );
}

fn width<'a>(texts: impl Iterator<Item = &'a String>) -> u16 {
    let widest = texts.map(|text| text.chars().count()).max().unwrap_or(0);
    u16::try_from(widest).unwrap_or(0)
}
