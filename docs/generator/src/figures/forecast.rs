//! A forecast with its band beside the prices that came.

use super::data::{self, units};
use crate::svg::{Anchor, Frame, Svg, class, steps};
use anyhow::Result;
use jiff::civil::Date;
use optibid_core::market::PriceObservation;

/// A day whose prices were neither all inside nor far outside of the band.
const DAY: Date = Date::constant(2024, 8, 22);

/// The forecast made at the day's gate closure.
pub(crate) fn draw(prices: &[PriceObservation]) -> Result<String> {
    let forecast = data::forecast(prices, DAY)?;
    let came: Vec<_> = data::day(prices, "DAM", DAY)?
        .iter()
        .map(|p| units(p.price))
        .collect();
    let points = &forecast.points;
    let of = |value: fn(&optibid_core::forecast::ForecastPoint) -> _| {
        points
            .iter()
            .map(|point| units(value(point)))
            .collect::<Vec<_>>()
    };
    let (lower, median, upper) = (of(|p| p.lower), of(|p| p.median), of(|p| p.upper));
    let places: Vec<_> = (0..=points.len()).map(|i| i as f64).collect();
    let mut svg = Svg::new(720.0, 320.0);
    let high = data::range(upper.iter().chain(&came).copied());
    let frame = Frame::new((56.0, 46.0, 648.0, 220.0), (0.0, 24.0), high);
    frame.upright(&mut svg, "USD/MWh");
    let mut around = steps(&frame, &places, &upper);
    around.extend(steps(&frame, &places, &lower).into_iter().rev());
    svg.surface(&around, class::BAND);
    svg.path(&steps(&frame, &places, &median), class::DASHED);
    svg.path(&steps(&frame, &places, &came), class::LINE);
    frame.level(&mut svg, &data::hours(), "hour of 2024-08-22, Central time");
    let inside = came.iter().zip(lower.iter().zip(&upper));
    let inside = inside
        .filter(|(came, (low, high))| *low <= *came && *came <= *high)
        .count();
    let says = format!(
        "solid: the price that came; dashed: median of the forecast; shaded: band for {} of outcomes; it held {inside} of {}",
        data::percent(forecast.coverage).replace(".0", ""),
        came.len(),
    );
    svg.text((8.0, 14.0), Anchor::Start, (class::DIM, &says));
    Ok(svg.finish("Price forecast for ERCOT HB_SOUTH on 2024-08-22 and the prices that came"))
}
