//! Portfolio: what was awarded, what it adds up to, how it settles and what it earned.
//!
//! | type | holds |
//! | --- | --- |
//! | [`Award`] | power that a bid was awarded in one period, at the price that came |
//! | [`Position`] | the awards of one market, product, location and period, netted |
//! | [`SettlementInput`] | awards, metering and real-time prices of one delivery day |
//! | [`SettlementStatement`] | the lines in money, which add up to the total to the last minor unit |
//! | [`ProfitAndLoss`] | what a day earned after wear, beside perfect foresight |

mod award;
mod pnl;
mod position;
mod settlement;

pub use award::Award;
pub use pnl::{ProductRevenue, ProfitAndLoss, capture_ratio};
pub use position::{Position, net_energy, positions};
pub use settlement::{
    Fee, FeeBasis, LineKind, Metered, NewSettlement, SettlementInput, SettlementLine,
    SettlementStatement,
};
