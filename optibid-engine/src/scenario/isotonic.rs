//! Isotonic regression: the nondecreasing quantities nearest to given ones.
//!
//! Pooling adjacent violators (Barlow, Bartholomew, Bremner and Brunk 1972, Statistical Inference under Order Restrictions), linear in
//! the number of groups, exact.

/// A run of groups that share one quantity.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pool {
    pub(super) weight: f64,
    pub(super) mean: f64,
    pub(super) groups: usize,
}

/// Pools adjacent violators: the nondecreasing quantities nearest to the given (weight, value) of each scenario.
pub(super) fn pool(
    groups: &[Vec<usize>],
    pools: &mut Vec<Pool>,
    value: impl Fn(usize) -> (f64, f64),
) {
    pools.clear();
    for group in groups {
        let (mut weight, mut sum) = (0.0, 0.0);
        for &scenario in group {
            let (w, x) = value(scenario);
            weight += w;
            sum += w * x;
        }
        let mut last = Pool {
            weight,
            mean: sum / weight,
            groups: 1,
        };
        while let Some(before) = pools
            .last()
            .filter(|before| before.mean >= last.mean)
            .copied()
        {
            let weight = before.weight + last.weight;
            let mean = (before.weight * before.mean + last.weight * last.mean) / weight;
            last = Pool {
                weight,
                mean,
                groups: before.groups + last.groups,
            };
            pools.pop();
        }
        pools.push(last);
    }
}
