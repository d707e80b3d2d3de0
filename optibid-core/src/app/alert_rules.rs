//! Keep the rules that watch for alarms, and shelve them.

use super::App;
use super::assets::Versioned;
use super::keyed::RequestKey;
use crate::alert::{
    Alert, AlertChange, AlertCondition, AlertEvent, AlertRule, AlertRuleContent, AlertStanding,
    AlertState, NewAlertRule, Reading, Shelving, WatchedRule, check_note,
};
use crate::asset::AssetKind;
use crate::auth::{Permission, Principal};
use crate::error::{Code, Error, Result};
use crate::id::AlertRuleId;
use crate::market::{MarketId, ProductId, SeriesKey};
use crate::ports::{Page, PageRequest, StoreError, Trail};
use crate::unit::{Currency, Money};
use jiff::{SignedDuration, Timestamp};

/// Most rules of an organisation: each is read every few seconds.
const MOST_RULES: u32 = 500;
/// Longest silence: 30 days.
const LONGEST_SILENCE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A silence that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShelveInput {
    /// Until when nothing is told.
    pub until: Timestamp,
    /// Why.
    pub reason: String,
}

impl App {
    /// Makes a rule.
    ///
    /// # Errors
    /// [`Code::Invalid`] with every broken rule, or when it watches what is not known.
    pub async fn create_alert_rule(
        &self,
        who: &Principal,
        content: AlertRuleContent,
        key: Option<&RequestKey>,
    ) -> Result<WatchedRule> {
        const OPERATION: &str = "alert_rule.create";
        self.may_write(who, Permission::WriteAlertRules).await?;
        if let Some(answer) = self.replay(who, OPERATION, key).await? {
            return Ok(answer);
        }
        let new = NewAlertRule {
            id: AlertRuleId::from_uuid(self.environment.ids.uuid()),
            org: who.org,
            author: who.user,
            at: self.environment.clock.now(),
        };
        let rule = AlertRule::create(new, content)?;
        self.check_condition(who, &rule.content.condition).await?;
        self.check_room(who).await?;
        let standing = AlertStanding::new(&rule, new.at);
        let trail = self.rule_trail(who, OPERATION, &rule);
        let watched = WatchedRule { rule, standing };
        let trail = self.keep_answer(trail, who, OPERATION, (key, &watched))?;
        let rules = &self.stores.alert_rules;
        let written = rules.insert_alert_rule(&watched, &trail).await;
        self.settle_twin(who, OPERATION, key, (written, watched))
            .await
    }

    /// Changes a rule. Where it watches something else, its alarm ends and starts anew.
    ///
    /// # Errors
    /// [`Code::Conflict`] when another change came first.
    pub async fn edit_alert_rule(
        &self,
        who: &Principal,
        id: AlertRuleId,
        change: Versioned<AlertRuleContent>,
    ) -> Result<WatchedRule> {
        self.may_write(who, Permission::WriteAlertRules).await?;
        let WatchedRule { rule, standing } = self.own_alert_rule(who, id).await?;
        if rule.version != change.expected {
            return Err(StoreError::Conflict {
                kind: "alert rule",
                id: id.to_string(),
                expected: change.expected,
                found: rule.version,
            }
            .into());
        }
        let rule = rule.edit(change.value, self.environment.clock.now())?;
        self.check_condition(who, &rule.content.condition).await?;
        let trail = self.rule_trail(who, "alert_rule.edit", &rule);
        let rules = &self.stores.alert_rules;
        rules.update_alert_rule(&rule, &trail).await?;
        Ok(WatchedRule { rule, standing })
    }

    /// Removes a rule; an alarm that goes on ends with it, and past ones stay.
    ///
    /// # Errors
    /// [`Code::Conflict`] when it moved at the same moment.
    pub async fn remove_alert_rule(&self, who: &Principal, id: AlertRuleId) -> Result<()> {
        self.may_write(who, Permission::WriteAlertRules).await?;
        let watched = self.own_alert_rule(who, id).await?;
        let mut trail = self.rule_trail(who, "alert_rule.remove", &watched.rule);
        let mut ended = Vec::new();
        if let Some(alert) = self.open_alert(&watched.standing).await? {
            let alert = alert.end("the rule was removed", self.environment.clock.now());
            let event = AlertEvent::of(AlertChange::Ended, &alert, AlertState::Normal);
            trail = self.tell_alerts(trail, who.org, vec![event]).await?;
            ended.push(alert);
        }
        let rules = &self.stores.alert_rules;
        Ok(rules.remove_alert_rule(&watched, &ended, &trail).await?)
    }

    /// The rule and where it stands.
    ///
    /// # Errors
    /// [`Code::NotFound`] when the organisation has no such rule.
    pub async fn alert_rule(&self, who: &Principal, id: AlertRuleId) -> Result<WatchedRule> {
        who.require(Permission::ReadAlerts)?;
        self.own_alert_rule(who, id).await
    }

    /// The organisation's rules, the newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn alert_rules(
        &self,
        who: &Principal,
        page: &PageRequest,
    ) -> Result<Page<WatchedRule>> {
        who.require(Permission::ReadAlerts)?;
        Ok(self.stores.alert_rules.alert_rules(who.org, page).await?)
    }

    /// A rule, and what it sees now, whatever its hold-offs.
    ///
    /// # Errors
    /// When the organisation has no such rule, or a store fails.
    pub async fn read_alert_rule(
        &self,
        who: &Principal,
        id: AlertRuleId,
    ) -> Result<(AlertRule, Reading)> {
        who.require(Permission::ReadAlerts)?;
        let rule = self.own_alert_rule(who, id).await?.rule;
        let reading = self.reading(who.org, &rule.content.condition).await?;
        Ok((rule, reading))
    }

    /// Silences a rule until an instant: its alarms are kept and not told.
    ///
    /// # Errors
    /// When the instant is past or more than 30 days ahead, [`Code::Conflict`] when the rule moved at the same moment.
    pub async fn shelve_alert_rule(
        &self,
        who: &Principal,
        id: AlertRuleId,
        input: ShelveInput,
    ) -> Result<WatchedRule> {
        self.may_write(who, Permission::AnswerAlerts).await?;
        let now = self.environment.clock.now();
        let ahead = input.until.duration_since(now);
        if ahead <= SignedDuration::ZERO || ahead > LONGEST_SILENCE {
            let rule = format!("must be after {now} and at most 30 days ahead");
            return Err(Error::field("until", "until", input.until, rule));
        }
        check_note("reason", &input.reason)?;
        let shelving = Shelving {
            until: input.until,
            by: who.user,
            at: now,
            reason: input.reason,
        };
        self.set_shelving(who, id, Some(shelving)).await
    }

    /// Ends a rule's silence; an alarm that goes on is told again.
    ///
    /// # Errors
    /// [`Code::Conflict`] when the rule moved at the same moment.
    pub async fn unshelve_alert_rule(
        &self,
        who: &Principal,
        id: AlertRuleId,
    ) -> Result<WatchedRule> {
        self.may_write(who, Permission::AnswerAlerts).await?;
        self.set_shelving(who, id, None).await
    }

    async fn set_shelving(
        &self,
        who: &Principal,
        id: AlertRuleId,
        shelving: Option<Shelving>,
    ) -> Result<WatchedRule> {
        let WatchedRule { rule, standing } = self.own_alert_rule(who, id).await?;
        if standing.shelved == shelving {
            return Ok(WatchedRule { rule, standing });
        }
        let (change, action, message) = match &shelving {
            Some(s) => {
                let message = format!("until {}: {}", s.until, s.reason);
                (AlertChange::Shelved, "alert_rule.shelve", message)
            }
            None => {
                let message = "the silence is over".to_owned();
                (AlertChange::Unshelved, "alert_rule.unshelve", message)
            }
        };
        let standing = standing.shelve(shelving);
        let open = match change {
            AlertChange::Unshelved => self.open_alert(&standing).await?.map(Alert::told),
            _ => None,
        };
        let event = match &open {
            Some(alert) => AlertEvent::of(change, alert, standing.state),
            None => AlertEvent::of_rule(change, &rule, (&standing, message)),
        };
        let trail = self.rule_trail(who, action, &rule);
        let trail = self.tell_alerts(trail, who.org, vec![event]).await?;
        let (store, alerts) = (&self.stores.alerts, Vec::from_iter(open));
        store.move_standing(&standing, &alerts, &trail).await?;
        Ok(WatchedRule { rule, standing })
    }

    /// The occurrence that goes on.
    pub(super) async fn open_alert(&self, standing: &AlertStanding) -> Result<Option<Alert>> {
        match standing.alert {
            Some(id) => Ok(self.stores.alerts.alert(standing.org, id).await?),
            None => Ok(None),
        }
    }

    async fn own_alert_rule(&self, who: &Principal, id: AlertRuleId) -> Result<WatchedRule> {
        let watched = self.stores.alert_rules.alert_rule(who.org, id).await?;
        watched.ok_or_else(|| Error::not_found("alert rule", id))
    }

    fn rule_trail(&self, who: &Principal, action: &str, rule: &AlertRule) -> Trail {
        self.trail(who, action, format!("alert_rule/{}", rule.id))
            .with_detail(&serde_json::json!({ "name": rule.content.name, "version": rule.version }))
    }

    async fn check_room(&self, who: &Principal) -> Result<()> {
        let page = PageRequest {
            limit: MOST_RULES,
            after: None,
        };
        let rules = self.stores.alert_rules.alert_rules(who.org, &page).await?;
        if rules.items.len() < MOST_RULES as usize {
            return Ok(());
        }
        let message = format!("an organisation has at most {MOST_RULES} alert rules");
        Err(Error::new(Code::Conflict, message))
    }

    /// Passes when all that is watched is known.
    async fn check_condition(&self, who: &Principal, condition: &AlertCondition) -> Result<()> {
        match condition {
            AlertCondition::Price { series, .. } | AlertCondition::DataAge { series, .. } => {
                self.check_series(who, ("series", series)).await.map(drop)
            }
            AlertCondition::Spread { series, less, .. } => {
                let one = self.check_series(who, ("series", series)).await?;
                let two = self.check_series(who, ("less", less)).await?;
                if one == two {
                    return Ok(());
                }
                let rule = format!("must be in the currency of the first series, {one}");
                Err(wrong(
                    "currency",
                    "less",
                    &format!("{less} in {two}"),
                    &rule,
                ))
            }
            AlertCondition::GateClosure {
                market, product, ..
            } => self.currency("", (market, product)).map(drop),
            AlertCondition::StateOfCharge { asset, .. } => {
                let kept = self.own_asset(who, *asset).await?;
                match kept.kind {
                    AssetKind::Battery(_) => Ok(()),
                    _ => Err(wrong("not_a_battery", "asset", asset, "must be a battery")),
                }
            }
            AlertCondition::TelemetryAge { asset, .. } => {
                self.own_asset(who, *asset).await.map(drop)
            }
            AlertCondition::Profit { market, limit, .. } => self.check_profit(market, limit),
            AlertCondition::Job { job_kind, .. } => check_job_kind(job_kind.as_deref()),
            AlertCondition::Service { service } => self.check_service(service.as_deref()).await,
        }
    }

    /// The currency of a series that exists.
    async fn check_series(
        &self,
        who: &Principal,
        (field, series): (&str, &SeriesKey),
    ) -> Result<Currency> {
        let product = (&series.market, &series.product);
        let currency = self.currency(&format!(".{field}"), product)?;
        let place = format!("condition.{field}.location");
        self.check_place(who.org, (&place, series)).await?;
        Ok(currency)
    }

    fn currency(&self, at: &str, (market, product): (&MarketId, &ProductId)) -> Result<Currency> {
        let terms = self.price_terms(market, product);
        terms
            .map(|(_, currency)| currency)
            .map_err(|error| unknown(at, error))
    }

    fn check_profit(&self, market: &MarketId, limit: &Money) -> Result<()> {
        let products = self.rules.products(market);
        let products = products.map_err(|error| unknown("", error.into()))?;
        let Some(product) = products.first() else {
            return Ok(());
        };
        let settled = self.currency("", (market, product))?;
        if settled == limit.currency() {
            return Ok(());
        }
        let rule = format!("must be the currency that {market} settles in, {settled}");
        Err(wrong(
            "currency",
            "limit.currency",
            &limit.currency(),
            &rule,
        ))
    }

    async fn check_service(&self, service: Option<&str>) -> Result<()> {
        let Some(service) = service else {
            return Ok(());
        };
        if service == "database" {
            let rule = "alarms are kept in the database itself: watch /health from outside";
            return Err(wrong("unwatchable_service", "service", &service, rule));
        }
        let known: Vec<_> = self.services().await.iter().map(|s| s.name).collect();
        if known.contains(&service) {
            return Ok(());
        }
        let rule = format!("must be one of {}", known.join(", "));
        Err(wrong("unknown_service", "service", &service, &rule))
    }
}

fn check_job_kind(kind: Option<&str>) -> Result<()> {
    const KINDS: [&str; 4] = ["backtest", "optimisation", "explanation", "offer"];
    match kind {
        Some(kind) if !KINDS.contains(&kind) => {
            let rule = format!("must be one of {}", KINDS.join(", "));
            Err(wrong("unknown_job_kind", "job_kind", &kind, &rule))
        }
        _ => Ok(()),
    }
}

/// What is not known is a wrong field of the condition.
fn unknown(at: &str, error: Error) -> Error {
    let mut violations = error.violations().to_vec();
    for violation in &mut violations {
        violation.field = format!("condition{at}.{}", violation.field);
    }
    if violations.is_empty() {
        error
    } else {
        Error::invalid(violations)
    }
}

fn wrong(code: &str, field: &str, value: &impl std::fmt::Display, rule: &str) -> Error {
    Error::field(code, format!("condition.{field}"), value, rule)
}
