//! What the validator says of a bid that breaks ERCOT's rules.
//!
//! Every broken rule is a finding of its own, with the field, its value, the rule in words and the document that it comes from: a trader fixes all
//! of them before the gate closes, and can argue with the source.
//!
//! # Prints
//! ```text
//! Reject
//! Error: … 24.571 …
//! Error: … 6000.00 …
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use optibid_core::bid::{
    BidContent, BidOffer, BidPeriod, CurvePoint, CurveShape, OfferCurve, ValidationContext,
    validate,
};
use optibid_core::market::rules::RuleBook;
use optibid_core::market::{MarketId, ProductId, Resolution};
use optibid_core::unit::{Currency, Power, Price};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (market, product) = (MarketId::new("ERCOT")?, ProductId::new("DAM")?);
    let delivery_day = "2024-09-17".parse()?;
    let rules = RuleBook::builtin().at(&market, &product, delivery_day)?;
    let day = rules.delivery_day(delivery_day)?;
    let point = |megawatts, price: &str| -> Result<_, Box<dyn std::error::Error>> {
        Ok(CurvePoint::new(
            Power::from_megawatts(megawatts),
            price.parse::<Price>()?,
        ))
    };
    // A tenth of a cent is off ERCOT's price tick, and 6,000 is above its cap.
    let points = vec![point(5, "24.571")?, point(10, "6000")?];
    let content = BidContent {
        market,
        product,
        location: "HB_SOUTH".parse()?,
        delivery_day,
        currency: Currency::Usd,
        asset: None,
        offer: BidOffer::Curve(vec![BidPeriod {
            period: day.period(17, Resolution::Hour)?,
            curve: OfferCurve::sell(CurveShape::Linear, points)?,
        }]),
        note: None,
    };
    let context = ValidationContext {
        now: "2024-09-16T14:00:00Z".parse()?,
        location_known: true,
        ..ValidationContext::default()
    };
    let validation = validate(&content, &rules, &context);
    println!("{:?}", validation.verdict);
    for finding in &validation.findings {
        let source = finding
            .violation
            .source
            .as_deref()
            .unwrap_or("the form of a bid");
        println!("{:?}: {} [{source}]", finding.severity, finding.violation);
    }
    Ok(())
}
