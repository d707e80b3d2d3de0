//! Cycle counting of a path of stored energy, and what the cycles cost by their depth.
//!
//! # The method
//! The rainflow count of ASTM E1049-85, section 5.4.4: reduce the path to its reversals, keep a stack, and whenever the
//! last range is no smaller than the one before it, count that one: as half a cycle if it contains the start of the stack, as a
//! full cycle otherwise. What stays on the stack counts as half cycles. `O(n)` for `n` points; exact.

/// A counted cycle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cycle {
    /// Range of the cycle in the unit of the path (MWh).
    pub depth: f64,
    /// 1 for a full cycle, 0.5 for a half.
    pub count: f64,
}

/// The cycles of a path, in the order in which they close.
///
/// ```
/// use optibid_engine::program::{Cycle, rainflow};
///
/// // The example of ASTM E1049-85, figure 6.
/// let cycles = rainflow(&[-2.0, 1.0, -3.0, 5.0, -1.0, 3.0, -4.0, 4.0, -2.0]);
/// let count = |depth: f64| cycles.iter().filter(|c| c.depth == depth).map(|c| c.count).sum::<f64>();
/// assert_eq!([count(3.0), count(4.0), count(6.0), count(8.0), count(9.0)], [0.5, 1.5, 0.5, 1.0, 0.5]);
/// ```
#[must_use]
pub fn rainflow(path: &[f64]) -> Vec<Cycle> {
    let mut stack: Vec<f64> = Vec::new();
    let mut cycles = Vec::new();
    for point in reversals(path) {
        stack.push(point);
        while let [.., a, b, c] = *stack.as_slice() {
            let (before, last) = ((b - a).abs(), (c - b).abs());
            if last < before {
                break;
            }
            if stack.len() == 3 {
                cycles.push(Cycle {
                    depth: before,
                    count: 0.5,
                });
                stack.remove(0);
            } else {
                cycles.push(Cycle {
                    depth: before,
                    count: 1.0,
                });
                stack.truncate(stack.len() - 3);
                stack.push(c);
            }
        }
    }
    let rest = stack.iter().zip(stack.iter().skip(1));
    cycles.extend(rest.map(|(a, b)| Cycle {
        depth: (b - a).abs(),
        count: 0.5,
    }));
    cycles
}

/// The cost of all cycles of a path: `cost(depth)` for a full cycle, half of it for a half one.
#[must_use]
pub fn depth_cost(path: &[f64], cost: impl Fn(f64) -> f64) -> f64 {
    rainflow(path)
        .iter()
        .map(|cycle| cycle.count * cost(cycle.depth))
        .sum()
}

/// The ends and turning points of a path.
fn reversals(path: &[f64]) -> Vec<f64> {
    let mut kept: Vec<f64> = Vec::with_capacity(path.len());
    for &point in path {
        if kept.last() == Some(&point) {
            continue;
        }
        if let [.., a, b] = *kept.as_slice()
            && (b > a) == (point > b)
        {
            kept.pop();
        }
        kept.push(point);
    }
    kept
}
