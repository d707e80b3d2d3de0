//! The marks that screens are drawn with: Unicode blocks, or ASCII where the terminal has no more.

/// Which marks the terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Glyphs {
    /// Blocks, lines and braille dots.
    #[default]
    Unicode,
    /// Plain ASCII.
    Ascii,
}

impl Glyphs {
    /// Levels of a bar from empty to full.
    #[must_use]
    pub const fn levels(self) -> &'static [&'static str] {
        match self {
            Self::Unicode => &["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
            Self::Ascii => &["_", ".", ":", "-", "=", "+", "#", "@"],
        }
    }

    /// A full and an empty cell of a horizontal bar.
    #[must_use]
    pub const fn bar(self) -> (&'static str, &'static str) {
        match self {
            Self::Unicode => ("█", "░"),
            Self::Ascii => ("#", "."),
        }
    }

    /// Up and down.
    #[must_use]
    pub const fn arrows(self) -> (&'static str, &'static str) {
        match self {
            Self::Unicode => ("▲", "▼"),
            Self::Ascii => ("^", "v"),
        }
    }

    /// The mark of the selected row.
    #[must_use]
    pub const fn cursor(self) -> &'static str {
        match self {
            Self::Unicode => "▌",
            Self::Ascii => ">",
        }
    }

    /// What stands where a text was cut.
    #[must_use]
    pub const fn ellipsis(self) -> &'static str {
        match self {
            Self::Unicode => "…",
            Self::Ascii => "~",
        }
    }

    /// A line that stands, and one that lies.
    #[must_use]
    pub const fn rules(self) -> (&'static str, &'static str) {
        match self {
            Self::Unicode => ("│", "─"),
            Self::Ascii => ("|", "-"),
        }
    }

    /// A light on, half on and off.
    #[must_use]
    pub const fn lights(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Unicode => ("●", "◐", "○"),
            Self::Ascii => ("*", "+", "o"),
        }
    }

    /// An hour that the day does not have.
    #[must_use]
    pub const fn missing(self) -> &'static str {
        match self {
            Self::Unicode => "╳",
            Self::Ascii => "x",
        }
    }
}
