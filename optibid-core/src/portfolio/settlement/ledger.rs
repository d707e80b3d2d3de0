//! Exact amounts, rounded so that the parts add up.

use crate::unit::{Currency, Energy, Money, Price, Rounding};

/// Books price x energy, line by line, so that the rounded lines add up to the exact sum rounded
/// once.
///
/// The method is cumulative (also cascade) rounding: with exact running sums `S(k)`, line `k` gets
/// `round(S(k)) - round(S(k - 1))`. The amounts telescope to `round(S(n))`; each differs from its
/// exact value by at most one minor unit; and since rounding is monotone, a line never gets the
/// opposite sign of its exact value, and nothing stays nothing. Ties go away from zero. (D. E.
/// Knuth, "Two-Way Rounding", SIAM Journal on Discrete Mathematics 8, 1995, is about doing the same
/// for two orders of the lines at once.) Unlike largest remainders it needs no sorting, and the
/// subtotal of the lines so far is always the exact subtotal rounded.
#[derive(Debug, Clone)]
pub(super) struct Ledger {
    currency: Currency,
    /// Exact sum in [`DENOMINATOR`]-ths of a minor unit.
    exact: i128,
    booked: i64,
}

/// One currency unit in 1e-6 x kW s per MWh: what price x energy is divided by.
const DENOMINATOR: i128 = 1_000_000 * Energy::PER_MWH as i128;

impl Ledger {
    /// An empty ledger.
    pub(super) const fn new(currency: Currency) -> Self {
        Self {
            currency,
            exact: 0,
            booked: 0,
        }
    }

    /// The amount of the next line, or `None` when the sum leaves the range.
    pub(super) fn book(&mut self, price: Price, energy: Energy) -> Option<Money> {
        let product = i128::from(price.micros()) * i128::from(energy.kilowatt_seconds());
        let exact = product
            .checked_mul(i128::from(self.currency.minor_per_unit()))?
            .checked_add(self.exact)?;
        let rounded = Rounding::HalfAwayFromZero.div(exact, DENOMINATOR);
        let rounded = i64::try_from(rounded).ok()?;
        let minor = rounded.checked_sub(self.booked)?;
        self.exact = exact;
        self.booked = rounded;
        Some(Money::from_minor(minor, self.currency))
    }

    /// The exact sum, rounded once; the booked lines add up to it.
    pub(super) const fn total(&self) -> Money {
        Money::from_minor(self.booked, self.currency)
    }
}
