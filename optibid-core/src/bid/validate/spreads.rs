//! Spread bids: sink, price limit, quantities.

use super::finding::Findings;
use super::{prices, quantities};
use crate::bid::{BidContent, SpreadBid};
use crate::error::Violation;
use crate::market::rules::ProductRules;

/// Checks a spread bid.
pub(super) fn check(
    content: &BidContent,
    bid: &SpreadBid,
    (rules, sink_known): (&ProductRules, bool),
    findings: &mut Findings,
) {
    if bid.sink() == &content.location {
        let words = "source (location) and sink differ";
        findings.error(Violation::new("sink_is_source", "sink", bid.sink(), words));
    } else if !sink_known {
        let words = format!("must be a settlement location of {}", content.market);
        findings.error(Violation::new(
            "unknown_location",
            "sink",
            bid.sink(),
            words,
        ));
    }
    for (i, entry) in bid.periods().iter().enumerate() {
        let field = format!("spreads[{i}].max_price");
        prices::tick(&field, entry.max_price, rules, findings);
        if let Some(limit) = &rules.spread_limit
            && entry.max_price.micros().saturating_abs() > limit.value.micros()
        {
            let words = format!(
                "must be within {} {}/MWh of zero",
                limit.value, rules.currency.value
            );
            let violation = Violation::new("spread_beyond_limit", field, entry.max_price, words);
            findings.against(limit, violation);
        }
        let field = format!("spreads[{i}].quantity");
        quantities::tick(&field, entry.quantity, rules, findings);
        quantities::at_least(
            &field,
            entry.quantity,
            rules.min_quantity.as_ref(),
            findings,
        );
    }
}
