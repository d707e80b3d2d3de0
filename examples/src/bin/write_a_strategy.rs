//! A strategy of one's own, replayed beside the built-in one.
//!
//! A strategy is one function: what do you bid at this gate? It sees the prices through [`Gate::known`], which holds back whatever was
//! published later, so a backtest cannot cheat by accident. This one expects tomorrow to be like the same weekday a week ago, buys in its two
//! cheapest hours and sells in its two dearest, and says so with limit prices half way between.
//!
//! # Prints
//! ```text
//! strategy                                  net USD   captured
//! last week's two best hours …   0.7…
//! opportunity cost …   0.9…
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use jiff::ToSpan;
use optibid_core::asset::Battery;
use optibid_core::backtest::{BacktestInput, BacktestRequest, BacktestSettings};
use optibid_core::bid::{BidPeriod, CurvePoint, CurveShape, OfferCurve};
use optibid_core::market::DeliveryPeriod;
use optibid_core::market::rules::RuleBook;
use optibid_core::ports::{Backtester, EngineError, Flow};
use optibid_core::unit::{Energy, Power, Price, Ratio};
use optibid_engine::{BidStrategy, Gate, GateBacktester, GateBid};
use optibid_venues::sample;

struct LastWeek;

impl BidStrategy for LastWeek {
    fn name(&self) -> String {
        "last week's two best hours".to_owned()
    }

    fn bid(&self, gate: &Gate<'_>) -> Result<GateBid, EngineError> {
        let zone = gate.day.zone();
        let a_week_before = |period: &DeliveryPeriod| {
            let then = zone.local(period.start()).checked_sub(7.days()).ok()?;
            gate.known.price(&gate.rules.product, then.timestamp())
        };
        let mut expected: Vec<(Price, DeliveryPeriod)> = gate
            .closing
            .iter()
            .filter_map(|period| Some((a_week_before(period)?, *period)))
            .collect();
        if expected.len() < gate.closing.len() {
            // The day is then left out of the report, with this reason.
            return Err(EngineError::NotEnoughHistory { have: 0, need: 7 });
        }
        expected.sort();
        let (cheap, dear) = (&expected[..2], &expected[expected.len() - 2..]);
        let middle = Price::from_micros(i64::midpoint(cheap[1].0.micros(), dear[0].0.micros()));
        let points = || {
            let point = CurvePoint::new(Power::from_megawatts(10), on_tick(middle));
            vec![point]
        };
        let buy = |(_, period): &(Price, DeliveryPeriod)| {
            let curve = OfferCurve::buy(CurveShape::Linear, points()).ok()?;
            Some(BidPeriod {
                period: *period,
                curve,
            })
        };
        let sell = |(_, period): &(Price, DeliveryPeriod)| {
            let curve = OfferCurve::sell(CurveShape::Linear, points()).ok()?;
            Some(BidPeriod {
                period: *period,
                curve,
            })
        };
        let mut bids: Vec<_> = cheap.iter().filter_map(buy).collect();
        bids.extend(dear.iter().filter_map(sell));
        bids.sort_by_key(|bid| bid.period);
        Ok(bids.into())
    }
}

/// ERCOT takes whole cents.
fn on_tick(price: Price) -> Price {
    let cent = Price::from_cents(1).micros();
    Price::from_micros(price.micros().div_euclid(cent) * cent)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let request = BacktestRequest {
        market: "ERCOT".parse()?,
        product: "DAM".parse()?,
        location: "HB_SOUTH".parse()?,
        from: "2024-08-01".parse()?,
        to: "2024-08-31".parse()?,
        battery: Battery {
            degradation_cost: Price::from_units(5),
            ..Battery::symmetric(
                Power::from_megawatts(10),
                Energy::from_mwh(20),
                Ratio::from_ppm(927_000),
            )
        },
        settings: BacktestSettings::default(),
    };
    let prices = sample::ercot_hb_south_2024()?.prices;
    let input = BacktestInput::new(request, &RuleBook::builtin(), prices)?;
    println!("{:<37} {:>11} {:>10}", "strategy", "net USD", "captured");
    for (name, backtester) in [
        ("last week's two best hours", GateBacktester::of(LastWeek)),
        ("opportunity cost", GateBacktester::new()),
    ] {
        let report = backtester.run(&input, &mut |_, _| Flow::Continue)?;
        let net = report.net().ok_or("out of range")?;
        let capture = report.capture.ok_or("nothing to capture")?;
        println!("{name:<37} {net:>11} {capture:>10}");
    }
    Ok(())
}
