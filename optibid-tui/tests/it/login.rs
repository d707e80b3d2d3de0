//! A login that is known without asking is used again when the session has ended.

use crate::fixture::{World, press, write};
use jiff::SignedDuration;
use optibid_tui::dashboard::Dashboard;
use optibid_tui::login::Login;
use optibid_tui::password::Password;
use optibid_tui::request::{Effect, Failure, FailureKind, Request, Update};

fn failure(kind: FailureKind) -> Failure {
    Failure {
        kind,
        reason: "the session has ended".to_owned(),
        certainly_not_applied: true,
    }
}

fn login(dashboard: &Dashboard) -> Login {
    let url = dashboard.state().server.url.clone();
    Login::new(url, "wall@example.com".to_owned(), Password::default())
}

fn signs_in(effect: Option<Effect>) -> bool {
    matches!(effect, Some(Effect::SignIn { email, .. }) if email == "wall@example.com")
}

#[test]
fn a_screen_on_the_wall_signs_in_again_with_pauses() {
    let world = World::autumn();
    let mut dashboard = world.dashboard();
    let mut login = login(&dashboard);
    assert!(login.due(dashboard.state()).is_none());
    let ended = Update::Got(Request::Me, Err(failure(FailureKind::SignedOut)));
    dashboard.apply(ended.clone());
    assert!(signs_in(login.due(dashboard.state())));
    // The server was away just then: again after a pause.
    let away = Update::SignedIn(Err(failure(FailureKind::Away)));
    login.hear(&away);
    dashboard.apply(away);
    assert!(login.due(dashboard.state()).is_none());
    dashboard.tick(world.now + SignedDuration::from_secs(30));
    assert!(signs_in(login.due(dashboard.state())));
    // It worked: nothing is due until the session ends once more.
    login.hear(&Update::SignedIn(Ok(())));
    dashboard.apply(Update::SignedIn(Ok(())));
    dashboard.tick(world.now + SignedDuration::from_secs(90));
    assert!(login.due(dashboard.state()).is_none());
    dashboard.apply(ended);
    assert!(signs_in(login.due(dashboard.state())));
}

#[test]
fn nobody_is_signed_in_against_their_will() {
    let mut dashboard = World::autumn().dashboard();
    let ended = Update::Got(Request::Me, Err(failure(FailureKind::SignedOut)));
    dashboard.apply(ended);
    let fresh = login(&dashboard);
    // Signed out on purpose; a login that the server does not know.
    for update in [
        Update::SignedOut,
        Update::SignedIn(Err(failure(FailureKind::SignedOut))),
    ] {
        let mut login = fresh.clone();
        login.hear(&update);
        assert!(login.due(dashboard.state()).is_none(), "{update:?}");
    }
    // Somebody is writing in the form.
    write(&mut dashboard, "ann");
    assert!(fresh.clone().due(dashboard.state()).is_none());
    press(&mut dashboard, "backspace backspace backspace");
    assert!(signs_in(fresh.clone().due(dashboard.state())));
}
