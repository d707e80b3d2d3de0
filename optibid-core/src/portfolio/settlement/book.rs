//! From awards, metering and prices to lines.

use super::input::{FeeBasis, Metered, SettlementInput};
use super::ledger::Ledger;
use super::line::{LineKind, SettlementLine};
use crate::id::AwardId;
use crate::market::{DeliveryPeriod, ProductId};
use crate::portfolio::award::Award;
use crate::portfolio::position::net_energy;
use crate::schedule::PeriodPrice;
use crate::unit::{Energy, Money, Price};
use std::collections::BTreeSet;

/// The lines and the sum of the cash lines; `None` when an amount leaves the range.
pub(super) fn book(input: &SettlementInput) -> Option<(Vec<SettlementLine>, Money)> {
    let deliveries = deliveries(input)?;
    let mut entries = day_ahead(input)?;
    entries.extend(imbalances(input, &deliveries));
    entries.extend(fees(input, &deliveries)?);
    entries.extend(wear(input, &deliveries)?);
    let mut cash = Ledger::new(input.currency);
    let mut information = Ledger::new(input.currency);
    let mut lines = Vec::with_capacity(entries.len());
    for entry in entries {
        let ledger = if entry.kind.is_cash() {
            &mut cash
        } else {
            &mut information
        };
        let amount = ledger.book(entry.price, entry.energy)?;
        lines.push(entry.line(amount));
    }
    Some((lines, cash.total()))
}

/// A line without its amount.
#[derive(Debug)]
struct Entry {
    kind: LineKind,
    product: Option<ProductId>,
    award: Option<AwardId>,
    name: Option<String>,
    period: DeliveryPeriod,
    energy: Energy,
    price: Price,
}

impl Entry {
    fn new(kind: LineKind, period: DeliveryPeriod, energy: Energy, price: Price) -> Self {
        Self {
            kind,
            product: None,
            award: None,
            name: None,
            period,
            energy,
            price,
        }
    }

    fn line(self, amount: Money) -> SettlementLine {
        let Self {
            kind,
            product,
            award,
            name,
            period,
            energy,
            price,
        } = self;
        SettlementLine {
            kind,
            product,
            award,
            name,
            period,
            energy,
            price,
            amount,
        }
    }
}

/// What was delivered in one period, and how far that is from what was awarded.
struct Delivery {
    period: DeliveryPeriod,
    energy: Energy,
    imbalance: Energy,
    /// The price of the imbalance; none where delivery is deemed as awarded.
    price: Option<Price>,
}

/// What was delivered, in order of time.
fn deliveries(input: &SettlementInput) -> Option<Vec<Delivery>> {
    match &input.metered {
        Some(metered) => metered_deliveries(input, metered),
        None => deemed_deliveries(input),
    }
}

/// One delivery for each priced period that was metered.
fn metered_deliveries(input: &SettlementInput, metered: &[Metered]) -> Option<Vec<Delivery>> {
    let mut prices = input.real_time_prices.clone();
    prices.sort_by_key(|p| p.period);
    let mut found = Vec::with_capacity(prices.len());
    for PeriodPrice { period, price } in prices {
        let mut samples = metered
            .iter()
            .filter(|m| period.covers(&m.period))
            .map(|m| m.energy)
            .peekable();
        if samples.peek().is_none() {
            continue;
        }
        let energy = samples.try_fold(Energy::ZERO, Energy::checked_add)?;
        let imbalance = energy.checked_sub(net_energy(&input.day_ahead, &period)?)?;
        found.push(Delivery {
            period,
            energy,
            imbalance,
            price: Some(price),
        });
    }
    Some(found)
}

/// One delivery as awarded for each period of the finest length among the awards.
fn deemed_deliveries(input: &SettlementInput) -> Option<Vec<Delivery>> {
    let Some(finest) = input.day_ahead.iter().map(|a| a.period.resolution()).min() else {
        return Some(Vec::new());
    };
    let mut periods = BTreeSet::new();
    for award in &input.day_ahead {
        let mut start = award.period.start();
        while start < award.period.end() {
            let part = DeliveryPeriod::new(start, finest).ok()?;
            start = part.end();
            periods.insert(part);
        }
    }
    let delivery = |period| {
        let energy = net_energy(&input.day_ahead, &period)?;
        Some(Delivery {
            period,
            energy,
            imbalance: Energy::ZERO,
            price: None,
        })
    };
    periods.into_iter().map(delivery).collect()
}

fn day_ahead(input: &SettlementInput) -> Option<Vec<Entry>> {
    let mut awards: Vec<_> = input.day_ahead.iter().collect();
    awards.sort_by_key(|a| (a.period, a.id));
    let entry = |award: &Award| {
        let kind = LineKind::DayAheadEnergy;
        Some(Entry {
            product: Some(award.product.clone()),
            award: Some(award.id),
            ..Entry::new(kind, award.period, award.energy()?, award.price)
        })
    };
    awards.into_iter().map(entry).collect()
}

fn imbalances(input: &SettlementInput, deliveries: &[Delivery]) -> Vec<Entry> {
    let entry = |d: &Delivery| {
        let kind = LineKind::RealTimeImbalance;
        let product = Some(input.real_time_product.clone());
        Some(Entry {
            product,
            ..Entry::new(kind, d.period, d.imbalance, d.price?)
        })
    };
    deliveries.iter().filter_map(entry).collect()
}

fn fees(input: &SettlementInput, deliveries: &[Delivery]) -> Option<Vec<Entry>> {
    let mut entries = Vec::new();
    for fee in &input.fees {
        let price = negative(fee.rate)?;
        let mut charge = |period, energy: Energy, award| {
            if energy != Energy::ZERO {
                let entry = Entry::new(LineKind::Fees, period, energy.magnitude(), price);
                entries.push(Entry {
                    name: Some(fee.name.clone()),
                    award,
                    ..entry
                });
            }
        };
        match fee.basis {
            FeeBasis::Awarded => {
                for award in &input.day_ahead {
                    charge(award.period, award.energy()?, Some(award.id));
                }
            }
            FeeBasis::Metered => deliveries
                .iter()
                .for_each(|d| charge(d.period, d.energy, None)),
            FeeBasis::Imbalance => {
                deliveries
                    .iter()
                    .for_each(|d| charge(d.period, d.imbalance, None));
            }
        }
    }
    entries.sort_by_key(|e| (e.period, e.award));
    Some(entries)
}

/// Wear of what was discharged: the net energy of each period, where that is an injection.
fn wear(input: &SettlementInput, deliveries: &[Delivery]) -> Option<Vec<Entry>> {
    let Some(cost) = input.degradation_cost else {
        return Some(Vec::new());
    };
    let price = negative(cost)?;
    let entries = deliveries
        .iter()
        .filter(|d| d.energy > Energy::ZERO)
        .map(|d| Entry::new(LineKind::Degradation, d.period, d.energy, price))
        .collect();
    Some(entries)
}

fn negative(price: Price) -> Option<Price> {
    price.micros().checked_neg().map(Price::from_micros)
}
