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

use futures::{StreamExt as _, TryStreamExt as _};
use jiff::{Timestamp, ToSpan as _};
use optibid_client::{Client, Subscription, Update};
use optibid_core::api::{DraftParams, WithdrawRequest};
use optibid_core::bid::BidDraft;
use optibid_core::event::{EventKind, Topic};
use optibid_core::id::BidId;
use optibid_examples::local::{Local, Result};
use std::time::Duration;

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

/// From the draft to its withdrawal.
async fn trade(client: &Client) -> Result<BidId> {
    // The line must stand before what it is to tell happens.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let bid = client
        .create_bid(&draft()?, &DraftParams::default())
        .await?;
    let bid = client.validate_bid(bid.id).await?;
    let reason = "the plant is out".to_owned();
    let withdrawn = client
        .withdraw_bid(bid.id, &WithdrawRequest { reason })
        .if_match(bid.version);
    Ok(withdrawn.await?.id)
}

#[tokio::main]
async fn main() -> Result<()> {
    let local = Local::start().await?;
    let moves = local.client.events(Subscription::to([Topic::BidEvents]));
    let moves = moves.take(3).try_collect::<Vec<_>>();
    let heard = async { Ok(moves.await?) };
    let (heard, bid) = tokio::try_join!(heard, trade(&local.client))?;
    for update in &heard {
        let Update::Event { event, .. } = update else {
            return Err("events were lost".into());
        };
        if let EventKind::Bid(moved) = &event.kind {
            let from = moved
                .from
                .map_or_else(|| "nothing".to_owned(), |state| state.to_string());
            println!("{from} -> {}: {}", moved.to, moved.reason);
        }
    }
    let history = local.client.bid_history(bid).await?.items;
    println!("its history holds the same {} moves", history.len());
    local.stop().await
}
