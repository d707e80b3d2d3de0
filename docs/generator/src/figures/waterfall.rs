//! From perfect foresight to what was earned.

use super::data::{self, battery};
use crate::svg::{Anchor, Frame, Svg, class};
use anyhow::{Context, Result};
use jiff::civil::Date;
use optibid_core::backtest::{BacktestInput, BacktestRequest, BacktestSettings, Waterfall};
use optibid_core::market::PriceObservation;
use optibid_core::market::rules::RuleBook;
use optibid_core::ports::{Backtester, Flow};
use optibid_core::unit::Money;
use optibid_engine::GateBacktester;

/// The month that is replayed.
const MONTH: (Date, Date) = (Date::constant(2024, 12, 1), Date::constant(2024, 12, 31));

/// December 2024 with the default strategy.
pub(crate) fn draw(prices: &[PriceObservation]) -> Result<String> {
    let request = BacktestRequest {
        market: "ERCOT".parse()?,
        product: "DAM".parse()?,
        location: "HB_SOUTH".parse()?,
        from: MONTH.0,
        to: MONTH.1,
        battery: battery(),
        settings: BacktestSettings::default(),
    };
    let input = BacktestInput::new(request, &RuleBook::builtin(), prices.to_vec())?;
    let report = GateBacktester::new().run(&input, &mut |_, _| Flow::Continue)?;
    let waterfall = report.waterfall.context("the backtest gives a waterfall")?;
    let capture = report
        .capture
        .context("the month holds something to capture")?;
    let mut svg = Svg::new(720.0, 322.0);
    let says = format!(
        "{} days of December 2024, strategy opportunity_cost: {} of perfect foresight captured",
        report.days.len(),
        data::percent(capture)
    );
    svg.text((8.0, 14.0), Anchor::Start, (class::STRONG, &says));
    bars(&mut svg, &waterfall);
    Ok(svg.finish("Waterfall from perfect foresight to the net of December 2024"))
}

/// One row a level: totals from zero, steps from the level before. The field begins where the steps are.
fn bars(svg: &mut Svg, waterfall: &Waterfall) {
    let (start, net) = (
        thousands(waterfall.perfect_foresight),
        thousands(waterfall.net),
    );
    let mut rows = vec![(
        "perfect_foresight",
        (0.0, start),
        waterfall.perfect_foresight,
    )];
    let mut level = start;
    for step in &waterfall.steps {
        let next = level + thousands(step.amount);
        rows.push((step.cause.code(), (level, next), step.amount));
        level = next;
    }
    rows.push(("net", (0.0, net), waterfall.net));
    let range = data::range([start, net]);
    let frame = Frame::new(
        (130.0, 30.0, 480.0, 30.0 * rows.len() as f64),
        range,
        (0.0, 1.0),
    );
    for (i, (name, (from, to), amount)) in rows.iter().enumerate() {
        let top = 30.0 + 30.0 * i as f64;
        let (a, b) = (frame.x.at(*from), frame.x.at(*to));
        let total = *from == 0.0;
        let class = if total { class::TOTAL } else { class::PART };
        let signed = if total {
            amount.to_string()
        } else {
            signed(*amount)
        };
        let says = format!("{name} {signed} USD");
        svg.text((122.0, top + 18.0), Anchor::End, ("", name));
        svg.bar(
            (a.min(b), top + 4.0, (a - b).abs().max(1.0), 20.0),
            class,
            &says,
        );
        svg.text(
            (a.max(b) + 8.0, top + 18.0),
            Anchor::Start,
            (class::DIM, &signed),
        );
        svg.line((b, top + 4.0), (b, top + 34.0), class::GRID);
    }
    let ticks = frame.x.ticks(5.0).into_iter();
    let labels: Vec<_> = ticks.map(|tick| (tick, format!("{tick:.0}"))).collect();
    frame.level(svg, &labels, "thousand USD");
}

fn thousands(amount: Money) -> f64 {
    amount.minor() as f64 / (amount.currency().minor_per_unit() as f64 * 1_000.0)
}

fn signed(amount: Money) -> String {
    let text = amount.to_string();
    match text.strip_prefix('-') {
        Some(rest) => format!("\u{2212}{rest}"),
        None => format!("+{text}"),
    }
}
