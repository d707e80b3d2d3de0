//! The client in a plain program: no async, no runtime, every method of the client there is.
//!
//! The server runs in a thread of its own here, as it would on another machine.
//!
//! # Prints
//! ```text
//! signed in to Hill Country Storage
//! Slate Creek: 20 MWh
//! Slate Creek, Willow Flat
//! refused: invalid, kind.energy_capacity
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use optibid_client::blocking::Client;
use optibid_core::api::ListParams;
use optibid_core::asset::{AssetContent, AssetKind, Battery};
use optibid_core::unit::{Energy, Power, Ratio};
use optibid_examples::local::{Local, PASSWORD, Result};
use tokio::runtime::Runtime;

fn battery(name: &str, energy: Energy) -> Result<AssetContent> {
    let battery = Battery::symmetric(Power::from_megawatts(10), energy, Ratio::from_ppm(950_000));
    Ok(AssetContent {
        name: name.to_owned(),
        market: "ERCOT".parse()?,
        location: "HB_SOUTH".parse()?,
        latitude: None,
        longitude: None,
        kind: AssetKind::Battery(battery),
    })
}

fn main() -> Result<()> {
    let elsewhere = Runtime::new()?;
    let local = elsewhere.block_on(Local::start())?;

    // From here on nothing is async.
    let client = Client::new(local.client.base())?;
    let session = client.wait(client.sign_in("ann@example.com", PASSWORD))?;
    println!("signed in to {}", session.organisation.name);
    for name in ["Slate Creek", "Willow Flat"] {
        client.wait(client.create_asset(&battery(name, Energy::from_mwh(20))?))?;
    }
    let newest_first = ListParams {
        limit: Some(1),
        after: None,
    };
    // Read part by part, of one each here, to its end.
    let mut assets = client.collect(client.all_assets(newest_first))?;
    assets.sort_by(|a, b| a.name.cmp(&b.name));
    if let (Some(first), Some(battery)) = (
        assets.first(),
        assets.first().and_then(|a| a.kind.battery()),
    ) {
        println!("{}: {} MWh", first.name, battery.energy_capacity);
    }
    let names: Vec<_> = assets.iter().map(|asset| asset.name.as_str()).collect();
    println!("{}", names.join(", "));

    let refused = client.wait(client.create_asset(&battery("Nothing", Energy::ZERO)?));
    if let Err(error) = refused {
        let code = error.code().ok_or("no code")?;
        let field = error
            .violations()
            .first()
            .map_or("", |broken| broken.field.as_str());
        println!(
            "refused: {}, {field}",
            serde_json::to_value(code)?.as_str().unwrap_or_default()
        );
    }
    elsewhere.block_on(local.stop())
}
