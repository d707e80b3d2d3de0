//! Two-settlement: worked days, what stands against a settlement, and money that adds up.

use super::asset_limits::names;
use jiff::{SignedDuration, Timestamp};
use optibid_core::id::{AwardId, BidId, OrgId, SettlementId};
use optibid_core::market::{DeliveryPeriod, MarketZone, Resolution};
use optibid_core::portfolio::{
    Award, Fee, FeeBasis, LineKind, Metered, NewSettlement, SettlementInput, SettlementLine,
    SettlementStatement,
};
use optibid_core::schedule::PeriodPrice;
use optibid_core::unit::{Currency, Energy, Money, Power, Price};
use proptest::prelude::*;
use uuid::Uuid;

/// 2024-05-01 in Houston: 05:00 UTC to 05:00 UTC.
pub(crate) const MIDNIGHT: &str = "2024-05-01T05:00:00Z";

pub(crate) fn period(minutes: i64, resolution: Resolution) -> DeliveryPeriod {
    let start: Timestamp = MIDNIGHT.parse().unwrap();
    DeliveryPeriod::new(start + SignedDuration::from_mins(minutes), resolution).unwrap()
}

pub(crate) fn award(n: u128, period: DeliveryPeriod, kilowatts: i64, micros: i64) -> Award {
    Award {
        id: AwardId::from_uuid(Uuid::from_u128(n)),
        org: OrgId::from_uuid(Uuid::from_u128(1)),
        bid: BidId::from_uuid(Uuid::from_u128(n % 3)),
        market: "ERCOT".parse().unwrap(),
        product: "DAM".parse().unwrap(),
        location: "HB_SOUTH".parse().unwrap(),
        period,
        quantity: Power::from_kilowatts(kilowatts),
        price: Price::from_micros(micros),
        currency: Currency::Usd,
        awarded_at: "2024-04-30T18:30:00Z".parse().unwrap(),
    }
}

pub(crate) fn input(day_ahead: Vec<Award>) -> SettlementInput {
    let zone = MarketZone::new("America/Chicago", 0).unwrap();
    SettlementInput {
        market: "ERCOT".parse().unwrap(),
        location: "HB_SOUTH".parse().unwrap(),
        currency: Currency::Usd,
        day: zone.day("2024-05-01".parse().unwrap()).unwrap(),
        day_ahead,
        metered: None,
        real_time_product: "RTM".parse().unwrap(),
        real_time_prices: Vec::new(),
        fees: Vec::new(),
        degradation_cost: None,
    }
}

pub(crate) fn new(n: u128) -> NewSettlement {
    NewSettlement {
        id: SettlementId::from_uuid(Uuid::from_u128(n)),
        org: OrgId::from_uuid(Uuid::from_u128(1)),
        asset: None,
        at: "2024-05-02T12:00:00Z".parse().unwrap(),
    }
}

fn price(period: DeliveryPeriod, micros: i64) -> PeriodPrice {
    PeriodPrice {
        period,
        price: Price::from_micros(micros),
    }
}

fn metered(period: DeliveryPeriod, kilowatt_seconds: i64) -> Metered {
    Metered {
        period,
        energy: Energy::from_kilowatt_seconds(kilowatt_seconds),
    }
}

/// 10 MW sold at 20 in the first hour, against quarter-hour prices and metering.
pub(crate) fn worked_day() -> SettlementInput {
    let quarter = |i: i64| period(i * 15, Resolution::Min15);
    let prices = [30, 40, -5, 10];
    let delivered = [2_500, 2_000, 3_000, 0];
    SettlementInput {
        metered: Some(
            (0..4)
                .map(|i| metered(quarter(i), delivered[i as usize] * 3_600))
                .collect(),
        ),
        real_time_prices: (0..4)
            .map(|i| price(quarter(i), prices[i as usize] * 1_000_000))
            .collect(),
        ..input(vec![award(
            1,
            period(0, Resolution::Hour),
            10_000,
            20_000_000,
        )])
    }
}

fn amounts(statement: &SettlementStatement, kind: LineKind) -> Vec<String> {
    let of_kind = statement.lines.iter().filter(|line| line.kind == kind);
    of_kind.map(|line| line.amount.to_string()).collect()
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn a_worked_day_settles_by_hand() {
    let fee = |name: &str, basis, micros| Fee {
        name: name.to_owned(),
        basis,
        rate: Price::from_micros(micros),
    };
    let input = SettlementInput {
        fees: vec![
            fee("exchange", FeeBasis::Awarded, 50_000),
            fee("grid", FeeBasis::Metered, 200_000),
            fee("balancing", FeeBasis::Imbalance, 1_000_000),
        ],
        degradation_cost: Some(Price::from_units(4)),
        ..worked_day()
    };
    let statement = SettlementStatement::settle(new(9), &input).unwrap();
    assert_eq!(amounts(&statement, LineKind::DayAheadEnergy), ["200.00"]);
    // (2.5, 2, 3, 0) MWh less 2.5 MWh each, at 30, 40, -5 and 10.
    let expected = ["0.00", "-20.00", "-2.50", "-25.00"];
    assert_eq!(amounts(&statement, LineKind::RealTimeImbalance), expected);
    // By period: the award's 10 MWh x 0.05; metered x 0.2; the magnitude of the imbalance x 1.
    let fees: Vec<_> = statement
        .lines
        .iter()
        .filter(|l| l.kind == LineKind::Fees)
        .map(|l| {
            (
                l.name.as_deref().unwrap(),
                l.period.to_string(),
                l.amount.to_string(),
            )
        })
        .collect();
    let quarter = |i: i64| period(i * 15, Resolution::Min15).to_string();
    let mut expected = vec![
        (
            "exchange",
            period(0, Resolution::Hour).to_string(),
            "-0.50".to_owned(),
        ),
        ("grid", quarter(0), "-0.50".to_owned()),
        ("grid", quarter(1), "-0.40".to_owned()),
        ("balancing", quarter(1), "-0.50".to_owned()),
        ("grid", quarter(2), "-0.60".to_owned()),
        ("balancing", quarter(2), "-0.50".to_owned()),
        ("balancing", quarter(3), "-2.50".to_owned()),
    ];
    let mut found = fees;
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
    assert_eq!(
        amounts(&statement, LineKind::Degradation),
        ["-10.00", "-8.00", "-12.00"]
    );
    // 200 - 47.5 - 5.5; the 30 of wear are nobody's cash.
    assert_eq!(statement.total, Money::from_minor(14_700, Currency::Usd));
    assert_eq!(
        statement.wear(),
        Some(Money::from_minor(3_000, Currency::Usd))
    );
    assert!(statement.is_consistent());
    let order: Vec<_> = statement
        .lines
        .iter()
        .map(|l| (l.kind, l.period.start()))
        .collect();
    assert!(order.is_sorted(), "{order:?}");
}

#[test]
fn without_metering_delivery_is_as_awarded() {
    let hour = period(0, Resolution::Hour);
    let input = SettlementInput {
        degradation_cost: Some(Price::from_units(4)),
        ..input(vec![
            award(1, hour, 10_000, 20_000_000),
            award(2, period(15, Resolution::Min15), -14_000, 8_000_000),
        ])
    };
    let statement = SettlementStatement::settle(new(9), &input).unwrap();
    assert_eq!(
        amounts(&statement, LineKind::DayAheadEnergy),
        ["200.00", "-28.00"]
    );
    assert_eq!(
        amounts(&statement, LineKind::RealTimeImbalance),
        Vec::<String>::new()
    );
    // 10 MW out in three quarters; in the second quarter the net is 4 MW in, which wears nothing.
    assert_eq!(
        amounts(&statement, LineKind::Degradation),
        ["-10.00", "-10.00", "-10.00"]
    );
    assert_eq!(statement.total, Money::from_minor(17_200, Currency::Usd));
    assert_eq!(statement.bids.len(), 2);
}

#[test]
fn half_cents_neither_pile_up_nor_vanish() {
    // 24 hours at 0.005 each: rounded one by one they would be 0.24 instead of 0.12.
    let awards = (0..24_u8).map(|h| {
        award(
            h.into(),
            period(i64::from(h) * 60, Resolution::Hour),
            1_000,
            5_000,
        )
    });
    let statement = SettlementStatement::settle(new(9), &input(awards.collect())).unwrap();
    assert_eq!(statement.total, Money::from_minor(12, Currency::Usd));
    let minor: Vec<_> = statement.lines.iter().map(|l| l.amount.minor()).collect();
    assert_eq!(minor, [1, 0].repeat(12));
    let buy = vec![award(1, period(0, Resolution::Hour), -1_000, 5_000)];
    let statement = SettlementStatement::settle(new(9), &input(buy)).unwrap();
    assert_eq!(statement.total, Money::from_minor(-1, Currency::Usd));
}

#[test]
fn a_long_day_settles_in_full_and_the_next_is_outside() {
    let zone = MarketZone::new("America/Chicago", 0).unwrap();
    let day = zone.day("2024-11-03".parse().unwrap()).unwrap();
    let mut awards: Vec<_> = day
        .periods(Resolution::Hour)
        .enumerate()
        .map(|(i, hour)| award(i as u128, hour, 1_000, 10_000_000))
        .collect();
    assert_eq!(awards.len(), 25);
    let base = SettlementInput {
        day: day.clone(),
        ..input(awards.clone())
    };
    let statement = SettlementStatement::settle(new(9), &base).unwrap();
    assert_eq!(statement.total, Money::from_minor(25_000, Currency::Usd));
    let next = DeliveryPeriod::new(day.end(), Resolution::Hour).unwrap();
    awards.push(award(99, next, 1_000, 10_000_000));
    let longer = SettlementInput {
        day_ahead: awards,
        ..base
    };
    let error = SettlementStatement::settle(new(9), &longer).unwrap_err();
    assert_eq!(
        names(error.violations()),
        [("outside_day", "day_ahead[25].period")]
    );
}

type Change = fn(&mut SettlementInput);

fn meter(input: &mut SettlementInput) -> &mut Vec<Metered> {
    input.metered.as_mut().unwrap()
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn everything_that_stands_against_a_settlement_is_named() {
    let cases: &[(Change, &[(&str, &str)])] = &[
        (|_| (), &[]),
        (
            |i| i.day_ahead.push(i.day_ahead[0].clone()),
            &[("award_repeated", "day_ahead[1].id")],
        ),
        (
            |i| i.day_ahead[0].org = OrgId::from_uuid(Uuid::from_u128(2)),
            &[("org_mismatch", "day_ahead[0].org")],
        ),
        (
            |i| i.day_ahead[0].market = "CAISO".parse().unwrap(),
            &[("market_mismatch", "day_ahead[0].market")],
        ),
        (
            |i| i.day_ahead[0].location = "HB_WEST".parse().unwrap(),
            &[("location_mismatch", "day_ahead[0].location")],
        ),
        (
            |i| i.day_ahead[0].currency = Currency::Eur,
            &[("currency_mismatch", "day_ahead[0].currency")],
        ),
        (
            |i| i.day_ahead[0].period = period(-60, Resolution::Hour),
            &[
                ("outside_day", "day_ahead[0].period"),
                ("real_time_price_missing", "day_ahead[0].period"),
            ],
        ),
        (
            |i| {
                i.real_time_prices.remove(1);
            },
            &[
                ("real_time_price_missing", "metered[1].period"),
                ("real_time_price_missing", "day_ahead[0].period"),
            ],
        ),
        (
            |i| {
                meter(i).remove(1);
            },
            &[("metering_missing", "real_time_prices[1].period")],
        ),
        (
            |i| {
                let twice = meter(i)[2];
                meter(i).push(twice);
            },
            &[("period_repeated", "metered[4].period")],
        ),
        (
            |i| i.real_time_prices[0] = price(period(0, Resolution::Min30), 1),
            &[("period_repeated", "real_time_prices[1].period")],
        ),
        (
            |i| *meter(i) = vec![metered(period(0, Resolution::Hour), 7)],
            &[("metering_too_coarse", "metered[0].period")],
        ),
        (
            |i| meter(i).push(metered(period(60, Resolution::Min15), 7)),
            &[("real_time_price_missing", "metered[4].period")],
        ),
        (
            |i| i.degradation_cost = Some(Price::from_micros(-1)),
            &[("negative", "degradation_cost")],
        ),
        (
            |i| {
                let rate = Price::ZERO;
                i.fees.push(Fee {
                    name: " ".to_owned(),
                    basis: FeeBasis::Metered,
                    rate,
                });
            },
            &[("name_blank", "fees[0].name")],
        ),
        (
            |i| i.day_ahead[0].quantity = Power::from_kilowatts(i64::MAX),
            &[("out_of_range", "lines")],
        ),
        (|i| i.day_ahead[0].price = Price::from_micros(i64::MAX), &[]),
    ];
    for (n, (change, expected)) in cases.iter().enumerate() {
        let mut input = worked_day();
        change(&mut input);
        match SettlementStatement::settle(new(9), &input) {
            Ok(statement) => {
                assert!(expected.is_empty(), "case {n} settled");
                assert!(statement.is_consistent(), "case {n}");
            }
            Err(error) => assert_eq!(names(error.violations()), *expected, "case {n}"),
        }
    }
}

#[test]
fn finer_metering_is_summed_and_unused_prices_are_ignored() {
    let mut input = worked_day();
    let fifth = |i: i64| {
        metered(
            period(i * 5, Resolution::Min5),
            3_600 * [500, 700, 1_300][i as usize],
        )
    };
    meter(&mut input).splice(0..1, (0..3).map(fifth));
    input
        .real_time_prices
        .push(price(period(60, Resolution::Min15), 999_000_000));
    let plain = SettlementStatement::settle(new(9), &worked_day()).unwrap();
    assert_eq!(SettlementStatement::settle(new(9), &input).unwrap(), plain);
}

#[test]
fn a_stored_statement_that_was_altered_shows() {
    let statement = SettlementStatement::settle(new(9), &worked_day()).unwrap();
    let json = serde_json::to_string(&statement).unwrap();
    let back: SettlementStatement = serde_json::from_str(&json).unwrap();
    assert_eq!(back, statement);
    assert!(back.is_consistent());
    let altered = |change: fn(&mut SettlementStatement)| {
        let mut altered = statement.clone();
        change(&mut altered);
        altered.is_consistent()
    };
    assert!(!altered(
        |s| s.total = Money::from_minor(s.total.minor() + 1, Currency::Usd)
    ));
    assert!(!altered(
        |s| s.lines[0].amount = Money::from_minor(20_001, Currency::Usd)
    ));
    assert!(!altered(|s| s.lines[2].energy = Energy::ZERO));
    assert!(!altered(|s| drop(s.lines.pop())));
    assert!(!altered(|s| s.lines[0].kind = LineKind::Degradation));
}

/// A random day of `hours` hours: awards of any length, metering and prices of each hour's own.
#[derive(Debug, Clone)]
pub(crate) struct RandomDay {
    awards: Vec<(i64, Resolution, i64, i64)>,
    hours: Vec<RandomHour>,
    rates: [i64; 3],
    wear: i64,
    metered: bool,
}

#[derive(Debug, Clone)]
struct RandomHour {
    price_length: Resolution,
    meter_length: Resolution,
    prices: Vec<i64>,
    meter: Vec<i64>,
}

const HOURS: i64 = 3;

fn resolution() -> impl Strategy<Value = Resolution> {
    prop::sample::select(&Resolution::ALL[..])
}

/// Large and small values, with many ties on half a cent.
fn micros() -> impl Strategy<Value = i64> {
    prop_oneof![
        -10_000_000_000..10_000_000_000_i64,
        (-40..40_i64).prop_map(|x| x * 5_000)
    ]
}

fn kilowatts() -> impl Strategy<Value = i64> {
    prop_oneof![
        -2_000_000..2_000_000_i64,
        (-3..3_i64).prop_map(|x| x * 1_000)
    ]
}

fn random_hour() -> impl Strategy<Value = RandomHour> {
    let numbers = (
        prop::collection::vec(micros(), 12),
        prop::collection::vec(kilowatts(), 12),
    );
    (resolution(), resolution(), numbers).prop_map(|(a, b, (prices, meter))| RandomHour {
        price_length: a.max(b),
        meter_length: a.min(b),
        prices,
        meter,
    })
}

pub(crate) fn random_day() -> impl Strategy<Value = RandomDay> {
    let award = (0..HOURS * 12, resolution(), kilowatts(), micros());
    let awards = prop::collection::vec(award, 0..8);
    let hours = prop::collection::vec(random_hour(), HOURS as usize);
    let rates = prop::array::uniform3(-2_000_000..2_000_000_i64);
    (awards, hours, rates, 0..9_000_000_i64, any::<bool>()).prop_map(
        |(awards, hours, rates, wear, metered)| RandomDay {
            awards,
            hours,
            rates,
            wear,
            metered,
        },
    )
}

impl RandomDay {
    /// Starts in five-minute slots, on the award's own grid.
    fn award_slots(&self, n: usize) -> (i64, i64) {
        let (slot, length, ..) = self.awards[n];
        let slots = length.seconds() / 300;
        (slot / slots * slots, slots)
    }

    pub(crate) fn input(&self) -> SettlementInput {
        let awards = self
            .awards
            .iter()
            .enumerate()
            .map(|(n, (_, length, quantity, micros))| {
                let (slot, _) = self.award_slots(n);
                award(n as u128 + 1, period(slot * 5, *length), *quantity, *micros)
            });
        let (mut prices, mut meter) = (Vec::new(), Vec::new());
        for (h, hour) in (0..).zip(&self.hours) {
            let parts = |length: Resolution| {
                let minutes = length.seconds() / 60;
                (0..60 / minutes).map(move |i| period(h * 60 + i * minutes, length))
            };
            prices.extend(
                parts(hour.price_length)
                    .zip(&hour.prices)
                    .map(|(p, x)| price(p, *x)),
            );
            let energy = |kw: i64| kw * hour.meter_length.seconds() + kw % 7;
            meter.extend(
                parts(hour.meter_length)
                    .zip(&hour.meter)
                    .map(|(p, x)| metered(p, energy(*x))),
            );
        }
        let fee = |(rate, basis)| Fee {
            name: "fee".to_owned(),
            basis,
            rate: Price::from_micros(rate),
        };
        let bases = [FeeBasis::Awarded, FeeBasis::Metered, FeeBasis::Imbalance];
        SettlementInput {
            metered: self.metered.then_some(meter),
            real_time_prices: prices,
            fees: self.rates.into_iter().zip(bases).map(fee).collect(),
            degradation_cost: Some(Price::from_micros(self.wear)),
            ..input(awards.collect())
        }
    }

    /// Awarded kW in a five-minute slot.
    fn awarded(&self, slot: i64) -> i128 {
        let in_slot = |n: &usize| {
            let (first, slots) = self.award_slots(*n);
            first <= slot && slot < first + slots
        };
        let awards = (0..self.awards.len()).filter(in_slot);
        awards.map(|n| i128::from(self.awards[n].2)).sum()
    }

    /// Exact cash in micro-currency kW s per MWh, slot by slot and without the crate's own types.
    fn exact(&self) -> i128 {
        let mut sum = 0;
        for (n, (_, _, quantity, micros)) in self.awards.iter().enumerate() {
            let energy = i128::from(*quantity) * i128::from(self.award_slots(n).1 * 300);
            sum += energy * i128::from(*micros) - energy.abs() * i128::from(self.rates[0]);
        }
        if !self.metered {
            return sum - self.deemed_metering_fee();
        }
        for (h, hour) in (0..).zip(&self.hours) {
            let slots = hour.price_length.seconds() / 300;
            let meter_slots = hour.meter_length.seconds() / 300;
            for i in 0..12 / slots {
                let first = h * 12 + i * slots;
                let awarded: i128 = (first..first + slots).map(|s| self.awarded(s) * 300).sum();
                let parts = i * slots / meter_slots..(i + 1) * slots / meter_slots;
                let seconds = hour.meter_length.seconds();
                let energy = |k: i64| hour.meter[k as usize] * seconds + hour.meter[k as usize] % 7;
                let delivered: i128 = parts.map(|k| i128::from(energy(k))).sum();
                let imbalance = delivered - awarded;
                sum += imbalance * i128::from(hour.prices[i as usize])
                    - delivered.abs() * i128::from(self.rates[1])
                    - imbalance.abs() * i128::from(self.rates[2]);
            }
        }
        sum
    }

    /// The fee on metered energy where delivery is as awarded: the net of each finest period.
    fn deemed_metering_fee(&self) -> i128 {
        let Some(finest) = self.awards.iter().map(|a| a.1.seconds() / 300).min() else {
            return 0;
        };
        let net = |first: i64| {
            (first..first + finest)
                .map(|s| self.awarded(s) * 300)
                .sum::<i128>()
        };
        let blocks = (0..HOURS * 12 / finest).map(|b| net(b * finest).abs());
        blocks.sum::<i128>() * i128::from(self.rates[1])
    }
}

/// Cents of an exact sum: half away from zero, written with magnitudes.
fn cents(exact: i128) -> i128 {
    let unit = 1_000_000 * 3_600_000 / 100;
    let magnitude = (exact.abs() * 2 + unit) / (unit * 2);
    magnitude * exact.signum()
}

fn cases() -> u32 {
    if std::env::var_os("OPTIBID_TEST_FULL").is_some() {
        100_000
    } else {
        2_000
    }
}

fn exact_line(line: &SettlementLine) -> i128 {
    i128::from(line.price.micros()) * i128::from(line.energy.kilowatt_seconds())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    /// The total is the exact cash of the day rounded once; the lines add up to it to the last
    /// minor unit, and none is more than one away from its exact value or turned round.
    #[test]
    fn lines_add_up_to_the_exact_sum_rounded_once(day in random_day()) {
        let statement = SettlementStatement::settle(new(9), &day.input()).unwrap();
        prop_assert_eq!(i128::from(statement.total.minor()), cents(day.exact()));
        let cash = statement.lines.iter().filter(|l| l.kind != LineKind::Degradation);
        let sum: i128 = cash.clone().map(|l| i128::from(l.amount.minor())).sum();
        prop_assert_eq!(sum, i128::from(statement.total.minor()));
        prop_assert_eq!(cash.map(exact_line).sum::<i128>(), day.exact());
        let unit = 36_000_000_000_i128;
        for line in &statement.lines {
            let (minor, exact) = (i128::from(line.amount.minor()), exact_line(line));
            prop_assert!((minor * unit - exact).abs() <= unit, "{:?}", line);
            prop_assert!(minor == 0 || minor.signum() == exact.signum(), "{:?}", line);
        }
        prop_assert!(statement.is_consistent());
    }

    /// The order in which awards, metering and prices come in changes nothing.
    #[test]
    fn the_order_of_the_input_does_not_matter(day in random_day()) {
        let mut turned = day.input();
        turned.day_ahead.reverse();
        turned.real_time_prices.reverse();
        if let Some(meter) = &mut turned.metered {
            meter.reverse();
        }
        let straight = SettlementStatement::settle(new(9), &day.input()).unwrap();
        prop_assert_eq!(SettlementStatement::settle(new(9), &turned).unwrap(), straight);
    }
}
