//! Places on the wire: GeoJSON (RFC 7946), and assets by distance.

use crate::app::{LocationalPrice, NearbyAsset};
use crate::asset::Asset;
use crate::market::{LocationCode, LocationKind, MarketId, ProductId};
use crate::unit::{Currency, Degrees, Place, Price};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The locations of a market as GeoJSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LocationCollection {
    /// Always `FeatureCollection`.
    #[serde(rename = "type")]
    #[schema(example = "FeatureCollection")]
    pub kind: String,
    /// One a location, in order of their codes.
    pub features: Vec<LocationFeature>,
}

/// A location as a feature of GeoJSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LocationFeature {
    /// Always `Feature`.
    #[serde(rename = "type")]
    #[schema(example = "Feature")]
    pub kind: String,
    /// The market's own code.
    pub id: LocationCode,
    /// Where it is; null where that is not known (RFC 7946, 3.2: an unlocated feature).
    pub geometry: Option<PointGeometry>,
    /// What it is, and its price.
    pub properties: LocationProperties,
}

/// A point of GeoJSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PointGeometry {
    /// Always `Point`.
    #[serde(rename = "type")]
    #[schema(example = "Point")]
    pub kind: String,
    /// Longitude, then latitude, in degrees.
    #[schema(value_type = Vec<f64>, min_items = 2, max_items = 2, example = json!([-97.74, 30.27]))]
    pub coordinates: [serde_json::Number; 2],
}

/// A location and its price: decimals as strings, null where there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LocationProperties {
    /// The market's own code.
    pub location: LocationCode,
    /// A name for people.
    pub name: String,
    /// What it stands for.
    pub kind: LocationKind,
    /// The product of the price.
    pub product: Option<ProductId>,
    /// The first instant of the period that the price holds for.
    pub start: Option<Timestamp>,
    /// The first instant after it.
    pub end: Option<Timestamp>,
    /// The price per MWh.
    pub price: Option<Price>,
    /// Its currency.
    pub currency: Option<Currency>,
    /// The energy part of the price, where it is published.
    pub energy: Option<Price>,
    /// The congestion part.
    pub congestion: Option<Price>,
    /// The loss part.
    pub loss: Option<Price>,
    /// The greenhouse-gas part; zero in markets that have none.
    pub greenhouse_gas: Option<Price>,
    /// When it became known.
    pub known_at: Option<Timestamp>,
}

impl LocationCollection {
    /// Of locations with their prices; `currency` tells that of a product.
    pub fn new(
        prices: Vec<LocationalPrice>,
        currency: impl Fn(&MarketId, &ProductId) -> Option<Currency>,
    ) -> Self {
        let feature = |LocationalPrice { location, price }: LocationalPrice| {
            let place = Place::of(location.latitude, location.longitude);
            let price = price.as_ref();
            let parts = price.and_then(|p| p.components.as_ref());
            LocationFeature {
                kind: "Feature".to_owned(),
                id: location.code.clone(),
                geometry: place.map(PointGeometry::of),
                properties: LocationProperties {
                    location: location.code,
                    name: location.name,
                    kind: location.kind,
                    product: price.map(|p| p.product.clone()),
                    start: price.map(|p| p.period.start()),
                    end: price.map(|p| p.period.end()),
                    price: price.map(|p| p.price),
                    currency: price.and_then(|p| currency(&p.market, &p.product)),
                    energy: parts.map(|p| p.energy),
                    congestion: parts.map(|p| p.congestion),
                    loss: parts.map(|p| p.loss),
                    greenhouse_gas: parts.map(|p| p.greenhouse_gas),
                    known_at: price.map(|p| p.known_at),
                },
            }
        };
        Self {
            kind: "FeatureCollection".to_owned(),
            features: prices.into_iter().map(feature).collect(),
        }
    }
}

impl PointGeometry {
    fn of(place: Place) -> Self {
        let number = |degrees: Degrees| degrees.to_string().parse().unwrap_or_else(|_| 0.into());
        Self {
            kind: "Point".to_owned(),
            coordinates: [number(place.longitude), number(place.latitude)],
        }
    }
}

/// Which prices are wanted by location.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LocationalParams {
    /// The product; absent means whichever is the newest at each location.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<ProductId>,
    /// The prices that hold at this instant; absent means the newest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
}

/// A place, and how far from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NearbyParams {
    /// Degrees north of the equator, -90 to 90.
    pub latitude: Degrees,
    /// Degrees east of Greenwich, -180 to 180.
    pub longitude: Degrees,
    /// Within so many kilometres: 1 to 20,000; 100 where absent.
    #[serde(default = "usual_radius")]
    pub radius_km: u32,
}

const fn usual_radius() -> u32 {
    100
}

/// An asset and how far it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NearbyAssetView {
    /// The asset.
    pub asset: Asset,
    /// The way along the surface in kilometres, to the metre.
    #[schema(example = "12.345")]
    pub distance_km: String,
}

impl From<NearbyAsset> for NearbyAssetView {
    fn from(near: NearbyAsset) -> Self {
        let metres = near.metres;
        Self {
            asset: near.asset,
            distance_km: format!("{}.{:03}", metres / 1_000, metres % 1_000),
        }
    }
}
