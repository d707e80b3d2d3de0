use super::{Page, PageRequest, StoreError, Trail};
use crate::alert::{Alert, AlertRule, AlertStanding, Severity, WatchedRule};
use crate::id::{AlertId, AlertRuleId, OrgId};
use async_trait::async_trait;
use jiff::Timestamp;

/// Which alerts of an organisation are wanted; every filter is optional.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlertQuery {
    /// Only of this rule.
    pub rule: Option<AlertRuleId>,
    /// Only of this severity.
    pub severity: Option<Severity>,
    /// Only those that go on, or that ended at or after this instant and were not answered.
    pub outstanding_since: Option<Timestamp>,
    /// Which part of the list.
    pub page: PageRequest,
}

/// A part of the rules of all organisations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WatchedPart {
    /// The rules, the oldest first.
    pub rules: Vec<WatchedRule>,
    /// Rules that are kept and cannot be read, such as those of a newer program: they hold up no others.
    pub unreadable: Vec<AlertRuleId>,
    /// The last id of the part; none when nothing is left.
    pub last: Option<AlertRuleId>,
}

/// Rules that watch for alarms, each with where it stands.
///
/// - A rule and its standing are stored and removed together; an edit of the rule leaves the standing alone.
/// - A rule of another organisation is not found.
/// - A list is ordered by id, the newest first.
#[cfg_attr(feature = "testing", mockall::automock)]
#[async_trait]
pub trait AlertRuleStore: Send + Sync + 'static {
    /// Stores a new rule with its standing; [`StoreError::AlreadyExists`] when the id is taken.
    async fn insert_alert_rule(&self, rule: &WatchedRule, trail: &Trail) -> Result<(), StoreError>;

    /// Replaces a rule whose stored version is one below `rule.version`.
    ///
    /// [`StoreError::Conflict`] when another change came first, [`StoreError::NotFound`] when there is no such rule of the
    /// organisation.
    async fn update_alert_rule(&self, rule: &AlertRule, trail: &Trail) -> Result<(), StoreError>;

    /// Removes a rule that has both the version of the rule and that of the standing, and replaces the alerts that end with
    /// it, each one version on. Past alerts stay.
    ///
    /// [`StoreError::Conflict`] when another change came first, [`StoreError::NotFound`] when there is no such rule of the
    /// organisation.
    async fn remove_alert_rule(
        &self,
        rule: &WatchedRule,
        ended: &[Alert],
        trail: &Trail,
    ) -> Result<(), StoreError>;

    /// The rule, if the organisation has it.
    async fn alert_rule(
        &self,
        org: OrgId,
        id: AlertRuleId,
    ) -> Result<Option<WatchedRule>, StoreError>;

    /// Rules of the organisation, the newest first.
    async fn alert_rules(
        &self,
        org: OrgId,
        page: &PageRequest,
    ) -> Result<Page<WatchedRule>, StoreError>;

    /// Rules of all organisations with an id above `after`, the oldest first: for the task that watches, never for a reader.
    async fn watched_rules(
        &self,
        after: Option<AlertRuleId>,
        limit: u32,
    ) -> Result<WatchedPart, StoreError>;
}

/// Where rules stand, and the alerts that came of it.
///
/// - A standing is replaced only by the one a version on: of two that watch the same rule at the same time one wins.
/// - An alert of another organisation is not found.
/// - A list is ordered by id, the newest first.
#[cfg_attr(feature = "testing", mockall::automock)]
#[async_trait]
pub trait AlertStore: Send + Sync + 'static {
    /// Replaces a standing, and stores the alerts that begin (version 1) or change (one version on) with it.
    ///
    /// [`StoreError::Conflict`], and nothing is stored, when another change of the standing or of an alert came first;
    /// [`StoreError::NotFound`] when there is no such rule of the organisation.
    async fn move_standing(
        &self,
        standing: &AlertStanding,
        alerts: &[Alert],
        trail: &Trail,
    ) -> Result<(), StoreError>;

    /// Replaces a standing where nothing is to be told; refused as [`move_standing`](Self::move_standing) is.
    async fn note_standing(&self, standing: &AlertStanding) -> Result<(), StoreError>;

    /// Replaces an alert whose stored version is one below `alert.version`.
    ///
    /// [`StoreError::Conflict`] when another change came first, [`StoreError::NotFound`] when there is no such alert of the
    /// organisation.
    async fn update_alert(&self, alert: &Alert, trail: &Trail) -> Result<(), StoreError>;

    /// The alert, if the organisation has it.
    async fn alert(&self, org: OrgId, id: AlertId) -> Result<Option<Alert>, StoreError>;

    /// Alerts of the organisation, the newest first.
    async fn alerts(&self, org: OrgId, query: &AlertQuery) -> Result<Page<Alert>, StoreError>;
}
