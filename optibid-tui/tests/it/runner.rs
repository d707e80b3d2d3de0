//! The loop without a terminal: however it ends, what is known is written down and acts are waited for; a screen on the wall
//! signs in again.

use crate::fixture::{World, id, key};
use crate::gate::{Gate, Refusal};
use crate::harness::{EMAIL, PASSWORD, serve, trader};
use crossterm::event::Event;
use futures::future::BoxFuture;
use futures::{FutureExt as _, Stream, StreamExt as _};
use optibid_tui::dashboard::Dashboard;
use optibid_tui::known::Keeper;
use optibid_tui::login::Login;
use optibid_tui::password::Password;
use optibid_tui::request::{Act, Answer, Effect, Request, ServerName, Update};
use optibid_tui::runner::{Ended, Runner};
use optibid_tui::state::Settings;
use optibid_tui::terminal::Surface;
use optibid_tui::theme::Theme;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::unbounded_channel;

/// Frames on paper.
struct Paper {
    terminal: Terminal<TestBackend>,
    /// The last one.
    seen: Arc<Mutex<String>>,
    frames: usize,
    /// Gone at the second frame, once an act is under way.
    burns: Option<Arc<Gate>>,
}

impl Paper {
    fn new() -> Self {
        Self {
            terminal: Terminal::new(TestBackend::new(120, 40)).unwrap(),
            seen: Arc::default(),
            frames: 0,
            burns: None,
        }
    }
}

impl Surface for Paper {
    fn draw(&mut self, dashboard: &mut Dashboard) -> io::Result<()> {
        self.terminal.draw(|frame| dashboard.draw(frame)).unwrap();
        *self.seen.lock().unwrap() = self.terminal.backend().to_string();
        self.frames += 1;
        match &self.burns {
            Some(gate) if self.frames > 1 && gate.asked(SUBMIT) > 0 => {
                Err(io::Error::other("the paper is gone"))
            }
            _ => Ok(()),
        }
    }

    fn redraw(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn capture_mouse(&mut self, _capture: bool) -> io::Result<()> {
        Ok(())
    }

    fn suspend(&mut self) -> io::Result<()> {
        Ok(())
    }
}

const SUBMIT: &str = "POST /api/bids/";

/// Nothing until something is so, then that.
fn once_so<T: Send + 'static>(
    so: impl Fn() -> bool + Send + 'static,
    then: T,
) -> BoxFuture<'static, T> {
    async move {
        let began = Instant::now();
        // What is there at the start is taken first.
        while began.elapsed() < Duration::from_millis(200) || !so() {
            assert!(began.elapsed() < Duration::from_secs(30), "it never came");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        then
    }
    .boxed()
}

/// How the loop is made to end.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Cause {
    Quit,
    Terminated,
    NoMoreEvents,
    EventsFail,
    DrawingFails,
}

fn events(cause: Cause, gate: Arc<Gate>) -> impl Stream<Item = io::Result<Event>> + Unpin {
    let under_way = move || gate.asked(SUBMIT) > 0;
    let first = async move {
        match cause {
            Cause::Quit => Some(once_so(under_way, Ok(key("q"))).await),
            Cause::EventsFail => Some(once_so(under_way, Err(io::Error::other("torn off"))).await),
            Cause::NoMoreEvents => once_so(under_way, None).await,
            Cause::Terminated => {
                once_so(under_way, ()).await;
                let (this, signal) = (rustix::process::getpid(), rustix::process::Signal::TERM);
                rustix::process::kill_process(this, signal).unwrap();
                std::future::pending().await
            }
            Cause::DrawingFails => std::future::pending().await,
        }
    };
    futures::stream::once(first.boxed()).filter_map(std::future::ready)
}

#[tokio::test(flavor = "multi_thread")]
async fn however_it_ends_what_is_known_is_kept_and_an_act_is_waited_for() {
    for cause in [
        Cause::Quit,
        Cause::Terminated,
        Cause::NoMoreEvents,
        Cause::EventsFail,
        Cause::DrawingFails,
    ] {
        let state = tempfile::tempdir().unwrap();
        let known = state.path().join("known/prod");
        // Every answer is no; that of the act takes its time.
        let gate = Arc::new(Gate::before("", |line, _| {
            let after = Duration::from_millis(if line.starts_with(SUBMIT) { 700 } else { 0 });
            Some(Refusal {
                after,
                ..Refusal::DISK_FULL
            })
        }));
        let dashboard = World::autumn().dashboard();
        let bids = dashboard.state().data.bids.clone();
        let updates = unbounded_channel();
        let sender = updates.0.clone();
        let keeper = Keeper::new(known.clone()).unwrap();
        let mut runner = Runner::new(dashboard, None, keeper, updates);
        let server = ServerName {
            name: "prod".to_owned(),
            url: gate.url.clone(),
        };
        runner.connect(&server).await.unwrap();
        let act = Act::Submit(id(2).parse().unwrap(), 3);
        runner.feed().unwrap().perform(Effect::Act(act));
        let generation = runner.feed().unwrap().generation();
        let read = Update::Got(Request::Bids, Ok(Answer::Bids(bids)));
        sender.send((generation, read)).unwrap();
        let mut paper = Paper::new();
        paper.burns = (cause == Cause::DrawingFails).then(|| Arc::clone(&gate));
        let ended = runner
            .run(&mut paper, events(cause, Arc::clone(&gate)))
            .await;
        match (cause, &ended) {
            (Cause::Quit, Ok(Ended::Quit))
            | (Cause::Terminated, Ok(Ended::Signal(15)))
            | (Cause::NoMoreEvents, Ok(Ended::Signal(1)))
            | (Cause::EventsFail | Cause::DrawingFails, Err(_)) => {}
            _ => panic!("{cause:?}: {ended:?}"),
        }
        assert!(gate.asked(SUBMIT) > 0, "{cause:?}");
        assert_eq!(gate.answered(SUBMIT), gate.asked(SUBMIT), "{cause:?}");
        let kept = std::fs::read_to_string(known.join("bids.csv")).unwrap();
        assert!(kept.contains(&id(2)), "{cause:?}: {kept}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_on_the_wall_is_signed_in_again_when_its_session_has_ended() {
    let folder = tempfile::tempdir().unwrap();
    let server = serve(&folder, 0).await;
    trader(&server.url).await;
    let login = |line: &String| line.starts_with("POST /api/auth/login");
    // The session of the first login is over at once, and cannot be renewed.
    let gate = Arc::new(Gate::before(&server.url, move |line, before| {
        let first = before.iter().filter(|line| login(line)).count() == 1;
        let needs_it = !line.contains("/api/auth/login") && !line.contains("/health");
        (first && needs_it).then_some(Refusal {
            status: 401,
            code: "unauthenticated",
            after: Duration::ZERO,
        })
    }));
    let place = ServerName {
        name: "wall".to_owned(),
        url: gate.url.clone(),
    };
    let dashboard = Dashboard::new(Settings::default(), Theme::default(), place.clone());
    let mut runner = Runner::new(dashboard, None, Keeper::idle(), unbounded_channel());
    runner.connect(&place).await.unwrap();
    let password = Password(PASSWORD.to_owned());
    runner.sign_in(Login::new(place.url, EMAIL.to_owned(), password));
    let mut paper = Paper::new();
    let (seen, asked) = (Arc::clone(&paper.seen), Arc::clone(&gate));
    let shown = move || {
        let read = asked.asked("GET /api/bids?") > 0 && asked.answered("GET /api/assets?") > 0;
        let seen = seen.lock().unwrap();
        read && asked.asked("POST /api/auth/login") == 2
            && seen.contains("wall polled")
            && !seen.contains("not signed in")
    };
    let quit = once_so(shown, Ok(key("q")));
    let events = futures::stream::once(quit);
    let ended = runner.run(&mut paper, events).await.unwrap();
    assert_eq!(ended, Ended::Quit);
    assert_eq!(gate.asked("POST /api/auth/login"), 2);
    server.end().await;
}
