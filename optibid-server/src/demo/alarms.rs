//! The demo's alert rules.

use super::data::Fixture;
use optibid_core::alert::{AlertCondition, AlertRuleContent, AlertSide, MissingData, Severity};
use optibid_core::app::App;
use optibid_core::auth::Principal;
use optibid_core::error::Result;
use optibid_core::market::SeriesKey;
use optibid_core::ports::PageRequest;
use optibid_core::unit::Price;

/// Makes the rules, unless the organisation has some already.
pub(super) async fn prepare(app: &App, who: &Principal, fixture: &Fixture) -> Result<()> {
    let page = PageRequest {
        limit: 1,
        after: None,
    };
    if !app.alert_rules(who, &page).await?.items.is_empty() {
        return Ok(());
    }
    for rule in rules(fixture) {
        app.create_alert_rule(who, rule, None).await?;
    }
    Ok(())
}

fn rules(fixture: &Fixture) -> Vec<AlertRuleContent> {
    let series = SeriesKey {
        market: fixture.market.clone(),
        product: fixture.real_time.clone(),
        location: fixture.location.clone(),
    };
    let age = AlertCondition::DataAge {
        series: series.clone(),
        older_than_minutes: 60,
    };
    let spike = AlertCondition::Price {
        series,
        when: AlertSide::Above,
        limit: Price::from_units(200),
        reset: Some(Price::from_units(150)),
    };
    let gate = AlertCondition::GateClosure {
        market: fixture.market.clone(),
        product: fixture.day_ahead.clone(),
        within_minutes: 60,
        unless_submitted: true,
    };
    let job = AlertCondition::Job {
        job_kind: None,
        longer_than_minutes: Some(30),
    };
    let rule = |name, severity, condition| AlertRuleContent {
        severity,
        // The demo's prices are of 2024: to have none of today is no news.
        missing_data: MissingData::Keep,
        // The feed takes a moment to begin.
        raise_after_seconds: if matches!(condition, AlertCondition::DataAge { .. }) {
            120
        } else {
            0
        },
        ..AlertRuleContent::new(name, condition)
    };
    vec![
        rule(
            "Real-time price above 200 USD/MWh",
            Severity::Critical,
            spike,
        ),
        rule(
            "Day-ahead gate closes, nothing submitted",
            Severity::Critical,
            gate,
        ),
        rule("A job failed or hangs", Severity::Warning, job),
        rule("No real-time price for an hour", Severity::Warning, age),
    ]
}
