//! The days on which the clocks change, hour by hour.

use crate::svg::{Anchor, Scale, Svg, class};
use anyhow::Result;
use jiff::civil::Date;
use optibid_core::market::{DeliveryDay, MarketZone, Resolution};

const DAYS: [(Date, &str); 3] = [
    (Date::constant(2024, 3, 10), "23 hours: 02 is skipped"),
    (Date::constant(2024, 8, 20), "24 hours"),
    (Date::constant(2024, 11, 3), "25 hours: 01 comes twice"),
];

/// Three days of `America/Chicago` on an axis of elapsed time.
pub(crate) fn draw() -> Result<String> {
    let zone = MarketZone::new("America/Chicago", 0)?;
    let mut svg = Svg::new(720.0, 236.0);
    let scale = Scale::new((0.0, 25.0), (8.0, 712.0));
    for (row, (date, says)) in DAYS.into_iter().enumerate() {
        let top = 28.0 + 68.0 * row as f64;
        let day = zone.day(date)?;
        let name = format!("{date}: {says}");
        svg.text((8.0, top - 8.0), Anchor::Start, (class::STRONG, &name));
        hours(&mut svg, &day, (top, scale));
    }
    svg.text(
        (8.0, 228.0),
        Anchor::Start,
        (
            class::DIM,
            "each box is one hour that passes; in it the hour on the clock, below the hour in UTC",
        ),
    );
    Ok(svg.finish("Delivery days of 23, 24 and 25 hours in America/Chicago"))
}

fn hours(svg: &mut Svg, day: &DeliveryDay, (top, scale): (f64, Scale)) {
    let clock: Vec<_> = day
        .periods(Resolution::Hour)
        .map(|period| (period, day.zone().local(period.start())))
        .collect();
    for (i, (period, local)) in clock.iter().enumerate() {
        let left = scale.at(i as f64);
        let width = scale.at(i as f64 + 1.0) - left;
        let again = i > 0 && clock[i - 1].1.hour() == local.hour();
        let shade = if again { class::PART } else { class::BOX };
        let says = format!("{} to {}, {local}", period.start(), period.end());
        svg.bar((left, top, width, 24.0), shade, &says);
        let middle = left + width / 2.0;
        let hour = format!("{:02}", local.hour());
        svg.text((middle, top + 16.0), Anchor::Middle, ("", &hour));
        let utc = period.start().strftime("%H").to_string();
        svg.text((middle, top + 38.0), Anchor::Middle, (class::DIM, &utc));
    }
}
