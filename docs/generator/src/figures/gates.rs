//! When the day-ahead gates close, on one axis of time.

use crate::svg::{Anchor, Frame, Svg, class};
use anyhow::Result;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use optibid_core::market::rules::{ProductKind, ProductRules, RuleBook};

/// A winter day without a change of the clocks anywhere.
const DAY: Date = Date::constant(2026, 1, 15);

struct Row {
    rules: ProductRules,
    closes: Timestamp,
    starts: Timestamp,
    ends: Timestamp,
}

/// Every day-ahead gate of the rule table with the day it is for.
pub(crate) fn draw() -> Result<String> {
    let mut rows = rows()?;
    rows.sort_by_key(|row| (row.closes, row.rules.market.clone()));
    let height = 24.0 * rows.len() as f64;
    let zero = DAY
        .at(0, 0, 0, 0)
        .to_zoned(jiff::tz::TimeZone::UTC)?
        .timestamp();
    let hours = |instant: Timestamp| (instant.as_second() - zero.as_second()) as f64 / 3600.0;
    let mut svg = Svg::new(720.0, height + 74.0);
    let frame = Frame::new((92.0, 24.0, 600.0, height), (-24.0, 36.0), (0.0, 1.0));
    for (i, row) in rows.iter().enumerate() {
        let top = 24.0 + 24.0 * i as f64;
        draw_row(&mut svg, &frame, (row, top), hours);
    }
    let labels = (-24..=36).step_by(6).map(|hour| {
        let label = zero + SignedDuration::from_hours(hour);
        (hour as f64, label.strftime("%d %H:%M").to_string())
    });
    frame.level(&mut svg, &labels.collect::<Vec<_>>(), "January 2026, UTC");
    svg.text(
        (8.0, 14.0),
        Anchor::Start,
        (
            class::DIM,
            "mark: the gate closes; bar: the delivery day 2026-01-15 in market time",
        ),
    );
    Ok(svg.finish("Day-ahead gate closures of the markets before the delivery day 2026-01-15"))
}

fn rows() -> Result<Vec<Row>> {
    let book = RuleBook::builtin();
    let mut rows = Vec::new();
    for market in book.markets() {
        for product in book.products(&market)? {
            let rules = book.at(&market, &product, DAY)?;
            if rules.kind != ProductKind::DayAhead {
                continue;
            }
            let day = rules.delivery_day(DAY)?;
            let Some(first) = rules.periods(&day).next() else {
                continue;
            };
            rows.push(Row {
                closes: rules.gate_closure(&day, &first)?,
                starts: day.start(),
                ends: day.end(),
                rules,
            });
        }
    }
    Ok(rows)
}

fn draw_row(
    svg: &mut Svg,
    frame: &Frame,
    (row, top): (&Row, f64),
    hours: impl Fn(Timestamp) -> f64,
) {
    let (market, product) = (&row.rules.market, &row.rules.product);
    let place = |instant| frame.x.at(hours(instant));
    let (gate, start, end) = (place(row.closes), place(row.starts), place(row.ends));
    let local = row.rules.zone.value.local(row.closes);
    let says = format!(
        "{market} {product} closes {local}: {}",
        row.rules.gate.value
    );
    svg.text((86.0, top + 15.0), Anchor::End, ("", market.as_str()));
    svg.line((gate, top + 11.0), (start, top + 11.0), class::GRID);
    svg.bar(
        (start, top + 4.0, end - start, 14.0),
        class::PART,
        &format!("delivery day of {market}"),
    );
    svg.bar((gate - 2.5, top + 2.0, 5.0, 18.0), class::TOTAL, &says);
    let clock = local.strftime("%H:%M").to_string();
    svg.text((gate - 7.0, top + 15.0), Anchor::End, (class::DIM, &clock));
}
