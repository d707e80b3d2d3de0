//! The command line: names and aliases of actions, with what may follow them.

use crate::action::{Argument, Entry, TABLE};
use crate::request::Effect;
use crate::state::State;
use crate::theme::{ThemeName, Tone};

/// Runs a line.
pub(super) fn run(state: &mut State, text: &str) -> Vec<Effect> {
    let text = text.trim();
    if text.is_empty() {
        return Vec::new();
    }
    let (name, rest) = text.split_once(' ').unwrap_or((text, ""));
    if cfg!(debug_assertions) && name == "panic" {
        return vec![Effect::Panic];
    }
    let Some(entry) = find(name) else {
        state.tell(
            Tone::Warn,
            format!("no command {name}; tab completes, ? lists what there is"),
        );
        return Vec::new();
    };
    if !entry.scope.covers(state.view.screen) {
        state.tell(Tone::Warn, format!("{}: not on this screen", entry.name));
        return Vec::new();
    }
    let rest = rest.trim();
    super::perform::act(state, entry.action, (!rest.is_empty()).then_some(rest))
}

/// The command of that name or alias; names go before aliases.
fn find(name: &str) -> Option<&'static Entry> {
    let by_name = TABLE.iter().find(|entry| entry.name == name);
    by_name.or_else(|| TABLE.iter().find(|entry| entry.aliases.contains(&name)))
}

/// What may stand where the cursor is, each as a whole line with what it does.
pub(crate) fn completions(state: &State, text: &str) -> Vec<(String, &'static str)> {
    if let Some((name, rest)) = text.split_once(' ') {
        let Some(entry) = find(name) else {
            return Vec::new();
        };
        let fits = |value: &String| {
            value
                .to_lowercase()
                .starts_with(&rest.trim_start().to_lowercase())
        };
        let values = arguments(state, entry.argument).into_iter().filter(fits);
        return values
            .map(|value| (format!("{name} {value}"), entry.about))
            .collect();
    }
    let here = TABLE
        .iter()
        .filter(|entry| entry.scope.covers(state.view.screen));
    let mut found: Vec<_> = here
        .filter(|entry| entry.name.starts_with(text) || entry.aliases.contains(&text))
        .map(|entry| (entry.name.to_owned(), entry.about))
        .collect();
    // What is named exactly goes before what only begins so.
    found.sort_by_key(|(name, _)| find(text).is_none_or(|exact| exact.name != *name));
    found
}

fn arguments(state: &State, argument: Argument) -> Vec<String> {
    match argument {
        Argument::None | Argument::Words => Vec::new(),
        Argument::Server => state
            .settings
            .servers
            .iter()
            .map(|server| server.name.clone())
            .collect(),
        Argument::Theme => ThemeName::ALL.map(|theme| theme.code().to_owned()).to_vec(),
        Argument::Day => {
            let mut days: Vec<_> = state
                .data
                .bids
                .iter()
                .map(|bid| bid.content.delivery_day)
                .collect();
            days.sort_unstable_by(|a, b| b.cmp(a));
            days.dedup();
            days.into_iter().map(|day| day.to_string()).collect()
        }
        Argument::Series => state.data.latest.keys().map(ToString::to_string).collect(),
        Argument::Minutes => ["15", "60", "240", "1440"].map(str::to_owned).to_vec(),
    }
}

/// The line with what all completions have in common; the first of them where that adds nothing.
pub(super) fn complete(state: &State, text: &str) -> Option<String> {
    let found = completions(state, text);
    let first = found.first()?.0.clone();
    let common = found.iter().fold(first.clone(), |common, (other, _)| {
        let same = common
            .chars()
            .zip(other.chars())
            .take_while(|(a, b)| a == b)
            .count();
        common.chars().take(same).collect()
    });
    let longer = common.chars().count() > text.chars().count();
    let line = if longer { common } else { first };
    let takes = |line: &str| find(line).is_some_and(|entry| entry.argument != Argument::None);
    Some(if found.len() == 1 && takes(&line) {
        format!("{line} ")
    } else {
        line
    })
}
