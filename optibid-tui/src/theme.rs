//! Colours. They carry meaning, never decoration: each has a word or sign beside it, so that none is needed.

use crate::glyphs::Glyphs;
use ratatui::style::{Color, Modifier, Style};

/// A theme by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum ThemeName {
    /// 256 colours on a dark ground.
    #[default]
    Dark,
    /// 256 colours on a light ground.
    Light,
    /// The terminal's own 16 colours.
    Sixteen,
    /// No colour at all, as `NO_COLOR` asks for.
    Mono,
}

impl ThemeName {
    /// All themes.
    pub const ALL: [Self; 4] = [Self::Dark, Self::Light, Self::Sixteen, Self::Mono];

    /// The name in the configuration and in commands.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
            Self::Sixteen => "sixteen",
            Self::Mono => "mono",
        }
    }

    /// The next one, round again after the last.
    #[must_use]
    pub fn next(self) -> Self {
        let at = Self::ALL.iter().position(|name| *name == self).unwrap_or(0);
        Self::ALL.get(at + 1).copied().unwrap_or_default()
    }
}

/// What a text means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// Ordinary text.
    #[default]
    Plain,
    /// What matters most.
    Strong,
    /// What is there for those who look for it.
    Dim,
    /// Buying, charging.
    Buy,
    /// Selling, discharging.
    Sell,
    /// Soon.
    Warn,
    /// Act now.
    Danger,
    /// Where one can act.
    Accent,
    /// Structure: borders and axes.
    Line,
}

/// Colours and marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Theme {
    /// Its name.
    pub name: ThemeName,
    /// The marks.
    pub glyphs: Glyphs,
}

/// Colours of rising values: even steps of brightness.
const SCALE: [u8; 8] = [54, 60, 24, 30, 36, 71, 149, 226];
const SCALE_LIGHT: [u8; 8] = [189, 146, 110, 73, 66, 61, 55, 53];

impl Theme {
    /// The style of a tone.
    #[must_use]
    pub fn style(self, tone: Tone) -> Style {
        match self.name {
            ThemeName::Dark => dark(tone),
            ThemeName::Light => light(tone),
            ThemeName::Sixteen => sixteen(tone),
            ThemeName::Mono => mono(tone),
        }
    }

    /// The ground that everything stands on.
    #[must_use]
    pub fn ground(self) -> Style {
        match self.name {
            ThemeName::Dark => Style::new().fg(Color::Indexed(252)).bg(Color::Indexed(234)),
            ThemeName::Light => Style::new().fg(Color::Indexed(236)).bg(Color::Indexed(255)),
            ThemeName::Sixteen | ThemeName::Mono => Style::new(),
        }
    }

    /// The selected row: of the focused pane, or of another.
    #[must_use]
    pub fn selected(self, focused: bool) -> Style {
        match (self.name, focused) {
            (ThemeName::Dark, true) => Style::new().bg(Color::Indexed(238)),
            (ThemeName::Dark, false) => Style::new().bg(Color::Indexed(235)),
            (ThemeName::Light, true) => Style::new().bg(Color::Indexed(252)),
            (ThemeName::Light, false) => Style::new().bg(Color::Indexed(254)),
            (_, true) => Style::new().add_modifier(Modifier::REVERSED),
            (_, false) => Style::new().add_modifier(Modifier::UNDERLINED),
        }
    }

    /// The border of a pane: bright for the one that has the focus.
    #[must_use]
    pub fn border(self, focused: bool) -> Style {
        match (self.name, focused) {
            (ThemeName::Dark, true) => Style::new().fg(Color::Indexed(255)),
            (ThemeName::Dark, false) => Style::new().fg(Color::Indexed(238)),
            (ThemeName::Light, true) => Style::new().fg(Color::Indexed(232)),
            (ThemeName::Light, false) => Style::new().fg(Color::Indexed(250)),
            (ThemeName::Sixteen, true) => Style::new().fg(Color::White),
            (ThemeName::Sixteen, false) => Style::new().fg(Color::DarkGray),
            (ThemeName::Mono, true) => Style::new().add_modifier(Modifier::BOLD),
            (ThemeName::Mono, false) => Style::new().add_modifier(Modifier::DIM),
        }
    }

    /// The colour of a level of rising values, 0 to 7.
    #[must_use]
    pub fn level(self, level: usize) -> Style {
        let level = level.min(7);
        let of = |scale: [u8; 8]| scale.get(level).copied().unwrap_or_default();
        match self.name {
            ThemeName::Dark => Style::new().fg(Color::Indexed(of(SCALE))),
            ThemeName::Light => Style::new().fg(Color::Indexed(of(SCALE_LIGHT))),
            ThemeName::Sixteen => Style::new().fg(match level {
                0..=2 => Color::Cyan,
                3..=5 => Color::Green,
                _ => Color::Yellow,
            }),
            ThemeName::Mono => Style::new(),
        }
    }
}

fn indexed(color: u8) -> Style {
    Style::new().fg(Color::Indexed(color))
}

fn dark(tone: Tone) -> Style {
    match tone {
        Tone::Plain => indexed(252),
        Tone::Strong => indexed(255).add_modifier(Modifier::BOLD),
        Tone::Dim => indexed(246),
        Tone::Buy => indexed(75),
        Tone::Sell => indexed(215),
        Tone::Warn => indexed(220),
        Tone::Danger => indexed(203).add_modifier(Modifier::BOLD),
        Tone::Accent => indexed(159),
        Tone::Line => indexed(240),
    }
}

fn light(tone: Tone) -> Style {
    match tone {
        Tone::Plain => indexed(236),
        Tone::Strong => indexed(232).add_modifier(Modifier::BOLD),
        Tone::Dim => indexed(242),
        Tone::Buy => indexed(25),
        Tone::Sell => indexed(130),
        Tone::Warn => indexed(94).add_modifier(Modifier::BOLD),
        Tone::Danger => indexed(160).add_modifier(Modifier::BOLD),
        Tone::Accent => indexed(24),
        Tone::Line => indexed(250),
    }
}

fn sixteen(tone: Tone) -> Style {
    let color = |color| Style::new().fg(color);
    match tone {
        Tone::Plain => Style::new(),
        Tone::Strong => Style::new().add_modifier(Modifier::BOLD),
        Tone::Dim | Tone::Line => color(Color::DarkGray),
        Tone::Buy => color(Color::LightBlue),
        Tone::Sell => color(Color::Yellow),
        Tone::Warn => color(Color::LightYellow).add_modifier(Modifier::BOLD),
        Tone::Danger => color(Color::LightRed).add_modifier(Modifier::BOLD),
        Tone::Accent => color(Color::Cyan),
    }
}

fn mono(tone: Tone) -> Style {
    match tone {
        Tone::Plain | Tone::Buy | Tone::Sell => Style::new(),
        Tone::Strong | Tone::Warn => Style::new().add_modifier(Modifier::BOLD),
        Tone::Dim | Tone::Line => Style::new().add_modifier(Modifier::DIM),
        Tone::Danger => Style::new().add_modifier(Modifier::BOLD.union(Modifier::REVERSED)),
        Tone::Accent => Style::new().add_modifier(Modifier::UNDERLINED),
    }
}
