//! `optibid smoke`: is a running server well, seen from outside?

mod http;

use super::args::Smoke;
use super::failure::{Exit, Found};
use super::output::{Output, Sheet, number, text};
use super::user::read_password;
use http::{Answer, Client};
use jiff::Timestamp;
use jiff::ToSpan;
use jiff::tz::TimeZone;
use optibid_core::bid::{BidContent, BidOffer, BidPeriod, CurvePoint, CurveShape, OfferCurve};
use optibid_core::market::{DeliveryPeriod, Resolution};
use optibid_core::unit::{Currency, Power, Price};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// One check: what was asked, what came, whether that is good.
struct Check {
    name: &'static str,
    good: bool,
    result: String,
    milliseconds: u128,
}

pub(super) async fn run(args: Smoke, output: Output) -> anyhow::Result<()> {
    let client = Client::new(&args.url, Duration::from_secs(args.timeout.max(1)))?;
    let login = match args.email {
        Some(email) => Some((email, read_password()?)),
        None => None,
    };
    let checks = checks(&client, login).await;
    let mut sheet = Sheet::new([
        text("check", "Check"),
        text("outcome", "Outcome"),
        text("result", "Result"),
        number("milliseconds", "Time (ms)"),
    ]);
    for check in &checks {
        let outcome = if check.good { "ok" } else { "FAILED" };
        let time = check.milliseconds.to_string();
        sheet.row([check.name, outcome, &check.result, &time]);
    }
    output.sheet(&sheet)?;
    let failed = checks.iter().filter(|check| !check.good).count();
    if failed == 0 {
        return Ok(());
    }
    let dead = checks.first().is_some_and(|check| !check.good);
    let exit = if dead {
        Exit::Unavailable
    } else {
        Exit::Failed
    };
    Err(Found {
        exit,
        message: format!("{failed} of {} checks failed", checks.len()),
    }
    .into())
}

async fn checks(client: &Client, login: Option<(String, String)>) -> Vec<Check> {
    let mut checks = vec![
        check("health", client.get("/health", None), |a| {
            let status = a.text(&["status"]);
            (a.status == 200 && status == "healthy", status)
        })
        .await,
    ];
    if checks
        .iter()
        .all(|check| !check.good && check.result.starts_with("no answer"))
    {
        return checks;
    }
    checks.push(check("ready", client.get("/health/ready", None), plain).await);
    checks.push(
        check("description", client.get("/api/openapi.json", None), |a| {
            let version = a.text(&["openapi"]);
            (
                a.status == 200 && version.starts_with("3.1"),
                format!("OpenAPI {version}"),
            )
        })
        .await,
    );
    checks.push(
        check(
            "unknown address",
            client.get("/api/no-such-address", None),
            |a| {
                (
                    a.status == 404 && a.text(&["code"]) == "not_found",
                    format!("{}", a.status),
                )
            },
        )
        .await,
    );
    if let Some((email, password)) = login {
        checks.extend(signed_in(client, &email, &password).await);
    }
    checks
}

async fn signed_in(client: &Client, email: &str, password: &str) -> Vec<Check> {
    let mut token = String::new();
    let body = json!({ "email": email, "password": password });
    let login = check(
        "sign in",
        client.post("/api/auth/login", None, &body),
        |a| {
            token = a.text(&["access_token"]);
            (a.status == 200 && !token.is_empty(), said(a))
        },
    )
    .await;
    let mut checks = vec![login];
    if token.is_empty() {
        return checks;
    }
    let token = Some(token.as_str());
    checks.push(
        check("who am I", client.get("/api/auth/me", token), |a| {
            (a.status == 200, a.text(&["user", "email"]))
        })
        .await,
    );
    checks.push(
        check(
            "latest prices",
            client.get("/api/market-data/latest", token),
            plain,
        )
        .await,
    );
    checks.push(
        check("bid, dry run", dry_run(client, token), |a| {
            let verdict = a.text(&["verdict"]);
            let said = if verdict.is_empty() {
                said(a)
            } else {
                format!("verdict: {verdict}")
            };
            (a.status == 200 && !verdict.is_empty(), said)
        })
        .await,
    );
    checks.push(
        check(
            "sign out",
            client.post("/api/auth/logout", token, &json!({})),
            plain,
        )
        .await,
    );
    checks
}

async fn dry_run(client: &Client, token: Option<&str>) -> anyhow::Result<Answer> {
    client.post("/api/bids/validate", token, &bid()?).await
}

/// A bid of 1 MW for one hour of the day after tomorrow; it is judged, not stored.
fn bid() -> anyhow::Result<Value> {
    let day = Timestamp::now()
        .to_zoned(TimeZone::UTC)
        .date()
        .saturating_add(2.days());
    let noon = day.at(18, 0, 0, 0).to_zoned(TimeZone::UTC)?.timestamp();
    let at = |mw, price| CurvePoint::new(Power::from_megawatts(mw), Price::from_units(price));
    let curve = OfferCurve::sell(CurveShape::Linear, vec![at(0, 20), at(1, 30)])?;
    let content = BidContent {
        market: "ERCOT".parse()?,
        product: "DAM".parse()?,
        location: "HB_SOUTH".parse()?,
        delivery_day: day,
        currency: Currency::Usd,
        asset: None,
        offer: BidOffer::Curve(vec![BidPeriod {
            period: DeliveryPeriod::new(noon, Resolution::Hour)?,
            curve,
        }]),
        note: None,
    };
    Ok(serde_json::to_value(content)?)
}

fn plain(answer: &Answer) -> (bool, String) {
    ((200..300).contains(&answer.status), said(answer))
}

/// The status, and what the server says of it where it is an error.
fn said(answer: &Answer) -> String {
    let detail = answer.text(&["detail"]);
    if detail.is_empty() {
        answer.status.to_string()
    } else {
        format!("{}: {detail}", answer.status)
    }
}

async fn check(
    name: &'static str,
    request: impl Future<Output = anyhow::Result<Answer>>,
    judge: impl FnOnce(&Answer) -> (bool, String),
) -> Check {
    let started = Instant::now();
    let (good, result) = match request.await {
        Ok(answer) => judge(&answer),
        Err(error) => (false, format!("no answer: {error:#}")),
    };
    Check {
        name,
        good,
        result,
        milliseconds: started.elapsed().as_millis(),
    }
}
