//! A day in two settlements: the award day-ahead, the difference to the delivery in real time.

use super::data::{self, megawatt_hours, units};
use crate::svg::{Anchor, Frame, Svg, class, steps};
use anyhow::{Context, Result};
use jiff::civil::Date;
use optibid_core::backtest::{
    BacktestDay, BacktestInput, BacktestPeriod, BacktestRequest, BacktestSettings, StrategySpec,
};
use optibid_core::market::PriceObservation;
use optibid_core::market::rules::RuleBook;
use optibid_core::ports::{Backtester, Flow};
use optibid_engine::GateBacktester;

const DAY: Date = Date::constant(2024, 8, 23);
const LEFT: f64 = 56.0;
const WIDTH: f64 = 648.0;

/// The day as it was replayed, re-planned at every real-time gate.
fn replay(prices: &[PriceObservation]) -> Result<BacktestDay> {
    let settings = BacktestSettings {
        strategy: StrategySpec::Rolling,
        balancing: Some("RTM".parse()?),
        detail: true,
        ..BacktestSettings::default()
    };
    let request = BacktestRequest {
        market: "ERCOT".parse()?,
        product: "DAM".parse()?,
        location: "HB_SOUTH".parse()?,
        from: DAY,
        to: DAY,
        battery: data::battery(),
        settings,
    };
    let input = BacktestInput::new(request, &RuleBook::builtin(), prices.to_vec())?;
    let mut report = GateBacktester::new().run(&input, &mut |_, _| Flow::Continue)?;
    report.days.pop().context("the day was replayed")
}

/// Both prices, the award beside the delivery, and what each settlement pays.
pub(crate) fn draw(prices: &[PriceObservation]) -> Result<String> {
    let day = replay(prices)?;
    let mut svg = Svg::new(720.0, 440.0);
    let paid = day
        .revenues
        .iter()
        .map(|r| format!("{} {}", r.product, r.amount));
    let says = format!(
        "{DAY}, USD: {} = {}; wear {}",
        paid.collect::<Vec<_>>().join(" + "),
        day.revenue,
        day.wear
    );
    svg.text((8.0, 14.0), Anchor::Start, (class::STRONG, &says));
    let places: Vec<_> = (0..=day.periods.len()).map(|i| i as f64 / 4.0).collect();
    let of = |value: fn(&BacktestPeriod) -> f64| day.periods.iter().map(value).collect::<Vec<_>>();
    let (ahead, real) = (of(|p| units(p.price)), of(|p| units(p.balancing_price)));
    let both = data::range(ahead.iter().chain(&real).copied());
    let top = Frame::new((LEFT, 52.0, WIDTH, 140.0), (0.0, 24.0), both);
    top.upright(&mut svg, "USD/MWh");
    svg.text(
        (LEFT + 80.0, 44.0),
        Anchor::Start,
        (class::DIM, "solid: day-ahead; dashed: real time"),
    );
    svg.path(&steps(&top, &places, &real), class::DASHED);
    svg.path(&steps(&top, &places, &ahead), class::LINE);
    energies(&mut svg, &day.periods, &places);
    Ok(svg.finish("Prices, awards and deliveries of a day in two settlements"))
}

fn energies(svg: &mut Svg, periods: &[BacktestPeriod], places: &[f64]) {
    let frame = Frame::new((LEFT, 244.0, WIDTH, 146.0), (0.0, 24.0), (-11.0, 11.0));
    frame.upright(svg, "MW");
    svg.text(
        (LEFT + 40.0, 236.0),
        Anchor::Start,
        (class::DIM, "line: awarded day-ahead"),
    );
    svg.text(
        (LEFT + 196.0, 236.0),
        Anchor::Start,
        (class::SELL, "delivered: discharge"),
    );
    svg.text(
        (LEFT + 330.0, 236.0),
        Anchor::Start,
        (class::BUY, "delivered: charge"),
    );
    for (i, period) in periods.iter().enumerate() {
        let delivered = megawatt_hours(period.delivered) * 4.0;
        if delivered == 0.0 {
            continue;
        }
        let (x, next) = (frame.x.at(places[i]), frame.x.at(places[i + 1]));
        let (a, b) = (frame.y.at(delivered), frame.y.at(0.0));
        let class = if delivered > 0.0 {
            class::SELL
        } else {
            class::BUY
        };
        let says = format!(
            "{}: {} MWh delivered, {} awarded",
            period.period.start(),
            period.delivered,
            period.award
        );
        svg.bar((x, a.min(b), next - x, (a - b).abs()), class, &says);
    }
    let awards: Vec<_> = periods
        .iter()
        .map(|p| megawatt_hours(p.award) * 4.0)
        .collect();
    svg.path(&steps(&frame, places, &awards), class::LINE);
    frame.level(svg, &data::hours(), "hour of 2024-08-23, Central time");
}
