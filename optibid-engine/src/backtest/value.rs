//! What a day earned: ledgers, the waterfall, perfect foresight and the other measures.

use super::book::{Book, Slot};
use super::sums::Sums;
use crate::door::{self, Ledger};
use optibid_core::asset::Battery;
use optibid_core::backtest::{BacktestDay, Baselines, TopBottom, Waterfall};
use optibid_core::market::Resolution;
use optibid_core::portfolio::{ProductRevenue, capture_ratio};
use optibid_core::ports::{EngineError, Optimizer};
use optibid_core::schedule::{PeriodPrice, ScheduleRequest};
use optibid_core::unit::{Energy, Money, Power, Price, Rounding};

/// Hours of the top-bottom measures.
const TOP_BOTTOM: [u8; 2] = [2, 4];

/// The day's row of the report, from the battery as it was when the day began.
///
/// # Errors
/// When an amount is past what the domain holds.
pub(super) fn day(
    book: &Book<'_>,
    battery: &Battery,
    optimizer: &dyn Optimizer,
    detail: bool,
) -> Result<BacktestDay, EngineError> {
    let out = EngineError::OutOfRange("the day's sum");
    let done = book.run.as_ref().map_or(&[][..], |run| run.done.as_slice());
    let soc = book.run.as_ref().map(|run| run.soc_at_start);
    let mut battery = battery.clone();
    battery.initial_soc = soc.unwrap_or(battery.initial_soc);
    let power_at_start = book.run.as_ref().and_then(|run| run.power_at_start);
    let mut sums = Sums::new(book, (&battery, power_at_start));
    for ((slot, limit), done) in book.slots.iter().zip(&book.limits).zip(done) {
        sums.add((slot, limit), done)?;
    }
    let shortfall = sums.close(done.last().map(|last| last.soc))?;
    let revenues = revenues(book, &sums)?;
    let revenue = Money::sum(revenues.iter().map(|r| r.amount), sums.currency);
    let revenue = revenue.ok_or(out.clone())?;
    let (wear, fees) = (sums.wear.total()?, sums.fees.total()?);
    let missing = shortfall.map(|missing| missing.cost);
    let mut costs = [Some(wear), Some(fees), missing].into_iter().flatten();
    let net = costs.try_fold(revenue, |net, cost| net.checked_sub(cost));
    let net = net.ok_or(out.clone())?;
    let best = (&battery, power_at_start);
    let (perfect_foresight, product_foresight) = foresight(book, best, optimizer)?;
    let [ideal, intended, award, fill, delivery] = sums.levels;
    let waterfall = Waterfall::of([
        perfect_foresight,
        ideal.total()?,
        intended.total()?,
        award.total()?,
        fill.total()?,
        delivery.total()?,
        net,
    ]);
    let (gates, periods) = match detail {
        true => (book.gates.clone(), book.rows()),
        false => Default::default(),
    };
    Ok(BacktestDay {
        day: book.day.date(),
        revenue,
        revenues,
        fees: sums.pays_fees.then_some(fees),
        wear,
        shortfall,
        perfect_foresight,
        capture: capture_ratio(net, perfect_foresight),
        charged: sums.charged,
        discharged: sums.discharged,
        cycles: door::cycles(sums.discharged, battery.usable_energy()),
        undelivered: sums.undelivered,
        state_of_charge: done.last().map_or(battery.initial_soc, |last| last.soc),
        waterfall: Some(waterfall.ok_or(out)?),
        baselines: Some(Baselines {
            top_bottom: top_bottom(book)?,
            product_foresight,
        }),
        gate_count: u32::try_from(book.hashes.len()).unwrap_or(u32::MAX),
        hash: super::digest::hex(&super::digest::chain(book.hashes.iter())),
        gates,
        periods,
    })
}

fn revenues(book: &Book<'_>, sums: &Sums) -> Result<Vec<ProductRevenue>, EngineError> {
    let mut revenues = vec![ProductRevenue {
        product: book.rules.product.clone(),
        amount: sums.product.total()?,
    }];
    if let Some(rules) = book.balancing {
        revenues.push(ProductRevenue {
            product: rules.product.clone(),
            amount: sums.balancing.total()?,
        });
    }
    Ok(revenues)
}

/// The best that the day's settlement allows in hindsight, and the best of the product alone.
///
/// With a balancing product the net of awards `a` and deliveries `d` is `sum p a + q (d - a)` less costs, `p` and `q` being the
/// two prices: the best `d` is the best schedule at `q`, and the best `a`, which nothing ties to `d`, is full power on the
/// side of the mean difference of each bid period. Both are found apart and added.
fn foresight(
    book: &Book<'_>,
    (battery, power_at_start): (&Battery, Option<Power>),
    optimizer: &dyn Optimizer,
) -> Result<(Money, Money), EngineError> {
    let currency = book.rules.currency.value;
    let best = |price: fn(&Slot) -> Price| {
        let prices = book.slots.iter().map(|slot| PeriodPrice {
            period: slot.period,
            price: price(slot),
        });
        let zone = book.rules.zone.value.clone();
        let request = ScheduleRequest {
            initial_power: power_at_start,
            ..ScheduleRequest::new(battery.clone(), zone, prices.collect(), currency)
        };
        optimizer.optimise(&request).map(|schedule| schedule.value)
    };
    let alone = best(|slot| slot.price)?;
    if book.balancing.is_none() {
        return Ok((alone, alone));
    }
    let delivered = best(|slot| slot.balancing)?;
    let out = || EngineError::OutOfRange("perfect foresight");
    let mut awards = Ledger::new(currency);
    for period in &book.bids[0].periods {
        let within = || book.slots.iter().zip(&book.limits);
        let within = || within().filter(|(slot, _)| period.covers(&slot.period));
        let spread: i128 = within()
            .map(|(slot, _)| i128::from(slot.price.micros()) - i128::from(slot.balancing.micros()))
            .sum();
        for (slot, limit) in within() {
            let held = if spread > 0 {
                limit.discharge
            } else {
                Energy::ZERO.checked_sub(limit.charge).ok_or_else(out)?
            };
            awards.add(slot.price, held);
            let back = Energy::ZERO.checked_sub(held).ok_or_else(out)?;
            awards.add(slot.balancing, back);
        }
    }
    let bound = delivered.checked_add(awards.total()?).ok_or_else(out)?;
    Ok((bound, alone))
}

/// TB2 and TB4 of the product's hourly prices.
fn top_bottom(book: &Book<'_>) -> Result<Vec<TopBottom>, EngineError> {
    let currency = book.rules.currency.value;
    let per_hour = Resolution::Hour.seconds() / book.resolution.seconds();
    let per_hour = usize::try_from(per_hour).unwrap_or(1);
    let mut hours: Vec<Price> = book
        .slots
        .chunks(per_hour)
        .map(|hour| {
            let sum = hour
                .iter()
                .map(|slot| i128::from(slot.price.micros()))
                .sum();
            let count = i128::try_from(hour.len()).unwrap_or(1);
            let mean = Rounding::HalfEven.div(sum, count);
            Price::from_micros(i64::try_from(mean).unwrap_or(i64::MAX))
        })
        .collect();
    hours.sort_unstable();
    let one = Energy::from_mwh(1);
    let measure = |count: u8| {
        let mut sum = Ledger::new(currency);
        let n = usize::from(count);
        for &low in hours.iter().take(n) {
            sum.add(low, Energy::from_mwh(-1));
        }
        for &high in hours.iter().rev().take(n) {
            sum.add(high, one);
        }
        let per_megawatt = sum.total()?;
        Ok(TopBottom {
            hours: count,
            per_megawatt,
        })
    };
    TOP_BOTTOM.into_iter().map(measure).collect()
}
