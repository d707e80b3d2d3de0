//! What each request asks of the server.

use crate::data::MOST;
use crate::measured;
use crate::request::{Answer, Request, Series};
use futures::{StreamExt as _, TryStreamExt as _};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use optibid_client::{Client, Result};
use optibid_core::api::{
    AlertParams, AlertView, AuditParams, AwardParams, BidParams, ForecastParams, HistoryParams,
    JobParams, LatestParams, ListParams, ProfitParams, TelemetryParams,
};
use optibid_core::id::AssetId;

/// Items of a part of a list, the most that the server gives.
const PART: u32 = 200;
/// Most series whose latest price is shown.
const SERIES: u32 = 200;

/// Reads.
pub(super) async fn read(client: &Client, request: &Request) -> Result<Answer> {
    Ok(match request {
        Request::Health => Answer::Health(client.health().await?),
        Request::Maintenance => Answer::Maintenance(client.get_maintenance().await?),
        Request::Me => Answer::Me(Box::new(client.me().await?)),
        Request::Markets => Answer::Markets(client.list_markets().await?.items),
        Request::Latest => {
            let params = LatestParams {
                limit: Some(SERIES),
                ..LatestParams::default()
            };
            Answer::Prices(client.latest_prices(&params).await?.items)
        }
        Request::Prices { series, from, to } => prices(client, series, (*from, *to)).await?,
        Request::Day {
            market,
            product,
            day,
        } => Answer::Day(Box::new(client.delivery_day(market, product, *day).await?)),
        Request::Bid(id) => Answer::Bid(Box::new(client.get_bid(*id).await?)),
        Request::History(id) => Answer::History(client.bid_history(*id).await?.items),
        Request::Awards(id) => {
            let params = AwardParams {
                bid: Some(*id),
                ..AwardParams::default()
            };
            Answer::Awards(client.all_awards(params).try_collect().await?)
        }
        Request::Telemetry(id) => telemetry(client, *id).await?,
        Request::Forecast { series, day } => forecast(client, series, *day).await?,
        Request::Profit { from, to } => {
            let params = ProfitParams {
                market: None,
                from: *from,
                to: *to,
            };
            Answer::Profit(client.profit_and_loss(&params).await?.items)
        }
        Request::Alerts => alerts(client).await?,
        Request::AuditChain => Answer::AuditChain(client.verify_audit().await?),
        Request::Bids | Request::Assets | Request::Jobs | Request::Audit | Request::AlertRules => {
            list(client, request).await?
        }
    })
}

/// Lists, their latest part.
async fn list(client: &Client, request: &Request) -> Result<Answer> {
    Ok(match request {
        Request::Bids => {
            let params = BidParams {
                limit: Some(PART),
                ..BidParams::default()
            };
            Answer::Bids(client.all_bids(params).take(MOST).try_collect().await?)
        }
        Request::Assets => {
            let params = ListParams {
                limit: Some(PART),
                after: None,
            };
            Answer::Assets(client.all_assets(params).take(MOST).try_collect().await?)
        }
        Request::Jobs => {
            let params = JobParams {
                limit: Some(PART),
                ..JobParams::default()
            };
            Answer::Jobs(client.list_jobs(&params).await?.items)
        }
        Request::Audit => {
            let params = AuditParams {
                limit: Some(PART),
                ..AuditParams::default()
            };
            Answer::Audit(client.list_audit(&params).await?.items)
        }
        _ => {
            let params = ListParams {
                limit: Some(PART),
                after: None,
            };
            let rules = client.all_alert_rules(params).take(MOST);
            Answer::AlertRules(rules.try_collect().await?)
        }
    })
}

async fn prices(client: &Client, series: &Series, days: (Date, Date)) -> Result<Answer> {
    let params = HistoryParams {
        market: series.market.clone(),
        product: series.product.clone(),
        location: series.location.clone(),
        from: days.0.into(),
        to: days.1.into(),
        resolution: None,
        as_of: None,
        limit: None,
    };
    Ok(Answer::Prices(
        client.all_prices(params).try_collect().await?,
    ))
}

/// The last day of an asset's telemetry; where nothing came in it, the day before the last sample.
async fn telemetry(client: &Client, id: AssetId) -> Result<Answer> {
    let now = Timestamp::now();
    let latest = client.latest_telemetry(id).await?.sample;
    let end = latest.map_or(now, |sample| measured::end(now, sample.at));
    let ahead = SignedDuration::from_mins(5);
    let params = TelemetryParams {
        from: end.saturating_sub(measured::SPAN).unwrap_or(Timestamp::MIN),
        to: end.saturating_add(ahead).unwrap_or(Timestamp::MAX),
        limit: Some(10_000),
    };
    Ok(Answer::Telemetry(client.list_telemetry(id, &params).await?))
}

async fn forecast(client: &Client, series: &Series, day: Date) -> Result<Answer> {
    let params = ForecastParams {
        market: series.market.clone(),
        product: series.product.clone(),
        location: series.location.clone(),
        day,
        resolution: None,
        made_at: None,
    };
    Ok(Answer::Forecast(Box::new(
        client.forecast_prices(&params).await?,
    )))
}

/// All alarms that are outstanding, and the latest past ones, the newest first.
async fn alerts(client: &Client) -> Result<Answer> {
    let params = AlertParams {
        limit: Some(PART),
        ..AlertParams::default()
    };
    let outstanding = AlertParams {
        outstanding: true,
        ..params.clone()
    };
    let mut all: Vec<AlertView> = client
        .all_alerts(outstanding)
        .take(MOST)
        .try_collect()
        .await?;
    let past = client.list_alerts(&params).await?.items;
    let known: Vec<_> = all.iter().map(|alert| alert.id).collect();
    all.extend(past.into_iter().filter(|alert| !known.contains(&alert.id)));
    all.sort_by_key(|alert| std::cmp::Reverse(alert.raised_at));
    Ok(Answer::Alerts(all))
}
