use crate::app::SettleInput;
use crate::market::{DeliveryPeriod, LocationCode, MarketId, ProductId};
use crate::portfolio::{Award, Metered};
use crate::unit::Energy;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Metered energy of one settlement period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeteredRequest {
    /// The period.
    pub period: DeliveryPeriod,
    /// Energy at the meter; positive is injection.
    pub energy: Energy,
}

/// Settles a delivery day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettleRequest {
    /// The market.
    pub market: MarketId,
    /// The location.
    pub location: LocationCode,
    /// The delivery day.
    pub day: Date,
    /// The product that is the day-ahead leg.
    pub day_ahead: ProductId,
    /// The product whose prices settle the imbalance; absent settles no imbalance.
    #[serde(default)]
    pub real_time: Option<ProductId>,
    /// Metered energy; absent means that delivery was as awarded.
    #[serde(default)]
    pub metered: Option<Vec<MeteredRequest>>,
}

impl From<SettleRequest> for SettleInput {
    fn from(r: SettleRequest) -> Self {
        let metered = |m: MeteredRequest| Metered {
            period: m.period,
            energy: m.energy,
        };
        Self {
            market: r.market,
            location: r.location,
            day: r.day,
            day_ahead: r.day_ahead,
            real_time: r.real_time,
            metered: r.metered.map(|all| all.into_iter().map(metered).collect()),
        }
    }
}

/// The kind of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileFormat {
    /// Comma-separated values in UTF-8, one header row.
    #[default]
    Csv,
    /// A workbook with one sheet. Decimals are numbers where 15 digits hold them, which is what a spreadsheet keeps; else text.
    Xlsx,
}

impl FileFormat {
    /// The ending of a file's name.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// The media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// Which days are wanted as a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ExportParams {
    /// Only of this market.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub market: Option<MarketId>,
    /// First delivery day.
    pub from: Date,
    /// Last delivery day, at most 366 days later.
    pub to: Date,
    /// The kind of file; absent means CSV.
    #[param(inline)]
    #[serde(default)]
    pub format: FileFormat,
}

/// A part of the awards in order of start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AwardsView {
    /// The awards.
    pub items: Vec<Award>,
    /// Pass as `from` to read on; absent when the span is exhausted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_from: Option<Timestamp>,
}
