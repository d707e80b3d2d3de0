//! Forecast prices.

use super::App;
use crate::auth::{Permission, Principal};
use crate::error::{Code, Error, Result};
use crate::forecast::{Forecast, ForecastRequest};
use crate::market::rules::ProductRules;
use crate::market::{DeliveryDay, DeliveryPeriod, PriceObservation, Resolution};
use crate::ports::{PriceQuery, SeriesKey};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

/// Days of prices that a forecast looks back on.
const HISTORY_DAYS: i64 = 70;

/// Most prices of one look back: 70 days in every resolution there is.
pub(super) const HISTORY_LIMIT: u32 = 40_000;

/// What to forecast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForecastInput {
    /// The series.
    pub series: SeriesKey,
    /// The delivery day.
    pub day: Date,
    /// Length of the periods; none takes that of the product's bids.
    pub resolution: Option<Resolution>,
    /// When it is made; none means now. Nothing known later enters.
    pub made_at: Option<Timestamp>,
}

impl App {
    /// Forecasts the prices of a delivery day from what is known.
    ///
    /// # Errors
    /// When the product is not known or there is too little history.
    pub async fn forecast_prices(&self, who: &Principal, input: ForecastInput) -> Result<Forecast> {
        let request = self.forecast_request(who, input).await?;
        Ok(self.engine.forecaster.forecast(&request)?)
    }

    /// A forecast's request with all that was known when it is made.
    pub(super) async fn forecast_request(
        &self,
        who: &Principal,
        input: ForecastInput,
    ) -> Result<ForecastRequest> {
        who.require(Permission::ReadMarketData)?;
        let rules = self
            .rules
            .at(&input.series.market, &input.series.product, input.day)?;
        let day = rules.delivery_day(input.day).map_err(out_of_calendar)?;
        let resolution = input.resolution.unwrap_or(rules.interval.value);
        let now = self.environment.clock.now();
        let made_at = input.made_at.unwrap_or(now);
        if made_at > now {
            let rule = format!("not later than now, {now}: what will be known then is not known");
            return Err(Error::field("made_in_the_future", "made_at", made_at, rule));
        }
        let back = SignedDuration::from_hours(24 * HISTORY_DAYS);
        let query = PriceQuery {
            org: Some(who.org),
            series: input.series.clone(),
            // Finer prices make up the periods bid for: quarters an hourly bid.
            resolution: None,
            from: day.start().saturating_sub(back).unwrap_or(Timestamp::MIN),
            until: day.end(),
            as_of: Some(made_at),
            limit: HISTORY_LIMIT,
        };
        let history = self.stores.prices.prices(&query).await?;
        Ok(ForecastRequest {
            market: input.series.market,
            product: input.series.product,
            location: input.series.location,
            day,
            resolution,
            made_at,
            history,
        })
    }

    /// Known prices of a day, one for each of its periods.
    ///
    /// # Errors
    /// Names the first period without a price.
    pub(super) async fn day_prices(
        &self,
        who: &Principal,
        series: &SeriesKey,
        (day, resolution): (&DeliveryDay, Resolution),
    ) -> Result<Vec<PriceObservation>> {
        let query = PriceQuery {
            org: Some(who.org),
            series: series.clone(),
            resolution: Some(resolution),
            from: day.start(),
            until: day.end(),
            as_of: None,
            limit: HISTORY_LIMIT,
        };
        let prices = self.stores.prices.prices(&query).await?;
        let price = |period| {
            let found = prices.iter().find(|o| o.period == period);
            found.cloned().ok_or_else(|| missing_price(series, &period))
        };
        day.periods(resolution).map(price).collect()
    }
}

fn missing_price(series: &SeriesKey, period: &DeliveryPeriod) -> Error {
    let rule = format!(
        "a price of {} {} at {} must be stored or given for this period",
        series.market, series.product, series.location
    );
    Error::field("missing_price", "prices", period, rule)
}

/// The length of the periods that a product is priced at: that of settlement, where bids are for longer
/// ones (ERCOT's real-time market takes hourly offers and settles quarter hours).
pub(super) fn price_resolution(rules: &ProductRules) -> Resolution {
    let settled = rules.settlement_interval.as_ref();
    settled.unwrap_or(&rules.interval).value
}

/// Nothing, where the input has no answer; other errors stay errors.
pub(super) fn if_valid<T>(answer: Result<T>) -> Result<Option<T>> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(error) if matches!(error.code(), Code::Invalid | Code::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

pub(super) fn out_of_calendar(error: crate::market::DayError) -> Error {
    let value = match &error {
        crate::market::DayError::OutOfRange(date) => date.to_string(),
        _ => String::new(),
    };
    Error::field("delivery_day", "day", value, error.to_string())
}
