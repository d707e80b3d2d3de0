//! A bid is drafted once, although the connection breaks after the server got it.
//!
//! The worst moment of a bidding program: the request went out, no answer came. Was the bid placed? Every call of the client that writes
//! carries an `Idempotency-Key` and keeps it through its attempts; the server does a key once and answers a repeat with the first answer. So
//! the client may try again, and a program that crashed may too, with a key that it can make again.
//!
//! # Prints
//! ```text
//! the answer was lost: 2 requests, 1 key
//! after a crash, the same key and the same bid: the bid of before
//! the same key with another bid: key_reused
//! the server holds 1 bid
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use jiff::{Timestamp, ToSpan as _};
use optibid_client::{Client, Network, Transport, TransportError};
use optibid_core::api::{BidParams, DraftParams};
use optibid_core::bid::BidDraft;
use optibid_examples::local::{Local, Result};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The network, which loses the answer to the first request that has a key. It notes the keys that it saw.
struct Lossy {
    network: Network,
    keys: Arc<Mutex<Vec<String>>>,
}

#[async_trait]
impl Transport for Lossy {
    async fn send(
        &self,
        request: Request<Bytes>,
        timeout: Duration,
    ) -> std::result::Result<Response<Bytes>, TransportError> {
        let key = request.headers().get("idempotency-key");
        let key = key.and_then(|key| key.to_str().ok()).map(str::to_owned);
        let answer = self.network.send(request, timeout).await?;
        let Some(key) = key else { return Ok(answer) };
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.push(key);
        match keys.len() {
            1 => Err(TransportError::Broken(
                "the line broke before the answer came".to_owned(),
            )),
            _ => Ok(answer),
        }
    }
}

/// Five megawatts into the Swedish evening of the day after tomorrow.
fn draft(price: &str) -> Result<BidDraft> {
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
                { "quantity": "0", "price": price }, { "quantity": "5", "price": "60.0" },
            ] },
        }],
    }))?)
}

#[tokio::main]
async fn main() -> Result<()> {
    let local = Local::start().await?;
    let keys = Arc::new(Mutex::new(Vec::new()));
    let lossy = Lossy {
        network: Network::new(Duration::from_secs(5))?,
        keys: keys.clone(),
    };
    let client = Client::builder(local.client.base()).transport(lossy);
    let client = match local.client.tokens().await {
        Some(tokens) => client.tokens(tokens).build()?,
        None => return Err("nobody is signed in".into()),
    };

    // A key that says what it is for: whoever runs the program again for that day uses the same.
    let (bid, keep) = (draft("40.0")?, DraftParams::default());
    let key = format!("evening-offer-{}", bid.delivery_day);
    let drafted = client.create_bid(&bid, &keep).idempotency_key(&key).await?;
    let seen = keys.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let different: BTreeSet<_> = seen.iter().collect();
    println!(
        "the answer was lost: {} requests, {} key",
        seen.len(),
        different.len()
    );

    let again = client.create_bid(&bid, &keep).idempotency_key(&key).await?;
    let which = if again.id == drafted.id {
        "the bid of before"
    } else {
        "another bid"
    };
    println!("after a crash, the same key and the same bid: {which}");

    let refused = client
        .create_bid(&draft("45.0")?, &keep)
        .idempotency_key(&key)
        .await;
    if let Err(error) = refused {
        let code = error.code().ok_or("no code")?;
        println!(
            "the same key with another bid: {}",
            serde_json::to_value(code)?.as_str().unwrap_or_default()
        );
    }
    let held = client.list_bids(&BidParams::default()).await?.items;
    println!("the server holds {} bid", held.len());
    local.stop().await
}
