//! The feed against a real server: what is read, what events bring, a server that goes away and comes back.

use crate::harness::{EMAIL, PASSWORD, serve, trader};
use jiff::Timestamp;
use optibid_core::bid::BidState;
use optibid_tui::dashboard::Dashboard;
use optibid_tui::feed::Feed;
use optibid_tui::password::Password;
use optibid_tui::request::{Act, Effect, Request, ServerName, Update};
use optibid_tui::state::{Line, Link, Settings};
use optibid_tui::theme::Theme;
use optibid_tui::tokens::TokenFile;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// Dashboard and feed without a terminal.
struct Desk {
    dashboard: Dashboard,
    feed: Feed,
    updates: UnboundedReceiver<(u64, Update)>,
}

impl Desk {
    async fn at(url: &str, tokens: Option<TokenFile>) -> Self {
        let server = ServerName {
            name: "test".to_owned(),
            url: url.to_owned(),
        };
        let (sender, updates) = unbounded_channel();
        let feed = Feed::new(&server, tokens, (1, sender)).await.unwrap();
        let dashboard = Dashboard::new(Settings::default(), Theme::default(), server);
        Self {
            dashboard,
            feed,
            updates,
        }
    }

    fn sign_in(&mut self) {
        let password = Password(PASSWORD.to_owned());
        self.feed.perform(Effect::SignIn {
            email: EMAIL.to_owned(),
            password,
        });
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        effects
            .into_iter()
            .for_each(|effect| self.feed.perform(effect));
    }

    /// Goes on until something is so.
    async fn until(&mut self, what: &str, so: impl Fn(&Dashboard) -> bool) {
        let began = std::time::Instant::now();
        while !so(&self.dashboard) {
            assert!(
                began.elapsed() < Duration::from_secs(40),
                "{what}: {:?}",
                self.dashboard.state().slots
            );
            let update =
                tokio::time::timeout(Duration::from_millis(200), self.updates.recv()).await;
            let mut effects = self.dashboard.tick(Timestamp::now());
            if let Ok(update) = update {
                effects.extend(self.dashboard.apply(update.unwrap().1));
            }
            self.perform(effects);
        }
    }
}

fn state_of_bid(dashboard: &Dashboard) -> Option<BidState> {
    Some(dashboard.state().data.bids.first()?.state)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bid_goes_from_draft_to_the_venue_and_back_before_ones_eyes() {
    let folder = tempfile::tempdir().unwrap();
    let server = serve(&folder, 0).await;
    let client = trader(&server.url).await;
    let mut desk = Desk::at(&server.url, None).await;
    desk.sign_in();
    desk.until("the draft is read", |d| {
        state_of_bid(d) == Some(BidState::Draft)
    })
    .await;
    desk.until("events are listened to", |d| {
        d.state().line == Line::Listening
    })
    .await;
    let id = desk.dashboard.state().data.bids[0].id;
    desk.perform(vec![Effect::Act(Act::Validate(id))]);
    desk.until("validated", |d| {
        state_of_bid(d) == Some(BidState::Validated)
    })
    .await;
    // Another version than the one that stands there.
    desk.perform(vec![Effect::Act(Act::Submit(id, 99))]);
    desk.until("another version is refused", |d| {
        d.state()
            .view
            .notice
            .as_ref()
            .is_some_and(|notice| notice.text.contains("nothing was changed"))
    })
    .await;
    let version = desk.dashboard.state().data.bids[0].version;
    desk.perform(vec![Effect::Act(Act::Submit(id, version))]);
    desk.until("acknowledged", |d| {
        state_of_bid(d) == Some(BidState::Acknowledged)
    })
    .await;
    // What another program does comes as an event.
    let request = optibid_core::api::WithdrawRequest {
        reason: "elsewhere".to_owned(),
    };
    client.withdraw_bid(id, &request).await.unwrap();
    desk.until("withdrawn elsewhere", |d| {
        state_of_bid(d) == Some(BidState::Withdrawn)
    })
    .await;
    desk.until("markets are read", |d| d.state().data.markets.len() > 3)
        .await;
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_goes_away_leaves_the_data_and_is_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let tokens = tempfile::tempdir().unwrap();
    let file = tokens.path().join("tokens.json");
    let server = serve(&folder, 0).await;
    let port = server.port();
    trader(&server.url).await;
    let mut desk = Desk::at(&server.url, Some(TokenFile::new(file.clone()))).await;
    desk.sign_in();
    desk.until("the draft is read", |d| {
        state_of_bid(d) == Some(BidState::Draft)
    })
    .await;
    let url = server.url.clone();
    server.end().await;
    let effects = desk.dashboard.input(&crate::fixture::key("R"));
    desk.perform(effects);
    desk.until("away", |d| matches!(d.state().link, Link::Away { .. }))
        .await;
    assert_eq!(state_of_bid(&desk.dashboard), Some(BidState::Draft));
    let server = serve(&folder, port).await;
    desk.until("back", |d| d.state().link == Link::Up).await;
    let bids = optibid_tui::request::Request::Bids;
    let before = desk.dashboard.state().slots.got(&bids).unwrap();
    desk.until("read again", |d| {
        d.state().slots.got(&bids).unwrap() > before
    })
    .await;
    // The next run is signed in by what was written down, which nobody else can read.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let mut next = Desk::at(&url, Some(TokenFile::new(file))).await;
    next.until("signed in again", |d| d.state().data.me.is_some())
        .await;
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_signed_in_is_asked_to() {
    let folder = tempfile::tempdir().unwrap();
    let server = serve(&folder, 0).await;
    trader(&server.url).await;
    let mut desk = Desk::at(&server.url, None).await;
    desk.until("asked", |d| {
        matches!(d.state().view.mode, optibid_tui::view::Mode::SignIn(_))
    })
    .await;
    let password = Password("a wrong one entirely".to_owned());
    desk.perform(vec![Effect::SignIn {
        email: EMAIL.to_owned(),
        password,
    }]);
    desk.until("refused", |d| match &d.state().view.mode {
        optibid_tui::view::Mode::SignIn(form) => form.failure.is_some(),
        _ => false,
    })
    .await;
    desk.sign_in();
    desk.until("signed in", |d| {
        d.state().data.me.is_some() && !d.state().signed_out
    })
    .await;
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_line_of_events_is_listened_to_however_often_somebody_signs_in() {
    let folder = tempfile::tempdir().unwrap();
    let server = serve(&folder, 0).await;
    let client = trader(&server.url).await;
    let mut desk = Desk::at(&server.url, None).await;
    for _ in 0..3 {
        desk.sign_in();
        desk.until("signing in is answered", |d| {
            d.state().line != Line::Listening
        })
        .await;
        desk.until("events are listened to", |d| {
            d.state().line == Line::Listening
        })
        .await;
    }
    let id = desk.dashboard.state().data.bids[0].id;
    client.validate_bid(id).await.unwrap();
    let mut told = 0;
    while let Ok(Some((_, update))) =
        tokio::time::timeout(Duration::from_secs(2), desk.updates.recv()).await
    {
        told += usize::from(matches!(update, Update::Event(_)));
    }
    assert_eq!(told, 1);
    server.end().await;
}

/// A file with the tokens of a session whose access token has ended.
async fn ended_tokens(url: &str, folder: &tempfile::TempDir) -> TokenFile {
    let file = TokenFile::new(folder.path().join("tokens.json"));
    let client = optibid_client::Client::new(url).unwrap();
    client.sign_in(EMAIL, PASSWORD).await.unwrap();
    let tokens = optibid_client::Tokens {
        expires_at: Some(Timestamp::now()),
        ..client.tokens().await.unwrap()
    };
    file.save(url, Some(&tokens)).unwrap();
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn dashboards_that_share_a_session_do_not_end_it_for_each_other() {
    let (folder, kept) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let server = serve(&folder, 0).await;
    trader(&server.url).await;
    let file = ended_tokens(&server.url, &kept).await;
    let mut desks = Vec::new();
    for _ in 0..4 {
        desks.push(Desk::at(&server.url, Some(file.clone())).await);
    }
    // All of them find at once that the token has ended.
    for desk in &mut desks {
        desk.perform(vec![Effect::Fetch(Request::Bids)]);
    }
    for desk in &mut desks {
        let (_, update) = desk.updates.recv().await.unwrap();
        assert!(!matches!(update, Update::Got(_, Err(_))), "{update:?}");
    }
    let tokens = file.load(&server.url).unwrap().unwrap();
    let client = optibid_client::Client::new(&server.url).unwrap();
    client.set_tokens(Some(tokens)).await;
    client.me().await.unwrap();
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_outlives_a_dashboard_that_ends_while_it_is_renewed() {
    let (folder, kept) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let server = serve(&folder, 0).await;
    trader(&server.url).await;
    for millis in [0, 1, 2, 3, 4, 6, 8] {
        let file = ended_tokens(&server.url, &kept).await;
        let mut desk = Desk::at(&server.url, Some(file.clone())).await;
        desk.perform(vec![Effect::Fetch(Request::Bids)]);
        tokio::time::sleep(Duration::from_millis(millis)).await;
        assert!(desk.feed.finish(Duration::from_secs(10)).await);
        let client = optibid_client::Client::new(&server.url).unwrap();
        client.set_tokens(file.load(&server.url).unwrap()).await;
        client.me().await.unwrap();
    }
    server.end().await;
}

#[test]
fn what_two_programs_write_down_at_once_is_all_kept_and_only_the_owners() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokens.json");
    // What somebody else put where a writer once wrote is not written into.
    std::fs::write(folder.path().join("tokens.new"), "theirs").unwrap();
    let url = |n: u32| format!("http://server-{n}");
    std::thread::scope(|scope| {
        for n in 0..16 {
            let file = TokenFile::new(path.clone());
            scope.spawn(move || {
                let tokens = optibid_client::Tokens::access(format!("token {n}"));
                file.save(&url(n), Some(&tokens)).unwrap();
            });
        }
    });
    let file = TokenFile::new(path.clone());
    for n in 0..16 {
        let kept = file.load(&url(n)).unwrap().unwrap();
        assert_eq!(kept.access, format!("token {n}"));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let theirs = std::fs::read_to_string(folder.path().join("tokens.new")).unwrap();
    assert_eq!(theirs, "theirs");
}
