//! The offer curves of a battery for the next day, ready to be drafted as a bid.
//!
//! From a forecast to curves: each stored MWh is offered at what it would be worth elsewhere, on the venue's ticks and within its number of
//! points; every step says why it has its price. Not every pattern of awards can be delivered (sold in the evening, but the night's purchase
//! was not awarded), and the offer says whether that can happen; `safe` cuts it so that it cannot.
//!
//! # Prints
//! ```text
//! 24 hours with a curve
//! the dearest step: 0 MW to 10 MW at 273.29
//!       5.00  Wear
//! validator: Accept
//! as it is: some awards cannot be delivered: battery.min_soc …
//! made safe: every award can be delivered
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use optibid_core::asset::Battery;
use optibid_core::bid::{ValidationContext, validate};
use optibid_core::forecast::ForecastRequest;
use optibid_core::market::rules::RuleBook;
use optibid_core::ports::{Forecaster, OfferBuilder};
use optibid_core::schedule::{Offer, OfferRequest};
use optibid_core::unit::{Energy, Power, Price, Ratio};
use optibid_engine::{BatteryOffers, SimilarDayForecaster};
use optibid_venues::sample;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (market, product) = ("ERCOT".parse()?, "DAM".parse()?);
    let date = "2024-09-03".parse()?;
    let rules = RuleBook::builtin().at(&market, &product, date)?;
    let day = rules.delivery_day(date)?;
    let first = rules.periods(&day).next().ok_or("a day without periods")?;
    let made_at = rules.gate_closure(&day, &first)?;
    let mut prices = sample::ercot_hb_south_2024()?.prices;
    prices.retain(|price| price.product == product && price.known_at <= made_at);
    let forecast = SimilarDayForecaster::new().forecast(&ForecastRequest {
        market,
        product,
        location: "HB_SOUTH".parse()?,
        resolution: rules.interval.value,
        made_at,
        history: prices,
        day,
    })?;

    let battery = Battery {
        degradation_cost: Price::from_units(5),
        initial_soc: Energy::from_mwh(10),
        ..Battery::symmetric(
            Power::from_megawatts(10),
            Energy::from_mwh(20),
            Ratio::from_ppm(927_000),
        )
    };
    let request = OfferRequest::new(battery, forecast.clone(), rules.clone());
    let offer = BatteryOffers::new().build(&request)?;
    println!("{} hours with a curve", offer.curves().len());
    let dearest = offer
        .reasons
        .iter()
        .max_by_key(|step| step.price)
        .ok_or("no steps")?;
    println!(
        "the dearest step: {} MW to {} MW at {}",
        dearest.from, dearest.to, dearest.price
    );
    for part in &dearest.parts {
        println!("  {:>8}  {:?}", part.amount.to_string(), part.kind);
    }
    let safe = BatteryOffers::new().build(&OfferRequest {
        safe: true,
        ..request
    })?;
    let (said, said_safe) = (deliverable(&offer), deliverable(&safe));

    // What is drafted is plain content, which the trader may edit first.
    let built = offer.built(forecast, rules.currency.value, None);
    let context = ValidationContext {
        now: made_at - jiff::SignedDuration::from_mins(30),
        location_known: true,
        ..ValidationContext::default()
    };
    println!(
        "validator: {:?}",
        validate(&built.content, &rules, &context).verdict
    );
    println!("as it is: {said}");
    println!("made safe: {said_safe}");
    Ok(())
}

fn deliverable(offer: &Offer) -> String {
    match &offer.safety.breach {
        Some(breach) => format!("some awards cannot be delivered: {}", breach.limit),
        None => "every award can be delivered".to_owned(),
    }
}
