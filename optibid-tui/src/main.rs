//! The `optibid-tui` command; all of it is in [`optibid_tui::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    optibid_tui::cli::main()
}
