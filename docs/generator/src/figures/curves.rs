//! Offer curves: steps and lines, and one curve from charging to discharging.

use super::data::{self, DAY, megawatts, units};
use crate::svg::{Anchor, Area, Frame, Svg, class};
use anyhow::{Context, Result};
use optibid_core::bid::{CurvePoint, CurveShape, CurveSide, OfferCurve};
use optibid_core::market::PriceObservation;
use optibid_core::ports::Optimizer;
use optibid_core::schedule::ScheduleRequest;
use optibid_core::unit::{Power, Price};
use optibid_engine::BatteryOptimizer;

/// One set of points as steps and as lines, each cleared at one price.
pub(crate) fn shapes() -> Result<String> {
    let points = || -> Result<Vec<CurvePoint>> {
        let rows = [(3, "24.57"), (7, "27.00"), (10, "31.00")];
        let rows =
            rows.map(|(mw, price)| Ok(CurvePoint::new(Power::from_megawatts(mw), price.parse()?)));
        rows.into_iter().collect()
    };
    let clears: Price = "28.00".parse()?;
    let mut svg = Svg::new(720.0, 290.0);
    for (i, shape) in [CurveShape::Step, CurveShape::Linear]
        .into_iter()
        .enumerate()
    {
        let curve = OfferCurve::sell(shape, points()?)?;
        let area = (56.0 + 350.0 * i as f64, 44.0, 300.0, 190.0);
        let frame = Frame::new(area, (0.0, 11.0), (22.0, 33.0));
        let name = format!(
            "\"{}\": {} MW at {clears}",
            shape.code(),
            curve.cleared_at(clears)
        );
        svg.text((area.0, 14.0), Anchor::Start, (class::STRONG, &name));
        frame.upright(&mut svg, "USD/MWh");
        svg.path(&outline(&frame, &curve), class::SELL);
        for point in curve.points() {
            let (x, y) = frame.at(megawatts(point.quantity), units(point.price));
            let says = format!("point {} MW at {}", point.quantity, point.price);
            svg.bar((x - 3.0, y - 3.0, 6.0, 6.0), class::SELL, &says);
        }
        cleared(&mut svg, &frame, &curve, clears);
        frame.level(&mut svg, &labels(&[0, 3, 7, 10]), "MW sold (injection)");
    }
    Ok(svg.finish("The same three points as steps and as straight lines"))
}

/// The curve of one battery in a cheap and in a dear hour, around what a stored MWh is worth then.
pub(crate) fn storage(prices: &[PriceObservation]) -> Result<String> {
    let rules = data::rules(DAY)?;
    let day = data::day(prices, "DAM", DAY)?;
    let zone = rules.zone.value.clone();
    let request = ScheduleRequest::new(data::battery(), zone, day.clone(), rules.currency.value);
    let schedule = BatteryOptimizer::new().optimise(&request)?;
    let mut svg = Svg::new(720.0, 300.0);
    for (i, hour) in [9_usize, 19].into_iter().enumerate() {
        let point = schedule.points.get(hour).context("the day has the hour")?;
        let price = day.get(hour).context("the hour has a price")?.price;
        let area = (56.0 + 350.0 * i as f64, 60.0, 300.0, 180.0);
        panel(&mut svg, area, (hour, point.stored_value, price))?;
    }
    Ok(svg.finish("One curve from charging to discharging in two hours of 2024-08-20"))
}

/// Buys below the worth less losses, sells above the worth with losses and wear.
fn panel(svg: &mut Svg, area: Area, (hour, worth, price): (usize, Price, Price)) -> Result<()> {
    let worth_is = units(worth);
    let limit = |value: f64| Price::from_micros((value * 100.0).round() as i64 * 10_000);
    let (buys, sells) = (limit(worth_is * 0.927), limit(worth_is / 0.927 + 5.0));
    let at = |mw, price| CurvePoint::new(Power::from_megawatts(mw), price);
    let curve = OfferCurve::storage(CurveShape::Step, vec![at(-10, buys), at(10, sells)])?;
    let high = (units(sells).max(units(price)) * 1.25).max(10.0);
    let frame = Frame::new(area, (-11.0, 11.0), (0.0, high));
    let name = format!("{hour:02}:00, a stored MWh is worth {worth_is:.2}");
    svg.text((area.0, 14.0), Anchor::Start, (class::STRONG, &name));
    let says = format!("buys below {buys}, sells above {sells}");
    svg.text((area.0, 30.0), Anchor::Start, (class::DIM, &says));
    frame.upright(svg, "USD/MWh");
    let (left, zero, right) = (
        frame.at(-10.0, units(buys)),
        frame.at(0.0, units(buys)),
        frame.at(10.0, units(sells)),
    );
    svg.path(&[left, zero], class::BUY);
    svg.line(zero, (zero.0, right.1), class::DASHED);
    svg.path(&[(zero.0, right.1), right], class::SELL);
    svg.text(
        (left.0, left.1 - 7.0),
        Anchor::Start,
        (class::BUY, "charges, buys"),
    );
    svg.text(
        (right.0, right.1 - 7.0),
        Anchor::End,
        (class::SELL, "discharges, sells"),
    );
    svg.line((zero.0, area.1), (zero.0, area.1 + area.3), class::ZERO);
    cleared(svg, &frame, &curve, price);
    frame.level(
        svg,
        &labels(&[-10, -5, 0, 5, 10]),
        "MW, positive is injection",
    );
    Ok(())
}

/// The price that clears, and what it awards.
fn cleared(svg: &mut Svg, frame: &Frame, curve: &OfferCurve, price: Price) {
    let (left, _, width, _) = frame.area;
    let y = frame.y.at(units(price));
    let award = curve.cleared_at(price);
    let x = frame.x.at(megawatts(award));
    svg.line((left, y), (left + width, y), class::DASHED);
    let award = award.to_string().replace('-', "\u{2212}");
    let says = format!("at {price}: {award} MW");
    svg.bar((x - 4.0, y - 4.0, 8.0, 8.0), class::TOTAL, &says);
    // Where the curve leaves room.
    let (x, anchor) = if curve.side() == CurveSide::Sell {
        (left + 6.0, Anchor::Start)
    } else {
        (left + width, Anchor::End)
    };
    svg.text((x, y - 6.0), anchor, (class::DIM, &says));
}

/// The curve as it runs: a block at each point's price, or lines between the points.
fn outline(frame: &Frame, curve: &OfferCurve) -> Vec<(f64, f64)> {
    let mut corners = Vec::new();
    let mut from = 0.0;
    for (i, point) in curve.points().iter().enumerate() {
        let (mw, price) = (megawatts(point.quantity), units(point.price));
        if i == 0 || curve.shape() == CurveShape::Step {
            corners.push(frame.at(from, price));
        }
        corners.push(frame.at(mw, price));
        from = mw;
    }
    corners
}

fn labels(at: &[i32]) -> Vec<(f64, String)> {
    let sign = |mw: &i32| mw.to_string().replace('-', "\u{2212}");
    at.iter().map(|mw| (f64::from(*mw), sign(mw))).collect()
}
