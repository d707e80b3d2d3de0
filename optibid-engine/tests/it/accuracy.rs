//! How good forecasts were: against figures worked out by hand, and against a second computation over real prices.

use crate::domain::{central, date, day_of_prices, ercot_day_ahead, gate};
use jiff::civil::{Date, Weekday};
use jiff::{SignedDuration, ToSpan};
use optibid_core::forecast::{
    AccuracyReport, AccuracyRequest, ForecastModel, ForecastRequest, GatedDay, ModelAccuracy,
};
use optibid_core::market::{PriceObservation, Resolution, SeriesKey};
use optibid_core::ports::{EngineError, ForecastAssessor, Forecaster};
use optibid_core::unit::{Price, Ratio};
use optibid_engine::{BlendedForecaster, GateAssessor, SimilarDayForecaster};
use std::collections::BTreeMap;

fn request(from: &str, to: &str, prices: Vec<PriceObservation>) -> AccuracyRequest {
    let dates = date(from)
        .series(1.day())
        .take_while(|day| *day <= date(to));
    let days = dates.map(|date| {
        let day = central().day(date).unwrap();
        let gate = gate(&day);
        GatedDay { day, gate }
    });
    AccuracyRequest {
        series: SeriesKey {
            market: "ERCOT".parse().unwrap(),
            product: "DAM".parse().unwrap(),
            location: "HB_SOUTH".parse().unwrap(),
        },
        resolution: Resolution::Hour,
        days: days.collect(),
        models: ForecastModel::ALL.to_vec(),
        horizon: 1,
        prices,
    }
}

fn assess(request: &AccuracyRequest) -> AccuracyReport {
    GateAssessor::new().assess(request).unwrap()
}

fn of(report: &AccuracyReport, model: ForecastModel) -> &ModelAccuracy {
    report.models.iter().find(|m| m.model == model).unwrap()
}

/// Three weeks at 50, then `last` on the day after them.
fn flat_then(first: &str, last: impl Fn(usize) -> f64) -> Vec<PriceObservation> {
    let days = date(first).series(1.day()).take(22).enumerate();
    let prices = days.flat_map(|(i, date)| {
        let day = central().day(date).unwrap();
        let prices: Vec<f64> = (0..day.len(Resolution::Hour))
            .map(|t| if i == 21 { last(t) } else { 50.0 })
            .collect();
        day_of_prices(&day, &prices)
    });
    prices.collect()
}

fn text(price: Price) -> String {
    price.to_string()
}

/// Every forecast is 50 and the band has no width. The prices are 50, 51, ... 73: errors 0 to 23 below them. The mean of these is 11.5, of
/// their squares 4324 / 24; a quantile at p loses p x 11.5; the price of midnight alone is not above 50.
#[test]
fn a_day_by_hand() {
    let prices = flat_then("2024-06-03", |hour| 50.0 + hour as f64);
    let report = assess(&request("2024-06-24", "2024-06-24", prices));
    assert_eq!((report.days, report.periods), (1, 24));
    let found = of(&report, ForecastModel::SimilarDays);
    assert_eq!(text(found.mae), "11.50");
    assert_eq!(text(found.bias), "-11.50");
    assert_eq!(text(found.rmse), "13.422618");
    assert_eq!(found.rmae, Some(Ratio::ONE));
    assert_eq!(found.pinball.map(text).as_deref(), Some("5.75"));
    let quantiles = found.calibration.iter();
    let quantiles: Vec<_> = quantiles
        .map(|q| {
            (
                q.nominal.to_string(),
                q.observed.to_string(),
                text(q.pinball),
            )
        })
        .collect();
    let row = |nominal: &str, pinball: &str| {
        (
            nominal.to_owned(),
            "0.041667".to_owned(),
            pinball.to_owned(),
        )
    };
    assert_eq!(
        quantiles,
        [row("0.1", "1.15"), row("0.5", "5.75"), row("0.9", "10.35")]
    );
    for (hour, row) in (0_u8..).zip(&found.by_hour) {
        assert_eq!((row.hour, row.repeated, row.periods), (hour, false, 1));
        assert_eq!(row.mae, Price::from_units(i32::from(hour)));
        assert_eq!(row.bias, Price::from_units(-i32::from(hour)));
    }
    assert_eq!(found.by_hour.len(), 24);
    let naive = of(&report, ForecastModel::NaiveWeek);
    assert_eq!(
        (naive.mae, naive.pinball, naive.calibration.len()),
        (found.mae, None, 0)
    );
}

/// The clock goes back at 2: the hour from 1 comes twice, and its second pass is counted apart. In spring the hour from 2 is not there.
#[test]
fn the_hour_that_comes_twice_is_counted_apart() {
    let autumn = flat_then("2024-10-13", |t| match t {
        1 => 60.0,
        2 => 80.0,
        _ => 50.0,
    });
    let report = assess(&request("2024-11-03", "2024-11-03", autumn));
    let hours = &of(&report, ForecastModel::SimilarDays).by_hour;
    let told: Vec<_> = hours
        .iter()
        .map(|h| (h.hour, h.repeated, text(h.mae)))
        .collect();
    assert_eq!(told.len(), 25);
    assert_eq!(told[1], (1, false, "10.00".to_owned()));
    assert_eq!(told[2], (1, true, "30.00".to_owned()));
    assert_eq!(told[3], (2, false, "0.00".to_owned()));
    let spring = flat_then("2024-02-18", |_| 55.0);
    let report = assess(&request("2024-03-10", "2024-03-10", spring));
    let hours = &of(&report, ForecastModel::SimilarDays).by_hour;
    assert_eq!((hours.len(), report.periods), (23, 23));
    assert!(hours.iter().all(|row| row.hour != 2));
}

/// Ours, computed again in plain `f64` from the forecasters themselves.
#[derive(Default)]
struct Again {
    errors: Vec<(i8, f64)>,
    losses: BTreeMap<i64, (f64, f64)>,
}

impl Again {
    fn add(&mut self, hour: i8, (came, lower, median, upper): (f64, f64, f64, f64)) {
        self.errors.push((hour, median - came));
        for (share, quantile) in [(10, lower), (50, median), (90, upper)] {
            let p = share as f64 / 100.0;
            let (below, loss) = self.losses.entry(share).or_default();
            *below += f64::from(u8::from(came <= quantile));
            *loss += f64::max(p * (came - quantile), (p - 1.0) * (came - quantile));
        }
    }

    fn mean(&self, of: impl Fn(f64) -> f64) -> f64 {
        self.errors.iter().map(|(_, e)| of(*e)).sum::<f64>() / self.errors.len() as f64
    }
}

fn number(price: Price) -> f64 {
    price.micros() as f64 / 1e6
}

fn near(found: Price, wanted: f64) {
    let off = (number(found) - wanted).abs();
    assert!(off < 2e-6, "{found} {wanted}");
}

/// Prices by day, in order of time.
fn outcomes(prices: &[PriceObservation]) -> BTreeMap<Date, Vec<f64>> {
    let mut came: BTreeMap<Date, Vec<f64>> = BTreeMap::new();
    for seen in prices {
        let day = central().local(seen.period.start()).date();
        came.entry(day).or_default().push(number(seen.price));
    }
    came
}

/// MAE of last week's prices, and of yesterday's from Tuesday to Friday.
fn naive(asked: &AccuracyRequest, came: &BTreeMap<Date, Vec<f64>>) -> (f64, f64) {
    let (mut weekly, mut daily) = (Again::default(), Again::default());
    for gated in &asked.days {
        let day = gated.day.date();
        let week = &came[&(day - 7.days())];
        let before = match day.weekday() {
            Weekday::Saturday | Weekday::Sunday | Weekday::Monday => week,
            _ => &came[&day.yesterday().unwrap()],
        };
        for (at, price) in came[&day].iter().enumerate() {
            weekly.errors.push((0, week[at] - price));
            daily.errors.push((0, before[at] - price));
        }
    }
    (weekly.mean(f64::abs), daily.mean(f64::abs))
}

/// Every day forecast so many days ahead of its gate, from all prices: the forecaster itself leaves out what was not known.
fn again(
    asked: &AccuracyRequest,
    came: &BTreeMap<Date, Vec<f64>>,
    (forecaster, ahead): (&dyn Forecaster, i64),
) -> Again {
    let mut again = Again::default();
    for gated in &asked.days {
        let forecast = forecaster
            .forecast(&ForecastRequest {
                market: asked.series.market.clone(),
                product: asked.series.product.clone(),
                location: asked.series.location.clone(),
                day: gated.day.clone(),
                resolution: Resolution::Hour,
                made_at: gated.gate - SignedDuration::from_hours(24 * ahead),
                history: asked.prices.clone(),
            })
            .unwrap();
        let outcomes = &came[&gated.day.date()];
        for ((hour, point), price) in (0..).zip(&forecast.points).zip(outcomes) {
            let band = [point.lower, point.median, point.upper].map(number);
            again.add(hour, (*price, band[0], band[1], band[2]));
        }
    }
    again
}

fn same(found: &ModelAccuracy, again: &Again, week_mae: f64) {
    near(found.mae, again.mean(f64::abs));
    near(found.bias, again.mean(|e| e));
    near(found.rmse, again.mean(|e| e * e).sqrt());
    let rmae = found.rmae.unwrap().ppm() as f64 / 1e6;
    assert!((rmae - again.mean(f64::abs) / week_mae).abs() < 1e-6);
    assert!(rmae < 0.7, "{rmae}");
    let count = again.errors.len() as f64;
    let losses = again.losses.values().map(|(_, loss)| loss / count);
    near(found.pinball.unwrap(), losses.sum::<f64>() / 3.0);
    for (quantile, (share, (below, loss))) in found.calibration.iter().zip(&again.losses) {
        assert_eq!(quantile.nominal.ppm(), 10_000 * share);
        assert!((quantile.observed.ppm() as f64 / 1e6 - below / count).abs() < 1e-6);
        near(quantile.pinball, loss / count);
    }
    for row in &found.by_hour {
        let hour = i8::try_from(row.hour).unwrap();
        let of_hour = again.errors.iter().filter(|(h, _)| *h == hour);
        let errors: Vec<f64> = of_hour.map(|(_, e)| *e).collect();
        assert_eq!(row.periods, 46);
        near(row.mae, errors.iter().map(|e| e.abs()).sum::<f64>() / 46.0);
        near(row.bias, errors.iter().sum::<f64>() / 46.0);
    }
}

#[test]
fn agrees_with_a_second_computation_over_real_prices() {
    let prices = ercot_day_ahead();
    let came = outcomes(&prices);
    let asked = AccuracyRequest {
        horizon: 3,
        ..request("2024-08-01", "2024-09-15", prices)
    };
    let report = assess(&asked);
    assert_eq!((report.days, report.skipped.len()), (46, 0));
    let (week_mae, day_mae) = naive(&asked, &came);
    near(of(&report, ForecastModel::NaiveWeek).mae, week_mae);
    near(of(&report, ForecastModel::NaiveDay).mae, day_mae);
    assert_eq!(of(&report, ForecastModel::NaiveWeek).rmae, Some(Ratio::ONE));
    let forecasters: [(ForecastModel, &dyn Forecaster); 2] = [
        (ForecastModel::SimilarDays, &SimilarDayForecaster::new()),
        (ForecastModel::Blended, &BlendedForecaster::new()),
    ];
    for (model, forecaster) in forecasters {
        let found = of(&report, model);
        for ahead in 0_i64..3 {
            let again = again(&asked, &came, (forecaster, ahead));
            let row = found.by_horizon[usize::try_from(ahead).unwrap()];
            assert_eq!((i64::from(row.days_ahead), row.days), (ahead + 1, 46));
            near(row.mae, again.mean(f64::abs));
            near(row.bias, again.mean(|e| e));
            if ahead == 0 {
                same(found, &again, week_mae);
            } else {
                assert!(row.mae > found.mae, "further ahead it is harder");
            }
        }
    }
}

/// What came after the gate does not enter, and a day that cannot be compared is named.
#[test]
fn days_are_left_out_for_all_models_and_named() {
    let mut prices = flat_then("2024-06-03", |_| 60.0);
    // The last day lacks an hour; an hour of the day before was published after the gate of the last but one.
    prices.pop();
    let report = assess(&request("2024-06-08", "2024-06-24", prices.clone()));
    // The first seven days before have no history; 9 June is the first that seven days are known of at its gate.
    assert_eq!(report.days, 14);
    let skipped: Vec<_> = report
        .skipped
        .iter()
        .map(|s| (s.day, s.reason.as_str()))
        .collect();
    assert_eq!(skipped.len(), 3);
    assert_eq!(skipped[0].0, date("2024-06-08"));
    assert!(
        skipped[0].1.starts_with("not enough history: 5 days"),
        "{skipped:?}"
    );
    assert_eq!(skipped[2].0, date("2024-06-24"));
    assert!(
        skipped[2]
            .1
            .starts_with("no price for the period of 2024-06-24T23:00"),
        "{skipped:?}"
    );
    // Nothing was known when it is imported later: no day can be compared.
    for price in &mut prices {
        price.known_at = "2024-07-01T00:00:00Z".parse().unwrap();
    }
    match GateAssessor::new().assess(&request("2024-06-20", "2024-06-21", prices)) {
        Err(EngineError::Invalid(found)) => {
            assert_eq!(found[0].code, "no_days");
            assert!(
                found[0].rule.contains("not enough history: 0 days"),
                "{}",
                found[0].rule
            );
        }
        other => panic!("{other:?}"),
    }
    let none = AccuracyRequest {
        models: Vec::new(),
        ..request("2024-06-20", "2024-06-21", Vec::new())
    };
    assert!(
        matches!(GateAssessor::new().assess(&none), Err(EngineError::Invalid(f)) if f[0].code == "no_models")
    );
}

/// One model alone is compared on the days that it can forecast; the naive week needs a week, and more ahead there may be fewer days.
#[test]
fn one_model_and_more_days_ahead() {
    let prices = flat_then("2024-06-03", |_| 50.0);
    let asked = AccuracyRequest {
        models: vec![ForecastModel::NaiveDay],
        horizon: 5,
        ..request("2024-06-10", "2024-06-20", prices)
    };
    let report = assess(&asked);
    assert_eq!(report.models.len(), 1);
    let rows = &report.models[0].by_horizon;
    let days: Vec<_> = rows.iter().map(|row| (row.days_ahead, row.days)).collect();
    assert_eq!(days, [(1, 11), (2, 10), (3, 9), (4, 8), (5, 7)]);
    assert!(
        rows.iter().all(|row| row.rmae.is_none()),
        "last week had no error"
    );
}
