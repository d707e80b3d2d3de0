//! Two-settlement: day-ahead awards at their prices, deviations from them at real time.

mod book;
mod check;
mod input;
mod ledger;
mod line;
mod statement;

pub use input::{Fee, FeeBasis, Metered, SettlementInput};
pub use line::{LineKind, SettlementLine};
pub use statement::{NewSettlement, SettlementStatement};
