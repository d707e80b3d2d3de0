//! Price paths: the forecast with the errors of past days.

use super::band::past_errors;
use super::history::{Day, History, slots};
use crate::door;
use crate::scenario::bootstrap;
use jiff::civil::Date;
use optibid_core::forecast::{ForecastRequest, PricePaths};
use optibid_core::ports::EngineError;

/// Fewest days whose errors tell how far forecasts are off.
const LEAST_DAYS: u32 = 7;

/// How past days become a day's prices, how many paths to draw, and the seed.
type Draw = (fn(&[Day], Date) -> Vec<f64>, u16, u64);

/// Paths from whole days of past errors ([`bootstrap`] with one block a day). Days without a price at some time of the
/// day to forecast are left out.
pub(super) fn drawn(
    history: &History,
    request: &ForecastRequest,
    (profile, count, seed): Draw,
) -> Result<PricePaths, EngineError> {
    if count == 0 {
        let (code, rule) = ("scenario_count_out_of_range", "at least 1");
        return Err(door::invalid(code, "count", count, rule));
    }
    let date = request.day.date();
    let slots = slots(&request.day, request.resolution);
    let centre = profile(history.days(), date);
    let at = |slot: &usize| centre.get(*slot).copied().unwrap_or_default();
    let centre: Vec<f64> = slots.iter().map(at).collect();
    let past = past_errors(history.days(), (date, profile));
    let of_day = |errors: Vec<Option<f64>>| {
        let errors = slots
            .iter()
            .map(|&slot| errors.get(slot).copied().flatten());
        errors.collect::<Option<Vec<f64>>>()
    };
    let errors: Vec<Vec<f64>> = past.into_iter().filter_map(of_day).collect();
    let have = u32::try_from(errors.len()).unwrap_or(u32::MAX);
    if have < LEAST_DAYS {
        let need = LEAST_DAYS;
        return Err(EngineError::NotEnoughHistory { have, need });
    }
    let set = bootstrap(&errors, &centre, slots.len(), usize::from(count), seed)
        .map_err(|error| door::invalid("no_scenarios", "history", "errors", error.to_string()))?;
    let exact = |path: &Vec<f64>| path.iter().map(|&price| door::to_price(price)).collect();
    let paths = set.paths().iter().map(exact);
    Ok(PricePaths {
        paths: paths.collect::<Result<_, EngineError>>()?,
    })
}
