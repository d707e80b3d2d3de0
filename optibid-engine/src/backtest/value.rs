//! What a day earned: ledgers, the waterfall, perfect foresight and the other measures.

use super::book::{Book, Delivered, Slot};
use crate::door::{self, Ledger};
use optibid_core::asset::Battery;
use optibid_core::backtest::{BacktestDay, Baselines, TopBottom, Waterfall};
use optibid_core::market::Resolution;
use optibid_core::portfolio::{ProductRevenue, capture_ratio};
use optibid_core::ports::{EngineError, Optimizer};
use optibid_core::schedule::{PeriodPrice, ScheduleRequest};
use optibid_core::unit::{Currency, Energy, Money, Price, Rounding};

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
    let mut sums = Sums::new(book.rules.currency.value, &battery);
    for (slot, done) in book.slots.iter().zip(done) {
        sums.add(slot, done, book.balancing.is_some())?;
    }
    let revenues = revenues(book, &sums)?;
    let revenue = Money::sum(revenues.iter().map(|r| r.amount), sums.currency);
    let revenue = revenue.ok_or(out.clone())?;
    let (wear, fees) = (sums.wear.total()?, sums.fees.total()?);
    let fees = sums.pays_fees.then_some(fees);
    let net = revenue.checked_sub(wear).ok_or(out.clone())?;
    let net = fees.map_or(Some(net), |fees| net.checked_sub(fees));
    let net = net.ok_or(out.clone())?;
    let (perfect_foresight, product_foresight) = foresight(book, &battery, optimizer)?;
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
    Ok(BacktestDay {
        day: book.day.date(),
        revenue,
        revenues,
        fees,
        wear,
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
        gates: if detail {
            book.gates.clone()
        } else {
            Vec::new()
        },
        periods: if detail { book.rows() } else { Vec::new() },
    })
}

/// Sums of a day, exact until they are read.
struct Sums {
    currency: Currency,
    degradation: Price,
    fee: (Price, Price),
    pays_fees: bool,
    /// What the product's position brings, and what deviations from it bring.
    product: Ledger,
    balancing: Ledger,
    wear: Ledger,
    fees: Ledger,
    /// Net values: ideal, intended, awarded, filled, delivered.
    levels: [Ledger; 5],
    charged: Energy,
    discharged: Energy,
    undelivered: Energy,
}

impl Sums {
    fn new(currency: Currency, battery: &Battery) -> Self {
        let zero = Ledger::new(currency);
        let fee = (battery.charge_fee, battery.discharge_fee);
        Self {
            currency,
            degradation: battery.degradation_cost,
            fee,
            pays_fees: fee != (Price::ZERO, Price::ZERO),
            product: zero,
            balancing: zero,
            wear: zero,
            fees: zero,
            levels: [zero; 5],
            charged: Energy::ZERO,
            discharged: Energy::ZERO,
            undelivered: Energy::ZERO,
        }
    }

    fn add(&mut self, slot: &Slot, done: &Delivered, balances: bool) -> Result<(), EngineError> {
        let out = || EngineError::OutOfRange("the energy of a day");
        let minus = |a: Energy, b: Energy| a.checked_sub(b).ok_or_else(out);
        for ((ledger, held), run) in self.levels.iter_mut().zip(done.position).zip(done.dispatch) {
            ledger.add(slot.price, held);
            ledger.add(slot.balancing, minus(run, held)?);
        }
        let ([.., held], [.., filled]) = (done.position, done.dispatch);
        let short = minus(done.delivered, filled)?;
        let [.., delivery] = &mut self.levels;
        delivery.add(slot.price, held);
        delivery.add(slot.balancing, minus(filled, held)?);
        delivery.add(slot.price, short);
        let [ideal, intended, award, fill] = done.dispatch;
        let run = [ideal, intended, award, fill, done.delivered];
        for (ledger, energy) in self.levels.iter_mut().zip(run) {
            let (drawn, fed) = (energy.min(Energy::ZERO), energy.max(Energy::ZERO));
            ledger.add(self.fee.0, drawn);
            ledger.add(self.fee.1, minus(Energy::ZERO, fed)?);
            ledger.add(self.degradation, minus(Energy::ZERO, fed)?);
        }
        let energy = done.delivered;
        let (drawn, fed) = (energy.min(Energy::ZERO), energy.max(Energy::ZERO));
        if balances {
            self.product.add(slot.price, held);
            self.balancing.add(slot.balancing, minus(energy, held)?);
        } else {
            self.product.add(slot.price, energy);
        }
        self.wear.add(self.degradation, fed);
        self.fees.add(self.fee.0, minus(Energy::ZERO, drawn)?);
        self.fees.add(self.fee.1, fed);
        let plus = |sum: Energy, more: Energy| sum.checked_add(more.magnitude()).ok_or_else(out);
        self.charged = plus(self.charged, drawn)?;
        self.discharged = plus(self.discharged, fed)?;
        self.undelivered = plus(self.undelivered, short)?;
        Ok(())
    }
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
    battery: &Battery,
    optimizer: &dyn Optimizer,
) -> Result<(Money, Money), EngineError> {
    let currency = book.rules.currency.value;
    let best = |price: fn(&Slot) -> Price| {
        let prices = book.slots.iter().map(|slot| PeriodPrice {
            period: slot.period,
            price: price(slot),
        });
        let zone = book.rules.zone.value.clone();
        let request = ScheduleRequest::new(battery.clone(), zone, prices.collect(), currency);
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
