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
//! | `too_many_periods` | more periods than any market has (`BidContent::check_form`) |
//! | `curve_too_long` | more points than any market takes (`BidContent::check_form`) |
//! | `note_too_long` | the note is too long (`BidContent::check_form`) |
//! | `curve_empty` | a curve without a point (`OfferCurve`) |
//! | `not_a_decimal` | a quantity or price is no decimal number of the unit (`OfferCurve`) |
//! | `quantity_sign` | a quantity has the wrong sign, or a step is zero (`OfferCurve`) |
//! | `quantity_order` | quantities do not increase (`OfferCurve`) |
//! | `price_not_monotone` | a price runs against the curve's direction (`OfferCurve`) |

mod admission;
mod blocks;
mod codes;
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
pub use finding::{Finding, Severity, Validation, Verdict};

use super::content::BidContent;
use super::offer::{BidPeriod, Offer};
use crate::market::rules::ProductRules;
use crate::unit::{Energy, Power};
use finding::Findings;
use jiff::Timestamp;

/// What validation must know besides the bid and the rules.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ValidationContext {
    /// The time of submission, for the gate.
    pub now: Timestamp,
    /// Whether the market has the bid's location.
    pub location_known: bool,
    /// What the asset behind the bid can do: largest withdrawal (zero or negative) and largest
    /// injection; none when no asset is named.
    pub asset_range: Option<(Power, Power)>,
    /// The energy the asset can discharge between its limits, where it is a storage.
    pub asset_energy: Option<Energy>,
    /// Whether the market has the sink of a spread bid.
    pub sink_known: bool,
}

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
/// assert_eq!(told[0], "delivery_day = \"2026-11-20T10:00:00-06:00[America/Chicago]\": \
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
        Offer::Curve(periods) => energy(periods, rules, context, &mut findings),
        Offer::ThreePart(offer) => energy(offer.periods(), rules, context, &mut findings),
        Offer::Virtual(bid) => {
            let rules = &financial(rules);
            energy(bid.periods(), rules, context, &mut findings);
        }
        Offer::Spread(bid) => {
            let rules = &financial(rules);
            spreads::check(content, bid, (rules, context.sink_known), &mut findings);
        }
        Offer::AncillaryService(offer) => services::check(offer, rules, context, &mut findings),
        Offer::Block(orders) => blocks::check(orders, rules, context.asset_range, &mut findings),
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
        quantities::check(
            &path,
            &offered.curve,
            rules,
            context.asset_range,
            findings,
        );
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
