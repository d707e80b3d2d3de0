//! `optibid config`: which settings are in force.

use super::args::Config as Command;
use super::output::{Output, Sheet, text};
use crate::config::{Config, SETTINGS, Setting, SettingKind, Source};

pub(super) fn run(command: Command, output: Output) -> anyhow::Result<()> {
    let source = Source::ambient()?;
    match command {
        Command::Print => print(&source, output),
        Command::Check => {
            Config::from_source(&source)?;
            output.note("the settings are good");
            Ok(())
        }
    }
}

fn print(source: &Source, output: Output) -> anyhow::Result<()> {
    let mut sheet = Sheet::new([
        text("name", "Name"),
        text("value", "Value"),
        text("origin", "From"),
        text("about", "What it does"),
    ]);
    let used = |s: &&Setting| s.kind != SettingKind::Reserved || source.get(s.name).is_some();
    for setting in SETTINGS.iter().filter(used) {
        let given = source.get(setting.name);
        let value = match given {
            Some(_) if setting.secret => "…",
            Some(value) => value,
            None => setting.default,
        };
        let origin = if given.is_some() {
            "setting"
        } else {
            "default"
        };
        sheet.row([setting.name, value, origin, setting.about]);
    }
    Ok(output.sheet(&sheet)?)
}

/// The settings in force.
pub(super) fn config() -> anyhow::Result<Config> {
    Ok(Config::load()?)
}

/// The settings in force, with some replaced by flags.
pub(super) fn config_with(flags: &[(&str, String)]) -> anyhow::Result<Config> {
    let mut source = Source::ambient()?;
    for (name, value) in flags {
        source.set(name, value);
    }
    Ok(Config::from_source(&source)?)
}
