//! The demo's organisation, prices and battery.

use super::alarms;
use super::data::Fixture;
use crate::security::random_hex;
use jiff::Timestamp;
use optibid_core::app::{App, ImportTarget, Registration, operator};
use optibid_core::asset::{Asset, AssetContent, AssetKind, Battery};
use optibid_core::auth::{Principal, Role};
use optibid_core::error::{Code, Result};
use optibid_core::id::AssetId;
use optibid_core::ports::{AppendReport, PageRequest};
use optibid_core::unit::{Degrees, Energy, Power, Price, Ratio};

/// E-mail address of the demo's user.
pub const EMAIL: &str = "demo@optibid.example";
/// Name of the demo's organisation.
pub const ORGANISATION: &str = "OptiBid Demo";
/// Name of the demo's battery.
pub const BATTERY: &str = "HB_SOUTH battery, 10 MW / 20 MWh";

/// Prices stored in one go.
const BATCH: usize = 5_000;

/// What the demo's user signs in with.
#[derive(Clone)]
pub struct Login {
    /// The address.
    pub email: String,
    /// The password, when it was made just now. It is not kept anywhere.
    pub password: Option<String>,
}

/// What the demo acts on.
#[derive(Clone)]
pub struct World {
    /// The demo's user.
    pub who: Principal,
    /// How to sign in as that user.
    pub login: Login,
    /// The battery.
    pub asset: AssetId,
    /// Its limits and costs.
    pub battery: Battery,
    /// What was new of the prices.
    pub imported: AppendReport,
}

/// Founds the organisation, stores the prices known by an instant, adds the battery and some alert rules; what
/// is there already stays as it is.
///
/// # Errors
/// When the store fails.
pub async fn prepare(app: &App, fixture: &Fixture, until: Timestamp) -> Result<World> {
    let (who, login) = user(app).await?;
    let imported = prices(app, fixture, until).await?;
    let asset = match existing(app, &who).await? {
        Some(asset) => asset,
        None => app.create_asset(&who, content(fixture), None).await?,
    };
    alarms::prepare(app, &who, fixture).await?;
    let battery = match asset.kind {
        AssetKind::Battery(battery) => battery,
        _ => battery(),
    };
    Ok(World {
        who,
        login,
        asset: asset.id,
        battery,
        imported,
    })
}

async fn user(app: &App) -> Result<(Principal, Login)> {
    let email = EMAIL.to_owned();
    match app.act_as(EMAIL).await {
        Ok(who) => {
            return Ok((
                who,
                Login {
                    email,
                    password: None,
                },
            ));
        }
        Err(error) if error.code() == Code::NotFound => {}
        Err(error) => return Err(error),
    }
    let password = password();
    let new = Registration {
        org_name: ORGANISATION.to_owned(),
        email: email.clone(),
        name: "Demo".to_owned(),
        password: password.clone(),
    };
    app.found_org(new, Role::OrgAdmin).await?;
    Ok((
        app.act_as(EMAIL).await?,
        Login {
            email,
            password: Some(password),
        },
    ))
}

/// 96 random bits in six groups that can be read aloud.
#[must_use]
pub fn password() -> String {
    let random = random_hex();
    let digits: Vec<char> = random.chars().take(24).collect();
    let groups = digits
        .chunks(4)
        .map(|group| group.iter().collect::<String>());
    groups.collect::<Vec<_>>().join("-")
}

async fn prices(app: &App, fixture: &Fixture, until: Timestamp) -> Result<AppendReport> {
    let known = fixture.known_by(until);
    let mut sum = AppendReport::default();
    for batch in known.chunks(BATCH) {
        let report = app
            .import_prices(&operator(), ImportTarget::Public, batch)
            .await?;
        sum.inserted += report.inserted;
        sum.restated += report.restated;
        sum.unchanged += report.unchanged;
    }
    Ok(sum)
}

async fn existing(app: &App, who: &Principal) -> Result<Option<Asset>> {
    let mut request = PageRequest {
        limit: 200,
        after: None,
    };
    loop {
        let page = app.assets(who, &request).await?;
        let found = page.items.into_iter().find(|asset| asset.name == BATTERY);
        if found.is_some() || page.next.is_none() {
            return Ok(found);
        }
        request.after = page.next;
    }
}

fn content(fixture: &Fixture) -> AssetContent {
    AssetContent {
        name: BATTERY.to_owned(),
        market: fixture.market.clone(),
        location: fixture.location.clone(),
        // On the coast near Corpus Christi, where wind and sun are and the hub's name points to.
        latitude: Some(Degrees::from_e7(278_006_000)),
        longitude: Some(Degrees::from_e7(-973_964_000)),
        kind: AssetKind::Battery(battery()),
    }
}

/// 10 MW, 20 MWh, 0.927 one way (0.859 there and back), 5 USD of wear per MWh discharged, empty at
/// midnight: no day sells energy that another day paid for.
fn battery() -> Battery {
    Battery {
        charge_limit: Power::from_megawatts(10),
        discharge_limit: Power::from_megawatts(10),
        energy_capacity: Energy::from_mwh(20),
        min_soc: Energy::from_mwh(0),
        max_soc: Energy::from_mwh(20),
        charge_efficiency: Ratio::from_ppm(927_000),
        discharge_efficiency: Ratio::from_ppm(927_000),
        initial_soc: Energy::from_mwh(0),
        target_soc: None,
        cycle_budget: None,
        degradation_cost: Price::from_units(5),
        standing_loss: Ratio::ZERO,
        ..Battery::symmetric(Power::ZERO, Energy::ZERO, Ratio::ONE)
    }
}
