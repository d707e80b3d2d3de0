//! Where things are: prices by location, and assets near a place.

use super::App;
use crate::asset::Asset;
use crate::auth::{Permission, Principal};
use crate::error::{Error, Result};
use crate::market::{Location, LocationKind, MarketId, PriceObservation, ProductId};
use crate::ports::{LatestQuery, PageRequest};
use crate::unit::{Degrees, Place};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Most locations with a price that are looked at: PJM has some 12,000.
const MOST_LOCATIONS: u32 = 20_000;
/// Assets that are read at a time.
const ASSETS: u32 = 500;

/// Which prices are wanted by location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocationalInput {
    /// The market.
    pub market: MarketId,
    /// The product; absent means whichever is the newest at each location.
    pub product: Option<ProductId>,
    /// The prices of the periods that this instant is in; absent means the newest.
    pub at: Option<Timestamp>,
}

/// A location and its price, where there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocationalPrice {
    /// The location.
    pub location: Location,
    /// The price.
    pub price: Option<PriceObservation>,
}

/// An asset and how far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearbyAsset {
    /// The asset.
    pub asset: Asset,
    /// The way along the surface in metres.
    pub metres: u32,
}

impl App {
    /// The locations of a market, listed ones and those that have a price, each with its price: in order of their codes.
    ///
    /// # Errors
    /// When the market or the product is not known.
    pub async fn locational_prices(
        &self,
        who: &Principal,
        input: LocationalInput,
    ) -> Result<Vec<LocationalPrice>> {
        who.require(Permission::ReadMarketData)?;
        let listed = self.market_locations(&input.market)?;
        if let Some(product) = &input.product {
            self.price_terms(&input.market, product)?;
        }
        let query = LatestQuery {
            org: Some(who.org),
            market: Some(input.market.clone()),
            product: input.product,
            location: None,
            until: input.at,
            limit: MOST_LOCATIONS,
        };
        let mut found: BTreeMap<_, _> = listed
            .into_iter()
            .map(|location| (location.code.clone(), LocationalPrice::bare(location)))
            .collect();
        for price in self.stores.prices.latest_prices(&query).await? {
            let place = found.entry(price.location.clone());
            let place = place.or_insert_with(|| LocationalPrice::bare(unlisted(&price)));
            // Where the last price has ended, there is none now; the place is known all the same.
            if input.at.is_some_and(|at| !price.period.contains(at)) {
                continue;
            }
            let newer = |kept: &PriceObservation| price.period.start() > kept.period.start();
            if place.price.as_ref().is_none_or(newer) {
                place.price = Some(price);
            }
        }
        Ok(found.into_values().collect())
    }

    /// The organisation's assets within so many metres of a place, the nearest first. Assets without coordinates are nowhere.
    ///
    /// # Errors
    /// When the place is not on the earth.
    pub async fn nearby_assets(
        &self,
        who: &Principal,
        (place, metres): (Place, u32),
    ) -> Result<Vec<NearbyAsset>> {
        who.require(Permission::ReadAssets)?;
        within("latitude", place.latitude, 90)?;
        within("longitude", place.longitude, 180)?;
        let mut page = PageRequest {
            limit: ASSETS,
            after: None,
        };
        let mut near = Vec::new();
        loop {
            let part = self.stores.assets.assets(who.org, &page).await?;
            near.extend(part.items.into_iter().filter_map(|asset| {
                let at = Place::of(asset.latitude, asset.longitude)?;
                let metres = place.metres_to(at);
                Some(NearbyAsset { asset, metres })
            }));
            if part.next.is_none() {
                break;
            }
            page.after = part.next;
        }
        near.retain(|asset| asset.metres <= metres);
        near.sort_by_key(|asset| (asset.metres, asset.asset.id));
        Ok(near)
    }
}

impl LocationalPrice {
    const fn bare(location: Location) -> Self {
        Self {
            location,
            price: None,
        }
    }
}

/// A location that the list does not have: most often a node.
fn unlisted(price: &PriceObservation) -> Location {
    Location {
        market: price.market.clone(),
        code: price.location.clone(),
        kind: LocationKind::Node,
        name: price.location.to_string(),
        latitude: None,
        longitude: None,
    }
}

fn within(field: &str, value: Degrees, most: i64) -> Result<()> {
    if value.e7().abs() <= most * 10_000_000 {
        return Ok(());
    }
    let rule = format!("must be from -{most} to {most}");
    Err(Error::field("out_of_range", field, value, rule))
}
