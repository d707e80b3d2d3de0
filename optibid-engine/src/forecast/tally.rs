//! Errors of forecasts, summed exactly.

use crate::door;
use optibid_core::forecast::{HourAccuracy, QuantileAccuracy};
use optibid_core::ports::EngineError;
use optibid_core::unit::{Price, Ratio, Rounding};
use std::collections::BTreeMap;

/// Errors of some forecasts, 1e-6 of a price.
#[derive(Clone, Copy, Default)]
pub(super) struct Errors {
    pub(super) count: i128,
    magnitude: i128,
    sum: i128,
    squares: f64,
}

impl Errors {
    /// Takes an error: forecast less price.
    fn add(&mut self, error: i128) {
        self.count += 1;
        self.magnitude += error.abs();
        self.sum += error;
        let error = door::price(Price::from_micros(i64::try_from(error).unwrap_or(i64::MAX)));
        self.squares += error * error;
    }

    pub(super) fn mae(&self) -> Result<Price, EngineError> {
        mean(self.magnitude, self.count)
    }

    pub(super) fn bias(&self) -> Result<Price, EngineError> {
        mean(self.sum, self.count)
    }

    pub(super) fn rmse(&self) -> Result<Price, EngineError> {
        door::to_price((self.squares / self.count.max(1) as f64).sqrt())
    }

    /// MAE over another's on as many periods; none where that is zero.
    pub(super) fn relative(&self, naive: &Self) -> Option<Ratio> {
        let one = i128::from(Ratio::ONE.ppm());
        let numerator = self.magnitude.checked_mul(one)?.checked_mul(naive.count)?;
        let denominator = naive.magnitude.checked_mul(self.count)?;
        let ppm = (denominator > 0).then(|| Rounding::HalfEven.div(numerator, denominator))?;
        i64::try_from(ppm).ok().map(Ratio::from_ppm)
    }
}

/// A mean of prices, half-even to 1e-6.
fn mean(sum: i128, count: i128) -> Result<Price, EngineError> {
    let mean = i64::try_from(Rounding::HalfEven.div(sum, count));
    let out = |_| EngineError::OutOfRange("a mean of prices");
    mean.map(Price::from_micros).map_err(out)
}

/// One quantile's record.
#[derive(Clone, Copy, Default)]
struct Quantile {
    count: i128,
    /// Prices at or below it.
    below: i128,
    /// Pinball loss times a million.
    loss: i128,
}

/// A period as it was forecast and as it came.
pub(super) struct Compared<'a> {
    /// Hour of the day in market time, and whether it is its second pass.
    pub(super) hour: (u8, bool),
    pub(super) price: Price,
    pub(super) median: Price,
    /// Nominal shares with their quantiles.
    pub(super) quantiles: &'a [(Ratio, Price)],
}

/// One model's record over all periods at the day's own gate.
#[derive(Clone, Default)]
pub(super) struct Tally {
    pub(super) all: Errors,
    hours: BTreeMap<(u8, bool), Errors>,
    quantiles: BTreeMap<Ratio, Quantile>,
}

/// Forecast less price.
fn error(median: Price, price: Price) -> i128 {
    i128::from(median.micros()) - i128::from(price.micros())
}

impl Tally {
    pub(super) fn add(&mut self, compared: &Compared<'_>) {
        let error = error(compared.median, compared.price);
        self.all.add(error);
        self.hours.entry(compared.hour).or_default().add(error);
        for &(share, quantile) in compared.quantiles {
            let record = self.quantiles.entry(share).or_default();
            let over = i128::from(compared.price.micros()) - i128::from(quantile.micros());
            let share = i128::from(share.ppm());
            record.count += 1;
            record.below += i128::from(over <= 0);
            record.loss += match over >= 0 {
                true => share * over,
                false => (i128::from(Ratio::ONE.ppm()) - share) * -over,
            };
        }
    }

    /// By hour of the day, in order of time.
    pub(super) fn by_hour(&self) -> Result<Vec<HourAccuracy>, EngineError> {
        let hour = |(&(hour, repeated), errors): (&(u8, bool), &Errors)| {
            Ok(HourAccuracy {
                hour,
                repeated,
                periods: u64::try_from(errors.count).unwrap_or(u64::MAX),
                mae: errors.mae()?,
                bias: errors.bias()?,
            })
        };
        self.hours.iter().map(hour).collect()
    }

    /// By quantile, from the lowest.
    pub(super) fn calibration(&self) -> Result<Vec<QuantileAccuracy>, EngineError> {
        let quantile = |(&nominal, record): (&Ratio, &Quantile)| {
            let one = i128::from(Ratio::ONE.ppm());
            let share = Rounding::HalfEven.div(record.below * one, record.count);
            Ok(QuantileAccuracy {
                nominal,
                observed: Ratio::from_ppm(i64::try_from(share).unwrap_or_default()),
                pinball: mean(record.loss, record.count * one)?,
            })
        };
        self.quantiles.iter().map(quantile).collect()
    }

    /// Mean pinball loss over all quantiles; none without any.
    pub(super) fn pinball(&self) -> Result<Option<Price>, EngineError> {
        let count: i128 = self.quantiles.values().map(|record| record.count).sum();
        let loss: i128 = self.quantiles.values().map(|record| record.loss).sum();
        let one = i128::from(Ratio::ONE.ppm());
        (count > 0).then(|| mean(loss, count * one)).transpose()
    }
}

impl Errors {
    /// Takes a day's forecasts beside the prices that came.
    pub(super) fn add_day(&mut self, medians: impl Iterator<Item = Price>, prices: &[Price]) {
        for (median, price) in medians.zip(prices) {
            self.add(error(median, *price));
        }
    }
}
