//! Positions, profit and loss, and the capture ratio.

use super::asset_limits::names;
use super::portfolio_settlement::{award, input, new, period, random_day, worked_day};
use optibid_core::error::Code;
use optibid_core::id::OrgId;
use optibid_core::market::Resolution;
use optibid_core::portfolio::{
    Award, ProfitAndLoss, SettlementInput, SettlementStatement, capture_ratio, net_energy,
    positions,
};
use optibid_core::unit::{Currency, Energy, Money, Power, Price, Ratio};
use proptest::prelude::*;
use std::collections::BTreeMap;
use uuid::Uuid;

fn usd(minor: i64) -> Money {
    Money::from_minor(minor, Currency::Usd)
}

fn settle(n: u128, input: &SettlementInput) -> SettlementStatement {
    SettlementStatement::settle(new(n), input).unwrap()
}

#[test]
fn positions_keep_owners_products_and_periods_apart() {
    let hour = period(0, Resolution::Hour);
    let base = award(1, hour, 10_000, 20_000_000);
    let awards = vec![
        base.clone(),
        Award {
            quantity: Power::from_kilowatts(-4_000),
            ..base.clone()
        },
        Award {
            product: "RTM".parse().unwrap(),
            ..base.clone()
        },
        Award {
            org: OrgId::from_uuid(Uuid::from_u128(2)),
            ..base.clone()
        },
        Award {
            location: "HB_WEST".parse().unwrap(),
            ..base.clone()
        },
        Award {
            period: period(0, Resolution::Min15),
            ..base.clone()
        },
    ];
    let net = positions(&awards).unwrap();
    assert_eq!(net.len(), 5);
    let dam = net.iter().find(|p| p.awards == 2).unwrap();
    assert_eq!(
        (dam.quantity, dam.energy),
        (Power::from_megawatts(6), Energy::from_mwh(6))
    );
    let quarter = net
        .iter()
        .find(|p| p.period.resolution() == Resolution::Min15)
        .unwrap();
    assert_eq!(quarter.energy, Energy::from_kwh(2_500));
    assert_eq!(positions(&[]).unwrap(), []);
}

#[test]
fn positions_refuse_mixed_currencies_and_overflow() {
    let hour = period(0, Resolution::Hour);
    let base = award(1, hour, 10_000, 20_000_000);
    let mixed = [
        base.clone(),
        Award {
            currency: Currency::Eur,
            ..base.clone()
        },
    ];
    let error = positions(&mixed).unwrap_err();
    assert_eq!(
        names(error.violations()),
        [("currency_mismatch", "awards[1].currency")]
    );
    let huge = [
        base.clone(),
        Award {
            quantity: Power::from_kilowatts(i64::MAX),
            ..base
        },
    ];
    let error = positions(&huge).unwrap_err();
    assert_eq!(
        names(error.violations()),
        [("out_of_range", "awards[1].quantity")]
    );
}

#[test]
fn a_day_earns_its_revenue_less_wear() {
    let with_wear = SettlementInput {
        degradation_cost: Some(Price::from_units(4)),
        ..worked_day()
    };
    let day = ProfitAndLoss::of(&[settle(9, &with_wear)], Some(usd(20_000))).unwrap();
    let revenue: Vec<_> = day
        .revenue
        .iter()
        .map(|r| (r.product.as_str(), r.amount.minor()))
        .collect();
    assert_eq!(revenue, [("DAM", 20_000), ("RTM", -4_750)]);
    assert_eq!(
        (day.fees, day.wear, day.net),
        (usd(0), usd(3_000), usd(12_250))
    );
    assert_eq!(day.capture, Some(Ratio::from_ppm(612_500)));
    assert_eq!(day.perfect_foresight, Some(usd(20_000)));
    let without = ProfitAndLoss::of(&[settle(9, &with_wear)], None).unwrap();
    assert_eq!((without.perfect_foresight, without.capture), (None, None));
    let worthless = ProfitAndLoss::of(&[settle(9, &with_wear)], Some(usd(0))).unwrap();
    assert_eq!(
        (worthless.perfect_foresight, worthless.capture),
        (Some(usd(0)), None)
    );
}

#[test]
fn statements_that_do_not_belong_together_are_refused() {
    assert_eq!(
        ProfitAndLoss::of(&[], None).unwrap_err().code(),
        Code::Invalid
    );
    let first = settle(1, &worked_day());
    let twice = ProfitAndLoss::of(&[first.clone(), first.clone()], None).unwrap_err();
    assert_eq!(
        names(twice.violations()),
        [("statement_repeated", "statements[1].id")]
    );
    let mut other = settle(2, &worked_day());
    other.day = "2024-05-02".parse().unwrap();
    other.currency = Currency::Eur;
    let euro = Some(Money::zero(Currency::Eur));
    let error = ProfitAndLoss::of(&[first, other], euro).unwrap_err();
    let expected = [
        ("day_mismatch", "statements[1].day"),
        ("currency_mismatch", "statements[1].currency"),
        ("currency_mismatch", "perfect_foresight.currency"),
    ];
    assert_eq!(names(error.violations()), expected);
}

#[test]
fn the_capture_ratio_is_never_cut() {
    assert_eq!(
        capture_ratio(usd(150), usd(100)),
        Some(Ratio::from_ppm(1_500_000))
    );
    assert_eq!(
        capture_ratio(usd(-250), usd(100)),
        Some(Ratio::from_ppm(-2_500_000))
    );
    assert_eq!(capture_ratio(usd(0), usd(100)), Some(Ratio::ZERO));
    assert_eq!(capture_ratio(usd(100), usd(-1)), None);
    assert_eq!(
        capture_ratio(usd(100), Money::from_minor(100, Currency::Eur)),
        None
    );
    assert_eq!(capture_ratio(usd(i64::MAX), usd(1)), None);
    // Ties go to the even millionth: 0.5, 1.5 and 2.5 of 1e-6.
    let tie = |minor| capture_ratio(usd(minor), usd(2_000_000)).unwrap().ppm();
    assert_eq!([tie(1), tie(3), tie(5), tie(-1), tie(-3)], [0, 2, 2, 0, -2]);
}

proptest! {
    /// Revenue, fees and wear add up to the net to the last minor unit, over one statement or two.
    #[test]
    fn profit_and_loss_adds_up(one in random_day(), two in random_day(), both in any::<bool>()) {
        let mut statements = vec![settle(1, &one.input())];
        if both {
            statements.push(settle(2, &two.input()));
        }
        let day = ProfitAndLoss::of(&statements, None).unwrap();
        let cash: i64 = statements.iter().map(|s| s.total.minor()).sum();
        let revenue: i64 = day.revenue.iter().map(|r| r.amount.minor()).sum();
        prop_assert_eq!(revenue + day.fees.minor(), cash);
        prop_assert_eq!(day.net.minor(), cash - day.wear.minor());
        let wear: i64 = statements.iter().map(|s| s.wear().unwrap().minor()).sum();
        prop_assert_eq!(day.wear.minor(), wear);
        prop_assert!(wear >= 0);
    }

    /// Net energy of any period is the awarded power of each of its minutes, added up; positions
    /// are sums by key.
    #[test]
    fn netting_is_the_sum_of_every_minute(
        awards in prop::collection::vec((0_i64..12, 0_usize..4, -5_000_i64..5_000, any::<bool>()), 0..12),
        wanted in (0_i64..12, 0_usize..4),
    ) {
        // Quarter-hour grid; minutes inside [start, start + length).
        let span = |slot: i64, index: usize| {
            let resolution = Resolution::ALL[index];
            let minutes = resolution.seconds() / 60;
            (slot * 15 / minutes * minutes, minutes, resolution)
        };
        let (from, minutes, resolution) = span(wanted.0, wanted.1);
        let mut expected = 0;
        let mut by_key: BTreeMap<(bool, i64, i64), i64> = BTreeMap::new();
        let mut list = Vec::new();
        for (n, (slot, index, kilowatts, intraday)) in awards.iter().enumerate() {
            let (start, length, resolution) = span(*slot, *index);
            let shared = (from..from + minutes).filter(|m| start <= *m && *m < start + length).count();
            expected += kilowatts * 60 * i64::try_from(shared).unwrap();
            *by_key.entry((*intraday, start, length)).or_default() += kilowatts;
            let mut award = award(n as u128, period(start, resolution), *kilowatts, 0);
            if *intraday {
                award.product = "IDM".parse().unwrap();
            }
            list.push(award);
        }
        let net = net_energy(&list, &period(from, resolution));
        prop_assert_eq!(net, Some(Energy::from_kilowatt_seconds(expected)));
        let found = positions(&list).unwrap();
        prop_assert_eq!(found.len(), by_key.len());
        let start = input(Vec::new()).day.start();
        for position in found {
            let minute = (position.period.start().as_second() - start.as_second()) / 60;
            let length = position.period.resolution().seconds() / 60;
            let kilowatts = by_key[&(position.product.as_str() == "IDM", minute, length)];
            prop_assert_eq!(position.quantity.kilowatts(), kilowatts);
            prop_assert_eq!(position.energy.kilowatt_seconds(), kilowatts * length * 60);
        }
    }
}
