//! Hashes of what a gate's bid rested on.

use super::gate::{Gate, GateBid};
use super::prices::Prices;
use jiff::Timestamp;
use optibid_core::bid::OfferCurve;
use optibid_core::market::DeliveryPeriod;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// The running hash of all prices in order of their time of knowledge.
///
/// Its state at a gate covers every price known then, so that a gate costs what became known since the one before and not
/// all history.
pub(super) struct KnowledgeHash<'a> {
    prices: &'a Prices<'a>,
    next: usize,
    state: Sha256,
}

impl<'a> KnowledgeHash<'a> {
    pub(super) fn new(prices: &'a Prices<'a>) -> Self {
        Self {
            prices,
            next: 0,
            state: Sha256::new(),
        }
    }

    /// Takes in what was known at the instant, which must not lie before the one of the last call. Answers how many prices
    /// that is.
    pub(super) fn advance(&mut self, instant: Timestamp) -> usize {
        let new = self.prices.by_knowledge().iter().skip(self.next);
        for (product, seen) in new.take_while(|(_, seen)| seen.known_at <= instant) {
            self.state.update((*product as u64).to_le_bytes());
            period(&mut self.state, &seen.period);
            self.state.update(seen.price.micros().to_le_bytes());
            instant_of(&mut self.state, seen.known_at);
            self.next += 1;
        }
        self.next
    }

    /// The hash of gate and bid after [`advance`](Self::advance) to the gate's closure.
    pub(super) fn of(&self, setting: &[u8; 32], gate: &Gate<'_>, bid: &GateBid) -> [u8; 32] {
        let mut state = self.state.clone();
        state.update(setting);
        text(&mut state, gate.rules.product.as_str());
        instant_of(&mut state, gate.day.start());
        instant_of(&mut state, gate.closes_at);
        state.update(gate.battery.initial_soc.kilowatt_seconds().to_le_bytes());
        count(&mut state, gate.closing.len());
        for closing in gate.closing {
            period(&mut state, closing);
        }
        count(&mut state, gate.held.len());
        for held in gate.held {
            period(&mut state, &held.period);
            state.update(held.energy.kilowatt_seconds().to_le_bytes());
        }
        count(&mut state, bid.periods.len());
        for bid in &bid.periods {
            period(&mut state, &bid.period);
            curve(&mut state, &bid.curve);
        }
        if let Some(orders) = &bid.blocks {
            text(&mut state, &format!("{:?}", orders.blocks()));
        }
        state.finalize().into()
    }
}

/// The hash of what holds for all gates: strategy, seed and battery.
pub(super) fn setting(name: &str, gate_free: &impl std::fmt::Debug) -> [u8; 32] {
    let mut state = Sha256::new();
    text(&mut state, name);
    text(&mut state, &format!("{gate_free:?}"));
    state.finalize().into()
}

/// The hash of hashes.
pub(super) fn chain<'a>(hashes: impl Iterator<Item = &'a [u8; 32]>) -> [u8; 32] {
    let mut state = Sha256::new();
    hashes.for_each(|hash| state.update(hash));
    state.finalize().into()
}

/// Hexadecimal digits.
pub(super) fn hex(hash: &[u8; 32]) -> String {
    hash.iter().fold(String::with_capacity(64), |mut text, b| {
        let _ = write!(text, "{b:02x}");
        text
    })
}

fn text(state: &mut Sha256, text: &str) {
    count(state, text.len());
    state.update(text.as_bytes());
}

fn count(state: &mut Sha256, count: usize) {
    state.update((count as u64).to_le_bytes());
}

fn instant_of(state: &mut Sha256, instant: Timestamp) {
    state.update(instant.as_nanosecond().to_le_bytes());
}

fn period(state: &mut Sha256, period: &DeliveryPeriod) {
    state.update(period.start().as_second().to_le_bytes());
    state.update(period.resolution().seconds().to_le_bytes());
}

fn curve(state: &mut Sha256, curve: &OfferCurve) {
    text(state, curve.shape().code());
    count(state, curve.points().len());
    for point in curve.injection_points() {
        state.update(point.quantity.kilowatts().to_le_bytes());
        state.update(point.price.micros().to_le_bytes());
    }
}
