//! Prices, power and stored energy of a day on one axis of time.

use super::data::{self, DAY, megawatt_hours, megawatts, units};
use crate::svg::{Anchor, Frame, Svg, class, steps};
use anyhow::Result;
use optibid_core::market::PriceObservation;
use optibid_core::ports::Optimizer;
use optibid_core::schedule::{Schedule, ScheduleRequest};
use optibid_engine::BatteryOptimizer;

const LEFT: f64 = 56.0;
const WIDTH: f64 = 648.0;

/// The best schedule of the battery at the prices that came.
pub(crate) fn draw(prices: &[PriceObservation]) -> Result<String> {
    let rules = data::rules(DAY)?;
    let day = data::day(prices, "DAM", DAY)?;
    let zone = rules.zone.value.clone();
    let currency = rules.currency.value;
    let request = ScheduleRequest::new(data::battery(), zone, day.clone(), currency);
    let schedule = BatteryOptimizer::new().optimise(&request)?;
    let mut svg = Svg::new(720.0, 560.0);
    let says = format!(
        "10 MW / 20 MWh, 0.927 each way, 5 USD/MWh of wear: revenue {} \u{2212} wear {} = {} {currency}",
        schedule.revenue, schedule.wear, schedule.value
    );
    svg.text((8.0, 14.0), Anchor::Start, (class::STRONG, &says));
    let came: Vec<_> = day.iter().map(|p| units(p.price)).collect();
    let places: Vec<_> = (0..=came.len()).map(|i| i as f64).collect();
    let top = Frame::new(
        (LEFT, 48.0, WIDTH, 140.0),
        (0.0, 24.0),
        data::range(came.iter().copied()),
    );
    top.upright(&mut svg, "price, USD/MWh");
    svg.path(&steps(&top, &places, &came), class::LINE);
    power(&mut svg, &schedule);
    stored(&mut svg, &schedule);
    Ok(svg.finish("Best schedule of a battery on 2024-08-20 at ERCOT HB_SOUTH"))
}

fn power(svg: &mut Svg, schedule: &Schedule) {
    let frame = Frame::new((LEFT, 232.0, WIDTH, 110.0), (0.0, 24.0), (-11.0, 11.0));
    frame.upright(svg, "power at the grid, MW");
    svg.text(
        (LEFT + 140.0, 224.0),
        Anchor::Start,
        (class::SELL, "above zero: discharges, sells"),
    );
    svg.text(
        (LEFT + 340.0, 224.0),
        Anchor::Start,
        (class::BUY, "below zero: charges, buys"),
    );
    for (i, point) in schedule.points.iter().enumerate() {
        let value = megawatts(point.power);
        if value == 0.0 {
            continue;
        }
        let (left, right) = (frame.x.at(i as f64), frame.x.at(i as f64 + 1.0));
        let (a, b) = (frame.y.at(value), frame.y.at(0.0));
        let class = if value > 0.0 { class::SELL } else { class::BUY };
        let says = format!("{i:02}:00 {} MW", point.power);
        svg.bar(
            (left + 1.0, a.min(b), right - left - 2.0, (a - b).abs()),
            class,
            &says,
        );
    }
}

fn stored(svg: &mut Svg, schedule: &Schedule) {
    let frame = Frame::new((LEFT, 388.0, WIDTH, 120.0), (0.0, 24.0), (0.0, 22.0));
    frame.upright(svg, "stored energy, MWh (capacity 20)");
    let ends = schedule.points.iter().enumerate();
    let ends = ends.map(|(i, p)| frame.at(i as f64 + 1.0, megawatt_hours(p.state_of_charge)));
    let points: Vec<_> = std::iter::once(frame.at(0.0, 0.0)).chain(ends).collect();
    svg.path(&points, class::LINE);
    let full = frame.y.at(20.0);
    svg.line((LEFT, full), (LEFT + WIDTH, full), class::DASHED);
    frame.level(svg, &data::hours(), "hour of 2024-08-20, Central time");
}
