//! Look at alarms and answer them.

use super::App;
use crate::alert::{Acknowledgement, Alert, AlertChange, AlertEvent, AlertState, Severity};
use crate::auth::{Permission, Principal};
use crate::error::{Error, Result};
use crate::id::{AlertId, AlertRuleId};
use crate::ports::{AlertQuery, Page, PageRequest, StoreError};

/// How often an answer is tried again when the alarm moves at the same moment.
const ATTEMPTS: u32 = 3;

/// Which alarms are wanted; every filter is optional.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlertFilter {
    /// Only those that go on, or that ended without an answer less than a week ago.
    pub outstanding: bool,
    /// Only of this rule.
    pub rule: Option<AlertRuleId>,
    /// Only of this severity.
    pub severity: Option<Severity>,
    /// Which part of the list.
    pub page: PageRequest,
}

impl App {
    /// The organisation's alarms, the newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn alerts(&self, who: &Principal, filter: AlertFilter) -> Result<Page<Alert>> {
        who.require(Permission::ReadAlerts)?;
        let now = self.environment.clock.now();
        let since = now.checked_sub(Alert::EXPIRY).unwrap_or(now);
        let query = AlertQuery {
            rule: filter.rule,
            severity: filter.severity,
            outstanding_since: filter.outstanding.then_some(since),
            page: filter.page,
        };
        Ok(self.stores.alerts.alerts(who.org, &query).await?)
    }

    /// The alarm.
    ///
    /// # Errors
    /// [`Code::NotFound`](crate::error::Code::NotFound) when the organisation has no such alarm.
    pub async fn alert(&self, who: &Principal, id: AlertId) -> Result<Alert> {
        who.require(Permission::ReadAlerts)?;
        self.own_alert(who, id).await
    }

    /// Answers an alarm, whether it goes on or has ended.
    ///
    /// # Errors
    /// [`Code::Conflict`](crate::error::Code::Conflict) when it was answered before.
    pub async fn acknowledge_alert(
        &self,
        who: &Principal,
        id: AlertId,
        note: String,
    ) -> Result<Alert> {
        self.may_write(who, Permission::AnswerAlerts).await?;
        let mut attempt = 1;
        loop {
            let before = self.own_alert(who, id).await?;
            let answer = Acknowledgement {
                by: who.user,
                at: self.environment.clock.now(),
                note: note.clone(),
            };
            let state = match before.ended_at {
                None => before.state,
                Some(_) => AlertState::Normal,
            };
            let alert = before.acknowledge(answer)?;
            let event = AlertEvent::of(AlertChange::Acknowledged, &alert, state);
            let trail = self
                .trail(who, "alert.acknowledge", format!("alert/{id}"))
                .with_detail(&serde_json::json!({ "rule": alert.rule, "note": note }));
            let trail = self.tell_alerts(trail, who.org, vec![event]).await?;
            match self.stores.alerts.update_alert(&alert, &trail).await {
                Ok(()) => return Ok(alert),
                // It ended while it was being answered: the answer is as good then.
                Err(StoreError::Conflict { .. }) if attempt < ATTEMPTS => attempt += 1,
                Err(error) => return Err(error.into()),
            }
        }
    }

    async fn own_alert(&self, who: &Principal, id: AlertId) -> Result<Alert> {
        let alert = self.stores.alerts.alert(who.org, id).await?;
        alert.ok_or_else(|| Error::not_found("alert", id))
    }
}
