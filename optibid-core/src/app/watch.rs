//! Watch: read what every rule watches, and tell what moved.

use super::App;
use crate::alert::{
    Alert, AlertChange, AlertCondition, AlertEvent, AlertStanding, AlertState, NewAlert, Reading,
    Step, WatchedRule,
};
use crate::audit::Actor;
use crate::error::{Code, Error, Result};
use crate::id::{AlertId, AlertRuleId};
use crate::ports::Trail;
use futures::stream::{self, StreamExt as _};
use jiff::Timestamp;

/// Rules that are read at the same time.
const AT_ONCE: usize = 8;

/// Which rules a round reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WatchScope {
    /// All of them.
    All,
    /// Those that cost little: all but those that sum up settled days.
    Quick,
}

/// What a round of watching did.
#[derive(Debug, Default)]
pub struct WatchRound {
    /// Rules that were read.
    pub watched: u64,
    /// Rules that moved.
    pub moved: u64,
    /// Rules that could not be read, or whose move could not be kept: they are read again in the next round.
    pub failed: u64,
    /// Why, for the first of those.
    pub failure: Option<(AlertRuleId, Error)>,
}

impl App {
    /// Reads what the rules of all organisations watch, `batch` rules at a time, and tells what moved. Where several watch
    /// the same rules each move is told once.
    ///
    /// # Errors
    /// When the rules cannot be read; one that fails is counted and does not hold up the others.
    pub async fn watch_alerts(&self, scope: WatchScope, batch: u32) -> Result<WatchRound> {
        let mut round = WatchRound::default();
        let mut after = None;
        loop {
            let part = self.stores.alert_rules.watched_rules(after, batch).await?;
            if part.last.is_none() {
                return Ok(round);
            }
            after = part.last;
            for id in part.unreadable {
                let error = Error::new(Code::Internal, "the rule cannot be read back");
                round.fails(id, error);
            }
            let rules = part.rules.into_iter();
            let rules = rules.filter(|kept| scope.holds(&kept.rule.content.condition));
            let mut seen = stream::iter(rules)
                .map(|kept| async move { (kept.rule.id, self.watch(&kept).await) })
                .buffer_unordered(AT_ONCE);
            while let Some((id, moved)) = seen.next().await {
                round.watched += 1;
                match moved {
                    Ok(moved) => round.moved += u64::from(moved),
                    // Another watcher, or a person, was first.
                    Err(error) if error.code() == Code::Conflict => {}
                    Err(error) => round.fails(id, error),
                }
            }
        }
    }

    /// Whether the rule moved.
    async fn watch(&self, watched: &WatchedRule) -> Result<bool> {
        let content = &watched.rule.content;
        let reading = if content.enabled {
            self.reading(watched.rule.org, &content.condition).await
        } else {
            Ok(Reading::holds(false, "the rule is switched off"))
        };
        let reading = match reading {
            // A store that does not answer now may do so in the next round, and says nothing of what is watched.
            Err(error) if matches!(error.code(), Code::Unavailable | Code::Timeout) => {
                return Err(error);
            }
            // Whatever else keeps the rule from seeing is not normal.
            Err(error) => Reading::missing(format!("it could not be read: {error}")),
            Ok(reading) => reading,
        };
        let now = self.environment.clock.now();
        let Some(step) = watched.standing.observe(&watched.rule, &reading, now) else {
            return Ok(false);
        };
        if step.moved.is_none() && !step.unshelved {
            self.stores.alerts.note_standing(&step.standing).await?;
            return Ok(false);
        }
        let moved = step.moved.is_some();
        self.tell(watched, step, (reading, now)).await?;
        Ok(moved)
    }

    async fn tell(
        &self,
        watched: &WatchedRule,
        step: Step,
        (reading, now): (Reading, Timestamp),
    ) -> Result<()> {
        let mut next = step.standing;
        let (mut alerts, mut told) = (Vec::new(), Vec::new());
        if let Some(state) = step.moved {
            let same = watched.standing.condition_version == next.condition_version;
            let reason = if same {
                &*reading.told
            } else {
                "the rule was changed"
            };
            if let Some(alert) = self.open_alert(&watched.standing).await? {
                let ended = alert.end(reason, now);
                // Who never heard of it need not hear of its end.
                if !ended.shelved {
                    told.push(AlertEvent::of(AlertChange::Ended, &ended, state));
                }
                alerts.push(ended);
            }
            next.alert = None;
            if state != AlertState::Normal {
                let alert = self.raise(watched, (&next, state), (reading, now));
                next.alert = Some(alert.id);
                if !alert.shelved {
                    told.push(AlertEvent::of(AlertChange::Raised, &alert, state));
                }
                alerts.push(alert);
            }
        } else if let Some(alert) = self.open_alert(&next).await? {
            let alert = alert.told();
            let event = AlertEvent::of(AlertChange::Unshelved, &alert, next.state);
            told.push(event);
            alerts.push(alert);
        } else {
            let standing = (&next, "the silence is over".to_owned());
            let change = AlertChange::Unshelved;
            told.push(AlertEvent::of_rule(change, &watched.rule, standing));
        }
        let trail = self.watch_trail(watched, (&next, step.moved));
        let trail = self.tell_alerts(trail, watched.rule.org, told).await?;
        let store = &self.stores.alerts;
        Ok(store.move_standing(&next, &alerts, &trail).await?)
    }

    fn raise(
        &self,
        watched: &WatchedRule,
        (next, state): (&AlertStanding, AlertState),
        (reading, at): (Reading, Timestamp),
    ) -> Alert {
        let new = NewAlert {
            id: AlertId::from_uuid(self.environment.ids.uuid()),
            state,
            told: reading.told,
            shelved: next.is_shelved(at),
            at,
        };
        Alert::raise(&watched.rule, new)
    }

    fn watch_trail(
        &self,
        watched: &WatchedRule,
        (next, moved): (&AlertStanding, Option<AlertState>),
    ) -> Trail {
        let org = Some(watched.rule.org);
        let action = match moved {
            None => "alert_rule.unshelve",
            Some(AlertState::Normal) => "alert.end",
            Some(AlertState::Active) => "alert.raise",
            Some(AlertState::NoData) => "alert.no_data",
        };
        let subject = format!("alert_rule/{}", watched.rule.id);
        let detail = serde_json::json!({
            "name": watched.rule.content.name,
            "from": watched.standing.state,
            "to": next.state,
            "alert": next.alert,
        });
        self.system_trail(org, Actor::System, action, subject)
            .with_detail(&detail)
    }
}

impl WatchScope {
    const fn holds(self, condition: &AlertCondition) -> bool {
        match self {
            Self::All => true,
            Self::Quick => !matches!(condition, AlertCondition::Profit { .. }),
        }
    }
}

impl WatchRound {
    fn fails(&mut self, id: AlertRuleId, error: Error) {
        self.failed += 1;
        self.failure.get_or_insert((id, error));
    }
}
