//! What was bid for one product of a day, and what it comes to at the prices that came.

use super::gate::{GateBid, IntendedStep};
use crate::door;
use optibid_core::bid::{BidPeriod, BlockOrders, OfferCurve};
use optibid_core::market::rules::ProductRules;
use optibid_core::market::{DeliveryDay, DeliveryPeriod};
use optibid_core::ports::EngineError;
use optibid_core::unit::{Energy, Power, Price};

/// The energy of a slot at the levels of the waterfall that come before delivery: the ideal one, the intended one, the award
/// and the fill.
pub(super) type Levels = [Energy; 4];

/// What was bid for one product of the day, by bid period.
#[derive(Clone, Default)]
pub(super) struct Bids {
    pub(super) periods: Vec<DeliveryPeriod>,
    curves: Vec<Option<OfferCurve>>,
    /// Power of the block orders that the prices accept.
    accepted: Vec<Power>,
    ideal: Vec<Option<Energy>>,
    intended: Vec<Vec<IntendedStep>>,
}

impl Bids {
    pub(super) fn new(rules: &ProductRules, day: &DeliveryDay) -> Self {
        let periods: Vec<_> = rules.periods(day).collect();
        let count = periods.len();
        Self {
            periods,
            curves: vec![None; count],
            accepted: vec![Power::ZERO; count],
            ideal: vec![None; count],
            intended: vec![Vec::new(); count],
        }
    }

    pub(super) fn index(&self, period: &DeliveryPeriod) -> Option<usize> {
        let at = self.periods.partition_point(|p| p.end() <= period.start());
        let covers = self.periods.get(at)?.covers(period);
        covers.then_some(at)
    }

    /// Takes a bid over: what it names, from the first period that closes on, replaces what was bid before.
    pub(super) fn take(&mut self, bid: GateBid, first: usize) -> Result<(), EngineError> {
        let ideal = bid.ideal.iter().map(|ideal| ideal.period);
        let intended = bid.intended.iter().map(|step| step.period);
        for period in bid.periods.iter().map(|bid| bid.period) {
            let open = self.periods.get(first..).unwrap_or_default();
            if open.binary_search(&period).is_err() {
                let rule = "a bid period of the day whose gate has not closed yet";
                return Err(door::invalid("gate_closed", "bid.periods", period, rule));
            }
            self.clear(&period, first);
        }
        for period in ideal.chain(intended) {
            self.clear(&period, first);
        }
        for BidPeriod { period, curve } in bid.periods {
            if let Some(at) = self.index(&period) {
                put(&mut self.curves, at, Some(curve));
            }
        }
        for ideal in bid.ideal {
            if let Some(at) = self.index(&ideal.period).filter(|at| *at >= first) {
                put(&mut self.ideal, at, Some(ideal.energy));
            }
        }
        for step in bid.intended {
            if let Some(at) = self.index(&step.period).filter(|at| *at >= first)
                && let Some(steps) = self.intended.get_mut(at)
            {
                steps.push(step);
            }
        }
        Ok(())
    }

    /// Takes block orders over, of which those are accepted that gain at the prices that came.
    pub(super) fn take_blocks(
        &mut self,
        orders: &BlockOrders,
        price: impl Fn(DeliveryPeriod) -> Option<Price>,
    ) -> Result<(), EngineError> {
        let taken = orders.accepted_at(price).ok_or_else(|| {
            let rule = "volumes in bid periods of the day";
            let count = orders.blocks().len();
            door::invalid("blocks_do_not_fit", "bid.blocks", count, rule)
        })?;
        let blocks = orders.blocks().iter().zip(taken);
        let accepted = blocks.filter(|(_, taken)| *taken);
        for volume in accepted.flat_map(|(block, _)| &block.profile) {
            let place = self.index(&volume.period);
            if let Some(sum) = place.and_then(|at| self.accepted.get_mut(at)) {
                let out = EngineError::OutOfRange("an award");
                *sum = sum.checked_add(volume.quantity).ok_or(out)?;
            }
        }
        Ok(())
    }

    fn clear(&mut self, period: &DeliveryPeriod, first: usize) {
        if let Some(at) = self.index(period).filter(|at| *at >= first) {
            put(&mut self.curves, at, None);
            put(&mut self.ideal, at, None);
            put(&mut self.intended, at, Vec::new());
        }
    }

    /// The ideal energy of a slot: its part of that of the bid period.
    pub(super) fn ideal(&self, period: &DeliveryPeriod) -> Option<Energy> {
        let at = self.index(period)?;
        let whole = i128::from((*self.ideal.get(at)?)?.kilowatt_seconds());
        let bid = self.periods.get(at)?;
        let length = i128::from(bid.resolution().seconds());
        let upto = |instant: jiff::Timestamp| {
            let seconds = instant.as_second() - bid.start().as_second();
            (whole * i128::from(seconds)).div_euclid(length)
        };
        let part = upto(period.end()) - upto(period.start());
        i64::try_from(part).ok().map(Energy::from_kilowatt_seconds)
    }

    /// The energies of a slot at a price; none without a curve that was bid for it.
    pub(super) fn levels(
        &self,
        period: &DeliveryPeriod,
        price: Price,
    ) -> Result<Option<Levels>, EngineError> {
        let out = || EngineError::OutOfRange("an award");
        let Some(at) = self.index(period) else {
            return Ok(None);
        };
        let duration = period.resolution().duration();
        let curve = self.curves.get(at).and_then(Option::as_ref);
        let steps = self.intended.get(at).map_or(&[][..], Vec::as_slice);
        let ideal = self.ideal(period);
        let idle = self
            .accepted
            .get(at)
            .is_none_or(|power| *power == Power::ZERO);
        if curve.is_none() && idle && steps.is_empty() && ideal.is_none() {
            return Ok(None);
        }
        let award = curve.map_or(Power::ZERO, |curve| curve.cleared_at(price));
        let accepted = self.accepted.get(at).copied().unwrap_or_default();
        let award = award.checked_add(accepted).ok_or_else(out)?;
        let award = award.over(duration).ok_or_else(out)?;
        let intended = if steps.is_empty() {
            // Who states a plan and no step for a period means to stay idle there.
            match ideal {
                Some(_) if curve.is_none() => Energy::ZERO,
                _ => award,
            }
        } else {
            let kilowatts = steps.iter().map(|step| step.at(price)).sum();
            let power = Power::from_kilowatts(kilowatts);
            power.over(duration).ok_or_else(out)?
        };
        Ok(Some([ideal.unwrap_or(intended), intended, award, award]))
    }
}

fn put<T>(list: &mut [T], at: usize, value: T) {
    if let Some(place) = list.get_mut(at) {
        *place = value;
    }
}
