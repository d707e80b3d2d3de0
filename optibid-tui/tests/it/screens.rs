//! What each screen looks like, at three sizes, on a 25-hour and a 23-hour day.

use crate::fixture::{World, frame, press, write};
use optibid_tui::dashboard::Dashboard;
use optibid_tui::glyphs::Glyphs;
use optibid_tui::request::{Act, Answer, Effect, Failure, FailureKind, Request, Update};
use optibid_tui::state::Settings;
use optibid_tui::theme::{Theme, ThemeName};
use ratatui::style::Color;

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 60)];

/// Presses keys that lead to a question, looks at it and says yes.
fn confirm(dashboard: &mut Dashboard, keys: &str) -> Vec<Effect> {
    press(dashboard, keys);
    frame(dashboard, SIZES[1]);
    press(dashboard, "y")
}

fn shows(name: &str, dashboard: &mut Dashboard) {
    for size in SIZES {
        let seen = frame(dashboard, size);
        insta::assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), seen.backend());
    }
}

/// Presses keys in the autumn world and looks.
fn autumn(name: &str, keys: &str) {
    let mut dashboard = World::autumn().dashboard();
    // Lists learn their height from the first frame.
    frame(&mut dashboard, SIZES[0]);
    press(&mut dashboard, keys);
    shows(name, &mut dashboard);
}

#[test]
fn overview() {
    autumn("overview", "");
}

#[test]
fn market_on_a_day_of_25_hours() {
    autumn("market_25_hours", "2 l l");
}

#[test]
fn the_smallest_market_has_its_figures_and_a_chart_or_the_pane_that_is_focused() {
    let mut dashboard = World::autumn().dashboard();
    press(&mut dashboard, "2");
    let seen = frame(&mut dashboard, (60, 15)).backend().to_string();
    // The hour from 11:00 CST, the next one, the least and the greatest of the day.
    assert!(
        seen.contains("last 31.20 next 32.07 min -7.37 max 132.13 USD/MWh"),
        "{seen}"
    );
    let braille = |seen: &str| {
        let dots = seen
            .chars()
            .filter(|c| ('\u{2801}'..='\u{28ff}').contains(c));
        dots.count()
    };
    assert!(braille(&seen) > 20, "{seen}");
    let context = seen.lines().nth(1).unwrap();
    assert!(
        context.contains("11:20 CST") && context.contains("gate 25m00s"),
        "{seen}"
    );
    insta::assert_snapshot!("market_60x15", seen);
    for (title, least) in [("Days before", "Sun 01"), ("Order stack", "sum")] {
        press(&mut dashboard, "tab");
        let seen = frame(&mut dashboard, (60, 15)).backend().to_string();
        assert!(seen.contains(title) && seen.contains(least), "{seen}");
    }
}

#[test]
fn a_pane_of_the_smallest_market_without_prices_teaches() {
    let mut dashboard = World::autumn().dashboard();
    press(&mut dashboard, "2 > > >");
    let seen = frame(&mut dashboard, (60, 15)).backend().to_string();
    assert!(seen.contains("No prices of this day."), "{seen}");
}

#[test]
fn the_grid_of_a_bid_has_every_period_of_its_day() {
    // The block covers three of the 25 hours.
    let mut dashboard = World::autumn().dashboard();
    press(&mut dashboard, "3 j j j j j enter");
    let seen = frame(&mut dashboard, (120, 60)).backend().to_string();
    let row = |number: &str, clock: &str| {
        let found = seen.lines().find(|line| line.contains(clock));
        let found = found.unwrap_or_else(|| panic!("{clock}: {seen}"));
        assert!(found.contains(number), "{clock}: {found}");
        found.to_owned()
    };
    assert!(!row(" 1 ", "00:00 CDT").contains('8'));
    row(" 2 ", "01:00 CDT");
    row(" 3 ", "01:00 CST");
    assert!(row("18 ", "16:00 CST").contains('8'));
    row("25 ", "23:00 CST");
}

#[test]
fn times_of_no_market_are_in_the_zone_that_is_looked_at_and_say_so() {
    let mut dashboard = World::autumn().dashboard();
    for (key, time) in [
        // Five alarms ago, a minute before now, three minutes before now.
        ("7", "2026-11-01 10:45 CST"),
        ("8", "2026-11-01 11:19:00 CST"),
        ("9", "2026-11-01 11:17:00 CST"),
    ] {
        press(&mut dashboard, key);
        let seen = frame(&mut dashboard, (200, 60)).backend().to_string();
        assert!(seen.contains(time), "{key}: {seen}");
        let titles = seen.lines().filter(|line| line.contains("╭"));
        assert!(
            titles.clone().any(|line| line.contains("America/Chicago")),
            "{key}: {seen}"
        );
        assert!(!seen.contains("UTC"), "{key}: {seen}");
    }
    // Where no market is known yet it is UTC, and it says so.
    let mut empty = Dashboard::default();
    press(&mut empty, "9");
    let seen = frame(&mut empty, (120, 40)).backend().to_string();
    assert!(seen.contains("UTC, the latest first"), "{seen}");
}

#[test]
fn nothing_moves_while_a_countdown_gets_shorter() {
    // Ten minutes and a second before the gate of ERCOT's real-time market, and a second after that.
    let world = World::autumn();
    let mut dashboard = world.dashboard();
    let mut rows = |left: i64| {
        let gate = world.now + jiff::SignedDuration::from_mins(25);
        dashboard.tick(gate - jiff::SignedDuration::from_secs(left));
        let seen = frame(&mut dashboard, (120, 40)).backend().to_string();
        let context = seen.lines().nth(1).unwrap().to_owned();
        let row = seen.lines().find(|line| line.contains("draft +1")).unwrap();
        (
            context.find("gate in").unwrap(),
            row.find("draft +1").unwrap(),
            context,
        )
    };
    let before = rows(600);
    let after = rows(599);
    assert_eq!((before.0, before.1), (after.0, after.1));
    assert!(before.2.contains("gate in 10m00s"), "{}", before.2);
    assert!(after.2.contains("gate in 9m59s"), "{}", after.2);
}

#[test]
fn market_on_a_day_of_23_hours() {
    let mut dashboard = World::spring().dashboard();
    press(&mut dashboard, "2");
    shows("market_23_hours", &mut dashboard);
}

#[test]
fn blotter() {
    autumn("blotter", "3 j");
}

#[test]
fn bid_with_its_grid() {
    autumn("bid", "3 j j enter j");
}

#[test]
fn assets() {
    autumn("assets", "4");
}

#[test]
fn forecasts() {
    autumn("forecasts", "5 tab j j");
}

#[test]
fn jobs() {
    autumn("jobs", "6 j j");
}

#[test]
fn alerts() {
    autumn("alerts", "7");
}

#[test]
fn question_before_a_silence() {
    autumn("shelve", "7 z");
}

#[test]
fn an_alarm_is_acknowledged_at_once_and_a_rule_shelved_after_a_question() {
    let mut dashboard = World::autumn().dashboard();
    let number = |n| crate::fixture::id(n);
    let acts = |effects: Vec<Effect>| {
        effects
            .into_iter()
            .filter(|effect| matches!(effect, Effect::Act(_)))
            .collect::<Vec<_>>()
    };
    // The first row is the venue's silence, which the server's alarms know nothing of.
    assert_eq!(acts(press(&mut dashboard, "7 j a")), []);
    assert_eq!(
        acts(press(&mut dashboard, "k a")),
        [Effect::Act(Act::Acknowledge(number(801).parse().unwrap()))]
    );
    assert_eq!(
        acts(confirm(&mut dashboard, "z")),
        [Effect::Act(Act::Shelve(number(901).parse().unwrap(), 60))]
    );
    press(&mut dashboard, ":");
    write(&mut dashboard, "shelve 240");
    assert_eq!(
        acts(confirm(&mut dashboard, "enter")),
        [Effect::Act(Act::Shelve(number(901).parse().unwrap(), 240))]
    );
    assert_eq!(
        acts(press(&mut dashboard, "tab j j u")),
        [Effect::Act(Act::Unshelve(number(904).parse().unwrap()))]
    );
}

#[test]
fn audit() {
    autumn("audit", "8");
}

#[test]
fn logs() {
    autumn("logs", "9");
}

#[test]
fn help() {
    autumn("help", "3 ?");
}

#[test]
fn question_before_a_submission() {
    autumn("submit", "3 j s");
}

#[test]
fn command_line_with_completions() {
    let mut dashboard = World::autumn().dashboard();
    press(&mut dashboard, ":");
    write(&mut dashboard, "s");
    shows("command", &mut dashboard);
}

#[test]
fn sign_in_form() {
    let mut dashboard = World::autumn().dashboard();
    let failure = Failure {
        kind: FailureKind::SignedOut,
        reason: "no token".to_owned(),
        certainly_not_applied: true,
    };
    dashboard.apply(Update::Got(Request::Me, Err(failure)));
    write(&mut dashboard, "ann@example.com");
    press(&mut dashboard, "tab");
    write(&mut dashboard, "secret");
    shows("sign_in", &mut dashboard);
}

#[test]
fn nothing_known_yet_teaches() {
    let mut dashboard = Dashboard::default();
    for (name, key) in [
        ("overview", "1"),
        ("market", "2"),
        ("bids", "3"),
        ("assets", "4"),
        ("forecasts", "5"),
        ("jobs", "6"),
    ] {
        press(&mut dashboard, key);
        let seen = frame(&mut dashboard, (80, 24));
        insta::assert_snapshot!(format!("empty_{name}"), seen.backend());
    }
}

#[test]
fn a_server_that_is_away_leaves_the_last_state_with_its_age() {
    let world = World::autumn();
    let mut dashboard = world.dashboard();
    let failure = Failure {
        kind: FailureKind::Away,
        reason: "the server is not reached".to_owned(),
        certainly_not_applied: true,
    };
    dashboard.tick(world.now + jiff::SignedDuration::from_secs(70));
    dashboard.apply(Update::Got(Request::Health, Err(failure.clone())));
    let seen = frame(&mut dashboard, (120, 40));
    insta::assert_snapshot!("away", seen.backend());
    // One probe at a time, with longer and longer pauses.
    let mut pauses = Vec::new();
    for second in 71..200 {
        let now = world.now + jiff::SignedDuration::from_secs(second);
        if dashboard.tick(now) == [Effect::Fetch(Request::Health)] {
            pauses.push(second);
            dashboard.apply(Update::Got(Request::Health, Err(failure.clone())));
        }
    }
    assert_eq!(pauses, [71, 73, 77, 85, 101, 133, 193]);
}

#[test]
fn below_the_least_size_it_says_so() {
    let mut dashboard = World::autumn().dashboard();
    let seen = frame(&mut dashboard, (59, 15));
    insta::assert_snapshot!(seen.backend().to_string().lines().take(4).collect::<Vec<_>>().join("\n"), @r#"
    "Too small:                                                 "
    "59x15                                                      "
    "at least 60x15                                             "
    "q ends                                                     "
    "#);
    assert!(
        !frame(&mut dashboard, (60, 15))
            .backend()
            .to_string()
            .contains("Too small")
    );
}

#[test]
fn without_colour_and_unicode_all_is_said_in_ascii() {
    let theme = Theme {
        name: ThemeName::Mono,
        glyphs: Glyphs::Ascii,
    };
    let mut dashboard = World::autumn().with(Settings::default(), theme);
    for key in ["1", "2", "3", "4", "5", "6", "7", "8", "9"] {
        press(&mut dashboard, key);
        let seen = frame(&mut dashboard, (120, 40));
        let text = seen.backend().to_string();
        let foreign: Vec<char> = text.chars().filter(|c| !c.is_ascii()).collect();
        assert!(foreign.is_empty(), "screen {key}: {foreign:?}");
        let colours = seen
            .backend()
            .buffer()
            .content()
            .iter()
            .filter(|cell| cell.fg != Color::Reset || cell.bg != Color::Reset);
        assert_eq!(colours.count(), 0, "screen {key}");
    }
    press(&mut dashboard, "2");
    insta::assert_snapshot!("market_ascii", frame(&mut dashboard, (120, 40)).backend());
}

#[test]
fn only_the_focused_pane_has_a_bright_border() {
    let mut dashboard = World::autumn().dashboard();
    let bright = Theme::default().border(true).fg;
    for _ in 0..7 {
        let seen = frame(&mut dashboard, (120, 40));
        let corners = seen
            .backend()
            .buffer()
            .content()
            .iter()
            .filter(|cell| cell.symbol() == "╭");
        let lit = corners.filter(|cell| Some(cell.fg) == bright).count();
        assert_eq!(lit, 1);
        press(&mut dashboard, "tab");
    }
}

#[test]
fn a_click_selects_and_a_second_click_opens() {
    use crossterm::event::{Event, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
    let click = |column, row| {
        Event::Mouse(MouseEvent {
            kind: MouseEventKind::Down(MouseButton::Left),
            column,
            row,
            modifiers: KeyModifiers::NONE,
        })
    };
    let mut dashboard = World::autumn().dashboard();
    let seen = frame(&mut dashboard, (120, 40)).backend().to_string();
    let tab = seen.lines().next().unwrap().find("3 Bids").unwrap();
    dashboard.input(&click(u16::try_from(tab).unwrap(), 0));
    frame(&mut dashboard, (120, 40));
    dashboard.input(&click(20, 6));
    frame(&mut dashboard, (120, 40));
    dashboard.input(&click(20, 6));
    let open = dashboard.state().view.open_bid.unwrap();
    assert_eq!(open.to_string(), crate::fixture::id(3));
}

#[test]
fn yes_submits_and_no_does_nothing() {
    let mut dashboard = World::autumn().dashboard();
    let acts = |effects: Vec<Effect>| {
        effects
            .into_iter()
            .filter(|effect| matches!(effect, Effect::Act(_)))
            .collect::<Vec<_>>()
    };
    assert_eq!(acts(press(&mut dashboard, "3 j s x n")), []);
    let id = crate::fixture::id(2).parse().unwrap();
    assert_eq!(
        acts(confirm(&mut dashboard, "s")),
        [Effect::Act(Act::Submit(id, 3))]
    );
    // What has gone out cannot go out again.
    assert_eq!(acts(press(&mut dashboard, "j s y")), []);
    assert!(
        dashboard
            .state()
            .view
            .notice
            .as_ref()
            .unwrap()
            .text
            .contains("cannot become submitted")
    );
}

#[test]
fn what_is_submitted_is_the_version_that_was_shown() {
    let mut dashboard = World::autumn().dashboard();
    let id = crate::fixture::id(2);
    dashboard.apply(Update::Event(Box::new(
        serde_json::from_value(serde_json::json!({
            "id": crate::fixture::id(7), "at": "2026-11-01T17:20:00Z", "org": crate::fixture::id(1_000), "kind": {"type": "bid", "data": {
                "bid": id, "org": crate::fixture::id(1_000), "version": 9, "from": "draft", "to": "validated",
                "actor": {"kind": "system"}, "at": "2026-11-01T17:20:00Z", "reason": "edited elsewhere",
            }},
        }))
        .unwrap(),
    )));
    let effects = confirm(&mut dashboard, "3 j s");
    assert!(
        effects.contains(&Effect::Act(Act::Submit(id.parse().unwrap(), 3))),
        "{effects:?}"
    );
}

#[test]
fn an_act_whose_outcome_is_not_known_says_so_and_reads_again() {
    let mut dashboard = World::autumn().dashboard();
    let id = crate::fixture::id(2).parse().unwrap();
    let failure = Failure {
        kind: FailureKind::Refused,
        reason: "no answer within 15s".to_owned(),
        certainly_not_applied: false,
    };
    let effects = dashboard.apply(Update::Done(Act::Submit(id, 3), Err(failure)));
    assert!(effects.contains(&Effect::Fetch(Request::Bids)));
    assert!(
        dashboard
            .state()
            .view
            .notice
            .as_ref()
            .unwrap()
            .text
            .contains("it may have been done all the same")
    );
    // Other news do not hide it, and it stands among what is urgent until the bid has been read.
    let urgent = |dashboard: &mut Dashboard| {
        let seen = frame(dashboard, SIZES[2]).backend().to_string();
        seen.contains("no answer within 15s; it may have been done  ")
    };
    dashboard.apply(Update::Gap);
    let notice = dashboard.state().view.notice.clone().unwrap().text;
    assert!(notice.contains("it may have been done"), "{notice}");
    assert!(urgent(&mut dashboard));
    let bids = Answer::Bids(dashboard.state().data.bids.clone());
    // An answer that may have been on its way before says nothing.
    dashboard.apply(Update::Got(Request::Bids, Ok(bids.clone())));
    assert!(urgent(&mut dashboard));
    dashboard.apply(Update::Got(Request::Bids, Ok(bids)));
    assert!(!urgent(&mut dashboard));
    let notice = dashboard.state().view.notice.clone().unwrap().text;
    assert!(
        notice.contains("was read again: it is validated"),
        "{notice}"
    );
}

#[test]
fn that_there_are_no_alarms_is_said_only_when_it_is_known() {
    let world = World::autumn();
    let mut dashboard = Dashboard::default();
    let seen = |dashboard: &mut Dashboard| frame(dashboard, (120, 40)).backend().to_string();
    assert!(seen(&mut dashboard).contains("alarms are not known: they were not read yet"));
    dashboard.tick(world.now);
    let quiet = world
        .answers()
        .into_iter()
        .filter(|(request, _)| matches!(request, Request::Health | Request::Me | Request::Markets));
    for (request, answer) in quiet {
        dashboard.apply(Update::Got(request, Ok(answer)));
    }
    dashboard.apply(Update::Got(Request::Alerts, Ok(Answer::Alerts(Vec::new()))));
    let known = seen(&mut dashboard);
    assert!(
        known.contains("Alarms: none") && known.contains("Nothing needs you now."),
        "{known}"
    );
    let failure = Failure {
        kind: FailureKind::Refused,
        reason: "the database is locked".to_owned(),
        certainly_not_applied: true,
    };
    dashboard.apply(Update::Got(Request::Alerts, Err(failure)));
    for key in ["1", "7"] {
        press(&mut dashboard, key);
        let failed = seen(&mut dashboard);
        assert!(
            failed.contains("alarms are not known: the database is locked")
                && !failed.contains("Nothing needs you now."),
            "{failed}"
        );
    }
    let settings = Settings {
        offline: true,
        ..Settings::default()
    };
    let mut offline = Dashboard::new(settings, Theme::default(), Default::default());
    assert!(seen(&mut offline).contains("alarms are not known: without a server"));
}

#[test]
fn yes_counts_only_where_the_whole_question_is_seen_and_only_as_a_plain_y() {
    let mut dashboard = World::autumn().dashboard();
    let acted = |effects: Vec<Effect>| {
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::Act(_)))
    };
    // Nothing of it was drawn yet.
    assert!(!acted(press(&mut dashboard, "3 j s y")));
    for (width, height) in [(59, 40), (120, 14), (60, 15)] {
        frame(&mut dashboard, (width, height));
        assert!(!acted(press(&mut dashboard, "y")), "{width}x{height}");
        let notice = dashboard.state().view.notice.clone().unwrap().text;
        assert!(notice.contains("not all of the question"), "{notice}");
    }
    frame(&mut dashboard, SIZES[0]);
    assert!(!acted(press(&mut dashboard, "ctrl-y alt-y")));
    assert!(acted(press(&mut dashboard, "y")));
}

#[test]
fn an_alarm_is_silent_as_long_as_its_rule_is() {
    let world = World::autumn();
    let mut dashboard = world.dashboard();
    let row = |dashboard: &mut Dashboard| {
        let seen = frame(dashboard, (200, 60)).backend().to_string();
        let row = seen.lines().find(|line| line.contains("rule 1: 1.2 MWh"));
        row.unwrap().to_owned()
    };
    assert!(row(&mut dashboard).contains("NOW"));
    // Shelved after it began.
    let until = world.now + jiff::SignedDuration::from_mins(30);
    let mut rules = serde_json::to_value(&dashboard.state().data.rules).unwrap();
    rules[0]["standing"]["shelved"] = serde_json::json!({
        "until": until, "by": crate::fixture::id(1_001), "at": world.now, "reason": "works",
    });
    let rules = Answer::AlertRules(serde_json::from_value(rules).unwrap());
    dashboard.apply(Update::Got(Request::AlertRules, Ok(rules)));
    let silent = row(&mut dashboard);
    assert!(
        silent.contains("shelved") && !silent.contains("NOW"),
        "{silent}"
    );
    // Begun in silence, which is over.
    let mut alerts = dashboard.state().data.alerts.clone();
    alerts[0].shelved = true;
    dashboard.apply(Update::Got(Request::Alerts, Ok(Answer::Alerts(alerts))));
    dashboard.tick(until + jiff::SignedDuration::from_secs(1));
    assert!(row(&mut dashboard).contains("NOW"));
}

#[test]
fn what_one_person_read_is_not_shown_to_another() {
    let world = World::autumn();
    let known = |dashboard: &Dashboard| {
        let data = &dashboard.state().data;
        (
            !data.bids.is_empty(),
            !data.profit.is_empty(),
            data.log.is_empty(),
        )
    };
    // Signed out: nothing of theirs stays, not the question they were asked either.
    let mut dashboard = world.dashboard();
    press(&mut dashboard, "3 j s");
    let effects = dashboard.apply(Update::SignedOut);
    assert_eq!(known(&dashboard), (false, false, false));
    assert_eq!(effects.first(), Some(&Effect::LetGo));
    let mode = &dashboard.state().view.mode;
    assert!(
        matches!(mode, optibid_tui::view::Mode::SignIn(_)),
        "{mode:?}"
    );
    // The same person signs in again: what was read stays, and is read again.
    let mut dashboard = world.dashboard();
    dashboard.apply(Update::SignedIn(Ok(())));
    let me = crate::fixture::me();
    let same = Answer::Me(Box::new(me.clone()));
    dashboard.apply(Update::Got(Request::Me, Ok(same)));
    assert_eq!(known(&dashboard), (true, true, false));
    // Somebody else does: of what is only theirs nothing is asked before it is known who it is.
    let asked = dashboard.apply(Update::SignedIn(Ok(())));
    assert!(!asked.contains(&Effect::Fetch(Request::Bids)), "{asked:?}");
    let mut other = me;
    other.user.id = crate::fixture::id(1_002).parse().unwrap();
    let other = Answer::Me(Box::new(other));
    let effects = dashboard.apply(Update::Got(Request::Me, Ok(other)));
    assert_eq!(known(&dashboard), (false, false, false));
    assert_eq!(effects.first(), Some(&Effect::LetGo));
    assert!(effects.contains(&Effect::Fetch(Request::Bids)));
}

#[test]
fn a_line_that_broke_is_not_called_live_until_it_stands_again() {
    let mut dashboard = World::autumn().dashboard();
    let mut last = |update| {
        dashboard.apply(update);
        let seen = frame(&mut dashboard, SIZES[1]).backend().to_string();
        seen.lines().last().unwrap().to_owned()
    };
    assert!(last(Update::LineStands).contains("prod live"));
    let broken = last(Update::LineBroken);
    assert!(
        broken.contains("prod polled") && !broken.contains("live"),
        "{broken}"
    );
    assert!(last(Update::LineStands).contains("prod live"));
}

#[test]
fn the_question_tells_the_gate_of_the_periods_that_are_offered() {
    let mut dashboard = World::autumn().dashboard();
    let day = dashboard.state().data.bids[5].content.delivery_day;
    let offered = dashboard.state().data.bids[5]
        .content
        .offer
        .delivery_periods();
    let zone = crate::fixture::zone();
    let periods: Vec<_> = zone
        .day(day)
        .unwrap()
        .periods(optibid_core::market::Resolution::Hour)
        .enumerate()
        .map(|(i, period)| {
            let closes = period.start() - jiff::SignedDuration::from_mins(30);
            serde_json::json!({
                "index": i, "start": period.start(), "end": period.end(), "market_time": zone.local(period.start()).to_string(),
                "gate_closes_at": closes, "gate_closes_at_market_time": zone.local(closes).to_string(),
            })
        })
        .collect();
    let day = serde_json::json!({
        "market": "ERCOT", "product": "DAM", "day": day, "time_zone": "America/Chicago", "start": offered[0].start(),
        "end": offered[0].end(), "resolution": "PT60M", "periods": periods,
    });
    let request = Request::Day {
        market: "ERCOT".parse().unwrap(),
        product: "DAM".parse().unwrap(),
        day: dashboard.state().data.bids[5].content.delivery_day,
    };
    let answer = Answer::Day(Box::new(serde_json::from_value(day).unwrap()));
    dashboard.apply(Update::Got(request, Ok(answer)));
    press(&mut dashboard, "3 j j j j j enter");
    let seen = frame(&mut dashboard, SIZES[1]).backend().to_string();
    // The block begins at the eighteenth hour of 25, which is 16:00; the first gate of the day closed the evening before.
    assert!(seen.contains("closes Sun 01 Nov 15:30 CST"), "{seen}");
}

#[test]
fn a_list_that_is_cut_says_so() {
    let mut dashboard = World::autumn().dashboard();
    let data = &dashboard.state().data;
    let (alert, rule, bid) = (
        data.alerts[0].clone(),
        data.rules[0].clone(),
        data.bids[0].clone(),
    );
    for (most, told) in [(999, false), (1_000, true)] {
        let answers = [
            (Request::Alerts, Answer::Alerts(vec![alert.clone(); most])),
            (
                Request::AlertRules,
                Answer::AlertRules(vec![rule.clone(); most]),
            ),
            (Request::Bids, Answer::Bids(vec![bid.clone(); most])),
        ];
        for (request, answer) in answers {
            dashboard.apply(Update::Got(request, Ok(answer)));
        }
        press(&mut dashboard, "7");
        let seen = frame(&mut dashboard, SIZES[2]).backend().to_string();
        assert_eq!(
            seen.matches("only 1000 are read").count(),
            if told { 2 } else { 0 }
        );
        press(&mut dashboard, "3");
        let seen = frame(&mut dashboard, SIZES[2]).backend().to_string();
        assert_eq!(seen.contains("only 1000 are read"), told);
    }
}
