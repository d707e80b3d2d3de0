//! Rules that watch for alarms, and the alarms.

use super::headers::OptionalKey;
use super::paging::{cursor, page};
use crate::error::{ApiResult, Problems};
use crate::extract::{
    ApiJson, ApiPath, ApiQuery, Caller, etag, key, precondition, required_if_match,
};
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use optibid_core::alert::{Alert, AlertRuleContent, WatchedRule};
use optibid_core::api::{
    AcknowledgeRequest, AlertParams, AlertView, ListParams, ListView, ReadingView, ShelveRequest,
};
use optibid_core::app::{AlertFilter, ShelveInput, Versioned};
use optibid_core::id::{AlertId, AlertRuleId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes under `/api/alert-rules` and `/api/alerts`.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(create, list))
        .routes(routes!(read, edit, remove))
        .routes(routes!(reading))
        .routes(routes!(shelve))
        .routes(routes!(unshelve))
        .routes(routes!(alerts))
        .routes(routes!(alert))
        .routes(routes!(acknowledge))
}

fn answer(watched: WatchedRule) -> impl IntoResponse {
    (etag(watched.rule.version), Json(watched))
}

fn view(state: &AppState, alert: Alert) -> AlertView {
    AlertView::at(alert, state.app.environment.clock.now())
}

/// Makes a rule that watches from now on.
#[utoipa::path(
    post, path = "/api/alert-rules", tag = "alerts", operation_id = "createAlertRule",
    security(("bearer" = [])),
    params(OptionalKey),
    request_body(content = AlertRuleContent, examples(
        ("price" = (summary = "A price spike that ends when the price is well below it", value = json!({
            "name": "price spike", "severity": "critical", "condition": {
                "kind": "price", "when": "above", "limit": "200", "reset": "150",
                "series": { "market": "ERCOT", "product": "RTM", "location": "HB_SOUTH" },
            },
        }))),
        ("gate" = (summary = "A gate that closes soon while no bid is at the venue", value = json!({
            "name": "nothing submitted", "condition": {
                "kind": "gate_closure", "market": "ERCOT", "product": "DAM", "within_minutes": 30,
                "unless_submitted": true,
            },
        }))),
    )),
    responses((status = 201, description = "Made", body = WatchedRule), Problems),
)]
async fn create(
    State(state): State<AppState>,
    Caller(caller): Caller,
    headers: HeaderMap,
    ApiJson(content): ApiJson<AlertRuleContent>,
) -> ApiResult<impl IntoResponse> {
    let key = key(&headers, &content)?;
    let made = state
        .app
        .create_alert_rule(&caller, content, key.as_ref())
        .await?;
    let location = format!("/api/alert-rules/{}", made.rule.id);
    let location = [(header::LOCATION, location)];
    Ok((StatusCode::CREATED, location, answer(made)))
}

/// The organisation's rules and where each stands, the newest first.
#[utoipa::path(
    get, path = "/api/alert-rules", tag = "alerts", operation_id = "listAlertRules",
    security(("bearer" = [])),
    params(ListParams),
    responses((status = 200, description = "A part of the list", body = ListView<WatchedRule>), Problems),
)]
async fn list(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiQuery(params): ApiQuery<ListParams>,
) -> ApiResult<Json<ListView<WatchedRule>>> {
    let request = page(params.limit, params.after)?;
    let listed = state.app.alert_rules(&caller, &request).await;
    Ok(Json(listed.map_err(cursor)?.into()))
}

/// One rule and where it stands.
#[utoipa::path(
    get, path = "/api/alert-rules/{id}", tag = "alerts", operation_id = "getAlertRule",
    security(("bearer" = [])),
    params(("id" = AlertRuleId, Path, description = "The rule")),
    responses((status = 200, description = "The rule", body = WatchedRule), Problems),
)]
async fn read(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiPath(id): ApiPath<AlertRuleId>,
) -> ApiResult<impl IntoResponse> {
    Ok(answer(state.app.alert_rule(&caller, id).await?))
}

/// Changes a rule. Where it watches something else, its alarm ends and starts anew.
#[utoipa::path(
    put, path = "/api/alert-rules/{id}", tag = "alerts", operation_id = "editAlertRule",
    security(("bearer" = [])),
    params(
        ("id" = AlertRuleId, Path, description = "The rule"),
        ("If-Match" = String, Header, description = "The ETag of the version that was changed"),
    ),
    request_body = AlertRuleContent,
    responses((status = 200, description = "Changed", body = WatchedRule), Problems),
)]
async fn edit(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiPath(id): ApiPath<AlertRuleId>,
    headers: HeaderMap,
    ApiJson(value): ApiJson<AlertRuleContent>,
) -> ApiResult<impl IntoResponse> {
    let change = Versioned {
        expected: required_if_match(&headers)?,
        value,
    };
    let edited = state.app.edit_alert_rule(&caller, id, change).await;
    Ok(answer(edited.map_err(precondition)?))
}

/// Removes a rule; an alarm that goes on ends with it, and past ones stay.
#[utoipa::path(
    delete, path = "/api/alert-rules/{id}", tag = "alerts", operation_id = "removeAlertRule",
    security(("bearer" = [])),
    params(("id" = AlertRuleId, Path, description = "The rule")),
    responses((status = 204, description = "Removed"), Problems),
)]
async fn remove(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiPath(id): ApiPath<AlertRuleId>,
) -> ApiResult<StatusCode> {
    state.app.remove_alert_rule(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a rule sees now, whatever its hold-offs: to try it.
#[utoipa::path(
    get, path = "/api/alert-rules/{id}/reading", tag = "alerts", operation_id = "readAlertRule",
    security(("bearer" = [])),
    params(("id" = AlertRuleId, Path, description = "The rule")),
    responses((status = 200, description = "What it sees", body = ReadingView), Problems),
)]
async fn reading(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiPath(id): ApiPath<AlertRuleId>,
) -> ApiResult<Json<ReadingView>> {
    let (rule, reading) = state.app.read_alert_rule(&caller, id).await?;
    Ok(Json(ReadingView::of(&rule.content.condition, reading)))
}

/// Silences a rule until an instant: its alarms are kept and not told.
#[utoipa::path(
    post, path = "/api/alert-rules/{id}/shelve", tag = "alerts", operation_id = "shelveAlertRule",
    security(("bearer" = [])),
    params(("id" = AlertRuleId, Path, description = "The rule")),
    request_body = ShelveRequest,
    responses((status = 200, description = "Silenced", body = WatchedRule), Problems),
)]
async fn shelve(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiPath(id): ApiPath<AlertRuleId>,
    ApiJson(body): ApiJson<ShelveRequest>,
) -> ApiResult<impl IntoResponse> {
    let input = ShelveInput {
        until: body.until,
        reason: body.reason,
    };
    Ok(answer(
        state.app.shelve_alert_rule(&caller, id, input).await?,
    ))
}

/// Ends a rule's silence; an alarm that goes on is told again.
#[utoipa::path(
    post, path = "/api/alert-rules/{id}/unshelve", tag = "alerts", operation_id = "unshelveAlertRule",
    security(("bearer" = [])),
    params(("id" = AlertRuleId, Path, description = "The rule")),
    responses((status = 200, description = "Told again", body = WatchedRule), Problems),
)]
async fn unshelve(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiPath(id): ApiPath<AlertRuleId>,
) -> ApiResult<impl IntoResponse> {
    Ok(answer(state.app.unshelve_alert_rule(&caller, id).await?))
}

/// The organisation's alarms, the newest first.
#[utoipa::path(
    get, path = "/api/alerts", tag = "alerts", operation_id = "listAlerts",
    security(("bearer" = [])),
    params(AlertParams),
    responses((status = 200, description = "A part of the list", body = ListView<AlertView>), Problems),
)]
async fn alerts(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiQuery(params): ApiQuery<AlertParams>,
) -> ApiResult<Json<ListView<AlertView>>> {
    let filter = AlertFilter {
        outstanding: params.outstanding,
        rule: params.rule,
        severity: params.severity,
        page: page(params.limit, params.after)?,
    };
    let listed = state.app.alerts(&caller, filter).await.map_err(cursor)?;
    let items = listed.items.into_iter();
    Ok(Json(ListView {
        items: items.map(|alert| view(&state, alert)).collect(),
        next: listed.next,
    }))
}

/// One alarm.
#[utoipa::path(
    get, path = "/api/alerts/{id}", tag = "alerts", operation_id = "getAlert",
    security(("bearer" = [])),
    params(("id" = AlertId, Path, description = "The alarm")),
    responses((status = 200, description = "The alarm", body = AlertView), Problems),
)]
async fn alert(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiPath(id): ApiPath<AlertId>,
) -> ApiResult<Json<AlertView>> {
    let alert = state.app.alert(&caller, id).await?;
    Ok(Json(view(&state, alert)))
}

/// Answers an alarm, whether it goes on or has ended.
#[utoipa::path(
    post, path = "/api/alerts/{id}/acknowledge", tag = "alerts", operation_id = "acknowledgeAlert",
    security(("bearer" = [])),
    params(("id" = AlertId, Path, description = "The alarm")),
    request_body = AcknowledgeRequest,
    responses((status = 200, description = "Answered", body = AlertView), Problems),
)]
async fn acknowledge(
    State(state): State<AppState>,
    Caller(caller): Caller,
    ApiPath(id): ApiPath<AlertId>,
    ApiJson(body): ApiJson<AcknowledgeRequest>,
) -> ApiResult<Json<AlertView>> {
    let answered = state.app.acknowledge_alert(&caller, id, body.note).await?;
    Ok(Json(view(&state, answered)))
}
