//! Settlement locations: those that OptiBid knows, and the operator's own.

use crate::config::Config;
use anyhow::{Context, ensure};
use optibid_core::market::rules::RuleBook;
use optibid_core::market::{Location, locations};
use optibid_core::unit::Degrees;

/// All locations; where the file names one that is known, the file's counts.
pub(super) fn known(config: &Config) -> anyhow::Result<Vec<Location>> {
    let mut known = locations::builtin();
    let Some(file) = &config.locations_file else {
        return Ok(known);
    };
    let shown = file.display();
    let text = std::fs::read_to_string(file);
    let text = text.with_context(|| format!("LOCATIONS_FILE {shown} cannot be read"))?;
    let own: Vec<Location> = serde_json::from_str(&text)
        .with_context(|| format!("LOCATIONS_FILE {shown} is no list of locations"))?;
    let markets = RuleBook::builtin().markets();
    for location in &own {
        let named = format!(
            "LOCATIONS_FILE {shown}: {} {}",
            location.market, location.code
        );
        ensure!(
            markets.contains(&location.market),
            "{named}: unknown market"
        );
        let both = location.latitude.is_some() == location.longitude.is_some();
        ensure!(both, "{named}: latitude and longitude come together");
        let within = |value: Option<Degrees>, most: i64| {
            value.is_none_or(|value| value.e7().abs() <= most * 10_000_000)
        };
        let there = within(location.latitude, 90) && within(location.longitude, 180);
        ensure!(
            there,
            "{named}: a latitude is from -90 to 90, a longitude from -180 to 180"
        );
    }
    known.retain(|old| {
        !own.iter()
            .any(|new| (&new.market, &new.code) == (&old.market, &old.code))
    });
    known.extend(own);
    known.sort_by(|a, b| (&a.market, &a.code).cmp(&(&b.market, &b.code)));
    Ok(known)
}
