//! One side of a curve on the venue's ticks.

use super::blocks::Block;
use crate::door;
use optibid_core::market::rules::{PriceOrder, ProductRules};
use optibid_core::ports::EngineError;
use optibid_core::unit::{Power, Price, Rounding};

/// Which way the power of a side runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Charge,
    Discharge,
}

/// A block on the ticks: everything up to a quantity (a magnitude, cumulative) at a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rung {
    pub(super) upto: Power,
    pub(super) price: Price,
    pub(super) scheduled: bool,
}

/// The numbers that bind a curve; what the venue does not state does not bind.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub(crate) price_tick: Price,
    pub(crate) quantity_tick: Power,
    pub(crate) min_quantity: Power,
    pub(crate) floor: Price,
    /// Highest price of a bid to charge.
    pub(crate) buy_cap: Price,
    /// Highest price of an offer to discharge that needs no verification.
    pub(crate) sell_cap: Price,
    pub(crate) increasing: bool,
}

impl Bounds {
    pub(crate) fn of(rules: &ProductRules) -> Self {
        let price = |rule: &Option<optibid_core::market::rules::Sourced<Price>>| {
            rule.as_ref().map(|rule| rule.value)
        };
        let power = |rule: &Option<optibid_core::market::rules::Sourced<Power>>| {
            rule.as_ref().map_or(Power::ZERO, |rule| rule.value)
        };
        let tick = price(&rules.price_tick).unwrap_or_default();
        let on = |price: Price, rounding| door::on_tick(price, tick, rounding).unwrap_or(price);
        let cap = price(&rules.cap).unwrap_or(UNBOUNDED);
        let soft_cap = price(&rules.soft_cap).unwrap_or(cap);
        let floor = price(&rules.floor).unwrap_or(Price::from_micros(-UNBOUNDED.micros()));
        let increasing = |rule: &optibid_core::market::rules::Sourced<PriceOrder>| {
            rule.value == PriceOrder::Increasing
        };
        Self {
            price_tick: tick,
            quantity_tick: power(&rules.quantity_tick),
            min_quantity: power(&rules.min_quantity),
            floor: on(floor, Rounding::Ceiling),
            buy_cap: on(cap, Rounding::Floor),
            sell_cap: on(cap.min(soft_cap), Rounding::Floor),
            increasing: rules.price_order.as_ref().is_some_and(increasing),
        }
    }

    /// The smallest step between two prices that differ.
    pub(crate) fn step(&self) -> i64 {
        self.price_tick.micros().max(1)
    }

    /// The rungs of one side, from zero outwards: on the ticks, within floor and cap, prices never better for the venue than
    /// what was asked, and none where less than the minimum is left.
    pub(super) fn rungs(
        &self,
        direction: Direction,
        blocks: &[Block],
    ) -> Result<Vec<Rung>, EngineError> {
        let mut rungs: Vec<Rung> = Vec::with_capacity(blocks.len());
        for block in blocks {
            let upto = self.cut(block.upto);
            let before = rungs.last().copied();
            if upto <= before.map_or(Power::ZERO, |rung| rung.upto) {
                continue;
            }
            let Some(mut price) = self.price(direction, block)? else {
                break;
            };
            if let Some(before) = before {
                price = match direction {
                    Direction::Charge => price.min(before.price),
                    Direction::Discharge => price.max(before.price),
                };
            }
            rungs.push(Rung {
                upto,
                price,
                scheduled: block.scheduled,
            });
        }
        let total = rungs.last().map_or(Power::ZERO, |rung| rung.upto);
        Ok(if total < self.min_quantity {
            Vec::new()
        } else {
            rungs
        })
    }

    /// A quantity cut to the tick.
    pub(crate) fn cut(&self, power: Power) -> Power {
        let tick = self.quantity_tick.kilowatts().max(1);
        Power::from_kilowatts(power.kilowatts().div_euclid(tick) * tick)
    }

    fn price(&self, direction: Direction, block: &Block) -> Result<Option<Price>, EngineError> {
        let exact = door::to_price(block.price)?;
        let on = |rounding| {
            door::on_tick(exact, self.price_tick, rounding)
                .ok_or(EngineError::OutOfRange("a price"))
        };
        Ok(match direction {
            Direction::Charge => {
                let price = on(Rounding::Floor)?.min(self.buy_cap);
                (price >= self.floor).then_some(price)
            }
            Direction::Discharge => {
                let price = on(Rounding::Ceiling)?.max(self.floor);
                let price = if block.scheduled {
                    price.min(self.sell_cap)
                } else {
                    price
                };
                (price <= self.sell_cap).then_some(price)
            }
        })
    }
}

/// No price comes near it, and sums of a few of them fit 64 bits.
const UNBOUNDED: Price = Price::from_micros(i64::MAX / 8);
