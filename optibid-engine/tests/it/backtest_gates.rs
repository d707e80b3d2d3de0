//! Gates, settlement and sums of a backtest: what may be known, what must add up.

use optibid_core::asset::Battery;
use optibid_core::backtest::{
    BacktestInput, BacktestReport, BacktestRequest, BacktestSettings, StrategySpec,
};
use optibid_core::bid::{BidPeriod, CurvePoint, CurveShape, OfferCurve};
use optibid_core::market::rules::RuleBook;
use optibid_core::market::{PriceObservation, Resolution};
use optibid_core::ports::{Backtester, EngineError, Flow};
use optibid_core::unit::{Energy, Power, Price, Ratio};
use optibid_engine::{BidStrategy, Gate, GateBacktester, GateBid};
use proptest::prelude::*;
use std::sync::OnceLock;

use crate::domain::{central, date, ercot_day_ahead, ercot_real_time};

fn battery() -> Battery {
    let (power, energy) = (Power::from_megawatts(10), Energy::from_mwh(20));
    Battery {
        degradation_cost: Price::from_units(3),
        ..Battery::symmetric(power, energy, Ratio::from_ppm(950_000))
    }
}

/// ERCOT's prices of June to August 2024, both products.
fn prices() -> &'static [PriceObservation] {
    static PRICES: OnceLock<Vec<PriceObservation>> = OnceLock::new();
    PRICES.get_or_init(|| {
        let end = central().day(date("2024-09-01")).unwrap().start();
        let both = ercot_day_ahead().into_iter().chain(ercot_real_time());
        both.filter(|seen| seen.period.start() < end).collect()
    })
}

pub(crate) fn input(span: (&str, &str), settings: BacktestSettings) -> BacktestInput {
    let request = BacktestRequest {
        market: "ERCOT".parse().unwrap(),
        product: "DAM".parse().unwrap(),
        location: "HB_SOUTH".parse().unwrap(),
        from: date(span.0),
        to: date(span.1),
        battery: battery(),
        settings,
    };
    BacktestInput::new(request, &RuleBook::builtin(), prices().to_vec()).unwrap()
}

fn two_markets(strategy: StrategySpec) -> BacktestSettings {
    BacktestSettings {
        strategy,
        balancing: Some("RTM".parse().unwrap()),
        detail: true,
        ..BacktestSettings::default()
    }
}

pub(crate) fn run(input: &BacktestInput) -> BacktestReport {
    GateBacktester::new()
        .run(input, &mut |_, _| Flow::Continue)
        .unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Whatever prices become known after an instant, the gates up to it bid the same on the same knowledge.
    #[test]
    fn no_gate_sees_ahead(
        strategy in proptest::sample::select(vec![StrategySpec::Rolling, StrategySpec::Scenarios, StrategySpec::Policy]),
        hours in 24_i64..150, factor in -300_i64..300, balances: bool,
    ) {
        let settings = BacktestSettings {
            balancing: balances.then(|| "RTM".parse().unwrap()),
            ..two_markets(strategy)
        };
        let input = input(("2024-07-02", "2024-07-07"), settings);
        let report = run(&input);
        let start = central().day(date("2024-07-01")).unwrap().start();
        let instant = start + jiff::SignedDuration::from_mins(hours * 60 - 31);
        let mut other = input.clone();
        for seen in &mut other.prices {
            if seen.known_at > instant {
                seen.price = Price::from_micros(seen.price.micros() / 100 * factor + 7_000_000);
            }
        }
        let changed = run(&other);
        let gates = |report: &BacktestReport| -> Vec<_> {
            report.days.iter().flat_map(|day| day.gates.clone()).collect()
        };
        let (before, after) = (gates(&report), gates(&changed));
        prop_assert_eq!(before.len(), after.len());
        let mut later = 0;
        for (a, b) in before.iter().zip(&after) {
            if a.closes_at <= instant {
                prop_assert_eq!(a, b);
            } else {
                later += usize::from(a.hash != b.hash);
            }
        }
        // What is known later does reach the gates after it.
        let last = before.iter().map(|gate| gate.closes_at).max().unwrap();
        let known = |seen: &&PriceObservation| instant < seen.known_at && seen.known_at <= last;
        prop_assert_eq!(later > 0, input.prices.iter().any(|seen| known(&seen)));
    }

    /// Money adds up to the cent whatever the settings, and agrees with the periods one by one.
    #[test]
    fn every_sum_is_exact(
        strategy in proptest::sample::select(vec![
            StrategySpec::PerfectForesight, StrategySpec::OpportunityCost, StrategySpec::SelfSchedule,
            StrategySpec::Blended, StrategySpec::Rolling, StrategySpec::TopBottom { hours: 3 }, StrategySpec::Scenarios, StrategySpec::Policy,
        ]),
        (fill, seed) in (0_i64..=1_000_000, any::<u64>()),
        (wear, fee) in (0_i64..9_999_999, prop_oneof![Just(0_i64), 0_i64..2_500_001]),
        balances: bool,
    ) {
        let settings = BacktestSettings {
            balancing: balances.then(|| "RTM".parse().unwrap()),
            fill: Ratio::from_ppm(fill),
            seed,
            ..two_markets(strategy)
        };
        let mut input = input(("2024-06-20", "2024-06-25"), settings);
        input.request.battery.degradation_cost = Price::from_micros(wear);
        input.request.battery.discharge_fee = Price::from_micros(fee);
        let report = run(&input);
        prop_assert_eq!(report.days.len(), 6);
        for day in &report.days {
            let waterfall = day.waterfall.as_ref().unwrap();
            let steps: i64 = waterfall.steps.iter().map(|step| step.amount.minor()).sum();
            prop_assert_eq!(day.perfect_foresight.minor() + steps, day.net().unwrap().minor());
            prop_assert_eq!(waterfall.net, day.net().unwrap());
            let products: i64 = day.revenues.iter().map(|product| product.amount.minor()).sum();
            prop_assert_eq!(products, day.revenue.minor());
            prop_assert_eq!(day.fees.is_some(), fee > 0);
            let cents = |sum: i128| {
                // 1e-6 currency per MWh times kW s, to cents, a tie to the even one.
                let unit = 1_000_000 * 3_600_000 / 100;
                let (whole, rest) = (sum.div_euclid(unit), sum.rem_euclid(unit));
                whole + i128::from(2 * rest > unit || 2 * rest == unit && whole % 2 != 0)
            };
            let sum = |f: &dyn Fn(&optibid_core::backtest::BacktestPeriod) -> i128| {
                cents(day.periods.iter().map(f).sum())
            };
            let ks = |energy: Energy| i128::from(energy.kilowatt_seconds());
            let held = |p: &optibid_core::backtest::BacktestPeriod| if balances { ks(p.award) } else { ks(p.delivered) };
            let first = sum(&|p| i128::from(p.price.micros()) * held(p));
            let second = sum(&|p| i128::from(p.balancing_price.micros()) * (ks(p.delivered) - held(p)));
            prop_assert_eq!(i128::from(day.revenues[0].amount.minor()), first);
            if balances {
                prop_assert_eq!(i128::from(day.revenues[1].amount.minor()), second);
            }
            let fed = |p: &optibid_core::backtest::BacktestPeriod| ks(p.delivered).max(0);
            prop_assert_eq!(i128::from(day.wear.minor()), sum(&|p| i128::from(wear) * fed(p)));
            let fees = day.fees.map_or(0, |fees| i128::from(fees.minor()));
            prop_assert_eq!(fees, sum(&|p| i128::from(fee) * fed(p)));
        }
        let total = report.waterfall.as_ref().unwrap();
        let steps: i64 = total.steps.iter().map(|step| step.amount.minor()).sum();
        prop_assert_eq!(report.perfect_foresight.minor() + steps, report.net().unwrap().minor());
    }
}

/// Asks for everything that its gate must not give.
struct Nosy;

impl BidStrategy for Nosy {
    fn name(&self) -> String {
        "nosy".to_owned()
    }

    fn bid(&self, gate: &Gate<'_>) -> Result<GateBid, EngineError> {
        for product in ["DAM", "RTM"] {
            let product = product.parse().unwrap();
            let all = gate
                .known
                .observations(&product, jiff::Timestamp::MIN, jiff::Timestamp::MAX);
            let mut count = 0;
            for seen in all {
                assert!(seen.known_at <= gate.closes_at, "{seen:?}");
                count += 1;
            }
            assert!(count > 24, "{count}");
            for seen in prices().iter().filter(|seen| seen.product == product) {
                let price = gate.known.price(&product, seen.period.start());
                let expected = (seen.known_at <= gate.closes_at).then_some(seen.price);
                assert_eq!(price, expected, "{seen:?} at {}", gate.closes_at);
            }
        }
        Ok(GateBid::default())
    }
}

#[test]
fn a_gate_gives_what_was_known_and_nothing_else() {
    let settings = two_markets(StrategySpec::default());
    let report = GateBacktester::of(Nosy)
        .run(
            &input(("2024-06-05", "2024-06-05"), settings),
            &mut |_, _| Flow::Continue,
        )
        .unwrap();
    // One auction and 24 hours of real time; nothing bid, nothing earned.
    assert_eq!(report.days[0].gate_count, 25);
    assert_eq!(report.revenue.minor(), 0);
}

#[test]
fn a_gate_bid_at_again_gives_the_same_hash() {
    let input = input(
        ("2024-07-08", "2024-07-10"),
        two_markets(StrategySpec::Rolling),
    );
    let report = run(&input);
    for day in &report.days {
        assert_eq!(day.gates.len(), 25);
        let again = GateBacktester::new().rerun(&input, day).unwrap();
        assert_eq!(again, day.gates);
    }
    // One price that was known a cent higher is another knowledge.
    let day = &report.days[1];
    let mut other = input.clone();
    let noon =
        central().day(date("2024-07-09")).unwrap().start() + jiff::SignedDuration::from_hours(12);
    let seen = other
        .prices
        .iter_mut()
        .find(|seen| seen.product.as_str() == "RTM" && seen.period.end() == noon)
        .unwrap();
    seen.price = seen.price.checked_add(Price::from_cents(1)).unwrap();
    let again = GateBacktester::new().rerun(&other, day).unwrap();
    for (before, after) in day.gates.iter().zip(&again) {
        assert_eq!(
            before.hash == after.hash,
            before.closes_at < noon,
            "{before:?}"
        );
    }
    let mut bare = day.clone();
    bare.gates.clear();
    let Err(EngineError::Invalid(found)) = GateBacktester::new().rerun(&input, &bare) else {
        panic!("no gates are listed")
    };
    assert_eq!(found[0].code, "no_detail");
}

#[test]
fn many_on_any_number_of_threads_are_the_single_ones() {
    let specs = [
        "opportunity_cost",
        "tb2",
        "rolling",
        "self_schedule",
        "blended",
    ];
    let inputs: Vec<_> = specs
        .iter()
        .map(|spec| {
            let mut input = input(
                ("2024-06-12", "2024-06-15"),
                two_markets(spec.parse().unwrap()),
            );
            input.request.settings.fill = Ratio::from_ppm(800_000);
            input
        })
        .collect();
    let single: Vec<_> = inputs.iter().map(run).collect();
    assert_ne!(single[0].revenue, single[2].revenue);
    for threads in [1, 2, 7] {
        let mut told = Vec::new();
        let many = GateBacktester::new().run_many(&inputs, threads, &mut |done, total| {
            told.push((done, total));
            Flow::Continue
        });
        assert_eq!(many.unwrap(), single);
        assert_eq!(told.last(), Some(&(20, 20)));
        assert!(told.is_sorted());
    }
    let stopped = GateBacktester::new().run_many(&inputs, 2, &mut |_, _| Flow::Stop);
    assert_eq!(stopped, Err(EngineError::Cancelled));
    let mut broken = inputs.clone();
    broken[3].request.settings.fill = Ratio::from_ppm(1_000_001);
    let refused = GateBacktester::new().run_many(&broken, 2, &mut |_, _| Flow::Continue);
    let Err(EngineError::Invalid(found)) = refused else {
        panic!("a fill above 1")
    };
    assert_eq!(found[0].code, "fill_out_of_range");
}

#[test]
fn top_and_bottom_hours_agree_with_the_file() {
    let report = run(&input(
        ("2024-06-10", "2024-06-30"),
        BacktestSettings::default(),
    ));
    let rows = crate::fixtures::ercot();
    for day in &report.days {
        let name = day.day.to_string();
        let mut hours: Vec<f64> = rows
            .iter()
            .filter(|(day, ..)| *day == name)
            .step_by(4)
            .map(|(_, price, _)| *price)
            .collect();
        assert_eq!(hours.len(), 24);
        hours.sort_by(f64::total_cmp);
        let found = &day.baselines.as_ref().unwrap().top_bottom;
        for (measure, n) in found.iter().zip([2, 4]) {
            assert_eq!(usize::from(measure.hours), n);
            let spread = hours[24 - n..].iter().sum::<f64>() - hours[..n].iter().sum::<f64>();
            let amount = measure.per_megawatt.minor() as f64 / 100.0;
            assert!((amount - spread).abs() <= 0.005 + 1e-9, "{amount} {spread}");
        }
    }
}

/// With both products the bound adds what the difference of the two prices brings at full power; computed here hour by hour.
#[test]
fn two_market_foresight_is_the_sum_of_its_parts() {
    let both = run(&input(
        ("2024-06-10", "2024-06-16"),
        two_markets(StrategySpec::Rolling),
    ));
    let mut alone = input(("2024-06-10", "2024-06-16"), BacktestSettings::default());
    alone.request.product = "RTM".parse().unwrap();
    let book = RuleBook::builtin();
    for rules in &mut alone.rules {
        *rules = book
            .at(
                &alone.request.market,
                &alone.request.product,
                date("2024-06-10"),
            )
            .unwrap();
    }
    for day in &both.days {
        let spread: f64 = day
            .periods
            .chunks(4)
            .map(|hour| {
                let mean = |f: fn(&optibid_core::backtest::BacktestPeriod) -> Price| {
                    hour.iter().map(|p| f(p).micros() as f64 / 4e6).sum::<f64>()
                };
                10.0 * (mean(|p| p.price) - mean(|p| p.balancing_price)).abs()
            })
            .sum();
        // The rest is the best schedule in real time from the same state of charge.
        let before = both.days.iter().rev().find(|other| other.day < day.day);
        let mut alone = alone.clone();
        let offset = usize::from(u8::try_from(day.day.day() - 10).unwrap());
        alone.rules = vec![alone.rules[offset].clone()];
        (alone.request.from, alone.request.to) = (day.day, day.day);
        alone.request.battery.initial_soc = before.map_or(Energy::ZERO, |day| day.state_of_charge);
        let real_time = run(&alone).days[0].perfect_foresight;
        let sum = real_time.minor() as f64 / 100.0 + spread;
        let bound = day.perfect_foresight.minor() as f64 / 100.0;
        assert!((bound - sum).abs() < 0.02, "{bound} {sum}");
        assert!(day.capture.unwrap() < Ratio::ONE);
    }
}

#[test]
fn a_partial_fill_fills_its_share_on_average() {
    let with = |fill, seed| {
        let settings = BacktestSettings {
            strategy: StrategySpec::SelfSchedule,
            fill: Ratio::from_ppm(fill),
            seed,
            detail: true,
            ..BacktestSettings::default()
        };
        run(&input(("2024-06-10", "2024-08-20"), settings))
    };
    let awarded = |report: &BacktestReport| -> f64 {
        let periods = report.days.iter().flat_map(|day| &day.periods);
        periods
            .map(|p| p.award.kilowatt_seconds().abs() as f64)
            .sum()
    };
    let (all, half, other) = (with(1_000_000, 1), with(500_000, 1), with(500_000, 2));
    let drawn = with(1_000_000, 2);
    assert_eq!(all.waterfall, drawn.waterfall, "nothing is drawn");
    assert_ne!(half.revenue, other.revenue);
    let share = awarded(&half) / awarded(&all);
    assert!((0.42..0.62).contains(&share), "{share}");
    let step = |report: &BacktestReport, i: usize| {
        report.waterfall.as_ref().unwrap().steps[i].amount.minor()
    };
    assert_eq!(step(&all, 3), 0);
    assert!(step(&half, 3) < 0);
    let none = with(0, 1);
    assert_eq!((none.revenue.minor(), none.wear.minor()), (0, 0));
}

/// Sells 1 MW in every period that closes.
struct OneMegawatt;

impl BidStrategy for OneMegawatt {
    fn name(&self) -> String {
        "1 MW".to_owned()
    }

    fn bid(&self, gate: &Gate<'_>) -> Result<GateBid, EngineError> {
        let point = CurvePoint::new(Power::from_megawatts(1), Price::from_units(-250));
        let curve = OfferCurve::sell(CurveShape::Linear, vec![point]).unwrap();
        let bid = |&period| BidPeriod {
            period,
            curve: curve.clone(),
        };
        Ok(gate.closing.iter().map(bid).collect::<Vec<_>>().into())
    }
}

#[test]
fn days_of_23_and_25_hours_have_as_many_gates_and_periods() {
    let zone = central();
    for (name, hours) in [("2024-03-10", 23), ("2024-11-03", 25)] {
        let day = zone.day(date(name)).unwrap();
        let mut prices = Vec::new();
        for (product, resolution) in [("DAM", Resolution::Hour), ("RTM", Resolution::Min15)] {
            prices.extend(day.periods(resolution).map(|period| PriceObservation {
                market: "ERCOT".parse().unwrap(),
                product: product.parse().unwrap(),
                location: "HB_SOUTH".parse().unwrap(),
                period,
                price: Price::from_units(if product == "DAM" { 40 } else { 30 }),
                components: None,
                known_at: period.end(),
            }));
        }
        let mut settings = two_markets(StrategySpec::default());
        settings.detail = true;
        let mut input = input((name, name), settings);
        input.prices = prices;
        input.request.battery.initial_soc = Energy::from_mwh(20);
        let report = GateBacktester::of(OneMegawatt)
            .run(&input, &mut |_, _| Flow::Continue)
            .unwrap();
        assert_eq!(report.skipped, []);
        let day = &report.days[0];
        assert_eq!(day.periods.len(), 4 * hours);
        assert_eq!(day.gate_count as usize, hours + 1);
        // Sold in the auction for every hour at 40; 19 MWh come out, the rest is bought back at 30.
        let hours = i64::try_from(hours).unwrap();
        assert_eq!(day.revenues[0].amount.minor(), hours * 4_000);
        assert_eq!(day.revenues[1].amount.minor(), -(hours - 19) * 3_000);
        // What was short was worth 40 where it was sold: 10 of that come back in settlement.
        let steps = &day.waterfall.as_ref().unwrap().steps;
        assert_eq!(steps[4].amount.minor(), -(hours - 19) * (4_000 - 300));
        assert_eq!(steps[5].amount.minor(), (hours - 19) * 1_000);
    }
}

#[test]
fn a_missing_price_of_either_product_names_the_day() {
    let mut input = input(
        ("2024-06-20", "2024-06-22"),
        two_markets(StrategySpec::Rolling),
    );
    let noon =
        central().day(date("2024-06-21")).unwrap().start() + jiff::SignedDuration::from_hours(12);
    input
        .prices
        .retain(|seen| !(seen.product.as_str() == "RTM" && seen.period.start() == noon));
    let report = run(&input);
    assert_eq!(report.days.len(), 2);
    assert_eq!(report.skipped[0].day, date("2024-06-21"));
    assert!(
        report.skipped[0]
            .reason
            .starts_with("no price of RTM for the period of 2024-06-21T12:00:00"),
        "{}",
        report.skipped[0].reason
    );
}

/// Bids for a period whose gate has closed.
struct Late;

impl BidStrategy for Late {
    fn name(&self) -> String {
        "late".to_owned()
    }

    fn bid(&self, gate: &Gate<'_>) -> Result<GateBid, EngineError> {
        let first = gate.rules.periods(gate.day).next().unwrap();
        let point = CurvePoint::new(Power::from_megawatts(1), Price::ZERO);
        let curve = OfferCurve::sell(CurveShape::Linear, vec![point]).unwrap();
        let period = first;
        Ok(vec![BidPeriod { period, curve }].into())
    }
}

#[test]
fn a_bid_behind_its_gate_leaves_the_day_out() {
    let settings = two_markets(StrategySpec::default());
    let report = GateBacktester::of(Late)
        .run(
            &input(("2024-06-05", "2024-06-05"), settings),
            &mut |_, _| Flow::Continue,
        )
        .unwrap();
    assert_eq!(report.days.len(), 0);
    assert!(
        report.skipped[0]
            .reason
            .contains("whose gate has not closed yet"),
        "{}",
        report.skipped[0].reason
    );
}
