//! The WebSocket: prices for all who may see them, and one's own bids and jobs.
//!
//! The protocol is described in `docs/src/api/websocket.md`. One task serves one connection: it pulls from the
//! bus at the client's pace, so that a slow client holds up nobody. A message that the client does not
//! take within [`Limits::send`] ends the connection.

mod conversation;
mod limits;
mod line;
mod login;

pub use limits::{Limits, MAX_MESSAGE};

use crate::error::{ApiError, ApiResult};
use crate::extract::{ApiPath, ApiQuery, bearer, cookie};
use crate::middleware::RequestId;
use crate::state::AppState;
use axum::Extension;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::response::Response;
use axum::routing::get;
use conversation::{Conversation, Place, elsewhere};
use limits::MAX_READ;
use optibid_core::error::{Code, Error};
use optibid_core::event::Topic;
use optibid_core::market::MarketId;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The WebSocket routes, and the spellings under `/api/ws/ws` that older clients use.
pub fn router(limits: Limits) -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(market_socket))
        .routes(routes!(price_socket))
        .route("/api/ws/ws/market/{market}", get(market_socket))
        .route("/api/ws/ws/prices", get(price_socket))
        .layer(Extension(limits))
}

/// What the address of a WebSocket may say.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Address {
    /// An access token, for clients that cannot send a header.
    token: Option<String>,
    /// Topics to listen to at once, separated by commas.
    topics: Option<String>,
    /// The last sequence received.
    after: Option<u64>,
}

/// Prices of one market as they come.
///
/// An upgrade to a WebSocket; `docs/src/api/websocket.md` describes messages and close codes.
#[utoipa::path(
    get, path = "/api/ws/market/{market}", tag = "websocket", operation_id = "marketSocket",
    params(
        ("market" = String, Path, description = "The market, such as ERCOT"),
        ("token" = Option<String>, Query, description = "An access token, where no header can be sent"),
        ("topics" = Option<String>, Query, description = "Topics to listen to at once: market.prices"),
        ("after" = Option<u64>, Query, description = "The last sequence received, to resume after it"),
    ),
    security(("bearer" = []), ()),
    responses(
        (status = 101, description = "Switched to a WebSocket that carries ClientMessage and ServerMessage as JSON text"),
        (status = "default", description = "A problem", body = optibid_core::api::Problem, content_type = "application/problem+json"),
    ),
)]
async fn market_socket(
    State(state): State<AppState>,
    ApiPath(market): ApiPath<String>,
    request: Request,
) -> ApiResult<Response> {
    let known = MarketId::new(market.to_ascii_uppercase()).ok();
    let known = known.filter(|market| state.app.rules.markets().contains(market));
    let place = known.map_or(Place::Nowhere, Place::Market);
    request.upgrade(state, place)
}

/// Prices of all markets as they come; signed in, also one's own bids and jobs.
///
/// An upgrade to a WebSocket; `docs/src/api/websocket.md` describes messages and close codes.
#[utoipa::path(
    get, path = "/api/ws/prices", tag = "websocket", operation_id = "priceSocket",
    params(
        ("token" = Option<String>, Query, description = "An access token, where no header can be sent"),
        ("topics" = Option<String>, Query, description = "Topics to listen to at once: market.prices, market.alerts, bids.events, jobs.events"),
        ("after" = Option<u64>, Query, description = "The last sequence received, to resume after it"),
    ),
    security(("bearer" = []), ()),
    responses(
        (status = 101, description = "Switched to a WebSocket that carries ClientMessage and ServerMessage as JSON text"),
        (status = "default", description = "A problem", body = optibid_core::api::Problem, content_type = "application/problem+json"),
    ),
)]
async fn price_socket(State(state): State<AppState>, request: Request) -> ApiResult<Response> {
    request.upgrade(state, Place::Everywhere)
}

/// The parts of an upgrade request.
struct Request {
    address: Address,
    token: Option<String>,
    limits: Limits,
    id: Option<String>,
    upgrade: WebSocketUpgrade,
}

impl FromRequestParts<AppState> for Request {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> ApiResult<Self> {
        let ApiQuery(address) = ApiQuery::<Address>::from_request_parts(parts, state).await?;
        let upgrade = WebSocketUpgrade::from_request_parts(parts, state).await;
        let upgrade = upgrade.map_err(|rejection| {
            let text = rejection.body_text();
            ApiError::with_status(
                Error::field("upgrade", "Upgrade", "", text),
                rejection.status(),
            )
        })?;
        Ok(Self {
            token: match (bearer(&parts.headers), &address.token) {
                (Some(token), _) => Some(token.to_owned()),
                (None, Some(token)) => Some(token.clone()),
                (None, None) => cookie::access_token(&parts.headers)?.map(str::to_owned),
            },
            address,
            limits: parts
                .extensions
                .get::<Limits>()
                .copied()
                .unwrap_or_default(),
            id: parts.extensions.get::<RequestId>().map(|id| id.0.clone()),
            upgrade,
        })
    }
}

impl Request {
    fn upgrade(self, state: AppState, place: Place) -> ApiResult<Response> {
        if !state.config.websocket {
            return Err(Error::new(Code::NotFound, "WebSockets are switched off here").into());
        }
        let topics = topics(self.address.topics.as_deref())?;
        if let Place::Market(_) = place
            && let Some(other) = topics.iter().find(|topic| **topic != Topic::MarketPrices)
        {
            return Err(elsewhere(*other).into());
        }
        let conversation = Conversation {
            state,
            limits: self.limits,
            place,
            topics,
            after: self.address.after,
            token: self.token,
            request_id: self.id,
        };
        let upgrade = self
            .upgrade
            .max_message_size(MAX_READ)
            .max_frame_size(MAX_READ);
        Ok(upgrade.on_upgrade(|socket| conversation.run(socket)))
    }
}

/// The topics that an address names; prices where it names none.
fn topics(text: Option<&str>) -> ApiResult<Vec<Topic>> {
    let Some(text) = text else {
        return Ok(vec![Topic::MarketPrices]);
    };
    let named = |name: &str| {
        let found = Topic::ALL
            .into_iter()
            .find(|topic| topic.name() == name.trim());
        found.ok_or_else(|| {
            let known = Topic::ALL.map(Topic::name).join(", ");
            Error::field("unknown_topic", "topics", name, format!("one of {known}")).into()
        })
    };
    text.split(',').map(named).collect()
}
