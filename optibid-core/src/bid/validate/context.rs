//! What validation must know.

use crate::unit::{Energy, Power};
use jiff::Timestamp;

/// What validation must know besides the bid and the rules.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ValidationContext {
    /// The time of submission, for the gate.
    pub now: Timestamp,
    /// Whether the market has the bid's location.
    pub location_known: bool,
    /// What the asset behind the bid can do: largest withdrawal (zero or negative) and largest
    /// injection; none when no asset is named.
    pub asset_range: Option<(Power, Power)>,
    /// The energy the asset can discharge between its limits, where it is a storage.
    pub asset_energy: Option<Energy>,
    /// Whether the market has the sink of a spread bid.
    pub sink_known: bool,
}
