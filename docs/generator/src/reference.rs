//! References made from the code: settings, command line, operations, errors, roles, metrics.

mod command_line;
mod errors;
mod metrics;
mod operations;
mod roles;
mod settings;
mod states;

use crate::output::Page;

/// All of them.
pub(crate) fn pages() -> Vec<Page> {
    vec![
        settings::page(),
        command_line::page(),
        operations::page(),
        errors::page(),
        roles::page(),
        metrics::page(),
        states::part(),
    ]
}
