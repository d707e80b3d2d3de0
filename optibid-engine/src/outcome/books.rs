//! What a day earns and costs.

use super::delivery::Step;
use crate::door::Ledger;
use optibid_core::asset::Battery;
use optibid_core::outcome::{OutcomeRequest, OutcomeTotals};
use optibid_core::ports::EngineError;
use optibid_core::unit::{Energy, Money, Price};

/// Running sums, exact until they are read.
pub(super) struct Books<'a> {
    battery: Option<&'a Battery>,
    shortfall_price: Price,
    pub(super) revenue: Ledger,
    pub(super) wear: Ledger,
    fees: Ledger,
    penalty: Ledger,
    zero: Ledger,
    sold: Energy,
    bought: Energy,
    shortfall: Energy,
}

fn plus(sum: Energy, more: Energy) -> Result<Energy, EngineError> {
    let out = EngineError::OutOfRange("the energy of a day");
    sum.checked_add(more.magnitude()).ok_or(out)
}

impl<'a> Books<'a> {
    pub(super) const fn new(request: &'a OutcomeRequest) -> Self {
        let zero = Ledger::new(request.currency);
        Self {
            battery: request.battery.as_ref(),
            shortfall_price: request.shortfall_price,
            revenue: zero,
            wear: zero,
            fees: zero,
            penalty: zero,
            zero,
            sold: Energy::ZERO,
            bought: Energy::ZERO,
            shortfall: Energy::ZERO,
        }
    }

    /// Adds a period: what cleared and, with a battery, what it did.
    pub(super) fn add(
        &mut self,
        price: Price,
        cleared: Energy,
        step: Option<&Step>,
    ) -> Result<(), EngineError> {
        if cleared > Energy::ZERO {
            self.sold = plus(self.sold, cleared)?;
        } else {
            self.bought = plus(self.bought, cleared)?;
        }
        let energy = step.map_or(cleared, |step| step.energy);
        self.revenue.add(price, energy);
        let Some(battery) = self.battery else {
            return Ok(());
        };
        let (fed, drawn) = (
            energy.max(Energy::ZERO),
            energy.min(Energy::ZERO).magnitude(),
        );
        self.wear.add(battery.degradation_cost, fed);
        self.fees.add(battery.discharge_fee, fed);
        self.fees.add(battery.charge_fee, drawn);
        if let Some((missing, _)) = step.and_then(|step| step.short) {
            self.shortfall = plus(self.shortfall, missing)?;
            self.penalty.add(self.shortfall_price, missing.magnitude());
        }
        Ok(())
    }

    /// The sums, with `end` in store at the end of the day.
    pub(super) fn totals(self, end: Option<Energy>) -> Result<OutcomeTotals, EngineError> {
        let (revenue, wear, fees) = (
            self.revenue.total()?,
            self.wear.total()?,
            self.fees.total()?,
        );
        let pays = |b: &Battery| (b.charge_fee, b.discharge_fee) != (Price::ZERO, Price::ZERO);
        let priced = self.battery.is_some() && self.shortfall_price > Price::ZERO;
        let penalty = self.penalty.total()?;
        let (below_target, target_cost) = self.missing(end)?;
        let mut costs = [wear, fees, penalty].into_iter().chain(target_cost);
        let net = costs.try_fold(revenue, Money::checked_sub);
        Ok(OutcomeTotals {
            sold: self.sold,
            bought: self.bought,
            revenue,
            wear,
            fees: self.battery.is_some_and(pays).then_some(fees),
            shortfall: self.shortfall,
            shortfall_cost: priced.then_some(penalty),
            below_target,
            target_cost,
            net: net.ok_or(EngineError::OutOfRange("the net"))?,
        })
    }

    /// What is missing from the target, and what that costs.
    fn missing(&self, end: Option<Energy>) -> Result<(Option<Energy>, Option<Money>), EngineError> {
        let battery = self.battery;
        let target = battery.and_then(|battery| battery.target_soc);
        let below = target.zip(end).and_then(|(target, end)| {
            let missing = target.checked_sub(end)?;
            (missing > Energy::ZERO).then_some(missing)
        });
        let price = battery.and_then(|battery| battery.target_price);
        let cost = below.zip(price).map(|(missing, price)| {
            let mut cost = self.zero;
            cost.add(price, missing);
            cost.total()
        });
        Ok((below, cost.transpose()?))
    }
}
