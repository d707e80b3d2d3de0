//! What `optibid backtest` prints.

use crate::cli::output::{Sheet, number, text};
use jiff::civil::Date;
use optibid_core::backtest::{BacktestDay, BacktestReport, GateRecord, StrategySpec, Waterfall};
use optibid_core::market::rules::{BlockForm, ProductRules};
use optibid_core::portfolio::capture_ratio;
use optibid_core::unit::{Energy, Money, Ratio};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The strategies of a comparison in any market.
const COMPARED: [StrategySpec; 9] = [
    StrategySpec::PerfectForesight,
    StrategySpec::OpportunityCost,
    StrategySpec::Blended,
    StrategySpec::SelfSchedule,
    StrategySpec::TopBottom { hours: 2 },
    StrategySpec::TopBottom { hours: 4 },
    StrategySpec::Rolling,
    StrategySpec::Scenarios,
    StrategySpec::Policy,
];

/// The strategies of a comparison under these rules: blocks too where the market takes them together.
pub(super) fn compared(rules: &[ProductRules]) -> Vec<StrategySpec> {
    let takes = |rules: &ProductRules| {
        let pairs = [BlockForm::Loop, BlockForm::Linked];
        pairs.into_iter().any(|form| rules.blocks.takes(form))
    };
    let blocks = rules.iter().all(takes).then_some(StrategySpec::Blocks);
    COMPARED.into_iter().chain(blocks).collect()
}

/// One row a day.
pub(super) fn days(report: &BacktestReport) -> Sheet {
    let money = |what: &str| format!("{what} ({})", report.revenue.currency());
    let mut sheet = Sheet::new([
        text("day", "Day"),
        number("revenue", &money("Revenue")),
        number("wear", &money("Wear")),
        number("fees", &money("Fees")),
        number("shortfall", &money("Shortfall")),
        number("net", &money("Net")),
        number("perfect_foresight", &money("Perfect foresight")),
        number("capture_percent", "Capture (%)"),
        number("cycles", "Cycles"),
        number("undelivered", "Undelivered (MWh)"),
    ]);
    for day in &report.days {
        sheet.row([
            day.day.to_string(),
            day.revenue.to_string(),
            day.wear.to_string(),
            shown(day.fees),
            shown(day.shortfall.map(|missing| missing.cost)),
            shown(day.net()),
            day.perfect_foresight.to_string(),
            percent(day.capture),
            day.cycles.to_string(),
            day.undelivered.to_string(),
        ]);
    }
    sheet.totals([
        match report.days.len() {
            1 => "1 day".to_owned(),
            days => format!("{days} days"),
        },
        report.revenue.to_string(),
        report.wear.to_string(),
        shown(report.fees),
        shown(report.shortfall),
        shown(report.net()),
        report.perfect_foresight.to_string(),
        percent(report.capture),
        report.cycles.to_string(),
        undelivered(&report.days).to_string(),
    ]);
    sheet
}

/// Energy of these days that was awarded and could not be delivered.
pub(super) fn undelivered<'a>(days: impl IntoIterator<Item = &'a BacktestDay>) -> Energy {
    let sum = |sum: Energy, day: &BacktestDay| sum.checked_add(day.undelivered).unwrap_or(sum);
    days.into_iter().fold(Energy::ZERO, sum)
}

/// One row a settlement period.
pub(super) fn periods(report: &BacktestReport) -> Sheet {
    let mut sheet = Sheet::new([
        text("start", "Start"),
        number("price", "Price"),
        number("balancing_price", "Balancing price"),
        number("award", "Award (MWh)"),
        number("dispatch", "Dispatch (MWh)"),
        number("delivered", "Delivered (MWh)"),
        number("state_of_charge", "State of charge (MWh)"),
    ]);
    for row in report.days.iter().flat_map(|day| &day.periods) {
        sheet.row([
            row.period.start().to_string(),
            row.price.to_string(),
            row.balancing_price.to_string(),
            row.award.to_string(),
            row.dispatch.to_string(),
            row.delivered.to_string(),
            row.state_of_charge.to_string(),
        ]);
    }
    sheet
}

/// The days that every strategy replayed which replayed any.
pub(super) fn common(reports: &[BacktestReport]) -> BTreeSet<Date> {
    let days = |report: &BacktestReport| report.days.iter().map(|day| day.day).collect();
    let each = reports
        .iter()
        .map(days)
        .filter(|days: &BTreeSet<Date>| !days.is_empty());
    each.reduce(|all, days| &all & &days).unwrap_or_default()
}

/// One row a strategy, over the same days for all.
pub(super) fn comparison(reports: &[BacktestReport], common: &BTreeSet<Date>) -> Sheet {
    let mut sheet = Sheet::new([
        text("strategy", "Strategy"),
        number("days", "Days"),
        number("net", "Net"),
        number("perfect_foresight", "Perfect foresight"),
        number("capture_percent", "Capture (%)"),
        number("cycles", "Cycles"),
        number("undelivered", "Undelivered (MWh)"),
    ]);
    for report in reports.iter().filter(|report| !report.days.is_empty()) {
        let currency = report.revenue.currency();
        let days: Vec<_> = report
            .days
            .iter()
            .filter(|day| common.contains(&day.day))
            .collect();
        let net = days.iter().map(|day| day.net()).collect::<Option<Vec<_>>>();
        let net = net.and_then(|net| Money::sum(net, currency));
        let bound = Money::sum(days.iter().map(|day| day.perfect_foresight), currency);
        let capture = net
            .zip(bound)
            .and_then(|(net, bound)| capture_ratio(net, bound));
        let cycles = days.iter().map(|day| day.cycles.ppm()).sum();
        sheet.row([
            report.request.settings.strategy.to_string(),
            days.len().to_string(),
            shown(net),
            shown(bound),
            percent(capture),
            Ratio::from_ppm(cycles).to_string(),
            undelivered(days).to_string(),
        ]);
    }
    sheet
}

/// One row a gate: the hash of the replay and the one of the same gate bid at again.
pub(super) fn gates(day: &BacktestDay, again: &[GateRecord]) -> Sheet {
    let mut sheet = Sheet::new([
        text("product", "Product"),
        text("closes_at", "Closes at"),
        number("known", "Prices known"),
        text("hash", "Hash"),
        text("again", "Again"),
        text("same", "Same"),
    ]);
    for (first, second) in day.gates.iter().zip(again) {
        sheet.row([
            first.product.to_string(),
            first.closes_at.to_string(),
            first.known.to_string(),
            first.hash.clone(),
            second.hash.clone(),
            if first == second { "yes" } else { "no" }.to_owned(),
        ]);
    }
    sheet
}

/// The waterfall in one line.
pub(super) fn waterfall(waterfall: &Waterfall) -> String {
    let mut line = format!("perfect foresight {}", waterfall.perfect_foresight);
    for step in &waterfall.steps {
        let _ = write!(line, ", {} {}", step.cause.code(), step.amount);
    }
    let _ = write!(line, ", net {}", waterfall.net);
    line
}

fn shown(money: Option<Money>) -> String {
    money.map(|money| money.to_string()).unwrap_or_default()
}

/// A share in percent with one decimal, half-even; empty where there is none.
pub(crate) fn percent(share: Option<Ratio>) -> String {
    let Some(share) = share else {
        return String::new();
    };
    let tenths = optibid_core::unit::Rounding::HalfEven.div(i128::from(share.ppm()), 1_000);
    let sign = if tenths < 0 { "-" } else { "" };
    format!("{sign}{}.{}", tenths.abs() / 10, tenths.abs() % 10)
}
