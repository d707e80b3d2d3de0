//! Where a rule stands: dead band, hold-offs, no data, shelving, and that nothing trembles.

use jiff::{SignedDuration, Timestamp};
use optibid_core::alert::{
    AlertCondition, AlertRule, AlertSide, AlertStanding, AlertState, MissingData, Reading, Shelving,
};
use optibid_core::testing::fixtures::{self, NOON, Tenant, ercot_rtm_series};
use optibid_core::unit::{Energy, Price};
use proptest::prelude::*;

/// A rule with where it stands and what was told of it.
struct Watch {
    rule: AlertRule,
    standing: AlertStanding,
    now: Timestamp,
    moves: Vec<AlertState>,
}

impl Watch {
    fn new(change: impl FnOnce(&mut AlertRule)) -> Self {
        let mut rule = fixtures::price_alert(&Tenant::numbered(1), Price::from_units(200));
        change(&mut rule);
        assert_eq!(rule.content.violations(), []);
        let standing = AlertStanding::new(&rule, NOON);
        Self {
            rule,
            standing,
            now: NOON,
            moves: Vec::new(),
        }
    }

    fn see(&mut self, reading: &Reading) -> &mut Self {
        if let Some(step) = self.standing.observe(&self.rule, reading, self.now) {
            assert_eq!(step.standing.version, self.standing.version + 1);
            assert_eq!(
                step.moved.is_some(),
                step.standing.state != self.standing.state
            );
            self.moves.extend(step.moved);
            self.standing = step.standing;
        }
        self
    }

    fn price(&mut self, units: i32) -> &mut Self {
        self.see(&price(units))
    }

    fn missing(&mut self) -> &mut Self {
        self.see(&Reading::missing("nothing"))
    }

    fn after(&mut self, seconds: i64) -> &mut Self {
        self.now += SignedDuration::from_secs(seconds);
        self
    }
}

fn price(units: i32) -> Reading {
    Reading::level(Price::from_units(units).micros(), format!("{units}"))
}

use AlertState::{Active, NoData, Normal};

#[test]
fn it_is_raised_above_the_limit_and_ends_below_the_reset_after_the_hold_off() {
    let mut watch = Watch::new(|_| {});
    watch.price(200).after(60).price(201);
    assert_eq!(watch.moves, [Active]);
    // Without a reset the dead band is 2 %: 196 is the first price that counts as normal.
    watch.after(60).price(197).after(1_000).price(197);
    assert_eq!(watch.standing.pending, None);
    watch.after(1).price(196).after(299).price(196);
    assert_eq!(watch.moves, [Active]);
    watch.after(1).price(190);
    assert_eq!(watch.moves, [Active, Normal]);
    assert_eq!(watch.standing.since, watch.now);
}

#[test]
fn below_a_limit_is_the_mirror_of_above() {
    let condition = |limit, reset: Option<i32>| AlertCondition::StateOfCharge {
        asset: "0190d2f0-0000-7000-8000-000000000001".parse().unwrap(),
        when: AlertSide::Below,
        limit: Energy::from_mwh(limit),
        reset: reset.map(Energy::from_mwh),
    };
    let mut watch = Watch::new(|rule| rule.content.condition = condition(2, Some(4)));
    let charge = |mwh| Reading::level(Energy::from_mwh(mwh).kilowatt_seconds(), "charge");
    watch.see(&charge(2));
    assert_eq!(watch.moves, []);
    watch
        .see(&charge(1))
        .after(400)
        .see(&charge(3))
        .after(400)
        .see(&charge(3));
    assert_eq!(watch.moves, [Active]);
    watch.see(&charge(4)).after(300).see(&charge(5));
    assert_eq!(watch.moves, [Active, Normal]);
    for (limit, reset) in [(2, 2), (2, 1)] {
        let found = condition(limit, Some(reset)).violations("condition");
        assert_eq!(found[0].field, "condition.reset");
    }
}

#[test]
fn a_reading_must_be_alarming_for_the_hold_off() {
    let mut watch = Watch::new(|rule| rule.content.raise_after_seconds = 120);
    watch
        .price(201)
        .after(119)
        .price(201)
        .after(1)
        .price(199)
        .price(201);
    assert_eq!(watch.moves, []);
    watch.after(120).price(201);
    assert_eq!(watch.moves, [Active]);
}

#[test]
fn no_data_is_its_own_state_and_never_normal() {
    let mut watch = Watch::new(|_| {});
    watch.price(201).missing().after(59).missing();
    assert_eq!(watch.moves, [Active]);
    watch.after(1).missing();
    assert_eq!(watch.moves, [Active, NoData]);
    watch.price(100).after(300).price(100);
    assert_eq!(watch.moves, [Active, NoData, Normal]);
    let mut watch = Watch::new(|rule| rule.content.missing_data = MissingData::Keep);
    watch
        .missing()
        .after(600)
        .missing()
        .price(201)
        .missing()
        .after(600)
        .missing();
    assert_eq!(watch.moves, [Active]);
}

#[test]
fn another_condition_or_switching_off_ends_it_at_once() {
    let mut watch = Watch::new(|_| {});
    watch.price(201);
    let mut content = watch.rule.content.clone();
    content.name = "another name".to_owned();
    watch.rule = watch.rule.clone().edit(content.clone(), watch.now).unwrap();
    watch.price(201);
    assert_eq!(watch.moves, [Active], "a name changes nothing");
    content.enabled = false;
    watch.rule = watch.rule.clone().edit(content, watch.now).unwrap();
    watch.price(300).after(600).price(300);
    assert_eq!(watch.moves, [Active, Normal]);
}

#[test]
fn a_silence_ends_by_itself() {
    let mut watch = Watch::new(|_| {});
    let shelving = Shelving {
        until: NOON + SignedDuration::from_secs(60),
        by: Tenant::numbered(1).user.id,
        at: NOON,
        reason: String::new(),
    };
    watch.standing = watch.standing.clone().shelve(Some(shelving));
    watch.after(59).price(100);
    assert!(watch.standing.is_shelved(watch.now));
    watch.after(1);
    let step = watch.standing.observe(&watch.rule, &price(100), watch.now);
    let step = step.unwrap();
    assert!(step.unshelved && step.moved.is_none());
    assert_eq!(step.standing.shelved, None);
}

#[test]
fn data_that_are_always_a_little_late_raise_one_alarm() {
    let mut watch = Watch::new(|rule| {
        rule.content.condition = AlertCondition::DataAge {
            series: ercot_rtm_series(),
            older_than_minutes: 15,
        };
    });
    // Each price comes 16 minutes after the one before, for ten days.
    for second in (0..864_000).step_by(30) {
        watch.see(&Reading::level(second % 960, "age")).after(30);
    }
    assert_eq!(watch.moves, [Active]);
    // Once they come in time it ends, after the limit and the hold-off.
    for second in (0..=1_200).step_by(30) {
        watch.see(&Reading::level(second % 900, "age")).after(30);
    }
    assert_eq!(watch.moves, [Active, Normal]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// A price that trembles about the limit a thousand times, within the dead band at any pace or beyond it at any pace
    /// faster than the hold-off, and vanishes in between, moves at most twice.
    #[test]
    fn what_trembles_a_thousand_times_is_told_at_most_twice(
        steps in prop::collection::vec((0_u8..4, 1_i64..3_600), 1_000),
        wild in any::<bool>(),
    ) {
        let mut watch = Watch::new(|_| {});
        for (step, pause) in steps {
            // Wild: far beyond the dead band, but never normal for five minutes.
            let (low, pause) = if wild { (100, pause % 290 + 1) } else { (198, pause) };
            match step {
                0 | 1 => watch.price(201),
                2 => watch.price(low),
                _ => watch.missing().after(1).price(201),
            };
            watch.after(pause);
            if wild {
                watch.price(201);
            }
        }
        prop_assert!(watch.moves.len() <= 2, "{:?}", watch.moves);
    }

    /// Whatever is seen, an alarm is never left without a normal reading or no data for the whole hold-off.
    #[test]
    fn an_alarm_ends_only_after_its_hold_off(
        steps in prop::collection::vec((0_i32..400, 1_i64..400), 1..200),
    ) {
        let mut watch = Watch::new(|_| {});
        let mut normal_since: Option<Timestamp> = None;
        for (units, pause) in steps {
            let before = watch.standing.state;
            watch.price(units);
            normal_since = (units <= 196).then(|| normal_since.unwrap_or(watch.now));
            if before == Active && watch.standing.state == Normal {
                let since = normal_since.unwrap();
                prop_assert!(watch.now.duration_since(since).as_secs() >= 300);
            }
            prop_assert_eq!(units > 200 && watch.standing.state == Normal, false);
            watch.after(pause);
        }
    }
}
