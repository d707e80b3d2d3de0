//! The door between the domain's exact integers and the engine's `f64`.
//!
//! Nothing else in the crate turns one into the other. Inwards, prices become currency per MWh, powers MW, energies MWh and
//! ratios fractions; each is exact to the last bit of an `f64`, which holds integers up to 2^53.
//!
//! Outwards:
//! - a price or ratio is rounded to the nearest 1e-6, a tie to the even neighbour; a price that must lie on a tick is first
//!   rounded to 1e-6 and then, in integers, down or up to the tick ([`on_tick`]), so that noise in the last bits of an
//!   `f64` does not cost a whole tick;
//! - stored energies are rounded to the nearest kW s and keep their limits, since the limits are whole; the energy at the
//!   grid connection is then the whole number of kW s that comes nearest to the change in store, within the power limit
//!   ([`Move`]). Per period the two agree to 1 kW s at the store (half a kW s at the grid is `0.5 / discharge_efficiency`
//!   in store, which is more than 1 for efficiencies below a half);
//! - money is never computed in `f64`: [`Ledger`] sums price x energy in 128-bit integers and rounds once.

mod depth;
mod fault;
mod ledger;
mod limits;
mod moves;
mod store;

pub(crate) use depth::Bands;
pub(crate) use fault::{invalid, solve_fault};
pub(crate) use ledger::{Ledger, cycles};
pub(crate) use limits::{Limit, Window, available, model};
pub(crate) use moves::{Move, moves};
pub(crate) use store::Store;

use optibid_core::ports::EngineError;
use optibid_core::unit::{Currency, Energy, Money, Power, Price, Ratio, Rounding};

const MICRO: f64 = 1e6;

/// Currency per MWh.
pub(crate) fn price(price: Price) -> f64 {
    price.micros() as f64 / MICRO
}

/// MW.
pub(crate) fn power(power: Power) -> f64 {
    power.kilowatts() as f64 / 1e3
}

/// MWh.
pub(crate) fn energy(energy: Energy) -> f64 {
    energy.kilowatt_seconds() as f64 / Energy::PER_MWH as f64
}

/// A fraction.
pub(crate) fn ratio(ratio: Ratio) -> f64 {
    ratio.ppm() as f64 / MICRO
}

/// The nearest price.
pub(crate) fn to_price(value: f64) -> Result<Price, EngineError> {
    whole(value * MICRO)
        .map(Price::from_micros)
        .ok_or(EngineError::OutOfRange("a price"))
}

/// The nearest amount in minor units, from currency units.
pub(crate) fn to_money(value: f64, currency: Currency) -> Result<Money, EngineError> {
    whole(value * currency.minor_per_unit() as f64)
        .map(|minor| Money::from_minor(minor, currency))
        .ok_or(EngineError::OutOfRange("an amount of money"))
}

/// Currency units.
pub(crate) fn money(money: Money) -> f64 {
    money.minor() as f64 / money.currency().minor_per_unit() as f64
}

/// Price times energy, rounded once, a tie to the even minor unit.
pub(crate) fn amount(
    price: Price,
    energy: Energy,
    currency: Currency,
) -> Result<Money, EngineError> {
    price
        .times(energy, currency, Rounding::HalfEven)
        .ok_or(EngineError::OutOfRange("an amount of money"))
}

/// The nearest energy, from MWh.
pub(crate) fn to_energy(mwh: f64) -> Result<Energy, EngineError> {
    whole(mwh * Energy::PER_MWH as f64)
        .map(Energy::from_kilowatt_seconds)
        .ok_or(EngineError::OutOfRange("an energy"))
}

/// The power in whole kW, from MW, cut towards zero: never more than was asked for. What lies within 1e-6 kW of a whole kW
/// counts as that.
pub(crate) fn to_power(mw: f64) -> Power {
    let kilowatts = mw * 1e3;
    Power::from_kilowatts((kilowatts + 1e-6 * kilowatts.signum()).trunc() as i64)
}

/// The multiple of `tick` at or next to `price`; any price is on a zero tick. None past what a price holds.
pub(crate) fn on_tick(price: Price, tick: Price, rounding: Rounding) -> Option<Price> {
    if tick.micros() <= 0 {
        return Some(price);
    }
    let steps = rounding.div(i128::from(price.micros()), i128::from(tick.micros()));
    i64::try_from(steps * i128::from(tick.micros()))
        .ok()
        .map(Price::from_micros)
}

/// The nearest whole number, a tie to the even one; none for what is not finite or past 2^62.
fn whole(value: f64) -> Option<i64> {
    const LARGEST: f64 = (1_i64 << 62) as f64;
    let rounded = value.round_ties_even();
    (-LARGEST..=LARGEST)
        .contains(&rounded)
        .then_some(rounded as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_go_in_as_currency_per_mwh_mw_mwh_and_fractions() {
        assert_eq!(price(Price::from_micros(-24_570_000)), -24.57);
        assert_eq!(power(Power::from_kilowatts(1_500)), 1.5);
        assert_eq!(energy(Energy::from_kwh(250)), 0.25);
        assert_eq!(ratio(Ratio::from_ppm(950_000)), 0.95);
    }

    #[test]
    fn prices_come_out_to_the_nearest_micro_ties_to_even() {
        assert_eq!(to_price(24.57), Ok(Price::from_cents(2_457)));
        assert_eq!(to_price(0.1 + 0.2), Ok(Price::from_micros(300_000)));
        assert_eq!(to_price(2.5e-6), Ok(Price::from_micros(2)));
        assert_eq!(to_price(-3.5e-6), Ok(Price::from_micros(-4)));
        for unfit in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e13, -1e300] {
            assert_eq!(to_price(unfit), Err(EngineError::OutOfRange("a price")));
        }
    }

    #[test]
    fn a_price_moves_to_its_tick_the_way_it_is_told() {
        let cent = Price::from_cents(1);
        let on = |micros, rounding| on_tick(Price::from_micros(micros), cent, rounding);
        assert_eq!(
            on(24_570_000, Rounding::Floor),
            Some(Price::from_cents(2_457))
        );
        assert_eq!(
            on(24_570_001, Rounding::Floor),
            Some(Price::from_cents(2_457))
        );
        assert_eq!(
            on(24_570_001, Rounding::Ceiling),
            Some(Price::from_cents(2_458))
        );
        assert_eq!(
            on(-24_570_001, Rounding::Floor),
            Some(Price::from_cents(-2_458))
        );
        assert_eq!(
            on_tick(Price::from_micros(7), Price::ZERO, Rounding::Floor),
            Some(Price::from_micros(7))
        );
        assert_eq!(
            on_tick(Price::from_micros(i64::MAX), cent, Rounding::Ceiling),
            None
        );
    }

    /// What an `f64` cannot tell from a price on the tick stays on that tick.
    #[test]
    fn noise_below_a_micro_does_not_cost_a_tick() {
        let cent = Price::from_cents(1);
        let noisy = 24.57 - 4e-15;
        assert_eq!(
            to_price(noisy).map(|p| on_tick(p, cent, Rounding::Floor)),
            Ok(Some(Price::from_cents(2_457)))
        );
    }
}
