//! Day grids of every market zone through every clock change from 2015 to 2035.

use jiff::civil::{Date, Weekday, date, time};
use jiff::{Timestamp, ToSpan};
use optibid_core::market::{DayError, DeliveryDay, DeliveryPeriod, MarketZone, Resolution};

/// How a zone changes its clocks.
#[derive(Clone, Copy, PartialEq)]
enum Change {
    /// Second Sunday of March, first Sunday of November (Energy Policy Act of 2005).
    American,
    /// Last Sundays of March and October (Directive 2000/84/EC).
    European,
    Never,
}

const ZONES: [(&str, i8, Change); 12] = [
    ("America/Los_Angeles", 0, Change::American),
    ("America/Denver", 0, Change::American),
    ("America/Chicago", 0, Change::American),
    ("America/New_York", 0, Change::American),
    ("Etc/GMT+5", 0, Change::Never),
    ("Asia/Kolkata", 0, Change::Never),
    ("Australia/Brisbane", 4, Change::Never),
    ("Europe/Oslo", 0, Change::European),
    ("Europe/Paris", 0, Change::European),
    ("Europe/London", 0, Change::European),
    ("Europe/Dublin", 0, Change::European),
    ("Europe/Helsinki", 0, Change::European),
];

/// The two days of the year that the law names, reckoned from the calendar alone.
fn changes(change: Change, year: i16) -> Option<(Date, Date)> {
    let sunday = |month, nth| {
        date(year, month, 1)
            .nth_weekday_of_month(nth, Weekday::Sunday)
            .unwrap()
    };
    match change {
        Change::American => Some((sunday(3, 2), sunday(11, 1))),
        Change::European => Some((sunday(3, -1), sunday(10, -1))),
        Change::Never => None,
    }
}

fn zone(name: &str, start: i8) -> MarketZone {
    MarketZone::new(name, start).unwrap()
}

#[test]
fn days_have_23_24_or_25_hours_and_nothing_between() {
    for (name, start, change) in ZONES {
        let zone = zone(name, start);
        for year in 2015..=2035_i16 {
            let turns = changes(change, year);
            let mut day = date(year, 1, 1);
            let mut end = zone.day(day).unwrap().start();
            while day.year() == year {
                let hours = match turns {
                    Some((spring, _)) if day == spring => 23,
                    Some((_, autumn)) if day == autumn => 25,
                    _ => 24,
                };
                let grid = zone.day(day).unwrap();
                assert_eq!(grid.len(Resolution::Hour), hours, "{name} {day}");
                assert_eq!(grid.len(Resolution::Min30), hours * 2, "{name} {day}");
                assert_eq!(grid.len(Resolution::Min15), hours * 4, "{name} {day}");
                assert_eq!(grid.len(Resolution::Min5), hours * 12, "{name} {day}");
                assert_eq!(grid.start(), end, "days of {name} leave a gap before {day}");
                end = grid.end();
                day = day.tomorrow().unwrap();
            }
        }
    }
}

fn check_bijection(day: &DeliveryDay, resolution: Resolution) {
    let periods: Vec<DeliveryPeriod> = day.periods(resolution).collect();
    assert_eq!(periods.len(), day.len(resolution));
    let mut at = day.start();
    for (index, period) in periods.iter().enumerate() {
        assert_eq!(period.start(), at, "{day}");
        assert_eq!(day.index_of(period), Some(index), "{day}");
        assert_eq!(day.period(index, resolution).as_ref(), Ok(period), "{day}");
        assert!(day.contains(period.start()));
        at = period.end();
    }
    assert_eq!(at, day.end(), "{day}");
    let len = periods.len();
    let missing = DayError::NoSuchPeriod {
        date: day.date(),
        index: len,
        len,
        resolution,
    };
    assert_eq!(day.period(len, resolution), Err(missing));
}

#[test]
fn index_and_period_are_inverse_around_every_clock_change() {
    for (name, start, change) in ZONES {
        let zone = zone(name, start);
        for year in 2015..=2035 {
            let (spring, autumn) =
                changes(change, year).unwrap_or((date(year, 3, 8), date(year, 11, 1)));
            for turn in [spring, autumn] {
                for day in [turn.yesterday().unwrap(), turn, turn.tomorrow().unwrap()] {
                    let day = zone.day(day).unwrap();
                    for resolution in Resolution::ALL {
                        check_bijection(&day, resolution);
                    }
                    for hour in day.periods(Resolution::Hour) {
                        let (label, repeated) = day.hour_label(hour.start()).unwrap();
                        assert_eq!(day.hour_ending(label, repeated), Ok(hour), "{day} {label}");
                        assert_eq!(zone.day_of(hour.start()).unwrap(), day);
                    }
                }
            }
        }
    }
}

#[test]
fn periods_of_another_day_have_no_index() {
    let day = zone("America/Chicago", 0).day(date(2026, 3, 8)).unwrap();
    let before = DeliveryPeriod::new(day.start() - 15.minutes(), Resolution::Min15).unwrap();
    let after = DeliveryPeriod::new(day.end(), Resolution::Min15).unwrap();
    let across = DeliveryPeriod::new(day.end() - 30.minutes(), Resolution::Hour).unwrap();
    let between = DeliveryPeriod::new(day.start() + 30.minutes(), Resolution::Hour).unwrap();
    for period in [before, after, across, between] {
        assert_eq!(day.index_of(&period), None, "{period}");
    }
}

fn labels(day: &DeliveryDay) -> Vec<(u8, bool)> {
    day.periods(Resolution::Hour)
        .map(|p| day.hour_label(p.start()).unwrap())
        .collect()
}

#[test]
fn ercot_short_day_has_no_hour_ending_3() {
    let day = zone("America/Chicago", 0).day(date(2026, 3, 8)).unwrap();
    let expected: Vec<_> = [1, 2]
        .into_iter()
        .chain(4..=24)
        .map(|label| (label, false))
        .collect();
    assert_eq!(labels(&day), expected);
    // 02:00 CST does not exist: 03:00 CDT is 08:00 UTC.
    let four = day.hour_ending(4, false).unwrap();
    assert_eq!(four.start().to_string(), "2026-03-08T08:00:00Z");
    let error = day.hour_ending(3, false).unwrap_err();
    assert_eq!(
        error.to_string(),
        "02:00:00 does not exist on 2026-03-08 in America/Chicago: the clocks go forward over it"
    );
}

#[test]
fn ercot_long_day_has_hour_ending_2_twice() {
    let day = zone("America/Chicago", 0).day(date(2025, 11, 2)).unwrap();
    let mut expected: Vec<_> = (1..=24).map(|label| (label, false)).collect();
    expected.insert(2, (2, true));
    assert_eq!(labels(&day), expected);
    let start = |label, repeated| {
        day.hour_ending(label, repeated)
            .map(|p| p.start().to_string())
    };
    assert_eq!(start(2, false).unwrap(), "2025-11-02T06:00:00Z");
    assert_eq!(start(2, true).unwrap(), "2025-11-02T07:00:00Z");
    assert_eq!(start(3, false).unwrap(), "2025-11-02T08:00:00Z");
    assert_eq!(start(24, false).unwrap(), "2025-11-03T05:00:00Z");
    assert_eq!(
        start(3, true).unwrap_err().to_string(),
        "hour ending 3 does not come twice on 2025-11-02 in America/Chicago"
    );
    assert_eq!(start(0, false), Err(DayError::NoSuchHour(0)));
    assert_eq!(start(25, false), Err(DayError::NoSuchHour(25)));
}

#[test]
fn a_trading_day_from_four_keeps_the_change_of_the_next_morning() {
    let aemo = zone("Australia/Brisbane", 4);
    let day = aemo.day(date(2026, 11, 22)).unwrap();
    assert_eq!(day.start().to_string(), "2026-11-21T18:00:00Z");
    let last = day.start() - 1.second();
    assert_eq!(aemo.day_of(last).unwrap().date(), date(2026, 11, 21));
    assert_eq!(aemo.day_of(day.start()).unwrap().date(), date(2026, 11, 22));
    // Were it on Sydney's clocks, the change at 02:00 on Sunday would fall into Saturday's day.
    let sydney = zone("Australia/Sydney", 4);
    assert_eq!(
        sydney.day(date(2026, 10, 3)).unwrap().len(Resolution::Hour),
        23
    );
    assert_eq!(
        sydney.day(date(2026, 10, 4)).unwrap().len(Resolution::Hour),
        24
    );
    assert_eq!(
        sydney.day(date(2026, 4, 4)).unwrap().len(Resolution::Hour),
        25
    );
    let within: Timestamp = "2026-10-03T17:30:00Z".parse().unwrap();
    assert_eq!(sydney.day_of(within).unwrap().date(), date(2026, 10, 4));
    assert_eq!(
        sydney.day_of(within - 1.hour()).unwrap().date(),
        date(2026, 10, 3)
    );
}

/// Newfoundland went from 00:01 back to 23:01 until 2011: the wall clock of the repeated hour reads
/// the day before.
#[test]
fn an_instant_belongs_to_the_day_that_contains_it() {
    let zone = zone("America/St_Johns", 0);
    let first = zone.day(date(2010, 11, 6)).unwrap();
    let second = zone.day(date(2010, 11, 7)).unwrap();
    assert_eq!(second.start().to_string(), "2010-11-07T02:30:00Z");
    let repeated = second.start() + 20.minutes();
    assert_eq!(zone.local(repeated).date(), first.date());
    assert_eq!(zone.day_of(repeated), Ok(second.clone()));
    assert_eq!(zone.day_of(second.start() - 1.second()), Ok(first));
    assert_eq!(zone.day_of(second.end() - 1.second()), Ok(second));
}

#[test]
fn zones_and_periods_that_cannot_be_are_refused() {
    assert_eq!(
        MarketZone::new("America/Huston", 0),
        Err(DayError::UnknownZone("America/Huston".to_owned()))
    );
    assert_eq!(
        MarketZone::new("America/Chicago", 24),
        Err(DayError::DayStart(24))
    );
    assert_eq!(
        MarketZone::new("America/Chicago", -1),
        Err(DayError::DayStart(-1))
    );
    let chicago = zone("America/Chicago", 0);
    assert!(
        chicago
            .instant(date(2026, 3, 8), time(2, 30, 0, 0))
            .is_err()
    );
    let first = chicago
        .instant(date(2025, 11, 2), time(1, 30, 0, 0))
        .unwrap();
    assert_eq!(first.to_string(), "2025-11-02T06:30:00Z");
    assert!(matches!(
        chicago.day(Date::MAX),
        Err(DayError::OutOfRange(_))
    ));
    for start in [
        "2024-11-03T06:10:00Z",
        "2024-11-03T06:15:00Z",
        "2024-11-03T06:00:00.5Z",
    ] {
        assert!(
            DeliveryPeriod::new(start.parse().unwrap(), Resolution::Hour).is_err(),
            "{start}"
        );
    }
    let json = r#"{"start":"2024-11-03T06:07:00Z","resolution":"PT15M"}"#;
    assert!(serde_json::from_str::<DeliveryPeriod>(json).is_err());
}
