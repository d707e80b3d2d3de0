//! A selection stays on what it was put on when lists change, and an act is done to that.

use crate::fixture::{World, frame, id, press};
use optibid_core::api::{AlertView, BidView};
use optibid_tui::dashboard::Dashboard;
use optibid_tui::request::{Act, Answer, Effect, Request, Update};

fn acts(effects: Vec<Effect>) -> Vec<Effect> {
    effects
        .into_iter()
        .filter(|effect| matches!(effect, Effect::Act(_)))
        .collect()
}

fn alerts_are(dashboard: &mut Dashboard, change: impl FnOnce(&mut Vec<AlertView>)) {
    let mut alerts = dashboard.state().data.alerts.clone();
    change(&mut alerts);
    dashboard.apply(Update::Got(Request::Alerts, Ok(Answer::Alerts(alerts))));
}

/// An alarm like the gravest, begun later: it stands above.
fn another(alerts: &[AlertView], n: u32) -> AlertView {
    AlertView {
        id: id(n).parse().unwrap(),
        ..alerts[0].clone()
    }
}

#[test]
fn an_alarm_that_comes_above_is_not_what_is_acknowledged() {
    let mut dashboard = World::autumn().dashboard();
    press(&mut dashboard, "7");
    frame(&mut dashboard, (120, 40));
    alerts_are(&mut dashboard, |alerts| {
        let new = another(alerts, 850);
        alerts.insert(0, new);
    });
    // Before and after the next frame.
    let first = Effect::Act(Act::Acknowledge(id(801).parse().unwrap()));
    assert_eq!(
        acts(press(&mut dashboard, "a")),
        std::slice::from_ref(&first)
    );
    frame(&mut dashboard, (120, 40));
    assert_eq!(acts(press(&mut dashboard, "a")), [first]);
}

#[test]
fn what_went_away_leaves_nothing_to_act_on_until_somebody_looks() {
    let mut dashboard = World::autumn().dashboard();
    press(&mut dashboard, "7");
    frame(&mut dashboard, (120, 40));
    alerts_are(&mut dashboard, |alerts| {
        alerts[0] = another(alerts, 850);
    });
    frame(&mut dashboard, (120, 40));
    assert_eq!(acts(press(&mut dashboard, "a")), []);
    let notice = dashboard.state().view.notice.clone().unwrap().text;
    assert!(notice.contains("no longer in the list"), "{notice}");
    assert_eq!(
        acts(press(&mut dashboard, "a")),
        [Effect::Act(Act::Acknowledge(id(850).parse().unwrap()))]
    );
}

#[test]
fn the_blotter_keeps_its_bid_when_a_new_one_comes() {
    let mut dashboard = World::autumn().dashboard();
    press(&mut dashboard, "3 j");
    frame(&mut dashboard, (120, 40));
    let mut bids = dashboard.state().data.bids.clone();
    let new = BidView {
        id: id(60).parse().unwrap(),
        ..bids[0].clone()
    };
    bids.insert(0, new);
    // Also while another screen is in view.
    press(&mut dashboard, "1");
    dashboard.apply(Update::Got(Request::Bids, Ok(Answer::Bids(bids))));
    press(&mut dashboard, "3");
    frame(&mut dashboard, (120, 40));
    press(&mut dashboard, "enter");
    let open = dashboard.state().view.open_bid.unwrap();
    assert_eq!(open.to_string(), id(2));
}
