//! Offers of ancillary services: service, price and size of the capacity, and what the asset can hold.

use super::context::ValidationContext;
use super::finding::Findings;
use super::{form, prices, quantities};
use crate::bid::{OfferCurve, ServiceOffer};
use crate::error::Violation;
use crate::market::rules::{ProductRules, ServiceDirection};
use crate::unit::Power;
use jiff::SignedDuration;

/// Checks an offer of an ancillary service.
pub(super) fn check(
    offer: &ServiceOffer,
    rules: &ProductRules,
    context: &ValidationContext,
    findings: &mut Findings,
) {
    known(offer, rules, findings);
    let unit = format!("{}/MW per hour", rules.currency.value);
    for (i, offered) in offer.periods().iter().enumerate() {
        let path = format!("periods[{i}].curve");
        let curve = &offered.curve;
        if let Some(rule) = &rules.services.max_points {
            form::at_most(&path, curve, rule, findings);
        }
        let limits = (rules.services.floor.as_ref(), rules.services.cap.as_ref());
        for (j, point) in curve.points().iter().enumerate() {
            let field = format!("{path}.points[{j}].price");
            prices::tick(&field, point.price, rules, findings);
            prices::bounds(&field, (point.price, &unit), limits, findings);
            let field = format!("{path}.points[{j}].quantity");
            quantities::tick(&field, point.quantity, rules, findings);
        }
        quantities::minimum(&path, curve, rules.min_quantity.as_ref(), findings);
        held(&path, curve, (offer, rules, context), findings);
    }
}

fn known(offer: &ServiceOffer, rules: &ProductRules, findings: &mut Findings) {
    let service = offer.service();
    let found = |words| Violation::new("unknown_service", "service", service, words);
    let Some(rule) = &rules.services.services else {
        let words = format!("no services of {} are known", rules.market);
        findings.error(found(words));
        return;
    };
    if rule
        .value
        .iter()
        .all(|known| known.code != service.as_str())
    {
        let names: Vec<&str> = rule.value.iter().map(|s| s.code.as_ref()).collect();
        findings.against(rule, found(format!("is one of {}", names.join(", "))));
    }
}

/// Whether the asset can hold the whole capacity.
///
/// Going up or down, it moves at most from one end of its range to the other; a service in both
/// directions takes that twice. A storage must hold a service upwards for its duration from what it
/// can discharge, one downwards from what it can take in, both of which its usable energy bounds.
fn held(
    path: &str,
    curve: &OfferCurve,
    (offer, rules, context): (&ServiceOffer, &ProductRules, &ValidationContext),
    findings: &mut Findings,
) {
    let (_, offered) = curve.range();
    let field = format!("{path}.points");
    let code = offer.service().as_str();
    let services = rules.services.services.as_ref();
    let service = services.and_then(|rule| rule.value.iter().find(|s| s.code == code));
    if let Some((low, high)) = context.asset_range {
        let whole = high.checked_sub(low).unwrap_or(high);
        let both = service.is_some_and(|s| s.direction == ServiceDirection::Both);
        let most = if both {
            Power::from_kilowatts(whole.kilowatts() / 2)
        } else {
            whole
        };
        if offered > most {
            let words = format!("the asset can move by at most {most} MW");
            findings.error(Violation::new(
                "outside_asset_limits",
                field.as_str(),
                offered,
                words,
            ));
        }
    }
    let (Some(energy), Some(rule)) = (context.asset_energy, &rules.services.durations) else {
        return;
    };
    let Some(duration) = rule.value.iter().find(|d| d.code == code) else {
        return;
    };
    let needed = offered.over(SignedDuration::from_mins(i64::from(duration.minutes)));
    if needed.is_none_or(|needed| needed > energy) {
        let words = format!(
            "must be held for {} min, and the storage holds {energy} MWh between its limits",
            duration.minutes
        );
        let violation = Violation::new("service_energy_short", field, offered, words);
        findings.against(rule, violation);
    }
}
