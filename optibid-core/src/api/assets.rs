use crate::asset::{Availability, Telemetry};
use crate::id::AssetId;
use crate::unit::{Energy, Power, Ratio};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What was measured at one instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SampleRequest {
    /// When it was measured.
    pub at: Timestamp,
    /// Power at the grid connection; positive is injection.
    pub power: Power,
    /// Stored energy, of a battery.
    #[serde(default)]
    pub state_of_charge: Option<Energy>,
    /// Whether the asset reported itself available.
    #[serde(default)]
    pub available: Option<bool>,
    /// Where the sample comes from: a gateway, a file, a person.
    pub source: String,
}

/// Records telemetry of one asset: all samples or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TelemetryRequest {
    /// The samples; one for an instant that has one replaces it.
    pub samples: Vec<SampleRequest>,
}

impl TelemetryRequest {
    /// The samples as those of an asset.
    #[must_use]
    pub fn of(self, asset: AssetId) -> Vec<Telemetry> {
        let sample = |s: SampleRequest| Telemetry {
            asset,
            at: s.at,
            power: s.power,
            state_of_charge: s.state_of_charge,
            available: s.available,
            source: s.source,
        };
        self.samples.into_iter().map(sample).collect()
    }
}

/// What recording telemetry did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TelemetryReport {
    /// Samples received.
    pub received: u64,
    /// Samples for an instant that had none; the others replaced one.
    pub inserted: u64,
}

/// A part of an asset's telemetry in order of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TelemetryView {
    /// The samples.
    pub items: Vec<Telemetry>,
    /// Pass as `from` to read on; absent when the span is exhausted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_from: Option<Timestamp>,
}

/// What was measured last at an asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LatestTelemetryView {
    /// The sample; absent when nothing was ever measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<Telemetry>,
}

/// An outage or derating: in `[from, until)` the asset has at most `limit` of its power limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WindowRequest {
    /// First instant.
    pub from: Timestamp,
    /// First instant after.
    pub until: Timestamp,
    /// Share of both power limits that is there, 0 to 1.
    pub limit: Ratio,
    /// Why, in words.
    pub reason: String,
}

/// Replaces the availability windows of an asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AvailabilityRequest {
    /// All windows; outside of them all of the asset is there.
    pub windows: Vec<WindowRequest>,
}

impl AvailabilityRequest {
    /// The windows as those of an asset.
    #[must_use]
    pub fn of(self, asset: AssetId) -> Vec<Availability> {
        let window = |w: WindowRequest| Availability {
            asset,
            from: w.from,
            until: w.until,
            limit: w.limit,
            reason: w.reason,
        };
        self.windows.into_iter().map(window).collect()
    }
}

/// The availability windows of an asset in order of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AvailabilityView {
    /// The windows.
    pub windows: Vec<Availability>,
}
