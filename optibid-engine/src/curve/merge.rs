//! Fewer slices for a recursion whose cost grows with their cube.

use super::Guard;
use super::target::Slice;

/// Merges neighbours until `most` are left, each time the two that a price between theirs suits best: those with the least squared
/// error of cost (Ward 1963, Journal of the American Statistical Association 58(301), 236-244). With [`Guard::NeverLose`] a merged
/// slice costs what its dearest part costs where it sells, its cheapest where it buys, so that none of it loses.
pub(super) fn merged(slices: &[Slice], most: usize, guard: Guard) -> Vec<Slice> {
    let mut slices = slices.to_vec();
    while slices.len() > most {
        let pairs = slices.iter().zip(slices.iter().skip(1)).enumerate();
        let together = pairs.filter(|(_, (a, b))| (a.from < 0.0) == (b.from < 0.0));
        let errors = together.map(|(i, (a, b))| (i, error(a, b)));
        let Some((i, _)) = errors.min_by(|a, b| a.1.total_cmp(&b.1)) else {
            break;
        };
        let after = slices.remove(i + 1);
        if let Some(slice) = slices.get_mut(i) {
            *slice = one(slice, &after, guard);
        }
    }
    slices
}

fn width(slice: &Slice) -> f64 {
    slice.to - slice.from
}

fn error(a: &Slice, b: &Slice) -> f64 {
    let apart = b.cost - a.cost;
    apart * apart * width(a) * width(b) / (width(a) + width(b))
}

fn one(a: &Slice, b: &Slice, guard: Guard) -> Slice {
    let cost = match guard {
        Guard::LeastLoss => (a.cost * width(a) + b.cost * width(b)) / (width(a) + width(b)),
        Guard::NeverLose if a.from < 0.0 => a.cost.min(b.cost),
        Guard::NeverLose => a.cost.max(b.cost),
    };
    Slice {
        from: a.from,
        to: b.to,
        cost,
    }
}
