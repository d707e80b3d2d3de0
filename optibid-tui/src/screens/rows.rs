//! What the rows of lists are about: by that a selection is kept when rows move.

use super::attention::{self, Attention};
use super::{alerts, table};
use crate::schedule::shown_series;
use crate::state::State;
use crate::view::{Pane, RowKey};

/// What each row of a list is about, as it is shown; none where rows have no name that lasts.
pub(crate) fn keys(state: &State, pane: Pane) -> Option<Vec<RowKey>> {
    let data = &state.data;
    let all: Vec<RowKey> = match pane {
        Pane::Alarms | Pane::Alerts => attention::items(state).iter().map(of).collect(),
        Pane::Blotter => data.bids.iter().map(|bid| RowKey::Bid(bid.id)).collect(),
        Pane::Jobs => data.jobs.iter().map(|job| RowKey::Job(job.id)).collect(),
        Pane::Assets | Pane::Storage => {
            let assets = data.assets.iter();
            let shown = assets.filter(|a| pane == Pane::Assets || a.kind.battery().is_some());
            shown.map(|asset| RowKey::Asset(asset.id)).collect()
        }
        Pane::Prices => shown_series(data).into_iter().map(RowKey::Series).collect(),
        Pane::Rules => {
            let rules = data.rules.iter();
            rules.map(|watched| RowKey::Rule(watched.rule.id)).collect()
        }
        Pane::PastAlerts => alerts::past_alerts(state)
            .map(|alert| RowKey::Alert(alert.id))
            .collect(),
        _ => return None,
    };
    if state.view.filter(pane).is_none() {
        return Some(all);
    }
    let table = table(state, pane)?;
    let shown = (0..table.len()).filter_map(|row| all.get(table.origin(row)?).cloned());
    Some(shown.collect())
}

fn of(item: &attention::Item) -> RowKey {
    match item.subject {
        Attention::Bid(id) => RowKey::Bid(id),
        Attention::Job(id) => RowKey::Job(id),
        Attention::Alert(id) => RowKey::Alert(id),
        Attention::Outcome(id) => RowKey::Outcome(id),
        Attention::Service => RowKey::Own(item.about),
    }
}
