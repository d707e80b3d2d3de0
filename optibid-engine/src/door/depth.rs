//! Wear by cycle depth of a schedule in whole kW s.

use super::whole;
use optibid_core::asset::Battery;
use optibid_core::unit::{Energy, Price, Rounding};

/// The energy above the lowest state of charge in the bands of depth, the shallowest first: charging fills and discharging
/// empties them in that order, which with costs that do not fall is what wears least.
#[derive(Clone, Debug)]
pub(crate) struct Bands {
    /// Size and content, kW s, and cost.
    bands: Vec<(i64, i64, Price)>,
}

impl Bands {
    /// The bands of a battery at its initial state of charge; none without wear by depth.
    pub(crate) fn new(battery: &Battery) -> Self {
        let usable = i128::from(battery.usable_energy().kilowatt_seconds());
        let mut from = 0;
        let mut bands = Vec::with_capacity(battery.depth_wear.len());
        for band in &battery.depth_wear {
            let to = Rounding::HalfEven.div(usable * i128::from(band.up_to.ppm()), 1_000_000);
            let to = i64::try_from(to).unwrap_or(i64::MAX);
            bands.push((to - from, 0, band.cost));
            from = to;
        }
        let mut bands = Self { bands };
        let above = battery.initial_soc.checked_sub(battery.min_soc);
        bands.fill(above.unwrap_or_default().kilowatt_seconds());
        bands
    }

    /// Lives through a period that keeps `retention` of the energy, feeds `grid` into the grid (or draws it, where negative) and
    /// ends with `after` above the lowest state of charge. `wear` is told what wears: a cost, and the kW s at the grid that
    /// it is paid for as a part of a whole.
    pub(crate) fn run(
        &mut self,
        (retention, after): (f64, Energy),
        grid: Energy,
        mut wear: impl FnMut(Price, i128, i128),
    ) {
        for band in &mut self.bands {
            band.1 = whole(band.1 as f64 * retention)
                .unwrap_or(band.1)
                .min(band.1);
        }
        let held: i64 = self.bands.iter().map(|band| band.1).sum();
        let change = after.kilowatt_seconds() - held;
        if grid <= Energy::ZERO || change >= 0 {
            // What rounding takes without a sale comes out of the deepest band.
            if change >= 0 {
                self.fill(change);
            } else {
                self.empty(-change, true);
            }
            return;
        }
        let taken = self.empty(-change, false);
        let total: i64 = taken.iter().map(|(energy, _)| energy).sum();
        for (energy, cost) in taken {
            // The part of the energy at the grid that came out of this band.
            let part = i128::from(grid.kilowatt_seconds()) * i128::from(energy);
            wear(cost, part, i128::from(total.max(1)));
        }
    }

    fn fill(&mut self, mut energy: i64) {
        for (size, content, _) in &mut self.bands {
            let room = (*size - *content).clamp(0, energy);
            *content += room;
            energy -= room;
        }
    }

    /// Takes energy out, from the shallowest band or the deepest, and says what came from which.
    fn empty(&mut self, mut energy: i64, deepest: bool) -> Vec<(i64, Price)> {
        let mut taken = Vec::with_capacity(self.bands.len());
        let mut take = |(_, content, cost): &mut (i64, i64, Price)| {
            let part = (*content).min(energy);
            *content -= part;
            energy -= part;
            taken.push((part, *cost));
        };
        if deepest {
            self.bands.iter_mut().rev().for_each(&mut take);
        } else {
            self.bands.iter_mut().for_each(&mut take);
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::door::Ledger;
    use optibid_core::asset::DepthWear;
    use optibid_core::unit::{Currency, Power, Ratio};

    #[test]
    fn a_deep_cycle_wears_the_shallow_band_first() {
        let band = |up_to, cost| DepthWear {
            up_to: Ratio::from_ppm(up_to),
            cost: Price::from_units(cost),
        };
        let battery = Battery {
            initial_soc: Energy::from_mwh(2),
            depth_wear: vec![band(250_000, 1), band(1_000_000, 10)],
            ..Battery::symmetric(Power::from_megawatts(2), Energy::from_mwh(2), Ratio::ONE)
        };
        let mut bands = Bands::new(&battery);
        let mut wear = Ledger::new(Currency::Eur);
        let mut run = |above, grid| {
            let state = (1.0, Energy::from_kwh(above));
            bands.run(state, Energy::from_kwh(grid), |cost, part, whole| {
                wear.add_part(cost, part, whole);
            });
            wear.total().map(|money| money.minor())
        };
        // 0.5 MWh out of the first band at 1, 1 MWh out of the second at 10.
        assert_eq!(run(500, 1_500), Ok(1_050));
        // A shallow cycle after that: half a MWh in and out of the first band alone.
        run(1_000, -500).unwrap();
        assert_eq!(run(500, 500), Ok(1_100));
    }
}
