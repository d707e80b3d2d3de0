//! What needs a person, in the order of urgency: the server's alarms, and what the dashboard itself sees.

use super::gates;
use crate::format;
use crate::request::Request;
use crate::schedule::may;
use crate::state::{Link, OpenOutcome, State};
use crate::theme::Tone;
use crate::widgets::table::{Cell, Column, Table};
use jiff::{SignedDuration, Timestamp};
use optibid_core::alert::{AlertStatus, Severity};
use optibid_core::api::AlertView;
use optibid_core::auth::Permission;
use optibid_core::bid::BidState;
use optibid_core::id::{AlertId, BidId, JobId};
use optibid_core::job::JobState;

/// What a row of the list is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attention {
    /// A bid.
    Bid(BidId),
    /// A job.
    Job(JobId),
    /// An alarm of the server.
    Alert(AlertId),
    /// What came of an act on a bid.
    Outcome(BidId),
    /// The service or the connection.
    Service,
}

/// Gates this far away matter to bids that are not submitted.
const GATE_AHEAD: SignedDuration = SignedDuration::from_hours(2);
/// Jobs that failed longer ago are history.
const FAILED_AGO: SignedDuration = SignedDuration::from_hours(24);

/// Alarms are read every minute; an answer older than this tells nothing of now.
const KNOWN_FOR: SignedDuration = SignedDuration::from_mins(3);

/// One row.
pub(crate) struct Item {
    pub(crate) tone: Tone,
    /// What is to be done, in a word.
    pub(crate) word: &'static str,
    pub(crate) about: &'static str,
    pub(crate) text: String,
    pub(crate) since: Option<Timestamp>,
    pub(crate) subject: Attention,
}

impl Item {
    fn new(tone: Tone, about: &'static str, text: String, subject: Attention) -> Self {
        let word = if tone == Tone::Danger { "NOW" } else { "soon" };
        Self {
            tone,
            word,
            about,
            text,
            since: None,
            subject,
        }
    }

    /// What stands first.
    const fn rank(&self) -> u8 {
        match self.tone {
            Tone::Danger => 0,
            Tone::Warn => 1,
            Tone::Plain => 2,
            _ => 3,
        }
    }
}

/// What needs a person: what to act on now first.
pub(crate) fn items(state: &State) -> Vec<Item> {
    let mut items = connection(state);
    items.extend(unread(state));
    items.extend(outcomes(state));
    items.extend(alerts(state));
    items.extend(bids(state));
    items.extend(jobs(state));
    // Stable: within a grade the order is that of the lists.
    items.sort_by_key(Item::rank);
    items
}

/// Whether an alarm goes on, or ended without an answer.
pub(super) const fn is_outstanding(status: AlertStatus) -> bool {
    matches!(
        status,
        AlertStatus::Unacknowledged | AlertStatus::Acknowledged | AlertStatus::Returned
    )
}

/// Whether the rule of an alarm is shelved now. Where the rule is not known it is not taken to be.
pub(crate) fn is_silent(state: &State, alert: &AlertView) -> bool {
    let rule = state
        .data
        .rules
        .iter()
        .find(|watched| watched.rule.id == alert.rule);
    rule.is_some_and(|watched| watched.standing.is_shelved(state.now))
}

fn alerts(state: &State) -> Vec<Item> {
    let outstanding = state
        .data
        .alerts
        .iter()
        .filter(|alert| is_outstanding(alert.status));
    let item = |alert: &AlertView| {
        let (tone, word) = match (alert.status, alert.severity) {
            // The alarm's own word tells how it began; what is silent now, its rule knows.
            _ if is_silent(state, alert) => (Tone::Dim, "shelved"),
            (AlertStatus::Unacknowledged, Severity::Critical) => (Tone::Danger, "NOW"),
            (AlertStatus::Unacknowledged, Severity::Warning) => (Tone::Warn, "soon"),
            (AlertStatus::Unacknowledged, Severity::Info) => (Tone::Plain, "info"),
            (AlertStatus::Returned, _) => (Tone::Plain, "over"),
            _ => (Tone::Dim, "acked"),
        };
        Item {
            tone,
            word,
            about: alert.severity.code(),
            text: format!("{}: {}", alert.name, alert.message),
            since: Some(alert.raised_at),
            subject: Attention::Alert(alert.id),
        }
    };
    outstanding.map(item).collect()
}

/// Acts of which it is not known whether they were done.
fn outcomes(state: &State) -> Vec<Item> {
    let item = |open: &OpenOutcome| Item {
        since: Some(open.at),
        ..Item::new(
            Tone::Danger,
            "act",
            open.text.clone(),
            Attention::Outcome(open.bid),
        )
    };
    state.open_outcomes.iter().map(item).collect()
}

/// That alarms are not known, and why: an empty list would say that there are none.
fn unread(state: &State) -> Option<Item> {
    let reason = unread_for(state)?;
    let text = format!("alarms are not known: {reason}");
    let about = Attention::Service;
    Some(Item::new(Tone::Danger, "alarms", text, about))
}

fn unread_for(state: &State) -> Option<String> {
    let slot = state.slots.get(&Request::Alerts);
    let got = slot.and_then(|slot| slot.got);
    let failure = slot.and_then(|slot| slot.failure.as_ref());
    match state.link {
        Link::Offline => return Some("without a server there are none to read".to_owned()),
        // That it is away, and for how long, stands above.
        Link::Away { .. } if got.is_some() => return None,
        _ => {}
    }
    if state.signed_out {
        return Some("nobody is signed in".to_owned());
    }
    if state.data.me.is_some() && !may(state, Permission::ReadAlerts) {
        return Some("the role may not read them".to_owned());
    }
    match (failure, got) {
        (Some(failure), _) => Some(failure.reason.clone()),
        (None, None) => Some("they were not read yet".to_owned()),
        (None, Some(at)) if state.now.duration_since(at) > KNOWN_FOR => Some(format!(
            "the last answer is {} old",
            format::age(state.now, at)
        )),
        _ => None,
    }
}

fn connection(state: &State) -> Vec<Item> {
    let mut items = Vec::new();
    if let Link::Away { since, .. } = state.link {
        let span = match format::age(state.now, since).as_str() {
            "now" => "does not answer".to_owned(),
            age => format!("has not answered for {age}"),
        };
        let text = format!("the server {span}; what is shown is old");
        items.push(Item::new(
            Tone::Danger,
            "connection",
            text,
            Attention::Service,
        ));
    }
    if let Some(health) = &state.data.health
        && health.status == optibid_core::api::HealthStatus::Unhealthy
    {
        items.push(Item::new(
            Tone::Danger,
            "service",
            "the service is unhealthy".to_owned(),
            Attention::Service,
        ));
    }
    items
}

fn bids(state: &State) -> Vec<Item> {
    let mut items = Vec::new();
    let gates = gates::next(state);
    for bid in &state.data.bids {
        let what = format!(
            "{} {} {}",
            bid.content.market,
            bid.content.product,
            format::day(bid.content.delivery_day)
        );
        let about = Attention::Bid(bid.id);
        match bid.state {
            BidState::Unknown => {
                let text = format!("{what}: the venue's answer never came; ask it again");
                items.push(Item::new(Tone::Danger, "bid", text, about));
            }
            BidState::Rejected => items.push(Item::new(
                Tone::Warn,
                "bid",
                format!("{what}: rejected by the venue"),
                about,
            )),
            BidState::Draft | BidState::Validated => {
                let gate = gates.iter().find(|gate| {
                    *gate.market == bid.content.market
                        && gate.product.product == bid.content.product
                        && gate.day == bid.content.delivery_day
                });
                let left = gate.map(|gate| gate.closes.duration_since(state.now));
                if let Some(left) =
                    left.filter(|left| *left > SignedDuration::ZERO && *left < GATE_AHEAD)
                {
                    let tone = if left <= gates::NOW {
                        Tone::Danger
                    } else {
                        Tone::Warn
                    };
                    let text = format!(
                        "{what}: {} and the gate closes in {}",
                        bid.state,
                        format::countdown(left)
                    );
                    items.push(Item::new(tone, "gate", text, about));
                }
            }
            _ => {}
        }
    }
    items
}

fn jobs(state: &State) -> Vec<Item> {
    let failed = state.data.jobs.iter().filter(|job| {
        job.state == JobState::Failed && state.now.duration_since(job.updated_at) < FAILED_AGO
    });
    let item = |job: &optibid_core::api::JobView| {
        let reason = job.error.clone().unwrap_or_default();
        let text = format!("{} failed: {reason}", job.spec.kind());
        Item::new(Tone::Warn, "job", text, Attention::Job(job.id))
    };
    failed.map(item).collect()
}

/// The title of the list, with how many rows are grave.
pub(super) fn title(state: &State) -> String {
    let items = items(state);
    let of = |tone| items.iter().filter(|item| item.tone == tone).count();
    let rest = items.len() - of(Tone::Danger) - of(Tone::Warn);
    let counts = [
        (of(Tone::Danger), "now"),
        (of(Tone::Warn), "soon"),
        (rest, "more"),
    ];
    let told: Vec<String> = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    if told.is_empty() {
        "Alarms: none".to_owned()
    } else {
        let alarms = state.data.alerts.iter();
        let outstanding = alarms.filter(|alert| is_outstanding(alert.status));
        let title = format!("Alarms: {}", told.join(", "));
        super::parts::cut(title, outstanding.count())
    }
}

/// The list.
pub(crate) fn table(state: &State) -> Table {
    let mut table = Table::new([
        Column::text("", 0),
        Column::text("about", 2),
        Column::wide("what"),
        Column::age("for", 1),
    ])
    .explaining(2);
    for item in items(state) {
        let since = item
            .since
            .map_or_else(String::new, |at| format::age(state.now, at));
        table.row([
            Cell::new(item.word, item.tone),
            Cell::new(item.about, Tone::Dim),
            Cell::new(
                item.text,
                if item.tone == Tone::Dim {
                    Tone::Dim
                } else {
                    Tone::Plain
                },
            ),
            Cell::new(since, Tone::Dim),
        ]);
    }
    table
}
