//! Tell how good forecasts were.

use super::App;
use super::forecasts::out_of_calendar;
use crate::auth::{Permission, Principal};
use crate::error::{Error, Result};
use crate::forecast::{AccuracyReport, AccuracyRequest, ForecastModel, GatedDay};
use crate::market::rules::ProductRules;
use crate::market::{PriceObservation, SeriesKey};
use crate::ports::{ForecastAssessor, PriceQuery};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;

/// Most days of one report: a quarter of a year.
const MAX_DAYS: i32 = 92;
/// Most days ahead.
const MAX_HORIZON: u32 = 7;
/// Days of history before the first day that a forecast may look at.
const WARM_UP: SignedDuration = SignedDuration::from_hours(24 * 70);
/// Most prices: that many days in every resolution there is.
const PRICE_LIMIT: u32 = 90_000;

/// Which forecasts to assess.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccuracyInput {
    /// The series.
    pub series: SeriesKey,
    /// First delivery day.
    pub from: Date,
    /// Last delivery day, at most 91 days later.
    pub to: Date,
    /// One model; none means all.
    pub model: Option<ForecastModel>,
    /// How many days ahead at most, 1 to 7; none means 1, at the day's own gate.
    pub horizon: Option<u32>,
}

/// An assessment with all it needs: pure computation of up to some seconds.
pub struct AccuracyPlan {
    request: AccuracyRequest,
    assessor: Arc<dyn ForecastAssessor>,
}

impl AccuracyPlan {
    /// Makes every forecast again and holds it against the prices that came.
    ///
    /// # Errors
    /// When no day of the span can be compared.
    pub fn assess(&self) -> Result<AccuracyReport> {
        Ok(self.assessor.assess(&self.request)?)
    }
}

impl App {
    /// How good forecasts of past days were, each made again from what was known at the day's first gate.
    ///
    /// # Errors
    /// When the span is out of bounds, product or location are not known, or no day of the span can be compared.
    pub async fn forecast_accuracy(
        &self,
        who: &Principal,
        input: AccuracyInput,
    ) -> Result<AccuracyReport> {
        self.plan_accuracy(who, input).await?.assess()
    }

    /// Loads all that an assessment needs, for who computes it elsewhere.
    ///
    /// # Errors
    /// As [`App::forecast_accuracy`], but for the days.
    pub async fn plan_accuracy(
        &self,
        who: &Principal,
        input: AccuracyInput,
    ) -> Result<AccuracyPlan> {
        who.require(Permission::ReadMarketData)?;
        let horizon = checked(&input)?;
        let AccuracyInput {
            series, from, to, ..
        } = input;
        let book = &self.rules;
        let rules = book.span(&series.market, &series.product, from, to)?;
        let days = rules.iter().zip(from.series(jiff::ToSpan::day(1)));
        let days: Vec<GatedDay> = days.map(gated).collect::<Result<_>>()?;
        let resolution = rules.first().map(|rules| rules.interval.value);
        let (Some(first), Some(last), Some(resolution)) = (days.first(), days.last(), resolution)
        else {
            return Err(Error::field("span", "to", to, "must not be before from"));
        };
        let span = (first.day.start(), last.day.end());
        let prices = self.accuracy_prices(who, &series, span).await?;
        let models = match input.model {
            Some(model) => vec![model],
            None => ForecastModel::ALL.to_vec(),
        };
        Ok(AccuracyPlan {
            request: AccuracyRequest {
                series,
                resolution,
                days,
                models,
                horizon,
                prices,
            },
            assessor: self.engine.assessor.clone(),
        })
    }

    async fn accuracy_prices(
        &self,
        who: &Principal,
        series: &SeriesKey,
        (first, last): (Timestamp, Timestamp),
    ) -> Result<Vec<PriceObservation>> {
        let query = PriceQuery {
            org: Some(who.org),
            series: series.clone(),
            resolution: None,
            from: first.saturating_sub(WARM_UP).unwrap_or(Timestamp::MIN),
            until: last,
            as_of: None,
            limit: PRICE_LIMIT,
        };
        let prices = self.stores.prices.prices(&query).await?;
        if prices.is_empty() {
            self.check_place(who.org, ("location", series)).await?;
        }
        if prices.len() >= PRICE_LIMIT as usize {
            let rule = format!("the span must hold fewer than {PRICE_LIMIT} prices");
            return Err(Error::field("too_many_prices", "to", last, rule));
        }
        Ok(prices)
    }
}

/// Days ahead, where span and horizon are within bounds.
fn checked(input: &AccuracyInput) -> Result<u8> {
    let days = (input.to - input.from).get_days() + 1;
    if !(1..=MAX_DAYS).contains(&days) {
        let rule = format!("must be from 0 to {} days after from", MAX_DAYS - 1);
        return Err(Error::field("span", "to", input.to, rule));
    }
    let horizon = input.horizon.unwrap_or(1);
    if !(1..=MAX_HORIZON).contains(&horizon) {
        let rule = format!("1 to {MAX_HORIZON} days ahead");
        return Err(Error::field(
            "horizon_out_of_range",
            "horizon",
            horizon,
            rule,
        ));
    }
    Ok(u8::try_from(horizon).unwrap_or(1))
}

/// The day with its first gate.
fn gated((rules, date): (&ProductRules, Date)) -> Result<GatedDay> {
    let day = rules.delivery_day(date).map_err(out_of_calendar)?;
    let first = day
        .period(0, rules.interval.value)
        .map_err(out_of_calendar)?;
    let gate = rules.gate_closure(&day, &first).map_err(out_of_calendar)?;
    Ok(GatedDay { day, gate })
}
