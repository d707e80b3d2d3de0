//! What becomes of a bid as drafted: who may ask, what is loaded, what is kept, how bids are held against each other.

use super::app_world::{TOMORROW, World, code, codes};
use optibid_core::api::WhatIfRequest;
use optibid_core::app::{ImportTarget, WhatIfInput};
use optibid_core::auth::Role;
use optibid_core::bid::{BidContent, BidDraft};
use optibid_core::error::{Code, Error};
use optibid_core::forecast::{Forecast, ForecastPoint, PricePaths};
use optibid_core::market::Resolution;
use optibid_core::outcome::{
    BidOutcome, OutcomeRequest, OutcomeRisk, OutcomeTotals, PathSource, PriceBasis,
};
use optibid_core::ports::EngineError;
use optibid_core::schedule::PeriodPrice;
use optibid_core::testing::fixtures::{self, NOON, PriceSeries};
use optibid_core::testing::mocks::{MockBidEvaluator, MockForecaster};
use optibid_core::unit::{Currency, Energy, Money, Price, Ratio};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// What the doubles were asked.
#[derive(Default)]
struct Asked {
    evaluated: Mutex<Vec<OutcomeRequest>>,
    forecasts: Mutex<u32>,
}

/// A world whose forecast is 30 in every hour with paths 29 and 33, and whose evaluator nets 10 for each price of the first hour.
async fn world() -> (World, Arc<Asked>) {
    let mut world = World::new();
    let asked = Arc::new(Asked::default());
    let mut forecaster = MockForecaster::new();
    let seen = asked.clone();
    forecaster.expect_forecast().returning(move |request| {
        *seen.forecasts.lock().unwrap() += 1;
        let points = request
            .day
            .periods(request.resolution)
            .map(|period| ForecastPoint {
                period,
                median: Price::from_units(30),
                lower: Price::from_units(20),
                upper: Price::from_units(40),
            });
        Ok(Forecast {
            market: request.market.clone(),
            product: request.product.clone(),
            location: request.location.clone(),
            day: request.day.date(),
            made_at: request.made_at,
            method: "a double".to_owned(),
            history_days: 1,
            coverage: Ratio::ONE,
            points: points.collect(),
        })
    });
    forecaster.expect_paths().returning(|request, count, seed| {
        let len = request.day.len(request.resolution);
        let path = |i: u16| vec![Price::from_units(29 + 4 * i32::from(i)); len];
        assert_eq!(seed, 0);
        Ok(PricePaths {
            paths: (0..count.min(2)).map(path).collect(),
        })
    });
    let mut evaluator = MockBidEvaluator::new();
    let seen = asked.clone();
    evaluator.expect_evaluate().returning(move |request| {
        seen.evaluated.lock().unwrap().push(request.clone());
        Ok(outcome(request))
    });
    world.app.engine.forecaster = Arc::new(forecaster);
    world.app.engine.evaluator = Arc::new(evaluator);
    let asset = fixtures::battery(&world.ours, asset());
    let trail = fixtures::trail(&world.ours.user, "asset.create");
    world
        .app
        .stores
        .assets
        .insert_asset(&asset, &trail)
        .await
        .unwrap();
    (world, asked)
}

/// Ten times the price of the first hour, more by the number of bid periods in cents.
fn outcome(request: &OutcomeRequest) -> BidOutcome {
    let more = i64::try_from(request.offer.curves().len()).unwrap();
    let money = |price: Price| Money::from_minor(price.micros() / 1_000 + more, Currency::Usd);
    let nets = request.paths.paths.iter().map(|path| money(path[0]));
    let net = money(request.prices[0].price);
    BidOutcome {
        periods: Vec::new(),
        totals: OutcomeTotals {
            sold: Energy::ZERO,
            bought: Energy::ZERO,
            revenue: net,
            wear: Money::zero(Currency::Usd),
            fees: None,
            shortfall: Energy::ZERO,
            shortfall_cost: None,
            below_target: None,
            target_cost: None,
            net,
        },
        risk: OutcomeRisk::of(nets.collect(), Some(0)),
    }
}

fn asset() -> optibid_core::id::AssetId {
    optibid_core::id::AssetId::from_uuid(uuid::Uuid::from_u128(77))
}

fn bid() -> BidContent {
    BidContent {
        asset: Some(asset()),
        ..fixtures::ercot_dam_content(TOMORROW)
    }
}

/// The same with its first hour alone.
fn shorter() -> BidContent {
    let mut bid = bid();
    bid.curves_mut().unwrap().truncate(1);
    bid
}

fn named(error: &Error) -> Vec<&str> {
    let fields = error.violations().iter();
    fields.map(|violation| violation.field.as_str()).collect()
}

#[tokio::test]
async fn a_bid_meets_the_forecast_with_its_battery_behind_it() {
    let (world, asked) = world().await;
    let input = WhatIfInput {
        initial_soc: Some(Energy::from_mwh(4)),
        shortfall_price: Price::from_units(9),
        ..WhatIfInput::new(bid())
    };
    let found = world.app.what_if(&world.who(), input).await.unwrap();
    assert_eq!(found.scenarios.known_at, Some(world.now()));
    assert_eq!((found.scenarios.count, found.scenarios.seed), (100, 0));
    assert_eq!(found.outcome.totals.net.to_string(), "300.24");
    assert_eq!((found.against, found.difference), (None, None));
    let asked = asked.evaluated.lock().unwrap();
    let request = &asked[0];
    assert_eq!(request.prices.len(), 24);
    assert_eq!(request.paths.paths.len(), 2);
    let battery = request.battery.as_ref().unwrap();
    assert_eq!(battery.initial_soc, Energy::from_mwh(4));
    assert_eq!(request.shortfall_price, Price::from_units(9));
}

#[tokio::test]
async fn who_may_not_read_bids_may_not_ask() {
    let (world, _) = world().await;
    let ask = async |who| world.app.what_if(&who, WhatIfInput::new(bid())).await;
    let billing = world.as_role(Role::BillingAdmin);
    assert_eq!(code(ask(billing).await), Code::Forbidden);
    assert!(ask(world.as_role(Role::Viewer)).await.is_ok());
    // The asset of another organisation is none.
    assert_eq!(code(ask(world.stranger()).await), Code::NotFound);
}

/// Sending the answer's scenarios back asks for the same prices: they are made once. Another seed, organisation or time is another
/// question.
#[tokio::test]
async fn the_same_scenarios_are_made_once() {
    let (world, asked) = world().await;
    let forecasts = || *asked.forecasts.lock().unwrap();
    let ask = async |scenarios| {
        let input = WhatIfInput {
            scenarios,
            ..WhatIfInput::new(shorter())
        };
        world.app.what_if(&world.who(), input).await.unwrap()
    };
    let first = ask(PathSource::default()).await;
    world.wait(30);
    let again = ask(first.scenarios).await;
    assert_eq!((again, forecasts()), (first.clone(), 1));
    let later = ask(PathSource::default()).await;
    assert_ne!(later.scenarios, first.scenarios);
    assert_eq!(forecasts(), 2);
    world.wait(11 * 60);
    let old = ask(first.scenarios).await;
    assert_eq!(
        (old, forecasts()),
        (first.clone(), 3),
        "made again, the same"
    );
    let theirs = WhatIfInput {
        scenarios: first.scenarios,
        ..WhatIfInput::new(BidContent {
            asset: None,
            ..shorter()
        })
    };
    world.app.what_if(&world.stranger(), theirs).await.unwrap();
    assert_eq!(
        forecasts(),
        4,
        "prices of one organisation are not another's"
    );
}

#[tokio::test]
async fn a_bid_is_held_against_another_on_the_same_prices() {
    let (world, _) = world().await;
    let input = WhatIfInput {
        against: Some(shorter()),
        ..WhatIfInput::new(bid())
    };
    let found = world.app.what_if(&world.who(), input).await.unwrap();
    let other = found.against.unwrap();
    assert_eq!(other.totals.net.to_string(), "300.01");
    let difference = found.difference.unwrap();
    assert_eq!(difference.net.to_string(), "0.23");
    let risk = difference.risk.unwrap();
    assert_eq!(risk.cvar.to_string(), "0.23");
    assert_eq!((risk.better, risk.worse), (Ratio::ONE, Ratio::ZERO));
}

#[tokio::test]
async fn bids_of_different_days_or_assets_are_not_compared() {
    let (world, _) = world().await;
    let mut other = fixtures::ercot_dam_content(TOMORROW.tomorrow().unwrap());
    other.currency = Currency::Eur;
    let input = WhatIfInput {
        against: Some(other),
        ..WhatIfInput::new(bid())
    };
    let error = world.app.what_if(&world.who(), input).await.unwrap_err();
    assert_eq!(
        named(&error),
        ["against.delivery_day", "against.currency", "against.asset"]
    );
}

/// A day's own prices, quarters that fill an hour counting with their mean; the paths keep their distance from what is expected.
#[tokio::test]
async fn given_prices_move_the_paths() {
    let (world, asked) = world().await;
    let hours = fixtures::ercot_dam_content(TOMORROW);
    let mut prices: Vec<PeriodPrice> = hours
        .curves()
        .iter()
        .skip(1)
        .map(|bid| PeriodPrice {
            period: bid.period,
            price: Price::from_units(50),
        })
        .collect();
    let zone = optibid_core::market::MarketZone::new("America/Chicago", 0).unwrap();
    let day = zone.day(TOMORROW).unwrap();
    for (quarter, price) in day.periods(Resolution::Min15).zip([10, 20, 30, 41]) {
        prices.push(PeriodPrice {
            period: quarter,
            price: Price::from_units(price),
        });
    }
    let ask = async |prices| {
        let input = WhatIfInput {
            basis: PriceBasis::Given { prices },
            ..WhatIfInput::new(bid())
        };
        world.app.what_if(&world.who(), input).await
    };
    ask(prices.clone()).await.unwrap();
    {
        let asked = asked.evaluated.lock().unwrap();
        let first: Vec<String> = asked[0]
            .paths
            .paths
            .iter()
            .map(|p| p[0].to_string())
            .collect();
        assert_eq!(asked[0].prices[0].price.to_string(), "25.25");
        // 29 and 33 lie 1 below and 3 above 30.
        assert_eq!(first, ["24.25", "28.25"]);
        assert_eq!(asked[0].paths.paths[1][23].to_string(), "53.00");
    }
    prices.pop();
    let error = ask(prices.clone()).await.unwrap_err();
    assert_eq!(
        (codes(&error), named(&error)),
        (vec!["missing_price"], vec!["basis.prices"])
    );
    let after = zone.day(TOMORROW.tomorrow().unwrap()).unwrap();
    prices[0].period = after.period(0, Resolution::Hour).unwrap();
    let error = ask(prices).await.unwrap_err();
    assert_eq!(named(&error), ["basis.prices[0].period"]);
}

#[tokio::test]
async fn known_prices_must_all_be_known_and_need_no_forecast_without_paths() {
    let (world, asked) = world().await;
    let ask = async || {
        let input = WhatIfInput {
            basis: PriceBasis::Known {},
            scenarios: PathSource {
                count: 0,
                ..PathSource::default()
            },
            ..WhatIfInput::new(bid())
        };
        world.app.what_if(&world.who(), input).await
    };
    let missing = ask().await.unwrap_err();
    assert_eq!(
        (codes(&missing), named(&missing)),
        (vec!["missing_price"], vec!["basis"])
    );
    let texts = ["45.50"; 24];
    let prices = PriceSeries::ercot_dam("2024-06-04T05:00:00Z").values(&texts);
    let who = world.who();
    let import = world.app.import_prices(&who, ImportTarget::Own, &prices);
    import.await.unwrap();
    let found = ask().await.unwrap();
    assert_eq!(found.outcome.totals.net.to_string(), "455.24");
    assert_eq!(found.outcome.risk, None);
    assert_eq!(*asked.forecasts.lock().unwrap(), 0);
}

#[tokio::test]
async fn what_cannot_be_asked_is_named() {
    let (world, _) = world().await;
    let ask = async |input| world.app.what_if(&world.who(), input).await.unwrap_err();
    let scenarios = |known_at, count| PathSource {
        known_at,
        count,
        seed: 0,
    };
    let early = WhatIfInput {
        scenarios: scenarios(Some(NOON + jiff::SignedDuration::from_secs(1)), 2),
        ..WhatIfInput::new(bid())
    };
    assert_eq!(named(&ask(early).await), ["scenarios.known_at"]);
    let many = WhatIfInput {
        scenarios: scenarios(None, 501),
        shortfall_price: Price::from_units(-1),
        ..WhatIfInput::new(bid())
    };
    assert_eq!(
        named(&ask(many).await),
        ["scenarios.count", "shortfall_price"]
    );
    let foreign = WhatIfInput::new(BidContent {
        currency: Currency::Eur,
        ..bid()
    });
    assert_eq!(named(&ask(foreign).await), ["bid.currency"]);
    let full = WhatIfInput {
        initial_soc: Some(Energy::from_mwh(21)),
        ..WhatIfInput::new(bid())
    };
    assert_eq!(named(&ask(full).await), ["initial_soc"]);
    let nobody = WhatIfInput {
        initial_soc: Some(Energy::from_mwh(1)),
        ..WhatIfInput::new(BidContent {
            asset: None,
            ..bid()
        })
    };
    assert_eq!(named(&ask(nobody).await), ["initial_soc"]);
    let long = WhatIfInput {
        against: Some(BidContent {
            note: Some("n".repeat(2_001)),
            ..bid()
        }),
        ..WhatIfInput::new(bid())
    };
    assert_eq!(named(&ask(long).await), ["against.note"]);
}

/// What the engine says of the offer is said of the bid that it came in.
#[tokio::test]
async fn faults_of_an_offer_carry_the_name_of_its_bid() {
    let (mut world, _) = world().await;
    let mut evaluator = MockBidEvaluator::new();
    evaluator.expect_evaluate().returning(|request| {
        if request.offer.curves().len() > 1 {
            return Ok(outcome(request));
        }
        let field = "offer.periods[0].period";
        let fault = optibid_core::error::Violation::new("period_not_priced", field, "", "a rule");
        Err(EngineError::Invalid(vec![fault]))
    });
    world.app.engine.evaluator = Arc::new(evaluator);
    let input = WhatIfInput {
        against: Some(shorter()),
        ..WhatIfInput::new(bid())
    };
    let error = world.app.what_if(&world.who(), input).await.unwrap_err();
    assert_eq!(named(&error), ["against.periods[0].period"]);
}

#[test]
fn a_request_is_read_strictly_and_names_its_bid() {
    let draft = serde_json::to_value(BidDraft::from(&shorter())).unwrap();
    let read = |body: &Value| serde_json::from_value::<WhatIfRequest>(body.clone());
    let plain = WhatIfInput::try_from(read(&json!({ "bid": draft })).unwrap()).unwrap();
    assert_eq!(plain, WhatIfInput::new(shorter()));
    for unknown in [
        json!({ "bid": draft, "price": "1" }),
        json!({ "bid": draft, "scenarios": { "paths": 3 } }),
        json!({ "bid": draft, "basis": { "kind": "forecast", "prices": [] } }),
        json!({ "bid": draft, "basis": { "kind": "given" } }),
    ] {
        assert!(read(&unknown).is_err(), "{unknown}");
    }
    let mut broken = draft.clone();
    broken["periods"][0]["curve"]["points"][0]["price"] = json!("1,5");
    let both = json!({ "bid": draft, "against": broken });
    let error = WhatIfInput::try_from(read(&both).unwrap()).unwrap_err();
    assert_eq!(named(&error), ["against.periods[0].curve.points[0].price"]);
}
