//! Ten thousand keys, clicks and resizes, on a full and on an empty state.

use crate::fixture::{World, frame};
use crossterm::event::{
    Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use optibid_tui::dashboard::Dashboard;
use optibid_tui::glyphs::Glyphs;
use optibid_tui::state::Settings;
use optibid_tui::theme::{Theme, ThemeName};

/// A generator that gives the same numbers for ever (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    fn size(&mut self) -> (u16, u16) {
        let side = |dice: &mut Self, most| u16::try_from(1 + dice.below(most)).unwrap();
        (side(self, 220), side(self, 70))
    }

    fn event(&mut self) -> Event {
        const KEYS: [KeyCode; 14] = [
            KeyCode::Enter,
            KeyCode::Esc,
            KeyCode::Tab,
            KeyCode::BackTab,
            KeyCode::Backspace,
            KeyCode::Up,
            KeyCode::Down,
            KeyCode::Left,
            KeyCode::Right,
            KeyCode::Home,
            KeyCode::End,
            KeyCode::PageUp,
            KeyCode::PageDown,
            KeyCode::Delete,
        ];
        let key = |code, modifiers| Event::Key(KeyEvent::new(code, modifiers));
        match self.below(10) {
            0..=5 => {
                let letter = char::from(u8::try_from(33 + self.below(94)).unwrap());
                key(KeyCode::Char(letter), KeyModifiers::NONE)
            }
            6..=7 => key(
                KEYS[usize::try_from(self.below(14)).unwrap()],
                KeyModifiers::NONE,
            ),
            8 => key(
                KeyCode::Char(if self.below(2) == 0 { 'd' } else { 'u' }),
                KeyModifiers::CONTROL,
            ),
            _ => {
                let kinds = [
                    MouseEventKind::Down(MouseButton::Left),
                    MouseEventKind::ScrollDown,
                    MouseEventKind::ScrollUp,
                ];
                let (column, row) = self.size();
                let kind = kinds[usize::try_from(self.below(3)).unwrap()];
                Event::Mouse(MouseEvent {
                    kind,
                    column,
                    row,
                    modifiers: KeyModifiers::NONE,
                })
            }
        }
    }
}

fn shaken(mut dashboard: Dashboard, seed: u64) {
    let mut dice = Dice(seed);
    for step in 0_u64..5_000 {
        dashboard.input(&dice.event());
        if step.is_multiple_of(2) {
            frame(&mut dashboard, dice.size());
        }
    }
}

#[test]
fn no_key_and_no_size_is_too_much_for_a_full_state() {
    shaken(World::autumn().dashboard(), 0x5eed_0001);
}

#[test]
fn no_key_and_no_size_is_too_much_for_an_empty_state() {
    let theme = Theme {
        name: ThemeName::Sixteen,
        glyphs: Glyphs::Ascii,
    };
    shaken(
        Dashboard::new(Settings::default(), theme, Default::default()),
        0x5eed_0002,
    );
}
