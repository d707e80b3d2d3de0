//! The prices that came, as a forecast.

use crate::series::{Grid, Series};
use optibid_core::backtest::BacktestInput;
use optibid_core::forecast::{Forecast, ForecastPoint, ForecastRequest, PricePaths};
use optibid_core::market::PriceObservation;
use optibid_core::ports::{EngineError, Forecaster};
use optibid_core::unit::Ratio;

/// Knows what will come: for the bound alone.
pub(super) struct Oracle(Vec<PriceObservation>);

impl Oracle {
    pub(super) fn new(input: &BacktestInput) -> Self {
        let request = &input.request;
        let of_series = |seen: &&PriceObservation| {
            seen.market == request.market
                && seen.product == request.product
                && seen.location == request.location
        };
        let mut prices: Vec<_> = input.prices.iter().filter(of_series).cloned().collect();
        prices.sort_by_key(|seen| (seen.period, seen.known_at));
        Self(prices)
    }
}

impl Forecaster for Oracle {
    fn forecast(&self, request: &ForecastRequest) -> Result<Forecast, EngineError> {
        let (start, end) = (request.day.start(), request.day.end());
        let at = |t| self.0.partition_point(|seen| seen.period.start() < t);
        let of_day = self.0.get(at(start)..at(end)).unwrap_or_default();
        let grid = Grid {
            resolution: request.resolution,
            anchor: start,
        };
        let series = Series::new(of_day, grid);
        let missing = EngineError::NotEnoughHistory { have: 0, need: 1 };
        let points = request.day.periods(request.resolution).map(|period| {
            let price = series.at(period.start()).ok_or(missing.clone())?;
            Ok(ForecastPoint {
                period,
                median: price,
                lower: price,
                upper: price,
            })
        });
        Ok(Forecast {
            market: request.market.clone(),
            product: request.product.clone(),
            location: request.location.clone(),
            day: request.day.date(),
            made_at: request.made_at,
            method: "the prices that came".to_owned(),
            history_days: 0,
            coverage: Ratio::ONE,
            points: points.collect::<Result<_, EngineError>>()?,
        })
    }
    /// The prices that came, `count` times: nothing is uncertain.
    fn paths(
        &self,
        request: &ForecastRequest,
        count: u16,
        _seed: u64,
    ) -> Result<PricePaths, EngineError> {
        let points = self.forecast(request)?.points;
        let path: Vec<_> = points.iter().map(|point| point.median).collect();
        Ok(PricePaths {
            paths: vec![path; usize::from(count)],
        })
    }
}
