//! A market that OptiBid does not know: its rules are rows, and a bid is validated against them at once.
//!
//! Every rule is data with its source, its first day and how well it is known. A market of one's own (a local flexibility platform, a market
//! not yet covered, a rule that changes next month) is a few more rows over the built-in book; the validator, the calendar, the optimiser and
//! the backtest read them like any others. Rows can be written in code or read from a file, as here.
//!
//! # Prints
//! ```text
//! Harbour flexibility market, half-hour blocks of GBP, 48 on 2026-06-01
//! gate: closes at 08:00 market time 1 day before delivery
//! under the rules of 2026-06-01: Reject
//!   periods[0].curve.points[0].price = "410.00": must not be above 400.00 GBP/MWh [Harbour rule book, edition 3 (unverified)]
//! under the rules of 2026-07-01: Accept
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use optibid_core::bid::{
    BidContent, BidOffer, BidPeriod, CurvePoint, CurveShape, OfferCurve, ValidationContext,
    validate,
};
use optibid_core::market::rules::{RuleBook, RuleRow};
use optibid_core::unit::{Currency, Power, Price};

/// parameter, value, first delivery day, how well it is known.
const RULES: [[&str; 4]; 13] = [
    [
        "market_name",
        "Harbour flexibility market",
        "2026-01-01",
        "verified",
    ],
    [
        "product_name",
        "Day-ahead flexibility",
        "2026-01-01",
        "verified",
    ],
    ["kind", "day_ahead", "2026-01-01", "verified"],
    ["zone", "Europe/London", "2026-01-01", "verified"],
    ["currency", "GBP", "2026-01-01", "verified"],
    ["interval", "PT30M", "2026-01-01", "verified"],
    [
        "gate",
        "08:00 market time 1 day before delivery",
        "2026-01-01",
        "verified",
    ],
    ["price_tick", "0.50", "2026-01-01", "verified"],
    ["quantity_tick", "0.1", "2026-01-01", "verified"],
    ["min_quantity", "0.5", "2026-01-01", "verified"],
    ["admits_curve", "true", "2026-01-01", "verified"],
    // Nobody confirmed the cap: it still rejects a bid, and the finding says that it is unverified.
    ["cap", "400", "2026-01-01", "unverified"],
    // From July on it is higher. The old row stays: bids for June are judged by it for ever.
    ["cap", "600", "2026-07-01", "unverified"],
];

fn book() -> Result<RuleBook, Box<dyn std::error::Error>> {
    let mut book = RuleBook::builtin();
    for [parameter, value, valid_from, confidence] in RULES {
        let row: RuleRow = serde_json::from_value(serde_json::json!({
            "market": "HARBOUR", "product": "FLEX", "parameter": parameter, "value": value,
            "valid_from": valid_from, "source": "Harbour rule book, edition 3", "confidence": confidence,
        }))?;
        book = book.with_row(row);
    }
    Ok(book)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let book = book()?;
    let (market, product) = ("HARBOUR".parse()?, "FLEX".parse()?);
    for (delivery_day, now) in [
        ("2026-06-01".parse()?, "2026-05-30T12:00:00Z".parse()?),
        ("2026-07-01".parse()?, "2026-06-29T12:00:00Z".parse()?),
    ] {
        let rules = book.at(&market, &product, delivery_day)?;
        let day = rules.delivery_day(delivery_day)?;
        let evening = rules.periods(&day).nth(36).ok_or("a short day")?;
        if delivery_day.month() == 6 {
            let (name, count) = (book.market_name(&market), rules.periods(&day).len());
            let currency = rules.currency.value;
            println!("{name}, half-hour blocks of {currency}, {count} on {delivery_day}");
            println!("gate: {}", rules.gate.value.describe());
        }
        let point = CurvePoint::new(Power::from_kilowatts(1_500), Price::from_units(410));
        let content = BidContent {
            market: market.clone(),
            product: product.clone(),
            location: "PIER_4".parse()?,
            delivery_day,
            currency: Currency::Gbp,
            asset: None,
            offer: BidOffer::Curve(vec![BidPeriod {
                period: evening,
                curve: OfferCurve::sell(CurveShape::Step, vec![point])?,
            }]),
            note: None,
        };
        // The clock is an argument, and so is whether the market knows the location.
        let context = ValidationContext {
            now,
            location_known: true,
            ..ValidationContext::default()
        };
        let validation = validate(&content, &rules, &context);
        println!(
            "under the rules of {delivery_day}: {:?}",
            validation.verdict
        );
        for finding in &validation.findings {
            let source = finding
                .violation
                .source
                .as_deref()
                .unwrap_or("the form of a bid");
            println!("  {} [{source}]", finding.violation);
        }
    }
    Ok(())
}
