//! The last known state, written down as CSV as it comes, for `--offline`.

mod rows;
mod writer;

use crate::data::Data;
use crate::private_file;
use crate::request::{Answer, Update};
use crate::slots::Slots;
use crate::state::State;
use jiff::{SignedDuration, Timestamp};
use optibid_core::event::EventKind;
use rows::File;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use writer::Writer;

/// How long after a change of bids, assets and the like their file is written.
const SOON: SignedDuration = SignedDuration::from_secs(1);
/// How long after a change prices and telemetry are: they change by the second.
const LATER: SignedDuration = SignedDuration::from_secs(30);
/// How long the end of the dashboard waits for the disk.
const LAST_FILES: Duration = Duration::from_secs(10);

/// Writes the last known state down as it comes.
pub struct Keeper {
    folders: PathBuf,
    folder: PathBuf,
    /// When each file that has changed is to be written.
    due: BTreeMap<File, Timestamp>,
    /// None where what it would write is what is shown.
    writer: Option<Writer>,
}

impl Keeper {
    /// A keeper of a server's state in a folder of its own below this one.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn new(folder: PathBuf) -> io::Result<Self> {
        Ok(Self {
            folders: folder.parent().map(Path::to_owned).unwrap_or_default(),
            folder,
            due: BTreeMap::new(),
            writer: Some(Writer::new()?),
        })
    }

    /// A keeper that writes nothing: what it would write is what is shown.
    #[must_use]
    pub fn idle() -> Self {
        Self {
            folders: PathBuf::new(),
            folder: PathBuf::new(),
            due: BTreeMap::new(),
            writer: None,
        }
    }

    /// Keeps another server's state from now on; what is due of the one before is written first.
    pub fn go_to(&mut self, server: &str, state: &State) {
        self.hand_over(state, |_| true);
        let paths = crate::environment::Paths {
            state: self
                .folders
                .parent()
                .map(Path::to_owned)
                .unwrap_or_default(),
            ..Default::default()
        };
        self.folder = paths.known(server);
    }

    /// Notes what may have changed.
    pub fn hear(&mut self, update: &Update, now: Timestamp) {
        if matches!(update, Update::SignedOut) {
            // What was read is forgotten: there is nothing left to write down.
            self.due.clear();
        }
        let Some(file) = changed(update).filter(|_| self.writer.is_some()) else {
            return;
        };
        let wait = match file {
            File::Prices | File::Telemetry => LATER,
            _ => SOON,
        };
        let then = now.saturating_add(wait).unwrap_or(Timestamp::MAX);
        let due = self.due.entry(file).or_insert(then);
        *due = then.min(*due);
    }

    /// Has the files written that are due.
    pub fn keep(&mut self, state: &State) {
        self.hand_over(state, |due| due <= state.now);
    }

    /// Has all written that has changed, and waits for it: whether it was.
    pub async fn finish(&mut self, state: &State) -> bool {
        self.hand_over(state, |_| true);
        let Some(writer) = &self.writer else {
            return true;
        };
        let settled = tokio::task::spawn_blocking(writer.settled(LAST_FILES)).await;
        settled.unwrap_or(false)
    }

    /// Gives the writer a copy of what the files are made of: making their texts takes longer than that.
    fn hand_over(&mut self, state: &State, is_due: impl Fn(Timestamp) -> bool) {
        let Some(writer) = &self.writer else { return };
        let folder = &self.folder;
        self.due.retain(|file, due| {
            if !is_due(*due) {
                return true;
            }
            let (file, data, slots) = (*file, file.part(&state.data), state.slots.clone());
            let text = move || file.text(&data, &slots);
            writer.put(folder.join(file.name()), Box::new(text));
            false
        });
    }
}

/// The file that an update changes.
fn changed(update: &Update) -> Option<File> {
    match update {
        Update::Got(_, Ok(answer)) | Update::Done(_, Ok(answer)) => match answer {
            Answer::Markets(_) => Some(File::Markets),
            Answer::Prices(_) => Some(File::Prices),
            Answer::Bids(_) | Answer::Bid(_) => Some(File::Bids),
            Answer::Assets(_) => Some(File::Assets),
            Answer::Telemetry(_) => Some(File::Telemetry),
            Answer::Profit(_) => Some(File::Profit),
            _ => None,
        },
        Update::Event(event) => match event.kind {
            EventKind::Price(_) => Some(File::Prices),
            EventKind::Bid(_) => Some(File::Bids),
            EventKind::Alert(_) | EventKind::Job(_) => None,
        },
        _ => None,
    }
}

/// The files of a state: names and texts.
#[must_use]
pub fn files(data: &Data, slots: &Slots) -> Vec<(&'static str, String)> {
    let file = |file: File| (file.name(), file.text(data, slots));
    File::ALL.map(file).into()
}

/// What stands in the files of a folder.
///
/// # Errors
/// When a file is there and cannot be read.
pub fn load(folder: &Path) -> io::Result<(Data, Slots)> {
    let mut data = Data::default();
    let mut slots = Slots::default();
    for file in File::ALL {
        let path = folder.join(file.name());
        if let Some(text) = private_file::read(&path)? {
            let wrong = |reason: String| io::Error::other(format!("{}: {reason}", path.display()));
            file.read(&text, (&mut data, &mut slots)).map_err(wrong)?;
        }
    }
    Ok((data, slots))
}
