//! Writes texts to files on a thread of its own: encoding and waiting for the disk must not hold up what is drawn.

use crate::private_file;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// Makes the text of a file.
pub(super) type Text = Box<dyn FnOnce() -> String + Send>;

/// Where a text goes.
type Sink = Box<dyn FnMut(&Path, &str) -> io::Result<()> + Send>;

#[derive(Default)]
struct Pending {
    /// The latest text of each file; one that was not written yet gives way to a newer one.
    texts: BTreeMap<PathBuf, Text>,
    /// Whether one is being written.
    busy: bool,
    ends: bool,
}

#[derive(Default)]
struct Shared {
    pending: Mutex<Pending>,
    changed: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the next text; none once the writer is gone and all is written.
    fn next(&self) -> Option<(PathBuf, Text)> {
        let mut pending = self.lock();
        pending.busy = false;
        self.changed.notify_all();
        loop {
            if let Some(next) = pending.texts.pop_first() {
                pending.busy = true;
                return Some(next);
            }
            if pending.ends {
                return None;
            }
            pending = self
                .changed
                .wait(pending)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Writes texts on a thread of its own; what it was given before it is dropped is still written.
pub(super) struct Writer(Arc<Shared>);

impl Writer {
    /// A writer of private files.
    pub(super) fn new() -> io::Result<Self> {
        Self::into(Box::new(private_file::write))
    }

    fn into(mut sink: Sink) -> io::Result<Self> {
        let shared = Arc::<Shared>::default();
        let work = Arc::clone(&shared);
        let write = move || {
            let mut written: BTreeMap<PathBuf, String> = BTreeMap::new();
            while let Some((path, text)) = work.next() {
                let text = text();
                if written.get(&path) == Some(&text) {
                    continue;
                }
                match sink(&path, &text) {
                    Ok(()) => {
                        written.insert(path, text);
                    }
                    Err(error) => {
                        tracing::warn!(%error, file = %path.display(), "the last known state could not be written down");
                    }
                }
            }
        };
        thread::Builder::new()
            .name("last-known-state".to_owned())
            .spawn(write)?;
        Ok(Self(shared))
    }

    /// Gives a file another text.
    pub(super) fn put(&self, path: PathBuf, text: Text) {
        self.0.lock().texts.insert(path, text);
        self.0.changed.notify_all();
    }

    /// What waits until all texts are written, at most so long: whether they are.
    pub(super) fn settled(&self, longest: Duration) -> impl FnOnce() -> bool + Send + use<> {
        let shared = Arc::clone(&self.0);
        move || {
            let waits = |pending: &mut Pending| pending.busy || !pending.texts.is_empty();
            let waited = shared
                .changed
                .wait_timeout_while(shared.lock(), longest, waits);
            let waited = waited.unwrap_or_else(PoisonError::into_inner);
            !waited.1.timed_out()
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.0.lock().ends = true;
        self.0.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    const LONG: Duration = Duration::from_secs(20);

    #[test]
    fn a_slow_disk_holds_nobody_up_and_gets_the_latest_text_alone() {
        let (began, begun) = channel();
        let (let_go, held) = channel::<()>();
        let (wrote, written) = channel();
        let writer = Writer::into(Box::new(move |path, text| {
            began.send(()).unwrap();
            held.recv().unwrap();
            wrote
                .send(format!("{}: {text}", path.display()))
                .map_err(io::Error::other)
        }))
        .unwrap();
        let put = |name: &str, text: &'static str| {
            writer.put(PathBuf::from(name), Box::new(move || text.to_owned()));
        };
        put("bids", "1");
        begun.recv_timeout(LONG).unwrap();
        // The disk has the first one; these come back at once all the same.
        put("bids", "2");
        put("bids", "3");
        put("prices", "1");
        assert!(!writer.settled(Duration::from_millis(10))());
        (0..3).for_each(|_| let_go.send(()).unwrap());
        assert!(writer.settled(LONG)());
        let all: Vec<String> = written.try_iter().collect();
        assert_eq!(all, ["bids: 1", "bids: 3", "prices: 1"]);
    }

    #[test]
    fn what_is_there_is_not_written_again_and_what_failed_is() {
        let (wrote, written) = channel();
        let mut fails = true;
        let writer = Writer::into(Box::new(move |_, text| {
            wrote.send(text.to_owned()).unwrap();
            match std::mem::take(&mut fails) {
                true => Err(io::Error::other("the disk is full")),
                false => Ok(()),
            }
        }))
        .unwrap();
        for text in ["a", "a", "a", "b"] {
            writer.put(PathBuf::from("bids"), Box::new(move || text.to_owned()));
            assert!(writer.settled(LONG)());
        }
        assert_eq!(written.try_iter().collect::<Vec<_>>(), ["a", "a", "b"]);
    }

    #[test]
    fn what_was_put_is_written_though_the_writer_is_gone() {
        let (wrote, written) = channel();
        let writer = Writer::into(Box::new(move |_, text| {
            wrote.send(text.to_owned()).map_err(io::Error::other)
        }))
        .unwrap();
        let slow = || {
            thread::sleep(Duration::from_millis(50));
            "late".to_owned()
        };
        writer.put(PathBuf::from("bids"), Box::new(slow));
        drop(writer);
        assert_eq!(written.recv_timeout(LONG).unwrap(), "late");
        // Its thread ends, and the sink with it.
        assert!(written.recv_timeout(LONG).is_err());
    }
}
