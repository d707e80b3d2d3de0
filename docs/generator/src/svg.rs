//! Figures as SVG: axes with units, steps drawn as steps, colours that follow the theme of the book.

mod plot;

pub(crate) use plot::{Frame, Scale, steps};

/// Class names of the marks; the colours are in [`STYLE`] and, by theme, in `docs/theme/book.css`.
pub(crate) mod class {
    /// Buying or charging.
    pub(crate) const BUY: &str = "buy";
    /// Selling or discharging.
    pub(crate) const SELL: &str = "sell";
    /// A plain line.
    pub(crate) const LINE: &str = "line";
    /// A second line.
    pub(crate) const DASHED: &str = "line dashed";
    /// A surface between two lines.
    pub(crate) const BAND: &str = "band";
    /// A total.
    pub(crate) const TOTAL: &str = "total";
    /// A part of a total.
    pub(crate) const PART: &str = "part";
    /// The zero line.
    pub(crate) const ZERO: &str = "zero";
    /// A line of the grid.
    pub(crate) const GRID: &str = "grid";
    /// An empty box.
    pub(crate) const BOX: &str = "box";
    /// Text that stands back.
    pub(crate) const DIM: &str = "dim";
    /// Text that stands out.
    pub(crate) const STRONG: &str = "strong";
}

const STYLE: &str = "\
.ob{max-width:100%;height:auto}\
.ob text{font:12px system-ui,sans-serif;fill:var(--fg,#333)}\
.ob .dim{fill-opacity:.72}.ob .strong{font-weight:600}\
.ob .grid{stroke:var(--fg,#333);stroke-opacity:.14}\
.ob .zero{stroke:var(--fg,#333);stroke-opacity:.75}\
.ob .line{stroke:var(--fg,#333);stroke-width:1.6;fill:none}.ob .dashed{stroke-dasharray:5 3}\
.ob .band{fill:var(--fg,#333);fill-opacity:.13}\
.ob .total{fill:var(--fg,#333);fill-opacity:.6}.ob .part{fill:var(--fg,#333);fill-opacity:.3}\
.ob .box{fill:none;stroke:var(--fg,#333);stroke-opacity:.55}\
.ob .buy{fill:var(--ob-buy,#1d66a8)}.ob .sell{fill:var(--ob-sell,#b4530a)}\
.ob path.buy,.ob line.buy{fill:none;stroke:var(--ob-buy,#1d66a8);stroke-width:2}\
.ob path.sell,.ob line.sell{fill:none;stroke:var(--ob-sell,#b4530a);stroke-width:2}\
.ob text.buy{fill:var(--ob-buy,#1d66a8)}.ob text.sell{fill:var(--ob-sell,#b4530a)}";

/// Where a text is held.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Anchor {
    /// At its begin.
    Start,
    /// In its middle.
    Middle,
    /// At its end.
    End,
}

impl Anchor {
    const fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }
}

/// A rectangle: left, top, width, height.
pub(crate) type Area = (f64, f64, f64, f64);

/// A figure under construction.
#[derive(Debug)]
pub(crate) struct Svg {
    size: (f64, f64),
    body: String,
}

impl Svg {
    /// An empty figure.
    pub(crate) const fn new(width: f64, height: f64) -> Self {
        Self {
            size: (width, height),
            body: String::new(),
        }
    }

    /// A straight line.
    pub(crate) fn line(&mut self, from: (f64, f64), to: (f64, f64), class: &str) {
        let [x1, y1, x2, y2] = [from.0, from.1, to.0, to.1].map(short);
        self.add(format!(
            r#"<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" class="{class}"/>"#
        ));
    }

    /// A line through points.
    pub(crate) fn path(&mut self, points: &[(f64, f64)], class: &str) {
        let path = path(points);
        self.add(format!(r#"<path d="{path}" class="{class}"/>"#));
    }

    /// A surface around points.
    pub(crate) fn surface(&mut self, points: &[(f64, f64)], class: &str) {
        let path = path(points);
        self.add(format!(r#"<path d="{path}Z" class="{class}"/>"#));
    }

    /// A rectangle; what it says is shown when the pointer rests on it.
    pub(crate) fn bar(&mut self, area: Area, class: &str, says: &str) {
        let (x, y, width, height) = area;
        let [x, y, width, height] = [x, y, width, height.max(0.0)].map(short);
        let says = escaped(says);
        self.add(format!(
            r#"<rect x="{x}" y="{y}" width="{width}" height="{height}" class="{class}"><title>{says}</title></rect>"#
        ));
    }

    /// A text, held at the point.
    pub(crate) fn text(&mut self, at: (f64, f64), anchor: Anchor, (class, text): (&str, &str)) {
        let ([x, y], anchor, text) = ([at.0, at.1].map(short), anchor.name(), escaped(text));
        self.add(format!(
            r#"<text x="{x}" y="{y}" text-anchor="{anchor}" class="{class}">{text}</text>"#
        ));
    }

    fn add(&mut self, element: String) {
        self.body.push_str(&element);
        self.body.push('\n');
    }

    /// The figure, with a name for those who do not see it.
    pub(crate) fn finish(self, title: &str) -> String {
        let [width, height] = [self.size.0, self.size.1].map(short);
        let (title, body) = (escaped(title), self.body);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" class=\"ob\" \
             role=\"img\" aria-label=\"{title}\">\n<style>{STYLE}</style>\n{body}</svg>"
        )
    }
}

fn path(points: &[(f64, f64)]) -> String {
    let parts = points.iter().enumerate().map(|(i, (x, y))| {
        let command = if i == 0 { 'M' } else { 'L' };
        format!("{command}{} {}", short(*x), short(*y))
    });
    parts.collect()
}

/// A coordinate with one decimal: finer than the eye, coarse enough that no last bit shows.
pub(crate) fn short(value: f64) -> String {
    let tenths = (value * 10.0).round();
    let text = format!("{:.1}", if tenths == 0.0 { 0.0 } else { tenths / 10.0 });
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
}
