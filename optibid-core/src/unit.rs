//! Exact quantities: price, power, energy, money and ratios as scaled integers.
//!
//! Inside OptiBid a quantity is a whole number of its smallest unit; at the edge (JSON, CSV, the
//! command line) it is a decimal string. Nothing is rounded in silence: a string with more digits
//! than the unit holds is refused, unless a caller asks for a named [`Rounding`].
//!
//! | type | smallest unit | at the edge |
//! | --- | --- | --- |
//! | [`Price`] | 1e-6 currency per MWh | currency per MWh |
//! | [`Power`] | 1 kW | MW |
//! | [`Energy`] | 1 kW s | MWh, nine decimals |
//! | [`Money`] | minor unit (cent, paisa) | currency, two decimals |
//! | [`Ratio`] | 1e-6 | fraction |
//! | [`Degrees`] | 1e-7 degree | degrees |

mod decimal;
mod energy;
mod money;
mod place;
mod power;
mod price;
mod ratio;

pub use decimal::{DecimalError, Rounding};
pub use energy::Energy;
pub use money::{Currency, Money, UnknownCurrency};
pub use place::Place;
pub use power::Power;
pub use price::Price;
pub use ratio::{Degrees, Ratio};
