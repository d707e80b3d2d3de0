//! Draft, check, edit, submit, withdraw and follow bids.

use super::headers::{OptionalKey, OptionalMatch};
use super::paging::{cursor, page};
use crate::error::{ApiResult, Problems};
use crate::extract::{
    ApiJson, ApiPath, ApiQuery, Caller, MaybeJson, etag, if_match, key, precondition,
    required_if_match, required_key,
};
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use optibid_core::api::{BidDraft, BidParams, BidView, DraftParams, ListView, WithdrawRequest};
use optibid_core::app::DraftMode;
use optibid_core::bid::{BidContent, BidEvent, Validation};
use optibid_core::id::BidId;
use optibid_core::ports::BidQuery;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes under `/api/bids`.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(create, list))
        .routes(routes!(check))
        .routes(routes!(read, edit))
        .routes(routes!(validate))
        .routes(routes!(submit))
        .routes(routes!(withdraw))
        .routes(routes!(refresh))
        .routes(routes!(history))
}

const fn mode(params: &DraftParams) -> DraftMode {
    if params.draft {
        DraftMode::KeepInvalid
    } else {
        DraftMode::Strict
    }
}

fn answer(view: BidView) -> impl IntoResponse {
    (etag(view.version), Json(view))
}

/// Drafts a bid: refused with every rule it breaks, unless `draft=true` keeps it as it is.
#[utoipa::path(
    post, path = "/api/bids", tag = "bids", operation_id = "createBid",
    security(("bearer" = [])),
    params(
        DraftParams,
        ("Idempotency-Key" = String, Header, description = "A key of your own; the same one on a repeat"),
    ),
    request_body = BidDraft,
    responses((status = 201, description = "Drafted", body = BidView), Problems),
)]
async fn create(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiQuery(params): ApiQuery<DraftParams>,
    headers: HeaderMap,
    ApiJson(draft): ApiJson<BidDraft>,
) -> ApiResult<impl IntoResponse> {
    let key = required_key(&headers, &(params.draft, &draft))?;
    let content = BidContent::try_from(draft)?;
    let drafted = state
        .app
        .draft_bid(&caller, content, mode(&params), &key)
        .await?;
    let location = [(header::LOCATION, format!("/api/bids/{}", drafted.bid.id()))];
    Ok((StatusCode::CREATED, location, answer(drafted.into())))
}

/// The organisation's bids, the newest first.
#[utoipa::path(
    get, path = "/api/bids", tag = "bids", operation_id = "listBids",
    security(("bearer" = [])),
    params(BidParams),
    responses((status = 200, description = "A part of the list", body = ListView<BidView>), Problems),
)]
async fn list(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiQuery(params): ApiQuery<BidParams>,
) -> ApiResult<Json<ListView<BidView>>> {
    let query = BidQuery {
        market: params.market,
        product: params.product,
        delivery_day: params.day,
        states: params.state,
        page: page(params.limit, params.after)?,
    };
    let bids = state.app.bids(&caller, &query).await.map_err(cursor)?;
    Ok(Json(bids.map(BidView::from).into()))
}

/// Checks content against the venue's rules without storing it.
#[utoipa::path(
    post, path = "/api/bids/validate", tag = "bids", operation_id = "checkBid",
    security(("bearer" = [])),
    request_body = BidDraft,
    responses((status = 200, description = "All findings", body = Validation), Problems),
)]
async fn check(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiJson(draft): ApiJson<BidDraft>,
) -> ApiResult<Json<Validation>> {
    let content = BidContent::try_from(draft)?;
    Ok(Json(state.app.check_bid(&caller, &content).await?))
}

/// The bid.
#[utoipa::path(
    get, path = "/api/bids/{id}", tag = "bids", operation_id = "getBid",
    security(("bearer" = [])),
    params(("id" = BidId, Path, description = "The bid")),
    responses((status = 200, description = "The bid, with its version as ETag", body = BidView), Problems),
)]
async fn read(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiPath(id): ApiPath<BidId>,
) -> ApiResult<impl IntoResponse> {
    Ok(answer(state.app.bid(&caller, id).await?.into()))
}

/// Replaces the content of a bid that is not at the venue; it is a draft again.
#[utoipa::path(
    put, path = "/api/bids/{id}", tag = "bids", operation_id = "editBid",
    security(("bearer" = [])),
    params(
        ("id" = BidId, Path, description = "The bid"),
        DraftParams,
        ("If-Match" = String, Header, description = "The ETag of the version that was changed"),
    ),
    request_body = BidDraft,
    responses((status = 200, description = "Edited", body = BidView), Problems),
)]
async fn edit(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiPath(id): ApiPath<BidId>,
    how: (ApiQuery<DraftParams>, HeaderMap),
    ApiJson(draft): ApiJson<BidDraft>,
) -> ApiResult<impl IntoResponse> {
    let (ApiQuery(params), headers) = how;
    let expected = required_if_match(&headers)?;
    let content = BidContent::try_from(draft)?;
    let edited = state
        .app
        .edit_bid(&caller, (id, expected), content, mode(&params))
        .await;
    Ok(answer(edited.map_err(precondition)?.into()))
}

/// Checks a draft against the venue's rules and marks it as validated.
#[utoipa::path(
    post, path = "/api/bids/{id}/validate", tag = "bids", operation_id = "validateBid",
    security(("bearer" = [])),
    params(("id" = BidId, Path, description = "The bid")),
    responses((status = 200, description = "Validated", body = BidView), Problems),
)]
async fn validate(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiPath(id): ApiPath<BidId>,
) -> ApiResult<impl IntoResponse> {
    Ok(answer(state.app.validate_bid(&caller, id).await?.into()))
}

/// Validates a bid again and hands it to its venue.
#[utoipa::path(
    post, path = "/api/bids/{id}/submit", tag = "bids", operation_id = "submitBid",
    security(("bearer" = [])),
    params(
        ("id" = BidId, Path, description = "The bid"),
        OptionalKey,
        OptionalMatch,
    ),
    responses(
        (status = 200, description = "What the venue made of it: see state", body = BidView),
        Problems,
    ),
)]
async fn submit(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiPath(id): ApiPath<BidId>,
    headers: HeaderMap,
) -> ApiResult<impl IntoResponse> {
    let expected = if_match(&headers)?;
    let key = key(&headers, &id)?;
    let submitted = state
        .app
        .submit_bid(&caller, (id, expected), key.as_ref())
        .await;
    let bid = match expected {
        Some(_) => submitted.map_err(precondition)?,
        None => submitted?,
    };
    Ok(answer(bid.into()))
}

/// Takes a bid back, at the venue too where it has been acknowledged.
#[utoipa::path(
    post, path = "/api/bids/{id}/withdraw", tag = "bids", operation_id = "withdrawBid",
    security(("bearer" = [])),
    params(
        ("id" = BidId, Path, description = "The bid"),
        OptionalMatch,
    ),
    request_body = Option<WithdrawRequest>,
    responses((status = 200, description = "Withdrawn", body = BidView), Problems),
)]
async fn withdraw(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiPath(id): ApiPath<BidId>,
    headers: HeaderMap,
    MaybeJson(body): MaybeJson<WithdrawRequest>,
) -> ApiResult<impl IntoResponse> {
    let expected = if_match(&headers)?;
    let withdrawn = state
        .app
        .withdraw_bid(&caller, (id, expected), &body.reason)
        .await;
    let bid = match expected {
        Some(_) => withdrawn.map_err(precondition)?,
        None => withdrawn?,
    };
    Ok(answer(bid.into()))
}

/// Asks the venue about the bid now and stores what it says.
#[utoipa::path(
    post, path = "/api/bids/{id}/refresh", tag = "bids", operation_id = "refreshBid",
    security(("bearer" = [])),
    params(("id" = BidId, Path, description = "The bid")),
    responses((status = 200, description = "As the venue has it", body = BidView), Problems),
)]
async fn refresh(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiPath(id): ApiPath<BidId>,
) -> ApiResult<impl IntoResponse> {
    Ok(answer(state.app.refresh_bid(&caller, id).await?.into()))
}

/// What happened to the bid, in order.
#[utoipa::path(
    get, path = "/api/bids/{id}/history", tag = "bids", operation_id = "bidHistory",
    security(("bearer" = [])),
    params(("id" = BidId, Path, description = "The bid")),
    responses((status = 200, description = "Every move", body = ListView<BidEvent>), Problems),
)]
async fn history(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiPath(id): ApiPath<BidId>,
) -> ApiResult<Json<ListView<BidEvent>>> {
    let items = state.app.bid_history(&caller, id).await?;
    Ok(Json(ListView { items, next: None }))
}
