//! The HTTP face without a socket.

use crate::middleware::{around, known_host};
use crate::prose::plain;
use crate::routes;
use crate::socket::{self, Limits};
use crate::state::AppState;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, Method};
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::cors::CorsLayer;
use tower_http::limit::RequestBodyLimitLayer;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;

/// Largest body of a request: a year of quarter-hour prices as CSV fits.
pub const MAX_BODY: usize = 8 * 1024 * 1024;

/// The description of the API; the routes add their operations.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "OptiBid",
        description = "From price to profit: market data, forecasts, schedules, bids, awards, settlement.",
        license(name = "MIT OR Apache-2.0"),
    ),
    tags(
        (name = "auth", description = "Sign in and out, one's own name, password and sessions"),
        (name = "users", description = "The organisation, its users and what roles permit"),
        (name = "markets", description = "Markets, rules, locations, delivery days"),
        (name = "market data", description = "Prices in and out"),
        (name = "assets", description = "Batteries, plants and loads"),
        (name = "forecasts", description = "Price forecasts"),
        (name = "optimisations", description = "Schedules and offer curves"),
        (name = "bids", description = "From draft to award"),
        (name = "portfolio", description = "Awards, positions, settlements, profit and loss"),
        (name = "backtests", description = "The bid cycle over past days"),
        (name = "jobs", description = "Long work"),
        (name = "alerts", description = "What is watched, alarms, acknowledging and shelving, webhooks that are told"),
        (name = "audit", description = "Who did what when"),
        (name = "websocket", description = "Prices, alarms, bids and jobs as they change"),
        (name = "operations", description = "Health, metrics, maintenance"),
    ),
    components(schemas(
        optibid_core::api::Problem,
        optibid_core::api::ClientMessage,
        optibid_core::api::ServerMessage,
    )),
    modifiers(&BearerScheme),
)]
struct Description;

/// Names the way of signing requests.
struct BearerScheme;

impl Modify for BearerScheme {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .build();
        let components = api.components.get_or_insert_with(Default::default);
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    }
}

/// All routes with their description.
pub fn api() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(Description::openapi())
        .merge(routes::auth::router())
        .merge(routes::account::router())
        .merge(routes::users::router())
        .merge(routes::organisation::router())
        .merge(routes::markets::router())
        .merge(routes::market_data::router().layer(packed()))
        .merge(routes::assets::router())
        .merge(routes::forecasts::router())
        .merge(routes::optimisations::router())
        .merge(routes::bids::router())
        .merge(routes::portfolio::router().layer(packed()))
        .merge(routes::backtests::router().layer(packed()))
        .merge(routes::jobs::router().layer(packed()))
        .merge(routes::alerts::router())
        .merge(routes::alert_routes::router())
        .merge(routes::audit::router())
        .merge(routes::maintenance::router())
        .merge(routes::health::router())
        .merge(socket::router(Limits::default()))
}

/// Long answers are packed for whoever takes that: a year of quarter-hour prices is 9 MB of JSON. Only where answers hold no
/// secret: the size of a packed answer tells of what is in it.
fn packed() -> CompressionLayer {
    CompressionLayer::new()
        .gzip(true)
        .quality(CompressionLevel::Fastest)
}

/// The whole HTTP face.
pub fn router(state: AppState) -> Router {
    let (router, description) = api().split_for_parts();
    let router = router
        .merge(routes::docs::router(plain(&description)))
        .merge(routes::session::router())
        .fallback(routes::page::serve);
    finish(router, state)
}

/// WebSocket routes alone: what a second port serves.
pub fn socket_router(state: AppState) -> Router {
    let (router, _) = socket::router(Limits::default()).split_for_parts();
    finish(router, state)
}

/// The description of the API as it is served: `OpenAPI` 3.1.
#[must_use]
pub fn description() -> serde_json::Value {
    plain(&api().into_openapi())
}

/// Puts the layers around all routes, the outermost last.
fn finish(router: Router<AppState>, state: AppState) -> Router {
    let config = state.config.clone();
    let router = router
        .layer(CatchPanicLayer::new())
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(RequestBodyLimitLayer::new(MAX_BODY))
        .layer(axum::middleware::from_fn_with_state(
            state.clone(),
            known_host,
        ));
    let router = match cross_origin(&config.cors_origins) {
        Some(layer) => router.layer(layer),
        None => router,
    };
    router
        .layer(axum::middleware::from_fn(around))
        .with_state(state)
}

/// Lets pages of the configured origins call; none are configured by default.
fn cross_origin(origins: &[String]) -> Option<CorsLayer> {
    let origins: Vec<HeaderValue> = origins.iter().filter_map(|o| o.parse().ok()).collect();
    if origins.is_empty() {
        return None;
    }
    let methods = [Method::GET, Method::POST, Method::PUT, Method::DELETE];
    let sent = [
        "authorization",
        "content-type",
        "idempotency-key",
        "if-match",
        "x-request-id",
    ];
    let layer = CorsLayer::new()
        .allow_origin(origins)
        .allow_methods(methods)
        .allow_headers(sent.map(HeaderName::from_static))
        .expose_headers(["etag", "location", "x-request-id"].map(HeaderName::from_static));
    Some(layer)
}
