//! The ledgers of a day, and what each level of the waterfall comes to.

use super::book::{Book, Delivered, Slot};
use crate::door::{Bands, Ledger, Limit, Store};
use optibid_core::asset::Battery;
use optibid_core::ports::EngineError;
use optibid_core::schedule::Shortfall;
use optibid_core::unit::{Currency, Energy, Power, Price};

/// Sums of a day, exact until they are read.
pub(super) struct Sums {
    pub(super) currency: Currency,
    battery: Battery,
    balances: bool,
    retention: f64,
    /// What the product's position brings, and what deviations from it bring.
    pub(super) product: Ledger,
    pub(super) balancing: Ledger,
    pub(super) wear: Ledger,
    pub(super) fees: Ledger,
    pub(super) pays_fees: bool,
    /// Net values: ideal, intended, awarded, filled, delivered.
    pub(super) levels: [Ledger; 5],
    /// The store along each level; none where nothing but the energies counts.
    trails: Option<[Trail; 5]>,
    pub(super) charged: Energy,
    pub(super) discharged: Energy,
    pub(super) undelivered: Energy,
}

/// The store as it would be run along a level, for what depends on more than each period's energy.
#[derive(Clone)]
struct Trail {
    store: Store,
    bands: Bands,
}

impl Sums {
    /// For the battery as it was when the day began, with the power before.
    pub(super) fn new(book: &Book<'_>, (battery, power): (&Battery, Option<Power>)) -> Self {
        let before = power.and_then(|power| power.over(book.resolution.duration()));
        let currency = book.rules.currency.value;
        let zero = Ledger::new(currency);
        let fees = (battery.charge_fee, battery.discharge_fee);
        let follows = !battery.depth_wear.is_empty() || battery.target_price.is_some();
        let trail = || Trail {
            store: Store::new(battery.clone()).after(before),
            bands: Bands::new(battery),
        };
        Self {
            currency,
            balances: book.balancing.is_some(),
            retention: book.retention(battery),
            battery: battery.clone(),
            pays_fees: fees != (Price::ZERO, Price::ZERO),
            product: zero,
            balancing: zero,
            wear: zero,
            fees: zero,
            levels: [zero; 5],
            trails: follows.then(|| std::array::from_fn(|_| trail())),
            charged: Energy::ZERO,
            discharged: Energy::ZERO,
            undelivered: Energy::ZERO,
        }
    }

    /// Adds a settlement period.
    pub(super) fn add(
        &mut self,
        (slot, limit): (&Slot, &Limit),
        done: &Delivered,
    ) -> Result<(), EngineError> {
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
            ledger.add(self.battery.charge_fee, drawn);
            ledger.add(self.battery.discharge_fee, minus(Energy::ZERO, fed)?);
            ledger.add(self.battery.degradation_cost, minus(Energy::ZERO, fed)?);
        }
        self.follow(run, limit);
        let energy = done.delivered;
        let (drawn, fed) = (energy.min(Energy::ZERO), energy.max(Energy::ZERO));
        if self.balances {
            self.product.add(slot.price, held);
            self.balancing.add(slot.balancing, minus(energy, held)?);
        } else {
            self.product.add(slot.price, energy);
        }
        self.wear.add(self.battery.degradation_cost, fed);
        self.fees
            .add(self.battery.charge_fee, minus(Energy::ZERO, drawn)?);
        self.fees.add(self.battery.discharge_fee, fed);
        let plus = |sum: Energy, more: Energy| sum.checked_add(more.magnitude()).ok_or_else(out);
        self.charged = plus(self.charged, drawn)?;
        self.discharged = plus(self.discharged, fed)?;
        self.undelivered = plus(self.undelivered, short)?;
        Ok(())
    }

    /// Runs the store along each level and counts its wear by depth.
    fn follow(&mut self, run: [Energy; 5], limit: &Limit) {
        let Some(trails) = &mut self.trails else {
            return;
        };
        let delivered = trails.len() - 1;
        let (wear, least) = (&mut self.wear, self.battery.min_soc);
        let along = trails.iter_mut().zip(run).zip(&mut self.levels);
        for (i, ((trail, wanted), level)) in along.enumerate() {
            let energy = trail.store.run(wanted, limit, self.retention);
            let above = trail.store.soc().checked_sub(least).unwrap_or_default();
            let state = (self.retention, above);
            trail.bands.run(state, energy, |cost, part, whole| {
                level.add_part(cost, -part, whole);
                if i == delivered {
                    wear.add_part(cost, part, whole);
                }
            });
        }
    }

    /// Counts what is missing at the end of the day from a target with a price, on each level; says what is really missing.
    pub(super) fn close(&mut self, soc: Option<Energy>) -> Result<Option<Shortfall>, EngineError> {
        let target = self.battery.target_soc.zip(self.battery.target_price);
        let (Some((target, price)), Some(trails)) = (target, &self.trails) else {
            return Ok(None);
        };
        let missing = |soc: Energy| {
            let missing = target.checked_sub(soc).unwrap_or_default();
            missing.max(Energy::ZERO)
        };
        for (level, trail) in self.levels.iter_mut().zip(trails) {
            let back = Energy::ZERO.checked_sub(missing(trail.store.soc()));
            level.add(price, back.unwrap_or_default());
        }
        let energy = missing(soc.unwrap_or(self.battery.initial_soc));
        let mut cost = Ledger::new(self.currency);
        cost.add(price, energy);
        let cost = cost.total()?;
        Ok((energy > Energy::ZERO).then_some(Shortfall { energy, cost }))
    }
}
