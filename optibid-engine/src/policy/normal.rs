//! The standard normal distribution, for rank transforms and transition probabilities.

/// The distribution function, to about 1e-15 (Hart 1968 in the form of West 2005, "Better approximations to cumulative
/// normal functions", Wilmott Magazine, May, 70-76).
pub(super) fn cumulative(x: f64) -> f64 {
    const ABOVE: [f64; 7] = [
        3.526_249_659_989_11e-2,
        0.700_383_064_443_688,
        6.373_962_203_531_65,
        33.912_866_078_383,
        112.079_291_497_871,
        221.213_596_169_931,
        220.206_867_912_376,
    ];
    const BELOW: [f64; 8] = [
        8.838_834_764_831_84e-2,
        1.755_667_163_182_64,
        16.064_177_579_207,
        86.780_732_202_946_1,
        296.564_248_779_674,
        637.333_633_378_831,
        793.826_512_519_948,
        440.413_735_824_752,
    ];
    let size = x.abs();
    let density = (-0.5 * size * size).exp();
    let tail = if size < 7.071_067_811_865_47 {
        let polynomial =
            |coefficients: &[f64]| coefficients.iter().fold(0.0, |sum, c| sum * size + c);
        density * polynomial(&ABOVE) / polynomial(&BELOW)
    } else {
        let fraction = [4.0, 3.0, 2.0, 1.0]
            .iter()
            .fold(size + 0.65, |below, above| size + above / below);
        density / fraction / 2.506_628_274_631
    };
    if x > 0.0 { 1.0 - tail } else { tail }
}

/// The quantile of a probability in (0, 1), by bisection; beyond it minus or plus infinity.
pub(super) fn quantile(probability: f64) -> f64 {
    if probability <= 0.0 {
        return f64::NEG_INFINITY;
    }
    if probability >= 1.0 {
        return f64::INFINITY;
    }
    let (mut low, mut high) = (-38.0_f64, 38.0_f64);
    while high - low > 1e-14 * high.abs().max(1.0) {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if cumulative(middle) < probability {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::{cumulative, quantile};

    #[test]
    fn tabulated_values_are_met() {
        // Abramowitz and Stegun 1964, table 26.1.
        for (x, p) in [
            (0.0, 0.5),
            (1.0, 0.841_344_746_068_543),
            (2.0, 0.977_249_868_051_821),
            (-3.0, 0.001_349_898_031_630),
        ] {
            assert!((cumulative(x) - p).abs() < 1e-13, "{x}");
            assert!((quantile(p) - x).abs() < 1e-9, "{p}");
        }
        assert!((quantile(0.975) - 1.959_963_984_540_054).abs() < 1e-10);
        assert!((cumulative(-8.0) / 6.220_960_574e-16 - 1.0).abs() < 1e-5);
    }
}
