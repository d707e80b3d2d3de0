//! Measured samples.

use super::check::Check;
use super::model::Asset;
use crate::error::Violation;
use crate::id::AssetId;
use crate::unit::{Energy, Power, Ratio, Rounding};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// What was measured at an asset at one instant.
///
/// ```
/// use optibid_core::asset::Telemetry;
/// let sample: Telemetry = serde_json::from_str(
///     r#"{"asset": "0190d2f0-0000-7000-8000-000000000001", "at": "2024-05-01T06:00:00Z",
///         "power": "-9.98", "state_of_charge": "12.5", "source": "scada"}"#,
/// )?;
/// assert_eq!(sample.power.kilowatts(), -9_980);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Telemetry {
    /// The asset.
    pub asset: AssetId,
    /// When it was measured.
    pub at: Timestamp,
    /// Power at the grid connection; positive is injection.
    pub power: Power,
    /// Stored energy, of a battery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state_of_charge: Option<Energy>,
    /// Whether the asset reported itself available.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available: Option<bool>,
    /// Where the sample comes from: a gateway, a file, a person.
    pub source: String,
}

impl Telemetry {
    /// How far beyond its rating an asset may be measured before the sample counts as wrong, as a
    /// share of the larger limit: meters err, inverters overload for a moment, and a plant that
    /// stands still draws its own consumption.
    pub const TOLERANCE: Ratio = Ratio::from_ppm(100_000);
    /// How far ahead of our clock a sample may be.
    pub const MAX_SKEW: SignedDuration = SignedDuration::from_mins(5);
    /// Most characters of a source.
    pub const MAX_SOURCE_CHARS: usize = 120;

    /// Every broken rule of the sample at its asset, with fields named under `path`; `now` is the
    /// time of arrival.
    #[must_use]
    pub fn violations(&self, asset: &Asset, now: Timestamp, path: &str) -> Vec<Violation> {
        let mut check = Check::at(path);
        let rule = format!("the asset it is recorded for, {}", asset.id);
        check.require(
            self.asset == asset.id,
            "asset_mismatch",
            "asset",
            (&self.asset, &rule),
        );
        let latest = now.saturating_add(Self::MAX_SKEW).unwrap_or(Timestamp::MAX);
        let rule = format!("at most five minutes after {now}");
        check.require(self.at <= latest, "in_future", "at", (&self.at, &rule));
        self.check_power(asset, &mut check);
        self.check_store(asset, &mut check);
        let source = &self.source;
        let blank = source.trim().is_empty();
        check.require(
            !blank,
            "source_blank",
            "source",
            (source, "at least one character"),
        );
        let characters = source.chars().count();
        let rule = format!("at most {} characters", Self::MAX_SOURCE_CHARS);
        let shown = format!("{characters} characters");
        let fits = characters <= Self::MAX_SOURCE_CHARS;
        check.require(fits, "source_too_long", "source", (&shown, &rule));
        check.into_found()
    }

    fn check_power(&self, asset: &Asset, check: &mut Check) {
        let (low, high) = asset.kind.power_range();
        let rating = i128::from(low.magnitude().max(high).kilowatts());
        let share = rating * i128::from(Self::TOLERANCE.ppm());
        let slack = Rounding::Ceiling.div(share, i128::from(Ratio::ONE.ppm()));
        let slack = Power::from_kilowatts(i64::try_from(slack).unwrap_or(i64::MAX));
        let low = low.checked_sub(slack).unwrap_or(low);
        let high = high.checked_add(slack).unwrap_or(high);
        let within = low <= self.power && self.power <= high;
        let rule =
            format!("between {low} and {high} MW: the asset's limits and a tenth of its rating");
        check.require(within, "power_out_of_range", "power", (&self.power, &rule));
    }

    fn check_store(&self, asset: &Asset, check: &mut Check) {
        let Some(stored) = self.state_of_charge else {
            return;
        };
        let field = "state_of_charge";
        if let Some(battery) = asset.kind.battery() {
            let capacity = battery.energy_capacity;
            let rule = format!("between 0 and {capacity} MWh, the energy capacity");
            let within = Energy::ZERO <= stored && stored <= capacity;
            check.require(within, "soc_out_of_range", field, (&stored, &rule));
        } else {
            let rule = format!("absent: a {} asset stores no energy", asset.kind.code());
            check.require(false, "soc_not_applicable", field, (&stored, &rule));
        }
    }
}
