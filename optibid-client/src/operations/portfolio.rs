//! Awards, positions, settlements, profit and loss.

use crate::methods::operations;
use bytes::Bytes;
use optibid_core::api::{
    AwardParams, AwardsView, ExportParams, ListView, PositionParams, ProfitParams, SettleRequest,
    SettlementParams,
};
use optibid_core::id::SettlementId;
use optibid_core::portfolio::{Position, ProfitAndLoss, SettlementStatement};

operations! {
    /// Awards in order of start.
    "listAwards" GET "/api/awards"
    list_awards(params: &AwardParams) -> AwardsView = from_json, query(params);

    /// Net positions by market, product, location and period.
    "listPositions" GET "/api/positions"
    list_positions(params: &PositionParams) -> ListView<Position> = from_json, query(params);

    /// Settlement statements, the latest first.
    "listSettlements" GET "/api/settlements"
    list_settlements(params: &SettlementParams) -> ListView<SettlementStatement> = from_json,
    query(params);

    /// Settles a delivery day of a location.
    "settleDay" POST "/api/settlements"
    settle_day(request: &SettleRequest) -> SettlementStatement = from_json, json(request);

    /// One settlement statement.
    "getSettlement" GET "/api/settlements/{id}"
    get_settlement(id: SettlementId) -> SettlementStatement = from_json, path("id", id);

    /// Settlement statements line by line as a file.
    "exportSettlements" GET "/api/settlements/export"
    export_settlements(params: &ExportParams) -> Bytes = from_bytes, query(params);

    /// Profit and loss day by day as a file.
    "exportProfitAndLoss" GET "/api/pnl/export"
    export_profit_and_loss(params: &ExportParams) -> Bytes = from_bytes, query(params);

    /// Profit and loss of the days, each beside perfect foresight.
    "profitAndLoss" GET "/api/pnl"
    profit_and_loss(params: &ProfitParams) -> ListView<ProfitAndLoss> = from_json, query(params);
}
