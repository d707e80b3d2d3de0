//! A rule that watches a price: its alarm is told as it is raised, and answered.
//!
//! The server reads every rule every few seconds; what moves comes as an event. A figure that trembles at its limit raises one alarm, because
//! it ends only below `reset`, and after it has stayed there for a while.
//!
//! # Prints
//! ```text
//! watching "HB_SOUTH spike": above 200.00 per MWh
//! raised, critical: ERCOT RTM HB_SOUTH at 251.30 per MWh from …; above 200.00 per MWh
//! answered: acknowledged by the one who is on duty: "the battery is discharging"
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use futures::TryStreamExt as _;
use jiff::{Timestamp, TimestampRound, Unit};
use optibid_client::{Subscription, Update};
use optibid_core::alert::{
    AlertChange, AlertCondition, AlertEvent, AlertRuleContent, AlertSide, Severity,
};
use optibid_core::api::AcknowledgeRequest;
use optibid_core::event::{EventKind, Topic};
use optibid_core::market::{DeliveryPeriod, PriceObservation, Resolution, SeriesKey};
use optibid_core::unit::Price;
use optibid_examples::local::{Local, Result};
use std::pin::pin;

/// The price of the quarter hour that runs.
fn now(series: &SeriesKey, price: Price) -> Result<PriceObservation> {
    let quarter = TimestampRound::new()
        .smallest(Unit::Minute)
        .increment(15)
        .mode(jiff::RoundMode::Trunc);
    let known_at = Timestamp::now();
    Ok(PriceObservation {
        market: series.market.clone(),
        product: series.product.clone(),
        location: series.location.clone(),
        period: DeliveryPeriod::new(known_at.round(quarter)?, Resolution::Min15)?,
        price,
        components: None,
        known_at,
    })
}

#[tokio::main]
async fn main() -> Result<()> {
    let local = Local::start().await?;
    let series = SeriesKey {
        market: "ERCOT".parse()?,
        product: "RTM".parse()?,
        location: "HB_SOUTH".parse()?,
    };
    let condition = AlertCondition::Price {
        series: series.clone(),
        when: AlertSide::Above,
        limit: Price::from_units(200),
        reset: Some(Price::from_units(150)),
    };
    let content = AlertRuleContent {
        severity: Severity::Critical,
        ..AlertRuleContent::new("HB_SOUTH spike", condition)
    };
    let made = local.client.create_alert_rule(&content).await?;
    let watched = &made.rule.content;
    println!(
        "watching {:?}: {}",
        watched.name,
        watched.condition.limit_in_words()
    );

    let mut events = pin!(local.client.events(Subscription::to([Topic::MarketAlerts])));
    let raised: AlertEvent = loop {
        match events.try_next().await? {
            // What is published from here on is heard.
            Some(Update::Listening) => {
                let price = now(&series, "251.30".parse()?)?;
                local.app.record_feed(&[price]).await?;
            }
            Some(Update::Event { event, .. }) => match event.kind {
                EventKind::Alert(told) if told.change == AlertChange::Raised => break told,
                _ => {}
            },
            Some(Update::Broken | Update::Gap { .. }) => {}
            None => return Err("the stream ended".into()),
        }
    };
    println!("raised, {}: {}", raised.severity, raised.message);

    let id = raised.alert.ok_or("an alarm has an id")?;
    let answer = AcknowledgeRequest {
        note: "the battery is discharging".to_owned(),
    };
    let alarm = local.client.acknowledge_alert(id, &answer).await?;
    let note = alarm.acknowledged.ok_or("it was answered")?.note;
    println!(
        "answered: {} by the one who is on duty: {note:?}",
        alarm.status
    );
    local.stop().await
}
