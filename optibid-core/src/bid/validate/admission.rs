//! Whether the product takes the kind of offer, and whether an asset stands where one must.

use super::finding::Findings;
use crate::bid::BidContent;
use crate::error::Violation;
use crate::market::rules::{OfferKind, ProductRules};

/// Checks the kind of offer. A kind that no row admits is refused: a venue that nobody knows to take
/// it would refuse it too, only later.
pub(super) fn check(content: &BidContent, rules: &ProductRules, findings: &mut Findings) {
    let kind = content.offer.kind();
    let (market, product) = (&rules.market, &rules.product);
    let found = |words: String| Violation::new("kind_not_admitted", "kind", kind, words);
    match rules.admits.get(&kind) {
        Some(rule) if rule.value => {}
        Some(rule) => {
            let words = format!("{market} {product} takes no offers of this kind");
            findings.against(rule, found(words));
        }
        None => {
            let words = format!(
                "no rule is known that {market} {product} takes offers of this kind; known are {}",
                admitted(rules)
            );
            findings.error(found(words));
        }
    }
    asset(content, findings);
}

fn admitted(rules: &ProductRules) -> String {
    let kinds = rules.admits.iter().filter(|(_, rule)| rule.value);
    let names: Vec<&str> = kinds.map(|(kind, _)| kind.code()).collect();
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}

/// A plant that is started or holds capacity must be named; a financial position has none.
fn asset(content: &BidContent, findings: &mut Findings) {
    let kind = content.offer.kind();
    match (kind, content.asset) {
        (OfferKind::ThreePart | OfferKind::AncillaryService, None) => {
            let words = format!("an offer of kind {kind} is one of an asset");
            findings.error(Violation::new("asset_required", "asset", "", words));
        }
        (OfferKind::Virtual | OfferKind::Spread, Some(asset)) => {
            let words = format!("a bid of kind {kind} is financial: no asset delivers it");
            findings.error(Violation::new("asset_not_taken", "asset", asset, words));
        }
        _ => {}
    }
}
