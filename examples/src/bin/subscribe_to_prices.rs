//! Prices as they come, over a WebSocket that resumes by itself.
//!
//! The stream does not end when the line breaks: it connects again and goes on behind the last event it gave. What was lost meanwhile is told
//! as a gap, so that a program knows when to read the state again instead of trading on a hole.
//!
//! # Prints
//! ```text
//! event 1: ERCOT RTM HB_SOUTH … USD/MWh
//! event 2: …
//! event 3: …
//! resumed behind event 1: event 2 comes again
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use futures::TryStreamExt as _;
use optibid_client::{Subscription, Update};
use optibid_core::app::App;
use optibid_core::event::{EventKind, Topic};
use optibid_core::market::PriceObservation;
use optibid_examples::local::{Local, Result};
use optibid_venues::sample;
use std::pin::pin;
use std::time::Duration;

/// Publishes a price of the sample every tenth of a second, as a feed does whenever its market publishes one.
async fn feed(app: App, prices: Vec<PriceObservation>) -> Result<(), String> {
    for price in prices {
        let recorded = app.record_feed(&[price]).await;
        recorded.map_err(|error| error.to_string())?;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Result<()> {
    let local = Local::start().await?;
    let mut prices = sample::ercot_hb_south_2024()?.prices;
    prices.retain(|price| price.product.as_str() == "RTM");
    let feed = tokio::spawn(feed(local.app.clone(), prices));

    let mut events = pin!(local.client.events(Subscription::to([Topic::MarketPrices])));
    let (mut first, mut number) = (None, 0);
    while number < 3 {
        match events.try_next().await? {
            Some(Update::Event { sequence, event }) => {
                first.get_or_insert(sequence);
                number += 1;
                if let EventKind::Price(price) = &event.kind {
                    let series = format!("{} {} {}", price.market, price.product, price.location);
                    println!("event {number}: {series} {} USD/MWh", price.price);
                }
            }
            Some(Update::Listening | Update::Broken) => {}
            Some(Update::Gap { missed }) => {
                println!("lost {missed:?} events: read the latest prices again");
            }
            None => return Err("the stream ended".into()),
        }
    }

    // A program that keeps the last sequence goes on where its last run stopped.
    let first = first.ok_or("no event came")?;
    let behind = Subscription::to([Topic::MarketPrices]).after(first);
    let mut again = pin!(local.client.events(behind));
    while let Some(update) = again.try_next().await? {
        if let Update::Event { sequence, .. } = update {
            let number = sequence - first + 1;
            println!("resumed behind event 1: event {number} comes again");
            break;
        }
    }
    feed.abort();
    local.stop().await
}
