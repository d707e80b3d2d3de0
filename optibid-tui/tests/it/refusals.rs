//! `--readonly` refuses everything that changes something.

use crate::fixture::{World, press, write};
use optibid_tui::action::{Effects, Scope, Screen, TABLE};
use optibid_tui::request::Effect;
use optibid_tui::state::Settings;
use optibid_tui::theme::Theme;

#[test]
fn no_act_can_be_started_by_key_or_command() {
    let settings = Settings {
        readonly: true,
        ..Settings::default()
    };
    let acts = TABLE.iter().filter(|entry| entry.effects == Effects::Act);
    let mut tried = 0;
    for entry in acts {
        let screens = match entry.scope {
            Scope::On(screens) => screens,
            Scope::Everywhere => &Screen::ALL,
        };
        for screen in screens {
            for row in 0..6 {
                let mut dashboard = World::autumn().with(settings.clone(), Theme::default());
                let number = Screen::ALL.iter().position(|held| held == screen).unwrap() + 1;
                press(&mut dashboard, &number.to_string());
                press(&mut dashboard, &"j ".repeat(row));
                let mut effects = press(&mut dashboard, &format!("{} y", entry.keys[0]));
                press(&mut dashboard, ":");
                write(&mut dashboard, entry.name);
                effects.extend(press(&mut dashboard, "enter y"));
                assert!(
                    !effects
                        .iter()
                        .any(|effect| matches!(effect, Effect::Act(_))),
                    "{} on {screen:?}",
                    entry.name
                );
                let notice = dashboard.state().view.notice.as_ref().unwrap();
                assert!(
                    notice.text.contains("--readonly"),
                    "{}: {}",
                    entry.name,
                    notice.text
                );
                tried += 1;
            }
        }
    }
    assert!(tried >= 30, "{tried}");
}
