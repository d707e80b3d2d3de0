//! What becomes of a bid: against amounts worked out by hand, the optimiser's own value, and a second simulation in plain `f64`.

use optibid_core::asset::{Battery, DepthWear};
use optibid_core::bid::{
    BidOffer, BidPeriod, BlockOrder, BlockOrders, BlockRelation, BlockVolume, CurvePoint,
    CurveShape, OfferCurve, SpreadBid, SpreadPeriod,
};
use optibid_core::forecast::PricePaths;
use optibid_core::market::{DeliveryPeriod, MarketZone, Resolution};
use optibid_core::outcome::{BidOutcome, OutcomeRequest, ShortfallCause};
use optibid_core::ports::{BidEvaluator, EngineError, Optimizer};
use optibid_core::schedule::{PeriodPrice, ScheduleRequest};
use optibid_core::unit::{Currency, Energy, Money, Power, Price, Ratio};
use optibid_engine::scenario::Generator;
use optibid_engine::{BatteryOptimizer, PriceTakingEvaluator};

fn zone() -> MarketZone {
    MarketZone::new("America/Chicago", 0).unwrap()
}

fn periods(resolution: Resolution) -> Vec<DeliveryPeriod> {
    let day = zone().day("2024-06-04".parse().unwrap()).unwrap();
    day.periods(resolution).collect()
}

fn priced(prices: &[i32]) -> Vec<PeriodPrice> {
    let hours = periods(Resolution::Hour).into_iter().zip(prices);
    let price = hours.map(|(period, price)| PeriodPrice {
        period,
        price: Price::from_units(*price),
    });
    price.collect()
}

fn at(mw: i32, price: i32) -> CurvePoint {
    CurvePoint::new(Power::from_megawatts(mw), Price::from_units(price))
}

/// Sells (positive) or buys that much at any price.
fn taking(megawatts: &[i32]) -> BidOffer {
    let hours = periods(Resolution::Hour).into_iter().zip(megawatts);
    let moving = hours.filter(|(_, mw)| **mw != 0);
    let curve = |(period, mw): (DeliveryPeriod, &i32)| {
        let curve = match *mw > 0 {
            true => OfferCurve::sell(CurveShape::Step, vec![at(*mw, -5_000)]),
            false => OfferCurve::buy(CurveShape::Step, vec![at(-*mw, 5_000)]),
        };
        BidPeriod {
            period,
            curve: curve.unwrap(),
        }
    };
    BidOffer::Curve(moving.map(curve).collect())
}

fn evaluate(request: &OutcomeRequest) -> BidOutcome {
    let found = PriceTakingEvaluator::new().evaluate(request).unwrap();
    let again = PriceTakingEvaluator::new().evaluate(request).unwrap();
    assert_eq!(found, again, "the same question has the same answer");
    let sum = Money::sum(found.periods.iter().map(|p| p.revenue), request.currency);
    assert_eq!(sum, Some(found.totals.revenue), "periods add up");
    found
}

fn request(offer: BidOffer, prices: &[i32]) -> OutcomeRequest {
    OutcomeRequest::new(offer, priced(prices), Currency::Usd)
}

/// 10 MW and 20 MWh, 2 to 18 of them usable, 10 in store; 0.9 in, 0.95 out.
fn battery() -> Battery {
    Battery {
        min_soc: Energy::from_mwh(2),
        max_soc: Energy::from_mwh(18),
        charge_efficiency: Ratio::from_ppm(900_000),
        initial_soc: Energy::from_mwh(10),
        degradation_cost: Price::from_units(4),
        ..Battery::symmetric(
            Power::from_megawatts(10),
            Energy::from_mwh(20),
            Ratio::from_ppm(950_000),
        )
    }
}

fn shortfalls(outcome: &BidOutcome) -> Vec<Option<(i64, ShortfallCause)>> {
    let deliveries = outcome.periods.iter().map(|row| row.delivery.as_ref());
    let short = deliveries.map(|done| done.and_then(|done| done.shortfall));
    short
        .map(|short| short.map(|s| (s.energy.kilowatt_seconds(), s.cause)))
        .collect()
}

/// Worked out by hand: the store takes 8 of the first 9 MWh, which are 8 / 0.9 at the grid; then it is full. It sells 10 MWh
/// (10 / 0.95 of the 18 in store), then what is left above 2, times 0.95; then it is empty.
#[test]
fn a_day_by_hand() {
    let offer = taking(&[-10, -10, 10, 10, 10, -10]);
    let found = evaluate(&OutcomeRequest {
        battery: Some(Battery {
            charge_fee: Price::from_units(1),
            discharge_fee: Price::from_units(2),
            ..battery()
        }),
        shortfall_price: Price::from_units(7),
        ..request(offer, &[20, 30, 100, 100, 100, 5])
    });
    let cleared: Vec<i64> = found
        .periods
        .iter()
        .map(|row| row.cleared.kilowatts())
        .collect();
    assert_eq!(cleared, [-10_000, -10_000, 10_000, 10_000, 10_000, -10_000]);
    let energies = found.periods.iter().map(|row| {
        let done = row.delivery.as_ref().unwrap();
        (
            done.energy.kilowatt_seconds(),
            done.state_of_charge.kilowatt_seconds(),
        )
    });
    let by_hand = [
        (-32_000_000, 64_800_000),
        (0, 64_800_000),
        (36_000_000, 26_905_263),
        (18_719_999, 7_200_000),
        (0, 7_200_000),
        (-36_000_000, 39_600_000),
    ];
    assert_eq!(energies.collect::<Vec<_>>(), by_hand);
    assert_eq!(
        shortfalls(&found),
        [
            Some((-4_000_000, ShortfallCause::Full)),
            Some((-36_000_000, ShortfallCause::Full)),
            None,
            Some((17_280_001, ShortfallCause::Empty)),
            Some((36_000_000, ShortfallCause::Empty)),
            None,
        ]
    );
    amounts_by_hand(&found);
}

fn amounts_by_hand(found: &BidOutcome) {
    let power = found.periods[3].delivery.as_ref().unwrap().power;
    assert_eq!(power, Power::from_kilowatts(5_200));
    let totals = &found.totals;
    let told = |money: Option<Money>| money.map(|m| m.to_string());
    let amounts = [
        Some(totals.revenue),
        Some(totals.wear),
        totals.fees,
        totals.shortfall_cost,
        totals.target_cost,
        Some(totals.net),
    ];
    let by_hand = [
        Some("1292.22"),
        Some("60.80"),
        Some("49.29"),
        Some("181.38"),
        None,
        Some("1000.75"),
    ];
    assert_eq!(
        amounts.map(told),
        by_hand.map(|text| text.map(str::to_owned))
    );
    let rows: Vec<String> = found
        .periods
        .iter()
        .map(|row| row.revenue.to_string())
        .collect();
    assert_eq!(
        rows,
        ["-177.78", "0.00", "1000.00", "520.00", "0.00", "-50.00"]
    );
    assert_eq!(
        (totals.sold, totals.bought),
        (Energy::from_mwh(30), Energy::from_mwh(30))
    );
    assert_eq!(found.risk, None);
}

#[test]
fn nothing_behind_a_bid_is_revenue_alone() {
    let offer = taking(&[-3, 0, 5]);
    let found = evaluate(&request(offer, &[20, 30, 100]));
    assert_eq!(found.totals.net.to_string(), "440.00");
    assert_eq!(found.totals.wear, Money::zero(Currency::Usd));
    assert!(found.periods.iter().all(|row| row.delivery.is_none()));
    assert_eq!(found.periods[1].cleared, Power::ZERO);
}

/// Every limit that can stand in the way is named.
#[test]
fn the_limit_in_the_way_is_named() {
    let limited = |offer: &[i32], battery: Battery, availability: Vec<Ratio>| {
        let found = evaluate(&OutcomeRequest {
            battery: Some(battery),
            availability,
            ..request(taking(offer), &[50, 50, 50])
        });
        let causes = shortfalls(&found).into_iter();
        causes
            .map(|s| s.map(|(_, cause)| cause))
            .collect::<Vec<_>>()
    };
    let half = vec![Ratio::ONE, Ratio::from_ppm(500_000), Ratio::ZERO];
    let power = Some(ShortfallCause::Power);
    assert_eq!(limited(&[1, 6, -1], battery(), half), [None, power, power]);
    let weak = Battery {
        discharge_limit: Power::from_megawatts(3),
        ..battery()
    };
    let full = Some(ShortfallCause::Full);
    assert_eq!(limited(&[4, -9, -9], weak, Vec::new()), [power, None, full]);
    let budget = Battery {
        cycle_budget: Some(Ratio::from_ppm(250_000)),
        ..battery()
    };
    let used_up = Some(ShortfallCause::CycleBudget);
    assert_eq!(
        limited(&[3, 2, 0], budget, Vec::new()),
        [None, used_up, None]
    );
    let ramp = Battery {
        ramp_limit: Some(Power::from_kilowatts(50)),
        ..battery()
    };
    // 3 MW an hour: from 3 MW it cannot reach 9 nor, from more than 3, be at rest an hour later.
    let steep = Some(ShortfallCause::Ramp);
    assert_eq!(limited(&[3, 9, 0], ramp, Vec::new()), [None, steep, steep]);
}

#[test]
fn what_is_missing_from_a_target_is_told_and_paid_where_it_has_a_price() {
    let target = Battery {
        target_soc: Some(Energy::from_mwh(12)),
        ..battery()
    };
    let asked = |battery| OutcomeRequest {
        battery: Some(battery),
        ..request(taking(&[-1, 0]), &[50, 50])
    };
    let hard = evaluate(&asked(target.clone())).totals;
    assert_eq!(hard.below_target, Some("1.1".parse().unwrap()));
    assert_eq!(
        (hard.target_cost, hard.net.to_string()),
        (None, "-50.00".to_owned())
    );
    let priced = Battery {
        target_price: Some(Price::from_units(30)),
        ..target
    };
    let priced = evaluate(&asked(priced)).totals;
    assert_eq!(
        priced.target_cost.map(|m| m.to_string()).as_deref(),
        Some("33.00")
    );
    assert_eq!(priced.net.to_string(), "-83.00");
}

/// Bidding the best schedule at any price comes to what the schedule is worth, wear by depth and fees included.
#[test]
fn the_optimum_bid_at_any_price_comes_to_its_value() {
    let band = |up_to, cost| DepthWear {
        up_to: Ratio::from_ppm(up_to),
        cost: Price::from_units(cost),
    };
    let batteries = [
        battery(),
        Battery {
            standing_loss: Ratio::from_ppm(1_000),
            charge_fee: Price::from_units(1),
            ..battery()
        },
        Battery {
            depth_wear: vec![band(500_000, 1), band(1_000_000, 9)],
            ..battery()
        },
    ];
    let days = super::fixtures::ercot();
    for (number, battery) in batteries.into_iter().enumerate() {
        let prices = days.iter().skip(96 * (60 + number)).step_by(4).take(24);
        let prices: Vec<PeriodPrice> = periods(Resolution::Hour)
            .into_iter()
            .zip(prices)
            .map(|(period, (_, price, _))| PeriodPrice {
                period,
                price: Price::parse(&format!("{price:.6}")).unwrap(),
            })
            .collect();
        let asked = ScheduleRequest::new(battery.clone(), zone(), prices.clone(), Currency::Usd);
        let best = BatteryOptimizer::new().optimise(&asked).unwrap();
        let moving = best.points.iter().filter(|p| p.power != Power::ZERO);
        let curve = |power: Power| {
            let far = CurvePoint::new(power.magnitude(), Price::from_units(5_000));
            let near = CurvePoint::new(power, Price::from_units(-5_000));
            match power > Power::ZERO {
                true => OfferCurve::sell(CurveShape::Step, vec![near]),
                false => OfferCurve::buy(CurveShape::Step, vec![far]),
            }
        };
        let offer = moving.map(|point| BidPeriod {
            period: point.period,
            curve: curve(point.power).unwrap(),
        });
        let found = evaluate(&OutcomeRequest {
            battery: Some(battery),
            ..OutcomeRequest::new(BidOffer::Curve(offer.collect()), prices, Currency::Usd)
        });
        let off = (found.totals.net.minor() - best.value.minor()).abs();
        // Powers are whole kW where the schedule's energies are whole kW s.
        assert!(off <= 100 && best.value.minor() > 10_000, "{number}: {off}");
    }
}

/// A draw of curves of every side and shape.
fn curves(generator: &mut Generator, resolution: Resolution) -> Vec<BidPeriod> {
    let mut below = |bound: usize| i32::try_from(generator.below(bound)).unwrap();
    let mut drawn = Vec::new();
    for period in periods(resolution) {
        let shape = match below(2) {
            0 => CurveShape::Step,
            _ => CurveShape::Linear,
        };
        let (near, far, price, rise) = (1 + below(4), 5 + below(6), 10 + below(40), below(40));
        let curve = match below(4) {
            0 => continue,
            1 => OfferCurve::sell(shape, vec![at(near, price), at(far, price + rise)]),
            2 => OfferCurve::buy(shape, vec![at(near, price + rise), at(far, price)]),
            _ => OfferCurve::storage(shape, vec![at(-far, price), at(near, price + 1 + rise)]),
        };
        drawn.push(BidPeriod {
            period,
            curve: curve.unwrap(),
        });
    }
    drawn
}

fn paths(generator: &mut Generator, count: usize, len: usize) -> Vec<Vec<Price>> {
    let mut price = || Price::from_cents(i32::try_from(generator.below(9_000)).unwrap() - 500);
    let path = |_| (0..len).map(|_| price()).collect();
    (0..count).map(path).collect()
}

/// Injection at a price, from the shapes' definitions: steps up to and including the price; between points of a line the share of the
/// way, before its first point the block from zero.
fn read(curve: &OfferCurve, price: f64) -> f64 {
    let points = curve.injection_points();
    let number = |p: &CurvePoint| {
        (
            p.quantity.kilowatts() as f64 / 1e3,
            p.price.micros() as f64 / 1e6,
        )
    };
    let points: Vec<(f64, f64)> = points.iter().map(number).collect();
    if curve.shape() == CurveShape::Step {
        let sells = points.iter().filter(|(q, p)| *q > 0.0 && *p <= price);
        let buys = points.iter().filter(|(q, p)| *q < 0.0 && *p >= price);
        let sold = sells.map(|(q, _)| *q).fold(0.0, f64::max);
        let bought = buys.map(|(q, _)| *q).fold(0.0, f64::min);
        return if sold > 0.0 { sold } else { bought };
    }
    let (first, last) = (points[0], points[points.len() - 1]);
    let crosses = first.0 < 0.0 && last.0 > 0.0;
    if price < first.1 {
        return if first.0 < 0.0 { first.0 } else { 0.0 };
    }
    if price >= last.1 && (last.0 > 0.0 || price > last.1) {
        return if last.0 > 0.0 { last.0 } else { 0.0 };
    }
    let (a, b) = (first, last);
    let between = match b.1 > a.1 {
        true => a.0 + (b.0 - a.0) * (price - a.1) / (b.1 - a.1),
        false if b.0 > 0.0 => b.0,
        false => a.0,
    };
    if crosses || between.abs() > 0.0 {
        between
    } else {
        0.0
    }
}

/// Net and whether the day falls short, in plain `f64`.
fn simulated(
    bid: &[BidPeriod],
    all: &[DeliveryPeriod],
    path: &[Price],
    battery: &Battery,
) -> (f64, bool) {
    let mwh = |energy: Energy| energy.kilowatt_seconds() as f64 / 3.6e6;
    let hours = all[0].resolution().seconds() as f64 / 3_600.0;
    let (low, high) = (mwh(battery.min_soc), mwh(battery.max_soc));
    let (into, out) = (
        battery.charge_efficiency.ppm() as f64 / 1e6,
        battery.discharge_efficiency.ppm() as f64 / 1e6,
    );
    let (mut soc, mut net, mut short) = (mwh(battery.initial_soc), 0.0, false);
    for (period, price) in all.iter().zip(path) {
        let price = price.micros() as f64 / 1e6;
        let curve = bid.iter().find(|b| b.period == *period);
        let wanted = curve.map_or(0.0, |b| read(&b.curve, price)) * hours;
        let limit = 10.0 * hours;
        let moved = if wanted > 0.0 {
            wanted.min(limit).min((soc - low) * out)
        } else {
            -(-wanted).min(limit).min((high - soc) / into)
        };
        soc -= if moved > 0.0 {
            moved / out
        } else {
            moved * into
        };
        net += price * moved - 4.0 * moved.max(0.0);
        short |= (wanted - moved).abs() > 1e-3;
    }
    (net, short)
}

#[test]
fn agrees_with_a_second_simulation_on_every_path() {
    for (seed, resolution) in [(1, Resolution::Hour), (2, Resolution::Min15)] {
        let mut generator = Generator::new(seed);
        let bid = curves(&mut generator, resolution);
        let all = periods(resolution);
        let paths = paths(&mut generator, 100, all.len());
        let pairs = all.iter().zip(&paths[0]);
        let prices: Vec<PeriodPrice> = pairs
            .map(|(period, price)| PeriodPrice {
                period: *period,
                price: *price,
            })
            .collect();
        let found = evaluate(&OutcomeRequest {
            battery: Some(battery()),
            paths: PricePaths {
                paths: paths.clone(),
            },
            ..OutcomeRequest::new(BidOffer::Curve(bid.clone()), prices, Currency::Usd)
        });
        let risk = found.risk.unwrap();
        assert_eq!(
            risk.nets[0], found.totals.net,
            "the first path is the expected one"
        );
        let both: Vec<(f64, bool)> = paths
            .iter()
            .map(|path| simulated(&bid, &all, path, &battery()))
            .collect();
        for (net, (expected, _)) in risk.nets.iter().zip(&both) {
            let off = (net.minor() as f64 / 100.0 - expected).abs();
            // What clears on a line is cut to whole kW, and the store rounded to kW s.
            assert!(off < 0.05 * all.len() as f64, "{net} {expected}");
        }
        let short = both.iter().filter(|(_, short)| *short).count();
        let told = risk.shortfall_probability.unwrap().ppm() / 10_000;
        assert!(short > 10 && short < 100, "{short}");
        assert_eq!(told, i64::try_from(short).unwrap());
        let mut nets: Vec<f64> = both.iter().map(|(net, _)| *net).collect();
        nets.sort_by(f64::total_cmp);
        let near = |money: Money, value: f64| {
            let off = (money.minor() as f64 / 100.0 - value).abs();
            assert!(off < 0.05 * all.len() as f64, "{money} {value}");
        };
        near(risk.mean, nets.iter().sum::<f64>() / 100.0);
        near(risk.cvar, nets[..5].iter().sum::<f64>() / 5.0);
        near(risk.p5, nets[4] * 0.95 + nets[5] * 0.05);
        near(risk.p50, f64::midpoint(nets[49], nets[50]));
        near(risk.p95, nets[94] * 0.05 + nets[95] * 0.95);
        // Of each period: the mean and the shares, counted again from the curves.
        for (t, row) in found.periods.iter().enumerate() {
            let curve = bid.iter().find(|b| b.period == row.period);
            let cleared = paths
                .iter()
                .map(|path| curve.map_or(Power::ZERO, |b| b.curve.cleared_at(path[t])));
            let cleared: Vec<i64> = cleared.map(Power::kilowatts).collect();
            let told = row.paths.unwrap();
            let mean = cleared.iter().sum::<i64>() as f64 / 100.0;
            assert!((told.mean_cleared.kilowatts() as f64 - mean).abs() <= 0.5);
            let clears = cleared.iter().filter(|kw| **kw != 0).count();
            assert_eq!(told.clears.ppm(), 10_000 * i64::try_from(clears).unwrap());
        }
    }
}

fn block(name: &str, price: i32, (from, mw): (usize, i32), relation: BlockRelation) -> BlockOrder {
    let hours = periods(Resolution::Hour);
    let volume = |period: &DeliveryPeriod| BlockVolume {
        period: *period,
        quantity: Power::from_megawatts(mw),
    };
    BlockOrder {
        name: name.parse().unwrap(),
        price: Price::from_units(price),
        min_acceptance: Ratio::ONE,
        profile: hours[from..from + 2].iter().map(volume).collect(),
        relation,
    }
}

/// A loop that gains together, a block out of the money, and two that exclude each other.
#[test]
fn blocks_are_accepted_together_on_each_path() {
    let pair = || BlockRelation::Loop("pair".parse().unwrap());
    let group = || BlockRelation::Exclusive("either".parse().unwrap());
    let orders = BlockOrders::new(vec![
        block("buy", 0, (0, -5), pair()),
        block("sell", 100, (4, 5), pair()),
        block("dear", 90, (4, 3), BlockRelation::Alone),
        block("early", 10, (2, 2), group()),
        block("late", 10, (4, 2), group()),
    ]);
    let offer = BidOffer::Block(orders.unwrap());
    let cheap = [20, 20, 30, 30, 40, 40].map(Price::from_units).to_vec();
    let dear = [20, 20, 30, 30, 95, 125].map(Price::from_units).to_vec();
    let found = evaluate(&OutcomeRequest {
        paths: PricePaths {
            paths: vec![cheap, dear],
        },
        ..request(offer, &[20, 20, 30, 30, 95, 125])
    });
    // Bought at 20 for 0 and sold at 110 for 100: loses 10 a MWh together and stays out; 110 is more than 90.
    let cleared: Vec<i64> = found
        .periods
        .iter()
        .map(|row| row.cleared.kilowatts() / 1_000)
        .collect();
    assert_eq!(cleared, [0, 0, 0, 0, 5, 5]);
    let nets: Vec<String> = found
        .risk
        .unwrap()
        .nets
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(nets, ["160.00", "1100.00"]);
    let means = found.periods.iter().map(|row| row.paths.unwrap());
    let means: Vec<_> = means
        .map(|p| (p.mean_cleared.kilowatts(), p.clears.ppm()))
        .collect();
    assert_eq!(means[4], (3_500, 1_000_000));
    assert_eq!(means[2], (0, 0));
}

fn refused(request: &OutcomeRequest) -> Vec<(String, String)> {
    match PriceTakingEvaluator::new().evaluate(request) {
        Err(EngineError::Invalid(found)) => found.into_iter().map(|v| (v.code, v.field)).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_cannot_be_told_says_why() {
    let named = |code: &str, field: &str| (code.to_owned(), field.to_owned());
    let none = request(taking(&[1]), &[]);
    assert_eq!(refused(&none), [named("no_periods", "prices")]);
    let far = request(taking(&[1, 1, 1]), &[10, 10]);
    assert_eq!(
        refused(&far),
        [named("period_not_priced", "offer.periods[2].period")]
    );
    let BidOffer::Curve(mut twice) = taking(&[1, 1]) else {
        panic!("curves");
    };
    twice.push(twice[0].clone());
    let twice = request(BidOffer::Curve(twice), &[10, 10]);
    assert_eq!(
        refused(&twice),
        [named("duplicate_period", "offer.periods[2].period")]
    );
    let mut gap = request(taking(&[1]), &[10, 10, 10]);
    gap.prices.remove(1);
    assert_eq!(
        refused(&gap),
        [named("periods_not_consecutive", "prices[1].period.start")]
    );
    let uneven = OutcomeRequest {
        paths: PricePaths {
            paths: vec![vec![Price::ZERO; 2], vec![Price::ZERO; 3]],
        },
        ..request(taking(&[1]), &[10, 10])
    };
    assert_eq!(refused(&uneven), [named("paths_do_not_fit", "paths[1]")]);
    let spread = SpreadBid::new(
        "HB_NORTH".parse().unwrap(),
        vec![SpreadPeriod {
            period: periods(Resolution::Hour)[0],
            quantity: Power::from_megawatts(1),
            max_price: Price::ZERO,
        }],
    );
    let spread = request(BidOffer::Spread(spread.unwrap()), &[10]);
    assert_eq!(
        refused(&spread),
        [named("kind_not_evaluated", "offer.kind")]
    );
    let broken = OutcomeRequest {
        battery: Some(Battery {
            initial_soc: Energy::from_mwh(19),
            ..battery()
        }),
        availability: vec![Ratio::from_ppm(1_000_001)],
        ..request(taking(&[1]), &[10, 10])
    };
    assert_eq!(
        refused(&broken),
        [
            named("soc_out_of_window", "battery.initial_soc"),
            named("availability_length", "availability"),
            named("availability_out_of_range", "availability[0]"),
        ]
    );
}
