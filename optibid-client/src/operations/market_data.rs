//! Prices.

use crate::methods::operations;
use bytes::Bytes;
use optibid_core::api::{
    FigureParams, HistoryParams, HistoryView, ImportParams, ImportView, LatestParams, ListView,
    PriceView, SummaryView,
};

operations! {
    /// The latest price of every matching series.
    "latestPrices" GET "/api/market-data/latest"
    latest_prices(params: &LatestParams) -> ListView<PriceView> = from_json, query(params);

    /// Prices of a series in order of start.
    "priceHistory" GET "/api/market-data/history"
    price_history(params: &HistoryParams) -> HistoryView = from_json, query(params);

    /// Figures over a span of a series.
    "priceSummary" GET "/api/market-data/summary"
    price_summary(params: &FigureParams) -> SummaryView = from_json, query(params);

    /// Prices of a series as a file that the import reads back.
    "exportPrices" GET "/api/market-data/export"
    export_prices(params: &FigureParams) -> String = from_text, query(params);

    /// Imports a price file, plain or gzip: all of its prices or none.
    "importPrices" POST "/api/market-data/import"
    import_prices(file: impl Into<Bytes>, params: &ImportParams) -> ImportView = from_json,
    csv(file.into()), query(params);
}
