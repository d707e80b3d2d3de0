//! The `optibid` command; all of it is in [`optibid_server::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    optibid_server::cli::main()
}
