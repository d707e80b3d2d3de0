//! How likely prices are, and what a wrong price then costs.
//!
//! With `f` the density of the price, `F` its distribution function, `G` the integral of `F` and `H` the integral of `G`, a MW
//! that costs `c` and is offered at `a` loses `integral from c to a of (p - c) f(p) dp = (a - c) F(a) - G(a) + G(c)`
//! (integration by parts). Along a line of prices the integral of that has the antiderivative
//! `(a - c) G(a) - 2 H(a) + G(c) a`. So `F`, `G` and `H` are all that a density must know.

use crate::door;
use optibid_core::ports::EngineError;

/// How likely prices are.
#[derive(Clone, Debug, PartialEq)]
pub enum Density {
    /// Every price between two is as likely as any other, currency per MWh.
    Uniform {
        /// Lowest price.
        low: f64,
        /// Highest price, above the lowest.
        high: f64,
    },
    /// A price (currency per MWh) with a weight for each scenario; weights are positive and need not sum to 1.
    Scenarios(Vec<(f64, f64)>),
}

/// The distribution as sums of ramps `weight x (x - at)^+`, which makes `F`, `G` and `H` polynomials between the sorted `at`.
#[derive(Clone, Debug)]
pub(super) struct Distribution {
    /// 1 where the weights are jumps of `F`, 2 where they are changes of its slope.
    order: i32,
    /// Where the ramps begin, ascending.
    at: Vec<f64>,
    /// Sums over the first `i` ramps of weight x `at^k` for `k = 0..4`, with `at` relative to the middle of all.
    sums: Vec<[f64; 4]>,
    middle: f64,
}

impl Distribution {
    /// # Errors
    /// `density_out_of_range` for what is no density.
    pub(super) fn of(density: &Density) -> Result<Self, EngineError> {
        let bad = |value: String, rule: &str| {
            Err(door::invalid(
                "density_out_of_range",
                "target.density",
                value,
                rule,
            ))
        };
        match density {
            Density::Uniform { low, high } => {
                let fits = low.is_finite() && high.is_finite() && high - low > 1e-9;
                if !fits {
                    return bad(format!("{low} to {high}"), "from a lower to a higher price");
                }
                let weight = 1.0 / (high - low);
                Ok(Self::ramps(2, &[(*low, weight), (*high, -weight)]))
            }
            Density::Scenarios(points) => {
                let fits = |&(price, weight): &(f64, f64)| {
                    price.abs() <= LARGEST && weight > 0.0 && weight <= LARGEST
                };
                if points.is_empty() {
                    return bad("[]".to_owned(), "at least one scenario");
                }
                if let Some(point) = points.iter().find(|point| !fits(point)) {
                    return bad(format!("{point:?}"), "a finite price and a positive weight");
                }
                let total: f64 = points.iter().map(|point| point.1).sum();
                let mut ramps: Vec<_> = points.iter().map(|p| (p.0, p.1 / total)).collect();
                ramps.sort_by(|a, b| a.0.total_cmp(&b.0));
                Ok(Self::ramps(1, &ramps))
            }
        }
    }

    fn ramps(order: i32, ramps: &[(f64, f64)]) -> Self {
        let ends = (ramps.first(), ramps.last());
        let middle = match ends {
            (Some(first), Some(last)) => f64::midpoint(first.0, last.0),
            _ => 0.0,
        };
        let mut sums = vec![[0.0; 4]];
        let mut sum = [0.0; 4];
        for (at, weight) in ramps {
            let x = at - middle;
            for (power, total) in (0..).zip(&mut sum) {
                *total += weight * x.powi(power);
            }
            sums.push(sum);
        }
        Self {
            order,
            at: ramps.iter().map(|ramp| ramp.0).collect(),
            sums,
            middle,
        }
    }

    /// The sum of `weight x (x - at)^k` over the ramps that begin before `x`; `k` is at most 3.
    fn power(&self, x: f64, k: i32) -> f64 {
        let count = self.at.partition_point(|&at| at < x);
        let [s0, s1, s2, s3] = self.sums.get(count).copied().unwrap_or_default();
        let x = x - self.middle;
        match k {
            0 => s0,
            1 => s0 * x - s1,
            2 => (s0 * x - 2.0 * s1) * x + s2,
            _ => ((s0 * x - 3.0 * s1) * x + 3.0 * s2) * x - s3,
        }
    }

    /// `F`, the integral of it and the integral of that: `n` times integrated.
    pub(super) fn integral(&self, x: f64, n: i32) -> f64 {
        let k = self.order - 1 + n;
        let factorial = [1.0, 1.0, 2.0, 6.0].get(k as usize).copied();
        self.power(x, k) / factorial.unwrap_or(1.0)
    }

    /// What a MW that costs `cost` loses each hour when it is offered at `offered`, currency per MWh.
    pub(super) fn loss(&self, cost: f64, offered: f64) -> f64 {
        if cost == offered {
            return 0.0;
        }
        let parts = self.integral(offered, 1) - self.integral(cost, 1);
        ((offered - cost) * self.integral(offered, 0) - parts).max(0.0)
    }

    /// What a MW that costs `cost` loses when it is never sold: the mean of what the price exceeds the cost by.
    pub(super) fn never_sold(&self, cost: f64) -> f64 {
        let highest = self.at.last().copied().unwrap_or(cost);
        self.loss(cost, highest.max(cost) + 1.0)
    }

    /// The same for a MW that is worth `worth` and never bought.
    pub(super) fn never_bought(&self, worth: f64) -> f64 {
        let lowest = self.at.first().copied().unwrap_or(worth);
        self.loss(worth, lowest.min(worth) - 1.0)
    }

    /// The mean of [`loss`](Self::loss) along a line of offered prices.
    pub(super) fn mean_loss(&self, cost: f64, [from, to]: [f64; 2]) -> f64 {
        let run = to - from;
        if run.abs() < 1e-4 {
            return self.loss(cost, f64::midpoint(from, to));
        }
        let at = |a: f64| (a - cost) * self.integral(a, 1) - 2.0 * self.integral(a, 2);
        (((at(to) - at(from)) / run) + self.integral(cost, 1)).max(0.0)
    }
}

/// Prices and weights end here, so that no sum overflows.
pub(super) const LARGEST: f64 = 1e9;

#[cfg(test)]
mod tests {
    use super::*;

    /// The integral by its definition, with many small rectangles or scenario by scenario.
    fn slow(density: &Density, cost: f64, offered: f64) -> f64 {
        let (from, to) = (cost.min(offered), cost.max(offered));
        match density {
            Density::Uniform { low, high } => {
                let n = 200_000;
                let width = (to - from) / f64::from(n);
                (0..n)
                    .map(|i| from + (f64::from(i) + 0.5) * width)
                    .filter(|p| (low..=high).contains(&p))
                    .map(|p| (p - cost).abs() * width / (high - low))
                    .sum()
            }
            Density::Scenarios(points) => {
                let total: f64 = points.iter().map(|p| p.1).sum();
                let between = points.iter().filter(|p| from < p.0 && p.0 < to);
                between.map(|p| (p.0 - cost).abs() * p.1 / total).sum()
            }
        }
    }

    #[test]
    fn losses_equal_their_definition() {
        let uniform = Density::Uniform {
            low: -20.0,
            high: 180.0,
        };
        let scenarios =
            Density::Scenarios(vec![(60.0, 1.0), (-5.0, 2.0), (30.0, 0.5), (90.0, 1.5)]);
        for density in [uniform, scenarios] {
            let distribution = Distribution::of(&density).unwrap();
            for cost in [-40.0, -7.5, 10.0, 45.0, 200.0] {
                for offered in [-50.0, -6.5, 12.0, 44.0, 150.0, 250.0] {
                    let (fast, slow) = (
                        distribution.loss(cost, offered),
                        slow(&density, cost, offered),
                    );
                    assert!(
                        (fast - slow).abs() < 1e-3,
                        "{cost} {offered}: {fast} {slow}"
                    );
                    let n = 4_000;
                    let mean: f64 = (0..n)
                        .map(|i| cost + (offered - cost) * (f64::from(i) + 0.5) / f64::from(n))
                        .map(|a| distribution.loss(cost, a) / f64::from(n))
                        .sum();
                    let line = distribution.mean_loss(cost, [cost, offered]);
                    assert!(
                        (mean - line).abs() < 0.05,
                        "{cost} {offered}: {mean} {line}"
                    );
                }
            }
        }
    }

    #[test]
    fn what_is_no_density_is_refused() {
        let bad = [
            Density::Uniform {
                low: 1.0,
                high: 1.0,
            },
            Density::Uniform {
                low: f64::NAN,
                high: 1.0,
            },
            Density::Scenarios(Vec::new()),
            Density::Scenarios(vec![(1.0, 0.0)]),
            Density::Scenarios(vec![(f64::INFINITY, 1.0)]),
        ];
        for density in bad {
            let refused = Distribution::of(&density).map(|_| ()).unwrap_err();
            assert!(refused.to_string().contains("target.density"), "{refused}");
        }
    }
}
