//! The keys in force, and the table of the manual.

use super::args::Common;
use crate::action::{Argument, Scope, TABLE};
use crate::config::ConfigError;
use crate::environment::Environment;
use crate::keymap::Keymap;
use std::process::ExitCode;

/// Prints the keys in force.
pub(super) fn run(common: &Common) -> anyhow::Result<ExitCode> {
    let environment = Environment::read();
    let config = super::start::read_config(common.config.as_deref(), &environment)?;
    let keymap = config.keymap().map_err(ConfigError::Keys)?;
    super::exit::print(&table(&keymap))?;
    Ok(ExitCode::SUCCESS)
}

/// The table of actions in Markdown: keys, command, what it does, where.
#[must_use]
pub fn table(keymap: &Keymap) -> String {
    let mut text =
        "| keys | command | what it does | where |\n| --- | --- | --- | --- |\n".to_owned();
    for entry in TABLE {
        let keys = keymap.keys(entry.action);
        let keys: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
        let places = match entry.scope {
            Scope::Everywhere => "everywhere".to_owned(),
            Scope::On(screens) => {
                let names: Vec<String> = screens
                    .iter()
                    .map(|screen| screen.title().to_lowercase())
                    .collect();
                names.join(", ")
            }
        };
        let argument = match entry.argument {
            Argument::None => "",
            Argument::Server => " NAME",
            Argument::Theme => " THEME",
            Argument::Day => " DAY",
            Argument::Series => " MARKET PRODUCT LOCATION",
            Argument::Words => " WORDS",
            Argument::Minutes => " MINUTES",
        };
        let names: Vec<String> = entry
            .aliases
            .iter()
            .map(|alias| format!(", `:{alias}`"))
            .collect();
        let row = format!(
            "| {} | `:{}{argument}`{} | {} | {places} |\n",
            keys.join(" "),
            entry.name,
            names.concat(),
            entry.about
        );
        text.push_str(&row);
    }
    text
}
