//! The blotter.

use super::parts::{List, cut, freshness, list};
use crate::canvas::Canvas;
use crate::format;
use crate::offers::{Side, lots, side, told, worth};
use crate::request::Request;
use crate::state::State;
use crate::theme::Tone;
use crate::view::Pane;
use crate::widgets::table::{Cell, Column, Table};
use optibid_core::api::BidView;
use optibid_core::bid::{BidState, FindingSeverity};
use optibid_core::market::DeliveryPeriod;
use ratatui::layout::Rect;

pub(super) fn draw(canvas: &mut Canvas<'_>, state: &State, area: Rect) {
    let mut counts = Vec::new();
    for each in BidState::ALL {
        let count = state.data.bids_in(each);
        if count > 0 {
            counts.push(format!("{count} {each}"));
        }
    }
    let (left, right) = (
        cut(
            format!("Bids  {}", counts.join(", ")),
            state.data.bids.len(),
        ),
        freshness(state, &Request::Bids),
    );
    let lesson = &[
        "Bids stand here from draft to settlement.",
        "optibid curve builds an offer; POST /api/bids drafts it.",
    ];
    list(
        canvas,
        state,
        area,
        List {
            pane: Pane::Blotter,
            left,
            right,
            lesson,
            table: table(state),
        },
    );
}

/// The colour of a state.
pub(super) const fn tone(state: BidState) -> Tone {
    match state {
        BidState::Draft | BidState::Validated => Tone::Accent,
        BidState::Submitted | BidState::Acknowledged => Tone::Strong,
        BidState::Cleared | BidState::PartlyCleared | BidState::NotCleared => Tone::Plain,
        BidState::Settled | BidState::Withdrawn | BidState::Expired => Tone::Dim,
        BidState::Rejected => Tone::Warn,
        BidState::Unknown => Tone::Danger,
    }
}

/// Bids, the latest first.
pub(super) fn table(state: &State) -> Table {
    let mut table = Table::new([
        Column::text("bid", 4),
        Column::text("state", 0),
        Column::text("delivery day", 0),
        Column::text("market", 1),
        Column::text("product", 0),
        Column::text("location", 3),
        Column::text("kind", 6),
        Column::number("periods", 5),
        Column::number("buy MWh", 0),
        Column::number("at most", 2),
        Column::number("sell MWh", 0),
        Column::number("at least", 2),
        Column::text("unit", 7),
        Column::text("venue reference", 8),
        Column::number("moved", 3),
    ]);
    for bid in &state.data.bids {
        let content = &bid.content;
        let lots = lots(&content.offer);
        let (buy, sell) = (
            side(&lots, false, content.currency),
            side(&lots, true, content.currency),
        );
        let energy = |side: Option<Side>| {
            side.map_or_else(String::new, |side| {
                format::grouped(&side.energy.to_string())
            })
        };
        table.row([
            Cell::new(format::short(&bid.id), Tone::Dim),
            Cell::new(bid.state.code(), tone(bid.state)),
            Cell::from(format::day(content.delivery_day)),
            Cell::from(content.market.as_str()),
            Cell::from(content.product.as_str()),
            Cell::new(content.location.as_str(), Tone::Dim),
            Cell::new(content.offer.kind().to_string(), Tone::Dim),
            Cell::from(content.offer.delivery_periods().len().to_string()),
            Cell::new(energy(buy), Tone::Buy),
            Cell::from(buy.map_or_else(String::new, |side| side.high.to_string())),
            Cell::new(energy(sell), Tone::Sell),
            Cell::from(sell.map_or_else(String::new, |side| side.low.to_string())),
            Cell::new(format!("{}/MWh", content.currency), Tone::Dim),
            Cell::new(bid.venue_reference.clone().unwrap_or_default(), Tone::Dim),
            Cell::new(format::age(state.now, bid.updated_at), Tone::Dim),
        ]);
    }
    table
}

/// The bid that is open, or else the selected one.
pub(crate) fn selected_bid(state: &State) -> Option<&BidView> {
    match state.view.open_bid {
        Some(id) => state.data.bid(id),
        None => state
            .data
            .bids
            .get(super::parts::chosen(state, Pane::Blotter, table(state))?),
    }
}

/// What a bid is in numbers: label and text, line by line.
pub(crate) fn summary_lines(state: &State, bid: &BidView) -> Vec<(String, String)> {
    let content = &bid.content;
    let periods = content.offer.delivery_periods();
    let lots = lots(&content.offer);
    let length = periods.first().map(DeliveryPeriod::resolution);
    let length = length.map_or_else(String::new, |length| {
        format!(" of {}m", length.seconds() / 60)
    });
    let delivery = format!(
        "{}, {}{length}, {}",
        format::day(content.delivery_day),
        format::count(periods.len(), "period"),
        content.location
    );
    let mut lines = vec![("delivery".to_owned(), delivery)];
    for (label, sells) in [("buy", false), ("sell", true)] {
        let text = side(&lots, sells, content.currency).map_or_else(
            || "nothing".to_owned(),
            |side| {
                let worth = worth(&side, content.currency);
                let all = if sells { "all of it " } else { "" };
                format!("{}; {all}{worth}", told(&side, content.currency))
            },
        );
        lines.push((label.to_owned(), text));
    }
    if let Some(gate) = gate(state, bid) {
        lines.push(("gate".to_owned(), gate));
    }
    if let Some(validation) = &bid.validation {
        lines.push(("rules".to_owned(), findings(validation)));
    }
    lines
}

fn gate(state: &State, bid: &BidView) -> Option<String> {
    let content = &bid.content;
    let key = (
        content.market.clone(),
        content.product.clone(),
        content.delivery_day,
    );
    let day = state.data.days.get(&key);
    let offered = content.offer.delivery_periods();
    let offers = |from, to| {
        offered
            .iter()
            .any(|period| period.start() < to && from < period.end())
    };
    let first = day.and_then(|day| {
        let periods = day.periods.iter().filter(|p| offers(p.start, p.end));
        periods.map(|period| period.gate_closes_at).min()
    });
    let next = || {
        let product = state.data.product(&content.market, &content.product)?;
        let gate = product.next_gate.as_ref()?;
        (gate.delivery_day == content.delivery_day).then_some(gate.closes_at)
    };
    let closes = first.or_else(next)?;
    let zone = state.zone_of(bid);
    let left = closes.duration_since(state.now);
    let left = match format::countdown(left).as_str() {
        "closed" => "closed".to_owned(),
        left => format!("in {left}"),
    };
    Some(format!("closes {}, {left}", format::stamp(&zone, closes)))
}

fn findings(validation: &optibid_core::bid::Validation) -> String {
    let of = |severity| {
        validation
            .findings
            .iter()
            .filter(|f| f.severity == severity)
            .count()
    };
    let (errors, open, warnings) = (
        of(FindingSeverity::Error),
        of(FindingSeverity::NeedsVerification),
        of(FindingSeverity::Warning),
    );
    let first = validation
        .findings
        .first()
        .map(|f| format!(": {}", f.violation))
        .unwrap_or_default();
    match (errors, open, warnings) {
        (0, 0, 0) => "met".to_owned(),
        (0, 0, w) => format!("met, {}{first}", format::count(w, "warning")),
        (0, v, _) => format!("met, {v} to be verified by the venue{first}"),
        (e, _, _) => format!("{} broken{first}", format::count(e, "rule")),
    }
}
