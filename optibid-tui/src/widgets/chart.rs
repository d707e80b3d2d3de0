//! Values over the periods of a day, drawn as steps: a price holds for its period.

use crate::canvas::{Canvas, Target, columns};
use crate::glyphs::Glyphs;
use crate::theme::Tone;
use crate::view::Pane;
use ratatui::layout::Rect;

/// A course of values.
pub(crate) struct Course {
    /// One value a period; gaps stay gaps.
    pub(crate) values: Vec<Option<i64>>,
    /// Its colour.
    pub(crate) tone: Tone,
    /// Whether every second dot is left out.
    pub(crate) dashed: bool,
    /// Whether what is above zero has the colour of selling, what is below it that of buying.
    pub(crate) signed: bool,
}

impl Course {
    /// A course drawn solid.
    pub(crate) fn solid(values: Vec<Option<i64>>, tone: Tone) -> Self {
        Self {
            values,
            tone,
            dashed: false,
            signed: false,
        }
    }

    /// A course drawn dashed.
    pub(crate) fn dashed(values: Vec<Option<i64>>, tone: Tone) -> Self {
        Self {
            dashed: true,
            ..Self::solid(values, tone)
        }
    }

    fn tone(&self, value: i64) -> Tone {
        match value {
            _ if !self.signed => self.tone,
            ..=-1 => Tone::Buy,
            0 => self.tone,
            1.. => Tone::Sell,
        }
    }
}

/// A chart.
#[derive(Default)]
pub(crate) struct Chart {
    /// Courses, the most important last: it is drawn on top.
    pub(crate) courses: Vec<Course>,
    /// An area between two values a period.
    pub(crate) band: Vec<Option<(i64, i64)>>,
    /// Number of periods.
    pub(crate) periods: usize,
    /// Texts under periods.
    pub(crate) labels: Vec<(usize, String)>,
    /// The period the cursor is on.
    pub(crate) cursor: Option<usize>,
    /// The period that is now.
    pub(crate) now: Option<usize>,
    /// Whose periods answer to the mouse.
    pub(crate) pane: Option<Pane>,
}

/// Dots to a cell: two across and four up in braille, one each in ASCII.
const fn grain(glyphs: Glyphs) -> (usize, usize) {
    match glyphs {
        Glyphs::Unicode => (2, 4),
        Glyphs::Ascii => (1, 1),
    }
}

/// The dots of a chart.
struct Dots {
    cols: usize,
    rows: usize,
    glyphs: Glyphs,
    cells: Vec<(u8, Tone)>,
}

impl Dots {
    fn new(cols: usize, rows: usize, glyphs: Glyphs) -> Self {
        Self {
            cols,
            rows,
            glyphs,
            cells: vec![(0, Tone::Line); cols * rows],
        }
    }

    const fn size(&self) -> (usize, usize) {
        let (across, up) = grain(self.glyphs);
        (self.cols * across, self.rows * up)
    }

    /// Sets a dot; `y` counts from the bottom. `stands` tells a dot of a jump from one of a step.
    fn set(&mut self, x: usize, y: usize, tone: Tone, stands: bool) {
        let (across, up) = grain(self.glyphs);
        let (width, height) = self.size();
        if x >= width || y >= height {
            return;
        }
        let from_top = height - 1 - y;
        let cell = from_top / up * self.cols + x / across;
        let bit = match self.glyphs {
            Glyphs::Unicode => match (x % 2, from_top % 4) {
                (0, 3) => 0x40,
                (_, 3) => 0x80,
                (0, row) => 1 << row,
                (_, row) => 8 << row,
            },
            Glyphs::Ascii => 1 << usize::from(stands),
        };
        if let Some(slot) = self.cells.get_mut(cell) {
            *slot = (slot.0 | bit, tone);
        }
    }

    fn mark(&self, bits: u8) -> String {
        match (self.glyphs, bits) {
            (_, 0) => String::new(),
            (Glyphs::Unicode, bits) => char::from_u32(0x2800 + u32::from(bits))
                .map(String::from)
                .unwrap_or_default(),
            (Glyphs::Ascii, 1) => "-".to_owned(),
            (Glyphs::Ascii, 2) => "|".to_owned(),
            (Glyphs::Ascii, _) => "+".to_owned(),
        }
    }
}

/// The span of values that the axis shows, with round ends; zero is in it where it is near.
fn axis(chart: &Chart) -> Option<(i64, i64)> {
    let courses = chart.courses.iter().flat_map(|c| c.values.iter().copied());
    let band = chart
        .band
        .iter()
        .flatten()
        .flat_map(|(low, high)| [Some(*low), Some(*high)]);
    let (low, high) = super::spark::range(courses.chain(band))?;
    let span = high.saturating_sub(low).max(1);
    let low = if low > 0 && low < span { 0 } else { low };
    let step = step(high.saturating_sub(low), 4);
    let (low, high) = (
        low.div_euclid(step) * step,
        high.saturating_add(step - 1).div_euclid(step) * step,
    );
    Some((low, high.max(low.saturating_add(step))))
}

/// A round distance of ticks: 1, 2 or 5 times a power of ten.
fn step(span: i64, ticks: i64) -> i64 {
    let wanted = (span / ticks).max(1);
    let mut power = 1_i64;
    while power <= wanted / 10 {
        power = power.saturating_mul(10);
    }
    let round = [1, 2, 5, 10].into_iter().map(|f| power.saturating_mul(f));
    round
        .into_iter()
        .find(|step| *step >= wanted)
        .unwrap_or(power.saturating_mul(10))
}

/// Draws a chart with its axes; `write` gives a value of the axis as text.
pub(crate) fn draw(
    canvas: &mut Canvas<'_>,
    area: Rect,
    chart: &Chart,
    write: &dyn Fn(i64) -> String,
) {
    let Some((low, high)) = axis(chart) else {
        return;
    };
    if area.height < 4 || area.width < 20 || chart.periods == 0 {
        return;
    }
    let ticks = ticks(low, high, usize::from(area.height - 1));
    let texts: Vec<String> = ticks.iter().map(|t| write(*t)).collect();
    let left = texts.iter().map(|t| columns(t)).max().unwrap_or(0) + 1;
    let left = u16::try_from(left).unwrap_or(8).min(area.width / 3);
    let plot = Rect::new(area.x + left, area.y, area.width - left, area.height - 1);
    let mut dots = Dots::new(
        usize::from(plot.width),
        usize::from(plot.height),
        canvas.theme.glyphs,
    );
    let (width, height) = dots.size();
    let y = |value: i64| {
        let (value, low, high) = (i128::from(value), i128::from(low), i128::from(high));
        let top = i128::try_from(height - 1).unwrap_or(0);
        usize::try_from(((value - low) * top + (high - low) / 2) / (high - low)).unwrap_or(0)
    };
    let x = |period: usize| period * width / chart.periods;
    for (tick, text) in ticks.iter().zip(&texts) {
        let row = y(*tick) / grain(canvas.theme.glyphs).1;
        let row = plot.bottom() - 1 - u16::try_from(row).unwrap_or(0).min(plot.height - 1);
        canvas.right((area.x, row), left - 1, text, Tone::Dim);
        let rule = canvas.theme.glyphs.rules().1;
        let tone = if *tick == 0 { Tone::Dim } else { Tone::Line };
        for column in (plot.x..plot.right()).step_by(if *tick == 0 { 1 } else { 4 }) {
            canvas.text((column, row), 1, rule, tone);
        }
    }
    for (period, ends) in chart.band.iter().enumerate() {
        let Some((from, to)) = ends else { continue };
        for dot in x(period)..x(period + 1) {
            for level in (y(*from)..=y(*to)).filter(|level| (level + dot).is_multiple_of(2)) {
                dots.set(dot, level, Tone::Line, false);
            }
        }
    }
    for course in &chart.courses {
        steps(&mut dots, course, &y, &x);
    }
    marks(canvas, plot, chart);
    put(canvas, plot, &dots);
    labels(canvas, plot, chart);
}

fn ticks(low: i64, high: i64, rows: usize) -> Vec<i64> {
    let most = i64::try_from(rows / 3).unwrap_or(2).clamp(2, 6);
    let step = step(high.saturating_sub(low), most);
    let first = low.div_euclid(step) * step;
    (0..=10)
        .map(|i| first.saturating_add(step.saturating_mul(i)))
        .filter(|t| (low..=high).contains(t))
        .collect()
}

fn steps(dots: &mut Dots, course: &Course, y: &dyn Fn(i64) -> usize, x: &dyn Fn(usize) -> usize) {
    let mut before: Option<usize> = None;
    for (period, value) in course.values.iter().enumerate() {
        let Some(value) = value else {
            before = None;
            continue;
        };
        let level = y(*value);
        let tone = course.tone(*value);
        let (from, to) = (x(period), x(period + 1));
        if let Some(before) = before {
            for between in before.min(level)..=before.max(level) {
                if !course.dashed || between.is_multiple_of(2) {
                    dots.set(from, between, tone, true);
                }
            }
        }
        for dot in (from..to).filter(|dot| !course.dashed || dot % 4 < 2) {
            dots.set(dot, level, tone, false);
        }
        before = Some(level);
    }
}

/// The columns of a period.
fn column(plot: Rect, chart: &Chart, period: usize) -> u16 {
    let at = period * usize::from(plot.width) / chart.periods.max(1);
    plot.x + u16::try_from(at).unwrap_or(0)
}

/// The line of now, and the cursor.
fn marks(canvas: &mut Canvas<'_>, plot: Rect, chart: &Chart) {
    let rule = canvas.theme.glyphs.rules().0;
    for (period, tone) in [(chart.now, Tone::Accent), (chart.cursor, Tone::Dim)] {
        let Some(period) = period.filter(|p| *p < chart.periods) else {
            continue;
        };
        let middle = (column(plot, chart, period) + column(plot, chart, period + 1)) / 2;
        let at = middle.min(plot.right() - 1);
        for y in plot.top()..plot.bottom() {
            canvas.text((at, y), 1, rule, tone);
        }
    }
    if let Some(pane) = chart.pane {
        for period in 0..chart.periods {
            let (from, to) = (column(plot, chart, period), column(plot, chart, period + 1));
            let area = Rect::new(from, plot.y, (to - from).max(1), plot.height);
            canvas.targets.push((area, Target::Period(pane, period)));
        }
    }
}

fn put(canvas: &mut Canvas<'_>, plot: Rect, dots: &Dots) {
    for (i, (bits, tone)) in dots.cells.iter().enumerate() {
        let mark = dots.mark(*bits);
        if !mark.is_empty() {
            let x = plot.x + u16::try_from(i % dots.cols).unwrap_or(0);
            let y = plot.y + u16::try_from(i / dots.cols).unwrap_or(0);
            canvas.text((x, y), 1, &mark, *tone);
        }
    }
}

fn labels(canvas: &mut Canvas<'_>, plot: Rect, chart: &Chart) {
    let mut free = plot.x;
    for (period, text) in &chart.labels {
        let at = column(plot, chart, *period);
        let width = u16::try_from(columns(text)).unwrap_or(0);
        if at >= free && at + width <= plot.right() {
            canvas.text((at, plot.bottom()), width, text, Tone::Dim);
            free = at + width + 2;
        }
    }
}
