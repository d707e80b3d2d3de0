use crate::output::Page;
use crate::table::{Table, code};
use optibid_server::config::{SETTINGS, Setting, SettingKind};

/// Every setting with its default and meaning.
pub(super) fn page() -> Page {
    let mut read = Table::new(["name", "default", "secret", "meaning"]);
    for setting in of_kind(SettingKind::Value) {
        let secret = if setting.secret { "yes" } else { "" };
        read.row([
            &code(setting.name),
            &code(setting.default),
            secret,
            setting.about,
        ]);
    }
    let list = |kind| {
        of_kind(kind)
            .map(|s| code(s.name))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let body = format!(
        "# Settings\n\n\
         Settings come from the environment and from a file `.env` in the working folder; the environment goes before the file, and \
         a flag of the command line before both. They are read once, at the start, and checked as a whole: an unknown name in the \
         file, a malformed value, or a switch for something that is not built in stops the start and is named. An empty value counts \
         as absent. `optibid config print` shows what is in force, secrets masked; `optibid config check` only checks.\n\n\
         Switches take `true`, `1`, `yes`, `on` and `false`, `0`, `no`, `off`. A file has one `NAME=value` a line; `#` begins a \
         comment line, quotes around a value are taken off.\n\n\
         ## What is read\n\n{}\n\
         With `ENVIRONMENT=production` a `JWT_SECRET` must be given, have 32 characters or more, and not be a placeholder.\n\n\
         ## Switches for what this build does not have\n\n\
         They may be present and off; switched on they stop the start: {}.\n\n\
         ## Reserved names\n\n\
         Names that other programs around OptiBid use. They may be in the `.env` file and are not read: {}.",
        read.finish(),
        list(SettingKind::AbsentSwitch),
        list(SettingKind::Reserved),
    );
    Page::markdown(
        "reference/settings.md",
        "optibid-server/src/config/settings.rs",
        &body,
    )
}

fn of_kind(kind: SettingKind) -> impl Iterator<Item = &'static Setting> {
    SETTINGS.iter().filter(move |setting| setting.kind == kind)
}
