//! Block orders in a backtest: who accepts them, what they earn, that they can be delivered.

use optibid_core::asset::Battery;
use optibid_core::backtest::{BacktestInput, BacktestReport, BacktestSettings, StrategySpec};
use optibid_core::bid::{BlockOrder, BlockOrders, BlockRelation, BlockVolume};
use optibid_core::market::rules::RuleBook;
use optibid_core::ports::{Backtester, EngineError, Flow};
use optibid_core::unit::{Energy, Power, Price, Ratio};
use optibid_engine::{BidStrategy, Gate, GateBacktester, GateBid};

use crate::backtest_gates::{input, run};
use crate::domain::date;

/// ERCOT's prices under rules that take EPEX's blocks.
fn with_blocks(span: (&str, &str), settings: BacktestSettings) -> BacktestInput {
    let mut input = input(span, settings);
    let epex = RuleBook::builtin().at(
        &"EPEX".parse().unwrap(),
        &"DAM".parse().unwrap(),
        date("2026-06-01"),
    );
    let blocks = epex.unwrap().blocks;
    for rules in &mut input.rules {
        rules.blocks = blocks.clone();
    }
    input
}

#[test]
fn blocks_of_the_schedule_are_always_delivered_and_add_up() {
    let settings = BacktestSettings {
        strategy: StrategySpec::Blocks,
        detail: true,
        ..BacktestSettings::default()
    };
    let report = run(&with_blocks(("2024-06-20", "2024-07-20"), settings));
    assert_eq!(report.days.len(), 31, "{:?}", report.skipped);
    let mut sold = 0;
    for day in &report.days {
        assert_eq!(day.undelivered, Energy::ZERO, "{}", day.day);
        let waterfall = day.waterfall.as_ref().unwrap();
        let sum: i64 = waterfall.steps.iter().map(|step| step.amount.minor()).sum();
        let net = day.net().unwrap().minor();
        assert_eq!(day.perfect_foresight.minor() + sum, net, "{}", day.day);
        sold += day
            .periods
            .iter()
            .filter(|p| p.award > Energy::ZERO)
            .count();
    }
    assert!(sold > 31, "{sold} periods");
    assert!(report.capture.unwrap() > Ratio::from_ppm(700_000));
}

#[test]
fn where_no_blocks_are_taken_every_day_says_so() {
    let settings = BacktestSettings {
        strategy: StrategySpec::Blocks,
        ..BacktestSettings::default()
    };
    let report = run(&input(("2024-06-20", "2024-06-21"), settings));
    assert!(report.days.is_empty());
    assert!(
        report
            .skipped
            .iter()
            .all(|day| day.reason.contains("loop or linked blocks")),
        "{:?}",
        report.skipped
    );
}

/// A block of 1 MW in the first four bid periods that close and one that is its child, at limits around what prices come to.
struct Blocks {
    limit: Price,
    child: Price,
}

impl BidStrategy for Blocks {
    fn name(&self) -> String {
        "two blocks".to_owned()
    }

    fn bid(&self, gate: &Gate<'_>) -> Result<GateBid, EngineError> {
        let block = |name: &str, price, relation, periods: &[_]| BlockOrder {
            name: name.parse().unwrap(),
            price,
            min_acceptance: Ratio::ONE,
            profile: periods
                .iter()
                .map(|&period| BlockVolume {
                    period,
                    quantity: Power::from_megawatts(1),
                })
                .collect(),
            relation,
        };
        let periods = gate.closing;
        let parent = block(
            "parent",
            self.limit,
            BlockRelation::Alone,
            &periods[..4.min(periods.len())],
        );
        let below = BlockRelation::ChildOf("parent".parse().unwrap());
        let child = block("child", self.child, below, &periods[periods.len() - 1..]);
        let orders = BlockOrders::new(vec![parent, child]);
        Ok(GateBid {
            blocks: Some(orders.unwrap()),
            ..GateBid::default()
        })
    }
}

fn sold(limit: i64, child: i64) -> (i64, BacktestReport) {
    let settings = BacktestSettings {
        detail: true,
        ..BacktestSettings::default()
    };
    let mut input = with_blocks(("2024-06-20", "2024-06-20"), settings);
    input.request.battery = Battery {
        initial_soc: Energy::from_mwh(20),
        ..input.request.battery
    };
    let strategy = Blocks {
        limit: Price::from_micros(limit * 1_000_000),
        child: Price::from_micros(child * 1_000_000),
    };
    let report = GateBacktester::of(strategy)
        .run(&input, &mut |_, _| Flow::Continue)
        .unwrap();
    let award = |p: &optibid_core::backtest::BacktestPeriod| p.award.kilowatt_seconds();
    (
        report.days[0].periods.iter().map(award).sum::<i64>() / 3_600_000,
        report,
    )
}

#[test]
fn a_block_sells_at_the_mean_of_its_periods_and_a_child_never_alone() {
    let (_, report) = sold(-250, -250);
    let prices: Vec<i64> = report.days[0]
        .periods
        .iter()
        .map(|p| p.price.micros())
        .collect();
    let mean = prices[..4].iter().sum::<i64>() / 4_000_000;
    let last = prices[23] / 1_000_000;
    // Five hours of 1 MW where both pay, four or none on either side of the mean, and none without the parent.
    assert_eq!(sold(mean, last).0, 5);
    assert_eq!(sold(mean, last + 1).0, 4);
    assert_eq!(sold(mean + 60, last).0, 0);
    // A child that gains enough carries a parent that loses a little.
    assert_eq!(sold(mean + 1, -250).0, 5);
    let paid: i64 = prices[..4].iter().chain(&prices[23..]).sum();
    let (_, both) = sold(mean, last);
    assert_eq!(both.days[0].revenue.minor(), (paid + 5_000) / 10_000);
}

#[test]
fn a_block_across_gates_is_refused() {
    let mut input = with_blocks(("2024-06-20", "2024-06-20"), BacktestSettings::default());
    input.request.product = "RTM".parse().unwrap();
    let book = RuleBook::builtin();
    for rules in &mut input.rules {
        *rules = book
            .at(&rules.market, &input.request.product, date("2024-06-20"))
            .unwrap();
    }
    let strategy = Blocks {
        limit: Price::ZERO,
        child: Price::ZERO,
    };
    let report = GateBacktester::of(strategy)
        .run(&input, &mut |_, _| Flow::Continue)
        .unwrap();
    let reason = &report.skipped[0].reason;
    assert!(reason.contains("a block spans gates"), "{reason}");
}
