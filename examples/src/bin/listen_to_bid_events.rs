//! What becomes of a bid, told as it happens.
//!
//! Every move of a bid (drafted, validated, withdrawn, submitted, awarded) is an event with its actor and time. Events come at least once and
//! in order; their ids tell a repeat. An organisation hears of its own bids alone.
//!
//! # Prints
//! ```text
//! nothing -> draft: drafted
//! draft -> validated: passed the rules
//! validated -> withdrawn: the plant is out
//! its history holds the same 3 moves
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use futures::{Stream, TryStreamExt as _};
use jiff::{Timestamp, ToSpan as _};
use optibid_client::{Subscription, Update};
use optibid_core::api::{DraftParams, WithdrawRequest};
use optibid_core::bid::{BidDraft, BidEvent};
use optibid_core::event::{EventKind, Topic};
use optibid_examples::local::{Local, Result};
use std::pin::pin;

/// Five megawatts into the Swedish evening of the day after tomorrow.
fn draft() -> Result<BidDraft> {
    let zone = jiff::tz::TimeZone::get("Europe/Stockholm")?;
    let day = Timestamp::now()
        .to_zoned(zone.clone())
        .date()
        .checked_add(2.days())?;
    let evening = day.at(18, 0, 0, 0).to_zoned(zone)?.timestamp();
    Ok(serde_json::from_value(serde_json::json!({
        "market": "NORDPOOL", "product": "DAM", "location": "SE3", "delivery_day": day, "currency": "EUR",
        "periods": [{
            "period": { "start": evening, "resolution": "PT15M" },
            "curve": { "side": "sell", "shape": "linear", "points": [
                { "quantity": "0", "price": "40.0" }, { "quantity": "5", "price": "60.0" },
            ] },
        }],
    }))?)
}

/// The next move of any of our bids.
async fn next(
    moves: &mut (impl Stream<Item = optibid_client::Result<Update>> + Unpin),
) -> Result<BidEvent> {
    loop {
        match moves.try_next().await? {
            Some(Update::Event { event, .. }) => {
                if let EventKind::Bid(moved) = event.kind {
                    return Ok(moved);
                }
            }
            Some(Update::Listening | Update::Broken) => {}
            Some(Update::Gap { .. }) => return Err("events were lost".into()),
            None => return Err("the stream ended".into()),
        }
    }
}

fn tell(moved: &BidEvent) {
    let from = moved
        .from
        .map_or_else(|| "nothing".to_owned(), |state| state.to_string());
    println!("{from} -> {}: {}", moved.to, moved.reason);
}

#[tokio::main]
async fn main() -> Result<()> {
    let local = Local::start().await?;
    let client = &local.client;
    let mut moves = pin!(client.events(Subscription::to([Topic::BidEvents])));

    // The line is made when the stream is first read, and what happens before it stands is not told.
    if moves.try_next().await? != Some(Update::Listening) {
        return Err("the line does not stand".into());
    }
    client
        .create_bid(&draft()?, &DraftParams::default())
        .await?;
    let drafted = next(&mut moves).await?;
    tell(&drafted);

    let bid = client.validate_bid(drafted.bid).await?;
    tell(&next(&mut moves).await?);
    let reason = "the plant is out".to_owned();
    client
        .withdraw_bid(bid.id, &WithdrawRequest { reason })
        .if_match(bid.version)
        .await?;
    tell(&next(&mut moves).await?);

    let history = client.bid_history(bid.id).await?.items;
    println!("its history holds the same {} moves", history.len());
    local.stop().await
}
