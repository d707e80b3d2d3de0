//! Market data importers, price replay and venue gateways for OptiBid.
//!
//! | module | does |
//! | --- | --- |
//! | [`import`](mod@import) | reads price files of ERCOT, CAISO, NYISO, the EPF benchmark and a documented generic CSV |

pub mod import;
