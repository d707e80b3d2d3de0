//! One validator for every market: the rules are data, the checks are here.
//!
//! [`validate`](fn@validate) holds a bid against the [`ProductRules`] of its market and reports all
//! findings at once. Each names the field, its value, the rule with its limit, and the source of
//! the rule. A rule that is known but not verified still rejects; the finding's
//! [`confidence`](Finding::confidence) and its source say so.
//!
//! # Codes
//!
//! | code | meaning |
//! | --- | --- |
//! | `wrong_market` | the market is not the one the rules belong to |
//! | `wrong_product` | the product is not the one the rules belong to |
//! | `unknown_location` | the market has no such settlement location |
//! | `wrong_currency` | the market's prices are in another currency |
//! | `kind_not_admitted` | the product takes no offers of this kind, or none is known of |
//! | `asset_required` | an offer of this kind names the asset that delivers it |
//! | `asset_not_taken` | a financial bid names an asset |
//! | `delivery_day_out_of_range` | the delivery day, or the gate before it, lies past the calendar |
//! | `gate_closed` | the gate has closed; the rule names the closing time in market time |
//! | `gate_not_open` | the venue takes no bids yet; the rule names the opening time in market time |
//! | `no_periods` | the bid has no period |
//! | `wrong_resolution` | a period has another length than the market's |
//! | `period_outside_day` | a period lies outside the delivery day (hour 24 of a 23-hour day) |
//! | `period_off_grid` | a period starts between two of the day's periods |
//! | `duplicate_period` | a period is bid for twice |
//! | `periods_out_of_order` | a period comes after a later one |
//! | `curve_shape_not_taken` | the venue takes steps only, or lines only |
//! | `storage_curve_not_taken` | the venue takes no curve from charging to discharging |
//! | `too_many_points` | the curve has more points than the venue takes |
//! | `too_few_points` | the curve has fewer points than the venue takes |
//! | `equal_prices` | two points have one price where prices must differ |
//! | `price_off_tick` | a price is no multiple of the price step |
//! | `price_below_floor` | a price is below the lowest the venue takes |
//! | `price_above_cap` | a price is above the highest the venue takes |
//! | `price_above_soft_cap` | the venue verifies the cost behind the price (needs verification; a warning on a bid to buy) |
//! | `quantity_off_tick` | a quantity is no multiple of the quantity step |
//! | `quantity_below_minimum` | the whole curve is below the smallest quantity the venue takes |
//! | `nothing_offered` | the largest quantity of the curve is zero |
//! | `outside_asset_limits` | the asset cannot deliver or draw the quantity |
//! | `sink_is_source` | source and sink of a spread bid are one location |
//! | `spread_beyond_limit` | the price of a spread bid is larger than the venue takes |
//! | `unknown_service` | the venue has no such ancillary service |
//! | `service_energy_short` | the storage cannot hold the capacity for as long as the service asks |
//! | `too_many_blocks` | more block orders than the venue takes, or than any (`BlockOrders`) |
//! | `too_many_loops` | more loops than the venue takes |
//! | `group_too_large` | an exclusive group has more blocks than the venue takes |
//! | `block_form_not_taken` | the venue takes no block orders of this form |
//! | `links_too_deep` | a chain of linked blocks is longer than the venue takes |
//! | `block_too_large` | the volume of a block is larger than the venue takes |
//! | `too_many_periods` | more periods than any market has (`BidContent::check_form`) |
//! | `curve_too_long` | more points than any market takes (`BidContent::check_form`) |
//! | `note_too_long` | the note is too long (`BidContent::check_form`) |
//! | `curve_empty` | a curve without a point (`OfferCurve`) |
//! | `not_a_decimal` | a quantity or price is no decimal number of the unit (`OfferCurve`) |
//! | `quantity_sign` | a quantity has the wrong sign, or a step is zero (`OfferCurve`) |
//! | `quantity_order` | quantities do not increase (`OfferCurve`) |
//! | `price_not_monotone` | a price runs against the curve's direction (`OfferCurve`) |
//! | `decimal` | a number is no decimal of its unit (`BidDraft`) |
//! | `field_missing` | a field that the kind of offer has is missing (`BidDraft`) |
//! | `field_of_other_kind` | a field belongs to another kind of offer (`BidDraft`) |
//! | `two_relations` | a block is linked, exclusive or in a loop, but only one of these (`BidDraft`) |
//! | `side_not_taken` | a curve buys or stores where the kind of offer cannot (`BidOffer`) |
//! | `commitment_empty` | a three-part offer without a cost of starting or running (`Commitment`) |
//! | `start_order` | start-up costs are not in the order hot, intermediate, cold (`Commitment`) |
//! | `start_hours` | the hours of a colder start are not more (`Commitment`) |
//! | `start_cost_falls` | a colder start costs less (`Commitment`) |
//! | `negative_cost` | a cost of starting or running is negative (`Commitment`) |
//! | `two_minimum_costs` | the cost at minimum is stated twice (`Commitment`) |
//! | `minimum_power` | the minimum power is missing or negative (`Commitment`) |
//! | `curve_below_minimum` | a curve starts below the minimum power (`ThreePartOffer`) |
//! | `spread_quantity` | the quantity of a spread bid is not above zero (`SpreadBid`) |
//! | `block_empty` | no block, or a block without volume (`BlockOrders`) |
//! | `duplicate_block` | two blocks have one name (`BlockOrders`) |
//! | `block_volume_zero` | a volume of a block is zero (`BlockOrders`) |
//! | `block_direction` | a block both sells and buys (`BlockOrders`) |
//! | `acceptance_ratio` | the minimum acceptance ratio is not above 0 and at most 1 (`BlockOrders`) |
//! | `unknown_parent` | a block is linked to one that the bid does not have (`BlockOrders`) |
//! | `link_cycle` | a block is its own ancestor (`BlockOrders`) |
//! | `loop_not_a_pair` | a loop has not exactly two blocks (`BlockOrders`) |
//! | `loop_direction` | a loop does not sell with one block and buy with the other (`BlockOrders`) |

mod admission;
mod blocks;
mod codes;
mod context;
mod finding;
mod form;
mod gate;
mod header;
mod periods;
mod prices;
mod quantities;
mod services;
mod spreads;

pub use codes::CODES;
pub use context::ValidationContext;
pub use finding::{Finding, FindingSeverity, Validation, Verdict};

use super::content::BidContent;
use super::offer::{BidOffer, BidPeriod};
use crate::market::rules::ProductRules;
use finding::Findings;

/// Checks a bid against its market's rules and reports every finding.
///
/// The findings say what the venue would answer at [`now`](ValidationContext::now); they are sorted
/// as the fields are: the bid as a whole, its gate, its set of periods, then curve by curve.
///
/// ```
/// use optibid_core::bid::{BidContent, Verdict, ValidationContext, validate};
/// use optibid_core::market::rules::RuleBook;
///
/// let content: BidContent = serde_json::from_str(r#"{
///     "market": "ERCOT", "product": "DAM", "location": "HB_SOUTH",
///     "delivery_day": "2026-11-21", "currency": "USD",
///     "periods": [{
///         "period": {"start": "2026-11-21T06:00:00Z", "resolution": "PT60M"},
///         "curve": {"side": "sell", "shape": "linear", "points": [
///             {"quantity": "0", "price": "20.005"}, {"quantity": "10", "price": "40"}
///         ]}
///     }]
/// }"#)?;
/// let rules =
///     RuleBook::builtin().at(&content.market, &content.product, content.delivery_day)?;
/// let context = ValidationContext {
///     now: "2026-11-20T16:00:00Z".parse()?, // 10:00 in Texas: too late by an instant
///     location_known: true,
///     ..ValidationContext::default()
/// };
/// let validation = validate(&content, &rules, &context);
/// assert_eq!(validation.verdict, Verdict::Reject);
/// let told: Vec<String> = validation.errors().map(ToString::to_string).collect();
/// assert_eq!(told[0], "delivery_day = \"2026-11-21\": \
///                      closed at 2026-11-20T10:00:00-06:00[America/Chicago]");
/// assert_eq!(told[1], "periods[0].curve.points[0].price = \"20.005\": \
///                      must be a multiple of 0.01 USD/MWh");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn validate(
    content: &BidContent,
    rules: &ProductRules,
    context: &ValidationContext,
) -> Validation {
    let mut findings = Findings::default();
    header::check(content, rules, context.location_known, &mut findings);
    admission::check(content, rules, &mut findings);
    if let Some(day) = header::delivery_day(content, rules, &mut findings) {
        gate::check(content, rules, &day, context.now, &mut findings);
        for (path, periods) in content.offer.profiles() {
            periods::check((&path, &periods), rules, &day, &mut findings);
        }
    }
    match &content.offer {
        BidOffer::Curve(periods) => energy(periods, rules, context, &mut findings),
        BidOffer::ThreePart(offer) => energy(offer.periods(), rules, context, &mut findings),
        BidOffer::Virtual(bid) => {
            let rules = &financial(rules);
            energy(bid.periods(), rules, context, &mut findings);
        }
        BidOffer::Spread(bid) => {
            let rules = &financial(rules);
            spreads::check(content, bid, (rules, context.sink_known), &mut findings);
        }
        BidOffer::AncillaryService(offer) => services::check(offer, rules, context, &mut findings),
        BidOffer::Block(orders) => blocks::check(orders, rules, context.asset_range, &mut findings),
    }
    Validation::of(findings.0)
}

/// Checks curves of energy.
fn energy(
    periods: &[BidPeriod],
    rules: &ProductRules,
    context: &ValidationContext,
    findings: &mut Findings,
) {
    for (i, offered) in periods.iter().enumerate() {
        let path = format!("periods[{i}].curve");
        form::check(&path, &offered.curve, rules, findings);
        prices::check(&path, &offered.curve, rules, findings);
        quantities::check(&path, &offered.curve, rules, context.asset_range, findings);
    }
}

/// The rules as they hold for financial bids: with their own smallest quantity, where there is one.
fn financial(rules: &ProductRules) -> ProductRules {
    let mut rules = rules.clone();
    if rules.virtual_min_quantity.is_some() {
        rules.min_quantity.clone_from(&rules.virtual_min_quantity);
    }
    rules
}
