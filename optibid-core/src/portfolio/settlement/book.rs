//! From awards, metering and prices to lines.

use super::input::{FeeBasis, SettlementInput};
use super::ledger::Ledger;
use super::line::{LineKind, SettlementLine};
use crate::id::AwardId;
use crate::market::{DeliveryPeriod, ProductId};
use crate::portfolio::position::net_energy;
use crate::unit::{Energy, Money, Price};

/// The lines and the sum of the cash lines; `None` when an amount leaves the range.
pub(super) fn book(input: &SettlementInput) -> Option<(Vec<SettlementLine>, Money)> {
    let deviations = deviations(input)?;
    let mut entries = day_ahead(input)?;
    entries.extend(imbalances(input, &deviations));
    entries.extend(fees(input, &deviations)?);
    entries.extend(wear(input, &deviations)?);
    let mut cash = Ledger::new(input.currency);
    let mut information = Ledger::new(input.currency);
    let mut lines = Vec::with_capacity(entries.len());
    for entry in entries {
        let ledger = if entry.kind.is_cash() { &mut cash } else { &mut information };
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
        Self { kind, product: None, award: None, name: None, period, energy, price }
    }

    fn line(self, amount: Money) -> SettlementLine {
        let Self { kind, product, award, name, period, energy, price } = self;
        SettlementLine { kind, product, award, name, period, energy, price, amount }
    }
}

/// What was metered in one real-time period, and how far that is from what was awarded.
struct Deviation {
    period: DeliveryPeriod,
    price: Price,
    metered: Energy,
    imbalance: Energy,
}

/// One deviation for each priced period that was metered, in order of time.
fn deviations(input: &SettlementInput) -> Option<Vec<Deviation>> {
    let mut prices = input.real_time_prices.clone();
    prices.sort_by_key(|p| p.period);
    let mut found = Vec::with_capacity(prices.len());
    for item in prices {
        let mut samples =
            input.metered.iter().filter(|m| item.period.covers(&m.period)).map(|m| m.energy).peekable();
        if samples.peek().is_none() {
            continue;
        }
        let metered = samples.try_fold(Energy::ZERO, Energy::checked_add)?;
        let awarded = net_energy(&input.day_ahead, &item.period)?;
        let imbalance = metered.checked_sub(awarded)?;
        found.push(Deviation { period: item.period, price: item.price, metered, imbalance });
    }
    Some(found)
}

fn day_ahead(input: &SettlementInput) -> Option<Vec<Entry>> {
    let mut awards: Vec<_> = input.day_ahead.iter().collect();
    awards.sort_by_key(|a| (a.period, a.id));
    let entry = |award: &crate::portfolio::award::Award| {
        let kind = LineKind::DayAheadEnergy;
        Some(Entry {
            product: Some(award.product.clone()),
            award: Some(award.id),
            ..Entry::new(kind, award.period, award.energy()?, award.price)
        })
    };
    awards.into_iter().map(entry).collect()
}

fn imbalances(input: &SettlementInput, deviations: &[Deviation]) -> Vec<Entry> {
    let entry = |d: &Deviation| Entry {
        product: Some(input.real_time_product.clone()),
        ..Entry::new(LineKind::RealTimeImbalance, d.period, d.imbalance, d.price)
    };
    deviations.iter().map(entry).collect()
}

fn fees(input: &SettlementInput, deviations: &[Deviation]) -> Option<Vec<Entry>> {
    let mut entries = Vec::new();
    for fee in &input.fees {
        let price = negative(fee.rate)?;
        let mut charge = |period, energy: Energy, award| {
            if energy != Energy::ZERO {
                let entry = Entry::new(LineKind::Fees, period, energy.magnitude(), price);
                entries.push(Entry { name: Some(fee.name.clone()), award, ..entry });
            }
        };
        match fee.basis {
            FeeBasis::Awarded => {
                for award in &input.day_ahead {
                    charge(award.period, award.energy()?, Some(award.id));
                }
            }
            FeeBasis::Metered => deviations.iter().for_each(|d| charge(d.period, d.metered, None)),
            FeeBasis::Imbalance => {
                deviations.iter().for_each(|d| charge(d.period, d.imbalance, None));
            }
        }
    }
    entries.sort_by_key(|e| (e.period, e.award));
    Some(entries)
}

/// Wear of what was discharged, by the net metering of each real-time period.
fn wear(input: &SettlementInput, deviations: &[Deviation]) -> Option<Vec<Entry>> {
    let Some(cost) = input.degradation_cost else { return Some(Vec::new()) };
    let price = negative(cost)?;
    let entries = deviations
        .iter()
        .filter(|d| d.metered > Energy::ZERO)
        .map(|d| Entry::new(LineKind::Degradation, d.period, d.metered, price))
        .collect();
    Some(entries)
}

fn negative(price: Price) -> Option<Price> {
    price.micros().checked_neg().map(Price::from_micros)
}
