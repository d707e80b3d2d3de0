//! Markets, their rules and their days.

use crate::methods::operations;
use jiff::civil::Date;
use optibid_core::api::{
    DayView, ListView, LocationCollection, LocationalParams, MarketView, ProductView, RuleParams,
};
use optibid_core::market::{Location, MarketId, ProductId};

operations! {
    /// All markets with the rules of today.
    "listMarkets" GET "/api/markets" list_markets() -> ListView<MarketView> = from_json;

    /// One market.
    "getMarket" GET "/api/markets/{market}"
    get_market(market: &MarketId) -> MarketView = from_json, path("market", market);

    /// Hubs, zones and nodes of a market that are known by name.
    "marketLocations" GET "/api/markets/{market}/locations"
    market_locations(market: &MarketId) -> ListView<Location> = from_json, path("market", market);

    /// The rules of a product on a day.
    "marketRules" GET "/api/markets/{market}/rules"
    market_rules(market: &MarketId, params: &RuleParams) -> ProductView = from_json,
    path("market", market), query(params);

    /// The periods and gates of a delivery day.
    "deliveryDay" GET "/api/markets/{market}/products/{product}/days/{day}"
    delivery_day(market: &MarketId, product: &ProductId, day: Date) -> DayView = from_json,
    path("market", market), path("product", product), path("day", day);

    /// The locations of a market with their prices as GeoJSON.
    "marketGeojson" GET "/api/markets/{market}/geojson"
    market_geojson(market: &MarketId, params: &LocationalParams) -> LocationCollection = from_json,
    path("market", market), query(params);
}
