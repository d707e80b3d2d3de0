//! One delivery day of the replay: its prices, its bids, what was awarded, filled and delivered.

use super::bids::{Bids, Levels};
use super::fill::Fills;
use super::gate::GateBid;
use super::prices::Prices;
use crate::door::{self, Limit, Store, Window};
use crate::series::{Grid, Series};
use optibid_core::asset::Battery;
use optibid_core::backtest::{BacktestPeriod, GateRecord};
use optibid_core::market::rules::ProductRules;
use optibid_core::market::{DeliveryDay, DeliveryPeriod, Resolution};
use optibid_core::ports::EngineError;
use optibid_core::unit::{Energy, Power, Price, Rounding};
use std::ops::Range;

/// A settlement period and its prices.
#[derive(Clone, Copy)]
pub(super) struct Slot {
    pub(super) period: DeliveryPeriod,
    pub(super) price: Price,
    /// The price that deviations settle at; that of the product without a balancing product.
    pub(super) balancing: Price,
}

/// A delivery day.
pub(super) struct Book<'a> {
    pub(super) day: DeliveryDay,
    pub(super) rules: &'a ProductRules,
    pub(super) balancing: Option<&'a ProductRules>,
    pub(super) slots: Vec<Slot>,
    pub(super) resolution: Resolution,
    pub(super) limits: Vec<Limit>,
    /// Bids into the product and into the balancing product.
    pub(super) bids: [Bids; 2],
    /// The filled awards of the product, by slot, once all its gates have closed.
    pub(super) awards: Vec<Energy>,
    /// Why the day is left out.
    pub(super) failed: Option<String>,
    pub(super) hashes: Vec<[u8; 32]>,
    pub(super) gates: Vec<GateRecord>,
    pub(super) run: Option<Run>,
}

/// The day under way.
pub(super) struct Run {
    pub(super) soc_at_start: Energy,
    /// Power before the day, where a ramp limit starts from.
    pub(super) power_at_start: Option<Power>,
    pub(super) store: Store,
    /// Slots delivered.
    pub(super) done: Vec<Delivered>,
}

/// What one slot came to.
#[derive(Clone, Copy)]
pub(super) struct Delivered {
    /// Energies of the product's bids.
    pub(super) position: Levels,
    /// Energies meant to be delivered, after the balancing product's bids.
    pub(super) dispatch: Levels,
    pub(super) delivered: Energy,
    pub(super) soc: Energy,
}

impl<'a> Book<'a> {
    /// The day with its prices; one whose prices are missing is failed from the start.
    pub(super) fn open(
        day: DeliveryDay,
        (rules, balancing): (&'a ProductRules, Option<&'a ProductRules>),
        battery: &Battery,
        prices: &Prices<'_>,
    ) -> Self {
        let settled = |rules: &ProductRules| {
            let own = rules.settlement_interval.as_ref();
            own.map_or(rules.interval.value, |rule| rule.value)
        };
        let finer = balancing.map_or(settled(rules), settled);
        let resolution = settled(rules).min(finer);
        let (slots, failed) = match slots(&day, resolution, (rules, balancing), prices) {
            Ok(slots) => (slots, None),
            Err(reason) => (Vec::new(), Some(reason)),
        };
        let none = Bids::default();
        Self {
            limits: Window::new(battery.clone(), resolution, &[], slots.len()).limits,
            bids: [
                Bids::new(rules, &day),
                balancing.map_or(none, |rules| Bids::new(rules, &day)),
            ],
            day,
            rules,
            balancing,
            slots,
            resolution,
            awards: Vec::new(),
            failed,
            hashes: Vec::new(),
            gates: Vec::new(),
            run: None,
        }
    }

    /// Takes the bid of a gate over that closed for these bid periods.
    pub(super) fn take(
        &mut self,
        product: usize,
        bid: GateBid,
        closing: Range<usize>,
    ) -> Result<(), EngineError> {
        let Self { bids, slots, .. } = self;
        let Some(bids) = bids.get_mut(product) else {
            return Ok(());
        };
        if let Some(orders) = &bid.blocks {
            if closing != (0..bids.periods.len()) {
                let rule = "none where gates close through the day: a block spans gates";
                let count = orders.blocks().len();
                return Err(door::invalid(
                    "blocks_span_gates",
                    "bid.blocks",
                    count,
                    rule,
                ));
            }
            bids.take_blocks(orders, |period| mean_price(slots, (product, &period)))?;
        }
        bids.take(bid, closing.start)
    }

    /// Share of the stored energy that a battery keeps over a settlement period.
    pub(super) fn retention(&self, battery: &Battery) -> f64 {
        let hours = self.resolution.seconds() as f64 / 3_600.0;
        (1.0 - door::ratio(battery.standing_loss)).powf(hours)
    }

    /// The levels of the product's bids in a slot.
    pub(super) fn position(&self, slot: &Slot, fills: Fills) -> Result<Levels, EngineError> {
        let levels = self.bids[0].levels(&slot.period, slot.price)?;
        let [ideal, intended, award, _] = levels.unwrap_or_default();
        let start = self.bid_start(0, &slot.period);
        let filled = fills.of(award, &self.rules.product, start);
        Ok([ideal, intended, award, filled])
    }

    /// The levels of what is to be delivered: the balancing product's bids where there are any, else the position.
    pub(super) fn dispatch(
        &self,
        slot: &Slot,
        position: Levels,
        fills: Fills,
    ) -> Result<Levels, EngineError> {
        let Some(rules) = self.balancing else {
            return Ok(position);
        };
        let Some([ideal, intended, award, _]) =
            self.bids[1].levels(&slot.period, slot.balancing)?
        else {
            return Ok(position);
        };
        let out = || EngineError::OutOfRange("an award");
        let held = position[3];
        let change = award.checked_sub(held).ok_or_else(out)?;
        let start = self.bid_start(1, &slot.period);
        let change = fills.of(change, &rules.product, start);
        let filled = held.checked_add(change).ok_or_else(out)?;
        Ok([ideal, intended, award, filled])
    }

    fn bid_start(&self, product: usize, period: &DeliveryPeriod) -> jiff::Timestamp {
        let bids = self.bids.get(product);
        let bid = bids.and_then(|bids| bids.periods.get(bids.index(period)?));
        bid.map_or(period.start(), DeliveryPeriod::start)
    }

    /// The rows of the report.
    pub(super) fn rows(&self) -> Vec<BacktestPeriod> {
        let done = self.run.iter().flat_map(|run| &run.done);
        let rows = self.slots.iter().zip(done).map(|(slot, done)| {
            let [.., award] = done.position;
            let [.., dispatch] = done.dispatch;
            BacktestPeriod {
                period: slot.period,
                price: slot.price,
                balancing_price: slot.balancing,
                award,
                dispatch,
                delivered: done.delivered,
                state_of_charge: done.soc,
            }
        });
        rows.collect()
    }
}

/// The mean price of a product over a bid period of the day, half-even to 1e-6.
fn mean_price(slots: &[Slot], (product, period): (usize, &DeliveryPeriod)) -> Option<Price> {
    let from = slots.partition_point(|slot| slot.period.start() < period.start());
    let within = slots.iter().skip(from);
    let within = within.take_while(|slot| slot.period.end() <= period.end());
    let (mut sum, mut count) = (0_i128, 0_i128);
    for slot in within {
        let price = if product == 0 {
            slot.price
        } else {
            slot.balancing
        };
        sum += i128::from(price.micros());
        count += 1;
    }
    let mean = (count > 0).then(|| Rounding::HalfEven.div(sum, count))?;
    i64::try_from(mean).ok().map(Price::from_micros)
}

/// The day's settlement periods with the prices that came.
fn slots(
    day: &DeliveryDay,
    resolution: Resolution,
    (rules, balancing): (&ProductRules, Option<&ProductRules>),
    prices: &Prices<'_>,
) -> Result<Vec<Slot>, String> {
    let grid = Grid {
        resolution,
        anchor: day.start(),
    };
    let series = |rules: &ProductRules| {
        let seen = prices.between(&rules.product, day.start(), day.end());
        Series::new(seen.iter().copied(), grid)
    };
    let (own, other) = (series(rules), balancing.map(|rules| (rules, series(rules))));
    let missing = |period: &DeliveryPeriod, of: &ProductRules| {
        let local = day.zone().local(period.start());
        if other.is_some() {
            format!("no price of {} for the period of {local}", of.product)
        } else {
            format!("no price for the period of {local}")
        }
    };
    let slot = |period: DeliveryPeriod| {
        let price = own.at(period.start());
        let price = price.ok_or_else(|| missing(&period, rules))?;
        let balancing = match &other {
            Some((rules, series)) => {
                let price = series.at(period.start());
                price.ok_or_else(|| missing(&period, rules))?
            }
            None => price,
        };
        Ok(Slot {
            period,
            price,
            balancing,
        })
    };
    day.periods(resolution).map(slot).collect()
}
