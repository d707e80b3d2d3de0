//! Market data importers, price replay and venue gateways for OptiBid.
//!
//! | module | does |
//! | --- | --- |
//! | [`import`](mod@import) | reads price files of ERCOT, CAISO, NYISO, the EPF benchmark and a documented generic CSV |
//! | [`replay`] | plays prices of the past as a live feed, at any speed, with a clock that shows their time |
//! | [`sample`](mod@sample) | real ERCOT prices to try things with |
//! | [`simulate`] | makes up believable prices, the same for the same seed |
//! | [`venue`] | a venue without a market: takes bids and awards them at the price that came |
//! | [`timer`] | the time that feeds wait by, so that tests need not wait |

pub mod import;
pub mod replay;
pub mod sample;
pub mod simulate;
pub mod timer;
pub mod venue;
