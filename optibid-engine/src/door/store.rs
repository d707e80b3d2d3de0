//! The store as it is run: what was sold and bought, as far as it goes.

use super::limits::Limit;
use super::whole;
use optibid_core::asset::Battery;
use optibid_core::outcome::ShortfallCause;
use optibid_core::unit::{Energy, Ratio, Rounding};
use std::sync::Arc;

const PPM: i128 = 1_000_000;

/// A battery in operation, in whole kW s. What is stored is rounded down and what is taken rounded up, so that it never
/// delivers more than physics allows.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    battery: Arc<Battery>,
    soc: Energy,
    /// Most that may still be discharged under the cycle budget.
    budget: Energy,
    /// Energy at the grid of the period before, where a ramp limit starts from; none leaves the first period free.
    before: Option<Energy>,
}

impl Store {
    /// At the battery's initial state of charge, with the budget of a day: its own or the 365th part of the yearly one,
    /// whichever is less.
    pub(crate) fn new(battery: Battery) -> Self {
        let usable = i128::from(battery.usable_energy().kilowatt_seconds());
        let energy = |cycles: Option<Ratio>, days: i128| {
            cycles.map_or(i64::MAX, |cycles| {
                let energy = Rounding::Floor.div(usable * i128::from(cycles.ppm()), PPM * days);
                i64::try_from(energy).unwrap_or(i64::MAX)
            })
        };
        let daily = energy(battery.cycle_budget, 1);
        let budget = daily.min(energy(battery.yearly_cycle_budget, 365));
        Self {
            soc: battery.initial_soc,
            battery: Arc::new(battery),
            budget: Energy::from_kilowatt_seconds(budget),
            before: None,
        }
    }

    /// The same with the energy at the grid of the period before the first, where a ramp limit starts from.
    pub(crate) fn after(self, before: Option<Energy>) -> Self {
        Self { before, ..self }
    }

    /// Energy at the grid of the last period; none before the first.
    pub(crate) const fn last(&self) -> Option<Energy> {
        self.before
    }

    /// Stored energy.
    pub(crate) const fn soc(&self) -> Energy {
        self.soc
    }

    /// Lives through one period: the standing loss, which stops at the lowest allowed state of charge, then as much of the
    /// wanted energy (at the grid, positive discharges) as limits, store and cycle budget allow, which is returned.
    ///
    /// With a ramp limit the energy comes within it of the period's before, and so that it can be brought back to zero within
    /// the limit before the store is full or empty or the budget used up. Such an energy always exists while the limits stay
    /// the same; a budget that a new day makes tighter than what bringing the power down takes is kept, and the ramp is not.
    pub(crate) fn run(&mut self, wanted: Energy, limit: &Limit, retention: f64) -> Energy {
        self.follow(wanted, limit, retention).0
    }

    /// As [`run`](Self::run), and what kept it from the wanted energy where something did.
    pub(crate) fn follow(
        &mut self,
        wanted: Energy,
        limit: &Limit,
        retention: f64,
    ) -> (Energy, Option<ShortfallCause>) {
        let budget = self.budget;
        let reached = self.ramped(wanted, limit, retention);
        let moved = self.moved(reached, limit, retention);
        self.before = Some(moved);
        if moved == wanted {
            return (moved, None);
        }
        (
            moved,
            Some(cause(wanted, (reached, moved), (limit, budget))),
        )
    }

    fn moved(&mut self, wanted: Energy, limit: &Limit, retention: f64) -> Energy {
        let kept = whole(self.soc.kilowatt_seconds() as f64 * retention);
        let kept = kept.unwrap_or(i64::MAX).min(self.soc.kilowatt_seconds());
        self.soc = Energy::from_kilowatt_seconds(kept).max(self.battery.min_soc);
        if wanted > Energy::ZERO {
            self.discharge(wanted.min(limit.discharge).min(self.budget))
        } else {
            self.charge(wanted.magnitude().min(limit.charge))
        }
    }

    /// The energy nearest to the wanted one that a ramp limit allows; the wanted one without such a limit.
    fn ramped(&self, wanted: Energy, limit: &Limit, retention: f64) -> Energy {
        let Some(ramp) = limit.ramp.map(Energy::kilowatt_seconds) else {
            return wanted;
        };
        let near = |before: Energy, by: i64| before.kilowatt_seconds().saturating_add(by);
        let (low, high) = match self.before {
            Some(before) => (near(before, -ramp), near(before, ramp)),
            None => (i64::MIN, i64::MAX),
        };
        let powers = (
            limit.charge.kilowatt_seconds(),
            limit.discharge.kilowatt_seconds(),
        );
        let wanted = wanted.kilowatt_seconds().clamp(-powers.0, powers.1);
        let wanted = wanted.clamp(low, high);
        if self.comes_back(wanted, (limit, ramp), retention) {
            return Energy::from_kilowatt_seconds(wanted);
        }
        // Nearer to zero, or as near as the ramp allows, it can be brought back in time.
        let safest = 0.clamp(low, high);
        let sign = (wanted - safest).signum();
        let far = (wanted - safest).abs();
        let guess = self.within_reach(sign, ramp) - safest.abs();
        let found = largest(far, guess, |by| {
            self.comes_back(safest + sign * by, (limit, ramp), retention)
        });
        Energy::from_kilowatt_seconds(safest + sign * found)
    }

    /// About the most energy from which the ramp brings it to zero before the store or the budget ends: `e` and `ramp` less in each
    /// period after it come to `e (e / ramp + 1) / 2`.
    fn within_reach(&self, sign: i64, ramp: i64) -> i64 {
        let (out, into) = (
            self.battery.discharge_efficiency.ppm() as f64 / PPM as f64,
            self.battery.charge_efficiency.ppm() as f64 / PPM as f64,
        );
        let held = if sign > 0 {
            let above = difference(self.soc, self.battery.min_soc) as f64 * out;
            above.min(self.budget.kilowatt_seconds() as f64)
        } else {
            difference(self.battery.max_soc, self.soc) as f64 / into
        };
        let ramp = ramp as f64;
        ((2.0 * held * ramp + ramp * ramp / 4.0).sqrt() - ramp / 2.0) as i64
    }

    /// Whether an energy can be delivered in full and then brought to zero, by the ramp in each period.
    fn comes_back(&self, mut energy: i64, (limit, ramp): (&Limit, i64), retention: f64) -> bool {
        let mut store = self.clone();
        while energy != 0 {
            let wanted = Energy::from_kilowatt_seconds(energy);
            if store.moved(wanted, limit, retention) != wanted {
                return false;
            }
            energy -= energy.signum() * ramp.max(1).min(energy.abs());
        }
        true
    }

    fn charge(&mut self, wanted: Energy) -> Energy {
        let efficiency = i128::from(self.battery.charge_efficiency.ppm()).max(1);
        let room = difference(self.battery.max_soc, self.soc);
        let most = Rounding::Floor.div(room * PPM, efficiency);
        let drawn = i128::from(wanted.kilowatt_seconds()).min(most);
        let stored = Rounding::Floor.div(drawn * efficiency, PPM);
        self.soc = shifted(self.soc, stored);
        shifted(Energy::ZERO, -drawn)
    }

    fn discharge(&mut self, wanted: Energy) -> Energy {
        let efficiency = i128::from(self.battery.discharge_efficiency.ppm()).max(1);
        let above = difference(self.soc, self.battery.min_soc);
        let most = Rounding::Floor.div(above * efficiency, PPM);
        let fed = i128::from(wanted.kilowatt_seconds()).min(most);
        let taken = Rounding::Ceiling.div(fed * PPM, efficiency);
        self.soc = shifted(self.soc, -taken);
        self.budget = shifted(self.budget, -fed);
        shifted(Energy::ZERO, fed)
    }
}

/// The largest value below `far` that holds, where 0 does and beyond some value none: near `guess` first, then by halves.
fn largest(far: i64, guess: i64, holds: impl Fn(i64) -> bool) -> i64 {
    let (mut low, mut high) = (0, far);
    let (mut next, mut width, mut hunts) = (guess, 1_i64, true);
    let mut before = None;
    while high - low > 1 {
        let at = next.clamp(low + 1, high - 1);
        let held = holds(at);
        if held {
            low = at;
        } else {
            high = at;
        }
        // The guess is passed on one side after the other: from there on the answer lies between.
        hunts = hunts && before.is_none_or(|before| before == held);
        before = Some(held);
        next = match (hunts, held) {
            (true, true) => at.saturating_add(width),
            (true, false) => at.saturating_sub(width),
            (false, _) => i64::midpoint(low, high),
        };
        width = width.saturating_mul(4);
    }
    low
}

/// What was in the way of a wanted energy, of which `reached` lay within the ramp and `moved` was done, with `budget` left before.
fn cause(
    wanted: Energy,
    (reached, moved): (Energy, Energy),
    (limit, budget): (&Limit, Energy),
) -> ShortfallCause {
    let most = if wanted > Energy::ZERO {
        wanted.min(limit.discharge)
    } else {
        let least = limit.charge.kilowatt_seconds().saturating_neg();
        wanted.max(Energy::from_kilowatt_seconds(least))
    };
    if limit.ramp.is_some() && reached != most {
        ShortfallCause::Ramp
    } else if moved == most {
        ShortfallCause::Power
    } else if wanted <= Energy::ZERO {
        ShortfallCause::Full
    } else if moved == budget {
        ShortfallCause::CycleBudget
    } else {
        ShortfallCause::Empty
    }
}

fn difference(high: Energy, low: Energy) -> i128 {
    (i128::from(high.kilowatt_seconds()) - i128::from(low.kilowatt_seconds())).max(0)
}

/// Moves an energy by what has been bounded by it before.
fn shifted(energy: Energy, by: i128) -> Energy {
    let value = i128::from(energy.kilowatt_seconds()) + by;
    let bound = if by < 0 { i64::MIN } else { i64::MAX };
    Energy::from_kilowatt_seconds(i64::try_from(value).unwrap_or(bound))
}

#[cfg(test)]
mod tests {
    use super::*;
    use optibid_core::unit::{Power, Price};

    fn battery() -> Battery {
        Battery {
            charge_limit: Power::from_megawatts(1),
            discharge_limit: Power::from_megawatts(1),
            energy_capacity: Energy::from_mwh(2),
            min_soc: Energy::ZERO,
            max_soc: Energy::from_mwh(2),
            charge_efficiency: Ratio::from_ppm(900_000),
            discharge_efficiency: Ratio::from_ppm(950_000),
            initial_soc: Energy::from_mwh(1),
            target_soc: None,
            cycle_budget: None,
            degradation_cost: Price::ZERO,
            standing_loss: Ratio::ZERO,
            ..Battery::symmetric(Power::ZERO, Energy::ZERO, Ratio::ONE)
        }
    }

    const HOUR: Limit = Limit {
        charge: Energy::from_mwh(1),
        discharge: Energy::from_mwh(1),
        ramp: None,
    };

    #[test]
    fn discharges_until_it_is_empty() {
        let mut store = Store::new(battery());
        assert_eq!(
            store.run(Energy::from_mwh(1), &HOUR, 1.0),
            Energy::from_kwh(950)
        );
        assert_eq!(store.soc(), Energy::ZERO);
        assert_eq!(store.run(Energy::from_mwh(1), &HOUR, 1.0), Energy::ZERO);
    }

    #[test]
    fn charges_until_it_is_full() {
        let mut store = Store::new(battery());
        assert_eq!(
            store.run(Energy::from_mwh(-1), &HOUR, 1.0),
            Energy::from_mwh(-1)
        );
        assert_eq!(store.soc(), Energy::from_kwh(1_900));
        // 0.1 MWh of room takes 0.1 / 0.9 MWh, cut to whole kW s.
        let drawn = store.run(Energy::from_mwh(-1), &HOUR, 1.0);
        assert_eq!(drawn, Energy::from_kilowatt_seconds(-400_000));
        assert_eq!(store.soc(), Energy::from_mwh(2));
    }

    #[test]
    fn stops_at_the_cycle_budget_and_the_power_limit() {
        let budget = Some(Ratio::from_ppm(250_000));
        let mut store = Store::new(Battery {
            cycle_budget: budget,
            ..battery()
        });
        assert_eq!(
            store.run(Energy::from_mwh(1), &HOUR, 1.0),
            Energy::from_kwh(500)
        );
        assert_eq!(store.run(Energy::from_mwh(1), &HOUR, 1.0), Energy::ZERO);
        let half = Limit {
            charge: Energy::from_kwh(500),
            ..HOUR
        };
        assert_eq!(
            store.run(Energy::from_mwh(-1), &half, 1.0),
            Energy::from_kwh(-500)
        );
    }

    #[test]
    fn loses_energy_standing_but_not_below_its_minimum() {
        let mut store = Store::new(Battery {
            min_soc: Energy::from_kwh(600),
            ..battery()
        });
        assert_eq!(store.run(Energy::ZERO, &HOUR, 0.75), Energy::ZERO);
        assert_eq!(store.soc(), Energy::from_kwh(750));
        store.run(Energy::ZERO, &HOUR, 0.75);
        assert_eq!(store.soc(), Energy::from_kwh(600));
    }

    /// Whatever the guess is, the largest value that holds is found.
    #[test]
    fn the_largest_value_is_found_from_any_guess() {
        for far in [0, 1, 2, 7, 100, 1_000_000] {
            for most in [0, 1, 5, 99, 4_321] {
                for guess in [i64::MIN, -3, 0, 4, 98, 4_000, 5_000, i64::MAX] {
                    let found = largest(far, guess, |value| value <= most);
                    assert_eq!(found, most.min(far - 1).max(0), "{far} {most} {guess}");
                }
            }
        }
    }

    #[test]
    fn a_ramp_limit_is_kept_and_the_store_never_met_at_speed() {
        let ramp = Energy::from_kwh(300);
        let limit = Limit {
            ramp: Some(ramp),
            ..HOUR
        };
        let mut store = Store::new(Battery {
            initial_soc: Energy::from_mwh(2),
            ..battery()
        })
        .after(Some(Energy::ZERO));
        let mut before = 0;
        let mut fed = 0;
        for hour in 0..12 {
            let energy = store
                .run(Energy::from_mwh(1), &limit, 1.0)
                .kilowatt_seconds();
            assert!(
                (energy - before).abs() <= ramp.kilowatt_seconds(),
                "hour {hour}"
            );
            before = energy;
            fed += energy;
        }
        assert_eq!(before, 0);
        // All 1.9 MWh come out, up and down by 0.3 MWh, but for what rounding leaves.
        assert!(
            store.soc() < Energy::from_kilowatt_seconds(20),
            "{}",
            store.soc()
        );
        assert!((6_839_900..=6_840_000).contains(&fed), "{fed}");
        // It turns round as fast as the limit allows.
        let half_full = Battery {
            initial_soc: Energy::from_kwh(1_500),
            ..battery()
        };
        let mut store = Store::new(half_full).after(Some(Energy::from_kwh(-300)));
        let turned: Vec<_> = (0..3)
            .map(|_| store.run(Energy::from_mwh(1), &limit, 1.0))
            .collect();
        assert_eq!(turned, [0, 300, 600].map(Energy::from_kwh));
        assert_eq!(store.last(), Some(Energy::from_kwh(600)));
    }
}
