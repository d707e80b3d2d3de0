//! Price forecasts from similar days.

mod accuracy;
mod band;
mod blend;
mod history;
mod naive;
mod paths;
mod profile;
mod tally;

use crate::door;
use crate::series::{Grid, Series};
pub use accuracy::GateAssessor;
pub use blend::BlendedForecaster;

use band::Band;
use history::History;
use optibid_core::forecast::{Forecast, ForecastPoint, ForecastRequest, PricePaths};
use optibid_core::ports::{EngineError, Forecaster};
use optibid_core::unit::Ratio;
use paths::drawn;

/// Fewest days of history.
const LEAST_DAYS: u32 = 7;

/// Share of outcomes that the band is to hold.
const COVERAGE: Ratio = Ratio::from_ppm(800_000);

/// Forecasts a day from the days like it and the day before it.
///
/// # The method
/// Days are of three classes: Monday to Friday, Saturday, Sunday (holidays are not known). The forecast of a period is half
/// the median over the last 8 days of its class at the same time of day, each weighted by `0.5^(age / 7 days)`, and half the
/// price at that time of the latest day known. Similar days tell the shape, the latest day the level: ERCOT's day-ahead
/// prices of 2024 are met better by the mix than by either (the test `beats_both_naive_forecasts` shows it).
///
/// The band is where past outcomes lay: the same method is applied to each of the last 42 days, with what was known as many
/// days ahead as today, and the errors at the same time of day, an hour to either side included, give the 10 % and 90 %
/// quantiles. The quantile at `p` of `n` errors is interpolated at rank `(n + 1) p`, which for few errors
/// is the more careful reading. The band always holds the median.
///
/// # What was known
/// Only prices with `known_at` at or before `made_at` enter, of a period published several times the figure known last. A day
/// counts as history when it lies before the day to forecast and nine tenths of its prices are there. At least 7 such days are
/// needed, and the last 70 days before the delivery day are looked at.
///
/// # Clock changes
/// Periods are matched by local time of day. Both passes of a repeated hour are forecast from that hour, and
/// count as history with their mean; a skipped hour is left out.
///
/// # Example
/// ```
/// use jiff::ToSpan;
/// use optibid_core::forecast::ForecastRequest;
/// use optibid_core::market::{MarketZone, PriceObservation, Resolution};
/// use optibid_core::ports::Forecaster;
/// use optibid_core::unit::Price;
/// use optibid_engine::SimilarDayForecaster;
///
/// let zone = MarketZone::new("Europe/Berlin", 0)?;
/// let mut history = Vec::new();
/// for date in jiff::civil::date(2026, 1, 5).series(1.day()).take(14) {
///     let day = zone.day(date)?;
///     for (hour, period) in (0..).zip(day.periods(Resolution::Hour)) {
///         history.push(PriceObservation {
///             market: "EPEX".parse()?,
///             product: "DAM".parse()?,
///             location: "DE-LU".parse()?,
///             period,
///             price: Price::from_units(50 + hour),
///             components: None,
///             known_at: day.start(),
///         });
///     }
/// }
/// let forecast = SimilarDayForecaster::new().forecast(&ForecastRequest {
///     market: "EPEX".parse()?,
///     product: "DAM".parse()?,
///     location: "DE-LU".parse()?,
///     day: zone.day("2026-01-19".parse()?)?,
///     resolution: Resolution::Hour,
///     made_at: "2026-01-18T11:00:00Z".parse()?,
///     history,
/// })?;
/// assert_eq!(forecast.points[18].median, Price::from_units(68));
/// assert_eq!(forecast.history_days, 14);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct SimilarDayForecaster(());

impl SimilarDayForecaster {
    /// The method in words, as forecasts name it.
    pub const METHOD: &'static str = "half the recency-weighted median of the last 8 similar days (weekday, Saturday, \
                                      Sunday), half the latest day known; band from the method's own past errors";

    /// A forecaster; it has no settings.
    #[must_use]
    pub const fn new() -> Self {
        Self(())
    }
}

impl Forecaster for SimilarDayForecaster {
    /// # Errors
    /// [`EngineError::NotEnoughHistory`] with the days found, [`EngineError::OutOfRange`] when a price of the forecast is past
    /// what the domain holds.
    fn forecast(&self, request: &ForecastRequest) -> Result<Forecast, EngineError> {
        forecast(&known(request)?, request, &SIMILAR_DAYS)
    }

    /// The median with the errors of past days, each drawn day's as they came: the errors of a day's hours belong together. The
    /// days are those of the band, at most 42, so that no more different paths can be drawn.
    ///
    /// # Errors
    /// As [`forecast`](Forecaster::forecast); [`EngineError::NotEnoughHistory`] also where the errors of fewer than 7 days are
    /// known, `scenario_count_out_of_range` for no path.
    fn paths(
        &self,
        request: &ForecastRequest,
        count: u16,
        seed: u64,
    ) -> Result<PricePaths, EngineError> {
        drawn(&known(request)?, request, (profile::profile, count, seed))
    }
}

const SIMILAR_DAYS: Method = Method {
    name: SimilarDayForecaster::METHOD,
    profile: profile::profile,
};

/// How past days become a day's prices.
struct Method {
    /// In words.
    name: &'static str,
    /// One price for each time of day, from days in order of time.
    profile: fn(&[history::Day], jiff::civil::Date) -> Vec<f64>,
}

/// The days that were known when the forecast is made.
fn known(request: &ForecastRequest) -> Result<History, EngineError> {
    let known = request.history.iter().filter(|seen| {
        seen.known_at <= request.made_at
            && seen.market == request.market
            && seen.product == request.product
            && seen.location == request.location
            && seen.period.start() < request.day.start()
    });
    let grid = Grid {
        resolution: request.resolution,
        anchor: request.day.start(),
    };
    let history = History::new(&Series::new(known, grid), &request.day, request.resolution);
    let have = u32::try_from(history.days().len()).unwrap_or(u32::MAX);
    if have < LEAST_DAYS {
        return Err(EngineError::NotEnoughHistory {
            have,
            need: LEAST_DAYS,
        });
    }
    Ok(history)
}

/// A forecast by that method, with the band of its own past errors.
fn forecast(
    history: &History,
    request: &ForecastRequest,
    method: &Method,
) -> Result<Forecast, EngineError> {
    Ok(Forecast {
        market: request.market.clone(),
        product: request.product.clone(),
        location: request.location.clone(),
        day: request.day.date(),
        made_at: request.made_at,
        method: method.name.to_owned(),
        history_days: u32::try_from(history.days().len()).unwrap_or(u32::MAX),
        coverage: COVERAGE,
        points: points(history, request, method)?,
    })
}

fn points(
    history: &History,
    request: &ForecastRequest,
    method: &Method,
) -> Result<Vec<ForecastPoint>, EngineError> {
    let date = request.day.date();
    let profile = (method.profile)(history.days(), date);
    let band = Band::new(history, (date, method.profile), door::ratio(COVERAGE));
    let periods = request.day.periods(request.resolution);
    let slots = history::slots(&request.day, request.resolution);
    periods
        .zip(slots)
        .map(|(period, slot)| {
            let median = profile.get(slot).copied().unwrap_or_default();
            let (below, above) = band.at(slot);
            Ok(ForecastPoint {
                period,
                median: door::to_price(median)?,
                lower: door::to_price(median + below)?,
                upper: door::to_price(median + above)?,
            })
        })
        .collect()
}
