//! The bid cycle replayed: what it captures, what it may know, what it delivers.

use optibid_core::asset::Battery;
use optibid_core::backtest::{
    BacktestDay, BacktestInput, BacktestReport, BacktestRequest, BacktestSettings,
};
use optibid_core::bid::{BidOffer, BidPeriod, CurvePoint, CurveShape, OfferCurve};
use optibid_core::forecast::{Forecast, ForecastPoint, ForecastRequest, PricePaths};
use optibid_core::market::PriceObservation;
use optibid_core::market::rules::RuleBook;
use optibid_core::ports::{Backtester, EngineError, Flow, Forecaster, OfferBuilder};
use optibid_core::schedule::{Offer, OfferRequest};
use optibid_core::unit::{Currency, Energy, Money, Power, Price, Ratio};
use optibid_engine::{GateBacktester, OpportunityCostOffers, SimilarDayForecaster, Strategy};
use std::sync::Arc;

use crate::domain::{central, date, ercot_day_ahead, ercot_real_time, gate, one_hour_battery};

/// 10 MW, 20 MWh, 0.95 each way, empty.
fn two_hour_battery() -> Battery {
    Battery {
        charge_limit: Power::from_megawatts(10),
        discharge_limit: Power::from_megawatts(10),
        energy_capacity: Energy::from_mwh(20),
        max_soc: Energy::from_mwh(20),
        charge_efficiency: Ratio::from_ppm(950_000),
        discharge_efficiency: Ratio::from_ppm(950_000),
        ..one_hour_battery()
    }
}

fn input(battery: Battery, span: (&str, &str), prices: Vec<PriceObservation>) -> BacktestInput {
    let (from, to) = (date(span.0), date(span.1));
    let request = BacktestRequest {
        market: "ERCOT".parse().unwrap(),
        product: "DAM".parse().unwrap(),
        location: "HB_SOUTH".parse().unwrap(),
        from,
        to,
        battery,
        settings: BacktestSettings::default(),
    };
    BacktestInput::new(request, &RuleBook::builtin(), prices).unwrap()
}

fn run(input: &BacktestInput) -> BacktestReport {
    GateBacktester::new()
        .run(input, &mut |_, _| Flow::Continue)
        .unwrap()
}

#[expect(clippy::print_stdout, reason = "the figures that the tests measure")]
fn show(name: &str, report: &BacktestReport) {
    let undelivered = mwh(report.days.iter().map(|day| day.undelivered));
    let discharged = mwh(report.days.iter().map(|day| day.discharged));
    println!(
        "{name}: {} days, revenue {}, wear {}, foresight {}, capture {}, cycles {}, discharged {discharged:.1}, undelivered {undelivered:.1} MWh, skipped {}",
        report.days.len(),
        report.revenue,
        report.wear,
        report.perfect_foresight,
        report.capture.unwrap(),
        report.cycles,
        report.skipped.len()
    );
}

fn mwh(energies: impl Iterator<Item = Energy>) -> f64 {
    energies
        .map(|energy| energy.kilowatt_seconds() as f64 / 3.6e6)
        .sum()
}

/// The figure of the first cut: day-ahead, June to December 2024, with only what was known at each gate.
#[test]
fn captures_most_of_what_ercot_2024_held() {
    let input = input(
        two_hour_battery(),
        ("2024-06-01", "2024-12-31"),
        ercot_day_ahead(),
    );
    let report = run(&input);
    show("two hours", &report);
    let capture = report.capture.unwrap();
    assert!(
        Ratio::from_ppm(930_000) < capture && capture < Ratio::ONE,
        "{capture}"
    );
    let undelivered = mwh(report.days.iter().map(|day| day.undelivered));
    let delivered = mwh(report
        .days
        .iter()
        .map(|day| day.charged.checked_add(day.discharged).unwrap()));
    assert!(undelivered < 0.01 * delivered, "{undelivered} {delivered}");
    // A week to learn from, and the day of the clock change, which the file does not have.
    let skipped: Vec<String> = report
        .skipped
        .iter()
        .map(|day| format!("{}: {}", day.day, day.reason))
        .collect();
    assert_eq!(skipped.len(), 8, "{skipped:?}");
    assert_eq!(
        skipped[0],
        "2024-06-01: not enough history: 0 days of prices, 7 are needed"
    );
    assert_eq!(
        skipped[6],
        "2024-06-07: not enough history: 6 days of prices, 7 are needed"
    );
    assert!(skipped[7].starts_with("2024-11-03: no price for the period of 2024-11-03T00:00:00"));
    assert_eq!(report.days.len(), 206);
    // Each day at most what it held, and the days add up.
    assert!(
        report
            .days
            .iter()
            .all(|day| day.capture.is_none_or(|capture| capture <= Ratio::ONE))
    );
    let sum = |amount: fn(&BacktestDay) -> Money| {
        report.days.iter().map(|d| amount(d).minor()).sum::<i64>()
    };
    assert_eq!(sum(|day| day.revenue), report.revenue.minor());
    assert_eq!(
        sum(|day| day.perfect_foresight),
        report.perfect_foresight.minor()
    );
}

/// The figures of the best strategy: chosen on June to September, held out from October to December.
#[test]
fn the_blended_strategy_holds_out_of_the_months_it_was_chosen_on() {
    let mut input = input(
        two_hour_battery(),
        ("2024-06-01", "2024-12-31"),
        ercot_day_ahead(),
    );
    let capture = |report: &BacktestReport, from: &str, to: &str| {
        let (from, to) = (date(from), date(to));
        let days = report.days.iter();
        let days = days.filter(|day| (from..=to).contains(&day.day));
        let sums = days.fold((0, 0), |(net, best), day| {
            let more = (day.net().unwrap().minor(), day.perfect_foresight.minor());
            (net + more.0, best + more.1)
        });
        sums.0 as f64 / sums.1 as f64
    };
    let older = run(&input);
    input.request.settings.strategy = "blended".parse().unwrap();
    let report = run(&input);
    show("blended", &report);
    let chosen = capture(&report, "2024-06-01", "2024-09-30");
    let held_out = capture(&report, "2024-10-01", "2024-12-31");
    assert!((0.955..0.958).contains(&chosen), "{chosen}");
    assert!((0.930..0.933).contains(&held_out), "{held_out}");
    assert!(held_out > capture(&older, "2024-10-01", "2024-12-31") + 0.01);
}

#[test]
fn wear_and_budget_are_kept() {
    let battery = Battery {
        degradation_cost: Price::from_units(10),
        cycle_budget: Some(Ratio::from_ppm(800_000)),
        ..two_hour_battery()
    };
    let report = run(&input(
        battery,
        ("2024-07-01", "2024-12-31"),
        ercot_day_ahead(),
    ));
    show("two hours, wear and budget", &report);
    assert!(report.capture.unwrap() > Ratio::from_ppm(900_000));
    for day in &report.days {
        assert!(day.cycles <= Ratio::from_ppm(800_000), "{day:?}");
        let wear = 10.0 * mwh([day.discharged].into_iter());
        assert!(
            (day.wear.minor() as f64 / 100.0 - wear).abs() <= 0.0051,
            "{day:?}"
        );
    }
}

#[test]
fn real_time_is_bid_by_the_hour_and_settled_by_the_quarter() {
    let mut input = input(
        two_hour_battery(),
        ("2024-07-01", "2024-09-30"),
        ercot_real_time(),
    );
    let book = RuleBook::builtin();
    input.request.product = "RTM".parse().unwrap();
    for rules in &mut input.rules {
        let day = date("2024-07-01");
        *rules = book
            .at(&input.request.market, &input.request.product, day)
            .unwrap();
    }
    let report = run(&input);
    show("real time", &report);
    assert!(
        report
            .skipped
            .iter()
            .all(|day| day.day < date("2024-07-09")),
        "{:?}",
        report.skipped
    );
    let capture = report.capture.unwrap();
    assert!(
        Ratio::from_ppm(300_000) < capture && capture < Ratio::ONE,
        "{capture}"
    );
}

#[test]
fn the_same_input_gives_the_same_report() {
    let input = input(
        two_hour_battery(),
        ("2024-07-01", "2024-08-15"),
        ercot_day_ahead(),
    );
    let report = run(&input);
    assert_eq!(run(&input), report);
    // The order in which prices come does not matter either.
    let mut turned = input.clone();
    turned.prices.reverse();
    assert_eq!(run(&turned), report);
}

#[test]
fn energy_is_carried_from_day_to_day_and_conserved() {
    let battery = Battery {
        initial_soc: Energy::from_mwh(7),
        ..two_hour_battery()
    };
    let report = run(&input(
        battery.clone(),
        ("2024-06-01", "2024-12-31"),
        ercot_day_ahead(),
    ));
    let mut before = mwh([battery.initial_soc].into_iter());
    for day in &report.days {
        let [charged, discharged, after] =
            [day.charged, day.discharged, day.state_of_charge].map(|e| mwh([e].into_iter()));
        let expected = before + 0.95 * charged - discharged / 0.95;
        // Each of 24 moves is rounded to a kW s.
        assert!((after - expected).abs() <= 24.0 / 3.6e6, "{day:?}");
        assert!((0.0..=20.0).contains(&after));
        before = after;
    }
}

/// Hands the strategy's forecaster on and looks at what it was given.
struct Spy(SimilarDayForecaster);

impl Forecaster for Spy {
    fn forecast(&self, request: &ForecastRequest) -> Result<Forecast, EngineError> {
        assert_eq!(request.made_at, gate(&request.day));
        assert!(
            request
                .history
                .iter()
                .all(|seen| seen.known_at <= request.made_at)
        );
        assert!(
            request
                .history
                .iter()
                .all(|seen| seen.period.end() <= request.day.start())
        );
        self.0.forecast(request)
    }

    fn paths(
        &self,
        request: &ForecastRequest,
        count: u16,
        seed: u64,
    ) -> Result<PricePaths, EngineError> {
        self.forecast(request)?;
        self.0.paths(request, count, seed)
    }
}

#[test]
fn the_strategy_sees_only_what_was_known_at_the_gate() {
    let input = input(
        two_hour_battery(),
        ("2024-07-01", "2024-07-31"),
        ercot_day_ahead(),
    );
    let strategy = Strategy {
        forecaster: Arc::new(Spy(SimilarDayForecaster::new())),
        ..Strategy::default()
    };
    let report = GateBacktester::of(strategy)
        .run(&input, &mut |_, _| Flow::Continue)
        .unwrap();
    assert_eq!(report, run(&input));
    assert_eq!(report.days.len(), 31);
}

#[test]
fn prices_imported_later_are_not_taken_for_known() {
    let mut prices = ercot_day_ahead();
    for seen in &mut prices {
        seen.known_at = "2025-01-15T12:00:00Z".parse().unwrap();
    }
    let report = run(&input(
        two_hour_battery(),
        ("2024-08-01", "2024-08-10"),
        prices,
    ));
    assert_eq!((report.days.len(), report.skipped.len()), (0, 10));
    assert_eq!(report.capture, None);
    for day in &report.skipped {
        assert!(
            day.reason.contains("was known at the gate"),
            "{}",
            day.reason
        );
        assert!(
            day.reason.contains("2025-01-15T06:00:00-06:00"),
            "{}",
            day.reason
        );
    }
}

/// Knows the prices that will come.
struct Oracle(Vec<PriceObservation>);

impl Forecaster for Oracle {
    fn forecast(&self, request: &ForecastRequest) -> Result<Forecast, EngineError> {
        let points = request
            .day
            .periods(request.resolution)
            .filter_map(|period| {
                let price = self.0.iter().find(|seen| seen.period == period)?.price;
                Some(ForecastPoint {
                    period,
                    median: price,
                    lower: price,
                    upper: price,
                })
            });
        Ok(Forecast {
            market: request.market.clone(),
            product: request.product.clone(),
            location: request.location.clone(),
            day: request.day.date(),
            made_at: request.made_at,
            method: "the prices that came".to_owned(),
            history_days: 0,
            coverage: Ratio::ONE,
            points: points.collect(),
        })
    }

    fn paths(&self, _: &ForecastRequest, _: u16, _: u64) -> Result<PricePaths, EngineError> {
        Err(EngineError::NotEnoughHistory { have: 0, need: 1 })
    }
}

/// With the outcome as its forecast the whole chain earns what perfect foresight does, save for the venue's 0.1 MW.
#[test]
fn a_perfect_forecast_captures_all_but_the_ticks() {
    let prices = ercot_day_ahead();
    let strategy = Strategy {
        forecaster: Arc::new(Oracle(prices.clone())),
        ..Strategy::default()
    };
    let input = input(two_hour_battery(), ("2024-07-01", "2024-09-30"), prices);
    let report = GateBacktester::of(strategy)
        .run(&input, &mut |_, _| Flow::Continue)
        .unwrap();
    show("oracle", &report);
    assert_eq!(report.days.len(), 92);
    assert!(report.capture.unwrap() > Ratio::from_ppm(990_000));
}

/// Sells 10 MW in every hour, whatever is stored.
struct Reckless;

impl OfferBuilder for Reckless {
    fn build(&self, request: &OfferRequest) -> Result<Offer, EngineError> {
        let ten = CurvePoint::new(Power::from_megawatts(10), Price::from_units(-250));
        let curve = OfferCurve::sell(CurveShape::Linear, vec![ten]).unwrap();
        let sell = |point: &ForecastPoint| BidPeriod {
            period: point.period,
            curve: curve.clone(),
        };
        let periods = request.forecast.points.iter().map(sell).collect();
        Ok(Offer {
            bid: BidOffer::Curve(periods),
            ..OpportunityCostOffers::new().build(request)?
        })
    }
}

#[test]
fn what_cannot_be_delivered_is_reported_and_earns_nothing() {
    let battery = Battery {
        initial_soc: Energy::from_mwh(20),
        ..two_hour_battery()
    };
    let input = input(battery, ("2024-07-01", "2024-07-02"), ercot_day_ahead());
    let strategy = Strategy {
        offers: Arc::new(Reckless),
        ..Strategy::default()
    };
    let report = GateBacktester::of(strategy)
        .run(&input, &mut |_, _| Flow::Continue)
        .unwrap();
    // 19 MWh come out of the store in the first two hours, less a kW s of rounding; the other 221 do not.
    let kilowatt_second = Energy::from_kilowatt_seconds(1);
    let discharged = Energy::from_mwh(19).checked_sub(kilowatt_second).unwrap();
    assert_eq!(report.days[0].discharged, discharged);
    assert_eq!(
        report.days[0].undelivered,
        Energy::from_mwh(221).checked_add(kilowatt_second).unwrap()
    );
    let first: Vec<i64> = input
        .prices
        .iter()
        .filter(|seen| central().local(seen.period.start()).date() == date("2024-07-01"))
        .map(|seen| seen.price.micros() / 10_000)
        .collect();
    assert_eq!(report.days[0].revenue.minor(), 10 * first[0] + 9 * first[1]);
    assert_eq!(report.days[1].revenue, Money::zero(Currency::Usd));
    assert_eq!(report.days[1].undelivered, Energy::from_mwh(240));
}

#[test]
fn tells_its_progress_and_stops_when_told() {
    let input = input(
        two_hour_battery(),
        ("2024-07-01", "2024-07-10"),
        ercot_day_ahead(),
    );
    let mut told = Vec::new();
    GateBacktester::new()
        .run(&input, &mut |done, total| {
            told.push((done, total));
            Flow::Continue
        })
        .unwrap();
    assert_eq!(told, (1..=10).map(|done| (done, 10)).collect::<Vec<_>>());
    let mut calls = 0;
    let stopped = GateBacktester::new().run(&input, &mut |done, _| {
        calls += 1;
        if done == 3 {
            Flow::Stop
        } else {
            Flow::Continue
        }
    });
    assert_eq!((stopped, calls), (Err(EngineError::Cancelled), 3));
}

#[test]
fn names_what_is_wrong_with_the_request() {
    let good = input(two_hour_battery(), ("2024-07-01", "2024-07-02"), Vec::new());
    let codes = |input: &BacktestInput| match GateBacktester::new()
        .run(input, &mut |_, _| Flow::Continue)
    {
        Err(EngineError::Invalid(found)) => found
            .into_iter()
            .map(|v| format!("{} {}", v.code, v.field))
            .collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    let mut bad = good.clone();
    bad.rules.pop();
    assert_eq!(codes(&bad), ["rules_do_not_fit rules"]);
    let mut bad = good.clone();
    bad.request.product = "RTM".parse().unwrap();
    assert_eq!(
        codes(&bad),
        ["rules_do_not_fit rules[0]", "rules_do_not_fit rules[1]"]
    );
    let mut bad = good.clone();
    bad.request.to = date("2024-06-30");
    assert_eq!(codes(&bad), ["span_reversed request.to"]);
    let mut bad = good.clone();
    bad.request.battery.initial_soc = Energy::from_mwh(21);
    assert_eq!(
        codes(&bad),
        ["soc_out_of_window request.battery.initial_soc"]
    );
    // Without a price nothing is wrong with the request; no day can be replayed.
    assert_eq!(run(&good).skipped.len(), 2);
}
