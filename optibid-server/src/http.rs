//! The HTTP face without a socket.

use crate::middleware::around;
use crate::routes;
use crate::state::AppState;
use axum::Router;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use utoipa::OpenApi;
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
    tags((name = "auth", description = "Sign in and out")),
)]
struct Description;

/// All routes with their description.
pub fn api() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(Description::openapi()).merge(routes::auth::router())
}

/// The whole HTTP face.
pub fn router(state: AppState) -> Router {
    let (router, _) = api().split_for_parts();
    router
        .layer(CatchPanicLayer::new())
        .layer(RequestBodyLimitLayer::new(MAX_BODY))
        .layer(axum::middleware::from_fn(around))
        .with_state(state)
}
