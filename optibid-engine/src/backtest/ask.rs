//! A gate put before the strategy.

use super::book::Book;
use super::digest::{self, KnowledgeHash};
use super::gate::{BidStrategy, Gate, GateBid, HeldAward};
use super::prices::Prices;
use crate::door::Store;
use jiff::Timestamp;
use optibid_core::asset::Battery;
use optibid_core::backtest::BacktestInput;
use optibid_core::market::rules::ProductRules;
use optibid_core::market::{DeliveryDay, DeliveryPeriod, ProductId};
use optibid_core::ports::EngineError;
use optibid_core::unit::{Energy, Power};

/// What all gates of a backtest have in common.
pub(super) struct Desk<'a> {
    pub(super) input: &'a BacktestInput,
    pub(super) strategy: &'a dyn BidStrategy,
    setting: [u8; 32],
}

/// What one gate is about.
pub(super) struct Asked<'a> {
    pub(super) rules: &'a ProductRules,
    pub(super) day: &'a DeliveryDay,
    pub(super) closing: &'a [DeliveryPeriod],
    pub(super) closes_at: Timestamp,
    pub(super) soc: Energy,
    pub(super) held: &'a [HeldAward],
    pub(super) day_ahead: Option<&'a ProductId>,
}

impl<'a> Desk<'a> {
    pub(super) fn new(input: &'a BacktestInput, strategy: &'a dyn BidStrategy) -> Self {
        let request = &input.request;
        let free = (&request.battery, &request.location, request.settings.seed);
        Self {
            input,
            strategy,
            setting: digest::setting(&strategy.name(), &free),
        }
    }

    /// The strategy's bid and the hash of it with all that was known. `knowledge` has been advanced to the gate.
    pub(super) fn ask(
        &self,
        asked: &Asked<'_>,
        prices: &Prices<'_>,
        knowledge: &KnowledgeHash<'_>,
    ) -> Result<(GateBid, [u8; 32]), EngineError> {
        let request = &self.input.request;
        let battery = Battery {
            initial_soc: asked.soc,
            ..request.battery.clone()
        };
        let gate = Gate {
            rules: asked.rules,
            location: &request.location,
            day: asked.day,
            closing: asked.closing,
            closes_at: asked.closes_at,
            battery: &battery,
            held: asked.held,
            day_ahead: asked.day_ahead,
            known: prices.at(asked.closes_at),
            seed: request.settings.seed,
        };
        let bid = self.strategy.bid(&gate)?;
        let hash = knowledge.of(&self.setting, &gate, &bid);
        Ok((bid, hash))
    }

    /// The battery in operation, with a day's cycle budget, after a period at a power.
    pub(super) fn store(&self, book: &Book<'_>, (soc, power): (Energy, Option<Power>)) -> Store {
        let before = power.and_then(|power| power.over(book.resolution.duration()));
        let store = Store::new(Battery {
            initial_soc: soc,
            ..self.input.request.battery.clone()
        });
        store.after(before)
    }

    /// Share of the stored energy kept over a settlement period of the day.
    pub(super) fn retention(&self, book: &Book<'_>) -> f64 {
        book.retention(&self.input.request.battery)
    }
}
