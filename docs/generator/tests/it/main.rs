//! The book is made from the code as it is.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod architecture;
mod book;
mod metrics;
