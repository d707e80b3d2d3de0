//! How good forecasts were: who may ask, what is bounded, what the engine is given.

use super::app_world::{World, code, codes};
use jiff::civil::{Date, date};
use optibid_core::app::{AccuracyInput, ImportTarget};
use optibid_core::auth::Role;
use optibid_core::error::Code;
use optibid_core::forecast::{AccuracyReport, AccuracyRequest, ForecastModel};
use optibid_core::ports::EngineError;
use optibid_core::testing::fixtures::PriceSeries;
use optibid_core::testing::mocks::MockForecastAssessor;
use std::sync::{Arc, Mutex};

fn input(from: Date, to: Date) -> AccuracyInput {
    AccuracyInput {
        series: PriceSeries::ercot_dam("2024-06-03T05:00:00Z").key().clone(),
        from,
        to,
        model: None,
        horizon: None,
    }
}

/// A world whose assessor notes what it is asked.
fn world() -> (World, Arc<Mutex<Vec<AccuracyRequest>>>) {
    let mut world = World::new();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let mut assessor = MockForecastAssessor::new();
    let seen = asked.clone();
    assessor
        .expect_assess()
        .returning(move |request: &AccuracyRequest| {
            seen.lock().unwrap().push(request.clone());
            let Some(last) = request.days.last() else {
                return Err(EngineError::Cancelled);
            };
            Ok(AccuracyReport {
                market: request.series.market.clone(),
                product: request.series.product.clone(),
                location: request.series.location.clone(),
                from: request.days[0].day.date(),
                to: last.day.date(),
                resolution: request.resolution,
                days: u32::try_from(request.days.len()).unwrap(),
                periods: 0,
                models: Vec::new(),
                skipped: Vec::new(),
            })
        });
    world.app.engine.assessor = Arc::new(assessor);
    (world, asked)
}

#[tokio::test]
async fn each_day_is_asked_for_at_its_first_gate_with_the_history_before() {
    let (world, asked) = world();
    let texts = ["20.00"; 24];
    for start in [
        "2024-03-20T05:00:00Z",
        "2024-04-01T05:00:00Z",
        "2024-06-04T05:00:00Z",
    ] {
        let prices = PriceSeries::ercot_dam(start).values(&texts);
        let who = world.who();
        let import = world.app.import_prices(&who, ImportTarget::Own, &prices);
        import.await.unwrap();
    }
    let (from, to) = (date(2024, 6, 3), date(2024, 6, 4));
    let report = world
        .app
        .forecast_accuracy(&world.who(), input(from, to))
        .await;
    assert_eq!(report.unwrap().days, 2);
    let wanted = AccuracyInput {
        model: Some(ForecastModel::Blended),
        horizon: Some(7),
        ..input(from, from)
    };
    world
        .app
        .forecast_accuracy(&world.who(), wanted)
        .await
        .unwrap();
    let asked = asked.lock().unwrap();
    let gates: Vec<String> = asked[0].days.iter().map(|d| d.gate.to_string()).collect();
    // ERCOT's gate closes at 10:00 Central on the day before.
    assert_eq!(gates, ["2024-06-02T15:00:00Z", "2024-06-03T15:00:00Z"]);
    // 70 days before the first day and no more, and the days themselves.
    assert_eq!(asked[0].prices.len(), 48);
    assert_eq!((asked[0].models.len(), asked[0].horizon), (4, 1));
    assert_eq!(
        (asked[1].models.as_slice(), asked[1].horizon),
        (&[ForecastModel::Blended][..], 7)
    );
    assert_eq!(asked[1].prices.len(), 24);
}

#[tokio::test]
async fn span_and_horizon_are_bounded_and_everybody_signed_in_may_ask() {
    let (world, _) = world();
    let ask = async |input| world.app.forecast_accuracy(&world.who(), input).await;
    let first = date(2024, 3, 4);
    assert!(ask(input(first, date(2024, 6, 3))).await.is_ok(), "92 days");
    let long = ask(input(first, date(2024, 6, 4))).await.unwrap_err();
    assert_eq!(codes(&long), ["span"]);
    let back = ask(input(first, date(2024, 3, 3))).await.unwrap_err();
    assert_eq!(codes(&back), ["span"]);
    for horizon in [0, 8] {
        let far = AccuracyInput {
            horizon: Some(horizon),
            ..input(first, first)
        };
        assert_eq!(
            codes(&ask(far).await.unwrap_err()),
            ["horizon_out_of_range"]
        );
    }
    let mut nowhere = input(first, first);
    nowhere.series.location = "NOWHERE".parse().unwrap();
    assert_eq!(
        codes(&ask(nowhere).await.unwrap_err()),
        ["unknown_location"]
    );
    let mut strange = input(first, first);
    strange.series.market = "MARS".parse().unwrap();
    assert_eq!(code(ask(strange).await), Code::NotFound);
    for role in Role::ALL {
        let who = world.as_role(role);
        assert!(
            world
                .app
                .forecast_accuracy(&who, input(first, first))
                .await
                .is_ok()
        );
    }
}
