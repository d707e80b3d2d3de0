//! The similar-day forecast: how good it is, what it may know, days with 23 and 25 hours.

use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};
use optibid_core::forecast::{Forecast, ForecastRequest};
use optibid_core::market::{DeliveryDay, PriceObservation, Resolution};
use optibid_core::ports::{EngineError, Forecaster};
use optibid_core::unit::{Price, Ratio};
use optibid_engine::SimilarDayForecaster;
use std::collections::BTreeMap;

use crate::domain::{central, date, day_of_prices, ercot_day_ahead, gate};

fn request(day: DeliveryDay, history: Vec<PriceObservation>) -> ForecastRequest {
    ForecastRequest {
        market: "ERCOT".parse().unwrap(),
        product: "DAM".parse().unwrap(),
        location: "HB_SOUTH".parse().unwrap(),
        made_at: gate(&day),
        day,
        resolution: Resolution::Hour,
        history,
    }
}

fn forecast(request: &ForecastRequest) -> Forecast {
    SimilarDayForecaster::new().forecast(request).unwrap()
}

fn medians(forecast: &Forecast) -> Vec<f64> {
    forecast
        .points
        .iter()
        .map(|p| p.median.micros() as f64 / 1e6)
        .collect()
}

/// Days of hourly prices `price(date, hour of the day)`.
fn days(first: &str, count: i32, price: impl Fn(Date, i8) -> f64) -> Vec<PriceObservation> {
    (0..count)
        .flat_map(|i| {
            let day = central().day(date(first) + i.days()).unwrap();
            let prices: Vec<f64> = day
                .periods(Resolution::Hour)
                .map(|p| price(day.date(), day.zone().local(p.start()).hour()))
                .collect();
            day_of_prices(&day, &prices)
        })
        .collect()
}

/// Out of sample: each day of ERCOT's day-ahead market from July on, forecast at its gate.
#[test]
fn beats_both_naive_forecasts() {
    let history = ercot_day_ahead();
    let mut outcomes: BTreeMap<Date, Vec<f64>> = BTreeMap::new();
    for seen in &history {
        let day = central().local(seen.period.start()).date();
        outcomes
            .entry(day)
            .or_default()
            .push(seen.price.micros() as f64 / 1e6);
    }
    let mut request = request(central().day(date("2024-07-01")).unwrap(), history);
    let (mut own, mut day_before, mut week_before) = (0.0, 0.0, 0.0);
    let (mut count, mut inside) = (0.0, 0.0);
    for (&day, outcome) in outcomes.range(date("2024-07-01")..) {
        let Some((yesterday, last_week)) = outcomes
            .get(&(day - 1.day()))
            .zip(outcomes.get(&(day - 7.days())))
        else {
            continue;
        };
        request.day = central().day(day).unwrap();
        request.made_at = gate(&request.day);
        let forecast = forecast(&request);
        for (t, point) in forecast.points.iter().enumerate() {
            let error = |price: f64| (price - outcome[t]).abs();
            own += error(point.median.micros() as f64 / 1e6);
            day_before += error(yesterday[t]);
            week_before += error(last_week[t]);
            let price = Price::from_micros((outcome[t] * 1e6).round() as i64);
            inside += f64::from(u8::from((point.lower..=point.upper).contains(&price)));
            count += 1.0;
        }
    }
    assert!(count > 4_000.0);
    let (own, day_before, week_before) = (own / count, day_before / count, week_before / count);
    let coverage = inside / count;
    println!("MAE {own:.3}, D-1 {day_before:.3}, D-7 {week_before:.3}; band holds {coverage:.4}");
    assert!(
        own < 0.95 * day_before && own < 0.95 * week_before,
        "{own} {day_before} {week_before}"
    );
    assert!((0.7..=0.9).contains(&coverage), "{coverage}");
}

#[test]
fn knows_nothing_that_came_later() {
    let history = ercot_day_ahead();
    let day = central().day(date("2024-09-10")).unwrap();
    let all = forecast(&request(day.clone(), history.clone()));
    let known = history
        .iter()
        .filter(|seen| seen.known_at <= gate(&day))
        .cloned()
        .collect();
    assert_eq!(forecast(&request(day.clone(), known)), all);
    // The day before is known at the gate and counts; an hour before it was published it does not.
    let mut earlier = request(day.clone(), history.clone());
    earlier.made_at = gate(&day) - SignedDuration::from_hours(21);
    assert_eq!(forecast(&earlier).history_days, all.history_days - 1);
    assert_ne!(forecast(&earlier).points, all.points);
    // Prices of the day itself do not enter, even when they are known.
    let mut later = request(day.clone(), history);
    later.made_at = day.end();
    assert_eq!(forecast(&later).points, all.points);
}

#[test]
fn a_restatement_counts_once_it_is_known() {
    let day = central().day(date("2024-06-24")).unwrap();
    let mut history = days("2024-06-03", 21, |_, hour| f64::from(hour));
    let mut restated = history.last().unwrap().clone();
    restated.price = Price::from_units(100);
    restated.known_at = gate(&day);
    history.insert(0, restated.clone());
    let mean = |f: Forecast| medians(&f)[23];
    assert_eq!(
        mean(forecast(&request(day.clone(), history.clone()))),
        (23.0 + 100.0) / 2.0
    );
    history[0].known_at = gate(&day) + SignedDuration::from_secs(1);
    assert_eq!(mean(forecast(&request(day, history))), 23.0);
}

#[test]
fn other_series_do_not_enter() {
    let day = central().day(date("2024-06-24")).unwrap();
    let history = days("2024-06-03", 21, |_, hour| f64::from(hour));
    let plain = forecast(&request(day.clone(), history.clone()));
    for change in [
        |seen: &mut PriceObservation| seen.location = "HB_WEST".parse().unwrap(),
        |seen: &mut PriceObservation| seen.product = "RTM".parse().unwrap(),
        |seen: &mut PriceObservation| seen.market = "CAISO".parse().unwrap(),
    ] {
        let mut other = days("2024-06-03", 21, |_, _| 500.0);
        other.iter_mut().for_each(change);
        other.extend(history.iter().cloned());
        assert_eq!(forecast(&request(day.clone(), other)), plain);
    }
}

#[test]
fn days_with_23_and_25_hours_go_by_the_clock() {
    let price = |_: Date, hour: i8| f64::from(hour) * 10.0;
    let spring = central().day(date("2024-03-10")).unwrap();
    let forecast_spring = forecast(&request(spring, days("2024-02-18", 21, price)));
    let mut expected: Vec<f64> = (0..24).map(|h| f64::from(h) * 10.0).collect();
    expected.remove(2);
    assert_eq!(medians(&forecast_spring), expected);
    let autumn = central().day(date("2024-11-03")).unwrap();
    let forecast_autumn = forecast(&request(autumn, days("2024-10-13", 21, price)));
    let mut expected: Vec<f64> = (0..24).map(|h| f64::from(h) * 10.0).collect();
    expected.insert(1, 10.0);
    assert_eq!(medians(&forecast_autumn), expected);
    // And such days in the history, here the latest one, do not move the hours of the next.
    for (first, next) in [("2024-02-19", "2024-03-11"), ("2024-10-14", "2024-11-04")] {
        let day = central().day(date(next)).unwrap();
        let expected: Vec<f64> = (0..24).map(|h| f64::from(h) * 10.0).collect();
        assert_eq!(
            medians(&forecast(&request(day, days(first, 21, price)))),
            expected
        );
    }
}

#[test]
fn quarters_and_hours_convert() {
    let day = central().day(date("2024-06-24")).unwrap();
    let hourly = days("2024-06-03", 21, |_, hour| f64::from(hour));
    let mut quarters = request(day.clone(), hourly);
    quarters.resolution = Resolution::Min15;
    let expected: Vec<f64> = (0..96).map(|q| f64::from(q / 4)).collect();
    assert_eq!(medians(&forecast(&quarters)), expected);
    let fine = (0..21)
        .flat_map(|i| {
            let day = central().day(date("2024-06-03") + i.days()).unwrap();
            day_of_prices(&day, &(0..96).map(f64::from).collect::<Vec<_>>())
        })
        .collect();
    let expected: Vec<f64> = (0..24).map(|h| f64::from(h) * 4.0 + 1.5).collect();
    assert_eq!(medians(&forecast(&request(day, fine))), expected);
}

#[test]
fn too_little_history_is_said_in_days() {
    let day = central().day(date("2024-06-24")).unwrap();
    let mut history = days("2024-06-17", 7, |_, _| 20.0);
    let enough = forecast(&request(day.clone(), history.clone()));
    assert_eq!(
        (enough.history_days, enough.coverage),
        (7, Ratio::from_ppm(800_000))
    );
    // Three missing hours of 24 make a day useless; two do not.
    history.drain(..2);
    assert!(
        SimilarDayForecaster::new()
            .forecast(&request(day.clone(), history.clone()))
            .is_ok()
    );
    history.drain(..1);
    let error = SimilarDayForecaster::new()
        .forecast(&request(day, history))
        .unwrap_err();
    assert_eq!(error, EngineError::NotEnoughHistory { have: 6, need: 7 });
}

#[test]
fn paths_are_the_forecast_with_whole_days_of_past_errors() {
    let history = ercot_day_ahead();
    let day = central().day(date("2024-09-10")).unwrap();
    let request = request(day.clone(), history.clone());
    let forecaster = SimilarDayForecaster::new();
    let drawn = forecaster.paths(&request, 40, 7).unwrap();
    assert_eq!(drawn, forecaster.paths(&request, 40, 7).unwrap());
    assert_ne!(drawn, forecaster.paths(&request, 40, 8).unwrap());
    assert_eq!(drawn.paths.len(), 40);
    // The errors of a past day, taken from the forecast that was made for it at its own gate.
    let mut errors = Vec::new();
    for back in 1..=45_i32 {
        let past = central().day(date("2024-09-10") - back.days()).unwrap();
        let made = forecast(&self::request(past, history.clone()));
        let error = |point: &optibid_core::forecast::ForecastPoint| {
            let seen = history
                .iter()
                .find(|seen| seen.period == point.period)
                .unwrap();
            seen.price.micros() - point.median.micros()
        };
        errors.push(made.points.iter().map(error).collect::<Vec<_>>());
    }
    let centre = forecast(&request).points;
    for path in &drawn.paths {
        let own: Vec<i64> = path
            .iter()
            .zip(&centre)
            .map(|(price, point)| price.micros() - point.median.micros())
            .collect();
        // Rounding to a micro of either forecast.
        let near = |day: &Vec<i64>| day.iter().zip(&own).all(|(a, b)| (a - b).abs() <= 2);
        assert!(
            errors.iter().any(near),
            "no past day had these errors: {own:?}"
        );
    }
}

#[test]
fn paths_know_nothing_that_came_later() {
    let day = central().day(date("2024-09-10")).unwrap();
    let plain = request(day.clone(), ercot_day_ahead());
    let mut later = plain.clone();
    for seen in &mut later.history {
        if seen.known_at > plain.made_at {
            seen.price = Price::from_units(999);
        }
    }
    let forecaster = SimilarDayForecaster::new();
    let drawn = forecaster.paths(&plain, 20, 1).unwrap();
    assert_eq!(drawn, forecaster.paths(&later, 20, 1).unwrap());
    assert!(
        plain
            .history
            .iter()
            .any(|seen| seen.known_at > plain.made_at)
    );
    let few = request(
        day.clone(),
        days("2024-09-01", 9, |_, hour| f64::from(hour)),
    );
    let found = forecaster.paths(&few, 20, 1);
    assert_eq!(
        found,
        Err(EngineError::NotEnoughHistory { have: 6, need: 7 })
    );
}

#[test]
fn paths_have_a_price_for_each_hour_of_a_clock_change() {
    for (first, day, hours) in [
        ("2024-02-01", "2024-03-10", 23),
        ("2024-10-01", "2024-11-03", 25),
    ] {
        let day = central().day(date(day)).unwrap();
        let history = days(first, 33, |_, hour| f64::from(hour));
        let drawn = SimilarDayForecaster::new()
            .paths(&request(day, history), 3, 0)
            .unwrap();
        assert!(drawn.paths.iter().all(|path| path.len() == hours));
    }
}
