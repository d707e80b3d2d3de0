//! Gate closures: what is next, and whether there is a bid for it.

use crate::format;
use crate::state::State;
use crate::theme::Tone;
use crate::widgets::table::{Cell, Column, Table};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use optibid_core::api::{BidView, ProductView};
use optibid_core::bid::BidState;
use optibid_core::market::{MarketId, ProductId};

/// Less than this before a gate it is soon.
pub(super) const SOON: SignedDuration = SignedDuration::from_mins(30);
/// Less than this before a gate one must act now.
pub(super) const NOW: SignedDuration = SignedDuration::from_mins(10);

/// A gate that closes next.
pub(super) struct NextGate<'a> {
    pub(super) market: &'a MarketId,
    pub(super) product: &'a ProductView,
    pub(super) day: Date,
    pub(super) closes: Timestamp,
    /// Whether there are own bids for the product, or assets where nothing was bid for yet.
    pub(super) own: bool,
}

/// The gates that close next: those of products that are bid for first, the next one first.
pub(super) fn next(state: &State) -> Vec<NextGate<'_>> {
    let bid_for = |market: &MarketId, product: Option<&ProductId>| {
        let fits = |bid: &BidView| {
            bid.content.market == *market
                && product.is_none_or(|product| bid.content.product == *product)
        };
        state.data.bids.iter().any(fits)
    };
    // Who bids day-ahead alone is not told of every real-time gate.
    let own = |market: &MarketId, product: &ProductId| {
        let has_assets = || {
            state
                .data
                .assets
                .iter()
                .any(|asset| asset.market == *market)
        };
        bid_for(market, Some(product)) || (!bid_for(market, None) && has_assets())
    };
    let mut gates = Vec::new();
    for market in &state.data.markets {
        for product in &market.products {
            if let Some(gate) = &product.next_gate {
                gates.push(NextGate {
                    market: &market.market,
                    product,
                    day: gate.delivery_day,
                    closes: gate.closes_at,
                    own: own(&market.market, &product.product),
                });
            }
        }
    }
    gates.sort_by_key(|gate| (!gate.own, gate.closes));
    gates
}

/// Bids for a product and day that still count.
pub(super) fn own_bids<'a>(
    state: &'a State,
    gate: (&MarketId, &ProductId),
    day: Date,
) -> Vec<&'a BidView> {
    let counts = |bid: &&BidView| {
        let content = &bid.content;
        (&content.market, &content.product) == gate
            && content.delivery_day == day
            && !matches!(bid.state, BidState::Withdrawn | BidState::Expired)
    };
    state.data.bids.iter().filter(counts).collect()
}

/// The colour of what is left until a gate.
pub(super) fn urgency(left: SignedDuration) -> Tone {
    if left <= SignedDuration::ZERO {
        Tone::Dim
    } else if left <= NOW {
        Tone::Danger
    } else if left <= SOON {
        Tone::Warn
    } else {
        Tone::Plain
    }
}

/// Gates with their countdowns.
pub(super) fn table(state: &State) -> Table {
    let mut table = Table::new([
        Column::text("market", 0),
        Column::text("product", 0),
        Column::text("delivery day", 3),
        Column::text("closes", 2),
        Column::duration("in", 0),
        Column::text("own bids", 1),
    ]);
    for gate in next(state) {
        let left = gate.closes.duration_since(state.now);
        let zone = state.data.time_zone(gate.market, &gate.product.product);
        let bids = own_bids(state, (gate.market, &gate.product.product), gate.day);
        let states: Vec<&str> = bids.iter().map(|bid| bid.state.code()).collect();
        let (text, tone) = match states.as_slice() {
            [] => (if gate.own { "none" } else { "" }.to_owned(), Tone::Dim),
            [one] => ((*one).to_owned(), Tone::Plain),
            [first, rest @ ..] => (format!("{first} +{}", rest.len()), Tone::Plain),
        };
        let name = if gate.own { Tone::Strong } else { Tone::Dim };
        table.row([
            Cell::new(gate.market.as_str(), name),
            Cell::new(gate.product.product.as_str(), name),
            Cell::from(format::day(gate.day)),
            Cell::new(format::stamp(&zone, gate.closes), Tone::Dim),
            Cell::new(
                format::countdown(left),
                if gate.own { urgency(left) } else { Tone::Dim },
            ),
            Cell::new(text, tone),
        ]);
    }
    table
}
