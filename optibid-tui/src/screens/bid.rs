//! One bid: what it offers in each period, what was awarded, what became of it.

use super::parts::{List, freshness, list};
use crate::canvas::Canvas;
use crate::format;
use crate::offers::{Lot, lots};
use crate::request::Request;
use crate::state::State;
use crate::theme::Tone;
use crate::view::Pane;
use crate::widgets::frame::{self, Titles};
use crate::widgets::table::{Cell, Column, Table};
use optibid_core::api::BidView;
use optibid_core::audit::Actor;
use optibid_core::market::DeliveryPeriod;
use optibid_core::portfolio::Award;
use optibid_core::unit::{Power, Price};
use ratatui::layout::{Constraint, Layout, Rect};

fn open(state: &State) -> Option<&BidView> {
    state.data.bid(state.view.open_bid?)
}

pub(super) fn draw(canvas: &mut Canvas<'_>, state: &State, area: Rect) {
    let Some(bid) = open(state) else { return };
    let lines = super::bids::summary_lines(state, bid);
    let height = u16::try_from(lines.len() + 2)
        .unwrap_or(8)
        .min(area.height / 2);
    let [facts, rest] =
        Layout::vertical([Constraint::Length(height), Constraint::Fill(1)]).areas(area);
    let share = 58;
    let [grid, history] =
        Layout::horizontal([Constraint::Percentage(share), Constraint::Fill(1)]).areas(rest);
    draw_facts(canvas, facts, bid, &lines);
    let unit = format!(
        "MW, {}/MWh, {}",
        bid.content.currency,
        zone_name(state, bid)
    );
    list(
        canvas,
        state,
        grid,
        List {
            pane: Pane::Grid,
            left: "Offer by period".to_owned(),
            right: unit,
            lesson: &["This bid offers nothing."],
            table: self::grid(state),
        },
    );
    list(
        canvas,
        state,
        history,
        List {
            pane: Pane::History,
            left: "History".to_owned(),
            right: freshness(state, &Request::History(bid.id)),
            lesson: &["What became of the bid stands here."],
            table: self::history(state),
        },
    );
}

fn draw_facts(canvas: &mut Canvas<'_>, facts: Rect, bid: &BidView, lines: &[(String, String)]) {
    let title = format!(
        "{} {}  {}",
        bid.content.market, bid.content.product, bid.state
    );
    let reference = bid
        .venue_reference
        .as_ref()
        .map_or_else(String::new, |r| format!("venue {r}, "));
    let titles = Titles::new(
        title,
        format!("{reference}version {}, {}", bid.version, bid.id),
    );
    let inner = frame::boxed(canvas, facts, false, &titles);
    for (y, (label, text)) in (inner.y..inner.bottom()).zip(lines) {
        let tone = match label.as_str() {
            "buy" => Tone::Buy,
            "sell" => Tone::Sell,
            _ => Tone::Dim,
        };
        canvas.text((inner.x + 1, y), 9, label, tone);
        canvas.text(
            (inner.x + 11, y),
            inner.width.saturating_sub(12),
            text,
            Tone::Plain,
        );
    }
}

fn zone_name(state: &State, bid: &BidView) -> String {
    let product = state
        .data
        .product(&bid.content.market, &bid.content.product);
    product.map_or_else(|| "UTC".to_owned(), |product| product.time_zone.clone())
}

/// The offer of each period, with its award.
pub(super) fn grid(state: &State) -> Table {
    let mut table = Table::new([
        Column::number("no", 3),
        Column::text("period", 0),
        Column::number("buy", 0),
        Column::number("at most", 1),
        Column::number("sell", 0),
        Column::number("at least", 1),
        Column::number("award", 0),
        Column::number("at", 2),
        Column::number("steps", 4),
        Column::text("offer", 5),
    ]);
    let Some(bid) = open(state) else { return table };
    let zone = state.zone_of(bid);
    let all = lots(&bid.content.offer);
    let awards = state
        .data
        .awards
        .get(&bid.id)
        .map_or(&[][..], Vec::as_slice);
    for (number, period) in day_of(state, bid) {
        let here: Vec<&Lot> = all.iter().filter(|lot| lot.period == period).collect();
        let (buy, at_most) = sum(&here, false);
        let (sell, at_least) = sum(&here, true);
        let (award, price) = awarded(awards, period);
        let tone = match award.kilowatts() {
            ..=-1 => Tone::Buy,
            0 => Tone::Dim,
            1.. => Tone::Sell,
        };
        let shown = |power: Power| format::signed(&power.to_string());
        let award = if awards.is_empty() {
            String::new()
        } else {
            shown(award)
        };
        table.row([
            Cell::new(number.to_string(), Tone::Dim),
            Cell::from(format::clock_in(&zone, period.start())),
            Cell::new(buy.map_or_else(String::new, shown), Tone::Buy),
            Cell::from(at_most.map_or_else(String::new, |p| p.to_string())),
            Cell::new(sell.map_or_else(String::new, shown), Tone::Sell),
            Cell::from(at_least.map_or_else(String::new, |p| p.to_string())),
            Cell::new(award, tone),
            Cell::from(price.map_or_else(String::new, |p| p.to_string())),
            Cell::new(here.len().to_string(), Tone::Dim),
            Cell::new(steps(&here), Tone::Dim),
        ]);
    }
    table
}

/// Every period of the delivery day with its number, so that one without an offer is seen: 23, 24 or 25 hours, 92, 96 or 100
/// quarters. Only those that are offered where the market's day is not known, or they are none of its periods.
fn day_of(state: &State, bid: &BidView) -> Vec<(usize, DeliveryPeriod)> {
    let content = &bid.content;
    let offered = content.offer.delivery_periods();
    let zone = state.data.zone(&content.market, &content.product);
    let day = zone.and_then(|zone| zone.day(content.delivery_day).ok());
    let whole: Vec<_> = match (day, offered.first()) {
        (Some(day), Some(first)) => day.periods(first.resolution()).collect(),
        _ => Vec::new(),
    };
    let fits = offered.iter().all(|period| whole.contains(period));
    (1..).zip(if fits { whole } else { offered }).collect()
}

/// The power of one side, and its best price: the highest it buys at, the lowest it sells at.
fn sum(lots: &[&Lot], sells: bool) -> (Option<Power>, Option<Price>) {
    let of: Vec<_> = lots
        .iter()
        .filter(|lot| (lot.quantity > Power::ZERO) == sells)
        .collect();
    let prices = of.iter().map(|lot| lot.from);
    let best = if sells { prices.min() } else { prices.max() };
    let power = of
        .iter()
        .try_fold(Power::ZERO, |sum, lot| sum.checked_add(lot.quantity));
    (power.filter(|_| !of.is_empty()), best)
}

fn steps(lots: &[&Lot]) -> String {
    let step = |lot: &&Lot| {
        let quantity = format::signed(&lot.quantity.to_string());
        match lot.from == lot.price {
            true => format!("{quantity} @ {}", lot.price),
            false => format!("{quantity} @ {} to {}", lot.from, lot.price),
        }
    };
    lots.iter().map(step).collect::<Vec<_>>().join("  ")
}

fn awarded(awards: &[Award], period: DeliveryPeriod) -> (Power, Option<Price>) {
    let here = awards.iter().filter(|award| award.period == period);
    here.fold((Power::ZERO, None), |(sum, _), award| {
        (
            sum.checked_add(award.quantity).unwrap_or(sum),
            Some(award.price),
        )
    })
}

/// What became of the bid, the latest first.
pub(super) fn history(state: &State) -> Table {
    let mut table = Table::new([
        Column::text("time", 0),
        Column::text("state", 0),
        Column::text("by", 2),
        Column::wide("why"),
    ])
    .explaining(3);
    let Some(bid) = open(state) else { return table };
    let zone = state.zone_of(bid);
    let me = state.data.me.as_ref().map(|me| me.user.id);
    for event in state
        .data
        .histories
        .get(&bid.id)
        .into_iter()
        .flatten()
        .rev()
    {
        let by = match event.actor {
            Actor::User(user) if Some(user) == me => "you",
            Actor::User(_) => "user",
            Actor::System => "system",
            Actor::Venue => "venue",
        };
        table.row([
            Cell::new(format::date_stamp(&zone, event.at), Tone::Dim),
            Cell::new(event.to.code(), super::bids::tone(event.to)),
            Cell::from(by),
            Cell::from(event.reason.as_str()),
        ]);
    }
    table
}
