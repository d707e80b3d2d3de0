//! Webhooks that are told of alarms, and what became of each message.

use super::paging::{cursor, page};
use crate::error::{ApiResult, Problems};
use crate::extract::{ApiJson, ApiPath, ApiQuery, Caller, etag, precondition, required_if_match};
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use optibid_core::api::{AlertRouteSecretView, AlertRouteView, DeliveryView, ListParams, ListView};
use optibid_core::app::Versioned;
use optibid_core::id::{AlertRouteId, DeliveryId};
use optibid_core::ports::Page;
use optibid_core::webhook::{AlertRouteContent, RouteRecord};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes under `/api/alert-routes`.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(create, list))
        .routes(routes!(read, edit, remove))
        .routes(routes!(test))
        .routes(routes!(rotate))
        .routes(routes!(deliveries))
        .routes(routes!(replay))
}

fn answer(record: RouteRecord) -> impl IntoResponse {
    let version = record.route.version;
    (etag(version), Json(AlertRouteView::from(record)))
}

/// Makes a route. The answer shows the secret that its messages are signed with, once.
#[utoipa::path(
    post, path = "/api/alert-routes", tag = "alerts", operation_id = "createAlertRoute",
    security(("bearer" = [])),
    request_body(content = AlertRouteContent, example = json!({
        "name": "control room", "url": "https://hooks.example.com/optibid", "severity_at_least": "warning",
    })),
    responses((status = 201, description = "Made", body = AlertRouteSecretView), Problems),
)]
async fn create(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiJson(content): ApiJson<AlertRouteContent>,
) -> ApiResult<impl IntoResponse> {
    let made = state.app.create_alert_route(&caller, content).await?;
    let made = AlertRouteSecretView::from(made);
    let location = [(
        header::LOCATION,
        format!("/api/alert-routes/{}", made.route.id),
    )];
    let etag = etag(made.route.version);
    Ok((StatusCode::CREATED, location, etag, Json(made)))
}

/// The organisation's routes, the newest first.
#[utoipa::path(
    get, path = "/api/alert-routes", tag = "alerts", operation_id = "listAlertRoutes",
    security(("bearer" = [])),
    params(ListParams),
    responses((status = 200, description = "A part of the list", body = ListView<AlertRouteView>), Problems),
)]
async fn list(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiQuery(params): ApiQuery<ListParams>,
) -> ApiResult<Json<ListView<AlertRouteView>>> {
    let page = page(params.limit, params.after)?;
    let listed: Page<_> = state
        .app
        .alert_routes(&caller, &page)
        .await
        .map_err(cursor)?;
    Ok(Json(listed.map(AlertRouteView::from).into()))
}

/// One route, and how its last delivery went.
#[utoipa::path(
    get, path = "/api/alert-routes/{id}", tag = "alerts", operation_id = "getAlertRoute",
    security(("bearer" = [])),
    params(("id" = AlertRouteId, Path, description = "The route")),
    responses((status = 200, description = "The route, with its version as ETag", body = AlertRouteView), Problems),
)]
async fn read(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiPath(id): ApiPath<AlertRouteId>,
) -> ApiResult<impl IntoResponse> {
    Ok(answer(state.app.alert_route(&caller, id).await?))
}

/// Changes a route. What waits to be sent goes to the new address.
#[utoipa::path(
    put, path = "/api/alert-routes/{id}", tag = "alerts", operation_id = "editAlertRoute",
    security(("bearer" = [])),
    params(
        ("id" = AlertRouteId, Path, description = "The route"),
        ("If-Match" = String, Header, description = "The ETag of the version that was changed"),
    ),
    request_body = AlertRouteContent,
    responses((status = 200, description = "Changed", body = AlertRouteView), Problems),
)]
async fn edit(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiPath(id): ApiPath<AlertRouteId>,
    headers: HeaderMap,
    ApiJson(value): ApiJson<AlertRouteContent>,
) -> ApiResult<impl IntoResponse> {
    let change = Versioned {
        expected: required_if_match(&headers)?,
        value,
    };
    let edited = state.app.edit_alert_route(&caller, id, change).await;
    Ok(answer(edited.map_err(precondition)?))
}

/// Removes a route with its deliveries; what waits is not sent any more.
#[utoipa::path(
    delete, path = "/api/alert-routes/{id}", tag = "alerts", operation_id = "removeAlertRoute",
    security(("bearer" = [])),
    params(("id" = AlertRouteId, Path, description = "The route")),
    responses((status = 204, description = "Removed"), Problems),
)]
async fn remove(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiPath(id): ApiPath<AlertRouteId>,
) -> ApiResult<StatusCode> {
    state.app.remove_alert_route(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends a signed test message now, once, and answers with how it went.
#[utoipa::path(
    post, path = "/api/alert-routes/{id}/test", tag = "alerts", operation_id = "testAlertRoute",
    security(("bearer" = [])),
    params(("id" = AlertRouteId, Path, description = "The route")),
    responses((status = 200, description = "How it went", body = DeliveryView), Problems),
)]
async fn test(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiPath(id): ApiPath<AlertRouteId>,
) -> ApiResult<Json<DeliveryView>> {
    let delivery = state.app.test_alert_route(&caller, id).await?;
    Ok(Json(delivery.into()))
}

/// Gives a route another secret, shown once. For a day messages are signed with the one before as well.
#[utoipa::path(
    post, path = "/api/alert-routes/{id}/rotate-secret", tag = "alerts", operation_id = "rotateAlertRouteSecret",
    security(("bearer" = [])),
    params(("id" = AlertRouteId, Path, description = "The route")),
    responses((status = 200, description = "The new secret", body = AlertRouteSecretView), Problems),
)]
async fn rotate(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiPath(id): ApiPath<AlertRouteId>,
) -> ApiResult<impl IntoResponse> {
    let rotated = state.app.rotate_alert_route_secret(&caller, id).await?;
    let rotated = AlertRouteSecretView::from(rotated);
    Ok((etag(rotated.route.version), Json(rotated)))
}

/// Messages to a route, the newest first, each with its last attempt; kept for 30 days.
#[utoipa::path(
    get, path = "/api/alert-routes/{id}/deliveries", tag = "alerts", operation_id = "listDeliveries",
    security(("bearer" = [])),
    params(("id" = AlertRouteId, Path, description = "The route"), ListParams),
    responses((status = 200, description = "A part of the list", body = ListView<DeliveryView>), Problems),
)]
async fn deliveries(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiPath(id): ApiPath<AlertRouteId>,
    ApiQuery(params): ApiQuery<ListParams>,
) -> ApiResult<Json<ListView<DeliveryView>>> {
    let page = page(params.limit, params.after)?;
    let listed = state.app.deliveries(&caller, id, &page).await;
    Ok(Json(listed.map_err(cursor)?.map(DeliveryView::from).into()))
}

/// Sends a message again under the same id, with all its attempts anew; one that waits is due now.
#[utoipa::path(
    post, path = "/api/alert-routes/{id}/deliveries/{delivery}/replay", tag = "alerts", operation_id = "replayDelivery",
    security(("bearer" = [])),
    params(
        ("id" = AlertRouteId, Path, description = "The route"),
        ("delivery" = DeliveryId, Path, description = "The message"),
    ),
    responses((status = 202, description = "Due now", body = DeliveryView), Problems),
)]
async fn replay(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiPath(ids): ApiPath<(AlertRouteId, DeliveryId)>,
) -> ApiResult<(StatusCode, Json<DeliveryView>)> {
    let delivery = state.app.replay_delivery(&caller, ids).await?;
    Ok((StatusCode::ACCEPTED, Json(delivery.into())))
}
