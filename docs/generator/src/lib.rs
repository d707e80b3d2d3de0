//! The pages and figures of the book that are made from the code, so that they cannot differ from it.
//!
//! | made from | pages and figures |
//! | --- | --- |
//! | the rule table of `optibid-core` | one page a market |
//! | the description of the HTTP API | the table of its operations |
//! | the table of settings, the command line's own help | their references |
//! | roles, error codes, metrics | theirs |
//! | `cargo metadata` | which crate knows which |
//! | the prices that come with OptiBid, the engine | the figures |
//!
//! `cargo run -p optibid-docs` writes them; with `--check` it says which differ. A test runs the same check.

mod concepts;
mod crates;
mod figures;
mod markets;
mod output;
mod reference;
mod svg;
mod table;

pub use crates::Arrows;
pub use output::{Page, RENEW, check, root, write};

use anyhow::Result;

/// The programs that pages of the book show, compiled and run with the documentation's examples.
#[cfg(doctest)]
mod shown {
    #[doc = include_str!("../../src/start/library.md")]
    struct Library;

    #[doc = include_str!("../../src/guide/quant.md")]
    struct Quant;

    #[doc = include_str!("../../src/guide/integrator.md")]
    struct Integrator;
}

/// Every page and figure that is made.
///
/// # Errors
/// When the data that come with OptiBid cannot be read, or the crates know each other in a way that the
/// design does not allow.
pub fn pages() -> Result<Vec<Page>> {
    let mut pages = markets::pages()?;
    pages.extend(reference::pages());
    pages.extend(concepts::pages()?);
    pages.extend(crates::pages(&root())?);
    Ok(pages)
}
