//! One delivery day of the replay: its prices, its bids, what was awarded, filled and delivered.

use super::fill::Fills;
use super::gate::{GateBid, IntendedStep};
use super::prices::Prices;
use crate::door::{self, Limit, Store, Window};
use crate::series::{Grid, Series};
use optibid_core::asset::Battery;
use optibid_core::backtest::{BacktestPeriod, GateRecord};
use optibid_core::bid::{BidPeriod, OfferCurve};
use optibid_core::market::rules::ProductRules;
use optibid_core::market::{DeliveryDay, DeliveryPeriod, Resolution};
use optibid_core::ports::EngineError;
use optibid_core::unit::{Energy, Power, Price};

/// A settlement period and its prices.
#[derive(Clone, Copy)]
pub(super) struct Slot {
    pub(super) period: DeliveryPeriod,
    pub(super) price: Price,
    /// The price that deviations settle at; that of the product without a balancing product.
    pub(super) balancing: Price,
}

/// The energy of a slot at the levels of the waterfall that come before delivery: the ideal one, the intended one, the award
/// and the fill.
pub(super) type Levels = [Energy; 4];

/// What was bid for one product of the day, by bid period.
#[derive(Clone, Default)]
pub(super) struct Bids {
    pub(super) periods: Vec<DeliveryPeriod>,
    curves: Vec<Option<OfferCurve>>,
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
            ideal: vec![None; count],
            intended: vec![Vec::new(); count],
        }
    }

    fn index(&self, period: &DeliveryPeriod) -> Option<usize> {
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
        if curve.is_none() && steps.is_empty() && ideal.is_none() {
            return Ok(None);
        }
        let award = curve.map_or(Power::ZERO, |curve| curve.cleared_at(price));
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
