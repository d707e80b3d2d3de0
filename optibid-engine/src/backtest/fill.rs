//! Partial fills.

use jiff::Timestamp;
use optibid_core::market::ProductId;
use optibid_core::unit::{Energy, Ratio, Rounding};

/// How much of each award is filled.
#[derive(Clone, Copy)]
pub(super) struct Fills {
    pub(super) seed: u64,
    /// Mean share.
    pub(super) mean: Ratio,
}

impl Fills {
    /// The filled part of an energy that was awarded in the product for the bid period that starts then, towards zero.
    ///
    /// The share is drawn evenly from an interval around the mean that reaches 0 or 1, from seed, product and period alone:
    /// neither the order of the draws nor the thread matters.
    pub(super) fn of(self, award: Energy, product: &ProductId, start: Timestamp) -> Energy {
        let one = Ratio::ONE.ppm();
        if self.mean.ppm() >= one {
            return award;
        }
        let (low, high) = if 2 * self.mean.ppm() >= one {
            (2 * self.mean.ppm() - one, one)
        } else {
            (0, 2 * self.mean.ppm())
        };
        let mut state = mix(self.seed);
        for byte in product.as_str().bytes() {
            state = mix(state ^ u64::from(byte));
        }
        state = mix(state ^ start.as_second().cast_unsigned());
        let span = i128::from(high - low + 1);
        let drawn = (i128::from(state) * span) >> 64;
        let share = i128::from(low) + drawn;
        let filled = i128::from(award.kilowatt_seconds().abs()) * share;
        let filled = Rounding::Floor.div(filled, i128::from(one));
        let filled = i64::try_from(filled).unwrap_or(i64::MAX);
        Energy::from_kilowatt_seconds(filled * award.kilowatt_seconds().signum())
    }
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood 2014, Fast splittable pseudorandom number generators).
const fn mix(state: u64) -> u64 {
    let z = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_have_the_mean_that_was_asked_for() {
        let product: ProductId = "DAM".parse().unwrap();
        let award = Energy::from_kilowatt_seconds(-1_000_000);
        for mean in [0, 300_000, 500_000, 900_000] {
            let fills = Fills {
                seed: 7,
                mean: Ratio::from_ppm(mean),
            };
            let start = |i: i64| Timestamp::from_second(1_700_000_000 + 3_600 * i).unwrap();
            let filled: Vec<i64> = (0..20_000)
                .map(|i| -fills.of(award, &product, start(i)).kilowatt_seconds())
                .collect();
            let found = filled.iter().sum::<i64>() / 20_000;
            assert!((found - mean).abs() < 6_000, "{found} {mean}");
            assert!(filled.iter().all(|&f| (0..=1_000_000).contains(&f)));
            assert!(filled.iter().all(|&f| f >= 2 * mean - 1_000_000));
        }
    }

    #[test]
    fn another_seed_fills_otherwise_and_one_fills_all() {
        let product: ProductId = "DAM".parse().unwrap();
        let award = Energy::from_mwh(10);
        let at = Timestamp::from_second(1_700_000_000).unwrap();
        let of = |seed, ppm| {
            let mean = Ratio::from_ppm(ppm);
            Fills { seed, mean }.of(award, &product, at)
        };
        assert_ne!(of(1, 500_000), of(2, 500_000));
        assert_eq!(of(1, 500_000), of(1, 500_000));
        assert_eq!(of(1, 1_000_000), award);
    }
}
