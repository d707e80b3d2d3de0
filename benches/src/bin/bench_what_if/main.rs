//! What becomes of a bid on 100 price paths, beside the 10 ms that leave a step of a curve following the hand that drags it.
//!
//! A bid of storage curves of ten points for every period of a day, a battery of 10 MW and 20 MWh, paths of seeded noise. Fails if even
//! the shortest time is past the limit.

#![expect(clippy::print_stdout, reason = "a bench prints its table")]

use anyhow::{Context as _, ensure};
use optibid_bench::{header, measure};
use optibid_core::asset::{Battery, DepthWear};
use optibid_core::bid::{BidOffer, BidPeriod, CurvePoint, CurveShape, OfferCurve};
use optibid_core::forecast::PricePaths;
use optibid_core::market::{MarketZone, Resolution};
use optibid_core::outcome::OutcomeRequest;
use optibid_core::ports::BidEvaluator as _;
use optibid_core::schedule::PeriodPrice;
use optibid_core::unit::{Currency, Energy, Power, Price, Ratio};
use optibid_engine::PriceTakingEvaluator;
use optibid_engine::scenario::Generator;
use std::time::Duration;

const COMMAND: &str = "scripts/bench.sh bench_what_if";

/// What an answer may take.
const LIMIT: Duration = Duration::from_millis(10);

/// Price paths.
const PATHS: usize = 100;

fn main() -> anyhow::Result<()> {
    print!("{}", header(COMMAND));
    println!("problem: {PATHS} paths, a curve of ten points a period\n");
    println!("| periods | curves | battery | median ms | shortest ms | limit ms |");
    println!("|---|---|---|---|---|---|");
    for resolution in [Resolution::Hour, Resolution::Min15] {
        for shape in [CurveShape::Step, CurveShape::Linear] {
            for (name, battery) in batteries() {
                let request = request(resolution, shape, battery)?;
                let found = measure(50, || Ok(PriceTakingEvaluator::new().evaluate(&request)?))?;
                let risk = found.answer.risk.context("paths were given")?;
                ensure!(risk.nets.len() == PATHS, "{} nets", risk.nets.len());
                println!(
                    "| {} | {} | {name} | {:.2} | {:.2} | {} |",
                    request.prices.len(),
                    shape.code(),
                    found.median.as_secs_f64() * 1e3,
                    found.shortest.as_secs_f64() * 1e3,
                    LIMIT.as_millis(),
                );
                let shortest = found.shortest;
                ensure!(shortest < LIMIT, "{shortest:?} is past the limit");
            }
        }
    }
    Ok(())
}

fn batteries() -> Vec<(&'static str, Option<Battery>)> {
    let plain = Battery {
        initial_soc: Energy::from_mwh(10),
        degradation_cost: Price::from_units(4),
        cycle_budget: Some(Ratio::from_ppm(1_500_000)),
        standing_loss: Ratio::from_ppm(50),
        ..Battery::symmetric(
            Power::from_megawatts(10),
            Energy::from_mwh(20),
            Ratio::from_ppm(950_000),
        )
    };
    let band = |up_to, cost| DepthWear {
        up_to: Ratio::from_ppm(up_to),
        cost: Price::from_units(cost),
    };
    let deep = Battery {
        depth_wear: vec![band(500_000, 1), band(1_000_000, 9)],
        ..plain.clone()
    };
    let steep = Battery {
        ramp_limit: Some(Power::from_kilowatts(100)),
        ..plain.clone()
    };
    vec![
        ("none", None),
        ("cycle budget, loss", Some(plain)),
        ("and wear by depth", Some(deep)),
        ("and a ramp limit", Some(steep)),
    ]
}

fn request(
    resolution: Resolution,
    shape: CurveShape,
    battery: Option<Battery>,
) -> anyhow::Result<OutcomeRequest> {
    let day = MarketZone::new("America/Chicago", 0)?.day("2024-06-04".parse()?)?;
    let points = (-5..=5).filter(|step| *step != 0).map(|step| {
        let power = Power::from_megawatts(2 * step);
        CurvePoint::new(power, Price::from_units(40 + 5 * step))
    });
    let curve = OfferCurve::storage(shape, points.collect())?;
    let mut generator = Generator::new(7);
    let mut path = || {
        let mut drift = 0.0;
        let price = |i: usize| {
            drift = 0.9 * drift + 20.0 * (generator.uniform() - 0.5);
            let evening = if i % 24 > 16 { 40.0 } else { 15.0 };
            Price::parse(&format!("{:.2}", evening + drift))
        };
        (0..day.len(resolution))
            .map(price)
            .collect::<Result<Vec<_>, _>>()
    };
    let expected = path()?;
    let paths = (0..PATHS).map(|_| path()).collect::<Result<_, _>>()?;
    let prices = day.periods(resolution).zip(expected);
    let prices = prices.map(|(period, price)| PeriodPrice { period, price });
    let offer = day.periods(resolution).map(|period| BidPeriod {
        period,
        curve: curve.clone(),
    });
    Ok(OutcomeRequest {
        battery,
        paths: PricePaths { paths },
        ..OutcomeRequest::new(
            BidOffer::Curve(offer.collect()),
            prices.collect(),
            Currency::Usd,
        )
    })
}
