//! `optibid alert`: alert rules and alarms of the local database.

use super::alert_args::Alert;
use super::document;
use super::output::{Output, Sheet, text};
use super::settings::config;
use crate::platform::Local;
use jiff::Timestamp;
use optibid_core::alert::{Alert as CoreAlert, AlertRuleContent, WatchedRule};
use optibid_core::app::{AlertFilter, App, ShelveInput};
use optibid_core::auth::Principal;
use optibid_core::id::AlertId;
use optibid_core::ports::PageRequest;

pub(super) async fn run(command: Alert, output: Output) -> anyhow::Result<()> {
    let local = Local::open(&config()?).await?;
    let outcome = act(local.app(), command, output).await;
    local.close().await;
    outcome
}

async fn act(app: &App, command: Alert, output: Output) -> anyhow::Result<()> {
    match command {
        Alert::List { all, limit, who } => {
            let who = app.act_as(&who.user).await?;
            list(app, &who, (all, limit), output).await
        }
        Alert::Rules(who) => {
            let who = app.act_as(&who.user).await?;
            let page = PageRequest {
                limit: 500,
                after: None,
            };
            let page = app.alert_rules(&who, &page).await?;
            Ok(output.sheet(&rules(&page.items))?)
        }
        Alert::Create { file, who } => {
            let content: AlertRuleContent = document::read(&file)?;
            let who = app.act_as(&who.user).await?;
            let made = app.create_alert_rule(&who, content, None).await?;
            Ok(output.sheet(&rules(&[made]))?)
        }
        Alert::Acknowledge { ids, note, who } => {
            let who = app.act_as(&who.user).await?;
            acknowledge(app, &who, (&ids, &note), output).await
        }
        Alert::Shelve {
            rule,
            until,
            reason,
            who,
        } => {
            let who = app.act_as(&who.user).await?;
            let input = ShelveInput { until, reason };
            let shelved = app.shelve_alert_rule(&who, rule, input).await?;
            Ok(output.sheet(&rules(&[shelved]))?)
        }
        Alert::Unshelve { rule, who } => {
            let who = app.act_as(&who.user).await?;
            let told = app.unshelve_alert_rule(&who, rule).await?;
            Ok(output.sheet(&rules(&[told]))?)
        }
    }
}

async fn list(
    app: &App,
    who: &Principal,
    (all, limit): (bool, u32),
    output: Output,
) -> anyhow::Result<()> {
    let filter = AlertFilter {
        outstanding: !all,
        page: PageRequest { limit, after: None },
        ..AlertFilter::default()
    };
    let page = app.alerts(who, filter).await?;
    output.sheet(&alerts(&page.items, app.environment.clock.now()))?;
    if page.next.is_some() {
        output.note(format!("there are more than these {limit}: see --limit"));
    }
    Ok(())
}

async fn acknowledge(
    app: &App,
    who: &Principal,
    (ids, note): (&[AlertId], &str),
    output: Output,
) -> anyhow::Result<()> {
    let mut answered = Vec::with_capacity(ids.len());
    let mut failure = None;
    for id in ids {
        match app.acknowledge_alert(who, *id, note.to_owned()).await {
            Ok(alert) => answered.push(alert),
            Err(error) => {
                failure = Some(anyhow::Error::from(error).context(format!("answering {id}")));
                break;
            }
        }
    }
    output.sheet(&alerts(&answered, app.environment.clock.now()))?;
    failure.map_or(Ok(()), Err)
}

fn alerts(alerts: &[CoreAlert], now: Timestamp) -> Sheet {
    let mut sheet = Sheet::new([
        text("id", "Alert"),
        text("severity", "Severity"),
        text("status", "Status"),
        text("state", "State"),
        text("raised_at", "Raised at"),
        text("name", "Rule"),
        text("message", "Message"),
    ]);
    for alert in alerts {
        sheet.row([
            alert.id.to_string(),
            alert.severity.to_string(),
            alert.status(now).to_string(),
            alert.state.to_string(),
            alert.raised_at.to_string(),
            alert.name.clone(),
            alert.message.clone(),
        ]);
    }
    sheet
}

fn rules(rules: &[WatchedRule]) -> Sheet {
    let mut sheet = Sheet::new([
        text("id", "Rule"),
        text("name", "Name"),
        text("severity", "Severity"),
        text("kind", "Kind"),
        text("limit", "Limit"),
        text("state", "State"),
        text("since", "Since"),
        text("shelved_until", "Shelved until"),
    ]);
    for WatchedRule { rule, standing } in rules {
        let content = &rule.content;
        let state = match content.enabled {
            true => standing.state.to_string(),
            false => "off".to_owned(),
        };
        let until = standing.shelved.as_ref().map(|s| s.until.to_string());
        sheet.row([
            rule.id.to_string(),
            content.name.clone(),
            content.severity.to_string(),
            content.condition.kind().to_owned(),
            content.condition.limit_in_words(),
            state,
            standing.since.to_string(),
            until.unwrap_or_default(),
        ]);
    }
    sheet
}
