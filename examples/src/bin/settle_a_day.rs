//! From awards and a meter to a statement in money, and the day's profit beside the best possible.
//!
//! Two settlements: what was awarded the day before at its price, and the difference to the meter at the real-time price. Amounts are
//! exact; only the running total is rounded, so the lines add up to the last cent and a test may compare them with the market's own statement.
//!
//! # Prints
//! ```text
//! day_ahead_energy       2 lines   5288.70
//! real_time_imbalance …
//! degradation …
//! net of wear …
//! captured 0.… of perfect foresight, … USD
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use jiff::Timestamp;
use optibid_core::asset::Battery;
use optibid_core::id::{AwardId, BidId, OrgId, SettlementId};
use optibid_core::market::{DeliveryDay, DeliveryPeriod, MarketZone, Resolution};
use optibid_core::portfolio::{
    Award, LineKind, Metered, NewSettlement, ProfitAndLoss, SettlementInput, SettlementStatement,
};
use optibid_core::ports::Optimizer;
use optibid_core::schedule::{PeriodPrice, ScheduleRequest};
use optibid_core::unit::{Currency, Energy, Power, Price, Ratio};
use optibid_engine::BatteryOptimizer;
use optibid_venues::sample;

const OWNER: &str = "0199a0a0-0000-7000-8000-000000000001";
const BID: &str = "0199a0a0-0000-7000-8000-000000000002";

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The prices of one product on a day.
fn prices(product: &str, day: &DeliveryDay) -> Result<Vec<PeriodPrice>> {
    let prices = sample::ercot_hb_south_2024()?.prices.into_iter();
    let of_day = prices.filter(|p| p.product.as_str() == product && day.contains(p.period.start()));
    Ok(of_day
        .map(|p| PeriodPrice {
            period: p.period,
            price: p.price,
        })
        .collect())
}

/// What the venue awarded at the prices that came: 10 MW bought in the morning, 9 MW sold in the evening.
fn awards(day_ahead: &[PeriodPrice]) -> Result<Vec<Award>> {
    let award = |hour: usize, megawatts, id: &str| -> Result<_> {
        let cleared = day_ahead.get(hour).ok_or("a short day")?;
        Ok(Award {
            id: id.parse::<AwardId>()?,
            org: OWNER.parse::<OrgId>()?,
            bid: BID.parse::<BidId>()?,
            market: "ERCOT".parse()?,
            product: "DAM".parse()?,
            location: "HB_SOUTH".parse()?,
            period: cleared.period,
            quantity: Power::from_megawatts(megawatts),
            price: cleared.price,
            currency: Currency::Usd,
            awarded_at: "2024-08-19T18:30:00Z".parse::<Timestamp>()?,
        })
    };
    Ok(vec![
        award(9, -10, "0199a0a0-0000-7000-8000-000000000003")?,
        award(19, 9, "0199a0a0-0000-7000-8000-000000000004")?,
    ])
}

/// What the meter showed: what was awarded, but for half a MWh missing in one quarter of the evening.
fn metered(quarters: &[DeliveryPeriod], awards: &[Award]) -> Vec<Metered> {
    let energy = |quarter: &DeliveryPeriod| {
        let awarded = awards.iter().filter_map(|award| award.energy_in(quarter));
        awarded.fold(Energy::ZERO, |sum, energy| {
            sum.checked_add(energy).unwrap_or(sum)
        })
    };
    let mut metered: Vec<_> = quarters
        .iter()
        .map(|&period| Metered {
            period,
            energy: energy(&period),
        })
        .collect();
    if let Some(quarter) = metered.get_mut(78) {
        quarter.energy = quarter
            .energy
            .checked_sub(Energy::from_kwh(500))
            .unwrap_or(Energy::ZERO);
    }
    metered
}

fn main() -> Result<()> {
    let zone = MarketZone::new("America/Chicago", 0)?;
    let day = zone.day("2024-08-20".parse()?)?;
    let quarters: Vec<DeliveryPeriod> = day.periods(Resolution::Min15).collect();
    let hourly = prices("DAM", &day)?;
    let battery = Battery {
        degradation_cost: Price::from_units(5),
        ..Battery::symmetric(
            Power::from_megawatts(10),
            Energy::from_mwh(20),
            Ratio::from_ppm(950_000),
        )
    };
    let day_ahead = awards(&hourly)?;
    let input = SettlementInput {
        market: "ERCOT".parse()?,
        location: "HB_SOUTH".parse()?,
        currency: Currency::Usd,
        metered: Some(metered(&quarters, &day_ahead)),
        day_ahead,
        real_time_product: "RTM".parse()?,
        real_time_prices: prices("RTM", &day)?,
        fees: Vec::new(),
        degradation_cost: Some(battery.degradation_cost),
        day,
    };
    let new = NewSettlement {
        id: "0199a0a0-0000-7000-8000-000000000005".parse::<SettlementId>()?,
        org: OWNER.parse()?,
        asset: None,
        at: "2024-08-21T12:00:00Z".parse()?,
    };
    let statement = SettlementStatement::settle(new, &input)?;
    for kind in [
        LineKind::DayAheadEnergy,
        LineKind::RealTimeImbalance,
        LineKind::Degradation,
    ] {
        let amount = statement.subtotal(kind).ok_or("out of range")?;
        let lines = statement
            .lines
            .iter()
            .filter(|line| line.kind == kind)
            .count();
        println!(
            "{:<20} {lines:>3} lines {:>9}",
            kind.code(),
            amount.to_string()
        );
    }
    println!("{:<20} {:>19}", "total", statement.total.to_string());
    assert!(statement.is_consistent());

    // The same battery with all day-ahead prices known beforehand.
    let best = ScheduleRequest::new(battery, zone, hourly, Currency::Usd);
    let best = BatteryOptimizer::new().optimise(&best)?.value;
    let earned = ProfitAndLoss::of(&[statement], Some(best))?;
    println!("{:<20} {:>19}", "net of wear", earned.net.to_string());
    let capture = earned.capture.ok_or("nothing to capture")?;
    println!("captured {capture} of perfect foresight, {best} USD");
    Ok(())
}
