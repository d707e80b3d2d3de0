//! The dashboard's own log: a file, and the screen of logs.

use crate::request::{LogLine, Update};
use jiff::Timestamp;
use std::fmt::{Debug, Write as _};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;
use std::sync::Mutex;
use tokio::sync::mpsc::UnboundedSender;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer};

/// A log that has grown beyond this is set aside when the dashboard starts.
const LARGE: u64 = 5_000_000;

/// Sends lines to the dashboard.
struct Screen(UnboundedSender<(u64, Update)>);

struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let gap = if self.0.is_empty() { "" } else { " " };
        // Writing to a string does not fail.
        let _ = if field.name() == "message" {
            let rest = std::mem::take(&mut self.0);
            write!(self.0, "{value:?}{gap}{rest}")
        } else {
            write!(self.0, "{gap}{}={value:?}", field.name())
        };
    }
}

impl<S: Subscriber> Layer<S> for Screen {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let level = match *event.metadata().level() {
            Level::ERROR => "ERROR",
            Level::WARN => "WARN",
            Level::INFO => "INFO",
            _ => return,
        };
        let mut text = Text(String::new());
        event.record(&mut text);
        let line = LogLine {
            at: Timestamp::now(),
            level,
            text: text.0,
        };
        // Nobody reads it any more once the dashboard has ended.
        let _ = self.0.send((u64::MAX, Update::Logged(line)));
    }
}

fn open(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        crate::private_file::make_folder(folder)?;
    }
    if fs::metadata(path).is_ok_and(|file| file.len() > LARGE) {
        fs::rename(path, path.with_extension("log.1"))?;
    }
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Starts the log. Lines of every part of the program go to the file; the screen gets them too.
///
/// # Errors
/// When the file cannot be written.
pub(crate) fn start(path: &Path, screen: UnboundedSender<(u64, Update)>) -> io::Result<()> {
    let file = open(path)?;
    let lines = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_writer(Mutex::new(file));
    let filter = EnvFilter::new("info,sqlx=warn");
    let log = tracing_subscriber::registry()
        .with(filter)
        .with(lines)
        .with(Screen(screen));
    // A program that embeds the dashboard may have a log of its own.
    let _ = log.try_init();
    Ok(())
}
