use crate::output::Page;
use crate::table::Table;
use clap::Command;
use optibid_server::cli::{EXIT_CODES, command};

/// Every command with the help it prints itself.
pub(super) fn page() -> Page {
    let mut codes = Table::new(["exit code", "meaning"]);
    for (code, meaning) in EXIT_CODES {
        codes.row([&code.to_string(), meaning]);
    }
    let mut body = format!(
        "# Command line\n\n\
         What `optibid` prints about itself with `--help`. In a checkout `cargo run -q -p optibid-server --` stands for `optibid`.\n\n\
         Results go to standard output, everything else to standard error. `--format json` and `--format csv` are for programs; \
         `--quiet` leaves results and errors alone.\n\n## Exit codes\n\n{}\n",
        codes.finish()
    );
    let mut top = command().term_width(100);
    top.build();
    help(&mut body, &mut top, "optibid");
    Page::markdown(
        "reference/command-line.md",
        "optibid-server/src/cli/args.rs",
        &body,
    )
}

/// The help of a command and of those below it.
fn help(body: &mut String, command: &mut Command, name: &str) {
    let text = command.render_long_help().to_string();
    let lines: Vec<_> = text.trim_end().lines().map(str::trim_end).collect();
    body.push_str(&format!(
        "## {name}\n\n```text\n{}\n```\n\n",
        lines.join("\n")
    ));
    let below: Vec<_> = command
        .get_subcommands()
        .map(|c| c.get_name().to_owned())
        .collect();
    for child in below.iter().filter(|child| *child != "help") {
        if let Some(command) = command.find_subcommand_mut(child) {
            help(body, command, &format!("{name} {child}"));
        }
    }
}
