//! What is read when: always what the overview shows, and what the screen in view shows besides.

use crate::action::Screen;
use crate::data::Data;
use crate::request::{Effect, HEAT_DAYS, Request, Series};
use crate::state::{Line, Link, State};
use jiff::SignedDuration;
use optibid_core::auth::{Permission, Role};

/// What is wanted, and how old it may become. What an event tells at once is read seldom, as a safeguard.
#[must_use]
pub(crate) fn wanted(state: &State) -> Vec<(Request, SignedDuration)> {
    let mut wanted = Vec::new();
    let mut want = |request, seconds| wanted.push((request, SignedDuration::from_secs(seconds)));
    want(Request::Health, 15);
    want(Request::Me, 600);
    want(Request::Maintenance, 60);
    want(Request::Markets, 60);
    want(Request::Latest, 60);
    if may(state, Permission::ReadAssets) {
        want(Request::Assets, 60);
        for asset in &state.data.assets {
            want(Request::Telemetry(asset.id), 15);
        }
    }
    if may(state, Permission::ReadBids) {
        want(Request::Bids, 60);
    }
    if may(state, Permission::ReadJobs) {
        want(Request::Jobs, 60);
    }
    if may(state, Permission::ReadAlerts) {
        want(Request::Alerts, 60);
        want(Request::AlertRules, 120);
    }
    if may(state, Permission::ReadPortfolio) {
        want(state.profit_span(), 120);
    }
    for series in shown_series(&state.data) {
        if let Some(day) = state.data.natural_day(&series, state.now) {
            want(Request::prices(series, day, 1), 600);
        }
    }
    wanted.extend(of_screen(state));
    wanted
}

/// Series whose course of the day the overview shows.
pub(crate) fn shown_series(data: &Data) -> Vec<Series> {
    data.latest.keys().take(24).cloned().collect()
}

fn of_screen(state: &State) -> Vec<(Request, SignedDuration)> {
    let mut wanted = Vec::new();
    let mut want = |request, seconds| wanted.push((request, SignedDuration::from_secs(seconds)));
    match state.view.screen {
        Screen::Market => {
            if let (Some(series), Some(day)) = (state.series(), state.day()) {
                for companion in companions(&state.data, &series) {
                    want(Request::prices(companion, day, 1), 600);
                }
                let (market, product) = (series.market.clone(), series.product.clone());
                want(
                    Request::Day {
                        market,
                        product,
                        day,
                    },
                    3_600,
                );
                want(Request::prices(series, day, HEAT_DAYS), 600);
            }
        }
        Screen::Forecasts => {
            if let (Some(series), Some(day)) = (state.series(), state.day()) {
                want(Request::prices(series.clone(), day, 1), 600);
                want(Request::Forecast { series, day }, 600);
            }
        }
        Screen::Bids => {
            if let Some(bid) = state.view.open_bid.and_then(|id| state.data.bid(id)) {
                want(Request::Bid(bid.id), 60);
                want(Request::History(bid.id), 60);
                want(Request::Awards(bid.id), 60);
                let content = &bid.content;
                let (market, product) = (content.market.clone(), content.product.clone());
                let day = content.delivery_day;
                want(
                    Request::Day {
                        market,
                        product,
                        day,
                    },
                    3_600,
                );
            }
        }
        Screen::Audit if may(state, Permission::ReadAudit) => want(Request::Audit, 30),
        _ => {}
    }
    wanted
}

/// The other products of the same place.
pub(crate) fn companions(data: &Data, series: &Series) -> Vec<Series> {
    let beside = |other: &&Series| {
        other.market == series.market
            && other.location == series.location
            && other.product != series.product
    };
    data.latest.keys().filter(beside).take(2).cloned().collect()
}

/// Whether the role of whoever is signed in allows it.
pub(crate) fn may(state: &State, permission: Permission) -> bool {
    role(state).is_some_and(|role| role.allows(permission))
}

fn role(state: &State) -> Option<Role> {
    Some(state.data.me.as_ref()?.user.role)
}

/// What is to be read now, and whether the line of events is to be made.
pub(crate) fn due(state: &mut State) -> Vec<Effect> {
    let probe = match state.link {
        Link::Offline => return Vec::new(),
        Link::Connecting => true,
        Link::Away { again, .. } => {
            if again > state.now {
                return Vec::new();
            }
            true
        }
        Link::Up => state.signed_out || state.signing_in,
    };
    let wanted = if probe {
        // A server that is away is asked one thing at a time.
        let pause = if state.signed_out { 15 } else { 0 };
        let mut probes = vec![(Request::Health, SignedDuration::from_secs(pause))];
        if state.signed_out && matches!(state.link, Link::Up) {
            // Another dashboard of the same person may sign in.
            probes.push((Request::Me, SignedDuration::from_secs(30)));
        }
        probes
    } else {
        wanted(state)
    };
    let mut effects = Vec::new();
    for (request, every) in wanted {
        if state.slots.is_due(&request, every, state.now) {
            state.slots.begin(&request);
            effects.push(Effect::Fetch(request));
        }
    }
    let listens = match state.line {
        Line::Down => true,
        Line::Paused(until) => until <= state.now,
        Line::Asked | Line::Listening | Line::Denied => false,
    };
    if listens && state.is_live() && state.data.me.is_some() {
        state.line = Line::Asked;
        effects.push(Effect::Listen);
    }
    effects
}
