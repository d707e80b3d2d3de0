//! The standard normal distribution.

use std::f64::consts::{PI, SQRT_2};

/// The share below `x`: Marsaglia's series (2004, Journal of Statistical Software 11(4)), good to 1e-15 absolutely.
pub(super) fn cumulative(x: f64) -> f64 {
    if x.abs() > 8.0 {
        return if x > 0.0 { 1.0 } else { 0.0 };
    }
    let (mut sum, mut term, mut k) = (x, x, 1.0);
    while sum + term != sum || k < 3.0 {
        k += 2.0;
        term *= x * x / k;
        sum += term;
        if term == 0.0 {
            break;
        }
    }
    (0.5 + sum * (-0.5 * x * x).exp() / (2.0 * PI).sqrt()).clamp(0.0, 1.0)
}

/// The value with the share `p` below it, `0 < p < 1`: Acklam's rational approximation (relative error 1.2e-9) and one step of
/// Halley's method.
pub(super) fn quantile(p: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969683028665376e1,
        2.209460984245205e2,
        -2.759285104469687e2,
        1.38357751867269e2,
        -3.066479806614716e1,
        2.506628277459239,
    ];
    const B: [f64; 6] = [
        -5.447609879822406e1,
        1.615858368580409e2,
        -1.556989798598866e2,
        6.680131188771972e1,
        -1.328068155288572e1,
        1.0,
    ];
    const C: [f64; 6] = [
        -7.784894002430293e-3,
        -3.223964580411365e-1,
        -2.400758277161838,
        -2.549732539343734,
        4.374664141464968,
        2.938163982698783,
    ];
    const D: [f64; 5] = [
        7.784695709041462e-3,
        3.224671290700398e-1,
        2.445134137142996,
        3.754408661907416,
        1.0,
    ];
    let horner = |c: &[f64], x: f64| c.iter().fold(0.0, |sum, factor| sum * x + factor);
    let x = if p.min(1.0 - p) < 0.02425 {
        let q = (-2.0 * p.min(1.0 - p).ln()).sqrt();
        horner(&C, q) / horner(&D, q) * if p < 0.5 { 1.0 } else { -1.0 }
    } else {
        let q = p - 0.5;
        q * horner(&A, q * q) / horner(&B, q * q)
    };
    let error = cumulative(x) - p;
    let step = error * (2.0 * PI).sqrt() * (x / SQRT_2).powi(2).exp();
    x - step / (1.0 + x * step / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_tables() {
        for (x, share) in [
            (0.0, 0.5),
            (1.0, 0.841_344_746_068_542_9),
            (-2.0, 0.022_750_131_948_179_2),
            (3.5, 0.999_767_370_920_964_4),
        ] {
            assert!((cumulative(x) - share).abs() < 1e-14, "{x}");
            assert!((quantile(share) - x).abs() < 1e-11, "{share}");
        }
        assert!((quantile(0.975) - 1.959_963_984_540_054).abs() < 1e-12);
        assert!((quantile(0.001) + 3.090_232_306_167_813_5).abs() < 1e-11);
    }
}
