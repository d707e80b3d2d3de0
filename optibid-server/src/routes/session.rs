//! The session of a browser: signed in by cookies that no script can read.
//!
//! These addresses are the page's own and not part of the described API: programs sign in under `/api/auth` and send a bearer token.

use crate::error::ApiResult;
use crate::extract::{ApiJson, cookie};
use crate::middleware::RequestId;
use crate::state::AppState;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Extension, Json, Router};
use jiff::Timestamp;
use optibid_core::api::{LoginRequest, MeView, RegisterRequest};
use optibid_core::app::SignedIn;
use optibid_core::error::{Code, Error};
use serde::Serialize;

/// The routes under `/api/session`.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/api/session", post(sign_in).delete(sign_out))
        .route("/api/session/register", post(register))
        .route("/api/session/renew", post(renew))
}

/// Who is signed in, and for how long. The tokens are in the cookies alone.
#[derive(Debug, Serialize)]
struct SessionView {
    #[serde(flatten)]
    me: MeView,
    /// When the access token ends; `POST /api/session/renew` before that.
    expires_at: Timestamp,
    /// When the session ends for good.
    session_expires_at: Timestamp,
}

async fn sign_in(
    State(state): State<AppState>,
    headers: HeaderMap,
    ApiJson(body): ApiJson<LoginRequest>,
) -> ApiResult<Response> {
    cookie::check_own_page(&headers)?;
    Ok(opened(&state, state.app.login(body.into()).await?))
}

async fn register(
    State(state): State<AppState>,
    headers: HeaderMap,
    ApiJson(body): ApiJson<RegisterRequest>,
) -> ApiResult<Response> {
    cookie::check_own_page(&headers)?;
    Ok(opened(&state, state.app.register(body.into()).await?))
}

/// Exchanges the refresh token of the cookie; one that is no longer good is forgotten.
async fn renew(State(state): State<AppState>, headers: HeaderMap) -> ApiResult<Response> {
    let missing = || Error::new(Code::Unauthenticated, "no session: sign in");
    let token = cookie::refresh_token(&headers)?.ok_or_else(missing)?;
    Ok(opened(&state, state.app.refresh(token).await?))
}

/// Ends the session, also when its access token has run out, and forgets it in the browser.
async fn sign_out(
    State(state): State<AppState>,
    Extension(request): Extension<RequestId>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let id = Some(request.0);
    let access = match cookie::access_token(&headers)? {
        Some(token) => state.app.authenticate(token, id.clone()).await.ok(),
        None => None,
    };
    let who = match (access, cookie::refresh_token(&headers)?) {
        (Some(who), _) => Some(who),
        (None, Some(token)) => match state.app.refresh(token).await {
            Ok(renewed) => state.app.authenticate(&renewed.access_token, id).await.ok(),
            Err(_) => None,
        },
        (None, None) => None,
    };
    if let Some(who) = who {
        state.app.logout(&who).await?;
    }
    Ok(with_cookies(StatusCode::NO_CONTENT, cookie::forget()))
}

fn opened(state: &AppState, signed_in: SignedIn) -> Response {
    let cookies = cookie::set(&signed_in, state.app.environment.clock.now());
    let view = SessionView {
        expires_at: signed_in.access_expires_at,
        session_expires_at: signed_in.session_expires_at,
        me: MeView {
            user: signed_in.user.into(),
            organisation: signed_in.org,
        },
    };
    with_cookies(Json(view), cookies)
}

fn with_cookies(answer: impl IntoResponse, cookies: Vec<HeaderValue>) -> Response {
    let mut response = answer.into_response();
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
