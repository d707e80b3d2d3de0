//! Random numbers that stay the same for ever.

/// xoshiro256** 1.0 (Blackman and Vigna 2021, ACM Transactions on Mathematical Software 47(4)), its state filled from the seed by
/// SplitMix64 as its authors advise. Not for secrets.
///
/// Written here rather than taken from a library, so that no release of one can change a published result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generator {
    state: [u64; 4],
}

impl Generator {
    /// The sequence that belongs to `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut seed = seed;
        let state = [(); 4].map(|()| {
            seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = seed;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        });
        Self { state }
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        let [s0, s1, s2, s3] = self.state;
        let result = s1.wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let (s2, s3) = (s2 ^ s0, s3 ^ s1);
        self.state = [s0 ^ s3, s1 ^ s2, s2 ^ (s1 << 17), s3.rotate_left(45)];
        result
    }

    /// A number strictly between 0 and 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    pub fn uniform(&mut self) -> f64 {
        ((self.bits() >> 11) as f64 + 0.5) * (1.0 / 9_007_199_254_740_992.0)
    }

    /// A whole number below `bound` (0 if that is 0). The bias is below `bound / 2^64`.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the product's high half is below the bound"
    )]
    pub fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.bits()) * bound as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The reference C code of both generators gives these for the seed 0 and the state 1, 2, 3, 4.
    #[test]
    fn agrees_with_the_published_code() {
        assert_eq!(Generator::new(0).state[0], 0xe220_a839_7b1d_cdaf);
        let mut generator = Generator {
            state: [1, 2, 3, 4],
        };
        assert_eq!(
            [(); 4].map(|()| generator.bits()),
            [11520, 0, 1_509_978_240, 1_215_971_899_390_074_240]
        );
    }
}
