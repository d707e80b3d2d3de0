use super::{MemoryStore, State, already_exists, first, not_found, page, require_version};
use crate::alert::{Alert, AlertRule, AlertStanding, WatchedRule};
use crate::id::{AlertId, AlertRuleId, OrgId};
use crate::ports::{
    AlertQuery, AlertRuleStore, AlertStore, Page, PageRequest, StoreError, Trail, WatchedPart,
};
use async_trait::async_trait;

impl State {
    fn require_alert_rule(&self, org: OrgId, id: AlertRuleId) -> Result<&WatchedRule, StoreError> {
        let own = self
            .alert_rules
            .get(&id)
            .filter(|kept| kept.rule.org == org);
        own.ok_or_else(|| not_found("alert rule", id))
    }

    fn require_next_standing(&self, next: &AlertStanding) -> Result<(), StoreError> {
        let kept = self.require_alert_rule(next.org, next.rule)?;
        let versions = (kept.standing.version, next.version);
        require_version("alert standing", next.rule, versions)
    }

    /// New alerts have version 1, others are one version on.
    fn require_next_alert(&self, next: &Alert) -> Result<(), StoreError> {
        match self.alerts.get(&next.id) {
            Some(_) if next.version == 1 => Err(already_exists("alert", next.id)),
            Some(kept) if kept.org == next.org => {
                require_version("alert", next.id, (kept.version, next.version))
            }
            None if next.version == 1 => Ok(()),
            _ => Err(not_found("alert", next.id)),
        }
    }

    fn put_alerts(&mut self, alerts: &[Alert]) {
        let alerts = alerts.iter().map(|alert| (alert.id, alert.clone()));
        self.alerts.extend(alerts);
    }

    fn put_standing(&mut self, standing: &AlertStanding) {
        if let Some(kept) = self.alert_rules.get_mut(&standing.rule) {
            kept.standing = standing.clone();
        }
    }
}

fn matches(query: &AlertQuery, alert: &Alert) -> bool {
    let outstanding = |since| match alert.ended_at {
        None => true,
        Some(end) => alert.acknowledged.is_none() && end >= since,
    };
    query.rule.is_none_or(|rule| rule == alert.rule)
        && query
            .severity
            .is_none_or(|severity| severity == alert.severity)
        && query.outstanding_since.is_none_or(outstanding)
}

#[async_trait]
impl AlertRuleStore for MemoryStore {
    async fn insert_alert_rule(&self, rule: &WatchedRule, trail: &Trail) -> Result<(), StoreError> {
        let id = rule.rule.id;
        self.write(trail, |state| {
            if state.alert_rules.contains_key(&id) {
                return Err(already_exists("alert rule", id));
            }
            state.alert_rules.insert(id, rule.clone());
            Ok(())
        })
    }

    async fn update_alert_rule(&self, rule: &AlertRule, trail: &Trail) -> Result<(), StoreError> {
        self.write(trail, |state| {
            let kept = state.require_alert_rule(rule.org, rule.id)?;
            require_version("alert rule", rule.id, (kept.rule.version, rule.version))?;
            if let Some(kept) = state.alert_rules.get_mut(&rule.id) {
                kept.rule = rule.clone();
            }
            Ok(())
        })
    }

    async fn remove_alert_rule(
        &self,
        rule: &WatchedRule,
        ended: &[Alert],
        trail: &Trail,
    ) -> Result<(), StoreError> {
        let (id, next) = (rule.rule.id, |version: u64| version.saturating_add(1));
        self.write(trail, |state| {
            let kept = state.require_alert_rule(rule.rule.org, id)?;
            let versions = (kept.rule.version, next(rule.rule.version));
            require_version("alert rule", id, versions)?;
            let versions = (kept.standing.version, next(rule.standing.version));
            require_version("alert standing", id, versions)?;
            ended
                .iter()
                .try_for_each(|alert| state.require_next_alert(alert))?;
            state.put_alerts(ended);
            state.alert_rules.remove(&id);
            Ok(())
        })
    }

    async fn alert_rule(
        &self,
        org: OrgId,
        id: AlertRuleId,
    ) -> Result<Option<WatchedRule>, StoreError> {
        Ok(self.read(|state| state.require_alert_rule(org, id).ok().cloned()))
    }

    async fn alert_rules(
        &self,
        org: OrgId,
        request: &PageRequest,
    ) -> Result<Page<WatchedRule>, StoreError> {
        self.read(|state| {
            let newest = state.alert_rules.values().rev();
            let own = newest.filter(|kept| kept.rule.org == org);
            page(own, request, |kept| kept.rule.id)
        })
    }

    async fn watched_rules(
        &self,
        after: Option<AlertRuleId>,
        limit: u32,
    ) -> Result<WatchedPart, StoreError> {
        Ok(self.read(|state| {
            let kept = state.alert_rules.values();
            let follows = |kept: &&WatchedRule| after.is_none_or(|after| after < kept.rule.id);
            let rules = first(kept.filter(follows).cloned(), limit);
            WatchedPart {
                last: rules.last().map(|kept| kept.rule.id),
                unreadable: Vec::new(),
                rules,
            }
        }))
    }
}

#[async_trait]
impl AlertStore for MemoryStore {
    async fn move_standing(
        &self,
        standing: &AlertStanding,
        alerts: &[Alert],
        trail: &Trail,
    ) -> Result<(), StoreError> {
        self.write(trail, |state| {
            state.require_next_standing(standing)?;
            alerts
                .iter()
                .try_for_each(|alert| state.require_next_alert(alert))?;
            state.put_standing(standing);
            state.put_alerts(alerts);
            Ok(())
        })
    }

    async fn note_standing(&self, standing: &AlertStanding) -> Result<(), StoreError> {
        let mut state = self.lock();
        state.require_next_standing(standing)?;
        state.put_standing(standing);
        Ok(())
    }

    async fn update_alert(&self, alert: &Alert, trail: &Trail) -> Result<(), StoreError> {
        self.write(trail, |state| {
            let known = state.alerts.get(&alert.id);
            if known.is_none_or(|kept| kept.org != alert.org) {
                return Err(not_found("alert", alert.id));
            }
            let found = known.map_or(0, |kept| kept.version);
            require_version("alert", alert.id, (found, alert.version))?;
            state.put_alerts(std::slice::from_ref(alert));
            Ok(())
        })
    }

    async fn alert(&self, org: OrgId, id: AlertId) -> Result<Option<Alert>, StoreError> {
        Ok(self.read(|state| state.alerts.get(&id).filter(|a| a.org == org).cloned()))
    }

    async fn alerts(&self, org: OrgId, query: &AlertQuery) -> Result<Page<Alert>, StoreError> {
        self.read(|state| {
            let newest = state.alerts.values().rev();
            let wanted = newest.filter(|alert| alert.org == org && matches(query, alert));
            page(wanted, &query.page, |alert| alert.id)
        })
    }
}
