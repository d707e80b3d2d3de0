//! The terminal: taken when the dashboard starts, given back however it ends.

use crate::dashboard::Dashboard;
use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
};
use crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, execute};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use std::io::{self, Stdout, stdout};
use std::panic;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// Whether the terminal is the dashboard's.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// The terminal while it is the dashboard's; dropping it gives it back.
pub struct Terminal {
    screen: ratatui::Terminal<CrosstermBackend<Stdout>>,
    mouse: bool,
}

/// What the dashboard shows itself on.
pub trait Surface {
    /// Draws a frame.
    ///
    /// # Errors
    /// When the surface is gone, as for all of these.
    fn draw(&mut self, dashboard: &mut Dashboard) -> io::Result<()>;

    /// Draws all of the next frame, whatever is on the screen now.
    ///
    /// # Errors
    /// As for [`Surface::draw`].
    fn redraw(&mut self) -> io::Result<()>;

    /// Captures the mouse, or releases it for the terminal's own selection.
    ///
    /// # Errors
    /// As for [`Surface::draw`].
    fn capture_mouse(&mut self, capture: bool) -> io::Result<()>;

    /// Gives the terminal back, stops the process until the shell goes on with it, and takes it again.
    ///
    /// # Errors
    /// As for [`Surface::draw`].
    fn suspend(&mut self) -> io::Result<()>;
}

impl Terminal {
    /// Takes the terminal. A panic of this thread gives it back before it is told.
    ///
    /// # Errors
    /// When there is none.
    pub fn take(mouse: bool) -> io::Result<Self> {
        let owner = thread::current().id();
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |told| {
            tracing::error!(panic = %told, "panicked");
            // A task that panics elsewhere is that task's end, not the dashboard's.
            if thread::current().id() == owner {
                give_back();
                before(told);
            }
        }));
        let screen = ratatui::Terminal::new(CrosstermBackend::new(stdout()))?;
        let mut terminal = Self { screen, mouse };
        terminal.enter()?;
        Ok(terminal)
    }

    fn enter(&mut self) -> io::Result<()> {
        enable_raw_mode()?;
        TAKEN.store(true, Ordering::SeqCst);
        execute!(
            stdout(),
            EnterAlternateScreen,
            EnableBracketedPaste,
            cursor::Hide
        )?;
        if self.mouse {
            execute!(stdout(), EnableMouseCapture)?;
        }
        self.redraw()
    }
}

impl Surface for Terminal {
    fn draw(&mut self, dashboard: &mut Dashboard) -> io::Result<()> {
        self.screen.draw(|frame| dashboard.draw(frame))?;
        Ok(())
    }

    fn redraw(&mut self) -> io::Result<()> {
        // Clearing would ask the terminal where its cursor is, and the answer would get lost among the keys.
        let size = self.screen.size()?;
        self.screen.resize(Rect::new(0, 0, size.width, size.height))
    }

    fn capture_mouse(&mut self, capture: bool) -> io::Result<()> {
        self.mouse = capture;
        if capture {
            execute!(stdout(), EnableMouseCapture)
        } else {
            execute!(stdout(), DisableMouseCapture)
        }
    }

    fn suspend(&mut self) -> io::Result<()> {
        give_back();
        #[cfg(unix)]
        rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::STOP)?;
        self.enter()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        give_back();
    }
}

/// Gives the terminal back as it was, if it was taken.
fn give_back() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        // Nothing can be done about a terminal that is gone.
        let _ = execute!(
            stdout(),
            DisableMouseCapture,
            DisableBracketedPaste,
            LeaveAlternateScreen,
            cursor::Show
        );
        let _ = disable_raw_mode();
    }
}
