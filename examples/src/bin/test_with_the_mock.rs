//! Testing a program that uses the client, without a server.
//!
//! The mock answers operations with what it is told and remembers what it was asked. It can refuse, and it can break the connection after the
//! request arrived, which no real server does on demand. The function under test stands for one's own.
//!
//! # Prints
//! ```text
//! no assets: 0 MWh
//! two assets: 35 MWh
//! the connection broke once: 35 MWh after 2 requests
//! signed out: unauthenticated
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use optibid_client::mock::Mock;
use optibid_client::{Client, Result};
use optibid_core::api::ListParams;
use optibid_core::error::Code;
use optibid_core::unit::Energy;
use serde_json::{Value, json};

/// The program under test: how much energy our batteries hold.
async fn stored(client: &Client) -> Result<Energy> {
    let assets = client.list_assets(&ListParams::default()).await?.items;
    let batteries = assets.iter().filter_map(|asset| asset.kind.battery());
    let capacities = batteries.map(|battery| battery.energy_capacity);
    Ok(capacities.fold(Energy::ZERO, |sum, energy| {
        sum.checked_add(energy).unwrap_or(sum)
    }))
}

fn battery(energy: &str) -> Value {
    json!({
        "id": "0199a0a0-0000-7000-8000-000000000004", "org": "0199a0a0-0000-7000-8000-000000000001",
        "name": "Slate Creek", "market": "ERCOT", "location": "HB_SOUTH", "version": 1,
        "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
        "kind": {
            "type": "battery", "charge_limit": "10", "discharge_limit": "10", "energy_capacity": energy,
            "min_soc": "0", "max_soc": energy, "charge_efficiency": "0.95", "discharge_efficiency": "0.95",
            "initial_soc": "0",
        },
    })
}

#[tokio::main]
async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let mock = Mock::new();
    let client = mock.client();

    mock.answer("listAssets", &json!({ "items": [] }));
    println!("no assets: {} MWh", stored(&client).await?);

    mock.answer(
        "listAssets",
        &json!({ "items": [battery("20"), battery("15")] }),
    );
    println!("two assets: {} MWh", stored(&client).await?);

    // A read can do no harm, so the client makes the call again.
    let before = mock.asked("listAssets").len();
    mock.break_once("listAssets");
    let energy = stored(&client).await?;
    let requests = mock.asked("listAssets").len() - before;
    println!("the connection broke once: {energy} MWh after {requests} requests");

    mock.refuse("listAssets", Code::Unauthenticated, "sign in");
    if let Err(error) = stored(&client).await {
        let code = error.code().ok_or("no code")?;
        println!(
            "signed out: {}",
            serde_json::to_value(code)?.as_str().unwrap_or_default()
        );
    }
    Ok(())
}
