//! Which key does what: the table's keys, with the configuration's instead where it names some.

use crate::action::{Action, Screen, TABLE};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use std::collections::BTreeMap;
use std::fmt;

/// A key with its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Hash)]
pub struct Chord {
    /// The key.
    pub code: KeyCode,
    /// Control, Alt. Shift is part of a letter's case.
    pub modifiers: KeyModifiers,
}

/// Keys with a name of their own.
const NAMED: &[(&str, KeyCode)] = &[
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("backtab", KeyCode::BackTab),
    ("backspace", KeyCode::Backspace),
    ("space", KeyCode::Char(' ')),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pageup", KeyCode::PageUp),
    ("pagedown", KeyCode::PageDown),
    ("insert", KeyCode::Insert),
    ("delete", KeyCode::Delete),
];

impl From<KeyEvent> for Chord {
    fn from(key: KeyEvent) -> Self {
        let shift = KeyModifiers::SHIFT;
        // Terminals differ in whether they report Shift with a letter that is upper case already.
        let modifiers = match key.code {
            KeyCode::Char(_) | KeyCode::BackTab => key.modifiers.difference(shift),
            _ => key.modifiers,
        };
        Self {
            code: key.code,
            modifiers,
        }
    }
}

impl std::str::FromStr for Chord {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (mut rest, mut modifiers) = (text, KeyModifiers::NONE);
        loop {
            if let Some(after) = rest.strip_prefix("ctrl-").filter(|after| !after.is_empty()) {
                (rest, modifiers) = (after, modifiers | KeyModifiers::CONTROL);
            } else if let Some(after) = rest.strip_prefix("alt-").filter(|after| !after.is_empty())
            {
                (rest, modifiers) = (after, modifiers | KeyModifiers::ALT);
            } else {
                break;
            }
        }
        let named = NAMED.iter().find(|(name, _)| *name == rest);
        let function = || {
            rest.strip_prefix('f')?
                .parse()
                .ok()
                .filter(|n| (1..=24).contains(n))
        };
        let mut letters = rest.chars();
        let code = match (named, letters.next(), letters.next()) {
            (Some((_, code)), _, _) => *code,
            (None, Some(letter), None) => KeyCode::Char(letter),
            _ => KeyCode::F(function().ok_or_else(|| {
                format!("{text:?} is no key: a letter, f1 to f24, enter, esc, tab, up, …, with ctrl- or alt- before it")
            })?),
        };
        Ok(Self { code, modifiers })
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.modifiers.contains(KeyModifiers::CONTROL) {
            f.write_str("ctrl-")?;
        }
        if self.modifiers.contains(KeyModifiers::ALT) {
            f.write_str("alt-")?;
        }
        let named = NAMED.iter().find(|(_, code)| *code == self.code);
        match (named, self.code) {
            (Some((name, _)), _) => f.write_str(name),
            (None, KeyCode::Char(letter)) => write!(f, "{letter}"),
            (None, KeyCode::F(number)) => write!(f, "f{number}"),
            (None, other) => write!(f, "{other:?}"),
        }
    }
}

/// What is wrong with a keymap.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeymapError {
    /// No such action.
    #[error("keys.{0}: no action has that name; optibid-tui keys lists them")]
    UnknownAction(String),
    /// No such key.
    #[error("keys.{action}: {reason}")]
    UnknownKey {
        /// The action.
        action: String,
        /// Why.
        reason: String,
    },
    /// Two actions that can be meant at once have one key.
    #[error("the key {key} means both {first} and {second}")]
    Conflict {
        /// The key.
        key: String,
        /// One action.
        first: &'static str,
        /// The other.
        second: &'static str,
    },
}

/// Which key does what.
#[derive(Debug, Clone)]
pub struct Keymap {
    bindings: Vec<(Chord, Action)>,
}

impl Default for Keymap {
    fn default() -> Self {
        let parse = |(key, action): (&&str, Action)| Some((key.parse().ok()?, action));
        let rows = TABLE.iter();
        let keys = rows.flat_map(|row| row.keys.iter().map(|key| (key, row.action)));
        Self {
            bindings: keys.filter_map(parse).collect(),
        }
    }
}

impl Keymap {
    /// The table's keys, with these instead for the actions that are named.
    ///
    /// # Errors
    /// Every action or key that does not exist, and every key with two meanings on one screen.
    pub fn new(changes: &BTreeMap<String, Vec<String>>) -> Result<Self, Vec<KeymapError>> {
        let mut map = Self::default();
        let mut faults = Vec::new();
        for (name, keys) in changes {
            let Some(row) = TABLE.iter().find(|row| row.name == *name) else {
                faults.push(KeymapError::UnknownAction(name.clone()));
                continue;
            };
            map.bindings.retain(|(_, action)| *action != row.action);
            for key in keys {
                match key.parse() {
                    Ok(chord) => map.bindings.push((chord, row.action)),
                    Err(reason) => faults.push(KeymapError::UnknownKey {
                        action: name.clone(),
                        reason,
                    }),
                }
            }
        }
        faults.extend(map.conflicts());
        if faults.is_empty() {
            Ok(map)
        } else {
            Err(faults)
        }
    }

    /// Keys with two meanings on one screen.
    #[must_use]
    pub fn conflicts(&self) -> Vec<KeymapError> {
        let mut found = Vec::new();
        for (i, (chord, action)) in self.bindings.iter().enumerate() {
            for (other_chord, other) in self.bindings.iter().skip(i + 1) {
                let (first, second) = (action.entry(), other.entry());
                if chord == other_chord && action != other && first.scope.meets(second.scope) {
                    found.push(KeymapError::Conflict {
                        key: chord.to_string(),
                        first: first.name,
                        second: second.name,
                    });
                }
            }
        }
        found
    }

    /// What a key means on a screen.
    #[must_use]
    pub fn action(&self, key: KeyEvent, screen: Screen) -> Option<Action> {
        let chord = Chord::from(key);
        let means = |(bound, action): &&(Chord, Action)| {
            *bound == chord && action.entry().scope.covers(screen)
        };
        self.bindings.iter().find(means).map(|(_, action)| *action)
    }

    /// The keys of an action.
    #[must_use]
    pub fn keys(&self, action: Action) -> Vec<String> {
        let of = self.bindings.iter().filter(|(_, bound)| *bound == action);
        of.map(|(chord, _)| chord.to_string()).collect()
    }
}
