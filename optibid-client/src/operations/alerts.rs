//! Rules that watch for alarms, and the alarms.

use crate::methods::operations;
use optibid_core::alert::{AlertRuleContent, WatchedRule};
use optibid_core::api::{
    AcknowledgeRequest, AlertParams, AlertView, ListParams, ListView, ReadingView, ShelveRequest,
};
use optibid_core::id::{AlertId, AlertRuleId};

operations! {
    /// The organisation's rules and where each stands, the newest first.
    "listAlertRules" GET "/api/alert-rules"
    list_alert_rules(params: &ListParams) -> ListView<WatchedRule> = from_json, query(params);

    /// Makes a rule that watches from now on.
    "createAlertRule" POST "/api/alert-rules"
    create_alert_rule(content: &AlertRuleContent) -> WatchedRule = from_json,
    json(content), keyed();

    /// One rule and where it stands.
    "getAlertRule" GET "/api/alert-rules/{id}"
    get_alert_rule(id: AlertRuleId) -> WatchedRule = from_json, path("id", id);

    /// Changes a rule that still has that version.
    "editAlertRule" PUT "/api/alert-rules/{id}"
    edit_alert_rule(id: AlertRuleId, version: u64, content: &AlertRuleContent) -> WatchedRule = from_json,
    path("id", id), json(content), if_match(version);

    /// Removes a rule; an alarm that goes on ends with it, and past ones stay.
    "removeAlertRule" DELETE "/api/alert-rules/{id}"
    remove_alert_rule(id: AlertRuleId) -> () = from_nothing, path("id", id);

    /// What a rule sees now, whatever its hold-offs.
    "readAlertRule" GET "/api/alert-rules/{id}/reading"
    read_alert_rule(id: AlertRuleId) -> ReadingView = from_json, path("id", id);

    /// Silences a rule until an instant.
    "shelveAlertRule" POST "/api/alert-rules/{id}/shelve"
    shelve_alert_rule(id: AlertRuleId, silence: &ShelveRequest) -> WatchedRule = from_json,
    path("id", id), json(silence);

    /// Ends a rule's silence; an alarm that goes on is told again.
    "unshelveAlertRule" POST "/api/alert-rules/{id}/unshelve"
    unshelve_alert_rule(id: AlertRuleId) -> WatchedRule = from_json, path("id", id);

    /// The organisation's alarms, the newest first.
    "listAlerts" GET "/api/alerts"
    list_alerts(params: &AlertParams) -> ListView<AlertView> = from_json, query(params);

    /// One alarm.
    "getAlert" GET "/api/alerts/{id}"
    get_alert(id: AlertId) -> AlertView = from_json, path("id", id);

    /// Answers an alarm, whether it goes on or has ended.
    "acknowledgeAlert" POST "/api/alerts/{id}/acknowledge"
    acknowledge_alert(id: AlertId, answer: &AcknowledgeRequest) -> AlertView = from_json,
    path("id", id), json(answer);
}
