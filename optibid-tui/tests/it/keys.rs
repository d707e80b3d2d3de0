//! Keys: those of the table, those of a configuration, moving, filtering, commands.

use crate::fixture::{World, frame, press, write};
use optibid_tui::action::{Screen, TABLE};
use optibid_tui::config::Config;
use optibid_tui::keymap::Keymap;
use optibid_tui::request::Effect;
use optibid_tui::state::Settings;
use optibid_tui::theme::{Theme, ThemeName};
use optibid_tui::view::Pane;

#[test]
fn no_key_of_the_table_means_two_things() {
    assert_eq!(Keymap::default().conflicts(), []);
}

#[test]
fn every_key_of_the_table_is_understood() {
    let keys: usize = TABLE.iter().map(|entry| entry.keys.len()).sum();
    let map = Keymap::default();
    let bound: usize = TABLE.iter().map(|entry| map.keys(entry.action).len()).sum();
    assert_eq!(keys, bound);
}

#[test]
fn a_conflict_is_told_by_both_names_and_only_where_both_work() {
    let told = |text: &str| match Config::parse(text).unwrap().keymap() {
        Ok(_) => Vec::new(),
        Err(faults) => faults.iter().map(ToString::to_string).collect(),
    };
    assert_eq!(
        told("[keys]\nhelp = [\"x\"]"),
        ["the key x means both cancel-job and help"]
    );
    // Jobs and bids are never on the screen at once.
    assert_eq!(told("[keys]\nsubmit = [\"x\"]"), Vec::<String>::new());
    let two = told("[keys]\nfly = [\"x\"]\nquit = [\"ctrl-\"]");
    assert_eq!(two.len(), 2);
    assert!(
        two[0].starts_with("keys.fly: no action has that name"),
        "{two:?}"
    );
    assert!(
        two[1].starts_with("keys.quit: \"ctrl-\" is no key"),
        "{two:?}"
    );
}

#[test]
fn a_configured_key_replaces_those_of_the_table() {
    let config = Config::parse("[keys]\nbids = [\"f3\", \"alt-b\"]").unwrap();
    let settings = Settings {
        keymap: config.keymap().unwrap(),
        ..Settings::default()
    };
    let mut dashboard = World::autumn().with(settings, Theme::default());
    press(&mut dashboard, "3");
    assert_eq!(dashboard.state().view.screen, Screen::Overview);
    press(&mut dashboard, "alt-b");
    assert_eq!(dashboard.state().view.screen, Screen::Bids);
}

#[test]
fn unknown_settings_are_refused_by_name() {
    let error = Config::parse("thema = \"dark\"").unwrap_err().to_string();
    assert!(error.contains("unknown field `thema`"), "{error}");
    let error = Config::parse("[servers]\nprod = \"optibid.example.com\"").unwrap_err();
    assert_eq!(
        error.to_string(),
        "servers.prod: \"optibid.example.com\" is no address: it must begin with http:// or https:// and name a host"
    );
    let error = Config::parse("server = \"x\"")
        .unwrap()
        .server(None)
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("server \"x\" is neither an address"),
        "{error}"
    );
}

fn cursor(dashboard: &optibid_tui::dashboard::Dashboard) -> usize {
    dashboard.state().view.scroll(Pane::Blotter).cursor
}

#[test]
fn vim_keys_and_arrows_move_alike() {
    let mut dashboard = World::autumn().dashboard();
    press(&mut dashboard, "3");
    frame(&mut dashboard, (80, 24));
    let moved = |dashboard: &mut _, key: &str| {
        press(dashboard, key);
        cursor(dashboard)
    };
    assert_eq!(moved(&mut dashboard, "j"), 1);
    assert_eq!(moved(&mut dashboard, "down"), 2);
    assert_eq!(moved(&mut dashboard, "k"), 1);
    assert_eq!(moved(&mut dashboard, "G"), 5);
    assert_eq!(moved(&mut dashboard, "j"), 5);
    assert_eq!(moved(&mut dashboard, "g"), 0);
    assert_eq!(moved(&mut dashboard, "up"), 0);
    assert_eq!(moved(&mut dashboard, "ctrl-d"), 5);
    assert_eq!(moved(&mut dashboard, "ctrl-u"), 0);
}

#[test]
fn a_filter_shows_what_matches_and_n_finds_it_again() {
    let mut dashboard = World::autumn().dashboard();
    press(&mut dashboard, "3 /");
    write(&mut dashboard, "!rejected");
    press(&mut dashboard, "enter");
    let seen = frame(&mut dashboard, (120, 40)).backend().to_string();
    assert!(
        seen.contains("5 shown") && !seen.contains("block "),
        "{seen}"
    );
    press(&mut dashboard, "esc /");
    write(&mut dashboard, "cleared");
    press(&mut dashboard, "enter");
    assert!(
        frame(&mut dashboard, (120, 40))
            .backend()
            .to_string()
            .contains("1 shown")
    );
    press(&mut dashboard, "esc g n");
    assert_eq!(cursor(&dashboard), 3);
    press(&mut dashboard, "N");
    assert_eq!(cursor(&dashboard), 3);
}

#[test]
fn commands_complete_and_run() {
    let mut dashboard = World::autumn().dashboard();
    press(&mut dashboard, ":");
    write(&mut dashboard, "the");
    press(&mut dashboard, "tab");
    write(&mut dashboard, "li");
    press(&mut dashboard, "tab enter");
    assert_eq!(dashboard.state().theme.name, ThemeName::Light);
    press(&mut dashboard, ":");
    write(&mut dashboard, "blotter");
    press(&mut dashboard, "enter");
    assert_eq!(dashboard.state().view.screen, Screen::Bids);
    press(&mut dashboard, ":");
    write(&mut dashboard, "fly");
    press(&mut dashboard, "enter");
    assert!(
        dashboard
            .state()
            .view
            .notice
            .as_ref()
            .unwrap()
            .text
            .starts_with("no command fly")
    );
    press(&mut dashboard, ":");
    write(&mut dashboard, "q");
    assert_eq!(press(&mut dashboard, "enter"), [Effect::Quit]);
}

#[test]
fn servers_are_switched_by_name_and_by_key() {
    let config =
        Config::parse("[servers]\nprod = \"https://a.example\"\ntest = \"https://b.example\"")
            .unwrap();
    let settings = Settings {
        servers: config.servers(),
        ..Settings::default()
    };
    let mut dashboard = World::autumn().with(settings, Theme::default());
    assert_eq!(
        press(&mut dashboard, "S"),
        [Effect::Server("test".to_owned())]
    );
    press(&mut dashboard, ":");
    write(&mut dashboard, "server test");
    assert_eq!(
        press(&mut dashboard, "enter"),
        [Effect::Server("test".to_owned())]
    );
}

#[test]
fn the_manual_has_the_table_of_keys() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/src/guide/terminal.md");
    let manual = std::fs::read_to_string(path).unwrap();
    let table = optibid_tui::cli::key_table(&Keymap::default());
    let (begin, end) = (
        "<!-- keys: made by the test the_manual_has_the_table_of_keys -->\n",
        "<!-- end of keys -->",
    );
    let (before, rest) = manual.split_once(begin).unwrap();
    let (_, after) = rest.split_once(end).unwrap();
    let wanted = format!("{before}{begin}\n{table}\n{end}{after}");
    if manual != wanted && std::env::var_os("INSTA_UPDATE").is_some_and(|how| how == "always") {
        std::fs::write(path, &wanted).unwrap();
    }
    assert!(
        std::fs::read_to_string(path).unwrap() == wanted,
        "docs/src/guide/terminal.md is old: run this test with INSTA_UPDATE=always"
    );
}
