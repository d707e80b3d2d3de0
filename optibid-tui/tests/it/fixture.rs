//! A world that is always the same: ERCOT around a change of the clocks, a battery, bids in many states.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use optibid_core::api::{BidView, JobView, MarketView, MeView, PriceView};
use optibid_core::asset::Asset;
use optibid_core::bid::BidEvent;
use optibid_core::forecast::{Forecast, ForecastPoint};
use optibid_core::market::{DeliveryDay, DeliveryPeriod, MarketZone, PriceObservation, Resolution};
use optibid_core::portfolio::{Award, ProfitAndLoss};
use optibid_core::unit::{Currency, Power, Price, Ratio};
use optibid_tui::dashboard::Dashboard;
use optibid_tui::request::{Answer, Effect, LogLine, Request, Series, ServerName, Update};
use optibid_tui::state::Settings;
use optibid_tui::theme::Theme;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use serde_json::{Value, json};

/// An id that is always the same.
pub(crate) fn id(number: u32) -> String {
    format!("0192f000-0000-7000-8000-{number:012x}")
}

fn read<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

pub(crate) fn zone() -> MarketZone {
    MarketZone::new("America/Chicago", 0).unwrap()
}

pub(crate) fn series(product: &str) -> Series {
    Series {
        market: "ERCOT".parse().unwrap(),
        product: product.parse().unwrap(),
        location: "HB_SOUTH".parse().unwrap(),
    }
}

/// A world on a day.
pub(crate) struct World {
    pub(crate) now: Timestamp,
    pub(crate) today: Date,
}

impl World {
    /// On the day the clocks go back: 25 hours.
    pub(crate) fn autumn() -> Self {
        Self {
            now: "2026-11-01T17:20:00Z".parse().unwrap(),
            today: jiff::civil::date(2026, 11, 1),
        }
    }

    /// On the day the clocks go forward: 23 hours.
    pub(crate) fn spring() -> Self {
        Self {
            now: "2026-03-08T16:20:00Z".parse().unwrap(),
            today: jiff::civil::date(2026, 3, 8),
        }
    }

    fn at(&self, minutes: i64) -> Timestamp {
        self.now + SignedDuration::from_mins(minutes)
    }

    fn day(&self, later: i64) -> DeliveryDay {
        zone()
            .day(self.today.checked_add(later.days()).unwrap())
            .unwrap()
    }

    /// A dashboard that has read all of it.
    pub(crate) fn dashboard(&self) -> Dashboard {
        self.with(Settings::default(), Theme::default())
    }

    /// The same with other settings.
    pub(crate) fn with(&self, settings: Settings, theme: Theme) -> Dashboard {
        let server = ServerName {
            name: "prod".to_owned(),
            url: "https://optibid.example.com".to_owned(),
        };
        let mut dashboard = Dashboard::new(settings, theme, server);
        dashboard.tick(self.now);
        dashboard.apply(Update::LineStands);
        for (request, answer) in self.answers() {
            dashboard.apply(Update::Got(request, Ok(answer)));
        }
        for (level, text) in [
            ("INFO", "started server=prod"),
            (
                "WARN",
                "reading failed request=Audit error=no connection: connection refused",
            ),
        ] {
            let at = self.at(-3);
            dashboard.apply(Update::Logged(LogLine {
                at,
                level,
                text: text.to_owned(),
            }));
        }
        dashboard
    }

    /// All that a server would say.
    pub(crate) fn answers(&self) -> Vec<(Request, Answer)> {
        let day = |later| self.day(later).date();
        let bid = |n: u32| id(n).parse().unwrap();
        let spread = |product, later| Request::Prices {
            series: series(product),
            from: day(later),
            to: day(0),
        };
        let health = json!({"status": "degraded", "version": "0.1.0", "services": {"database": "available", "redis": "unavailable"}});
        let mut answers = vec![
            (Request::Health, Answer::Health(read(health))),
            (Request::Me, Answer::Me(Box::new(me()))),
            (
                Request::Maintenance,
                Answer::Maintenance(Default::default()),
            ),
            (Request::Markets, Answer::Markets(vec![self.market()])),
            (
                spread("DAM", -13),
                Answer::Prices(self.prices("DAM", Resolution::Hour, -13)),
            ),
            (
                spread("RTM", 0),
                Answer::Prices(self.prices("RTM", Resolution::Min15, 0)),
            ),
            (Request::Latest, Answer::Prices(Vec::new())),
            (Request::Assets, Answer::Assets(self.assets())),
            (
                Request::Telemetry(id(71).parse().unwrap()),
                Answer::Telemetry(self.telemetry()),
            ),
            (Request::Bids, Answer::Bids(self.bids())),
            (Request::History(bid(3)), Answer::History(self.history())),
            (Request::Awards(bid(3)), Answer::Awards(self.awards())),
            (Request::Jobs, Answer::Jobs(self.jobs())),
            (Request::Audit, Answer::Audit(self.audit())),
            (Request::Alerts, Answer::Alerts(self.alerts())),
            (Request::AlertRules, Answer::AlertRules(self.rules())),
            (Request::profit_to(day(0)), Answer::Profit(self.profit())),
        ];
        let forecast = Request::Forecast {
            series: series("DAM"),
            day: day(0),
        };
        answers.push((forecast, Answer::Forecast(Box::new(self.forecast()))));
        answers
    }

    fn market(&self) -> MarketView {
        let product = |name: &str, kind: &str, length: &str, gate: (Date, i64)| {
            let closes = self.at(gate.1);
            json!({
                "product": name, "name": name, "kind": kind, "time_zone": "America/Chicago", "currency": "USD",
                "resolution": length, "rules": [],
                "next_gate": {"delivery_day": gate.0, "closes_at": closes, "closes_at_market_time": zone().local(closes).to_string()},
            })
        };
        read(json!({"market": "ERCOT", "name": "ERCOT", "products": [
            product("DAM", "day_ahead", "PT60M", (self.day(1).date(), 25)),
            product("RTM", "real_time", "PT15M", (self.today, 8)),
        ]}))
    }

    /// Prices from so many days before: dear in the evening, below zero in the night.
    fn prices(&self, product: &str, length: Resolution, from: i64) -> Vec<PriceView> {
        let terms = (zone(), Currency::Usd);
        let periods = (from..=0).flat_map(|later| self.day(later).periods(length));
        let known = |period: &DeliveryPeriod| product == "DAM" || period.end() <= self.now;
        let price = |period: DeliveryPeriod| {
            let local = zone().local(period.start());
            let (hour, day) = (i64::from(local.hour()), i64::from(local.day()));
            let evening = if (17..21).contains(&hour) {
                9_000 + day * 310
            } else {
                0
            };
            let night = if hour < 5 { -2_900 } else { 0 };
            let cents =
                2_150 + hour * 87 + day * 13 + evening + night + i64::from(local.minute()) * 7;
            let (market, location) = (series(product).market, series(product).location);
            let (product, known_at) = (
                series(product).product,
                period.start() - SignedDuration::from_hours(12),
            );
            let price = Price::from_micros(cents * 10_000);
            let seen = PriceObservation {
                market,
                product,
                location,
                period,
                price,
                components: None,
                known_at,
            };
            PriceView::new(seen, Some(&terms))
        };
        periods.filter(known).map(price).collect()
    }

    fn assets(&self) -> Vec<Asset> {
        let asset = |n: u32, name: &str, kind: Value| {
            read(json!({
                "id": id(n), "org": id(1_000), "name": name, "market": "ERCOT", "location": "HB_SOUTH", "latitude": null,
                "longitude": null, "kind": kind, "version": 1, "created_at": self.at(-90_000), "updated_at": self.at(-90_000),
            }))
        };
        let battery = json!({
            "type": "battery", "charge_limit": "10", "discharge_limit": "10", "energy_capacity": "20", "min_soc": "1",
            "max_soc": "19", "charge_efficiency": "0.927", "discharge_efficiency": "0.927", "initial_soc": "1",
            "target_soc": null, "cycle_budget": null, "degradation_cost": "5", "standing_loss": "0",
        });
        vec![
            asset(71, "Hill Country battery", battery),
            asset(
                72,
                "Rio Grande wind",
                json!({"type": "wind", "capacity": "45.5"}),
            ),
        ]
    }

    fn telemetry(&self) -> optibid_core::api::TelemetryView {
        let sample = |quarter: i64| {
            let power = match quarter.rem_euclid(96) {
                10..=25 => -9.5,
                60..=75 => 8.25,
                _ => 0.0,
            };
            let stored = match quarter {
                ..=9 => 2.0,
                10..=25 => 2.0 + 1.0 * (quarter - 9) as f64,
                26..=59 => 18.0,
                60..=75 => 18.0 - 0.9 * (quarter - 59) as f64,
                _ => 3.6,
            };
            json!({"asset": id(71), "at": self.at((quarter - 95) * 15), "power": power.to_string(), "state_of_charge": format!("{stored:.1}"), "source": "scada"})
        };
        let samples: Vec<_> = (0..96).map(sample).collect();
        read(json!({"items": samples}))
    }

    fn curve(&self, later: i64) -> Value {
        let day = self.day(later);
        let period = |(i, period): (usize, DeliveryPeriod)| {
            let low = 8 + i as i64 % 7;
            json!({
                "period": {"start": period.start(), "resolution": "PT60M"},
                "curve": {"side": "storage", "shape": "step", "points": [
                    {"quantity": "-10", "price": format!("{low}.25")}, {"quantity": "-4", "price": format!("{}.50", low + 6)},
                    {"quantity": "6", "price": format!("{}.00", low + 40)}, {"quantity": "10", "price": format!("{}.75", low + 61)},
                ]},
            })
        };
        day.periods(Resolution::Hour)
            .enumerate()
            .map(period)
            .collect::<Vec<_>>()
            .into()
    }

    fn bid(&self, n: u32, state: &str, later: i64) -> BidView {
        read(json!({
            "id": id(n), "org": id(1_000), "author": id(1_001), "state": state, "version": 3,
            "venue_reference": matches!(state, "acknowledged" | "cleared").then(|| format!("SIM-{n:04}")),
            "created_at": self.at(-900 + i64::from(n)), "updated_at": self.at(-600 + i64::from(n)),
            "content": {
                "market": "ERCOT", "product": "DAM", "location": "HB_SOUTH", "delivery_day": self.day(later).date(),
                "currency": "USD", "asset": id(71), "periods": self.curve(later),
            },
        }))
    }

    fn bids(&self) -> Vec<BidView> {
        let mut blocks = self.bid(6, "rejected", 0);
        let profile: Vec<_> = self
            .day(0)
            .periods(Resolution::Hour)
            .skip(17)
            .take(3)
            .map(
                |p| json!({"period": {"start": p.start(), "resolution": "PT60M"}, "quantity": "8"}),
            )
            .collect();
        blocks.content = read(json!({
            "market": "ERCOT", "product": "DAM", "location": "HB_SOUTH", "delivery_day": self.today, "currency": "USD",
            "kind": "block", "blocks": [{"name": "evening", "price": "65.00", "min_acceptance": "0.5", "profile": profile}],
        }));
        vec![
            self.bid(1, "draft", 1),
            self.bid(2, "validated", 1),
            self.bid(3, "acknowledged", 0),
            self.bid(4, "cleared", 0),
            self.bid(5, "unknown", 0),
            blocks,
        ]
    }

    fn history(&self) -> Vec<BidEvent> {
        let moves = [
            (None, "draft", "drafted"),
            (Some("draft"), "validated", "passed the venue's rules"),
            (Some("validated"), "submitted", "handed to the gateway"),
            (
                Some("submitted"),
                "acknowledged",
                "accepted as SIM-0003 by the simulated venue, which awards it at the price that comes",
            ),
        ];
        let event = |(i, (from, to, reason)): (usize, (Option<&str>, &str, &str))| {
            read(json!({
                "bid": id(3), "org": id(1_000), "version": i + 1, "from": from, "to": to,
                "actor": if i == 3 { json!({"kind": "venue"}) } else { json!({"kind": "user", "id": id(1_001)}) },
                "at": self.at(-700 + i as i64), "reason": reason,
            }))
        };
        moves.into_iter().enumerate().map(event).collect()
    }

    fn awards(&self) -> Vec<Award> {
        let award = |(i, period): (usize, DeliveryPeriod)| {
            let power = match i {
                2..=4 => -10,
                18..=20 => 10,
                _ => return None,
            };
            Some(read(json!({
                "id": id(500 + i as u32), "org": id(1_000), "bid": id(3), "market": "ERCOT", "product": "DAM", "location": "HB_SOUTH",
                "period": {"start": period.start(), "resolution": "PT60M"}, "quantity": Power::from_megawatts(power),
                "price": Price::from_cents(1_025 + 350 * i as i32), "currency": "USD", "awarded_at": self.at(-300),
            })))
        };
        self.day(0)
            .periods(Resolution::Hour)
            .enumerate()
            .filter_map(award)
            .collect()
    }

    fn jobs(&self) -> Vec<JobView> {
        let job = |n: u32, state: &str, done: u64, total: u64| {
            let failed = state == "failed";
            read(json!({
                "id": id(n), "org": id(1_000), "author": id(1_001),
                "spec": {"kind": "optimisation", "asset": id(71), "product": "DAM", "from": "2026-09-01", "to": "2026-09-30"},
                "state": state, "done": done, "total": total, "attempts": 1, "cancel_requested": false,
                "error": failed.then_some("prices: 2026-09-14: must be stored"),
                "created_at": self.at(-40), "updated_at": self.at(-i64::from(n - 30)),
            }))
        };
        vec![
            job(31, "running", 11, 30),
            job(32, "queued", 0, 0),
            job(33, "failed", 13, 30),
            job(34, "cancelled", 4, 30),
        ]
    }

    fn audit(&self) -> Vec<optibid_core::api::AuditView> {
        let entry = |n: i64, action: &str, actor: Value| {
            read(json!({
                "sequence": 40 - n, "org": id(1_000), "actor": actor, "action": action, "subject": format!("bid/{}", id(3)),
                "at": self.at(-n), "request_id": null, "detail": "{\"from\":\"validated\",\"to\":\"submitted\",\"reason\":\"handed to the gateway\"}",
                "previous": "0".repeat(64), "hash": "1".repeat(64),
            }))
        };
        vec![
            entry(1, "bid.acknowledged", json!({"kind": "venue"})),
            entry(2, "bid.submit", json!({"kind": "user", "id": id(1_001)})),
            entry(3, "bid.expire", json!({"kind": "system"})),
        ]
    }

    fn alerts(&self) -> Vec<optibid_core::api::AlertView> {
        let alert = |n: u32, severity: &str, status: &str, message: &str| {
            let ended = matches!(status, "returned" | "closed");
            let answered = matches!(status, "acknowledged" | "closed");
            read(json!({
                "id": id(800 + n), "org": id(1_000), "rule": id(900 + n), "name": format!("rule {n}"), "severity": severity,
                "status": status, "state": "active", "message": message, "raised_at": self.at(-i64::from(n) * 7), "shelved": false,
                "ended_at": ended.then(|| self.at(-2)), "ended_by": ended.then_some("back to normal"),
                "acknowledged": answered.then(|| json!({"by": id(1_001), "at": self.at(-4), "note": ""})),
            }))
        };
        vec![
            alert(
                1,
                "critical",
                "unacknowledged",
                "1.2 MWh stored; below 2 MWh",
            ),
            alert(
                2,
                "warning",
                "unacknowledged",
                "211.50 USD/MWh at HB_SOUTH; above 200.00 per MWh",
            ),
            alert(
                3,
                "warning",
                "acknowledged",
                "no price for 41 minutes; older than 30 minutes",
            ),
            alert(
                4,
                "info",
                "returned",
                "the gate closes in 25 minutes; within 30 minutes",
            ),
            alert(5, "critical", "closed", "0.4 MWh stored; below 2 MWh"),
        ]
    }

    fn rules(&self) -> Vec<optibid_core::alert::WatchedRule> {
        let rule = |n: u32, name: &str, condition: Value, standing: (&str, Value)| {
            read(json!({
                "rule": {"id": id(900 + n), "org": id(1_000), "author": id(1_001), "version": 1, "condition_version": 1,
                    "content": {"name": name, "condition": condition, "severity": "critical"},
                    "created_at": self.at(-9_000), "updated_at": self.at(-9_000)},
                "standing": {"rule": id(900 + n), "org": id(1_000), "version": 1, "condition_version": 1, "state": standing.0,
                    "since": self.at(-7), "shelved": standing.1},
            }))
        };
        let price = json!({"kind": "price", "series": {"market": "ERCOT", "product": "RTM", "location": "HB_SOUTH"}, "when": "above", "limit": "200"});
        let charge =
            json!({"kind": "state_of_charge", "asset": id(71), "when": "below", "limit": "2"});
        let gate = json!({"kind": "gate_closure", "market": "ERCOT", "product": "DAM", "within_minutes": 30, "unless_submitted": true});
        let silence = json!({"until": self.at(44), "by": id(1_001), "at": self.at(-16), "reason": "works at the line"});
        vec![
            rule(1, "charge low", charge, ("active", Value::Null)),
            rule(2, "price high", price, ("active", Value::Null)),
            rule(4, "gate without a bid", gate, ("normal", silence)),
        ]
    }

    fn profit(&self) -> Vec<ProfitAndLoss> {
        let money = |cents: i64| json!({"amount": format!("{}.{:02}", cents / 100, cents % 100), "currency": "USD"});
        let day = |n: i64| {
            let net = 40_000 + n * 7_713;
            read(json!({
                "day": self.day(n - 9).date(), "currency": "USD", "revenue": [{"product": "DAM", "amount": money(net + 9_150)}],
                "fees": money(0), "wear": money(9_150), "net": money(net), "perfect_foresight": money(net + 4_411),
                "capture": Ratio::from_ppm(net * 1_000_000 / (net + 4_411)),
            }))
        };
        (0..9).map(day).collect()
    }

    fn forecast(&self) -> Forecast {
        let point = |(i, period): (usize, DeliveryPeriod)| {
            let median = 2_600 + (i as i32 % 12) * 410;
            ForecastPoint {
                period,
                median: Price::from_cents(median),
                lower: Price::from_cents(median - 1_350),
                upper: Price::from_cents(median + 1_800),
            }
        };
        Forecast {
            market: series("DAM").market,
            product: series("DAM").product,
            location: series("DAM").location,
            day: self.today,
            made_at: self.at(-240),
            method: "similar days".to_owned(),
            history_days: 28,
            coverage: Ratio::from_ppm(800_000),
            points: self
                .day(0)
                .periods(Resolution::Hour)
                .enumerate()
                .map(point)
                .collect(),
        }
    }
}

pub(crate) fn me() -> MeView {
    read(json!({
        "user": {"id": id(1_001), "org": id(1_000), "email": "ann@example.com", "name": "Ann", "role": "org_admin", "disabled": false, "created_at": "2026-01-01T00:00:00Z", "version": 1},
        "organisation": {"id": id(1_000), "name": "Hill Country Storage", "created_at": "2026-01-01T00:00:00Z", "version": 1},
    }))
}

/// A key by its name in the configuration.
pub(crate) fn key(name: &str) -> Event {
    let chord: optibid_tui::keymap::Chord = name.parse().unwrap();
    let shifted = matches!(chord.code, KeyCode::Char(c) if c.is_ascii_uppercase());
    let shift = if shifted {
        KeyModifiers::SHIFT
    } else {
        KeyModifiers::NONE
    };
    Event::Key(KeyEvent::new(chord.code, chord.modifiers | shift))
}

/// Presses keys one after the other: `3 j enter`.
pub(crate) fn press(dashboard: &mut Dashboard, keys: &str) -> Vec<Effect> {
    keys.split_whitespace()
        .flat_map(|name| dashboard.input(&key(name)))
        .collect()
}

/// Writes a text letter by letter.
pub(crate) fn write(dashboard: &mut Dashboard, text: &str) {
    for letter in text.chars() {
        let key = KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE);
        dashboard.input(&Event::Key(key));
    }
}

/// A frame of that size.
pub(crate) fn frame(dashboard: &mut Dashboard, size: (u16, u16)) -> Terminal<TestBackend> {
    let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
    terminal.draw(|frame| dashboard.draw(frame)).unwrap();
    terminal
}
