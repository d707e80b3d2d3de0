//! Optimisations, offers, backtests, and the jobs that run them.

use crate::methods::operations;
use optibid_core::api::{
    AccuracyParams, BacktestJobRequest, ForecastParams, JobParams, JobView, ListParams, ListView,
    OfferRequestBody, OfferView, OptimisationJobRequest, OptimiseRequest, WhatIfRequest,
    WhatIfView,
};
use optibid_core::forecast::{AccuracyReport, Forecast};
use optibid_core::id::JobId;
use optibid_core::job::JobSpec;
use optibid_core::schedule::{ExplainedSchedule, Schedule};

operations! {
    /// Forecasts the prices of a day.
    "forecastPrices" GET "/api/forecasts"
    forecast_prices(params: &ForecastParams) -> Forecast = from_json, query(params);

    /// How good forecasts of past days were.
    "forecastAccuracy" GET "/api/forecasts/accuracy"
    forecast_accuracy(params: &AccuracyParams) -> AccuracyReport = from_json, query(params);

    /// The best schedule of a battery for a day.
    "optimiseDay" POST "/api/optimisations/schedule"
    optimise_day(request: &OptimiseRequest) -> Schedule = from_json, json(request);

    /// The best schedule with the reasons of its moves in money.
    "explainDay" POST "/api/optimisations/explain"
    explain_day(request: &OptimiseRequest) -> ExplainedSchedule = from_json, json(request);

    /// Offer curves or blocks of a battery for a day, ready to be drafted as a bid.
    "buildOffer" POST "/api/optimisations/offer"
    build_offer(request: &OfferRequestBody) -> OfferView = from_json, json(request);

    /// What becomes of a bid as drafted, at expected prices and on price paths.
    "whatIf" POST "/api/optimisations/what-if"
    what_if(request: &WhatIfRequest) -> WhatIfView = from_json, json(request);

    /// Starts an optimisation over a span of days.
    "startOptimisation" POST "/api/optimisations"
    start_optimisation(request: &OptimisationJobRequest) -> JobView = from_json,
    json(request), keyed();

    /// Starts a job of any kind.
    "startJob" POST "/api/jobs"
    start_job(spec: &JobSpec) -> JobView = from_json, json(spec), keyed();

    /// The organisation's jobs, the latest first.
    "listJobs" GET "/api/jobs"
    list_jobs(params: &JobParams) -> ListView<JobView> = from_json, query(params);

    /// One job with its progress and, once it is done, its result.
    "getJob" GET "/api/jobs/{id}" get_job(id: JobId) -> JobView = from_json, path("id", id);

    /// Asks a job to end.
    "cancelJob" POST "/api/jobs/{id}/cancel"
    cancel_job(id: JobId) -> JobView = from_json, path("id", id);

    /// Starts a backtest.
    "startBacktest" POST "/api/backtests"
    start_backtest(request: &BacktestJobRequest) -> JobView = from_json, json(request), keyed();

    /// The organisation's backtests, the latest first.
    "listBacktests" GET "/api/backtests"
    list_backtests(params: &ListParams) -> ListView<JobView> = from_json, query(params);

    /// One backtest.
    "getBacktest" GET "/api/backtests/{id}"
    get_backtest(id: JobId) -> JobView = from_json, path("id", id);

    /// Asks a backtest to end.
    "cancelBacktest" POST "/api/backtests/{id}/cancel"
    cancel_backtest(id: JobId) -> JobView = from_json, path("id", id);
}
