//! Collects what is wrong with the fields under one path.

use crate::error::Violation;
use crate::unit::{Energy, Money, Power, Price, Ratio};
use std::fmt;

/// Largest power of an asset: 100 GW, above every plant there is.
const MAX_POWER: Power = Power::from_megawatts(100_000);
/// Largest energy of an asset: 100 TWh, above every reservoir there is.
const MAX_ENERGY: Energy = Energy::from_mwh(100_000_000);
/// Largest magnitude of a price: far above every market's cap.
const MAX_PRICE: Price = Price::from_units(1_000_000);
/// Largest cost in minor units: 10 billion currency units.
const MAX_MINOR: i64 = 1_000_000_000_000;

/// The faults found so far in the fields under `path`.
#[derive(Debug)]
pub(super) struct Check {
    path: String,
    found: Vec<Violation>,
}

impl Check {
    /// Checks fields of the object at `path`; an empty path is the root.
    pub(super) fn at(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            found: Vec::new(),
        }
    }

    /// All faults, in the order of the checks.
    pub(super) fn into_found(self) -> Vec<Violation> {
        self.found
    }

    /// Notes a fault unless the rule is met.
    pub(super) fn require(
        &mut self,
        met: bool,
        code: &str,
        field: &str,
        (value, rule): (&dyn fmt::Display, &str),
    ) {
        if met {
            return;
        }
        let dot = if self.path.is_empty() { "" } else { "." };
        let field = format!("{}{dot}{field}", self.path);
        self.found.push(Violation::new(code, field, value, rule));
    }

    /// A magnitude above zero and within what a plant can have.
    pub(super) fn positive_power(&mut self, field: &str, value: Power) {
        self.require(
            value > Power::ZERO,
            "not_positive",
            field,
            (&value, "above 0 MW"),
        );
        self.require(
            value <= MAX_POWER,
            "too_large",
            field,
            (&value, "at most 100000 MW"),
        );
    }

    /// An amount of energy above zero and within what a store can have.
    pub(super) fn positive_energy(&mut self, field: &str, value: Energy) {
        self.require(
            value > Energy::ZERO,
            "not_positive",
            field,
            (&value, "above 0 MWh"),
        );
        self.require(
            value <= MAX_ENERGY,
            "too_large",
            field,
            (&value, "at most 100000000 MWh"),
        );
    }

    /// A cost per MWh that is not negative.
    pub(super) fn cost(&mut self, field: &str, value: Price) {
        self.require(
            value >= Price::ZERO,
            "negative",
            field,
            (&value, "not below 0 per MWh"),
        );
        self.price(field, value);
    }

    /// A price of either sign within every market's caps.
    pub(super) fn price(&mut self, field: &str, value: Price) {
        let within = value <= MAX_PRICE && value.micros() >= -MAX_PRICE.micros();
        self.require(
            within,
            "too_large",
            field,
            (&value, "within 1000000 per MWh of zero"),
        );
    }

    /// An amount that is not negative.
    pub(super) fn amount(&mut self, field: &str, value: Money) {
        let shown = format!("{value} {}", value.currency());
        self.require(
            value.minor() >= 0,
            "negative",
            field,
            (&shown, "not below 0"),
        );
        self.require(
            value.minor() <= MAX_MINOR,
            "too_large",
            field,
            (&shown, "at most 10000000000"),
        );
    }

    /// A one-way efficiency: above zero, at most one.
    pub(super) fn efficiency(&mut self, field: &str, value: Ratio) {
        let met = value > Ratio::ZERO && value <= Ratio::ONE;
        self.require(
            met,
            "efficiency_out_of_range",
            field,
            (&value, "above 0 and at most 1"),
        );
    }
}
