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
use optibid_core::event::{EventKind, Topic};
use optibid_core::market::PriceObservation;
use optibid_examples::local::{Local, Result};
use optibid_venues::sample;
use std::pin::pin;
use std::time::Duration;

#[tokio::main]
async fn main() -> Result<()> {
    let local = Local::start().await?;
    let prices = sample::ercot_hb_south_2024()?.prices;
    let mut prices = prices
        .into_iter()
        .filter(|price| price.product.as_str() == "RTM");
    let mut next = move || prices.next().ok_or("the sample has ended");

    // A feed would do this whenever its market publishes.
    let app = local.app.clone();
    let feed = async move |price: PriceObservation| app.record_feed(&[price]).await;

    let mut events = pin!(local.client.events(Subscription::to([Topic::MarketPrices])));
    let mut first = None;
    for number in 1..=3 {
        // Until the line stands nothing is sent over it, so the first price is published while the stream connects.
        let published = async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            feed(next()?).await?;
            Ok::<_, Box<dyn std::error::Error>>(())
        };
        let heard = async { Ok(events.try_next().await?) };
        let ((), update) = tokio::try_join!(published, heard)?;
        match update {
            Some(Update::Event { sequence, event }) => {
                first.get_or_insert(sequence);
                if let EventKind::Price(price) = &event.kind {
                    let series = format!("{} {} {}", price.market, price.product, price.location);
                    println!("event {number}: {series} {} USD/MWh", price.price);
                }
            }
            Some(Update::Gap { missed }) => {
                println!("lost {missed:?} events: read the latest prices again")
            }
            None => return Err("the stream ended".into()),
        }
    }

    // A program that keeps the last sequence goes on where its last run stopped.
    let first = first.ok_or("no event came")?;
    let behind = Subscription::to([Topic::MarketPrices]).after(first);
    let mut again = pin!(local.client.events(behind));
    if let Some(Update::Event { sequence, .. }) = again.try_next().await? {
        println!(
            "resumed behind event 1: event {} comes again",
            sequence - first + 1
        );
    }
    local.stop().await
}
