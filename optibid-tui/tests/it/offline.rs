//! What is written down comes back as it was.

use crate::fixture::{World, frame, press};
use optibid_tui::dashboard::Dashboard;
use optibid_tui::known;
use optibid_tui::request::Effect;
use optibid_tui::state::Settings;
use optibid_tui::theme::Theme;

fn offline() -> Settings {
    Settings {
        offline: true,
        ..Settings::default()
    }
}

#[test]
fn csv_files_give_back_what_was_known() {
    let world = World::autumn();
    let dashboard = world.dashboard();
    let folder = tempfile::tempdir().unwrap();
    let (data, slots) = (&dashboard.state().data, &dashboard.state().slots);
    for (name, text) in known::files(data, slots) {
        let columns = text.lines().next().unwrap().split(',').count();
        assert!(text.lines().count() > 1 && columns > 4, "{name}: {text}");
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let (read, read_slots) = known::load(folder.path()).unwrap();
    assert_eq!(read.bids, data.bids);
    assert_eq!(read.prices, data.prices);
    assert_eq!(read.latest, data.latest);
    assert_eq!(read.markets, data.markets);
    assert_eq!(read.assets, data.assets);
    assert_eq!(read.telemetry, data.telemetry);
    assert_eq!(read.profit, data.profit);
    // Written again it is the same, byte by byte.
    assert_eq!(known::files(&read, &read_slots), known::files(data, slots));
    let mut shown = Dashboard::new(offline(), Theme::default(), Default::default());
    shown.restore(read, read_slots);
    let later = world.now + jiff::SignedDuration::from_hours(3);
    assert_eq!(shown.tick(later), []);
    let seen = frame(&mut shown, (120, 40)).backend().to_string();
    assert!(
        seen.contains("OFFLINE, data 3h old") && seen.contains("stale, 3h old"),
        "{seen}"
    );
    insta::assert_snapshot!("offline_120x40", frame(&mut shown, (120, 40)).backend());
}

#[test]
fn nothing_is_asked_for_and_nothing_done_offline() {
    let mut shown = Dashboard::new(offline(), Theme::default(), Default::default());
    let world = World::autumn();
    shown.restore(world.dashboard().state().data.clone(), Default::default());
    let effects = press(&mut shown, "3 j s y R 2 l 5 6 x y 8 v");
    let asked: Vec<&Effect> = effects
        .iter()
        .filter(|effect| !matches!(effect, Effect::Redraw))
        .collect();
    assert_eq!(asked, Vec::<&Effect>::new());
}

#[test]
fn a_file_that_is_broken_is_named_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("bids.csv"),
        "read_at,bid,data\n2026-11-01T00:00:00Z,x,{}\n",
    )
    .unwrap();
    let error = known::load(folder.path()).unwrap_err().to_string();
    assert!(error.contains("bids.csv: line 2: missing field"), "{error}");
}
