//! Exact sums of money and shares of exact quantities.

use optibid_core::ports::EngineError;
use optibid_core::unit::{Currency, Energy, Money, Price, Ratio, Rounding};

/// A running sum of price x energy, exact until it is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ledger {
    currency: Currency,
    /// 1e-6 currency per MWh x kW s, which 128 bits hold for 2^63 periods at any price of up to 9e6 per MWh and 1 GW h.
    sum: Option<i128>,
}

impl Ledger {
    pub(crate) const fn new(currency: Currency) -> Self {
        Self {
            currency,
            sum: Some(0),
        }
    }

    /// Adds what `energy` brings at `price`: positive for an injection at a positive price.
    pub(crate) fn add(&mut self, price: Price, energy: Energy) {
        self.sum = self.sum.and_then(|sum| {
            let product =
                i128::from(price.micros()).checked_mul(i128::from(energy.kilowatt_seconds()))?;
            sum.checked_add(product)
        });
    }

    /// Adds what `part / whole` kW s cost or bring at `price`, to 1e-6 currency kW s per MWh.
    pub(crate) fn add_part(&mut self, price: Price, part: i128, whole: i128) {
        self.sum = self.sum.and_then(|sum| {
            let product = i128::from(price.micros()).checked_mul(part)?;
            sum.checked_add(Rounding::HalfEven.div(product, whole))
        });
    }

    /// The sum, rounded once to the minor unit, a tie to the even one.
    pub(crate) fn total(self) -> Result<Money, EngineError> {
        let out = EngineError::OutOfRange("an amount of money");
        let minor_per_unit = i128::from(self.currency.minor_per_unit());
        let Some(sum) = self.sum.and_then(|sum| sum.checked_mul(minor_per_unit)) else {
            return Err(out);
        };
        let minor = Rounding::HalfEven.div(sum, 1_000_000 * i128::from(Energy::PER_MWH));
        i64::try_from(minor)
            .map(|minor| Money::from_minor(minor, self.currency))
            .map_err(|_| out)
    }
}

/// Full cycles: energy discharged at the grid connection over usable capacity, to 1e-6.
pub(crate) fn cycles(discharged: Energy, usable: Energy) -> Ratio {
    quotient(discharged.kilowatt_seconds(), usable.kilowatt_seconds()).unwrap_or(Ratio::ZERO)
}

fn quotient(part: i64, whole: i64) -> Option<Ratio> {
    if whole <= 0 {
        return None;
    }
    let ppm = Rounding::HalfEven.div(i128::from(part) * 1_000_000, i128::from(whole));
    i64::try_from(ppm).ok().map(Ratio::from_ppm)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ledger_rounds_once() {
        let mut ledger = Ledger::new(Currency::Eur);
        // Three times a third of a cent is one cent; rounded apart it would be nothing.
        for _ in 0..3 {
            ledger.add(Price::from_units(12), Energy::from_kilowatt_seconds(1_000));
        }
        assert_eq!(ledger.total(), Ok(Money::from_minor(1, Currency::Eur)));
        ledger.add(Price::from_units(-10), Energy::from_mwh(2));
        assert_eq!(ledger.total(), Ok(Money::from_minor(-1_999, Currency::Eur)));
    }

    #[test]
    fn a_ledger_that_overflows_says_so() {
        let mut ledger = Ledger::new(Currency::Eur);
        for _ in 0..3 {
            ledger.add(
                Price::from_micros(i64::MAX),
                Energy::from_kilowatt_seconds(i64::MAX),
            );
        }
        assert_eq!(
            ledger.total(),
            Err(EngineError::OutOfRange("an amount of money"))
        );
    }

    #[test]
    fn cycles_are_energy_over_usable_energy() {
        assert_eq!(
            cycles(Energy::from_mwh(3), Energy::from_mwh(2)),
            Ratio::from_ppm(1_500_000)
        );
        assert_eq!(cycles(Energy::from_mwh(3), Energy::ZERO), Ratio::ZERO);
    }
}
