//! The last known state, written down as CSV as it comes, for `--offline`.

mod rows;

use crate::data::Data;
use crate::private_file;
use crate::request::{Answer, Update};
use crate::slots::Slots;
use crate::state::State;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// Seconds after a change of bids, assets and the like until it is written down.
const SOON: i64 = 1;
/// Seconds after which prices are written down: they change by the second.
const LATER: i64 = 30;

/// Writes the last known state down as it comes.
#[derive(Debug)]
pub struct Keeper {
    folders: PathBuf,
    folder: PathBuf,
    /// What the files hold.
    written: BTreeMap<&'static str, String>,
    /// When it is to be written, as seconds of the clock.
    due: Option<i64>,
    idle: bool,
}

impl Keeper {
    /// A keeper of a server's state in a folder of its own below this one.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self {
            folders: folder.parent().map(Path::to_owned).unwrap_or_default(),
            folder,
            written: BTreeMap::new(),
            due: None,
            idle: false,
        }
    }

    /// A keeper that writes nothing: what it would write is what is shown.
    #[must_use]
    pub fn idle() -> Self {
        Self {
            idle: true,
            ..Self::new(PathBuf::new())
        }
    }

    /// Keeps another server's state from now on.
    pub fn go_to(&mut self, server: &str) {
        let paths = crate::environment::Paths {
            state: self
                .folders
                .parent()
                .map(Path::to_owned)
                .unwrap_or_default(),
            ..Default::default()
        };
        self.folder = paths.known(server);
        self.written.clear();
        self.due = None;
    }

    /// Notes that something may have changed.
    pub fn hear(&mut self, update: &Update) {
        let wait = match update {
            Update::Got(_, Ok(Answer::Prices(_))) => LATER,
            Update::Got(_, Ok(_)) | Update::Done(_, Ok(_)) => SOON,
            Update::Event(event)
                if matches!(event.kind, optibid_core::event::EventKind::Price(_)) =>
            {
                LATER
            }
            Update::Event(_) => SOON,
            _ => return,
        };
        let then = jiff::Timestamp::now().as_second() + wait;
        self.due = Some(self.due.map_or(then, |due| due.min(then)));
    }

    /// Writes what has changed, once that is due.
    pub fn keep(&mut self, state: &State) {
        if self
            .due
            .is_some_and(|due| due <= jiff::Timestamp::now().as_second())
        {
            self.finish(state);
        }
    }

    /// Writes what has changed, now.
    pub fn finish(&mut self, state: &State) {
        if self.idle || self.due.take().is_none() {
            return;
        }
        for (name, text) in files(&state.data, &state.slots) {
            if self.written.get(name) == Some(&text) {
                continue;
            }
            match private_file::write(&self.folder.join(name), &text) {
                Ok(()) => {
                    self.written.insert(name, text);
                }
                Err(error) => {
                    tracing::warn!(%error, file = name, "the last known state could not be written down")
                }
            }
        }
    }
}

/// The files of a state: names and texts.
#[must_use]
pub fn files(data: &Data, slots: &Slots) -> Vec<(&'static str, String)> {
    rows::files(data, slots)
}

/// What stands in the files of a folder.
///
/// # Errors
/// When a file is there and cannot be read.
pub fn load(folder: &Path) -> io::Result<(Data, Slots)> {
    let mut data = Data::default();
    let mut slots = Slots::default();
    for name in rows::NAMES {
        if let Some(text) = private_file::read(&folder.join(name))? {
            let wrong = |reason: String| {
                io::Error::other(format!("{}: {reason}", folder.join(name).display()))
            };
            rows::read(name, &text, (&mut data, &mut slots)).map_err(wrong)?;
        }
    }
    Ok((data, slots))
}
