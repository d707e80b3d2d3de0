//! How good forecasts were: each made again from what was known at its gate.

use super::blend::{BLENDED, BlendedForecaster};
use super::history::History;
use super::naive;
use super::tally::{Compared, Errors, Tally};
use super::{SIMILAR_DAYS, SimilarDayForecaster, forecast, known};
use crate::door;
use crate::series::{Grid, Series};
use jiff::{SignedDuration, Timestamp};
use optibid_core::backtest::SkippedDay;
use optibid_core::forecast::{
    AccuracyReport, AccuracyRequest, Forecast, ForecastModel, ForecastRequest, GatedDay,
    HorizonAccuracy, ModelAccuracy,
};
use optibid_core::market::{DeliveryDay, DeliveryPeriod, PriceObservation, Resolution};
use optibid_core::ports::{EngineError, ForecastAssessor};
use optibid_core::unit::{Price, Ratio};
use std::collections::BTreeSet;

/// How far back a forecast looks, hours.
const HOURS_BACK: i64 = 24 * 70;

/// Forecasts past days again at their first gates and holds the forecasts against the prices that came; the definitions are at
/// [`AccuracyReport`].
///
/// # What was known
/// At each gate the prices whose `known_at` lies at or before it, as in a [backtest](crate::GateBacktester). Prices that were imported
/// with the import as their time of knowledge leave every day without history.
///
/// # Which days
/// Those that every model asked for, and last week's prices, could forecast, and all of whose prices came: models are compared on the same
/// periods. More than a day ahead a day may be missing that counts at its gate.
///
/// # Cost
/// The history is read once a day and day ahead, whatever the number of models: about 2 ms where prices are hourly, 15 ms where they are
/// quarter-hourly, in a build without optimisation around it.
#[derive(Clone, Copy, Debug, Default)]
pub struct GateAssessor(());

impl GateAssessor {
    /// An assessor; it has no settings.
    #[must_use]
    pub const fn new() -> Self {
        Self(())
    }
}

impl ForecastAssessor for GateAssessor {
    /// # Errors
    /// [`EngineError::Invalid`] with `no_days` and the reason of the first day where none can be compared, `no_models` without a
    /// model. [`EngineError::OutOfRange`] when a figure is past what the domain holds.
    fn assess(&self, request: &AccuracyRequest) -> Result<AccuracyReport, EngineError> {
        let mut record = Record::new(request)?;
        for gated in &request.days {
            if let Err(reason) = record.add(gated) {
                let day = gated.day.date();
                record.skipped.push(SkippedDay { day, reason });
            }
        }
        record.report()
    }
}

/// What a model says of a day.
struct Said {
    medians: Vec<Price>,
    /// Of each period the nominal shares with their quantiles; none for a model without any.
    quantiles: Vec<Vec<(Ratio, Price)>>,
}

/// One model under way.
struct Candidate {
    model: ForecastModel,
    tally: Tally,
    /// By days ahead, from 1.
    horizons: Vec<Errors>,
}

/// The comparison under way.
struct Record<'a> {
    request: &'a AccuracyRequest,
    candidates: Vec<Candidate>,
    /// Last week's prices by days ahead, from 1.
    naive: Vec<Errors>,
    /// Days by days ahead, from 1.
    days: Vec<u32>,
    skipped: Vec<SkippedDay>,
}

impl<'a> Record<'a> {
    fn new(request: &'a AccuracyRequest) -> Result<Self, EngineError> {
        if request.models.is_empty() {
            return Err(door::invalid("no_models", "models", "[]", "at least one"));
        }
        let horizon = usize::from(request.horizon.max(1));
        let models: BTreeSet<ForecastModel> = request.models.iter().copied().collect();
        let candidate = |model| Candidate {
            model,
            tally: Tally::default(),
            horizons: vec![Errors::default(); horizon],
        };
        Ok(Self {
            request,
            candidates: models.into_iter().map(candidate).collect(),
            naive: vec![Errors::default(); horizon],
            days: vec![0; horizon],
            skipped: Vec::new(),
        })
    }

    /// Compares a day; the reason where it cannot be.
    fn add(&mut self, gated: &GatedDay) -> Result<(), String> {
        let prices = self.came(&gated.day)?;
        let hours = hours(&gated.day, self.request.resolution);
        for ahead in 0..self.days.len() {
            let earlier = SignedDuration::from_hours(24 * i64::try_from(ahead).unwrap_or(0));
            let made_at = gated.gate.checked_sub(earlier).unwrap_or(Timestamp::MIN);
            let asked = self.asked(&gated.day, made_at);
            let said = self.said(&asked);
            let (said, week) = match said {
                Ok(said) => said,
                Err(error) if ahead == 0 => return Err(error.to_string()),
                // Earlier still less was known.
                Err(_) => break,
            };
            for (candidate, said) in self.candidates.iter_mut().zip(&said) {
                if let Some(errors) = candidate.horizons.get_mut(ahead) {
                    errors.add_day(said.medians.iter().copied(), &prices);
                }
                if ahead == 0 {
                    candidate.add(said, &prices, &hours);
                }
            }
            if let Some(errors) = self.naive.get_mut(ahead) {
                errors.add_day(week.into_iter(), &prices);
            }
            if let Some(days) = self.days.get_mut(ahead) {
                *days += 1;
            }
        }
        Ok(())
    }

    /// What every model says, and last week's prices.
    fn said(&self, asked: &ForecastRequest) -> Result<(Vec<Said>, Vec<Price>), EngineError> {
        let history = known(asked)?;
        let said = self.candidates.iter();
        let said = said.map(|candidate| say(candidate.model, &history, asked));
        Ok((
            said.collect::<Result<_, _>>()?,
            naive::week(&history, asked)?,
        ))
    }

    /// The prices that came on a day; the reason where one did not.
    fn came(&self, day: &DeliveryDay) -> Result<Vec<Price>, String> {
        let resolution = self.request.resolution;
        let grid = Grid {
            resolution,
            anchor: day.start(),
        };
        let series = Series::new(self.between(day.start(), day.end()), grid);
        let price = |period: DeliveryPeriod| {
            let price = series.at(period.start());
            let local = day.zone().local(period.start());
            price.ok_or_else(|| format!("no price for the period of {local}"))
        };
        day.periods(resolution).map(price).collect()
    }

    fn between(&self, from: Timestamp, until: Timestamp) -> &'a [PriceObservation] {
        let prices = &self.request.prices;
        let at = |t: Timestamp| prices.partition_point(|seen| seen.period.start() < t);
        prices.get(at(from)..at(until)).unwrap_or_default()
    }

    /// What was known of the days before.
    fn asked(&self, day: &DeliveryDay, made_at: Timestamp) -> ForecastRequest {
        let back = SignedDuration::from_hours(HOURS_BACK);
        let from = day.start().checked_sub(back).unwrap_or(Timestamp::MIN);
        let seen = self.between(from, day.start()).iter();
        let series = &self.request.series;
        ForecastRequest {
            market: series.market.clone(),
            product: series.product.clone(),
            location: series.location.clone(),
            day: day.clone(),
            resolution: self.request.resolution,
            made_at,
            history: seen
                .filter(|seen| seen.known_at <= made_at)
                .cloned()
                .collect(),
        }
    }

    fn report(self) -> Result<AccuracyReport, EngineError> {
        let request = self.request;
        let dates = || request.days.iter().map(|gated| gated.day.date());
        let (Some(from), Some(to)) = (dates().next(), dates().next_back()) else {
            return Err(door::invalid("no_days", "to", "", "at least one day"));
        };
        let days = self.days.first().copied().unwrap_or_default();
        if days == 0 {
            let first = self.skipped.first().map_or("", |day| day.reason.as_str());
            let rule = format!("a day that can be compared; {from}: {first}");
            return Err(door::invalid("no_days", "to", to, rule));
        }
        let count = self.naive.first().map_or(0, |errors| errors.count);
        let models = self.candidates.iter();
        let models = models.map(|candidate| candidate.report(&self.naive, &self.days));
        Ok(AccuracyReport {
            market: request.series.market.clone(),
            product: request.series.product.clone(),
            location: request.series.location.clone(),
            from,
            to,
            resolution: request.resolution,
            days,
            periods: u64::try_from(count).unwrap_or(u64::MAX),
            models: models.collect::<Result<_, _>>()?,
            skipped: self.skipped,
        })
    }
}

impl Candidate {
    /// Takes a day at its own gate.
    fn add(&mut self, said: &Said, prices: &[Price], hours: &[(u8, bool)]) {
        let none = Vec::new();
        let came = prices.iter().zip(hours).zip(&said.medians);
        for (t, ((&price, &hour), &median)) in came.enumerate() {
            self.tally.add(&Compared {
                hour,
                price,
                median,
                quantiles: said.quantiles.get(t).unwrap_or(&none),
            });
        }
    }

    fn report(&self, naive: &[Errors], days: &[u32]) -> Result<ModelAccuracy, EngineError> {
        let week = naive.first().copied().unwrap_or_default();
        let ahead = self.horizons.iter().zip(naive).zip(days).zip(1_u8..);
        let counted = ahead.filter(|((_, days), _)| **days > 0);
        let horizon = |(((errors, naive), &days), days_ahead): (((&Errors, &Errors), &u32), u8)| {
            Ok(HorizonAccuracy {
                days_ahead,
                days,
                mae: errors.mae()?,
                bias: errors.bias()?,
                rmae: errors.relative(naive),
            })
        };
        let method = match self.model {
            ForecastModel::SimilarDays => SimilarDayForecaster::METHOD,
            ForecastModel::Blended => BlendedForecaster::METHOD,
            ForecastModel::NaiveWeek => naive::WEEK,
            ForecastModel::NaiveDay => naive::DAY,
        };
        let all = &self.tally.all;
        Ok(ModelAccuracy {
            model: self.model,
            method: method.to_owned(),
            mae: all.mae()?,
            rmse: all.rmse()?,
            bias: all.bias()?,
            rmae: all.relative(&week),
            pinball: self.tally.pinball()?,
            by_hour: self.tally.by_hour()?,
            by_horizon: counted.map(horizon).collect::<Result<_, EngineError>>()?,
            calibration: self.tally.calibration()?,
        })
    }
}

fn say(
    model: ForecastModel,
    history: &History,
    asked: &ForecastRequest,
) -> Result<Said, EngineError> {
    let plain = |medians| Said {
        medians,
        quantiles: Vec::new(),
    };
    Ok(match model {
        ForecastModel::SimilarDays => banded(&forecast(history, asked, &SIMILAR_DAYS)?),
        ForecastModel::Blended => banded(&forecast(history, asked, &BLENDED)?),
        ForecastModel::NaiveWeek => plain(naive::week(history, asked)?),
        ForecastModel::NaiveDay => plain(naive::day(history, asked)?),
    })
}

/// The median and the ends of the band, which leave out half of what it does not cover on either side.
fn banded(forecast: &Forecast) -> Said {
    let tail = (Ratio::ONE.ppm() - forecast.coverage.ppm()) / 2;
    let shares = [tail, Ratio::ONE.ppm() / 2, Ratio::ONE.ppm() - tail].map(Ratio::from_ppm);
    let points = forecast.points.iter();
    let quantiles = points.clone().map(|point| {
        let prices = [point.lower, point.median, point.upper];
        shares.into_iter().zip(prices).collect()
    });
    Said {
        medians: points.map(|point| point.median).collect(),
        quantiles: quantiles.collect(),
    }
}

/// Hour of the day of each period in market time, and whether it is the second pass of a repeated hour.
fn hours(day: &DeliveryDay, resolution: Resolution) -> Vec<(u8, bool)> {
    let mut seen = BTreeSet::new();
    let periods = day.periods(resolution).map(|period| {
        let local = day.zone().local(period.start());
        let hour = u8::try_from(local.hour()).unwrap_or_default();
        (hour, !seen.insert((hour, local.minute())))
    });
    periods.collect()
}
