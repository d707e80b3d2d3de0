//! Writes the generated pages of the book; `--check` only says which differ.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for people"
)]

use std::process::ExitCode;

fn main() -> anyhow::Result<ExitCode> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let pages = optibid_docs::pages()?;
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => {
            let written = optibid_docs::write(&pages)?;
            println!(
                "{} pages and figures, {written} of them new or changed",
                pages.len()
            );
            Ok(ExitCode::SUCCESS)
        }
        ["--check"] => {
            let faults = optibid_docs::check(&pages)?;
            for fault in &faults {
                eprintln!("{fault}");
            }
            println!("{} pages and figures, {} differ", pages.len(), faults.len());
            Ok(ExitCode::from(u8::from(!faults.is_empty())))
        }
        _ => anyhow::bail!("the only argument is --check; without it the pages are written"),
    }
}
